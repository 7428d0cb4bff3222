#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What hostile members say of themselves (see inject.c) is shown to nobody's terminal: with
# escape sequences, with bytes that are no UTF-8, with records that end beyond their end.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ROWS=10

# printable COMMAND...: it prints something, and nothing but printable ASCII.
printable() {
	"$@" >/tmp/shown 2>/tmp/diagnosis && [ -s /tmp/shown ] && [ ! -s /tmp/diagnosis ] &&
		! LC_ALL=C grep -q '[^ -~]' /tmp/shown
}

# Name, services and tags of each member but n1, by JSON, on a line each.
said() {
	ctl n1 --json members |
		sed -n 's/.*"name":"\(m[^"]*\)".*"services":\(\[[^]]*\]\),"tags":\({[^}]*}\).*/\1 \2 \3/p'
}

# The first says what it may; the others are there, and have said nothing.
shown() {
	said >/tmp/diagnosis
	[ "$(head -n 1 /tmp/diagnosis)" = 'm00000 ["web"] {"zone":"eu"}' ] &&
		[ "$(grep -cx "m0000[1-9] \[\] {}" /tmp/diagnosis)" = $((ROWS - 1)) ] &&
		[ "$(wc -l </tmp/diagnosis)" = "$ROWS" ]
}

stat_is() {
	gossip_file n1 "stats/$1" >/tmp/diagnosis
	[ "$(cat /tmp/diagnosis)" = "$2" ]
}

follows() {
	at n1 gossipctl "$@" >/tmp/told &
	FOLLOWER=$!
}

ends() {
	kill "$FOLLOWER"
	wait "$FOLLOWER" || true
}

load
create_nodes 1 2
ctl n1 start --name n1 --peer "$(ip4 2)" --set probe_interval=10000
follows monitor
until_true 30 grep -q "exists" /tmp/told
at n2 inject "$(ip4 1)" "$ROWS" 1 1000 hostile >/tmp/injected &
INJECTOR=$!
tap until_true 30 shown -- "members are there, without what makes no sense"
tap stat_is meta_malformed $((ROWS - 1)) -- "which is counted"
tap stat_is rx_malformed 1 -- "so is a name that is none"
tap until_true 10 grep -q 'user  *shout from m00000 \\x1b\[2J\\xff\\x0a$' /tmp/told -- "a user event is told, in printable text"
ends
tap printable cat /tmp/told -- "so is all that monitor prints"
for command in members "--json members" status metrics "metrics --members" "members --service web"; do
	# shellcheck disable=SC2086 # words
	tap printable ctl n1 $command -- "so is what $command prints"
done
tap printable gossip_file n1 members -- "and the file in sysfs"
tap counts alive $((ROWS + 1)) n1 -- "all are members"
kill "$INJECTOR"
rmmod gossip
remove_nodes 1 2
tap_end
