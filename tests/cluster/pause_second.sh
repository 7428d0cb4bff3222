#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine with a wire: pause_second.sh
# The machine that tests/pause.sh stops: n6.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ip addr add "$(ip4 6)/16" dev wire0
ip link set wire0 up
load name=n6 peers="$(ip4 1)"
sleep 1500
