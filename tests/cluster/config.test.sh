#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tunables while members run: by gossipctl, by netlink, by sysfs and by the module's
# parameters; what is refused, with which words; and that they do something.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# is NODE FILE VALUE
is() {
	[ "$(gossip_file "$1" "config/$2")" = "$3" ]
}

# put NODE FILE VALUE: by sysfs.
put() {
	on "$1" bash -c "echo '$3' >/sys/kernel/gossip/config/$2"
}

# put_refused ERROR LOG NODE FILE VALUE: the shell says ERROR, the log LOG, in one line.
put_refused() {
	dmesg -c >/dev/null
	! put "$3" "$4" "$5" 2>/tmp/diagnosis || return 1
	dmesg >>/tmp/diagnosis
	grep -qF "$1" /tmp/diagnosis && [ "$(dmesg | grep -c 'gossip: config/')" = 1 ] && log_has "$2"
}

put_without_instance() {
	! put n1 probe_interval 500 2>/tmp/diagnosis && grep -qF "No such device" /tmp/diagnosis
}

# The parameters, the files and what gossipctl lists are the same.
same_names() {
	local listed file

	listed=$(ctl n1 set | awk '{ print $1 }' | sort)
	[ "$listed" = "$(cd /sys/kernel/gossip/config && printf '%s\n' * | sort)" ] || return 1
	for file in $listed; do
		[ -e "/sys/module/gossip/parameters/$file" ] || return 1
	done
}

all_writable() {
	[ "$(stat -c %a /sys/kernel/gossip/config/* | sort -u)" = 644 ]
}

# Each value that gossipctl lists is that of the file.
same_values() {
	local name value _

	ctl n1 set >/tmp/listed
	while read -r name value _; do
		is n1 "$name" "$value" || return 1
	done </tmp/listed
}

# Each at its least and greatest, written and read.
all_ranges() {
	local name value least most _

	ctl n1 set >/tmp/listed
	while read -r name value _ least most; do
		for value in "$least" "$most" "$value"; do
			put n1 "$name" "$value" && is n1 "$name" "$value" || return 1
		done
	done </tmp/listed
}

probes() {
	gossip_file n1 stats/probes
}

# probe_rate LEAST MOST: probes of n1 in 10 s. To read how many there were takes time, too.
probe_rate() {
	local begun=${EPOCHREALTIME/./} before least most count

	before=$(probes)
	least=${EPOCHREALTIME/./}
	sleep 10
	least=$((${EPOCHREALTIME/./} - least))
	count=$(($(probes) - before))
	most=$((${EPOCHREALTIME/./} - begun))
	echo "$count probes in $least to $most us" >/tmp/diagnosis
	[ $((count * 10000000)) -ge $(($1 * least)) ] && [ $((count * 10000000)) -le $(($2 * most)) ]
}

no_failure() {
	counts failed 0 n1 n2 n3 && counts alive 3 n1 n2 n3
}

load
create_nodes 1 3
tap [ -d /sys/kernel/gossip/config ] -- "there is a directory"
tap put_without_instance -- "without an instance nothing can be set"
tap status 3 ctl n1 set probe_interval=500 -- "nor by netlink"
start_nodes 1 3
tap until_true 30 together 3 n1 n2 n3 -- "three nodes find each other"
tap same_names -- "parameters, files and what gossipctl lists have the same names"
tap same_values -- "and the same values"
tap all_writable -- "root can write to the files"

tap refused "probe_interval 9: 10 to 7200000 ms are allowed" ctl n1 set gossip_fanout=8 probe_interval=9 -- "too small by netlink"
tap is n1 gossip_fanout 3 -- "and nothing was set"
tap refused "gossip_fanout 9: 1 to 8 are allowed" ctl n1 set gossip_fanout=9 -- "too large"
tap refused "suspicion_mult 9: 10 to 10000 % are allowed" ctl n2 start --set suspicion_mult=9 -- "so it is at the start"
tap put_refused "Invalid argument" "config/probe_interval=9: must be 10 to 7200000 ms" n1 probe_interval 9 -- "too small by sysfs"
tap put_refused "Invalid argument" "config/probe_interval=4294967296: must be 10" n1 probe_interval 4294967296 -- "larger than any number"
tap put_refused "Invalid argument" "config/probe_interval=1s: must be 10" n1 probe_interval 1s -- "no number"
tap put_refused "Invalid argument" "config/gossip_fanout=: must be 1 to 8" n1 gossip_fanout "" -- "nothing"
tap is n1 probe_interval 500 -- "after which all is as it was"
tap refused "CAP_NET_ADMIN" on n1 unshare -U gossipctl set probe_interval=500 -- "netlink wants CAP_NET_ADMIN"
tap refused "Operation not permitted" on n1 setpriv --bounding-set=-net_admin --inh-caps=-net_admin \
	bash -c 'echo 500 >/sys/kernel/gossip/config/probe_interval' -- "so do the files"
tap refused "ermission denied" on n1 setpriv --reuid=65534 --clear-groups \
	sh -c 'echo 500 >/sys/kernel/gossip/config/probe_interval' -- "which are root's"

tap probe_rate 18 22 -- "20 probes in 10 s"
for node in n1 n2 n3; do
	put "$node" probe_interval 100
done
sleep 1
tap probe_rate 95 105 -- "100 with a fifth of the interval"
tap no_failure -- "nobody failed"
tap is n1 probe_interval 100 -- "the file shows what is in effect"
ctl n1 set sensitivity=fast gossip_interval=150
tap is n1 suspicion_mult 50 -- "a sensitivity has its own defaults"
ctl n1 set sensitivity=normal profile=local
tap is n1 suspicion_mult 100 -- "another has others"
tap is n1 heal_interval 5000 -- "so has a profile"
tap is n1 gossip_interval 150 -- "what was set stays"
tap is n1 probe_interval 100 -- "by whichever way"
tap is n2 heal_interval 10000 -- "and other namespaces have their own"
tap all_ranges -- "all that is allowed is taken"
tap until_true 30 together 3 n1 n2 n3 -- "after all of that they are together"
tap no_failure -- "and nobody has failed"
rmmod gossip
remove_nodes 1 3
tap_end
