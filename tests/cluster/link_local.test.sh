#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A group whose members have nothing but link-local addresses: others are told of them
# without the interface, which each knows for itself.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL="n1 n2 n3"

lists_link_local() {
	gossip_file n1 members | grep -qF "[fe80::3]:7946"
}

# The same address on another device has nothing to do with it.
on_another() {
	ip -n n1 link add other type veth peer name end
	ip -n n1 link set end up
	ip -n n1 link set other up
	ip -n n1 addr add fe80::1/64 dev other nodad
	ip -n n1 addr del fe80::1/64 dev other
	ip -n n1 link set other down
	ip -n n1 link del other
}

# shout NODE ADDRESS: somebody on the node sends to the socket at ADDRESS, for five seconds.
shout() {
	local end=$((SECONDS + 5))
	while [ "$SECONDS" -lt "$end" ]; do
		# shellcheck disable=SC2016 # for the inner shell
		on "$1" bash -c 'for ((i = 0; i < 100; i++)); do echo x >"/dev/udp/$0/7946"; done' "$2"
	done
}

# Moved before the old device loses it.
move_address() {
	ip -n "$1" link add moved type dummy
	ip -n "$1" link set moved up
	ip -n "$1" addr add "$2" dev moved
	ip -n "$1" addr del "$2" dev eth0
}

load
create_nodes 1 3
for i in 1 2 3; do
	ip -n n$i addr flush dev eth0 scope link
	ip -n n$i addr add fe80::$i/64 dev eth0 nodad
done
# One listens there alone, the others on all their addresses.
ctl n1 start name=n1 "bind=[fe80::1%eth0]:7946"
for i in 2 3; do
	ctl n$i start name=n$i "bind=[::]:7946" "peers=[fe80::1%eth0]:7946"
done
# shellcheck disable=SC2086 # lists of nodes
{
	tap until_true 30 together 3 $ALL -- "three nodes find each other over link-local addresses"
	tap lists_link_local -- "which they list"
	cut n3
	tap until_true 60 all_see failed n3 n1 n2 -- "who is cut off is failed"
	mend n3
	tap until_true 90 together 3 $ALL -- "and comes back"
}
# What comes from the node itself has come by lo, by which no member is reached.
tap stays n1 tx_no_route shout n1 fe80::1%eth0 -- "what anybody on a node sends to it takes the group's link from nobody"
tap stays n2 tx_no_route shout n2 fe80::2%eth0 -- "nor where it listens on all addresses"
tap stays n1 address_lost on_another -- "the same address of another device is no concern"
tap stays n1 link_lost true -- "nor is that device"
tap grows 0 n2 address_lost ip -n n2 addr del fe80::2/64 dev eth0 -- "the own one is"
ctl n3 stop
ctl n3 start name=n3 "bind=$(ip4 3):7946"
tap stays n3 address_lost move_address n3 "$(ip4 3)/16" -- "an address that moves is not lost"
# Where all is sealed, so is what comes by another link, without the key.
for i in 1 2 3; do
	ctl n$i stop
done
(umask 077 && gossipctl key generate >/tmp/key)
ip -n n3 link add other type veth peer name other netns n2
for i in 2 3; do
	ip -n n$i link set other up
	ip -n n$i addr add fe80::2$i/64 dev other nodad
done
ip -n n2 addr add fe80::2/64 dev eth0 nodad
ctl n1 start --key /tmp/key name=n1 "bind=[fe80::1%eth0]:7946"
ctl n2 start --key /tmp/key name=n2 "bind=[::]:7946" "peers=[fe80::1%eth0]:7946"
tap until_true 30 together 2 n1 n2 -- "two that are sealed find each other"
tap stays n2 probes_failed shout n3 fe80::22%other -- "who has no key and another link does not take it away either"
tap is_more n2 rx_plain 50 -- "though it was heard"
rmmod gossip
remove_nodes 1 3
tap_end
