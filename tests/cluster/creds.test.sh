#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who listens is told that the kernel sent an event, and nothing of what it had in mind.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

load
create_nodes 1 1
at n1 creds >/tmp/creds 2>&1 &
tap until_true 30 grep -qs listening /tmp/creds -- "a listener with SO_PASSCRED"
start_nodes 1 1
tap until_true 10 grep -qx "pid=0 uid=0 gid=0" /tmp/creds -- "is told that the kernel sent it"
rmmod gossip
remove_nodes 1 1
tap_end
