# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Members that are kept from their timers: for scripts that run in a test machine, after
# lib.sh. Sourced, not run.

LAST=$(($(nproc) - 1))

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

# timer_there NODE...: somebody's timer is on the last processor: what a node does there sets
# it there.
timer_there() {
	local node

	for node; do
		taskset -c "$LAST" gossipctl --netns "$node" event here || return 1
	done
	awk -v last="$LAST" '$1 == "cpu:" { cpu = $2 }
		/\[gossip\]/ && cpu == last { found = 1 }
		END { exit !found }' /proc/timer_list
}

# stalled SECONDS BUSY EVERY NODE...: the last processor is kept BUSY ms of each EVERY ms, so
# long that some of the members are late, and know it.
stalled() {
	local nodes=("${@:4}") before stalls

	before=$(stats stalls "${nodes[@]}")
	busy
	until_true 30 timer_there "${nodes[@]}" || return 1
	insmod "${GOSSIP_KO%/*}/gossip_irq_hog.ko" cpu="$LAST" busy_ms="$2" every_ms="$3"
	sleep "$1"
	rmmod gossip_irq_hog
	lazy
	stalls=$(($(stats stalls "${nodes[@]}") - before))
	echo "# $stalls stalls"
	[ "$stalls" -gt 0 ]
}
