#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Clients that others wrote: the kernel's own, ynl, and pyroute2 drive every command from
# kmod/gossip.yaml alone, and list what gossipctl lists. And operations and policies, which are
# written by hand, are those of that file.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

PYTHON=/usr/bin/python3
YNL=/run/gossip/client/ynl
SPEC=${GOSSIP_ROOT%/tests}/kmod/gossip.yaml
CLIENTS=$GOSSIP_ROOT/cluster/clients.py
OPERATIONS=$GOSSIP_ROOT/cluster/operations.py
export PYTHONDONTWRITEBYTECODE=1

# subtests COMMAND...: those that it prints are of this one.
subtests() {
	"$@" 2>&1 | sed 's/^/    /'
	return "${PIPESTATUS[0]}"
}

# every_command CLIENT
every_command() {
	subtests on n1 "$PYTHON" "$CLIENTS" all "$1" "$SPEC" "$(ip4 2)"
}

policies() {
	subtests on n1 "$PYTHON" "$OPERATIONS" policies "$YNL" "$SPEC"
}

# permissions NODE none|leases: without CAP_NET_ADMIN in the namespace of the instance.
permissions() {
	subtests on "$1" unshare -U "$PYTHON" "$OPERATIONS" permissions "$YNL" "$SPEC" "$2"
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
ctl n3 start --name n3 --peer "$(ip4 2)" lease_uids=0
tap policies -- "operations and policies are those of the description"
tap every_command "$YNL" -- "ynl drives every command"
tap every_command pyroute2 -- "pyroute2 drives every command"
tap permissions n2 none -- "without CAP_NET_ADMIN there is what the description lets through"
tap permissions n3 leases -- "and, for a user of lease_uids, leases"
ctl n1 start --name n1 --peer "$(ip4 2)" --set probe_interval=7200000
tap ctl n1 wait --alive 3 --timeout 60 -- "three members"
gossipctl --netns n2 run --service web -- gossipctl --netns n2 run --service db -- sleep 1000 &
RUN=$!
tap until_true 20 has_services -- "with services"
tap command_line --no-schema -- "ynl --spec kmod/gossip.yaml --dump member-get"
tap command_line --schema "$YNL/genetlink.yaml" -- "the description is one by the kernel's schema"
tap until_true 60 lists_the_same "$PYTHON" "$CLIENTS" rows "$YNL" "$SPEC" -- "prints what gossipctl members prints"
tap until_true 60 lists_the_same "$PYTHON" "$CLIENTS" rows pyroute2 "$SPEC" -- "as does pyroute2"
kill "$RUN"
wait "$RUN" || true
rmmod gossip
remove_nodes 1 3
tap_end
