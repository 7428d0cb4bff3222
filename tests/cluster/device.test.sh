#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A link or an own address that is lost is known at once, and held against nobody
# (memberlist #242).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# A device may be told of its carrier once in a second only.
CARRIER=3

# Another device comes, has an address, and goes.
come_and_go() {
	ip -n n1 link add other type veth peer name end
	ip -n n1 link set end up
	ip -n n1 addr add 10.8.0.1/24 dev other
	ip -n n1 link set other up
	ip -n n1 addr del 10.8.0.1/24 dev other
	ip -n n1 link set other down
	ip -n n1 link del other
}

take_address() {
	ip -n "n$1" addr del "$2" dev eth0
}

load
create_nodes 1 4
start_nodes 1 4
tap until_true 60 together 4 n1 n2 n3 n4 -- "four nodes find each other"
tap stays n1 link_lost come_and_go -- "another device is no concern"
tap [ "$(stat_of n1 address_lost)" = 0 ] -- "nor is its address"
tap grows $CARRIER n3 link_lost cut n3 -- "who loses its carrier knows it"
tap until_true 10 is_more n3 tx_link_down 0 -- "and does not send in vain"
tap until_true 20 is_isolated n3 -- "it says that it is cut off"
tap until_true 60 all_see failed n3 n1 n2 n4 -- "as do the others"
tap counts failed 0 n3 -- "it declares nobody failed"
tap stays n3 link_lost ip -n n3 link set eth0 down -- "what is lost is not lost once more"
ip -n n3 link set eth0 up
mend n3
tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
tap grows 0 n3 link_lost ip -n n3 link set eth0 down -- "a device that is switched off is seen at once"
tap until_true 20 is_isolated n3 -- "its node says that it is cut off"
tap counts failed 0 n3 -- "and declares nobody failed"
ip -n n3 link set eth0 up
tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
tap grows 0 n3 address_lost take_address 3 "$(ip4 3)/16" -- "an address that is taken away is seen at once"
tap until_true 10 is_more n3 tx_no_route 0 -- "without it there is no route"
ip -n n3 addr add "$(ip4 3)/16" dev eth0
tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
for i in 1 2; do
	ctl n$i stop
	ctl n$i start name=n$i cluster=six "bind=[::]:7946" "peers=[$(ip6 1)]:7946"
done
tap until_true 60 together 2 n1 n2 -- "two find each other over IPv6"
tap grows $CARRIER n2 link_lost cut n2 -- "a lost carrier is seen there too"
mend n2
tap until_true 90 together 2 n1 n2 -- "both are together again"
tap grows 0 n2 address_lost take_address 2 "$(ip6 2)/64" -- "and so is a lost address"
rmmod gossip
remove_nodes 1 4
tap_end
