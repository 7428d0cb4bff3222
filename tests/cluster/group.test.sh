#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Five nodes: they find each other, one is cut off and comes back, one leaves and comes
# back, one stops.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL="n1 n2 n3 n4 n5"
REST="n1 n2 n3 n4"

# event NODE WORD MEMBER: the node's monitor has said so.
event() {
	grep -q "\"event\": *\"$2\".*\"name\": *\"$3\"" "/tmp/monitor.$1"
}

all_told() {
	local node

	for node in $REST; do
		event "$node" "$1" n5 || return 1
	done
}

# Who was not told that n5 failed says what decided it.
one_decided() {
	grep -q "failed .*n5 .*by own timer" /tmp/words.*
}

# listed NODE: five lines of seven columns, each of which begins at the same place in all of them;
# NODE itself first, then by name. It has no round-trip time of itself: what follows that column
# would not be aligned by chance.
listed() {
	gossip_file "$1" members >/tmp/diagnosis
	awk -v self="$1" '
		{
			places = ""
			for (i = 1; i <= length($0); i++)
				if (substr($0, i, 1) != " " && (i == 1 || substr($0, i - 1, 1) == " "))
					places = places " " i
			bad = bad || NF != 7 || / $/ || (NR > 1 && places != first)
			bad = bad || (NR == 1) != ($1 == self) || (NR > 2 && $1 <= name)
			bad = bad || (NR == 1) != ($5 == "-")
			first = places
			name = $1
		}
		END { exit bad || NR != 5 }' /tmp/diagnosis
}

all_listed() {
	local node

	for node in $ALL; do
		listed "$node" || return 1
	done
}

# No line of NODE...: is about n5.
forgotten() {
	local node

	for node; do
		[ -z "$(state_of "$node" n5)" ] || return 1
	done
}

# event_order NODE WORD WORD: the last of the one came before the last of the other.
event_order() {
	awk -v first="\"event\": *\"$2\"" -v second="\"event\": *\"$3\"" '
		$0 ~ first { one = NR }
		$0 ~ second { other = NR }
		END { exit !(one && one < other) }' "/tmp/monitor.$1"
}

quiet() {
	! at n1 poll_members 2 >/dev/null
}

load
create_nodes 1 5
start_nodes 1 5
# shellcheck disable=SC2086 # lists of nodes
{
	tap until_true 30 together 5 $ALL -- "five nodes find each other"
	tap until_true 30 all_listed -- "members are listed in columns, the reader first, then by name"
	tap until_true 30 counts health 0 $ALL -- "and all are well"
	for node in $REST; do
		gossipctl --netns "$node" monitor --json >"/tmp/monitor.$node" &
		gossipctl --netns "$node" monitor >"/tmp/words.$node" &
	done
	gossipctl --netns n5 monitor --json >/tmp/monitor.n5 &
	own=$!
	tap until_true 30 all_told exists -- "monitor begins with who is there"
	# What changed while they met may still wake one poll.
	tap until_true 20 quiet -- "poll() waits while nothing changes"
	at n1 poll_members 600 >/tmp/poll &
	poller=$!
	until_true 30 grep -qs waiting /tmp/poll

	cut n5
	tap until_true 60 all_see failed n5 $REST -- "who is cut off is failed in sysfs"
	tap until_true 10 all_told failed -- "and in a monitor event of each node"
	tap until_true 10 one_decided -- "one of them says that its own timer decided"
	tap wait "$poller" -- "and poll() woke"
	tap until_true 30 counts state isolated n5 -- "who is cut off says so"
	tap until_true 10 event n5 isolated n5 -- "in an event, too"
	tap counts failed 0 n5 -- "and declares nobody failed"
	mend n5
	tap until_true 90 together 5 $ALL -- "after the cut all are alive, without a restart"
	tap until_true 10 all_told alive -- "and an event says so"
	tap until_true 10 event_order n5 isolated joined -- "who was cut off is told that it is back"

	ctl n5 leave
	tap until_true 10 all_see left n5 $REST -- "who leaves has left"
	tap [ "$(gossip_file n5 state)" = left ] -- "and knows it"
	tap until_true 10 all_told left -- "and an event says so"
	ctl n5 join
	tap until_true 30 together 5 $ALL -- "who left joins again"

	ctl n5 stop
	tap until_true 10 all_see left n5 $REST -- "who stops has left"
	tap [ "$(gossip_file n5 state)" = off ] -- "and is off"
	start_nodes 5 5
	tap until_true 30 together 5 $ALL -- "who stopped starts again"

	# A process in it would keep it.
	kill "$own"
	wait "$own" || true
	ip netns delete n5
	tap until_true 20 all_see left n5 $REST -- "a namespace that ends has left"
	for node in $REST; do
		ctl "$node" set reap_after=1
	done
	tap until_true 30 all_told reap -- "who is gone for long is forgotten, and an event says so"
	tap forgotten $REST -- "it is listed no more"
}
jobs -p | xargs kill
wait
rmmod gossip
tap [ ! -e /sys/kernel/gossip ] -- "rmmod removes the directory"
remove_nodes 1 4
tap_end
