#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Leaving takes a while; meanwhile all else is answered.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# says NODE STATUS: over netlink.
says() {
	ctl "$1" status --json | grep -q "\"status\": *\"$2\""
}

# A slow machine asks when it is over.
is_leaving() {
	says "$1" leaving || says "$1" left
}

load
create_nodes 1 3
# Twelve rounds of gossip at 50 ms each.
start_nodes 1 3 --set retransmit_mult=12 --set gossip_fanout=1
tap until_true 30 together 3 n1 n2 n3 -- "three nodes find each other"
ctl n3 leave &
leave=$!
tap until_true 10 is_leaving n3 -- "who leaves can be asked meanwhile"
tap wait "$leave" -- "and has left then"
tap says n3 left -- "and says so"
tap until_true 10 all_see left n3 n1 n2 -- "as do the others"
rmmod gossip
remove_nodes 1 3
tap_end
