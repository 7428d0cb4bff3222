#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# On a kernel that was booted with ipv6.disable=1: who wants IPv6 is refused, and IPv4 works.
# Older kernels' look-up of a route would use tables that are not there.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# refuses PARAMETER...: start does, and why.
refuses() {
	! ctl n1 start name=n1 "$@" >/tmp/diagnosis 2>&1 &&
		grep -q 'IPv6 is disabled on this node' /tmp/diagnosis
}

load
# Their addresses of IPv6 are refused.
create_nodes 1 2 2>/dev/null || true
tap refuses "bind=[::]:7946" -- "there is no member of IPv6"
tap refuses "bind=[::]:7946" "peers=[$(ip6 2)]:7946" -- "with a peer"
tap refuses "bind=[$(ip6 1)]:7946" "peers=[$(ip6 2)]:7946" -- "with an address"
tap refuses "bind=[fe80::1%eth0]:7946" "peers=[fe80::2%eth0]:7946" -- "of one link"
tap refuses "bind=[::]:7946" "advertise=[$(ip6 1)]:7946" -- "that is told to others"
start_nodes 1 2
tap until_true 30 together 2 n1 n2 -- "two nodes find each other over IPv4"
cut n2
tap until_true 60 all_see failed n2 n1 -- "who is cut off is failed"
rmmod gossip
remove_nodes 1 2
tap_end
