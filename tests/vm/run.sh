#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: run.sh -k NAME [OPTIONS] SCRIPT [ARGUMENTS]
# Boots kernel NAME (see kernel.sh), runs SCRIPT in it as root, and ends with its status;
# with 1 if the kernel complained meanwhile, 124 at the time limit, 125 if the machine failed.
#   -k NAME     a kernel: debian-6.1, uml, …
#   -t SECONDS  time limit, of the host's time (default 300; of a shell: an hour)
#   -m SIZE     the machine's memory
#   -a PARAMS   further kernel parameters
#   -T          UML only: virtual time, idle time passes at once
#   -o DIR      leaves tap (what SCRIPT prints) and log (the kernel's) there
#   -i          on a terminal: a shell in the machine after SCRIPT
#   -w          what the kernel complains about is no failure
#   -n          without module and client
#   -l A,B      stock kernels only: an interface wire0, and a cable from it to the machine that
#               has -l B,A; A and B are sockets that this and that machine make
#   -d DIR      stock kernels only: DIR is there to be mounted, to read and to write, as a 9p
#               of tag dir
#   -q FIFO     QEMU only: its monitor reads commands, as stop and cont, from FIFO.in, and
#               answers to FIFO.out; both are there already
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/initramfs.sh"
. "$VM_DIR/log.sh"
. "$VM_DIR/frozen.sh"

usage() {
	sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

NAME='' LIMIT='' MEMORY='' PARAMS='' TIME_TRAVEL=0 OUT='' INTERACTIVE=0 CHECK_LOG=1 PROJECT=1 WIRE='' MONITOR='' SHARED=''
while getopts k:t:m:a:To:iwnl:d:q: option; do
	case $option in
	k) NAME=$OPTARG ;;
	t) LIMIT=$OPTARG ;;
	m) MEMORY=$OPTARG ;;
	a) PARAMS=$OPTARG ;;
	T) TIME_TRAVEL=1 ;;
	o) OUT=$OPTARG ;;
	i) INTERACTIVE=1 ;;
	w) CHECK_LOG=0 ;;
	n) PROJECT=0 ;;
	l) WIRE=$OPTARG ;;
	d) SHARED=$OPTARG ;;
	q) MONITOR=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$NAME" ] || [ $# -lt 1 ]; then
	usage
fi
SCRIPT=$(readlink -f "$1")
shift
[[ $NAME = debian-* ]] || [ -z "$WIRE$SHARED" ] ||
	die "only machines with a stock kernel can have a wire or a directory"
[ -x "$SCRIPT" ] || die "$SCRIPT is no executable file"
[ -t 0 ] && [ -t 1 ] || INTERACTIVE=0
[ -n "$LIMIT" ] || LIMIT=$((INTERACTIVE ? 3600 : 300))

WORK=$(mktemp -d) MACHINE='' WATCHER=''
[ -n "$OUT" ] || OUT=$WORK/out
mkdir -p "$OUT" "$WORK/job"
OUT=$(readlink -f "$OUT")
rm -f "$OUT/tap" "$OUT/log" "$WORK/status"

# Everything the machine started is in its process group. One that has the terminal is in
# ours; timeout passes the signal on.
cleanup() {
	[ -z "$WATCHER" ] || kill "$WATCHER" 2>/dev/null || true
	if [ -n "$MACHINE" ]; then
		# UML makes a session of its own, where only timeout reaches it.
		kill "$MACHINE" 2>/dev/null || true
		wait "$MACHINE" 2>/dev/null || true
		kill -KILL -- "-$MACHINE" 2>/dev/null || true
	fi
	[ ! -t 0 ] || [ "$INTERACTIVE" = 0 ] || stty sane
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# The script as the machine sees it, and what it is called with.
write_job() {
	local inside window=''
	case $SCRIPT in
	"$(readlink -f "$GOSSIP_SOURCE")"/tests/*)
		inside=/run/gossip/src/${SCRIPT#"$(readlink -f "$GOSSIP_SOURCE")"/}
		;;
	*)
		install -m 755 "$SCRIPT" "$WORK/job/script"
		inside=/run/gossip/job/script
		;;
	esac
	[ "$INTERACTIVE" = 0 ] || window=$(stty size)
	{
		printf 'SCRIPT=%q\n' "$inside"
		printf 'INTERACTIVE=%s LEAKS=%s WIRE=%s\n' "$INTERACTIVE" "$CHECK_LOG" "${WIRE:+wire0}"
		printf "WINDOW='%s' TERM=%q\n" "$window" "${TERM:-linux}"
		echo "set --$(printf ' %q' "$@")"
	} >"$WORK/job/job"
}

# UML keeps the guest's memory in a file: in memory where there is room for it.
uml_memory_dir() {
	local need=${MEMORY%[MG]} free
	case $MEMORY in *G) need=$((need * 1024)) ;; esac
	free=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
	if [ "${free:-0}" -gt $((need + 256)) ]; then
		echo /dev/shm
	else
		mkdir -p "$GOSSIP_CACHE/tmp"
		echo "$GOSSIP_CACHE/tmp"
	fi
}

# The script's line and the status line are serial lines 0 and 1; descriptor 5 is the log.
uml_command() {
	local channel="null,fd:6"
	[ -z "$MONITOR" ] || die "only machines in QEMU can have a monitor"
	[ "$INTERACTIVE" = 0 ] || channel=fd:0,fd:1
	: "${MEMORY:=$([ "$NAME" = uml ] && echo 512M || echo 1G)}"
	COMMAND=(env "TMPDIR=$(uml_memory_dir)" "$KERNEL/image" "mem=$MEMORY" "uml_dir=$WORK/uml/"
		root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$VM_DIR/guest.sh"
		con=null "con0=null,fd:5" ssl=null "ssl0=$channel" "ssl1=null,fd:7"
		GUEST=uml "JOB=$WORK/job" "SRC=$GOSSIP_SOURCE" "KO=$KO" "CLIENT=$CLIENT")
	# Newer kernels run KUnit's suites when their module is loaded only if asked to.
	COMMAND+=(kunit.autorun=1)
	[ "$TIME_TRAVEL" = 0 ] || COMMAND+=(time-travel=inf-cpu)
	# shellcheck disable=SC2206 # a list of words
	COMMAND+=($PARAMS)
}

qemu_command() {
	local channel="file,id=script,path=/dev/fd/6"
	[ "$TIME_TRAVEL" = 0 ] || die "only UML has virtual time"
	[ "$INTERACTIVE" = 0 ] || channel="stdio,id=script,signal=off,logfile=$OUT/tap"
	# A race is seen if the other processor runs while an access is watched, which on a
	# busy host it seldom does: each is watched for longer than by default. Where that is all
	# that is looked for, more of them are.
	[ "$NAME" != kcsan ] ||
		PARAMS="kcsan.udelay_task=1000 kcsan.udelay_interrupt=200 kcsan.skip_watch=2000 $PARAMS"
	(
		locked "initramfs-${KERNEL##*/}"
		initramfs_base "$KERNEL"
	) >"$WORK/base"
	{
		cat "$(cat "$WORK/base")"
		initramfs_project "$WORK/job" "$KO" "$CLIENT"
	} >"$WORK/initramfs"
	PATH=$("$VM_DIR/qemu.sh"):$PATH
	# The thread that fires the machine's timers; those that are its processors have no
	# priority. No timer of a real one waits for a processor that is busy. A cable to a
	# machine that is stopped keeps that thread busy, which others would have to wait for.
	local first=(chrt --reset-on-fork --fifo 1)
	[ -z "$WIRE" ] && "${first[@]}" true 2>/dev/null || first=()
	# Without what takes an emulated processor long and would find no bug: strings byte by
	# byte, a fifth level of page tables, the state of wide registers at each switch.
	local cpu=max,-erms,-fsrm,-la57,-xsave
	PARAMS="mitigations=off $PARAMS"
	COMMAND=("${first[@]}" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot
		-accel "tcg,thread=multi" -cpu "$cpu" -smp 2 -m "${MEMORY:-768M}"
		-kernel "$KERNEL/image" -initrd "$WORK/initramfs"
		-append "console=ttyS0 loglevel=7 panic=-1 oops=panic GUEST=qemu $FROZEN_PARAMS $PARAMS"
		-chardev "file,id=log,path=/dev/fd/5" -serial chardev:log
		-chardev "$channel" -serial chardev:script
		-chardev "file,id=status,path=/dev/fd/7" -serial chardev:status)
	[ -z "$WIRE" ] || qemu_wire "${WIRE%,*}" "${WIRE#*,}"
	[ -z "$SHARED" ] ||
		COMMAND+=(-virtfs "local,path=$SHARED,mount_tag=dir,security_model=passthrough,multidevs=remap")
	COMMAND+=(-chardev "pipe,id=monitor,path=${MONITOR:-$WORK/monitor}" -mon monitor)
	[ -n "$MONITOR" ] || frozen_pipes "$WORK/monitor"
}

# Each datagram is a frame: neither machine waits for the other, and a frame for one that
# is not there is lost, as on a cable. The bridge wants two addresses that differ.
qemu_wire() {
	local mac
	mac=52:54:00:$(printf '%s' "$1" | sha256sum | sed 's/\(..\)\(..\)\(..\).*/\1:\2:\3/')
	COMMAND+=(-netdev "dgram,id=wire,local.type=unix,local.path=$1,remote.type=unix,remote.path=$2"
		-device "virtio-net-pci,netdev=wire,mac=$mac,romfile=")
}

# What SCRIPT prints goes to the file and to our own output as it comes.
boot() {
	local tee rc=0
	touch "$OUT/tap" "$OUT/log" "$WORK/status"
	if [ "$INTERACTIVE" = 1 ]; then
		timeout --foreground -k 5 "$LIMIT" "${COMMAND[@]}" <&0 5>"$OUT/log" 7>"$WORK/status" &
		MACHINE=$!
		wait "$MACHINE" || rc=$?
		MACHINE=
		return "$rc"
	fi
	mkfifo "$WORK/script"
	tee "$OUT/tap" <"$WORK/script" &
	tee=$!
	setsid timeout -k 5 "$LIMIT" "${COMMAND[@]}" </dev/null >"$WORK/console" 2>&1 \
		5>"$OUT/log" 6>"$WORK/script" 7>"$WORK/status" &
	MACHINE=$!
	# Who has the monitor may stop the machine.
	if [ -p "$WORK/monitor.in" ]; then
		frozen_watch "$MACHINE" &
		WATCHER=$!
	fi
	wait "$MACHINE" 2>/dev/null || rc=$?
	kill -KILL -- "-$MACHINE" 2>/dev/null || true
	MACHINE=
	[ -z "$WATCHER" ] || end_watcher
	rm -f "$WORK/script"
	wait "$tee"
	return "$rc"
}

# What it is about to say about the machine is waited for.
end_watcher() {
	[ -e "$WORK/frozen" ] || kill "$WATCHER" 2>/dev/null || true
	wait "$WATCHER" 2>/dev/null || true
	WATCHER=
}

verdict() {
	local rc=$1 status trouble
	status=$(sed -n 's/^status \([0-9]*\).*/\1/p' "$WORK/status")
	if [ -e "$WORK/frozen" ]; then
		say "$NAME: the $(cat "$WORK/frozen") hangs"
		status=124
	elif [ "$rc" = 124 ] || [ "$rc" = 137 ]; then
		say "$NAME: time limit of $LIMIT s"
		status=124
	elif [ -z "$status" ]; then
		say "$NAME: the machine failed ($rc)"
		[ ! -s "$WORK/console" ] || tail -n 20 "$WORK/console" >&2
		status=125
	fi
	trouble=$(log_trouble "$OUT/log")
	if [ -n "$trouble" ] && [ "$CHECK_LOG" = 1 ]; then
		say "$NAME: the kernel complained:"
		printf '%s\n' "$trouble" | head -n 40 >&2
		[ "$status" != 0 ] || status=1
	fi
	# By Ctrl-C: no log explains that.
	if [ "$INTERACTIVE" = 1 ] && [ "$status" = 143 ]; then
		say "$NAME: ${SCRIPT##*/} was interrupted"
	elif [ "$status" != 0 ]; then
		say "$NAME: ${SCRIPT##*/} ended with $status; the end of the kernel's log:"
		tail -n 60 "$OUT/log" >&2
	fi
	exit "$status"
}

KERNEL=$("$VM_DIR/kernel.sh" "$NAME")
KO='' CLIENT=''
if [ "$PROJECT" = 1 ]; then
	KO=$("$VM_DIR/module.sh" "$NAME")
	[ ! -e "$GOSSIP_SOURCE/userspace/Makefile" ] || CLIENT=$("$VM_DIR/userspace.sh")
fi
write_job "$@"
case $NAME in
uml*) uml_command ;;
*) qemu_command ;;
esac
rc=0
boot || rc=$?
if grep -qsx emulator "$WORK/frozen"; then
	say "$NAME: the emulator hangs, which says nothing about the kernel; once more"
	rm "$WORK/frozen"
	for file in log tap registers; do
		mv "$OUT/$file" "$OUT/$file.hung"
	done
	rc=0
	boot || rc=$?
fi
verdict "$rc"
