#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Userspace cannot starve a member: five of them, on a machine that is kept busy in the
# ways that make daemons miss their pings. Nobody fails, and acks are as quick as before.
# A responder in userspace beside them shows what would become of it.
# Usage: starved.sh [-e US] [SECONDS [TRIAL...]]
# How long each takes (default 30; without userspace a minute at least), and which: all that
# suit the kernel if none is named.
# Idle is what the others are held against: the 99th of a hundred acks is to take no more
# than three times as long, or than US, where the machine itself has to share its
# processors.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ENOUGH=0
if [ "${1:-}" = -e ]; then
	ENOUGH=$2
	shift 2
fi
TIME=${1:-30}
STOPPED=$((TIME > 60 ? TIME : 60))
HOGS=$((16 * $(nproc)))
NODES="n1 n2 n3 n4 n5"
TRIALS=("${@:2}")
if [ "${#TRIALS[@]}" = 0 ]; then
	TRIALS=(hogs realtime memory stopped)
	# Under PREEMPT_RT timers are fired by threads, for which that is no trial but the end.
	[ ! -e /sys/kernel/realtime ] || TRIALS=(hogs memory stopped)
fi

# sum COUNTER: of all nodes.
sum() {
	# shellcheck disable=SC2086 # a list of nodes
	stats "$1" $NODES
}

# What becomes of members is told by two of them, one of which it may be about.
begin_watch() {
	local node
	at switch wire_times >/tmp/times &
	WATCHERS=$!
	for node in n1 n2; do
		: >"/tmp/events.$node"
		gossipctl --netns "$node" monitor >"/tmp/events.$node" 2>&1 &
		WATCHERS="$WATCHERS $!"
		until_true 10 test -s "/tmp/events.$node"
	done
	REFUTED=$(sum refuted) STALLS=$(sum stalls)
}

end_watch() {
	# shellcheck disable=SC2086 # a list of numbers
	kill $WATCHERS
	# shellcheck disable=SC2086
	wait $WATCHERS 2>/dev/null || true
}

# delays TRIAL KIND FROM TO: "PINGS P50 P99 MAX" of those sent between these times, in us;
# inf is what was not answered.
delays() {
	awk -v kind="$2" -v from="$3" -v to="$4" \
		'$1 == kind && $2 >= from && $2 < to { print $3 }' /tmp/times | sort -g |
		awk '{ us[NR] = $1 } END {
			print NR, us[int(NR / 2) + 1], us[int(NR * 99 / 100) + 1], us[NR]
		}' >"/tmp/delays.$1.$2"
	awk -v kind="$2" -v trial="$1" '{
		printf "# %s, %s: %s pings, p50 %s us, p99 %s us, max %s us\n", trial, kind, $1, $2, $3, $4
	}' "/tmp/delays.$1.$2"
}

# trial NAME: what NAME_begin started goes on for TIME, and NAME_end ends it.
trial() {
	local name=$1 from to
	begin_watch
	"${name}_begin"
	from=$EPOCHREALTIME
	"${name}_wait"
	to=$EPOCHREALTIME
	"${name}_end"
	# The last ones' answers, and what is still to be told.
	sleep 2
	end_watch
	delays "$name" members "$from" "$to"
	delays "$name" userspace "$from" "$to"
	echo "# $name: suspected $(cat /tmp/events.* | grep -cw suspect || true), refuted" \
		"$(($(sum refuted) - REFUTED)), stalls $(($(sum stalls) - STALLS))"
	tap none_failed -- "regress: consul #1337, #1212, tarantool #13, go #19378: $name: nobody failed"
	# shellcheck disable=SC2086 # a list of nodes
	tap until_true 10 together 5 $NODES -- "$name: all are alive afterwards"
}

none_failed() {
	! grep -w failed /tmp/events.* >/tmp/diagnosis
}

# Against the idle machine's.
quick() {
	local p99 idle
	read -r _ _ p99 _ <"/tmp/delays.$1.members"
	read -r _ _ idle _ </tmp/delays.idle.members
	echo "p99 $p99 us, idle $idle us" >/tmp/diagnosis
	[ "$p99" != inf ] && { [ "$p99" -le $((3 * idle)) ] || [ "$p99" -le "$ENOUGH" ]; }
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

# As before, and softirqs have a priority above theirs, as an administrator can give them.
raised_begin() {
	local pid
	for pid in $(pgrep '^(ksoftirqd|ktimers)'); do
		chrt -f -p 60 "$pid"
	done
	realtime_begin
}
raised_wait() { wait_time; }
raised_end() {
	local pid
	end_hogs
	# As they were.
	for pid in $(pgrep '^ksoftirqd'); do
		chrt -o -p 0 "$pid"
	done
	for pid in $(pgrep '^ktimers'); do
		chrt -f -p 1 "$pid"
	done
}

# vmstat NAME: counters of the memory management whose names begin so.
vmstat() { awk -v name="$1" 'index($1, name) == 1 { n += $2 } END { print n + 0 }' /proc/vmstat; }

# All but a few megabytes, and processes that want more than is left: they wait for what
# others give back, and some are killed. The kernel's long reports of that stay off the
# serial line, which would keep a processor busy with interrupts off.
memory_begin() {
	local free i
	STALLED=$(vmstat allocstall) KILLED=$(vmstat oom_kill)
	echo 4 >/proc/sys/kernel/printk
	free=$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
	mkdir -p /tmp/full
	mount -t tmpfs -o size=100% full /tmp/full
	dd if=/dev/zero of=/tmp/full/fill bs=1M count=$((free - 24)) 2>/dev/null || true
	EATERS=
	for i in 1 2 3 4; do
		while :; do
			sh -c 'echo 1000 >/proc/self/oom_score_adj
				exec dd if=/dev/zero of=/dev/null bs=16M count=16' || sleep 2
		done 2>/dev/null &
		EATERS="$EATERS $!"
	done
}
memory_wait() { wait_time; }
memory_end() {
	# shellcheck disable=SC2086 # a list of numbers
	kill $EATERS
	# shellcheck disable=SC2086
	wait $EATERS 2>/dev/null || true
	umount /tmp/full
	echo 7 >/proc/sys/kernel/printk
	STALLED=$(($(vmstat allocstall) - STALLED)) KILLED=$(($(vmstat oom_kill) - KILLED))
	echo "# memory: $STALLED waits for it, $KILLED processes killed for want of it"
	tap [ "$STALLED" -gt 0 ] -- "memory: it was scarce"
	tap no_warning -- "memory: the kernel has nothing to complain about"
}

no_warning() { ! log_has 'WARNING: '; }

# Everything but this shell, the first process, and who asks the responder.
stopped_begin() {
	kill -STOP -1
	kill -CONT "$ASKER"
}
# Without a process of its own.
stopped_wait() {
	local end=$((SECONDS + STOPPED))
	while [ "$SECONDS" -lt "$end" ]; do
		read -r -t 1 <&8 || true
	done
}
stopped_end() { kill -CONT -1; }

mkfifo /tmp/never
exec 8<>/tmp/never
load
create_nodes 1 5
# Five times as often as by default, for the sake of the statistics.
start_nodes 1 5 probe_interval=100
# shellcheck disable=SC2086 # a list of nodes
tap until_true 60 together 5 $NODES -- "five nodes find each other"
at n2 userspace_echo serve &
SERVER=$!
# Only the responder is to be starved.
at n1 chrt -f 99 userspace_echo ask "$(ip4 2)" &
ASKER=$!
trial idle
for name in "${TRIALS[@]}"; do
	trial "$name"
	tap quick "$name" -- "$name: acks are as quick as they should be"
done
kill "$ASKER" "$SERVER"
wait "$ASKER" "$SERVER" 2>/dev/null || true
rmmod gossip
remove_nodes 1 5
tap_end
