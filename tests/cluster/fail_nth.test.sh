#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a command allocates may not be there: each of its allocations fails in turn, those that
# may sleep as well, until one run of it does without. Each time it does what it should or
# refuses, in one line, and has changed nothing. The machine's log and kmemleak decide
# whether anything is left behind. (Where nothing may sleep is memory.test.sh's.) Loading
# makes hundreds of files in sysfs, one like the other: the argument says which of them fail,
# every 20th by default.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/failslab.sh"

EVERY=${1:-20}
MEMBERS=300
# Of sockets, and those of what is accounted to who asked for it.
CACHES="$EVERYBODYS kmalloc-cg-* sock_inode_cache UDP UDPv6"

# A clean refusal is one line, and no signal.
refused_well() {
	[ "$STATUS" -lt 128 ] && [ "${#SAID[@]}" = 1 ]
}

# What has been done, of which only the answer is missing.
is_unanswered() {
	[[ ${SAID[*]} = *'No buffer space available'* ]] && "$1"
}

# each_fails STEP UNDONE UNDO COMMAND...: after a failure UNDONE holds; after a success UNDO
# does, which leaves it so. A STEP of more than 1 leaves others out. SAID are the lines of
# what COMMAND complains about: no process is needed to look at them, hundreds of times.
each_fails() {
	local step=$1 undone=$2 undo=$3 n refusals=0 left=0

	shift 3
	n=$((1 - step))
	: >/tmp/refusals
	while [ "$left" = 0 ]; do
		n=$((n + step))
		STATUS=0 left=''
		fail_nth "$n" /tmp/left "$@" </dev/null >/tmp/out 2>/tmp/said || STATUS=$?
		read -r left </tmp/left || true
		mapfile -t SAID </tmp/said
		if [ "$STATUS" = 0 ] && [ -n "$left" ]; then
			"$undo" && continue
		elif [ "$left" = 0 ] && refused_well && { "$undone" || is_unanswered "$undo"; }; then
			echo "${SAID[0]}" >>/tmp/refusals
			refusals=$((refusals + 1))
			continue
		fi
		{
			echo "allocation $n of $1: status $STATUS, ${left:-nobody knows what} left of it"
			cat /tmp/said
		} >/tmp/diagnosis
		return 1
	done
	echo "# $((n - left)) allocations, $refusals refusals"
	sort /tmp/refusals | uniq -c | sed 's/^/# /'
	[ "$refusals" -gt 0 ]
}

# The conditions, and how to get there again.

not_loaded() {
	[ ! -e /sys/module/gossip ] && [ ! -e /sys/kernel/gossip ]
}

unload() {
	rmmod gossip && not_loaded
}

is_off() {
	[ "$(gossip_file n1 state)" = off ]
}

stop() {
	ctl n1 stop && is_off
}

interval_is() {
	[ "$(gossip_file n1 config/probe_interval)" = "$1" ]
}

is_default() {
	interval_is 500
}

set_back() {
	interval_is 600 && ctl n1 set probe_interval=500 && is_default
}

is_small() {
	[ "$(gossip_file n1 config/max_members) $(gossip_file n1 config/max_datagram)" = "16 1400" ]
}

start_small() {
	ctl n1 start --name n1 --peer "$(ip4 2)" --set max_members=16 && is_small
}

# A table does not shrink.
shrink() {
	[ "$(gossip_file n1 config/max_members)" = 512 ] && ctl n1 stop && start_small
}

has_no_key() {
	local keys

	keys=$(ctl n1 key) && [ -z "$keys" ]
}

delete_key() {
	ctl n1 key delete "$(ctl n1 key | awk '{ print $1 }')" && has_no_key
}

has_no_tag() {
	local tags

	tags=$(ctl n1 tag) && [ -z "$tags" ]
}

delete_tag() {
	ctl n1 tag --delete rack && has_no_tag
}

are_listed() {
	[ "$(wc -l </tmp/out)" = $((MEMBERS + 1)) ]
}

events_sent() {
	gossip_file n1 stats/user_events_sent
}

not_told() {
	[ "$(events_sent)" = "$SENT" ]
}

# It cannot be taken back.
count_event() {
	[ "$(events_sent)" = $((SENT + 1)) ] && SENT=$((SENT + 1))
}

# Of what was refused on the way, the beginning has been printed.
are_some() {
	[ "$(wc -l </tmp/out)" -le $((MEMBERS + 1)) ]
}

if [ ! -e /proc/self/fail-nth ] || [ ! -e $FAILSLAB ]; then
	echo "1..0 # SKIP no fail-nth in this kernel"
	exit 0
fi
# A dummy gives the initial namespace an address of its own.
ip link add host0 type dummy
ip addr add 10.9.0.1/24 dev host0
ip link set host0 up
LOAD=(insmod "$GOSSIP_KO" name=x "peers=10.9.0.200,10.9.0.201" lease_uids=1000-2000)
failslab N kernfs_node_cache
tap each_fails "$EVERY" not_loaded unload "${LOAD[@]}" -- "files when it is loaded"
failslab N "$CACHES"
tap each_fails 1 not_loaded unload "${LOAD[@]}" -- "loading, with parameters"
ip link delete host0

load
create_nodes 1 2
umask 077
gossipctl key generate >/tmp/key
gossipctl key generate >/tmp/other
tap each_fails 1 is_off stop gossipctl -n n1 start --name n1 --peer "$(ip4 2)" --key /tmp/key -- "start"

start_small
tap each_fails 1 is_small shrink gossipctl -n n1 set max_members=512 max_datagram=4000 -- "set, to what takes memory"
ctl n1 stop

ctl n1 start --name n1 --peer "$(ip4 2)"
at n2 inject "$(ip4 1)" "$MEMBERS" 1 >/tmp/injected &
INJECTOR=$!
tap until_true 60 counts alive $((MEMBERS + 1)) n1 -- "$MEMBERS are there"
tap each_fails 1 is_default set_back gossipctl -n n1 set probe_interval=600 -- "set"
tap each_fails 1 has_no_key delete_key gossipctl -n n1 key add /tmp/other -- "key add"
tap each_fails 1 has_no_tag delete_tag gossipctl -n n1 tag rack=7 -- "tag"
SENT=$(events_sent)
tap each_fails 1 not_told count_event gossipctl -n n1 event deploy v1.2 -- "event"
tap each_fails 1 are_some are_listed gossipctl -n n1 members -- "a dump"
tap each_fails 1 are_some are_listed nsenter --net=/run/netns/n1 cat /sys/kernel/gossip/members -- "a listing"
tap counts alive $((MEMBERS + 1)) n1 -- "the members are as they were"
kill $INJECTOR
wait $INJECTOR || true
ctl n1 stop
start_nodes 1 2
tap until_true 60 together 2 n1 n2 -- "and all goes on"
rmmod gossip
remove_nodes 1 2
tap_end
