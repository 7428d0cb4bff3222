#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What went wrong in other implementations: each test is named after the thread in which it
# was seen, and so are those of other scripts: partitions, addresses and names in
# partition.test.sh, who is not one of a group in cluster/seal.test.sh, listeners that lose
# messages in lossless.test.sh there, memory in memory.test.sh, starvation in starved.sh, quiet
# days in day.sh, and pauses in pause.sh.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL=(n1 n2 n3 n4 n5 n6)
MONITORS=()
# How long bad times last, in seconds: longer than any suspicion.
TIME=${1:-15}
# In ms, how long it may take until a node that has lost its interface says so: it waits for a
# period, 500 ms, and to ask takes long where processors are emulated, or watched.
NOTICED=2000
case $(uname -r) in
*-gossip) NOTICED=1000 ;;
esac

is() {
	[ "$(gossip_file "$1" state)" = "$2" ]
}

# Frames from node n$1 to n$2 go to where nobody is.
cut_link() {
	ip -n "n$1" neigh replace "$(ip4 "$2")" lladdr 02:00:00:00:00:99 dev eth0 nud permanent
}

mend_link() {
	ip -n "n$1" neigh delete "$(ip4 "$2")" dev eth0
}

# What n6 hears from now on, in percent of what is sent to it.
hears() {
	tc -n switch qdisc replace dev n6 root netem loss $((100 - $1))%
}

# Datagrams that all have sent.
sent() {
	local node sum=0

	for node in "${ALL[@]}"; do
		sum=$((sum + $(gossip_file "$node" stats/tx_datagrams)))
	done
	echo "$sum"
}

# Datagrams of a member in a second, times 100, in RATE, while NODES count no failure.
# nobody_fails NODES...
nobody_fails() {
	local before begun=${EPOCHREALTIME/./} end=$((SECONDS + TIME)) status=0

	before=$(sent)
	while [ "$SECONDS" -lt "$end" ] && [ "$status" = 0 ]; do
		counts failed 0 "$@" || status=1
		sleep 1
	done
	RATE=$((($(sent) - before) * 100000000 / (${EPOCHREALTIME/./} - begun) / ${#ALL[@]}))
	echo "# datagrams of a member in a second: $((RATE / 100)).$((RATE % 100))"
	return "$status"
}

# Each monitor has begun with all six, and then told that these are all.
told_enough() {
	local node

	for node in "${ALL[@]}"; do
		[ "$(grep -c ' exists  *n' "/tmp/told.$node")" = 6 ] || return 1
		grep -q ' exists  *-$' "/tmp/told.$node" || return 1
	done
}

# In that time no node took another than n6 for failed.
no_healthy_failed() {
	! awk '$2 == "failed" && $3 != "n6"' /tmp/told.* | grep . >/tmp/diagnosis
}

# leave_and_join ROUNDS NODE: leaves and joins, or stops and starts.
leave_and_join() {
	local round

	for ((round = 0; round < $1; round++)); do
		if [ $(((round + ${2#n}) % 2)) = 0 ]; then
			ctl "$2" leave && ctl "$2" join || return 1
		else
			ctl "$2" stop && start_nodes "${2#n}" "${2#n}" || return 1
		fi
	done
}

# All but n1, at the same time.
storm() {
	local node status=0 pids=()

	for node in "${ALL[@]:1}"; do
		leave_and_join "$1" "$node" &
		pids+=($!)
	done
	for node in "${pids[@]}"; do
		wait "$node" || status=1
	done
	return "$status"
}

# Stops without a goodbye that is heard, and starts again.
restart_unheard() {
	local i

	for i in "$@"; do
		cut "n$i"
	done
	for i in "$@"; do
		ctl "n$i" stop &
	done
	wait
	for i in "$@"; do
		start_nodes "$i" "$i"
		mend "n$i"
	done
}

# incarnation MEMBER: as n1 has it.
incarnation() {
	gossip_file n1 members | awk -v name="$1" '$1 == name { print $4 }'
}

# read_on NODE: reads its files without end, to be killed.
read_on() {
	exec at "$1" bash -c 'while :; do
		dd if=/sys/kernel/gossip/members bs=50 status=none
		cat /sys/kernel/gossip/stats/* /sys/kernel/gossip/self
		sleep 0.01
	done' >/dev/null 2>&1
}

# The kernel takes its time to remove the cable of a namespace.
cable_gone() {
	! ip -n switch link show n7 >/dev/null 2>&1
}

# One round of it: a namespace with a member comes, and ends while its last readers do.
end_under_readers() {
	local readers=()

	create_node 7 && start_nodes 7 7 || return 1
	for _ in 1 2 3 4; do
		(read_on n7) &
		readers+=($!)
	done
	(exec at n7 poll_members 60 >/dev/null 2>&1) &
	readers+=($!)
	until_true 20 counts alive 7 n1 n7 || return 2
	ip netns delete n7
	# The one that polls may have seen a change, and be done.
	{
		kill -KILL "${readers[@]}"
		wait "${readers[@]}"
	} 2>/dev/null || true
	until_true 20 all_see left n7 n1 || return 3
	until_true 20 cable_gone || return 4
}

ends_under_readers() {
	local round

	for round in {1..10}; do
		end_under_readers && continue
		echo "round $round, step $?: $(gossip_file n1 members | grep n7)" >/tmp/diagnosis
		return 1
	done
}

load
create_nodes 1 6
start_nodes 1 6
tap until_true 30 together 6 "${ALL[@]}" -- "six nodes find each other"

tap nobody_fails "${ALL[@]}" -- "idle"
IDLE=$RATE
ip -n n6 link set eth0 down
STEP=0.01 tap within $NOTICED until_true 10 is n6 isolated -- "regress: memberlist #242: who switches its own interface off notices"
tap nobody_fails n6 -- "regress: memberlist #242: and accuses nobody to death"
ip -n n6 link set eth0 up
tap until_true 60 together 6 "${ALL[@]}" -- "regress: memberlist #242: and comes back"

for other in 1 2 3; do
	cut_link 6 $other
	cut_link $other 6
done
tap nobody_fails "${ALL[@]}" -- "regress: consul #5928, #5567, #9283: who reaches half of the others accuses nobody to death"
tap [ "$RATE" -le $((5 * IDLE)) ] -- "regress: consul #5928: with at most five times the datagrams"
for other in 1 2 3; do
	mend_link 6 $other
	mend_link $other 6
done
for node in "${ALL[@]}"; do
	gossipctl --netns "$node" monitor >"/tmp/told.$node" &
	MONITORS+=($!)
done
hears 30
tap nobody_fails n6 -- "regress: consul #5928: nor does who hears little"
tap [ "$RATE" -le $((5 * IDLE)) ] -- "regress: consul #5928: with as few datagrams"
tap until_true 10 told_enough -- "regress: consul #9283: all tell what they see"
tap no_healthy_failed -- "regress: consul #9283: no healthy one fails, not even for a moment"
kill "${MONITORS[@]}"
wait "${MONITORS[@]}" || true

hears 0
tap until_true 30 is n6 isolated -- "regress: restate, ScyllaDB: who hears nothing says so"
tap nobody_fails n6 -- "regress: restate, ScyllaDB: and accuses nobody to death"
hears 100
tap until_true 60 together 6 "${ALL[@]}" -- "regress: restate, ScyllaDB: and comes back"

cut n6
tap within $((5000 * PATIENCE)) ctl n6 leave -- "regress: memberlist #140: a leave that nobody hears ends"
mend n6
ctl n6 join
tap until_true 60 together 6 "${ALL[@]}" -- "regress: memberlist #217: who left joins again"
tap storm 6 -- "regress: serf #638, #662: five leave and come back six times, all at once"
tap until_true 60 together 6 "${ALL[@]}" -- "regress: serf #638, #662: and all are alive"
tap counts left 0 "${ALL[@]}" -- "regress: serf #638, #662: nobody stays as one that leaves"

# Each has a greater incarnation than it starts with.
for i in 4 5 6; do
	for value in 1 2 3; do
		ctl "n$i" tag value=$value
	done
done
until_true 20 together 6 "${ALL[@]}"
before=$(incarnation n5)
tap [ "$before" -ge 3 ] -- "members have a past"
restart_unheard 4 5 6
tap until_true 20 together 6 "${ALL[@]}" -- "regress: memberlist #311, PR #345: half restart at once, and are not ignored"
tap [ "$(incarnation n5)" -lt "$before" ] -- "regress: memberlist #311: though their incarnations begin anew"

tap ends_under_readers -- "regress: batman-adv: a namespace ends while its files are read"
tap until_true 30 together 6 "${ALL[@]}" -- "regress: batman-adv: the others are as they were"
(read_on n1) &
READER=$!
tap within $((10000 * PATIENCE)) rmmod gossip -- "regress: batman-adv: so does the module"
{
	kill -KILL "$READER"
	wait "$READER"
} 2>/dev/null || true
remove_nodes 1 6
tap_end
