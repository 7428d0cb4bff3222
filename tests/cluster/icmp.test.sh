#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A host that says that nobody listens on the port: others are asked at once, and not
# only when the time to answer is over. Who forges such a message achieves no more.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

stat_reaches() {
	[ "$(stat_of "$1" "$2")" -ge "$3" ]
}

# deafen NODE add|del: the datagrams that it sends are lost at the switch; its host goes on.
deafen() {
	if [ "$2" = add ]; then
		tc -n switch qdisc add dev "$1" clsact
		tc -n switch filter add dev "$1" ingress protocol ip u32 \
			match ip protocol 17 0xff action drop
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

# asks_at_once ADDRESS: of two pings of one node to ADDRESS the second came at once, and not two
# seconds later, while nobody was suspected yet. (So it does without, two seconds after another
# one: when one probe ends, the next begins.) Those that it sends for others are longer.
asks_at_once() {
	sed '/event=suspect/,$d' "$TRACE/trace" |
		sed -n "s/.* \([0-9.]*\): gossip_sent: netns=\([0-9]*\) addr=$1:7946 len=\([0-9]*\)$/\3 \2 \1/p" |
		sort -n >/tmp/diagnosis
	awk 'NR == 1 { shortest = $1 }
		$1 > shortest { exit }
		{ gap = $2 in last ? $3 - last[$2] : 60 }
		gap < 0.2 && before[$2] > 3 { found = 1 }
		{ last[$2] = $3; before[$2] = gap }
		END { exit !found }' /tmp/diagnosis
}

# heard_from_host THAN: more messages that nobody listens than that, the three together.
heard_from_host() {
	[ "$(stats rx_unreachable n1 n2 n3)" -gt "$1" ]
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

before=$(stats rx_unreachable n1 n2 n3)
echo >"$TRACE/trace"
echo 1 >"$TRACE/events/gossip/gossip_sent/enable"
kill_member n4
tap until_true 60 traced "gossip_state: netns=$(netns n1) .* event=suspect member=n4 " -- "a member that ended is suspected"
echo 0 >"$TRACE/events/gossip/enable"
tap heard_from_host "$before" -- "its host says that nobody listens"
tap asks_at_once "$(ip4 4)" -- "which is tried again at once"

# The other family has other messages. Nobody listens where a group is to be found.
ctl n2 stop
ctl n2 start name=n2 cluster=six "bind=[::]:7946" "peers=[$(ip6 4)]:7946"
tap until_true 20 stat_reaches n2 rx_unreachable 1 -- "so does a host with IPv6"
rmmod gossip
remove_nodes 1 4
tap_end
