#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A module follows membership in every namespace, and comes and goes as it likes.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

FOLLOWER=${GOSSIP_KO%/*}/gossip_follower.ko
# The numbers of enum gossip_event_type.
JOIN=0 SUSPECT=1 ALIVE=2 FAILED=3 LEFT=4

follow() {
	insmod "$FOLLOWER"
}

# heard NODE EVENT MEMBER STATE: the module in NODE's namespace was told.
heard() {
	dmesg | grep -q "gossip_follower: netns=$(stat -L -c %i "/run/netns/$1") seq=[1-9][0-9]* event=$2 member=$3 .*state=$4 now="
}

# all_heard EVENT MEMBER STATE NODE...
all_heard() {
	local node

	for node in "${@:4}"; do
		heard "$node" "$1" "$2" "$3" || return 1
	done
}

# Both list what there is: the module's in no order, and without flags.
same_members() {
	local node

	for node; do
		{
			echo "view $(gossip_file "$node" view)"
			gossip_file "$node" members | awk '{ sub(/\+.*/, "", $3); print $1, $2, $3 }'
		} | sort >/tmp/sysfs
		on "$node" cat /proc/net/gossip_follower | sort >/tmp/module
		cmp -s /tmp/sysfs /tmp/module || return 1
	done
}

# The events that the module was told of in NODE's namespace have numbers without gaps.
no_gaps() {
	dmesg | sed -n "s/.*gossip_follower: netns=$(stat -L -c %i "/run/netns/$1") seq=\([0-9]*\) .*/\1/p" |
		awk 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit bad || NR < 5 }'
}

says_off() {
	[ "$(on n4 cat /proc/net/gossip_follower)" = "view 0000000000000000" ]
}

come_and_go() {
	local i

	for ((i = 0; i < 10; i++)); do
		rmmod gossip_follower && follow || return 1
	done
}

trap 'rmmod gossip_follower 2>/dev/null || true' EXIT
load
create_nodes 1 4
start_nodes 1 2
follow
tap until_true 30 together 2 n1 n2 -- "two nodes find each other"
tap until_true 10 same_members n1 n2 -- "the module lists who was there before it"
tap says_off -- "and nobody where nothing runs"
tap refused "in use" rmmod gossip -- "what it uses cannot be removed"
start_nodes 3 3
tap until_true 30 together 3 n1 n2 n3 -- "a third one joins"
tap until_true 10 all_heard $JOIN n3 alive n1 n2 -- "the module is told in each namespace"
cut n3
tap until_true 60 all_see failed n3 n1 n2 -- "who is cut off is failed"
tap until_true 10 all_heard $FAILED n3 failed n1 n2 -- "it is told of that"
tap all_heard $SUSPECT n3 suspect n1 n2 -- "and of the suspicion before"
mend n3
tap until_true 90 together 3 n1 n2 n3 -- "it comes back"
tap until_true 10 all_heard $ALIVE n3 alive n1 n2 -- "it is told of that"
ctl n3 leave
tap until_true 30 all_see left n3 n1 n2 -- "it leaves"
tap until_true 10 all_heard $LEFT n3 left n1 n2 -- "it is told of that"
tap heard n3 $LEFT "n3 (self)" left -- "and where it left"
tap no_gaps n1 -- "it was told of everything"
tap until_true 10 same_members n1 n2 n3 -- "and lists the same members"
ctl n3 join &
join=$!
tap come_and_go -- "it is removed and loaded again while nodes talk"
tap wait "$join" -- "and join"
tap until_true 60 together 3 n1 n2 n3 -- "which find each other"
tap until_true 10 same_members n1 n2 n3 -- "all members are listed again"
create_nodes 5 5
start_nodes 5 5
tap until_true 30 all_heard $JOIN n5 alive n1 n2 -- "it joins"
tap until_true 30 same_members n5 -- "a new namespace is followed too"
ip netns delete n5
tap until_true 60 all_heard $LEFT n5 left n1 n2 -- "and its end seen"
ctl n1 stop
tap heard n1 $LEFT "n1 (self)" left -- "who stops says so"
rmmod gossip_follower
tap rmmod gossip -- "then all can be removed"
remove_nodes 1 4
tap_end
