#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: demo.sh [-k KERNEL] [-o DIR]
# Boots two machines with a wire between them and shows a group of members in them. On a
# terminal a shell in the first machine follows. Ends with 0 only if everything that was
# shown was as it should be.
#   -k KERNEL  debian-6.1 (default), debian-6.12
#   -o DIR     leaves output and kernel logs of the two machines there
set -eu
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

usage() {
	sed -n '3,/^set/s/^# \{0,1\}//p' "tests/${0##*/}" >&2
	exit 2
}

KERNEL=debian-6.1 OUT='' FIRST='' SECOND='' TICKER='' PLAY='' LIMIT=480
while getopts k:o: option; do
	case $option in
	k) KERNEL=$OPTARG ;;
	o) OUT=$OPTARG ;;
	*) usage ;;
	esac
done
# The sockets' names must be short.
WORK=$(mktemp -d)
[ -n "$OUT" ] || OUT=$WORK
mkdir -p "$OUT/1" "$OUT/2"
# On a terminal the limit is that of a shell.
if [ -t 0 ] && [ -t 1 ]; then
	PLAY=play LIMIT=''
fi

cleanup() {
	stop "$TICKER"
	stop "$FIRST"
	stop "$SECOND"
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

stop() {
	[ -n "$1" ] || return 0
	kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

tick() {
	local begun=$SECONDS

	until [ -s "$OUT/1/tap" ]; do
		sleep 1
		(((SECONDS - begun) % 5)) || echo "… $((SECONDS - begun)) s"
	done
}

# Waited for, so that a signal finds us; the shell has our terminal all the same.
first() {
	tests/vm/run.sh -k "$KERNEL" ${PLAY:+-i} ${LIMIT:+-t "$LIMIT"} -o "$OUT/1" \
		-l "$WORK/a,$WORK/b" tests/cluster/demo.sh $PLAY <&0 &
	FIRST=$!
	wait "$FIRST"
}

tests/vm/deps.sh vm
echo "Getting the kernel, building the module and the client …"
tests/vm/module.sh "$KERNEL" >/dev/null
tests/vm/userspace.sh >/dev/null
echo "Booting two virtual machines (emulated: this takes a while) …"
rm -f "$OUT"/[12]/tap
tests/vm/run.sh -k "$KERNEL" -t 480 -m 512M -o "$OUT/2" -l "$WORK/b,$WORK/a" \
	tests/cluster/demo_second.sh </dev/null 2>"$OUT/2/messages" &
SECOND=$!
tick &
TICKER=$!
rc=0
first || rc=$?
FIRST=''
stop "$TICKER"
TICKER=''
# A second machine that still waits for the first would do so in vain.
[ "$rc" = 0 ] || stop "$SECOND"
wait "$SECOND" 2>/dev/null || {
	[ "$rc" != 0 ] || echo "FAILED: the second machine"
	cat "$OUT/2/messages" >&2
	[ "$rc" != 0 ] || rc=1
}
SECOND=''
exit "$rc"
