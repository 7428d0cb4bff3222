#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The first process of a test machine: sets it up, runs the script of the job that
# run.sh left, and switches the machine off.
#
# From the kernel's command line, as environment: GUEST (uml or qemu) and, in UML,
# JOB, SRC, KO and CLIENT: directories of the host. In QEMU the same things are already
# in place below /run/gossip, put there by initramfs.sh.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# The names of serial lines differ; run.sh connects script and status to these.
case $GUEST in
uml) SCRIPT_TTY=/dev/ttyS0 STATUS_TTY=/dev/ttyS1 ;;
*) SCRIPT_TTY=/dev/ttyS1 STATUS_TTY=/dev/ttyS2 ;;
esac

tmpfs() {
	mkdir -p "$1" && mount -t tmpfs -o mode="$2" tmpfs "$1"
}

# Mounts that a kernel cannot do are no error here: not every kernel has everything.
setup_mounts() {
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev 2>/dev/null
	mkdir -p /dev/pts /dev/shm
	ln -s /proc/self/fd /dev/fd
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /dev/shm
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
} 2>/dev/null

# The host's file system, read-only, is the root. The directories of the job are bound
# before a tmpfs hides where they are.
setup_uml() {
	tmpfs /run 755
	mkdir -p /run/gossip/job /run/gossip/src /run/gossip/ko /run/gossip/client
	mount --bind "$JOB" /run/gossip/job
	mount --bind "$SRC" /run/gossip/src
	[ -z "$KO" ] || mount --bind "$KO" /run/gossip/ko
	[ -z "$CLIENT" ] || mount --bind "$CLIENT" /run/gossip/client
	tmpfs /tmp 1777
	tmpfs /var/tmp 1777
}

setup_qemu() {
	mkdir -p /tmp /var/tmp /root
	tmpfs /tmp 1777
	# What scripts use without asking for it; the rest modprobe finds.
	for module in udp_tunnel ip6_udp_tunnel; do
		modprobe "$module"
	done
}

# No udev is here to load the driver, and to give the interface its name.
setup_wire() {
	[ -n "$WIRE" ] || return 0
	modprobe virtio_pci
	modprobe virtio_net
	tries=0
	until ip link set eth0 name "$WIRE" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || break
		sleep 0.1
	done
}

setup_environment() {
	PATH=/run/gossip/client:$PATH
	HOME=/tmp
	TERM=${TERM:-linux}
	LC_ALL=C
	GOSSIP_ROOT=/run/gossip/src/tests
	export HOME TERM LC_ALL GOSSIP_ROOT
	if [ -e /run/gossip/ko/gossip.ko ]; then
		GOSSIP_KO=/run/gossip/ko/gossip.ko
		export GOSSIP_KO
		for module in $(modinfo -F depends "$GOSSIP_KO" | tr ',' ' '); do
			modprobe "$module"
		done
	fi
	unset JOB SRC KO CLIENT
	mkdir -p /run/netns
	hostname gossip
	ip link set lo up
	cd /tmp || exit
}

# What looks leaked now was leaked by the boot.
leaks_clear() {
	[ -w /sys/kernel/debug/kmemleak ] || return 0
	echo scan >/sys/kernel/debug/kmemleak
	echo clear >/sys/kernel/debug/kmemleak
}

# An object counts only when it is 5 s old and was unreachable in two scans.
leaks_report() {
	[ -w /sys/kernel/debug/kmemleak ] && [ "$LEAKS" = 1 ] || return 0
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	head -n 200 /sys/kernel/debug/kmemleak | while IFS= read -r line; do
		echo "kmemleak: $line" >/dev/kmsg
	done
}

# The script writes to a pipe, not to a terminal: programs behave otherwise on one. What
# it leaves behind may hold the pipe open for ever.
run_script() {
	mkfifo /tmp/.output
	cat /tmp/.output >&3 4>&- &
	copier=$!
	echo "gossip-vm: script starts" >/dev/kmsg
	(
		exec 3>&- 4>&-
		# shellcheck disable=SC2016 # for the inner shell
		exec sh -c 'echo $$ >/tmp/.script; exec "$@"' - "$SCRIPT" "$@"
	) </dev/null >/tmp/.output 2>&1
	status=$?
	echo "gossip-vm: script ends with $status" >/dev/kmsg
	tries=0
	while kill -0 "$copier" 2>/dev/null && [ "$tries" -lt 20 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	rm -f /tmp/.output
	return "$status"
}

# For run.sh, which takes a machine that says nothing for one that hangs.
say_alive() {
	(
		exec 3>&-
		echo -1000 >/proc/self/oom_score_adj
		while :; do
			echo alive >&4
			# Whoever has a line open at the end keeps it from being drained.
			sleep 5 4>&-
		done
	) &
	alive=$!
}

# Ctrl-C ends the script. A terminal sends the signal to the session that it belongs to,
# and hangs up when that ends: the script cannot have it, for then its end would be lost.
# What a shell starts in the background ignores Ctrl-C; env undoes that.
watch_keys() {
	# shellcheck disable=SC2016 # for the inner shell
	env --default-signal=INT setsid sh -c 'exec <>"$1"
		trap "kill \$(cat /tmp/.script)" INT
		while :; do sleep 1; done' - "$SCRIPT_TTY" >/dev/null 2>&1 &
	watcher=$!
}

unwatch_keys() {
	kill -KILL "$watcher"
	wait "$watcher" 2>/dev/null
	exec 3<>"$SCRIPT_TTY"
}

# A shell on the caller's terminal.
run_shell() {
	stty sane <&3
	[ -z "${WINDOW:-}" ] || stty rows "${WINDOW% *}" cols "${WINDOW#* }" <&3
	echo "A shell in the machine; exit ends it." >&3
	PS1='gossip# ' setsid sh -c "exec bash --norc -i <>$SCRIPT_TTY >&0 2>&1"
}

setup_mounts
"setup_$GUEST"
# shellcheck disable=SC1091 # by run.sh: SCRIPT, INTERACTIVE, LEAKS, WIRE, WINDOW, arguments
. /run/gossip/job/job
setup_environment
setup_wire
exec 3<>"$SCRIPT_TTY" 4<>"$STATUS_TTY"
# Untouched by the terminal's line discipline, except where a person reads it.
if [ "$INTERACTIVE" = 1 ]; then
	stty sane -echo <&3
else
	stty raw -echo <&3
fi
stty raw -echo <&4
[ "$GUEST" = uml ] || say_alive
leaks_clear
[ "$INTERACTIVE" = 0 ] || watch_keys
run_script "$@"
status=$?
if [ "$INTERACTIVE" = 1 ]; then
	unwatch_keys
	run_shell
fi
leaks_report
if [ "$GUEST" != uml ]; then
	kill -KILL "$alive"
	wait "$alive" 2>/dev/null
fi
echo "status $status" >&4
# Closing waits until all is written.
exec 3>&- 4>&-
sync
# QEMU ends at a reboot too; not all kernels can switch it off.
[ "$GUEST" = uml ] || busybox reboot -f
busybox poweroff -f
