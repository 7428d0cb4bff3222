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

# frozen_watch PID: ends the machine if it comes to a stop; $WORK/frozen says who is to
# blame: kernel or emulator. It is there as soon as there is something to wait for.
frozen_watch() {
	local size seen='' since=$SECONDS
	while sleep 5 >/dev/null 2>&1; do
		size=$(stat -c %s "$WORK/status")
		if [ "$size" != "$seen" ]; then
			seen=$size since=$SECONDS
		elif [ $((SECONDS - since)) -ge "$FROZEN_AFTER" ]; then
			break
		fi
	done
	echo nobody >"$WORK/frozen"
	say "$NAME: nothing was heard of the machine for $FROZEN_AFTER s; asking where it is"
	size=$(stat -c %s "$OUT/log")
	: >"$OUT/registers"
	frozen_ask 'info registers -a'
	frozen_ask nmi
	# The panic's messages take their time on a serial line.
	sleep 15
	if [ "$(stat -c %s "$OUT/log")" != "$size" ]; then
		echo kernel >"$WORK/frozen"
	else
		echo emulator >"$WORK/frozen"
	fi
	kill -KILL -- "-$1" 2>/dev/null || true
}
