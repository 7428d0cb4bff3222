#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: pause.sh [-k KERNEL] [-o DIR] [SECONDS...]
# A machine that is stopped, as for a snapshot or a migration, and goes on: afterwards it
# is alive for everybody within 2 s, and has accused nobody. Two machines: four members in
# the first (cluster/pause_first.sh), one in the second, which is stopped for each of
# SECONDS (1 10 100): its clock with it, and again with its clock going on.
#   -k KERNEL  debian-6.1 (default), debian-6.12, …
#   -o DIR     leaves output and kernel logs of the two machines there
set -eu
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

usage() {
	sed -n '3,/^set/s/^# \{0,1\}//p' "tests/${0##*/}" >&2
	exit 2
}

KERNEL=debian-6.1 OUT='' FIRST='' SECOND=''
while getopts k:o: option; do
	case $option in
	k) KERNEL=$OPTARG ;;
	o) OUT=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- 1 10 100
WORK=$(mktemp -d)
[ -n "$OUT" ] || OUT=$WORK
mkdir -p "$OUT/1" "$OUT/2"

end() {
	[ -z "$1" ] || ! kill "$1" 2>/dev/null || wait "$1" 2>/dev/null || true
}

cleanup() {
	end "$FIRST"
	end "$SECOND"
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

now() { echo "$((${EPOCHREALTIME/./} / 1000))"; }

# What the first machine said last of n6, for each of its members.
alive_everywhere() {
	awk '$1 ~ /^n[1-4]$/ && $2 == "n6" { state[$1] = $3 }
		END {
			for (node in state)
				alive += state[node] == "alive"
			exit alive != 4
		}' "$OUT/1/tap" 2>/dev/null
}

# await SECONDS CONDITION...
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		kill -0 "$FIRST" 2>/dev/null || return 1
		sleep 0.05
	done
}

# The process of the second machine: its clock goes on while that is stopped.
process() { pgrep -f "^qemu-system.*local.path=$WORK/b,"; }

stop_clock() { echo stop >"$WORK/monitor2.in"; }
cont_clock() { echo cont >"$WORK/monitor2.in"; }
stop_process() { kill -STOP "$(process)"; }
cont_process() { kill -CONT "$(process)"; }

NUMBER=0
FAILED=0
# ok NAME COMMAND...: one test.
ok() {
	local name=$1
	NUMBER=$((NUMBER + 1))
	shift
	if "$@"; then
		echo "ok $NUMBER - $name"
	else
		FAILED=1
		echo "not ok $NUMBER - $name"
	fi
}

# pause KIND SECONDS
pause() {
	local begun took
	"stop_$1"
	sleep "$2"
	"cont_$1"
	begun=$(now)
	await 30 alive_everywhere || true
	took=$(($(now) - begun))
	ok "$1 stopped for $2 s: alive everywhere within 2 s ($took ms)" [ "$took" -le 2000 ]
	# Accusations that it makes now would be seen.
	sleep 10
}

# accused TEXT: what the first machine was told of members that were never stopped.
accused() { ! grep "^n[1-4] told " "$OUT/1/tap" | grep -E " ($1) n[1-4] "; }

tests/vm/deps.sh vm
tests/vm/module.sh "$KERNEL" >/dev/null
tests/vm/userspace.sh >/dev/null
for machine in 1 2; do
	mkfifo "$WORK/monitor$machine.in" "$WORK/monitor$machine.out"
done
tests/vm/run.sh -k "$KERNEL" -t 1500 -m 512M -o "$OUT/1" -l "$WORK/a,$WORK/b" \
	-q "$WORK/monitor1" tests/cluster/pause_first.sh </dev/null >/dev/null 2>"$OUT/1/messages" &
FIRST=$!
tests/vm/run.sh -k "$KERNEL" -t 1500 -m 512M -o "$OUT/2" -l "$WORK/b,$WORK/a" \
	-q "$WORK/monitor2" tests/cluster/pause_second.sh </dev/null >/dev/null 2>"$OUT/2/messages" &
SECOND=$!
echo "TAP version 13"
ok "five members in two machines find each other" await 300 alive_everywhere
for seconds; do
	pause clock "$seconds"
	pause process "$seconds"
done
# The first machine takes that for the end.
echo "set_link wire off" >"$WORK/monitor1.in"
ok "the first machine ends well, with a clean log" wait "$FIRST"
FIRST=''
ok "nobody else was declared failed" accused failed
ok "nobody else was suspected" accused suspect
echo "1..$NUMBER"
exit "$FAILED"
