#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a machine of user-mode Linux: capture.sh TREE DIRECTORY
# A group lives through everything there are datagrams for. All of its traffic, and what its
# members say, is left in DIRECTORY, which is the host's, as is TREE: it has dumpcap.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

for dir in tree out; do
	mkdir "/tmp/$dir"
	mount -t hostfs -o "$1" none "/tmp/$dir"
	shift
done
mount --bind /tmp/out /tmp/tree/mnt
mount --bind /dev /tmp/tree/dev

# What comes in at each port of the bridge: on its way out it would be seen again.
capture() {
	nsenter --net=/run/netns/switch chroot /tmp/tree dumpcap -q -P -i any -f inbound \
		-w /mnt/gossip.pcap >/tmp/dumpcap 2>&1 &
	dumpcap=$!
	until_true 20 grep -q '^File:' /tmp/dumpcap
}

start_at() {
	ctl "$1" start --name "$2" --bind "$3" --peer "$4" --cluster six --key /tmp/out/key
}

# heard NODE NUMBER: so many user events.
heard() { [ "$(gossip_file "$1" stats/user_events_heard)" = "$2" ]; }

load
create_nodes 1 7
capture
start_nodes 1 4
tap until_true 30 together 4 n1 n2 n3 n4 -- "four nodes find each other"
# Another group, at another port, which is sealed.
(
	umask 077
	gossipctl key generate >/tmp/out/key
)
start_at n6 one "[::]:7999" "[$(ip6 6)]:7999"
start_at n7 two "[::]:7999" "[$(ip6 6)]:7999"
tap until_true 30 together 2 n6 n7 -- "two find each other over IPv6"
ctl n1 tag zone=eu
gossipctl --netns n2 run --service web -- sleep 1000 &
RUN=$!
tap ctl n1 event deploy v1.2 -- "an event is sent"
tap until_true 20 heard n4 1 -- "and heard"
cut n3
ctl n2 event restart now
tap until_true 20 heard n4 2 -- "another is, while one is cut off"
# By then it is not told any more without being asked for.
tap until_true 20 all_see failed n3 n1 n2 n4 -- "so long that it is failed"
mend n3
tap until_true 20 heard n3 2 -- "who asks for it"
kill "$RUN"
cut n4
tap until_true 60 all_see failed n4 n1 n2 n3 -- "who is cut off is failed"
mend n4
tap until_true 90 together 4 n1 n2 n3 n4 -- "and comes back"
ctl n5 start --name n2 --peer "$(ip4 1)"
tap until_true 30 counts state conflict n5 -- "a second one of a name is refused"
ctl n5 stop
ctl n3 leave
tap until_true 10 all_see left n3 n1 n2 n4 -- "who leaves has left"
for node in n1 n4 n6; do
	ctl "$node" members --json >"/tmp/out/members.$node"
done
ctl n1 status --json >/tmp/out/status.n1
# What is captured is not written at once.
on n1 bash -c "echo that is all >/dev/udp/$(ip4 2)/9"
tap until_true 20 grep -q "that is all" /tmp/out/gossip.pcap -- "the capture is complete"
kill -INT "$dumpcap"
wait "$dumpcap"
rmmod gossip
remove_nodes 1 7
tap_end
