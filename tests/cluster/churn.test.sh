#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cycles of start, join, leave and stop, and of namespaces that come and go, in a group
# that goes on probing and under a stream of garbage. The machine's log and, on uml-debug,
# kmemleak decide whether anything is left behind. The argument says how many (default 20).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

CYCLES=${1:-20}

# Twenty datagrams of garbage a second at n1's port, until killed. Virtual time passes
# only while nobody is busy.
garbage() {
	while sleep 0.1; do
		for _ in 1 2; do
			head -c $((RANDOM % 1400)) /dev/urandom >"/dev/udp/$(ip4 1)/7946"
		done
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

cycles() {
	local i

	for ((i = 1; i <= CYCLES; i++)); do
		cycle "$i" || return 1
		[ $((i % 100)) != 0 ] || echo "# $i cycles"
	done
}

load
create_nodes 1 4
start_nodes 1 4 --profile local
tap until_true 30 together 4 n1 n2 n3 n4 -- "a group"
export -f garbage ip4 host_part
nsenter --net=/run/netns/n2 bash -c garbage 2>/dev/null &
tap cycles -- "$CYCLES cycles"
kill %1
tap until_true 60 together 4 n1 n2 n3 n4 -- "the group is as it was"
tap [ "$(gossip_file n1 failed)" = 0 ] -- "nobody was taken for failed"
rmmod gossip
remove_nodes 1 4
tap_end
