#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What befalls a processor is held against nobody: one that is taken away while members
# wait for their timers on it, and comes back; and one that is kept in hard interrupts,
# where neither timers nor softirqs run. The argument says how often it is taken away
# (default 3).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/stall.sh"

CYCLES=${1:-3}
ALL=(n1 n2 n3 n4 n5 n6)
ONLINE=/sys/devices/system/cpu/cpu$LAST/online
declare -A PROBES

all_probe_on() {
	local node

	for node in "${ALL[@]}"; do
		[ "$(gossip_file "$node" stats/probes)" -gt $((PROBES[$node] + 1)) ] || return 1
	done
}

# A timer that was lost with its processor would never fire again.
go_on() {
	local node

	for node in "${ALL[@]}"; do
		PROBES[$node]=$(gossip_file "$node" stats/probes)
	done
	until_true 10 all_probe_on
}

off_and_on() {
	local i

	for ((i = 0; i < CYCLES; i++)); do
		busy
		until_true 10 timer_there "${ALL[@]}" || return 1
		echo 0 >"$ONLINE" || return 1
		go_on || return 1
		echo 1 >"$ONLINE" || return 1
		lazy
		go_on || return 1
	done
}

# told EVENT: any of the monitors.
told() {
	grep -hE "^[^ ]+ $1 " /tmp/told.*
}

nobody() {
	! told "$1" >/tmp/diagnosis
}

load
create_nodes 1 6
start_nodes 1 6
tap until_true 30 together 6 "${ALL[@]}" -- "six nodes find each other"
for node in "${ALL[@]}"; do
	gossipctl --netns "$node" monitor >"/tmp/told.$node" &
done
until_true 30 told exists >/dev/null
if [ -w "$ONLINE" ]; then
	tap off_and_on -- "all go on when a processor is taken away, and when it is back"
elif [ "$(nproc)" = 1 ]; then
	tap true -- "there is but one processor # SKIP"
else
	tap false -- "a processor can be taken away"
fi
# Not in step with their period, or the same timers would fall due in it each time, or none.
tap stalled 10 400 1100 "${ALL[@]}" -- "who is kept from its timers for a moment knows it"
tap stalled 12 4000 5000 "${ALL[@]}" -- "and who is for long"
tap go_on -- "all go on"
tap nobody suspect -- "nobody was suspected"
tap nobody failed -- "nobody was taken for failed"
tap until_true 10 together 6 "${ALL[@]}" -- "all agree"
jobs -p | xargs kill
wait
rmmod gossip
remove_nodes 1 6
tap_end
