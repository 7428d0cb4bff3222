# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A machine in QEMU that has come to a stop: whether the kernel or the emulator is to
# blame, and where. Sourced by run.sh.
#
# The first process says on the status line every few seconds that it is alive. Where it
# does not, a non-maskable interrupt is sent: a kernel that hangs, even with interrupts
# off, panics and logs where each processor was. An emulator that hangs does nothing;
# that is no verdict on what was tested.

# Longer than anything that a test keeps all processes from running for.
FROZEN_AFTER=${FROZEN_AFTER:-180}

# The kernel's parameters for that: bit 6 asks for the backtraces of all processors.
# shellcheck disable=SC2034 # it is run.sh's
FROZEN_PARAMS='unknown_nmi_panic panic_print=0x40'

# frozen_pipes DIR: for QEMU's monitor.
frozen_pipes() {
	rm -f "$1.in" "$1.out"
	mkfifo "$1.in" "$1.out"
}

# frozen_ask COMMAND: of the monitor; its answer is in $OUT/registers. A monitor that hangs
# as well takes nothing.
frozen_ask() {
	# shellcheck disable=SC2016 # for the inner shell
	timeout 5 sh -c 'echo "$1" >"$2.in"; exec cat "$2.out"' - "$1" "$WORK/monitor" \
		>>"$OUT/registers" 2>/dev/null || true
}

# frozen_quiet: waits until the machine says nothing any more. In looks, not by the clock,
# which a host that slept has set. The first word comes after the boot.
frozen_quiet() {
	local size seen=0 looks=0 most
	while sleep 5 >/dev/null 2>&1; do
		size=$(stat -c %s "$WORK/status")
		looks=$((looks + 1))
		[ "$size" = "$seen" ] || looks=0
		seen=$size
		most=$FROZEN_AFTER
		[ "$size" != 0 ] || most=$((FROZEN_AFTER + 120))
		[ $((looks * 5)) -lt "$most" ] || return 0
	done
}

# frozen_blame SIZE PID: what is to be said of a machine whose log had this size. Where the
# kernel complained or a test failed it is never the emulator; nor where the time limit
# came first, about which there is nothing to say.
frozen_blame() {
	if [ "$(stat -c %s "$OUT/log")" != "$1" ] || [ -n "$(log_trouble "$OUT/log")" ] ||
		grep -q '^ *not ok' "$OUT/tap"; then
		echo kernel >"$WORK/frozen"
	elif kill -0 -- "-$2" 2>/dev/null; then
		echo emulator >"$WORK/frozen"
	else
		rm -f "$WORK/frozen"
	fi
}

# frozen_watch PID: ends the machine if it comes to a stop; $WORK/frozen says who is to
# blame: kernel or emulator. It is there as soon as there is something to wait for.
frozen_watch() {
	local size
	frozen_quiet
	echo nobody >"$WORK/frozen"
	say "$NAME: nothing was heard of the machine for $FROZEN_AFTER s; asking where it is"
	size=$(stat -c %s "$OUT/log")
	: >"$OUT/registers"
	frozen_ask 'info registers -a'
	frozen_ask nmi
	# The panic's messages take their time on a serial line.
	sleep 15 >/dev/null 2>&1
	frozen_blame "$size" "$1"
	kill -KILL -- "-$1" 2>/dev/null || true
}
