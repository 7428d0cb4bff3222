#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 10,000 members: dumps are complete, and consistent or flagged, also while members change;
# how long they take; and top at that size. On a kernel that watches every access it is 2,000:
# a dump of more takes longer than nothing changes.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=10000
CHANGING=500
SECONDS_EACH=5
if is_watched; then
	MEMBERS=2000
	SECONDS_EACH=20
fi

# figure NAME: of the last dumps.
figure() {
	awk -v name="$1" '{ for (i = 1; i < NF; i++) if ($i == name) print $(i + 1) }' /tmp/dumps
}

dumps() {
	on n1 dump "$1" >/tmp/dumps
	echo "# $2: $(cat /tmp/dumps)"
}

all_there() {
	[ "$(gossip_file n1 alive)" = "$1" ]
}

drawn() {
	tr '\033' '\n' </tmp/typescript | grep . | command cut -c 1-100 >/tmp/diagnosis
	grep -qE -- "$1" /tmp/diagnosis
}

# On a terminal of 24 lines, until it is seen or a minute has gone.
top_shows() {
	: >/tmp/typescript
	{ until_true 60 drawn "$1" || true; echo q; } |
		SHELL=/bin/sh script -qefc "stty rows 24 cols 80; gossipctl --netns n1 top" \
			/tmp/typescript >/dev/null
	drawn "$1"
}

# No line is longer than the terminal is wide.
top_fits() {
	grep -v '^Script ' /tmp/typescript | tr '\033' '\n' | sed 's/^\[[0-9;?]*[A-Za-z]//' | tr -d '\r' | awk 'length > 80' >/tmp/diagnosis
	[ ! -s /tmp/diagnosis ]
}

load
create_nodes 1 2
ctl n1 start --name n1
at n2 inject "$(ip4 1)" "$MEMBERS" 1 >/tmp/injected &
INJECTOR=$!
ctl n1 join "$(ip4 2)"
tap until_true 60 all_there $((MEMBERS + 1)) -- "$MEMBERS members"
# Else it says that it is degraded, since nobody pings it.
ctl n1 set probe_interval=7200000
dumps 3 "nothing changes"
tap [ "$(figure least)-$(figure most)" = $((MEMBERS + 1))-$((MEMBERS + 1)) ] -- "each dump is complete"
tap [ "$(figure quiet)" -gt 0 ] -- "there are some during which nothing changes"
tap [ "$(figure wrong)" = 0 ] -- "none of these is flagged, and the others are consistent"
tap [ "$(ctl n1 members | wc -l)" = $((MEMBERS + 1)) ] -- "gossipctl members lists all"
if command -v script >/dev/null; then
	tap top_shows "$((MEMBERS + 1)) alive.*1-13 of $((MEMBERS + 1)) shown" -- "top counts them"
	tap top_fits -- "on 80 columns"
fi

# A second player, of members that are there already: they change without end.
kill "$INJECTOR"
wait "$INJECTOR" || true
ctl n1 set probe_interval=500
at n2 inject "$(ip4 1)" "$CHANGING" 0 2000 >/tmp/injected &
INJECTOR=$!
ctl n1 join "$(ip4 2)"
before=$(gossip_file n1 stats/rx_datagrams)
dumps "$SECONDS_EACH" "$CHANGING of them change without end"
tap [ "$(gossip_file n1 stats/rx_datagrams)" -gt $((before + 100)) ] -- "members change meanwhile"
tap [ "$(figure least)" -ge $((MEMBERS + 1)) ] -- "no dump lacks a member"
tap [ "$(figure flagged)" -gt 0 ] -- "dumps are flagged NLM_F_DUMP_INTR"
tap [ "$(figure wrong)" = 0 ] -- "or consistent, and flagged only if something changed"
kill "$INJECTOR"
rmmod gossip
remove_nodes 1 2
tap_end
