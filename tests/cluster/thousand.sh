#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: thousand.sh [MEMBERS [MINUTES]]
# So many real members (default 1,000): all join by one seed, one dies, the group falls in
# two for some minutes (default 2) and grows together. How long each took, in seconds and
# in rounds of gossip. For uml in virtual time, with 4 GiB.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=${1:-1000}
MINUTES=${2:-2}
HALF=$((MEMBERS / 2))
VICTIM=$((HALF / 2))
SAMPLE='' ALL='' WEST='' EAST=''
for ((i = 1; i <= MEMBERS; i++)); do
	ALL+=" n$i"
	if [ "$i" -le "$HALF" ]; then WEST+=" n$i"; else EAST+=" n$i"; fi
	[ $((i % (MEMBERS / 20))) != 1 ] || SAMPLE+=" n$i"
done

# on_bridge NAME NODE...
on_bridge() {
	printf 'link set %s master '"$1"'\n' "${@:2}" | ip -n switch -batch -
}

now_ms() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# timed WHAT COMMAND...: says how long it took. To look takes no virtual time: a sample is
# looked at often, all of them when the sample is as it should be.
timed() {
	local what=$1 start ms

	start=$(now_ms)
	"${@:2}" || return 1
	ms=$(($(now_ms) - start))
	echo "# $what: $ms ms, $((ms / ROUND)) rounds of gossip"
}

# joined NUMBER NODES: of the sample first, then of all NODES.
joined() {
	local sample=$SAMPLE

	[ "$1" = "$MEMBERS" ] || sample=$2
	# shellcheck disable=SC2086 # lists of nodes
	{
		STEP=0.1 until_true 300 together "$1" $sample &&
			STEP=1 until_true 60 together "$1" $2
	}
}

# Those of the sample that are left see it as failed.
known_failed() {
	# shellcheck disable=SC2086 # a list of nodes
	STEP=0.1 until_true 60 all_see failed "n$VICTIM" $SAMPLE &&
		STEP=1 until_true 30 counts failed 1 $OTHERS
}

parted() {
	STEP=5 until_true 300 together "$HALF" n1 "n$((HALF - 1))" &&
		STEP=5 until_true 120 together "$((MEMBERS - HALF))" "n$((HALF + 1))" "n$MEMBERS"
}

for i in 1 2 3; do
	echo $((MEMBERS * MEMBERS * 2)) >/proc/sys/net/ipv4/neigh/default/gc_thresh$i
done
load
create_nodes 1 "$MEMBERS"
ip -n switch link add br1 type bridge
ip -n switch link set br1 up
ROUND=$(gossip_file n1 config/gossip_interval 2>/dev/null || echo 200)
OTHERS=" ${ALL/ n$VICTIM / }"
tap start_nodes 1 "$MEMBERS" -- "$MEMBERS members start with one seed"
tap timed "equal views after the last start" joined "$MEMBERS" "$ALL" -- "all find each other"
cut "n$VICTIM"
tap timed "a failure known to all others" known_failed -- "one dies, and all others know it"
mend "n$VICTIM"
tap timed "back" joined "$MEMBERS" "$ALL" -- "it is back"
# shellcheck disable=SC2086 # a list of nodes
on_bridge br1 $EAST
tap timed "each half takes the other for failed" parted -- "in two halves"
sleep $((MINUTES * 60))
# shellcheck disable=SC2086
on_bridge br0 $EAST
tap timed "one group again" joined "$MEMBERS" "$ALL" -- "the halves grow together"
rmmod gossip
tap_end
