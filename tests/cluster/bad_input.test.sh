#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Bad input: each a clear error in one line, and nothing lost. What insmod refuses is in
# insmod.test.sh, what raw netlink requests do in netlink_bad.c.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

start_refused() {
	refused "$1" ctl n2 start --name x "${@:2}"
}

# Datagrams that were counted as bad, in all.
bad_datagrams() {
	local file sum=0

	for file in rx_malformed rx_version rx_cluster rx_unknown_key; do
		sum=$((sum + $(gossip_file n1 stats/$file)))
	done
	echo "$sum"
}

many_bad_datagrams() {
	[ "$(bad_datagrams)" -ge "$1" ]
}

# send BYTES: that many random bytes to n1.
send_random() {
	on n2 bash -c "head -c $1 /dev/urandom >/dev/udp/$(ip4 1)/7946"
}

# hold NODE PORT: another program's socket; HOLDER is its process.
hold() {
	at "$1" udp_hold "$2" >/tmp/held 2>&1 &
	HOLDER=$!
	until_true 30 grep -qs held /tmp/held
}

# Its tests are subtests of this one's.
requests() {
	on empty netlink_bad | sed 's/^/    /'
	return "${PIPESTATUS[0]}"
}

tap status 3 gossipctl members -- "without the module the exit status is 3"
tap refused "not loaded" gossipctl members -- "and the error says so"

load
create_nodes 1 2
LONG=$(printf 'a%.0s' {1..64})
tap start_refused "moon" --profile moon -- "an unknown profile"
tap refused "a b" ctl n2 start --name "a b" -- "a name with a space"
tap refused "63" ctl n2 start --name "$LONG" -- "a name of 64 letters"
tap start_refused "nowhere" --peer nowhere -- "a peer that is no address"
tap start_refused "70000" --peer 10.0.0.1:70000 -- "port 70000"
tap start_refused '"[fe80::2]": a link-local address needs' --bind :: --peer fd00::1,fe80::2 -- "a link-local peer without a scope"
tap start_refused '"[fd00::2]": must be an IPv4 address' --peer 10.0.0.1,fd00::2 -- "a peer of the other family"
tap start_refused '"224.0.0.1": must be a unicast address, or' --bind 224.0.0.1 -- "listening on multicast"
tap start_refused "10.99.0.1" --bind 10.99.0.1 -- "an address that is not local"
tap start_refused "7" --set probe_interval=7 -- "a tunable out of range"
tap start_refused "odd" --set odd=7 -- "an unknown tunable"
tap status 2 gossipctl frobnicate -- "an unknown command: exit status 2"
tap status 3 ctl n2 leave -- "leave without an instance: exit status 3"
tap refused "CAP_NET_ADMIN" unshare -U gossipctl start --name x -- "start without CAP_NET_ADMIN"
tap status 1 unshare -U gossipctl start --name x -- "and its exit status is 1"

start_nodes 1 1
tap refused "already runs" ctl n1 start --name again -- "a second start"
tap [ "$(gossip_file n1 state)" = alive ] -- "leaves the first as it was"
ctl n2 start --name first --bind 0.0.0.0:7947
tap [ "$(gossip_file n2 state)" = alive ] -- "another port"
ctl n2 stop
hold n2 7946
tap start_refused "in use" -- "a port in use"
kill "$HOLDER"
wait "$HOLDER" || true
start_nodes 2 2
tap until_true 20 together 2 n1 n2 -- "nothing of this is in the way of a group"

before=$(bad_datagrams)
view=$(gossip_file n1 view)
for size in 1 2 31 32 33 44 100 576 1400 1472 1400 1200 700 64 40; do
	send_random "$size"
done
tap until_true 5 many_bad_datagrams $((before + 15)) -- "random datagrams are counted"
tap [ "$(gossip_file n1 view)" = "$view" ] -- "and change nothing"
tap together 2 n1 n2 -- "nor later"

ip netns add empty
tap requests -- "raw netlink requests"
rmmod gossip
ip netns delete empty
remove_nodes 1 2
tap_end
