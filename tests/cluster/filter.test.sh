#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A node whose own filter or queue discards what it sends, or what it is sent, is cut off by
# itself: it says so, and accuses nobody.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# Neither by its own state nor by what it ever thought.
accuses_nobody() {
	[ "$(gossip_file "$1" failed)$(gossip_file "$1" suspect)$(gossip_file "$1" stats/probes_failed)" = 000 ]
}

# filter NODE add|del PROTOCOL: its datagrams go no further than its device.
filter() {
	if [ "$2" = add ]; then
		tc -n "$1" qdisc add dev eth0 clsact
		tc -n "$1" filter add dev eth0 egress protocol "$3" u32 \
			match "${3/ipv6/ip6}" protocol 17 0xff action drop
	else
		tc -n "$1" qdisc del dev eth0 clsact
	fi
}

# drop NODE HOOK: nftables let no datagram of the group pass there.
drop() {
	on "$1" nft -f - <<-END
		table ip cut {
			chain $2 {
				type filter hook $2 priority 0;
				udp dport 7946 drop
			}
		}
	END
}

pass() {
	on "$1" nft delete table ip cut
}

has_nftables() {
	on n1 nft list tables >/dev/null 2>&1
}

# Where what is sent is dropped, that is known from the first datagram on.
try_nftables() {
	drop n3 output
	tap until_true 10 is_more n3 tx_discarded "$(stats tx_discarded n3)" -- "what its nftables discard is counted"
	tap until_true 20 is_isolated n3 -- "the node says that it is cut off"
	tap accuses_nobody n3 -- "it has accused nobody"
	pass n3
	tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
	drop n3 input
	tap until_true 20 is_isolated n3 -- "if nftables let nothing in, it says so as well"
	tap until_true 60 all_see failed n3 n1 n2 n4 -- "as do the others"
	tap accuses_nobody n3 -- "it has accused nobody"
	pass n3
	tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
}

if ! tc qdisc add dev lo clsact 2>/dev/null; then
	echo "1..0 # SKIP no filters in this kernel"
	exit 0
fi
tc qdisc del dev lo clsact
load
create_nodes 1 4
start_nodes 1 4
tap until_true 60 together 4 n1 n2 n3 n4 -- "four nodes find each other"
filter n3 add ip
tap until_true 10 is_more n3 tx_discarded 0 -- "what its own filter discards is counted"
tap until_true 20 is_isolated n3 -- "the node says that it is cut off"
tap until_true 60 all_see failed n3 n1 n2 n4 -- "as do the others"
tap accuses_nobody n3 -- "it has accused nobody"
filter n3 del
tap until_true 90 together 4 n1 n2 n3 n4 -- "all are together again"
if has_nftables; then
	try_nftables
elif is_built_here; then
	echo "# no nftables in this kernel, which was built here"
else
	tap false -- "there are nftables"
fi
for i in 1 2; do
	ctl n$i stop
	ctl n$i start name=n$i cluster=six "bind=[::]:7946" "peers=[$(ip6 1)]:7946"
done
tap until_true 60 together 2 n1 n2 -- "two find each other over IPv6"
filter n2 add ipv6
tap until_true 20 is_isolated n2 -- "a filter there is noticed too"
tap until_true 60 all_see failed n2 n1 -- "as it is by the other"
# With nobody to ask, any other silence would be held against n1.
tap accuses_nobody n2 -- "it has accused nobody"
filter n2 del
tap until_true 90 together 2 n1 n2 -- "both are together again"
rmmod gossip
remove_nodes 1 4
tap_end
