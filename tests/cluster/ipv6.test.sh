#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The same over IPv6.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL="n1 n2 n3"

shows_brackets() {
	gossip_file n1 members | grep -qF "[$(ip6 2)]:7946"
}

load
create_nodes 1 3
for i in 1 2 3; do
	ctl n$i start name=n$i "bind=[::]:7946" "peers=[$(ip6 1)]:7946"
done
# shellcheck disable=SC2086 # lists of nodes
{
	tap until_true 30 together 3 $ALL -- "three nodes find each other over IPv6"
	tap shows_brackets -- "addresses are shown in brackets"
	cut n3
	tap until_true 60 all_see failed n3 n1 n2 -- "who is cut off is failed"
	mend n3
	tap until_true 90 together 3 $ALL -- "and comes back"
}
rmmod gossip
remove_nodes 1 3
tap_end
