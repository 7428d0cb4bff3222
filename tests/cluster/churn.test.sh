#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cycles of start, join, leave and stop, of namespaces that come and go, and of the module
# itself, in a group that goes on probing: under a stream of garbage, with a link that
# flaps, and while others read all files, dump and subscribe. The machine's log and, on
# uml-debug, kmemleak decide whether anything is left behind. The argument says how many
# (default 20).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

CYCLES=${1:-20}
# After so many the module is removed, and comes again.
RELOAD=10

# Each of these goes on as long as /tmp/storm is there. Virtual time passes only while
# nobody is busy.

# Twenty datagrams of garbage a second at n1's port.
garbage() {
	while [ -e /tmp/storm ]; do
		for _ in 1 2; do
			on n2 bash -c "head -c $((RANDOM % 1400)) /dev/urandom >/dev/udp/$(ip4 1)/7946"
		done
		sleep 0.1
	done
}

# Whoever reads may find that there is nothing, or no more.
readers() {
	while [ -e /tmp/storm ]; do
		on n1 cat /sys/kernel/gossip/members /sys/kernel/gossip/stats/*
		on n2 dd if=/sys/kernel/gossip/members bs=50
		ctl n3 members --json
		ctl n1 stats
		sleep 0.05
	done
}

# Half of a dump is asked for, and a subscription never ended.
subscribers() {
	while [ -e /tmp/storm ]; do
		timeout 0.3 gossipctl --netns n2 monitor || true
		ctl n1 members | head -n 1
		sleep 0.05
	done
}

# Too short to be taken for a failure.
flaps() {
	while [ -e /tmp/storm ]; do
		cut n4
		sleep 0.05
		mend n4
		sleep 1
	done
}

# What a node can do in its life; a third of the namespaces ends with it running.
cycle() {
	create_node 5
	ctl n5 start --name "n5" --profile local --peer "$(ip4 1)" --peer "$(ip4 2)"
	ctl n5 leave
	ctl n5 join "$(ip4 2)"
	[ $(($1 % 3)) = 0 ] || ctl n5 stop
	[ $(($1 % 3)) != 1 ] || ctl n5 start --name "n5" --profile local
	ip netns delete n5
}

# While it is used, by a command that has not ended, it stays.
reload() {
	until_true 30 rmmod gossip 2>/dev/null || return 1
	load
	start_nodes 1 4 --profile local
}

cycles() {
	local i

	for ((i = 1; i <= CYCLES; i++)); do
		cycle "$i" || return 1
		[ $((i % RELOAD)) != 0 ] || reload || return 1
		[ $((i % 100)) != 0 ] || echo "# $i cycles"
	done
}

load
create_nodes 1 4
start_nodes 1 4 --profile local
tap until_true 30 together 4 n1 n2 n3 n4 -- "a group"
: >/tmp/storm
for storm in garbage readers subscribers flaps; do
	# set -e would end it with the first file that is not there.
	(set +e && $storm) >/dev/null 2>&1 &
done
tap cycles -- "$CYCLES cycles"
rm /tmp/storm
wait
tap until_true 60 together 4 n1 n2 n3 n4 -- "the group is as it was"
tap [ "$(gossip_file n1 failed)" = 0 ] -- "nobody was taken for failed"
rmmod gossip
remove_nodes 1 4
tap_end
