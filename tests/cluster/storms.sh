# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What goes on in a group n1 to n4 while something else is tested: others who read, ask,
# listen, tell, and break things. Sourced after lib.sh.
#
# Each function is one round of it, which fails where there is nothing to be found just
# then. Virtual time passes only while nobody is busy: between two rounds all sleep, for GAP
# seconds.

# go_on NAME: rounds as long as /tmp/storm is there; "GOOD of ALL" is left in
# /tmp/storm.NAME, and /tmp/blew.NAME once a round was good. A round is run in a shell of its
# own, whatever ends it. What is tested has priority: a dozen of these would leave it little
# of a machine that is slow, and so disturb it less.
go_on() {
	local good=0 all=0

	renice -n 5 -p "$BASHPID" >/dev/null
	while [ -e /tmp/storm ]; do
		all=$((all + 1))
		if ("$1" </dev/null >/dev/null 2>&1); then
			good=$((good + 1))
			: >"/tmp/blew.$1"
		fi
		sleep "${GAP:-0.05}"
	done
	echo "$good of $all" >"/tmp/storm.$1"
}

# begin NAME...: all of these, at the same time.
begin() {
	rm -f /tmp/blew.*
	: >/tmp/storm
	STORMS=("$@")
	STORM_PIDS=()
	for storm; do
		go_on "$storm" &
		STORM_PIDS+=("$!")
	done
}

each_blew() {
	local storm

	for storm in "${STORMS[@]}"; do
		[ -e "/tmp/blew.$storm" ] || return 1
	done
}

# is_over SECOND: it is time to end, from SECOND on: once each storm had a good round, and
# two minutes later in any case, or six where the kernel is slow.
is_over() {
	[ "$SECONDS" -ge "$1" ] && { each_blew || [ "$SECONDS" -ge $(($1 + 120 * PATIENCE)) ]; }
}

# Their present rounds are the last.
calm() {
	rm /tmp/storm
	wait "${STORM_PIDS[@]}"
}

# Of each storm some round was good: else it is not what it says.
all_blew() {
	local storm

	for storm in "${STORMS[@]}"; do
		echo "# $storm: $(cat "/tmp/storm.$storm")"
	done
	each_blew
}

# Garbage at n1's port: two of any length, and many that are short.
garbage() {
	local i

	for i in 1 2; do
		on n2 bash -c "head -c $((RANDOM % 1400)) /dev/urandom >/dev/udp/$(ip4 1)/7946" || return
	done
	on n2 bash -c "for i in {1..200}; do echo \$i || exit; done >/dev/udp/$(ip4 1)/7946"
}

readers() {
	on n1 cat /sys/kernel/gossip/members /sys/kernel/gossip/stats/* &&
		on n2 dd if=/sys/kernel/gossip/members bs=50 &&
		ctl n3 members --json &&
		ctl n1 stats
}

# Half of a dump is asked for, and a subscription never ended.
subscribers() {
	timeout 0.3 gossipctl --netns n2 monitor
	ctl n1 members | head -n 1 | grep .
}

# Too short to be taken for a failure.
flaps() {
	cut n4
	sleep 0.05
	mend n4
	sleep 1
}

# One process that opens, reads, polls and closes all files, at n1.
files() {
	on n1 file_storm /sys/kernel/gossip 1
}

# Over and over those that n1 counts all the time.
counters() {
	# shellcheck disable=SC2016 # expanded there
	on n1 bash -c 'for i in {1..300}; do
		for name in rx_datagrams rx_malformed tx_datagrams; do
			read -r value <"/sys/kernel/gossip/stats/$name" || exit
		done
	done'
}

# Dump after dump, until the module goes.
dumps() {
	on n2 dump 1
}

# It is woken by whatever changes.
pollers() {
	on n3 poll_members 10
}

# hold NODE SERVICE: for a moment, by a process that dies.
hold() {
	local pid

	at "$1" say hold "$2" &
	pid=$!
	sleep 0.$((RANDOM % 5))
	kill -KILL "$pid"
}

# One of the things that a member can be told to say or to do.
tellers() {
	case $((RANDOM % 8)) in
	0) on n1 say tag "a=$RANDOM" "b=$RANDOM" ;;
	1) on n1 say tag -r ;;
	2) on n2 say event "e$RANDOM" "$RANDOM" ;;
	3) hold n1 web ;;
	4) hold n3 "s$((RANDOM % 5))" ;;
	5) on n1 bash -c "echo $((RANDOM % 100 + 50)) >/sys/kernel/gossip/config/probe_interval" ;;
	6) ctl n2 set "gossip_interval=$((RANDOM % 100 + 50))" ;;
	7) ctl n2 ping n1 --timeout 200ms ;;
	esac
}

# What is traced is still on when the module goes, at times.
tracers() {
	echo 1 >"$TRACE/events/gossip/enable" || return
	timeout 0.3 cat "$TRACE/trace_pipe"
	[ $((RANDOM % 2)) = 0 ] || echo 0 >"$TRACE/events/gossip/enable"
	grep -q gossip_ "$TRACE/trace"
}

# n3 loses its link, and its address; n4 its cable, for longer than a flap.
outages() {
	ip -n n3 link set eth0 down
	sleep 0.$((RANDOM % 5))
	ip -n n3 link set eth0 up
	ip -n n3 addr del "$(ip4 3)/16" dev eth0
	ip -n n3 addr add "$(ip4 3)/16" dev eth0
	cut n4
	sleep 0.$((RANDOM % 9))
	mend n4
}

# What n4 can do in its life, and who asks for it twice at once.
lives() {
	ctl n4 start --name n4 --profile local --peer "$(ip4 1)"
	ctl n4 leave &
	ctl n4 leave
	ctl n4 join "$(ip4 1)" &
	ctl n4 join "$(ip4 2)"
	wait
	ctl n4 stop &
	ctl n4 stop
	wait
	ctl n4 start --name n4 --profile local --peer "$(ip4 1)"
}

# A namespace that comes and goes with what is in it: a group of its own, over IPv6.
namespaces() {
	local i

	create_nodes 5 6
	for i in 5 6; do
		ctl "n$i" start --name "n$i" --cluster six --profile local --bind '[::]' --peer "$(ip6 5)" &&
			on "n$i" say tag "x=$RANDOM"
	done
	hold n5 web &
	[ $((RANDOM % 3)) != 0 ] || ctl n6 stop
	ip netns delete n6
	ip netns delete n5
	wait
	! ip netns list | grep -qE '^n[56]\>'
}
