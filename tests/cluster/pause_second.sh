#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine with a wire: pause_second.sh [STATE...]
# The machine that tests/pause.sh stops: n6. It goes to sleep first, once into each STATE of
# /sys/power/state. "n6 told EVENT MEMBER …" as monitor has it.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

all_alive() {
	[ "$(cat /sys/kernel/gossip/alive)" = 5 ]
}

ip addr add "$(ip4 6)/16" dev wire0
ip link set wire0 up
load name=n6 peers="$(ip4 1)"
gossipctl monitor | sed -u "s/^[^ ]* */n6 told /" &
for state; do
	until_true 300 all_alive
	sleep 10
	echo "sleeps: $state"
	echo "$state" >/sys/power/state
	echo "wakes: $state"
done
sleep 1500
