#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gossipctl ping: each way to a member, with links that are cut.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# Frames of node n$1 to n$2 go to where nobody is.
cut_link() {
	ip -n "n$1" neigh replace "$(ip4 "$2")" lladdr 02:00:00:00:00:99 dev eth0 nud permanent
}

mend_link() {
	ip -n "n$1" neigh delete "$(ip4 "$2")" dev eth0
}

# says STATUS LINE...: what a ping of n2 by n1 prints, in any order, without times.
says() {
	local expected=$1 got=0

	shift
	ctl n1 ping --timeout 2s n2 >/tmp/ping 2>/tmp/errors || got=$?
	cat /tmp/ping /tmp/errors >/tmp/diagnosis
	[ "$got" = "$expected" ] &&
		[ "$(sed 's/ [0-9]* us$/ T us/' /tmp/ping | sort)" = "$(printf '%s\n' "$@" | sort)" ]
}

# Times in us of a link in one machine: some, and less than half a second.
times_are_sane() {
	awk '/ us$/ { n++; if ($(NF - 1) < 1 || $(NF - 1) > 500000) exit 1 } END { exit !n }' /tmp/ping
}

in_json() {
	ctl n1 -j ping n2 >/tmp/diagnosis &&
		grep -qE '^\{"via":null,"result":"ack","rtt_us":[0-9]+\}$' /tmp/diagnosis &&
		grep -qE '^\{"via":"n3","result":"ack","rtt_us":[0-9]+\}$' /tmp/diagnosis
}

load
create_nodes 1 5
# Who is cut off is not taken for failed meanwhile, however long it takes to ask.
start_nodes 1 5 --set suspicion_mult=10000
tap until_true 30 together 5 n1 n2 n3 n4 n5 -- "five nodes find each other"
tap says 0 "direct T us" "via n3: ack T us" "via n4: ack T us" "via n5: ack T us" -- "all ways are open"
tap times_are_sane -- "and take their time"
tap in_json -- "in JSON"
tap [ "$(ctl n1 ping -c 2 n2 | wc -l)" = 8 ] -- "twice"

cut_link 1 2
cut_link 3 2
tap says 0 "direct silent" "via n3: nack" "via n4: ack T us" "via n5: ack T us" -- "two links are cut"
tap [ ! -s /tmp/errors ] -- "which is no error"
cut n4
tap says 0 "direct silent" "via n3: nack" "via n4: silent" "via n5: ack T us" -- "and one cable"
mend n4
tap until_true 60 together 5 n1 n2 n3 n4 n5 -- "which is mended"
cut_link 4 2
cut_link 5 2
tap says 1 "direct silent" "via n3: nack" "via n4: nack" "via n5: nack" -- "no way is left"
tap grep -qxF 'gossipctl: ping: member "n2" was reached by no way' /tmp/errors -- "which one line says"
for node in 1 3 4 5; do
	mend_link "$node" 2
done
tap until_true 60 together 5 n1 n2 n3 n4 n5 -- "all are mended"

tap refused "ping: name \"n9\": no member of that name" ctl n1 ping n9 -- "a member that is not there"
tap refused "it is this member itself" ctl n1 ping n1 -- "oneself"
tap refused "CAP_NET_ADMIN" on n1 unshare -U gossipctl ping n2 -- "without the right"
ctl n5 leave
tap refused "this member is in no group" ctl n5 ping n1 -- "after leaving"
ctl n5 stop
tap status 3 ctl n5 ping n1 -- "without an instance"

# Eight that wait, whose socket is then closed.
cut_link 1 2
tap refused "8 pings are under way" on n1 say pings n2 9 -- "a ninth"
mend_link 1 2
tap until_true 30 ctl n1 ping n2 -- "they end though who asked is gone"
rmmod gossip
remove_nodes 1 5
tap_end
