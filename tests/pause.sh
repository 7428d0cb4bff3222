#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: pause.sh [-k KERNEL] [-o DIR] [SECONDS...]
# A machine that is stopped, as for a snapshot or a migration, or sleeps, and goes on:
# afterwards it is alive for everybody within 2 s, and has accused nobody. Two machines: four
# members in the first (cluster/pause_first.sh), one in the second (pause_second.sh), which is
# suspended to memory and to idle, and stopped for each of SECONDS (1 10 100): its clock with
# it, and again with its clock going on.
#   -k KERNEL  debian-6.1 (default), debian-6.12, …
#   -o DIR     leaves output and kernel logs of the two machines there
set -eu
cd "$(dirname "$0")/.."
. tests/vm/lib.sh
. tests/vm/log.sh

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

# alive NUMBER: so many of the first machine's members said last that n6 is alive.
alive() {
	awk -v number="$1" '$1 ~ /^n[1-4]$/ && $2 == "n6" { state[$1] = $3 }
		END {
			for (node in state)
				alive += state[node] == "alive"
			exit alive != number
		}' "$OUT/1/tap" 2>/dev/null
}

# said NUMBER TEXT: the second machine said so, so often.
said() {
	[ "$(grep -cxF -- "$2" "$OUT/2/tap")" = "$1" ]
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

# back NAME: once the machine goes on.
back() {
	local begun took
	begun=$(now)
	await 30 alive 4 || true
	took=$(($(now) - begun))
	ok "regress: suspend, VM pause: $1: alive everywhere within 2 s ($took ms)" [ "$took" -le 2000 ]
	# Accusations that it makes now would be seen.
	sleep 10
}

# gone NAME SECONDS: so long a pause is seen by all.
gone() {
	[ "$2" -lt 10 ] || ok "$1: taken for failed meanwhile" await 60 alive 0
}

# pause KIND SECONDS
pause() {
	local name="$1 stopped for $2 s"
	"stop_$1"
	sleep "$2"
	gone "$name" "$2"
	"cont_$1"
	back "$name"
}

# suspend STATE SECONDS COMMAND: when the machine goes to sleep it says so. COMMAND of the
# monitor wakes it.
suspend() {
	local name="suspended to $1 for $2 s"
	ok "the second machine goes to sleep, to $1" await 60 said 1 "sleeps: $1"
	sleep "$2"
	gone "$name" "$2"
	echo "$3" >"$WORK/monitor2.in"
	ok "and wakes" await 30 said 1 "wakes: $1"
	back "$name"
}

not() { ! "$@"; }

# told BY EVENT MEMBER: patterns; what monitor said.
told() { grep -hE "^$1 told $2 +$3 " "$OUT"/[12]/tap | sed 's/^/# /' | grep .; }

# All that is looked for below would be seen. Whom n6 knew before it listened "exists".
told_by_all() {
	local node
	for node in n1 n2 n3 n4; do
		told "$node" failed n6 >/dev/null || return 1
	done
	told n6 '(exists|join)' n1 >/dev/null
}

clean() { ! log_trouble "$OUT/$1/log" | sed 's/^/# /' | grep .; }

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
	-q "$WORK/monitor2" tests/cluster/pause_second.sh mem freeze </dev/null >/dev/null 2>"$OUT/2/messages" &
SECOND=$!
echo "TAP version 13"
ok "five members in two machines find each other" await 300 alive 4
suspend mem 10 system_wakeup
# Its power button.
suspend freeze 10 system_powerdown
for seconds; do
	pause clock "$seconds"
	pause process "$seconds"
done
# The first machine takes that for the end.
echo "set_link wire off" >"$WORK/monitor1.in"
ok "the first machine ends well, with a clean log" wait "$FIRST"
FIRST=''
ok "the log of the second one is clean" clean 2
ok "all members tell what happens" told_by_all
ok "regress: suspend, VM pause: nobody else was declared failed" not told 'n[1-46]' failed 'n[1-4]'
ok "regress: suspend, VM pause: nobody else was suspected" not told 'n[1-46]' suspect 'n[1-4]'
echo "1..$NUMBER"
exit "$FAILED"
