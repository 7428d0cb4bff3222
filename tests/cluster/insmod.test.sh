#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module's parameters: the initial namespace joins on loading and leaves on unloading.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# insmod fails with EINVAL, or what REASON is of, and the log names parameter, value and what
# is allowed.
load_refused() {
	local log=$1

	shift
	dmesg -c >/dev/null
	if insmod "$GOSSIP_KO" "$@" 2>/tmp/diagnosis; then
		rmmod gossip
		return 1
	fi
	dmesg >>/tmp/diagnosis
	grep -qi "insmod: .*${REASON:-invalid parameter}" /tmp/diagnosis &&
		[ "$(dmesg | grep -c 'gossip: .*=')" = 1 ] && log_has "$log"
}

state() {
	[ "$(cat /sys/kernel/gossip/state)" = "$1" ]
}

# A dummy gives the initial namespace an address of its own.
ip link add host0 type dummy
ip addr add 10.9.0.1/24 dev host0
ip link set host0 up

# Announcements of families of netlink. One of a module that then is not loaded could be
# used by somebody who was quick, after the module was freed.
genl ctrl monitor >/tmp/announced &
MONITOR=$!

unannounced() {
	! announced
}

announced() {
	grep -qw gossip /tmp/announced
}

LONG=$(printf 'a%.0s' {1..64})
tap load_refused "name=a b: must be" "name=\"a b\"" -- "a name with a space"
tap load_refused "name=$LONG: must be" "name=$LONG" -- "a name of 64 letters"
tap load_refused "profile=moon: must be lan, wan or local" profile=moon -- "an unknown profile"
tap load_refused "sensitivity=odd: must be fast, normal or calm" sensitivity=odd -- "an unknown sensitivity"
tap load_refused "peers=nowhere: must be" peers=nowhere -- "a peer that is no address"
tap load_refused "peers=10.0.0.1:70000: must be" peers=10.0.0.1:70000 -- "a peer with port 70000"
tap load_refused "peers=239.1.2.3: must be a unicast" peers=10.9.0.1,239.1.2.3 -- "a multicast peer"
tap load_refused "peers=::ffff:10.9.0.2: an IPv4-mapped" peers=::ffff:10.9.0.2 "bind=::" -- "an IPv4-mapped peer"
tap load_refused "peers=fe80::2: a link-local address needs" "bind=::" peers=fd00::2,fe80::2 -- "a link-local peer without a scope"
tap load_refused "peers=fe80::2%nosuch: must have the name of an interface" peers=fe80::2%nosuch -- "a scope that is no interface"
tap load_refused "peers=fd00::2: must be an IPv4 address" peers=10.9.0.2,fd00::2 -- "a peer of the other family"
tap load_refused "advertise=10.9.0.1: must be an IPv6 address" advertise=10.9.0.1 "bind=::" -- "an own address of the other family"
tap load_refused "bind=224.0.0.1: must be a unicast" bind=224.0.0.1 -- "listening on multicast, even if nothing is started"
tap load_refused "bind=255.255.255.255: must be a unicast" bind=255.255.255.255 -- "listening on broadcast"
tap load_refused "bind=10.9.0.1\\nfoo: must be an address" bind=\"10.9.0.1$'\n'foo\" -- "an address with something after it"
tap load_refused "bind=10.9.0.1:0: must be" bind=10.9.0.1:0 name=x -- "port 0"
REASON="cannot assign requested address" \
	tap load_refused "bind=10.99.0.1: address is not one of" bind=10.99.0.1 name=x -- "an address that is not local"
tap load_refused "probe_interval=1: must be 10 to 7200000 ms" probe_interval=1 -- "a tunable out of range"
tap load_refused "probe_interval=0: must be 10 to 7200000 ms" probe_interval=0 -- "of which 0 is"
tap load_refused "probe_interval=abc: must be 10 to 7200000 ms" probe_interval=abc -- "a tunable that is no number"
tap load_refused "gossip_fanout=: must be 1 to 8" gossip_fanout= -- "one that is empty"
tap load_refused "reap_after=4294967297: must be 1 to 2592000 s" reap_after=4294967297 -- "one greater than any number"
tap load_refused "autostart=maybe: must be 0 or 1" autostart=maybe -- "autostart neither 0 nor 1"
tap load_refused "key=gossip:none: no logon key of that description" key=gossip:none name=x -- "a key that is in no keyring"
printf short | logon_key gossip:short
tap load_refused "key=gossip:short: must be a key of 32 bytes" key=gossip:short name=x -- "a key that is too short"
head -c 32 /dev/zero | logon_key gossip:zero
tap load_refused "key=gossip:zero: must be a key of 32 bytes, not all of them zero" key=gossip:zero name=x -- "a key of zero bytes"
host=$(cat /proc/sys/kernel/hostname)
echo "$LONG" >/proc/sys/kernel/hostname
tap load_refused "name=$LONG: the host name is not" autostart=1 -- "a host name of 64 letters"
echo "$host" >/proc/sys/kernel/hostname

tap unannounced -- "a module that is refused has not been there for anybody"
load
tap until_true 10 announced -- "one that is loaded is"
kill "$MONITOR"
tap state off -- "without name and peers nothing runs"
rmmod gossip
load autostart=0 name=x
tap state off -- "nor with autostart=0"
rmmod gossip
load name=x probe_interval=300
tap state alive -- "with a name and no peers it is alive, alone"
tap [ "$(awk '{ print $1, $2, $3 }' /sys/kernel/gossip/members)" = "x 10.9.0.1:7946 alive" ] -- "and lists itself"
tap [ "$(cat /sys/kernel/gossip/config/probe_interval)" = 300 ] -- "a tunable is taken"
rmmod gossip
gossipctl key generate | base64 -d | logon_key gossip:key
load name=x key=gossip:key
tap [ "$(gossipctl key | awk '{ print $2 }')" = primary ] -- "with a key from a keyring it seals"
rmmod gossip
load name=x peers=10.9.0.200
tap state joining -- "a peer that does not answer is no error"
rmmod gossip
ip link delete host0
tap_end
