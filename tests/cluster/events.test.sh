#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# User events: each is delivered once everywhere, in numbers without gaps; what is too
# long or comes from nobody is refused.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

NODES=(n1 n2 n3 n4 n5)
COUNT=${1:-40}

says() {
	on "$1" say "${@:2}"
}

hears() {
	at "$1" say hear >"/tmp/heard.$1" 2>&1 &
	until_true 30 grep -qs hears "/tmp/heard.$1"
}

# heard TEXT TIMES NODE...: each of the nodes heard it that often.
heard() {
	local node

	for node in "${@:3}"; do
		[ "$(grep -c -- "$1" "/tmp/heard.$node")" = "$2" ] || return 1
	done
}

no_gaps() {
	! grep -q lost "/tmp/heard.$1" && awk -v expected="$2" '
		!/ user-event / { next }
		{ sub(/.*seq=/, ""); sub(/ .*/, "") }
		$1 != ++count { bad = 1 }
		END { exit bad || count != expected }' "/tmp/heard.$1"
}

# Every second one from another node, never more than are let through at once.
send_many() {
	local i

	for ((i = 1; i <= COUNT; i++)); do
		until_true 10 says "n$((i % 2 + 1))" event "e$i" "payload $i" 2>/dev/null || return 1
		echo "e$i from=n$((i % 2 + 1)) payload=payload $i"
	done >/tmp/sent
}

# Each of those once, in whatever order.
all_heard() {
	local node

	for node in "${NODES[@]}"; do
		sed -n 's/.* user-event \(e[0-9].*\)/\1/p' "/tmp/heard.$node" | sort |
			diff <(sort /tmp/sent) - >/tmp/diagnosis && continue
		{
			echo "$node:"
			on "$node" grep -r . /sys/kernel/gossip/stats --include='user_events_*'
		} >>/tmp/diagnosis
		return 1
	done
}

P505=$(printf 'p%.0s' {1..505})

load
create_nodes 1 5
tap refused "no instance runs" says n1 event deploy -- "an event without an instance"
start_nodes 1 5
tap until_true 30 together 5 "${NODES[@]}" -- "five nodes find each other"
tap refused "name is missing" says n1 event -- "an event without a name"
tap refused "1 to 63 characters" says n1 event "a b" -- "an event with a space in its name"
tap refused "longer than 512 bytes, name and payload together" says n1 event deploys1 "$P505" \
	-- "an event of 513 bytes"
for node in "${NODES[@]}"; do
	hears "$node"
done
tap says n1 event deploys "$P505" -- "one of 512 bytes"
tap until_true 10 heard "from=n1 payload=$P505\$" 1 "${NODES[@]}" -- "is heard by all"
tap says n2 event empty -- "one without a payload"
tap until_true 10 heard " user-event empty from=n2 payload=\$" 1 "${NODES[@]}" -- "too"
tap send_many -- "$COUNT in a row"
tap until_true 20 all_heard -- "are heard once by all"
for node in "${NODES[@]}"; do
	tap no_gaps "$node" $((COUNT + 2)) -- "$node heard no other, and none is left out"
done
ctl n5 leave
tap refused "out of its group" says n5 event late -- "who has left sends none"
rmmod gossip
remove_nodes 1 5
tap_end
