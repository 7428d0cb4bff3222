#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: selftest.sh [NAME]
# Checks run.sh, tap.sh and log.sh themselves, on kernel NAME (uml): that what fails in a
# machine is seen outside of it; and that one in QEMU that hangs is. Prints TAP.
set -u
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/log.sh"

NAME=${1:-uml}
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
NUMBER=0

result() {
	NUMBER=$((NUMBER + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $NUMBER - $3"
	else
		echo "not ok $NUMBER - $3"
		echo "# is $1, should be $2"
		sed "s/^/# /" "$DIR/out/tap" "$DIR/messages"
	fi
}

# in_machine SCRIPT-TEXT [OPTIONS]: sets STATUS; what it printed is in $DIR/out/tap.
in_machine() {
	printf '#!/bin/sh\n%s\n' "$1" >"$DIR/script"
	chmod +x "$DIR/script"
	shift
	STATUS=0
	"$VM_DIR/run.sh" -n -k "$NAME" -t 180 -o "$DIR/out" "$@" "$DIR/script" 'an argument' \
		>"$DIR/messages" 2>&1 || STATUS=$?
}

# in_hanging SCRIPT-TEXT: likewise, in QEMU, on one processor.
in_hanging() {
	printf '#!/bin/sh\n%s\n' "$1" >"$DIR/script"
	chmod +x "$DIR/script"
	mkdir -p "$DIR/work"
	STATUS=0
	TMPDIR=$DIR/work FROZEN_AFTER=15 "$VM_DIR/run.sh" -k debian-6.1 -t 300 -a maxcpus=1 -o "$DIR/out" "$DIR/script" \
		>"$DIR/messages" 2>&1 || STATUS=$?
}

# The emulator of that script hangs as soon as it runs; the next one does not.
stop_emulator() {
	local tries=0 machine
	until grep -qs 'script starts' "$DIR/out/log" || [ "$((tries += 1))" -gt 2000 ]; do
		sleep 0.1
	done
	machine=$(pgrep -f "^qemu-system.*path=$DIR/work") && kill -STOP "$machine"
}

in_tap() { printf '%b' "$1" >"$DIR/tap"; "$VM_DIR/tap.sh" "$DIR/tap" | tail -n 1; }

# in_log LINES: how many of them make a run fail.
in_log() { printf '%b' "gossip-vm: script starts\n$1" >"$DIR/log"; log_trouble "$DIR/log" | wc -l; }

LINE='======================\n'
RACE="${LINE}BUG: KCSAN: data-race in a / b\n"

echo "TAP version 13"
echo "1..25"

# shellcheck disable=SC2016 # for the machine to expand
in_machine 'echo "1..1"; echo "ok 1 - $1"'
result "$STATUS" 0 "a script that succeeds"
result "$(cat "$DIR/out/tap")" "$(printf '1..1\nok 1 - an argument')" "its output comes back"
in_machine 'exit 3'
result "$STATUS" 3 "a script that fails"
start=$SECONDS
in_machine 'sleep 1000' -t 8
result "$STATUS" 124 "a script that hangs"
result "$((SECONDS - start < 30))" 1 "ends at its time limit"
in_machine 'echo "<4>WARNING: CPU: 0 PID: 1 at selftest" >/dev/kmsg'
result "$STATUS" 1 "a warning of the kernel"
in_machine 'echo "<4>WARNING: CPU: 0 PID: 1 at selftest" >/dev/kmsg' -w
result "$STATUS" 0 "a warning of the kernel, with -w"
in_machine 'kill -KILL 1; busybox poweroff -f; sleep 1000' -t 90
result "$STATUS" 125 "a machine that ends before its script"
in_machine 'set -e; ip netns add a; ip netns exec a ip link set lo up
	ip link add v0 type veth peer name v1; ip link set v1 netns a; tc qdisc add dev v0 root netem
	ip link add b0 type bridge; ip link add d0 type dummy; [ -w /tmp ]; mountpoint -q /sys/kernel/debug'
result "$STATUS" 0 "namespaces, veth, bridge, dummy, netem"
in_machine 'sleep 300 & exit 0'
result "$STATUS" 0 "a script that leaves a process behind"

in_hanging 'echo -1 >/proc/sys/kernel/sched_rt_runtime_us; chrt -f 99 sh -c "while :; do :; done"'
result "$STATUS" 124 "a machine that hangs"
result "$(grep -c 'NMI: Not continuing' "$DIR/out/log")" 1 "says where"
rm -f "$DIR/out/log"
stop_emulator &
in_hanging 'sleep 5; echo "ok 1 - here"'
wait
result "$STATUS" 0 "a script that succeeds where the emulator hung before"
result "$(grep -c 'the emulator hangs' "$DIR/messages")" 1 "which is said"

result "$(in_tap '1..2\nok 1 a\nok 2 b\n')" "2 passed, 0 failed" "tap.sh: all passed"
result "$(in_tap '1..2\nok 1 a\nnot ok 2 b\n')" "1 passed, 1 failed" "tap.sh: one failed"
result "$(in_tap '1..3\nok 1 a\nok 2 b\n')" "2 passed, 1 failed" "tap.sh: one is missing"
result "$(in_tap 'ok 1 a\n')" "1 passed, 1 failed" "tap.sh: no plan"
result "$(in_tap '')" "0 passed, 1 failed" "tap.sh: an empty file"
result "$(in_tap '1..2\nok 1 a # SKIP no\nok 2 b\n')" "1 passed, 0 failed, 1 skipped" "tap.sh: skipped"
result "$(in_tap '[ 1.0] 1..1\n[ 1.0]     1..2\n[ 1.0]     ok 1 a\n[ 1.0]     not ok 2 b\n[ 1.0] not ok 1 s\n')" \
	"1 passed, 1 failed" "tap.sh: KUnit in a log"

result "$(in_log 'gossip: hello\nWARNING: x\n')" 1 "log.sh: a warning"
result "$(in_log "$RACE swim_a+0x1/0x2 [gossip]\n$LINE")" 1 "log.sh: a race in the module"
result "$(in_log "$RACE a+0x1/0x2\nComm: gossipctl\n${LINE}WARNING: x\n")" 1 \
	"log.sh: a warning after a race of the kernel's own"
result "$(in_log "$RACE a+0x1/0x2\n")" 1 "log.sh: a report that was cut off"
