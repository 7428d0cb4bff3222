#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gossipctl run: how soon the others know that a program was killed, or gossipctl itself; a
# time to live; what comes and goes with the member. The argument says how many are killed
# (default 8).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

TRIALS=${1:-8}
MONITORS=()

# heard NODE EVENT: how often its monitor told of it.
heard() {
	grep -c "\"event\":\"$2\"" "/tmp/$1" || true
}

# all_heard EVENT NUMBER
all_heard() {
	local node

	for node in n2 n3 n4 n5; do
		[ "$(heard "$node" "$1")" -ge "$2" ] || return 1
	done
}

# Milliseconds from $1, of the epoch, until each monitor's last event.
delays() {
	local node time

	for node in n2 n3 n4 n5; do
		time=$(tail -n 1 "/tmp/$node" | sed 's/.*"time":"\([^"]*\)".*/\1/')
		echo $(($(date -d "$time" +%s%3N) - $1))
	done
}

# begin ARGUMENTS of run: RUN is its process, and PROGRAM what it runs.
begin() {
	gossipctl --netns n1 run "$@" 2>>/tmp/said &
	RUN=$!
	until_true 30 pgrep -P "$RUN" >/dev/null || return 1
	PROGRAM=$(pgrep -P "$RUN")
}

# Every other time it is gossipctl that is killed, not the program.
trial() {
	local number=$1 victim now

	sleep "$QUIET"
	begin --service web -- sleep 1000 || return 1
	STEP=0.02 until_true 20 all_heard service_up "$number" || return 1
	sleep "$QUIET"
	victim=$PROGRAM
	[ $((number % 2)) = 1 ] || victim=$RUN
	now=$(date +%s%3N)
	kill -KILL "$victim"
	STEP=0.02 until_true 20 all_heard service_down "$number" || return 1
	delays "$now" >>/tmp/delays
	{ wait "$RUN" || true; } 2>/dev/null
	! kill -0 "$PROGRAM" 2>/dev/null || until_true 30 is_gone "$PROGRAM"
}

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

trials() {
	local number

	for ((number = 1; number <= TRIALS; number++)); do
		trial "$number" || return 1
	done
}

# percentile P FILE: nearest rank.
percentile() {
	sort -n "$2" | awk -v p="$1" '{ value[NR] = $1 } END { i = int(NR * p / 100 + 0.999); print value[i] }'
}

# is_up NODE: as the member n1 is listed there.
is_up() {
	ctl "$1" members --service web | grep -q '^n1 '
}

is_down() {
	! is_up "$1"
}

no_sockets() {
	ctl n1 run --service fds -- ls -l /proc/self/fd >/tmp/diagnosis
	grep -q ' 2 -> ' /tmp/diagnosis && ! grep -q 'socket:\|signalfd' /tmp/diagnosis
}

load
create_nodes 1 5
start_nodes 1 5
tap ctl n1 wait --alive 5 --converged 4 --timeout 60 -- "five nodes"
for node in n2 n3 n4 n5; do
	gossipctl --netns "$node" monitor members --json >"/tmp/$node" &
	MONITORS+=($!)
done
for node in n2 n3 n4 n5; do
	until_true 30 grep -qs '"member":null' "/tmp/$node"
done
set_nodes 1 5 "${FAR_APART[@]}"
tap trials -- "$TRIALS programs are killed, and each is heard of on four nodes"
tap [ "$(heard n2 service_down)-$(heard n5 service_down)" = "$TRIALS-$TRIALS" ] -- "once on each"
tap [ "$(percentile 50 /tmp/delays)" -lt "$AT_ONCE" ] -- "at once"
echo "# service_down after SIGKILL, $(wc -l </tmp/delays) times on four nodes:" \
	"median $(percentile 50 /tmp/delays) ms, p99 $(percentile 99 /tmp/delays) ms"

set_nodes 1 5 "${AS_USUAL[@]}"
tap status 7 ctl n1 run -- sh -c 'exit 7' -- "its exit status is the program's"
tap status 137 ctl n1 run -- sh -c 'kill -KILL $$' -- "or 128 and the signal"
tap no_sockets -- "the program has no socket of it"
begin --service web --ttl 1s -- sleep 1000
tap until_true 20 is_up n4 -- "a service with a time to live"
sleep 3
tap is_up n4 -- "is renewed"
kill -STOP "$RUN"
tap until_true 20 is_down n4 -- "it goes down when gossipctl does not run"
kill -CONT "$RUN"
tap until_true 20 is_up n4 -- "and comes up again with it"
tap refused 'web' ctl n1 run --service web true -- "a service twice"
ctl n1 stop
tap until_true 20 is_down n4 -- "it goes down with the member"
start_nodes 1 1
tap until_true 30 is_up n4 -- "and comes up again with the next one"
tap kill -0 "$PROGRAM" -- "the program runs all the while"
kill -TERM "$RUN"
tap status 143 wait "$RUN" -- "SIGTERM is passed on"
tap until_true 20 is_down n4 -- "and the service is down"
kill "${MONITORS[@]}"
rmmod gossip
remove_nodes 1 5
tap_end
