#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What has a limit: each is reached, what is beyond it is counted, the log stays short, and
# the group is well meanwhile and afterwards. Members, answers to strangers, tables told
# at once, user events, lines in the log; a user's pings are in ping.test.sh, services in
# services.test.sh, changes at once in lossless.test.sh, and the core's own limits in
# tests/host/bounds_test.c.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

GROUP="n1 n2 n3 n4 n5"
PINGS=20000
! is_slow || PINGS=4000
# As in kmod/swim/stranger.h.
ANSWERS_MAX=512
PAYLOAD=$(printf 'p%.0s' {1..500})

# log_lines TEXT: of the module's with TEXT in them.
log_lines() {
	dmesg | grep -F "gossip: " | grep -cF -- "$1" || true
}

# knows NODE NUMBER
knows() {
	[ "$(gossip_file "$1" members | wc -l)" = "$2" ]
}

log_counts() {
	[ "$(log_lines "$2")" = "$1" ]
}

# well STATE NODE...: nobody is taken for failed, by anybody.
# shellcheck disable=SC2086 # a list of nodes
well() {
	counts failed 0 $GROUP && counts suspect 0 $GROUP
}

# play NODE NUMBER ARGUMENTS of inject...: at node NUMBER, to NODE, which talks to it
# first; to its end.
play() {
	at "n$2" inject "$(ip4 "${1#n}")" "${@:3}" >/tmp/played &
	ctl "$1" join "$(ip4 "$2")"
	wait $!
	sed 's/^/# /' /tmp/played
}

# It took that many ms: so many are answered in each second, and one that has begun.
few_answered() {
	awk -v most="$ANSWERS_MAX" '{ exit !($1 >= most && $1 <= most * (int($5 / 1000) + 2)) }' /tmp/played
}

# As many as are asked by one datagram each are told all, and the others a part.
all_told() {
	grep -qE '^64 of 64 told, [1-9][0-9]* of them a part$' /tmp/played
}

all_there() {
	[ "$(gossip_file n7 alive)" = "$1" ]
}

# Says it until it is refused, and why.
says_too_much() {
	local i

	for i in {1..40}; do
		on n1 say event "e$i" "$PAYLOAD" 2>/tmp/diagnosis || break
	done
	echo "# refused: event $i"
	[ "$i" -gt 32 ] && grep -qF "too many user events are still being told" /tmp/diagnosis
}

last_event() {
	on n1 say event last "$PAYLOAD" 2>/dev/null
}

# A hundred bad values, of which each could be a line.
write_bad_values() {
	on n1 bash -c 'for i in {1..100}; do
		echo 9 >/sys/kernel/gossip/config/probe_interval && exit 1
	done 2>/dev/null; true'
}

few_lines() {
	local count

	count=$(log_lines "config/probe_interval=9: must be")
	echo "# $count lines of 100"
	[ "$count" -ge 1 ] && [ "$count" -le 30 ]
}

suppressed() {
	on n1 bash -c 'echo 9 >/sys/kernel/gossip/config/probe_interval' 2>/dev/null ||
		dmesg | grep -q "config_store: [0-9]* callbacks suppressed"
}

load
create_nodes 1 7
dmesg -c >/dev/null

# Members.
start_nodes 1 3
ctl n1 set max_members=3
tap until_true 30 together 3 n1 n2 n3 -- "three nodes find each other, and one has no room for more"
for i in 4 5; do
	ctl "n$i" start --name "n$i" --peer "$(ip4 2)"
done
tap until_true 30 counts alive 5 n2 n3 n4 n5 -- "two more come to the others"
tap until_true 30 is_more n1 table_full 0 -- "who has no room counts them"
tap knows n1 3 -- "and refuses them"
tap log_counts 1 "n1: a member is refused, 3 are known: raise max_members" -- "the log says so once"
sleep 20
tap log_counts 1 "a member is refused" -- "and not again"
tap well -- "nobody is taken for failed for it"
ctl n1 set max_members=4
tap until_true 60 knows n1 4 -- "with more room there is one more"
tap until_true 60 log_counts 1 "n1: a member is refused, 4 are known: raise max_members" -- "and the log says that it is too little"
ctl n1 set max_members=64
# shellcheck disable=SC2086
tap until_true 60 together 5 $GROUP -- "with more room all are together"

# Answers. A kernel that is slow may not even take in as many in a second.
excess=$(stat_of n1 rx_excess)
play n1 6 ping "$PINGS"
tap few_answered -- "of $PINGS pings of a stranger $ANSWERS_MAX in a second are answered"
is_slow || tap is_more n1 rx_excess "$excess" -- "and the others counted"
tap well -- "members are answered meanwhile"

# User events, with nothing to carry them.
set_nodes 1 5 gossip_interval=7200000 probe_interval=7200000
tap says_too_much -- "a user event more than are told at once is refused"
tap is_more n1 user_events_refused 0 -- "and counted"
set_nodes 1 5 "${AS_USUAL[@]}"
tap until_true 30 last_event -- "when they are told there is room again"
tap well -- "nobody is taken for failed for it"

# Whole tables, of a node with many members; in small datagrams, for each to take long enough
# even if who asks is slow.
ctl n7 start --name n7 --set max_datagram=576
at n6 inject "$(ip4 7)" 2000 1 >/tmp/injected &
INJECTOR=$!
ctl n7 join "$(ip4 6)"
tap until_true 60 all_there 2001 -- "a node with 2000 members"
busy=$(stat_of n7 busy)
ctl n5 stop
# Those that ask within half a second do so at the same moment, even if the machine is slow.
tc -n n5 qdisc add dev eth0 root netem slot 500ms
play n7 5 sync 64
tc -n n5 qdisc delete dev eth0 root
tap all_told -- "64 who ask for them are told, not all of them everything"
tap is_more n7 busy "$busy" -- "which is counted"
tap [ "$(gossip_file n7 failed)" = 0 ] -- "its members are as they were"
kill "$INJECTOR"
ctl n7 stop
start_nodes 5 5
# shellcheck disable=SC2086
tap until_true 60 together 5 $GROUP -- "so are the others"

# The log.
tap write_bad_values -- "a hundred bad values are refused"
tap few_lines -- "the log has a few lines of it"
STEP=2 tap until_true 30 suppressed -- "and says how many it left out"
dmesg | grep -F "gossip: " | grep -vF "config/" | sed 's/^/# /'
tap [ "$(dmesg | grep -F "gossip: " | grep -cvF "config/")" = 2 ] -- "of all else it has two"
rmmod gossip
remove_nodes 1 7
tap_end
