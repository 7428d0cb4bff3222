#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What devices do to datagrams on their way: VLANs, of which the link below is lost; checksums
# that are left to the device, or not; and datagrams that it puts together (GRO), to be taken
# apart before they get to the module.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL=(n1 n2 n3 n4)
MEMBERS=1000
RECEIVED=$TRACE/events/net/netif_receive_skb

vlan_ip() {
	echo "10.8.0.$1"
}

create_vlan() {
	ip -n "n$1" link add link eth0 name vlan7 type vlan id 7
	ip -n "n$1" link set vlan7 up
	ip -n "n$1" addr add "$(vlan_ip "$1")/24" dev vlan7
}

# In the VLAN alone. start_in_vlan NODE SEED
start_in_vlan() {
	ctl "n$1" start --name "n$1" --bind "$(vlan_ip "$1")" --peer "$(vlan_ip "$2")"
}

# feature_of_all NAME on|off
feature_of_all() {
	local node

	for node in "${ALL[@]}"; do
		on "$node" feature eth0 "$1" "$2" || return 1
	done
}

probed() {
	[ "$(stats probes "${ALL[@]}")" -ge "$1" ]
}

# Nothing is dropped, or no sense; each datagram comes as it was sent.
none_dropped() {
	local name

	for name in socket_drops rx_length rx_malformed rx_no_memory tx_failed; do
		[ "$(stats "$name" "$@")" = 0 ] && continue
		echo "$name $(stats "$name" "$@")" >/tmp/diagnosis
		return 1
	done
}

# Some rounds of probes, all of them answered.
goes_well() {
	local failed

	failed=$(stats probes_failed "${ALL[@]}")
	until_true 30 probed $(($(stats probes "${ALL[@]}") + 24)) &&
		[ "$(stats probes_failed "${ALL[@]}")" = "$failed" ] &&
		counts alive 4 "${ALL[@]}" && none_dropped "${ALL[@]}"
}

# Of datagrams that were put together: longer than the link takes.
put_together() {
	grep -q 'netif_receive_skb: dev=eth0 ' "$TRACE/trace"
}

watch_long() {
	echo 'len > 2000' >"$RECEIVED/filter"
	echo >"$TRACE/trace"
	echo 1 >"$RECEIVED/enable"
}

unwatch() {
	echo 0 >"$RECEIVED/enable"
	echo 0 >"$RECEIVED/filter"
}

load
create_nodes 1 5
for i in 1 2 3 4 5; do
	create_vlan $i
done
for i in 1 2 3 4; do
	start_in_vlan $i 1
done
tap until_true 60 together 4 "${ALL[@]}" -- "four nodes find each other in a VLAN"
for feature in tx-checksum-ip-generic rx-gro rx-gro-list; do
	for value in off on; do
		tap feature_of_all $feature $value -- "$feature is $value"
		tap goes_well -- "and nothing is lost"
	done
done

# All at once, as far as the receiver can tell, from one port to one other.
for i in 1 2 3 4; do
	ctl n$i stop
done
tc -n n5 qdisc add dev eth0 root netem slot 20ms
at n5 inject "$(vlan_ip 1)" $MEMBERS 1 >/tmp/injected &
INJECTOR=$!
watch_long
start_in_vlan 1 5
tap until_true 60 counts alive $((MEMBERS + 1)) n1 -- "$MEMBERS more are told of in bursts"
unwatch
tap put_together -- "which the device puts together"
tap none_dropped n1 -- "and nothing is lost"
kill $INJECTOR
wait $INJECTOR || true
ctl n1 stop

for i in 1 2 3 4; do
	start_in_vlan $i 1
done
tap until_true 60 together 4 "${ALL[@]}" -- "four nodes find each other again"
tap grows 0 n3 link_lost ip -n n3 link set eth0 down -- "the device below a VLAN is switched off, which is seen at once"
tap until_true 20 is_isolated n3 -- "its node says that it is cut off"
tap counts failed 0 n3 -- "and declares nobody failed"
ip -n n3 link set eth0 up
ip -n n3 link set vlan7 up
tap until_true 90 together 4 "${ALL[@]}" -- "all are together again"
# A device is told of its carrier once a second, and the one above it after that.
tap grows 5 n4 link_lost cut n4 -- "it loses its carrier, which is seen"
tap until_true 20 is_isolated n4 -- "its node says that it is cut off"
tap until_true 60 all_see failed n4 n1 n2 n3 -- "as do the others"
tap counts failed 0 n4 -- "and held against nobody"
mend n4
tap until_true 90 together 4 "${ALL[@]}" -- "all are together again"
rmmod gossip
remove_nodes 1 5
tap_end
