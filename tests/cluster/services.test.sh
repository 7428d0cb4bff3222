#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tags, and services that are up while a process holds a lease: how soon all others see
# them go down, who may have one, and what is refused.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

NODES=(n1 n2 n3 n4 n5)
KILLS=${1:-5}
TTL_MS=6000

# says NODE ARGUMENTS of say...
says() {
	on "$1" say "${@:2}"
}

# hold NODE SERVICE [TTL_MS [RENEW_MS]]: by a process, HOLDER.
hold() {
	rm -f /tmp/held
	at "$1" say hold "${@:2}" >/tmp/held 2>&1 &
	HOLDER=$!
	until_true 30 grep -qs held /tmp/held
}

# drop: the holder dies.
drop() {
	kill -KILL "$HOLDER"
	wait "$HOLDER" 2>/dev/null || true
}

# services NODE MEMBER: as the listing of NODE has them.
services() {
	gossip_file "$1" members | awk -v name="$2" '$1 == name { print $7 }'
}

# all_have SERVICES MEMBER NODE...
all_have() {
	local node

	for node in "${@:3}"; do
		[ "$(services "$node" "$2")" = "$1" ] || return 1
	done
}

# hears NODE: from now on, into /tmp/heard.NODE.
hears() {
	at "$1" say hear >"/tmp/heard.$1" 2>&1 &
	until_true 30 grep -qs hears "/tmp/heard.$1"
}

# heard NODE TEXT...: in this order; the patterns are awk's.
heard() {
	awk -v patterns="$(printf '%s\t' "${@:2}")" '
		BEGIN { count = split(patterns, pattern, "\t") - 1; next_one = 1 }
		next_one <= count && $0 ~ pattern[next_one] { next_one++ }
		END { exit next_one <= count }' "/tmp/heard.$1"
}

# each_heard TEXT...: all that listen.
each_heard() {
	local node

	for node in n2 n3 n4 n5; do
		heard "$node" "$@" || return 1
	done
}

# The events that NODE heard have numbers without gaps.
no_gaps() {
	! grep -q lost "/tmp/heard.$1" && awk '
		/ user-event / || !/seq=/ { next }
		{ sub(/.*seq=/, ""); sub(/ .*/, "") }
		last && $1 != last + 1 { bad = 1 }
		{ last = $1; count++ }
		END { exit bad || count < 3 }' "/tmp/heard.$1"
}

# A holder of n1 killed, and the times until the others hear of it, in us.
kill_once() {
	local node from

	sleep "$QUIET"
	hold n1 web
	until_true 20 all_have web n1 "${NODES[@]}" || return 1
	sleep "$QUIET"
	from=$EPOCHREALTIME
	drop
	until_true 20 all_have - n1 "${NODES[@]}" || return 1
	for node in n2 n3 n4 n5; do
		awk -v from="$from" '/type=11 n1 service=web/ { at = $1 }
			END { printf "%d\n", (at - from) * 1000000 }' "/tmp/heard.$node"
	done >>/tmp/times
}

kill_many() {
	local i

	for ((i = 0; i < KILLS; i++)); do
		kill_once || return 1
	done
	sort -n /tmp/times | awk '{ us[NR] = $1 }
		END { printf "# service-down on four others, %d times: p50 %d us, p99 %d us, max %d us\n",
			NR, us[int((NR + 1) / 2)], us[int(NR * 0.99 + 0.5)], us[NR] }'
	awk -v most="${AT_ONCE}000" '$1 >= 0 && $1 < most { good++ } END { exit good < NR * 0.9 }' /tmp/times
}

# In a namespace that goes with its holder.
leases_and_namespaces() {
	local i

	for ((i = 0; i < 10; i++)); do
		create_node 6
		ctl n6 start --name n6 --profile local --peer "$(ip4 1)"
		hold n6 a
		case $((i % 3)) in
		0) ctl n6 stop ;;
		1) ctl n6 leave ;;
		esac
		ip netns delete n6
		drop
	done
}

stopped_and_started() {
	ctl n2 stop && start_nodes 2 2 && until_true 20 together 5 "${NODES[@]}"
}

# as_user UID COMMAND..., in the first namespace.
as_user() {
	setpriv --reuid="$1" --regid=1000 --clear-groups "${@:2}"
}

user_holds() {
	rm -f /tmp/held
	setpriv --reuid=1500 --regid=1000 --clear-groups say hold web >/tmp/held 2>&1 &
	HOLDER=$!
	until_true 30 grep -qs held /tmp/held
}

LONG=$(printf 'a%.0s' {1..64})
V500=$(printf 'v%.0s' {1..500})

load name=host advertise=10.9.9.9 lease_uids=1000-2000
tap user_holds -- "a user of lease_uids holds a lease"
tap [ "$(awk '{ print $7 }' /sys/kernel/gossip/self)" = web ] -- "it is in the own line"
tap refused "CAP_NET_ADMIN and the users of lease_uids" as_user 2001 say hold db -- "no other user does"
tap refused "another socket on this node holds" as_user 1500 say hold web -- "the same service by another socket"
drop
tap until_true 5 grep -q -- '-$' /sys/kernel/gossip/self -- "killed, it is gone"
tap [ "$(cat /sys/kernel/gossip/stats/leases_lost)" = 1 ] -- "and was counted"

create_nodes 1 5
tap refused "no instance runs" says n1 hold web -- "a lease without an instance"
tap refused "no instance runs" says n1 tag a=b -- "a tag without an instance"
start_nodes 1 5
tap until_true 30 together 5 "${NODES[@]}" -- "five nodes find each other"

tap refused "1 to 63 characters" says n1 hold "a b" -- "a service with a space"
tap refused "1 to 63 characters" says n1 hold "$LONG" -- "a service of 64 letters"
tap refused "name is missing" says n1 hold -- "a lease of no service"
tap refused "1 ms or more" says n1 hold web 0 -- "a time to live of 0"
tap refused "this socket holds a lease of that service already" says n1 twice web -- "a service twice"
tap refused "this socket holds no lease" says n1 renew web -- "a renewal of no lease"
tap refused "this socket holds no lease" says n1 close web -- "the end of no lease"
tap refused "1 to 63 characters" says n1 tag "a b=c" -- "a tag with a space in its key"
tap refused "without control characters" says n1 tag $'a=\e[2J' -- "a tag that clears the screen"
tap refused "without control characters" says n1 tag $'a=\xff' -- "a tag that is no UTF-8"
tap refused "this key is there twice" says n1 tag a=1 a=2 -- "a tag twice"
tap refused "more than 512 bytes" says n1 tag "a=${V500}vvvvvvvv" -- "a tag too long"
tap says n1 tag "a=$V500" -- "a tag that is just not too long"
tap refused "more than 512 bytes" says n1 tag b=12345 -- "one more"
tap says n1 tag -r role=db zone=eu "note=grüße, 100 %" -- "all tags anew"

for node in n2 n3 n4 n5; do
	hears "$node"
done
tap says n1 tag -d zone rack=7 -- "a change of tags"
tap until_true 10 heard n3 "type=5 n1 .*note=grüße, 100 % rack=7 role=db" -- "is heard"
set_nodes 1 5 "${FAR_APART[@]}"
tap kill_many -- "a service goes down with its holder"
tap no_gaps n3 -- "no number was left out"
set_nodes 1 5 "${AS_USUAL[@]}"

hold n1 api
sleep 0.1
hold n2 web
tap until_true 10 all_have api n1 "${NODES[@]}" -- "one has a service"
tap [ "$(says n3 list -S web | xargs)" = n2 ] -- "a dump of those with one"
tap [ "$(says n3 list -S web -s 1 -s 2 | xargs)" = "" ] -- "and of a state that none has"
tap [ "$(says n3 list -s 0 | sort | xargs)" = "n1 n2 n3 n4 n5" ] -- "a dump of those alive"

cut n1
tap until_true 60 all_have - n1 n2 n3 n4 n5 -- "who fails takes its services down"
tap heard n3 "type=3 n1 service=-" "type=11 n1 service=api" -- "after it, they are said to be down"
mend n1
tap until_true 60 all_have api n1 "${NODES[@]}" -- "and brings them up when it is back"
tap heard n3 "type=11 n1 service=api" "type=2 n1 service=-" "type=10 n1 service=api" \
	-- "which is said in that order"

tap stopped_and_started -- "an instance is stopped while a lease is held, and started"
tap [ "$(services n1 n2)" = - ] -- "the lease ended with it"

hold n2 late "$TTL_MS"
tap until_true 20 each_heard "type=10 n2 service=late" -- "a lease with a time to live"
tap until_true 20 each_heard "type=10 n2 service=late" "type=11 n2 service=late" -- "ends without a renewal"
tap all_have - n2 "${NODES[@]}" -- "and is gone"
tap [ "$(gossip_file n2 stats/leases_expired)" = 1 ] -- "and is counted"
tap [ "$(state_of n1 n2)" = alive ] -- "of a node that lives on"
drop
hold n2 renewed "$TTL_MS" 500
sleep 7
tap all_have renewed n2 "${NODES[@]}" -- "one that is renewed does not"
kill -STOP "$HOLDER"
tap until_true 20 all_have - n2 "${NODES[@]}" -- "until the process stops"
drop

tap leases_and_namespaces -- "leases, instances and namespaces end in any order"
tap until_true 60 together 5 "${NODES[@]}" -- "the group is as it was"
hold n3 kept
tap rmmod gossip -- "the module goes while a lease is held"
drop
remove_nodes 1 5
tap_end
