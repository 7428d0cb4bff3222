#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Clients that others wrote: the kernel's own, ynl, drives every command from kmod/gossip.yaml
# alone, and it and pyroute2 list what gossipctl lists.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

PYTHON=/usr/bin/python3
YNL=/run/gossip/client/ynl
SPEC=${GOSSIP_ROOT%/tests}/kmod/gossip.yaml
CLIENTS=$GOSSIP_ROOT/cluster/clients.py

# Its tests are subtests of this one's.
every_command() {
	on n1 "$PYTHON" "$CLIENTS" all "$YNL" "$SPEC" "$(ip4 2)" 2>&1 | sed 's/^/    /'
	return "${PIPESTATUS[0]}"
}

listed() {
	ctl n1 members | sed 's/  */ /g'
}

# The same before and after: round-trip times change in between.
lists_the_same() {
	listed >/tmp/before
	on n1 "$@" >/tmp/rows 2>&1
	listed >/tmp/after
	diff /tmp/before /tmp/rows >/tmp/diagnosis && diff /tmp/after /tmp/rows >/tmp/diagnosis
}

has_services() {
	ctl n1 members --service web | grep -q '^n2 .* db,web$'
}

# command_line OPTIONS...: of ynl.
command_line() {
	on n1 "$PYTHON" "$YNL/cli.py" "$@" --spec "$SPEC" --dump member-get --output-json >/tmp/dumped 2>/tmp/diagnosis &&
		"$PYTHON" -c 'import json; print(*sorted(m["member"]["name"] for m in json.load(open("/tmp/dumped"))))' \
			>/tmp/names && grep -qx 'n1 n2 n3' /tmp/names
}

# The file system of a machine in QEMU is small. Where there is Python, in UML, all of it must be there.
if ! [ -e "$PYTHON" ]; then
	echo "1..0 # SKIP no Python in this machine; it runs on uml"
	exit 0
fi
load
create_nodes 1 3
start_nodes 2 2
ctl n3 start --name n3 --peer "$(ip4 2)"
tap every_command -- "ynl drives every command"
ctl n1 start --name n1 --peer "$(ip4 2)" --set probe_interval=7200000
tap ctl n1 wait --alive 3 --timeout 60 -- "three members"
gossipctl --netns n2 run --service web -- gossipctl --netns n2 run --service db -- sleep 1000 &
RUN=$!
tap until_true 20 has_services -- "with services"
tap command_line --no-schema -- "ynl --spec kmod/gossip.yaml --dump member-get"
tap command_line --schema "$YNL/genetlink.yaml" -- "the description is one by the kernel's schema"
tap until_true 60 lists_the_same "$PYTHON" "$CLIENTS" rows "$YNL" "$SPEC" -- "prints what gossipctl members prints"
tap until_true 60 lists_the_same "$PYTHON" "$CLIENTS" pyroute2 -- "as does pyroute2"
kill "$RUN"
wait "$RUN" || true
rmmod gossip
remove_nodes 1 3
tap_end
