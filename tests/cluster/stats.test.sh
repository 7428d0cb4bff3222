#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Counters: what is dropped raises its own, and files and netlink say the same.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# to NODE ADDRESS BYTES: a datagram of zeros, sent by NODE.
to() {
	on "$1" bash -c "dd if=/dev/zero bs=$3 count=1 2>/dev/null >/dev/udp/$2/7946"
}

same_number() {
	[ "$(on n1 netlink_get stats | sed -n 's/^counters //p')" = \
		"$(on n1 sh -c 'ls /sys/kernel/gossip/stats' | wc -l)" ]
}

# Those that only grow when this test makes them.
same_values() {
	local name value

	on n1 netlink_get stats >/tmp/stats
	while read -r name value; do
		[ "$name" = counters ] || [ "$(stat_of n1 "$name")" = "$value" ] || return 1
	done </tmp/stats
	[ "$(wc -l </tmp/stats)" -gt 4 ]
}

all_are_numbers() {
	! on n1 sh -c 'cat /sys/kernel/gossip/stats/*' | grep -qv '^[0-9][0-9]*$'
}

load
create_nodes 1 2
tap refused "No such device" on n1 netlink_get stats -- "without an instance there is nothing to tell"
start_nodes 1 2
tap until_true 30 together 2 n1 n2 -- "two nodes find each other"
tap all_are_numbers -- "each file is a number"
tap grows 10 n1 rx_malformed to n2 "$(ip4 1)" 9 -- "garbage"
tap grows 10 n1 rx_length to n1 127.0.0.1 9000 -- "a datagram longer than any member sends"
ip -n n2 route add 224.0.0.0/4 dev eth0
tap grows 10 n1 rx_not_unicast to n2 224.0.0.1 50 -- "a multicast"
tap same_number -- "netlink has as many counters as there are files"
tap same_values -- "of the same values"
tap grows 10 n2 tx_no_route ip -n n2 route del 10.7.0.0/16 dev eth0 -- "a lost route"
ip -n n2 route add 10.7.0.0/16 dev eth0 src "$(ip4 2)"
tap until_true 60 together 2 n1 n2 -- "which is back"
rmmod gossip
remove_nodes 1 2
tap_end
