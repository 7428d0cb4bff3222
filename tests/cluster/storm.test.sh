#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# All that can come at once: the module is removed and loaded again and again, with and
# without one that uses it, while namespaces come and go, links and addresses are lost, and
# others read all files, poll, dump, subscribe, trace, tell, set and ping. The machine's log
# and, on uml-debug, kmemleak decide whether a race was lost. The argument says for how
# many seconds (default 20).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/storms.sh"

TIME=${1:-20}
FOLLOWER=${GOSSIP_KO%/*}/gossip_follower.ko

# n3 may be without an address just now, and n4 has a life of its own.
start_all() {
	start_nodes 1 2 --profile local &&
		until_true 30 start_nodes 3 3 --profile local 2>/tmp/diagnosis
}

# It comes only to find that what it is told makes no sense.
load_in_vain() {
	! load name=host bind=10.99.0.1 2>/dev/null
}

# The node of the first namespace comes and goes with the module.
life() {
	[ $((RANDOM % 3)) != 0 ] || load_in_vain || return
	load name=host advertise=10.9.9.9 || return
	start_all || return
	sleep 0.$((RANDOM % 10))
	insmod "$FOLLOWER" || return
	sleep $((RANDOM % 3)).$((RANDOM % 10))
	on n1 cat /proc/net/gossip_follower >/tmp/followed || return
	rmmod gossip_follower
}

# While it is used, by a command that has not ended, it stays.
unload() {
	until_true 60 rmmod gossip 2>/tmp/diagnosis
}

# At the end it stays. On a slow machine one life of it may take all the time.
lives_of_the_module() {
	local end=$((SECONDS + TIME)) count=1

	while life; do
		if [ "$count" -gt 1 ] && is_over "$end"; then
			echo "# $count lives"
			return
		fi
		unload || break
		count=$((count + 1))
	done
	return 1
}

# Those that the storm left elsewhere.
bring_back() {
	local i

	for i in 3 4; do
		case $(gossip_file "n$i" state) in
		off) start_nodes "$i" "$i" --profile local ;;
		left) ctl "n$i" join "$(ip4 1)" ;;
		esac
	done
}

# Namespaces are taken apart one after the other: once a new one is gone, so are all.
namespaces_end() {
	create_node 9
	ip netns delete n9
	until_true 60 has_no_port n9
}

create_nodes 1 4
begin garbage readers subscribers files dumps pollers tellers tracers outages lives namespaces
tap lives_of_the_module -- "the module comes and goes for $TIME s"
calm
tap all_blew -- "while all else went on"
bring_back
tap until_true 90 together 4 n1 n2 n3 n4 -- "the group is well"
tap namespaces_end -- "no namespace that was removed is left"
tap rmmod gossip -- "nor a user of the module"
remove_nodes 1 4
ip netns delete switch
tap [ -z "$(ip netns list)" ] -- "there is nothing"
tap_end
