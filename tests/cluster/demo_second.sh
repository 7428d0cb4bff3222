#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine with a wire: demo_second.sh
# The second machine of the demo: n6, which is one node and has no namespaces. It starts
# once the first machine has plugged the wire in, and stops once that has seen it.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

show() {
	echo "    machine 2# $*"
	"$@"
}

# await LIMIT TEXT CONDITION...
await() {
	until_true "$1" "${@:3}" || {
		echo "    machine 2: in $1 s it did not come about that $2"
		[ ! -e /sys/kernel/gossip/members ] || cat /sys/kernel/gossip/members
		exit 1
	}
}

answers() {
	ping -c 1 -W 1 "$1" >/dev/null 2>&1
}

alive() {
	[ "$(cat /sys/kernel/gossip/alive)" = "$1" ]
}

ip addr add "$(ip4 6)/16" dev wire0
ip link set wire0 up
await 400 "n1 answers on the wire" answers "$(ip4 1)"
cd "${GOSSIP_KO%/*}"
show insmod gossip.ko name=n6 peers="$(ip4 1)"
await 60 "n6 sees six alive" alive 6
# Which the first machine gives itself when it has shown that it sees n6.
await 120 "the first machine has seen n6" answers 10.7.255.1
show rmmod gossip
[ ! -e /sys/kernel/gossip ]
