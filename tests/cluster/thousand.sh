#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: thousand.sh [MEMBERS [MINUTES]]
# So many real members (default 1,000): all join by one seed, one dies, the group falls in
# two for some minutes (default 2) and grows together. How long each took, in seconds and
# in rounds of gossip. For uml in virtual time, with 2 GiB.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=${1:-1000}
MINUTES=${2:-2}
HALF=$((MEMBERS / 2))
VICTIM=n$((HALF / 2))
ROUND=200
SAMPLE='' WEST='' EAST=''
for ((i = 1; i <= MEMBERS; i++)); do
	if [ "$i" -le "$HALF" ]; then WEST+=" n$i"; else EAST+=" n$i"; fi
	[ $((i % (MEMBERS / 20 + 1))) != 1 ] || [ "n$i" = "$VICTIM" ] || SAMPLE+=" n$i"
done
ALL="$WEST $EAST "
OTHERS=${ALL/ $VICTIM / }

# A link is between two that have the same address, and nobody asks for one: of a thousand
# members on a bridge each would ask all others for each one's.
MAC=02:00:00:00:00:01
GATEWAY=169.254.0.1

# create_half ROUTER NODE...: a router with a link to each node.
create_half() {
	local router=$1 node

	shift
	ip netns add "$router"
	ip -n "$router" link set lo up
	on "$router" sysctl -qw net.ipv4.ip_forward=1
	for node; do
		ip netns add "$node"
	done
	for node; do
		echo "link add $node address $MAC type veth peer name eth0 address $MAC netns $node"
		echo "link set $node arp off up"
		echo "route add $(ip4 "${node#n}") dev $node"
	done | ip -n "$router" -batch -
	for node; do
		ip -n "$node" -batch - <<-END
			link set lo up
			link set eth0 arp off up
			addr add $(ip4 "${node#n}")/32 dev eth0
			route add default via $GATEWAY dev eth0 onlink
		END
	done
}

# What is not a router's own is the other's.
join_halves() {
	local router

	ip -n west link add trunk address $MAC type veth \
		peer name trunk address $MAC netns east
	for router in west east; do
		ip -n "$router" link set trunk arp off up
		ip -n "$router" route add default via $GATEWAY dev trunk onlink
	done
}

# What a device sends is lost, without a sign of it: lossy NETNS DEVICE.
lossy() {
	tc -n "$1" qdisc add dev "$2" root netem loss 100%
}

sound() {
	tc -n "$1" qdisc delete dev "$2" root
}

# of_victim COMMAND, of_trunk COMMAND: both directions.
of_victim() {
	"$1" west "$VICTIM" && "$1" "$VICTIM" eth0
}

of_trunk() {
	"$1" west trunk && "$1" east trunk
}

now_ms() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# timed WHAT COMMAND...: says how long it took, in MS. To look takes no virtual time.
timed() {
	local what=$1 start

	MS=never
	start=$(now_ms)
	"${@:2}" || return 1
	MS=$(($(now_ms) - start))
	echo "# $what: $MS ms, $((MS / ROUND)) rounds of gossip"
}

# A sample is looked at often, all of them when the sample is as it should be.
all_together() {
	# shellcheck disable=SC2086 # lists of nodes
	{
		STEP=0.1 until_true 300 together "$MEMBERS" $SAMPLE &&
			STEP=1 until_true 60 together "$MEMBERS" $ALL
	}
}

known_failed() {
	# shellcheck disable=SC2086 # lists of nodes
	{
		STEP=0.1 until_true 60 all_see failed "$VICTIM" $SAMPLE &&
			STEP=1 until_true 30 counts failed 1 $OTHERS
	}
}

parted() {
	# shellcheck disable=SC2086 # lists of nodes
	{
		STEP=0.5 until_true 300 together "$HALF" n1 "n$HALF" &&
			STEP=1 until_true 120 together "$HALF" $WEST &&
			STEP=1 until_true 120 together "$((MEMBERS - HALF))" $EAST
	}
}

load
# shellcheck disable=SC2086 # a list of nodes
create_half west $WEST
# shellcheck disable=SC2086
create_half east $EAST
join_halves
tap start_nodes 1 "$MEMBERS" -- "$MEMBERS members start with one seed"
tap timed "equal views after the last start" all_together -- "all find each other"
of_victim lossy
tap timed "a failure known to all others" known_failed -- "one dies, and all others know it"
of_victim sound
tap timed "back" all_together -- "it is back"
of_trunk lossy
tap timed "each half takes the other for failed" parted -- "in two halves"
sleep $((MINUTES * 60))
of_trunk sound
tap timed "one group again" all_together -- "the halves grow together"
tap [ "$MS" -le 6000 ] -- "within 6 s"
rmmod gossip
tap_end
