#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What follows a group misses no last state: the library's example and monitor, the latter
# with a buffer that is far too small, while members come and go. And metrics, top, and what
# happens to those who follow when the module goes.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

LAST=8

# The last state of each member that a monitor told, sorted by name.
told_states() {
	awk -F '"' '{
		for (i = 1; i < NF; i++) {
			if ($i == "event") event = $(i + 2)
			if ($i == "name") name = $(i + 2)
			if ($i == "state") state = $(i + 2)
		}
		if (event == "resync" || /"member":null/)
			next
		if (event == "reap")
			delete last[name]
		else
			last[name] = state
	}
	END { for (name in last) print name, last[name] }' /tmp/small | sort
}

listed_states() {
	gossip_file n1 members | awk '{ sub(/\+.*/, "", $3); print $1, $3 }' | sort
}

same_states() {
	listed_states >/tmp/listed
	told_states >/tmp/told
	diff /tmp/listed /tmp/told >/tmp/diagnosis
}

# Members that come and go, and a monitor that is stopped in between, so that events are lost.
come_and_go() {
	local i round

	for round in 1 2 3 4; do
		kill -STOP "$MONITOR"
		for ((i = 3; i <= LAST; i++)); do
			ctl "n$i" stop
		done
		start_nodes 3 "$LAST"
		kill -CONT "$MONITOR"
		ctl n1 wait --alive "$LAST" --timeout 60
		echo "# round $round: $(grep -c . /tmp/small) events told"
	done
}

resynced() {
	grep -q '"event":"resync"' /tmp/small
}

# metrics_say LINE
metrics_say() {
	ctl n1 metrics >/tmp/diagnosis
	grep -qE -- "$1" /tmp/diagnosis
}

well_formed() {
	ctl n1 metrics --members >/tmp/metrics
	"$CHECKER" /tmp/metrics >/tmp/diagnosis
}

# On a terminal of 24 lines; its screen is read from what it wrote.
top_shows() {
	SHELL=/bin/sh script -qec "stty rows 24 cols 80; timeout --foreground 5 gossipctl --netns n1 top" \
		/tmp/typescript </dev/null >/dev/null || true
	tr '\033' '\n' </tmp/typescript >/tmp/diagnosis
	grep -qE -- "$1" /tmp/diagnosis
}

status() {
	local expected=$1 got=0

	shift
	"$@" >/dev/null 2>&1 || got=$?
	[ "$got" = "$expected" ]
}

load
create_nodes 1 "$LAST"
start_nodes 1 "$LAST"
tap ctl n1 wait --alive "$LAST" --converged $((LAST - 1)) --timeout 60 -- "$LAST nodes find each other"
gossipctl --netns n1 monitor --json --rcvbuf 1 >/tmp/small 2>/tmp/words &
MONITOR=$!
at n1 libgossip-example >/tmp/example 2>&1 &
EXAMPLE=$!
until_true 30 grep -qs 'exists n1' /tmp/example
come_and_go
tap until_true 10 resynced -- "events were lost"
tap until_true 20 same_states -- "but no last state of a member"
tap grep -q 'alive n8\|join n8\|update n8' /tmp/example -- "the example tells of changes, too"

tap metrics_say '^gossip_members\{state="alive"\} 8$' -- "metrics count members"
tap metrics_say '^gossip_rx_datagrams_total [1-9]' -- "and datagrams"
CHECKER=${GOSSIP_ROOT%/tests}/userspace/test/prometheus.py
[ ! -x "$CHECKER" ] || tap well_formed -- "and are well formed"
! command -v script >/dev/null || tap top_shows "^.1;1H|n1 in default: alive" -- "top shows the group"

rmmod gossip
tap status 3 wait "$MONITOR" -- "monitor ends with 3 when the module is unloaded"
tap status 1 wait "$EXAMPLE" -- "and the example with its error"
tap grep -q 'gossipctl: monitor: the gossip module was unloaded' /tmp/words -- "monitor says why"
tap grep -q 'the gossip module was unloaded' /tmp/example -- "as does the example"
remove_nodes 1 "$LAST"
tap_end
