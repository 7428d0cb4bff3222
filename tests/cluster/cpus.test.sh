#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What befalls a processor is held against nobody: one that is taken away while members
# wait for their timers on it, and comes back; and one that is kept in hard interrupts,
# where neither timers nor softirqs run. The argument says how often it is taken away
# (default 5).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

CYCLES=${1:-5}
ALL=(n1 n2 n3 n4 n5 n6)
LAST=$(($(nproc) - 1))
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

# A processor that is idle leaves its timers to one that is not: the last one is kept busy.
# (With PREEMPT_RT none is idle while it does what a timer asks for.)
busy() {
	taskset -c "$LAST" sh -c 'while :; do :; done' &
	BUSY=$!
}

lazy() {
	kill "$BUSY"
	wait "$BUSY" 2>/dev/null || true
}

# Somebody's timer is on the last processor: what a node does there sets it there.
timer_there() {
	local node

	for node in "${ALL[@]}"; do
		taskset -c "$LAST" gossipctl --netns "$node" event here || return 1
	done
	awk -v last="$LAST" '$1 == "cpu:" { cpu = $2 }
		/\[gossip\]/ && cpu == last { found = 1 }
		END { exit !found }' /proc/timer_list
}

off_and_on() {
	local i

	for ((i = 0; i < CYCLES; i++)); do
		busy
		until_true 10 timer_there || return 1
		echo 0 >"$ONLINE" || return 1
		go_on || return 1
		echo 1 >"$ONLINE" || return 1
		lazy
		go_on || return 1
	done
}

# stalled SECONDS BUSY EVERY: the last processor is kept BUSY ms of each EVERY ms, so long
# that members are late, and know it.
stalled() {
	local before stalls

	before=$(stats stalls "${ALL[@]}")
	busy
	until_true 10 timer_there || return 1
	insmod "${GOSSIP_KO%/*}/gossip_irq_hog.ko" cpu="$LAST" busy_ms="$2" every_ms="$3"
	sleep "$1"
	rmmod gossip_irq_hog
	lazy
	stalls=$(($(stats stalls "${ALL[@]}") - before))
	echo "# $stalls stalls"
	[ "$stalls" -gt 0 ]
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
until_true 10 told exists >/dev/null
if [ -w "$ONLINE" ]; then
	tap off_and_on -- "all go on when a processor is taken away, and when it is back"
else
	tap true -- "no processor can be taken away # SKIP"
fi
# Not in step with their period, or the same timers would fall due in it each time, or none.
tap stalled 10 400 1100 -- "who is kept from its timers for a moment knows it"
tap stalled 12 4000 5000 -- "and who is for long"
tap go_on -- "all go on"
tap nobody suspect -- "nobody was suspected"
tap nobody failed -- "nobody was taken for failed"
tap until_true 10 together 6 "${ALL[@]}" -- "all agree"
jobs -p | xargs kill
wait
rmmod gossip
remove_nodes 1 6
tap_end
