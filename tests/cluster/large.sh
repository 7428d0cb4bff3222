#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# As many namespaces as the first argument says (default 300): listing and dump have all,
# views are equal, and no listing is torn while members come and go. For uml in virtual
# time; the second argument says how many listings are read meanwhile (default 200).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=${1:-300}

lines() {
	gossip_file "$1" members | wc -l
}

dumped() {
	ctl "$1" members --json | grep -o '"incarnation"' | wc -l
}

# The listing of each node, read through a pipe in small pieces, has NUMBER lines.
all_list() {
	local node

	for node in $ALL; do
		[ "$(lines "$node")" = "$1" ] || return 1
	done
}

all_dump() {
	local node

	for node in $ALL; do
		[ "$(dumped "$node")" = "$1" ] || return 1
	done
}

# A listing is whole: seven fields a line, the reader first, then all names in order,
# each once, and every node that was never stopped among them.
whole() {
	LC_ALL=C awk -v self="$1" -v fixed="$FIXED" '
		NF != 7 { exit bad = 1 }
		NR == 1 && $1 != self { exit bad = 1 }
		NR > 2 && $1 <= last { exit bad = 1 }
		{ last = $1; seen[$1]++ }
		END {
			for (i = 1; i <= fixed; i++)
				if (seen["n" i] != 1)
					bad = 1
			exit bad
		}'
}

# Reads in pieces of a few bytes, so that one listing takes many reads.
read_whole() {
	local i

	for ((i = 0; i < READS; i++)); do
		on n1 dd if=/sys/kernel/gossip/members bs=333 2>/dev/null >/tmp/listing
		if ! whole n1 </tmp/listing; then
			cp /tmp/listing /tmp/diagnosis
			return 1
		fi
	done
}

# Members that come and go as long as /tmp/restless is there; in the end all have come.
come_and_go() {
	local i

	while [ -e /tmp/restless ]; do
		for ((i = FIXED + 1; i <= MEMBERS; i++)); do
			ctl "n$i" stop
		done
		for ((i = FIXED + 1; i <= MEMBERS; i++)); do
			ctl "n$i" start --name "n$i" --peer "$(ip4 1)"
		done
	done
}

# With what differs, for the log.
agree() {
	local node

	until_true 60 together "$@" && return
	for node in "${@:2}"; do
		echo "$(gossip_file "$node" state) $(gossip_file "$node" alive)" \
			"$(gossip_file "$node" view) $(gossip_file "$node" suspect)"
	done | sort | uniq -c >/tmp/diagnosis
	return 1
}

# To look at all takes no virtual time, and much of the other.
STEP=5
FIXED=$((MEMBERS * 9 / 10))
READS=${2:-200}
ALL=
for ((i = 1; i <= MEMBERS; i++)); do
	ALL="$ALL n$i"
done

# All namespaces share one table of neighbours.
for i in 1 2 3; do
	echo $((MEMBERS * MEMBERS * 2)) >/proc/sys/net/ipv4/neigh/default/gc_thresh$i
done
load
create_nodes 1 "$MEMBERS"
start_nodes 1 "$MEMBERS"
# shellcheck disable=SC2086 # a list of nodes
{
	tap agree "$MEMBERS" $ALL -- "$MEMBERS members, the views are equal"
	echo "# after $SECONDS s"
	tap all_list "$MEMBERS" -- "each listing has all $MEMBERS"
	tap all_dump "$MEMBERS" -- "each netlink dump has all $MEMBERS"
	tap [ "$(gossip_file n1 members | wc -c)" -gt 8192 ] -- "a listing is longer than two pages"
	: >/tmp/restless
	come_and_go &
	tap read_whole -- "$READS listings while members come and go: none torn"
	rm /tmp/restless
	tap wait %1 -- "each could leave and come back"
	tap agree "$MEMBERS" $ALL -- "afterwards all $MEMBERS are there and agree"
}
rmmod gossip
tap_end
