#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: day.sh [MEMBERS [HOURS [idle|churn]]]
# A day in the life of a group (serf #269): at rest, or with members that come, go and are
# cut off every half a minute. Nobody who stays is taken for failed, and memory is no less
# in the end than it was after the first hour. For uml in virtual time, where an hour of
# 128 members at rest takes about a minute.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=${1:-128}
HOURS=${2:-24}
KIND=${3:-idle}
# Those after them come and go.
STEADY=$((MEMBERS - MEMBERS / 8))
export STEP=5
ALL=
for ((i = 1; i <= MEMBERS; i++)); do
	ALL="$ALL n$i"
done

# In KiB: what the kernel holds and does not give back.
held() {
	awk '/^(SUnreclaim|Percpu|VmallocUsed|KernelStack|PageTables):/ { sum += $2 }
		END { print sum }' /proc/meminfo
}

# Of one second or so, whatever the members do.
half_a_minute() {
	local who=$((STEADY + 1 + RANDOM % (MEMBERS - STEADY)))
	local other=$((STEADY + 1 + (who - STEADY) % (MEMBERS - STEADY)))

	ctl "n$who" stop
	cut "n$other"
	sleep 20
	mend "n$other"
	ctl "n$who" start --name "n$who" --peer "$(ip4 1)"
	sleep 10
}

hour() {
	local i

	if [ "$KIND" = idle ]; then
		sleep 3600
		return
	fi
	for ((i = 0; i < 120; i++)); do
		half_a_minute || return 1
	done
}

hours() {
	local i

	for ((i = 1; i <= HOURS; i++)); do
		hour || return 1
		[ "$i" != 1 ] || FIRST=$(held)
		echo "# hour $i: $(held) KiB, $(gossip_file n1 alive) alive," \
			"$(grep -c . /tmp/failed) events of failure"
	done
}

# A run with a leak of 100 bytes a member and hour would have a megabyte more.
flat() {
	local now

	now=$(held)
	echo "# $FIRST KiB after an hour, $now KiB in the end"
	[ "$now" -le $((FIRST + FIRST / 100 + 256)) ]
}

# Of those who stay, or of all where nobody goes.
none_failed() {
	local last=$STEADY

	[ "$KIND" = churn ] || last=$MEMBERS
	sed 's/.*"name":"n\([0-9]*\)".*/\1/' /tmp/failed |
		awk -v last="$last" '$1 <= last { bad = 1 } END { exit bad }'
}

for i in 1 2 3; do
	echo $((MEMBERS * MEMBERS * 2)) >/proc/sys/net/ipv4/neigh/default/gc_thresh$i
done
load
create_nodes 1 "$MEMBERS"
start_nodes 1 "$MEMBERS"
# shellcheck disable=SC2086 # a list of nodes
tap until_true 120 together "$MEMBERS" $ALL -- "$MEMBERS members find each other"
nsenter --net=/run/netns/n1 gossipctl monitor members --json |
	grep --line-buffered '"event":"failed"' >/tmp/failed &
sleep 1
tap hours -- "$HOURS hours pass, $KIND"
tap none_failed -- "nobody who stayed was taken for failed"
[ "$KIND" = idle ] || tap grep -q . /tmp/failed -- "who was cut off was"
# shellcheck disable=SC2086
tap until_true 120 together "$MEMBERS" $ALL -- "all are there and agree"
tap flat -- "memory is as it was"
rmmod gossip
tap_end
