#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A group that falls in two, and grows together without help (serf #333, #605); a name
# that comes back with another address (memberlist #157, consul #6897), and one that two
# want (serf's name conflict). The argument says for how many seconds (default 20).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

WEST="n1 n2 n3"
EAST="n4 n5 n6"
TIME=${1:-20}
MONITORS=()

# on_bridge NAME NODE...: what hangs on another bridge is not reached.
on_bridge() {
	local node

	for node in "${@:2}"; do
		ip -n switch link set "$node" master "$1"
	done
}

address_is() {
	gossip_file n1 members | awk -v name="$1" '$1 == name { print $2 }' | grep -qxF "$2:7946"
}

# hear NODE: what its monitor tells goes to a file from now on.
hear() {
	gossipctl --netns "$1" monitor --json >"/tmp/told.$1" &
	MONITORS+=($!)
	until_true 30 grep -qs '"member":null' "/tmp/told.$1"
}

# told NODE EVENT NAME ADDRESS: its monitor has, of the member with that name and address.
told() {
	grep -q "\"event\":\"$2\".*\"name\":\"$3\",\"address\":\"$4:7946\"" "/tmp/told.$1"
}

is() {
	[ "$(gossip_file "$1" state)" = "$2" ]
}

load
create_nodes 1 7
ip -n switch link add br1 type bridge
ip -n switch link set br1 up
start_nodes 1 6
# shellcheck disable=SC2086 # lists of nodes
{
	tap until_true 30 together 6 $WEST $EAST -- "six nodes find each other"
	on_bridge br1 $EAST
	tap until_true 90 counts failed 3 $WEST $EAST -- "in two halves, each takes the other for failed"
	tap together 3 $WEST -- "and agrees"
	sleep "$TIME"
	on_bridge br0 $EAST
	tap within $((6000 * PATIENCE)) until_true 20 together 6 $WEST $EAST -- "regress: serf #333, #605, metallb #589: after $TIME s all are one group again, within 6 s"

	cut n6
	ctl n6 stop
	ctl n7 start --name n6 --peer "$(ip4 1)"
	tap within $((3000 * PATIENCE)) until_true 10 address_is n6 "$(ip4 7)" -- "regress: memberlist #157, consul #6897, #733: who comes back with another address has it at once"
	tap until_true 30 together 6 $WEST n4 n5 n7 -- "regress: memberlist #157, consul #6897, #733: for all"
	ctl n6 start --name n1 --peer "$(ip4 2)"
	hear n1
	hear n6
	mend n6
	tap until_true 20 is n6 conflict -- "regress: serf name conflict: who wants a name that is there is refused"
	tap address_is n1 "$(ip4 1)" -- "regress: serf name conflict: and the first one keeps it"
	tap until_true 10 told n6 conflict n1 "$(ip4 1)" -- "an event tells who is refused where the other is"
	tap until_true 30 told n1 conflict n1 "$(ip4 6)" -- "and the other where that is"
	tap together 6 $WEST n4 n5 n7 -- "regress: serf name conflict: nothing has changed for the others"
}
kill "${MONITORS[@]}"
wait "${MONITORS[@]}" || true
rmmod gossip
remove_nodes 1 7
tap_end
