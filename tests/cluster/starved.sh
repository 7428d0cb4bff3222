#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Userspace cannot starve a member: five of them, on a machine that is kept busy in the
# ways that make daemons miss their pings. Nobody fails, and acks are as quick as before.
# A responder in userspace beside them shows what would become of it. The first argument
# says how long each trial takes, in seconds (default 30).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

TIME=${1:-30}
HOGS=$((16 * $(nproc)))
NODES="n1 n2 n3 n4 n5"

# figure FILE KIND NAME: of what wire_times says.
figure() {
	awk -v kind="$2" -v name="$3" '
		$1 == kind { for (i = 2; i < NF; i += 2) if ($i == name) print $(i + 1) }' "$1"
}

# trial NAME: what NAME_begin started goes on for TIME, and NAME_end ends it.
trial() {
	local name=$1 log=/tmp/times.$1 failed
	nsenter --net=/run/netns/switch wire_times $((TIME + 2)) >"$log" &
	wire=$!
	: >/tmp/events
	gossipctl --netns n1 monitor >/tmp/events 2>&1 &
	monitor=$!
	until_true 10 test -s /tmp/events
	"${name}_begin"
	"${name}_wait"
	"${name}_end"
	wait "$wire"
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
	sed "s/^/# $name: /" "$log"
	failed=$(grep -cw failed /tmp/events || true)
	tap [ "$failed" = 0 ] -- "$name: nobody failed"
	# shellcheck disable=SC2086 # a list of nodes
	tap until_true 10 together 5 $NODES -- "$name: all are alive afterwards"
}

# Against the idle machine's.
quick() {
	local p99 idle
	p99=$(figure "/tmp/times.$1" members p99_us)
	idle=$(figure /tmp/times.idle members p99_us)
	echo "p99 $p99 us, idle $idle us" >/tmp/diagnosis
	[ "${p99:-999999999}" -le $((3 * idle)) ]
}

wait_time() { sleep "$TIME"; }

idle_begin() { :; }
idle_wait() { wait_time; }
idle_end() { :; }

# start_hogs PREFIX...: processes that only compute.
start_hogs() {
	local i
	HOG_PIDS=
	for ((i = 0; i < HOGS; i++)); do
		"$@" sh -c 'while :; do :; done' &
		HOG_PIDS="$HOG_PIDS $!"
	done
}

end_hogs() {
	# shellcheck disable=SC2086 # a list of numbers
	kill -KILL $HOG_PIDS
	# shellcheck disable=SC2086
	wait $HOG_PIDS 2>/dev/null || true
}

hogs_begin() { start_hogs env; }
hogs_wait() { wait_time; }
hogs_end() { end_hogs; }

# Realtime tasks have 95 % of the time, by the system's own limit.
realtime_begin() { start_hogs chrt -f 50; }
realtime_wait() { wait_time; }
realtime_end() { end_hogs; }

# All but a few megabytes, and readers of files that do not fit into what is left.
memory_begin() {
	local free
	free=$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
	dd if=/dev/zero of=/dev/shm/fill bs=1M count=$((free - 24)) 2>/dev/null || true
	(while :; do find / -xdev -type f -exec cat {} + >/dev/null 2>&1 || :; done) &
	READER=$!
}
memory_wait() { wait_time; }
memory_end() {
	kill "$READER"
	wait "$READER" 2>/dev/null || true
	rm -f /dev/shm/fill
}

# Everything but this shell, the first process, and who asks the responder.
stopped_begin() {
	kill -STOP -1
	kill -CONT "$ASKER"
}
# Without a process of its own.
stopped_wait() {
	local end=$((SECONDS + TIME))
	while [ "$SECONDS" -lt "$end" ]; do
		read -r -t 1 <&8 || true
	done
}
stopped_end() { kill -CONT -1; }

mkfifo /tmp/never
exec 8<>/tmp/never
load
create_nodes 1 5
start_nodes 1 5
# shellcheck disable=SC2086 # a list of nodes
tap until_true 60 together 5 $NODES -- "five nodes find each other"
nsenter --net=/run/netns/n2 userspace_echo serve &
SERVER=$!
# Only the responder is to be starved.
nsenter --net=/run/netns/n1 chrt -f 99 userspace_echo ask "$(ip4 2)" &
ASKER=$!
for name in idle hogs realtime memory stopped; do
	trial "$name"
	[ "$name" = idle ] || tap quick "$name" -- "$name: acks take no more than three times as long"
done
kill "$ASKER" "$SERVER"
wait "$ASKER" "$SERVER" 2>/dev/null || true
rmmod gossip
remove_nodes 1 5
tap_end
