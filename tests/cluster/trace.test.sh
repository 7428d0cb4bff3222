#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tracepoints: each is hit by what it is for, and says in which namespace.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/stall.sh"

has_all() {
	[ "$(find "$TRACE/events/gossip" -name 'gossip_*' | wc -l)" = 8 ]
}

# Of one of the three.
stall_traced() {
	traced "gossip_stall: netns=\($(netns n1)\|$(netns n2)\|$(netns n3)\) late_ns=[1-9][0-9]*$"
}

say_garbage() {
	on n2 bash -c "echo nonsense >/dev/udp/$(ip4 1)/7946"
}

if [ ! -e "$TRACE/events" ]; then
	echo "1..0 # SKIP no tracing in this kernel"
	exit 0
fi
load
tap has_all -- "there are eight"
echo 1 >"$TRACE/events/gossip/enable"
echo 1 >"$TRACE/tracing_on"
create_nodes 1 3
start_nodes 1 3
N1=netns=$(netns n1)
tap until_true 30 together 3 n1 n2 n3 -- "three nodes find each other"
tap traced "gossip_sent: $N1 addr=$(ip4 2):7946 len=[1-9]" -- "sent"
tap traced "gossip_received: $N1 addr=$(ip4 2):7946 len=[1-9]" -- "received"
tap traced "gossip_state: $N1 seq=[1-9].* event=join member=n3 .* addr=$(ip4 3):7946 state=alive" \
	-- "a member joins"
say_garbage
tap until_true 10 traced "gossip_dropped: $N1 addr=$(ip4 2):[0-9]* len=9 reason=rx_malformed" \
	-- "garbage is dropped, and why"
# What follows is not to be lost among datagrams.
echo 0 >"$TRACE/events/gossip/gossip_sent/enable"
echo 0 >"$TRACE/events/gossip/gossip_received/enable"
N3=netns=$(netns n3)
gossipctl --netns n1 run --service web -- sleep 1000 &
RUN=$!
tap until_true 10 traced "gossip_service: $N3 seq=[1-9].* event=service-up member=n1 .* service=web$" \
	-- "a service comes up"
kill "$RUN"
wait "$RUN" || true
tap until_true 10 traced "gossip_service: $N3 seq=[1-9].* event=service-down member=n1 .* service=web$" \
	-- "and goes down"
ctl n1 event deploy v12
tap until_true 10 traced "gossip_user_event: $N3 seq=1 name=deploy origin=n1 .* len=3$" -- "a user event"
# Not in step with their period, or the same timers would fall due in it each time, or none.
tap stalled 10 400 1100 n1 n2 n3 -- "who is kept from its timers knows it"
tap stall_traced -- "and says so"
cut n3
tap until_true 60 all_see failed n3 n1 n2 -- "who is cut off is failed"
tap traced "gossip_state: $N1 .* event=suspect member=n3 .* state=suspect" -- "it was suspected"
tap traced "gossip_state: $N1 .* event=failed member=n3 .* state=failed" -- "and failed"
tap traced "gossip_probe: netns=\($(netns n1)\|$(netns n2)\) verdict=unreached" \
	-- "a probe of it went unanswered"
tap until_true 30 traced "gossip_probe: netns=$(netns n3) verdict=inconclusive" \
	-- "those of who is cut off say nothing"
echo 0 >"$TRACE/events/gossip/enable"
rmmod gossip
remove_nodes 1 3
tap_end
