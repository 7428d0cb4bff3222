#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A host that says that nobody listens on the port: others are asked at once, and not
# only when the time to answer is over. Who forges such a message achieves no more.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

TRACE=/sys/kernel/tracing

stat_reaches() {
	[ "$(stat_of "$1" "$2")" -ge "$3" ]
}

# deafen add|del: what the node sends is lost at the switch.
deafen() {
	if [ "$2" = add ]; then
		tc -n switch qdisc add dev "$1" clsact
		tc -n switch filter add dev "$1" ingress matchall action drop
	else
		tc -n switch qdisc del dev "$1" clsact
	fi
}

# It ends without a goodbye, and its host does not.
kill_member() {
	deafen "$1" add
	ctl "$1" stop
	deafen "$1" del
}

# asks_at_once NODE ADDRESS: two of its datagrams to ADDRESS had no two seconds between them,
# while nobody was suspected yet.
asks_at_once() {
	sed '/event=suspect/,$d' "$TRACE/trace" |
		grep "gossip_sent: netns=$(stat -L -c %i "/run/netns/$1") addr=$2:7946 " |
		sed 's/.* \([0-9.]*\): gossip_sent.*/\1/' >/tmp/diagnosis
	awk 'NR > 1 && $1 - last < 0.2 { found = 1 } { last = $1 } END { exit !found }' /tmp/diagnosis
}

suspects() {
	grep -c "event=suspect" "$TRACE/trace" || true
}

if [ ! -e "$TRACE/events" ] || ! tc qdisc add dev lo clsact 2>/dev/null; then
	echo "1..0 # SKIP no tracing, or no filters, in this kernel"
	exit 0
fi
tc qdisc del dev lo clsact
load
create_nodes 1 4
# A ping has two seconds to be answered.
start_nodes 1 4 probe_interval=4000 probe_timeout=2000 \
	probe_timeout_min=2000
tap until_true 60 together 4 n1 n2 n3 n4 -- "four nodes find each other"

echo 1 >"$TRACE/events/gossip/gossip_state/enable"
echo 1 >"$TRACE/tracing_on"
before=$(stat_of n1 probes_failed)
tap on n3 icmp_forge "$(ip4 1)" "$(ip4 2)" 1000 -- "1000 messages are forged in ten seconds"
tap stat_reaches n1 rx_unreachable 500 -- "they are heard"
tap [ "$(stat_of n1 probes_failed)" = "$before" ] -- "no probe has failed for that"
tap [ "$(suspects)" = 0 ] -- "and nobody was suspected"

kill_member n4
echo >"$TRACE/trace"
echo 1 >"$TRACE/events/gossip/gossip_sent/enable"
tap until_true 60 all_see suspect n4 n1 -- "a member that ended is suspected"
echo 0 >"$TRACE/events/gossip/enable"
tap stat_reaches n1 rx_unreachable 501 -- "its host says that nobody listens"
tap asks_at_once n1 "$(ip4 4)" -- "which is tried again at once"

# The other family has other messages. Nobody listens where a group is to be found.
ctl n2 stop
ctl n2 start name=n2 cluster=six "bind=[::]:7946" "peers=[$(ip6 4)]:7946"
tap until_true 20 stat_reaches n2 rx_unreachable 1 -- "so does a host with IPv6"
rmmod gossip
remove_nodes 1 4
tap_end
