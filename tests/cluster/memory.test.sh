#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A node without memory, as failslab makes it: it answers, nobody takes it for dead, what
# was lost comes back with the memory, and who listens learns that something was lost (o2hb).
# The arguments say for how many seconds memory is scarce (default 10), and for how many there
# is none at all (default 60). The machine's log and kmemleak decide whether anything is left
# behind.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/failslab.sh"

SCARCE=${1:-10}
NONE=${2:-60}
FOLLOWER=${GOSSIP_KO%/*}/gossip_follower.ko

# Who may sleep waits for memory; who may not gets none, in PERCENT of all cases.
without_memory() {
	echo "$1" >$FAILSLAB/probability
}

# The network's own memory of who is where is not what is tested.
know_each_other() {
	local i j

	for i in 1 2 3 4 5; do
		for j in 1 2 3 4 5; do
			[ "$i" = "$j" ] ||
				ip -n "n$i" neigh replace "$(ip4 $j)" dev eth0 nud permanent \
					lladdr "$(ip -n "n$j" -br link show eth0 | awk '{ print $3 }')"
		done
	done
}

# all_alive SECONDS: so long each of the four sees the other three alive.
all_alive() {
	local end=$((SECONDS + $1))

	while [ "$SECONDS" -lt "$end" ]; do
		counts alive 4 n1 n2 n3 n4 || return 1
		sleep 0.5
	done
}

# endures PERCENT SECONDS: so little memory for so long; probes go on, and are answered.
endures() {
	local probes failed status=0

	probes=$(stats probes n1 n2 n3 n4)
	failed=$(stats probes_failed n1 n2 n3 n4)
	without_memory "$1"
	all_alive "$2" || status=$?
	without_memory 0
	{
		echo "$(($(stats probes n1 n2 n3 n4) - probes)) probes," \
			"$(($(stats probes_failed n1 n2 n3 n4) - failed)) failed;" \
			"not sent for want of memory: $(stats tx_no_memory n1 n2 n3 n4)"
	} | tee /tmp/diagnosis | sed 's/^/# /'
	[ "$status" = 0 ] &&
		[ "$(stats probes n1 n2 n3 n4)" -ge $((probes + $2 * 4)) ] &&
		[ "$(stats probes_failed n1 n2 n3 n4)" = "$failed" ]
}

# All have the key before one uses it, and all use it before one heeds nothing else.
seal() {
	local id i

	(umask 077 && gossipctl key generate >/tmp/key)
	for i in 1 2 3 4; do
		id=$(ctl "n$i" key add /tmp/key) || return
	done
	for i in 1 2 3 4; do
		ctl "n$i" key use "$id" --permissive || return
	done
	for i in 1 2 3 4; do
		ctl "n$i" key use "$id" || return
	done
	LOST=$(stats rx_no_memory n1 n2 n3 n4)
}

# No place in the table for a member more.
cannot_remember() {
	[ "$(stats no_memory n1)" -gt 0 ] && counts alive 4 n1
}

hears_event() {
	ctl n2 event first
	grep -q first /tmp/monitored.events
}

# Says events while every other allocation fails, until one was heard and a listener not told.
misses_event() {
	local i

	without_memory 50
	for i in {1..300}; do
		# It may be refused for want of memory, too.
		ctl n2 event "e$i" 2>/dev/null || true
		[ "$(stats user_events_lost n1)" = 0 ] || break
		sleep 0.1
	done
	without_memory 0
	echo "# event $i"
	[ "$(stats user_events_lost n1)" -gt 0 ]
}

# serves SERVICES: n2, as n1 sees it.
serves() {
	[ "$(gossip_file n1 members | awk '$1 == "n2" { print $7 }')" = "$1" ]
}

# told NODE: the module in the node's namespace was told that it has missed something.
told() {
	dmesg | grep -q "gossip_follower: netns=$(stat -L -c %i "/run/netns/$1") seq=[1-9][0-9]* lost"
}

if [ ! -e $FAILSLAB ]; then
	echo "1..0 # SKIP no failslab in this kernel"
	exit 0
fi
trap 'without_memory 0; rmmod gossip_follower 2>/dev/null || true' EXIT
failslab Y "$EVERYBODYS"
load
create_nodes 1 5
know_each_other
start_nodes 1 4
tap until_true 60 together 4 n1 n2 n3 n4 -- "four nodes find each other"
for percent in 10 50; do
	tap endures $percent "$SCARCE" -- "$SCARCE s with $percent % of allocations failing: probes are answered"
done
tap endures 100 "$NONE" -- "regress: o2hb: $NONE s with all of them failing: probes are answered"
tap together 4 n1 n2 n3 n4 -- "nobody was taken for anything but alive"
tap seal -- "with a key they seal what they say"
tap endures 100 "$SCARCE" -- "$SCARCE s with all of them failing: what is sealed is opened, and answered"
tap [ "$(stats rx_no_memory n1 n2 n3 n4)" = "$LOST" ] -- "nothing that came was lost"

insmod "$FOLLOWER"
gossipctl --netns n1 --json monitor members >/tmp/monitored 2>&1 &
monitor=$!
tap until_true 20 grep -q n4 /tmp/monitored -- "one listens"
gossipctl --netns n1 monitor events >/tmp/monitored.events 2>&1 &
events=$!
tap until_true 20 hears_event -- "one listens to events"
tap misses_event -- "who listens to events and was not told is counted"
kill $events

SERVICES=()
for service in db web; do
	gossipctl --netns n2 run --service $service sleep 1000 &
	SERVICES+=($!)
done
tap until_true 20 serves db,web -- "a node has two services"
without_memory 100
kill "${SERVICES[1]}"
tap until_true 20 is_more n2 meta_deferred 0 -- "that one has ended cannot be told"
without_memory 0
tap until_true 20 serves db -- "and is when there is memory again"
kill "${SERVICES[0]}"

ctl n5 start --name n5 --key /tmp/key
without_memory 100
ctl n5 join "$(ip4 1)"
tap until_true 20 cannot_remember -- "who comes now cannot be remembered"
without_memory 0
tap until_true 60 together 5 n1 n2 n3 n4 n5 -- "and is when there is memory again"
tap until_true 10 grep -q n5 /tmp/monitored -- "who listens has learned it"
without_memory 100
ctl n5 leave
tap until_true 30 all_see left n5 n1 -- "who leaves has left, without memory too"
tap until_true 10 told n1 -- "another module is told that it has missed something"
tap is_more n1 events_lost 0 -- "which is counted"
tap until_true 10 grep -q '"left"' /tmp/monitored -- "who listens learns it"
without_memory 0
kill $monitor
ctl n5 join
tap until_true 120 together 5 n1 n2 n3 n4 n5 -- "all are together again"
rmmod gossip_follower
rmmod gossip
remove_nodes 1 5
tap_end
