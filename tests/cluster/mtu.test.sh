#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A path that takes less than a datagram of the usual length: shorter ones are sent, and
# none is cut in pieces.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL="n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 far"

# Behind a router, at the end of a link that takes MTU bytes.
create_far() {
	ip netns add router
	ip netns add far
	ip -n switch link add router type veth peer name eth0 netns router
	ip -n switch link set router master br0 up
	ip -n router link add far type veth peer name eth0 netns far
	for family in ipv4.ip_forward ipv6.conf.all.forwarding; do
		on router sysctl -qw "net.$family=1"
	done
	ip -n router -batch - <<-END
		link set eth0 up
		link set far up
		addr add 10.7.200.1/16 dev eth0
		addr add fd07::ff/64 dev eth0 nodad
		addr add 10.8.0.1/24 dev far
		addr add fd08::1/64 dev far nodad
	END
	ip -n far -batch - <<-END
		link set lo up
		link set eth0 up
		addr add 10.8.0.2/24 dev eth0
		addr add fd08::2/64 dev eth0 nodad
		route add default via 10.8.0.1
		route add default via fd08::1
	END
	# With less than 1280 there is no IPv6.
	ip -n router link set far mtu "$1"
	ip -n far link set eth0 mtu "$1"
	for ((i = 1; i <= 12; i++)); do
		ip -n "n$i" route add 10.8.0.0/24 via 10.7.200.1
		ip -n "n$i" route add fd08::/64 via fd07::ff
	done
}

remove_far() {
	ip netns delete far
	ip netns delete router
}

# Names as long as can be, so that a few members fill a datagram.
start_all() {
	local node

	for node in $ALL; do
		ctl "$node" start "name=$node-$(printf 'x%.0s' {1..57})" \
			"cluster=$1" "bind=$2:7946" "peers=$3:7946"
	done
}

tag_all() {
	local node

	for node in $ALL; do
		ctl "$node" tag "long=$(printf 'y%.0s' {1..300})"
	done
}

# On the other side of the narrow link, in both directions.
all_tagged() {
	[ "$(ctl far members --json | grep -o '"long":' | wc -l)" = 13 ] &&
		[ "$(ctl n1 members --json | grep -o '"long":' | wc -l)" = 13 ]
}

stop_all() {
	local node

	for node in $ALL; do
		ctl "$node" stop &
	done
	wait
}

# too_long LEAST MOST NODE...: so many datagrams in all were longer than the way takes.
too_long() {
	local sum

	sum=$(stats tx_too_long "${@:3}")
	echo "# $sum datagrams too long, for ${*:3}"
	[ "$sum" -ge "$1" ] && [ "$sum" -le "$2" ]
}

# What each of the nodes, and the router, has cut in pieces.
no_fragments() {
	local node

	for node in $ALL router; do
		on "$node" cat /proc/net/snmp /proc/net/snmp6
	done | awk '
		/^Ip: [A-Z]/ { for (i = 1; i <= NF; i++) if ($i == "FragCreates") field = i }
		/^Ip: [0-9]/ { seen++; sum += $field }
		/^Ip6FragCreates/ { seen++; sum += $2 }
		END { exit !(seen == 28 && sum == 0) }'
}

load
create_nodes 1 12
create_far 700
# shellcheck disable=SC2086 # lists of nodes
{
	start_all four 0.0.0.0 "$(ip4 1)"
	tap until_true 90 together 13 $ALL -- "13 members, one behind a link of 700 bytes"
	tap too_long 1 26 $ALL -- "what was too long was noticed, and not repeated"
	tap no_fragments -- "nothing was cut in pieces"
	stop_all
	remove_far
	remove_nodes 1 12
	until_true 60 has_no_port n12
	create_nodes 1 12
	create_far 1280
	start_all six "[::]" "[$(ip6 1)]"
	tap until_true 90 together 13 $ALL -- "and the same over IPv6, with 1280 bytes"
	# Records alone do not fill a datagram; tags do.
	tag_all
	tap until_true 60 all_tagged -- "long tags are told"
	tap too_long 1 26 $ALL -- "what was too long was noticed, and not repeated"
	tap no_fragments -- "nothing was cut in pieces"
}
rmmod gossip
remove_far
remove_nodes 1 12
tap_end
