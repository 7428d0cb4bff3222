#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cycles of start, join, leave and stop, of namespaces that come and go, and of the module
# itself, in a group that goes on probing: under a stream of garbage, with a link that
# flaps, and while others read all files, dump and subscribe. The machine's log and, on
# uml-debug, kmemleak decide whether anything is left behind. The argument says how many
# (default 10; 5 where one takes half a minute); there are more until each of the storms blew.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/storms.sh"

CYCLES=10
! is_watched || CYCLES=5
CYCLES=${1:-$CYCLES}
# After so many the module is removed, and comes again.
RELOAD=5
# Of the storms only a round or two come to a cycle: they would take most of the time.
GAP=0.2
STEP=0.02

knows_others() {
	[ "$(gossip_file n5 alive)" -gt 1 ]
}

# What a node can do in its life; a third of the namespaces ends with it running.
# For the storms it sleeps: in virtual time they do something only then.
cycle() {
	until_true 60 has_no_port n5 &&
		create_node 5 &&
		ctl n5 start --name "n5" --profile local --peer "$(ip4 1)" --peer "$(ip4 2)" &&
		sleep 0.05 &&
		ctl n5 leave &&
		ctl n5 join "$(ip4 2)" &&
		until_true 10 knows_others &&
		{ [ $(($1 % 3)) = 0 ] || ctl n5 stop; } &&
		{ [ $(($1 % 3)) != 1 ] || ctl n5 start --name "n5" --profile local; } &&
		ip netns delete n5
}

# While it is used, by a command that has not ended, it stays.
reload() {
	until_true 30 rmmod gossip 2>/dev/null || return 1
	load
	start_nodes 1 4 --profile local
}

cycles() {
	local i=0 end=''

	until [ "$i" -ge "$CYCLES" ] && is_over "${end:=$SECONDS}"; do
		i=$((i + 1))
		if ! cycle "$i"; then
			echo "# cycle $i failed"
			return 1
		fi
		[ $((i % RELOAD)) != 0 ] || reload || return 1
		[ $((i % 100)) != 0 ] || echo "# $i cycles"
	done
	echo "# $i cycles"
}

load
create_nodes 1 4
start_nodes 1 4 --profile local
tap until_true 30 together 4 n1 n2 n3 n4 -- "a group"
begin garbage readers subscribers flaps
tap cycles -- "$CYCLES cycles"
calm
tap all_blew -- "while others did what they do"
tap until_true 60 together 4 n1 n2 n3 n4 -- "the group is as it was"
tap [ "$(gossip_file n1 failed)" = 0 ] -- "nobody was taken for failed"
rmmod gossip
remove_nodes 1 4
tap_end
