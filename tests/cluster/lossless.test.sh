#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The contract of a lossless listener, at full speed: monitor with a buffer of 64 KiB, while
# members change 12,000 times, or 3,000 where each access is watched. The kernel drops messages for it, by its own count; what
# monitor told last of each member is what the module has (not so in iproute2, drbdsetup).
# So it is where one datagram has more changes than listeners are told of one by one.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

MEMBERS=1000
CHANGES=12
LEAVERS=100
if is_watched; then
	MEMBERS=250
	LEAVERS=40
fi

# Each member as the module lists it: name, address, state, incarnation, services.
listed() {
	gossip_file n1 members | awk '{
		count = split($7, service, ",")
		print $1, $2, $3, $4, $7 == "-" ? 0 : count
	}' | sort
}

# And as monitor told it last: of the services, how many more came up than went down. One
# that was forgotten is told as such.
told() {
	tr -d '"{}' </tmp/told | awk -F '[,]' '{
		delete is
		for (i = 1; i <= NF; i++) {
			colon = index($i, ":")
			key = substr($i, 1, colon - 1)
			if (key == "member") {
				$i = substr($i, colon + 1)
				colon = index($i, ":")
				key = substr($i, 1, colon - 1)
			}
			is[key] = substr($i, colon + 1)
		}
		if (is["event"] == "service_up")
			up[is["name"], is["service"]] = 1
		else if (is["event"] == "service_down")
			delete up[is["name"], is["service"]]
		else if (is["event"] == "reap")
			delete last[is["name"]]
		else if ("name" in is)
			last[is["name"]] = is["name"] " " is["address"] " " is["state"] \
				(is["degraded"] == "true" ? "+degraded" : "") \
				(is["probation"] == "true" ? "+probation" : "") " " is["incarnation"]
	}
	END {
		for (each in up) {
			split(each, part, SUBSEP)
			services[part[1]]++
		}
		for (name in last)
			print last[name], services[name] + 0
	}' | sort
}

same() {
	listed >/tmp/listed
	told >/tmp/last
	diff /tmp/listed /tmp/last >/tmp/differ
}

# said PATTERN: how many lines of monitor's have it.
said() {
	grep -c -- "$1" /tmp/told || true
}

# Messages that the kernel dropped for the sockets of generic netlink in n1: ENOBUFS.
drops() {
	# shellcheck disable=SC2016 # awk's own
	on n1 awk '$2 == 16 { sum += $9 } END { print sum + 0 }' /proc/net/netlink
}

seq_of() {
	ctl n1 status --json | grep -o '"seq":[0-9]*' | command cut -d: -f2
}

load
create_nodes 1 2
ctl n1 start --name n1
at n2 inject "$(ip4 1)" "$MEMBERS" "$CHANGES" >/tmp/injected &
INJECTOR=$!
# On a slow machine it would be done with a datagram before the next one came.
nice -n 19 gossipctl --netns n1 monitor --json --rcvbuf 65536 >/tmp/told &
MONITOR=$!
until_true 30 grep -qs '"member":null' /tmp/told
before=$(seq_of)
ctl n1 join "$(ip4 2)"
tap until_true 200 grep -qs injected /tmp/injected -- "$((MEMBERS * CHANGES)) records are sent at full speed"
tap until_true 60 same -- "regress: iproute2, drbdsetup: monitor ends with exactly the module's state"
[ ! -s /tmp/differ ] || sed 's/^/# /' /tmp/differ | head -n 10
changes=$(($(seq_of) - before))
tap [ "$changes" -ge $((MEMBERS * 10)) ] -- "regress: iproute2, drbdsetup: after $((MEMBERS * 10)) changes or more"
tap [ "$(wc -l </tmp/listed)" = $((MEMBERS + 1)) ] -- "all members are there"
tap [ "$(awk -v last=$((CHANGES - 1)) '$4 >= last' /tmp/last | wc -l)" = "$MEMBERS" ] -- \
	"regress: iproute2, drbdsetup: of each the last one was told"
dropped=$(drops)
tap [ "$dropped" -gt 0 ] -- "the kernel dropped messages for want of buffer: ENOBUFS"
tap [ "$(said 'the kernel dropped events, the buffer was full')" -gt 0 ] -- "regress: iproute2, drbdsetup: monitor says that it resynchronised"
echo "# $(cat /tmp/injected)"
echo "# $changes changes, $(said '"reason"\|"seq":[0-9]') events told, $(said '"seq":null') differences told," \
	"$(said '"event":"resync"') resynchronisations, $dropped messages dropped"
kill "$INJECTOR"
wait "$INJECTOR" || true

# A datagram of those who leave, with a record of 36 bytes for each, takes down all of their
# services, and a later one brings them up again. The buffer takes all that is sent.
kill "$MONITOR"
ctl n1 stop
ctl n1 start --name n1
at n2 inject "$(ip4 1)" "$LEAVERS" 4 0 services >/tmp/injected &
INJECTOR=$!
gossipctl --netns n1 monitor --json --rcvbuf 67108864 >/tmp/told &
MONITOR=$!
until_true 30 grep -qs '"member":null' /tmp/told
ctl n1 join "$(ip4 2)"
tap until_true 200 grep -qs injected /tmp/injected -- "$LEAVERS members with 64 services each leave and come back"
tap until_true 60 same -- "regress: iproute2, drbdsetup: monitor ends with exactly the module's state"
[ ! -s /tmp/differ ] || sed 's/^/# /' /tmp/differ | head -n 10
excess=$(gossip_file n1 stats/events_excess)
echo "# $(seq_of) changes numbered, $excess of them too many at once, $(said '"event":"resync"') resynchronisations"
tap [ "$excess" -gt 0 ] -- "some changes were too many at once, and counted"
tap [ "$(awk '$5 == 64' /tmp/listed | wc -l)" = $((LEAVERS / 2)) ] -- "half of them are up"
tap [ "$(drops)" = 0 ] -- "nothing was dropped for want of buffer"
tap [ "$(said 'the kernel dropped events')" -gt 0 ] -- "monitor was told of it by ENOBUFS, and resynchronised"
kill "$MONITOR" "$INJECTOR"
rmmod gossip
remove_nodes 1 2
tap_end
