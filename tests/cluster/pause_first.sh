#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine with a wire: pause_first.sh
# Four members, n1 to n4, that tell what they see of n6, in the other machine, until the
# wire is unplugged: "n1 n6 STATE" when that changes, "n1 told EVENT MEMBER …" as monitor
# has it. tests/pause.sh reads that.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# watch NODE: what its listing says of n6. No process is started for a look.
watch() {
	# shellcheck disable=SC2016 # for the inner shell
	at "$1" bash -c 'before=
		while :; do
			while read -r name _ state _; do
				state=${state%%+*}
				[ "$name" != n6 ] || [ "$state" = "$before" ] || {
					before=$state
					echo "$1 n6 $state"
				}
			done </sys/kernel/gossip/members
			read -r -t 0.1 <&8 || :
		done' - "$1" &
}

follow() {
	gossipctl --netns "$1" monitor | sed -u "s/^[^ ]* */$1 told /" &
}

mkfifo /tmp/never
exec 8<>/tmp/never
create_nodes 1 4
load
start_nodes 1 4
until_true 60 together 4 n1 n2 n3 n4
ip link set wire0 netns switch
ip -n switch link set wire0 master br0 up
for node in n1 n2 n3 n4; do
	watch "$node"
	follow "$node"
done
unplugged() {
	[ "$(ip netns exec switch cat /sys/class/net/wire0/carrier)" = 0 ]
}

STEP=1 until_true 1400 unplugged
