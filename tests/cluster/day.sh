#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: day.sh [MEMBERS [HOURS [idle|churn]]]
# A day in the life of a group (serf #269): at rest, or with members that come, go and are
# cut off every half a minute. Nobody who stays is taken for failed, or at rest even
# suspected, and memory is no more in the end than it was after the first hour. For uml in
# virtual time, where an hour of 128 members takes less than a minute.
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
read -ra STAY <<<"$ALL"
STAY=("${STAY[@]:0:STEADY}")

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

# All whom somebody suspects hear of it and deny it.
none_suspected() {
	local now

	now=$(stats refuted "${STAY[@]}")
	echo "# $(stats probes "${STAY[@]}") probes, $(stats probes_failed "${STAY[@]}") failed; $((now - REFUTED)) refutations"
	[ "$now" = "$REFUTED" ]
}

# In a day, 100 bytes for each of 128 members and each hour are more.
flat() {
	local now

	now=$(held)
	echo "# $FIRST KiB after an hour, $now KiB in the end"
	[ "$now" -le $((FIRST + 256)) ]
}

# Of those who stay, or of all where nobody goes.
none_failed() {
	local last=$STEADY

	[ "$KIND" = churn ] || last=$MEMBERS
	sed 's/.*"name":"n\([0-9]*\)".*/\1/' /tmp/failed |
		awk -v last="$last" '$1 <= last { bad = 1 } END { exit bad }'
}

# Who knows where a neighbour is need not ask again: half of all work would be that.
echo 864000000 >/proc/sys/net/ipv4/neigh/default/base_reachable_time_ms
for i in 1 2 3; do
	echo $((MEMBERS * MEMBERS * 2)) >/proc/sys/net/ipv4/neigh/default/gc_thresh$i
done
load
create_nodes 1 "$MEMBERS"
start_nodes 1 "$MEMBERS"
# shellcheck disable=SC2086 # a list of nodes
tap until_true 120 together "$MEMBERS" $ALL -- "$MEMBERS members find each other"
at n1 gossipctl monitor members --json |
	grep --line-buffered '"event":"failed"' >/tmp/failed &
sleep 1
REFUTED=$(stats refuted "${STAY[@]}")
tap hours -- "$HOURS hours pass, $KIND"
tap none_failed -- "regress: serf #269: nobody who stayed was taken for failed"
if [ "$KIND" = idle ]; then
	tap none_suspected -- "regress: serf #269: nor even suspected"
else
	none_suspected || true
	tap grep -q . /tmp/failed -- "who was cut off was"
fi
# shellcheck disable=SC2086
tap until_true 120 together "$MEMBERS" $ALL -- "all are there and agree"
tap flat -- "memory is as it was"
rmmod gossip
wait
tap_end
