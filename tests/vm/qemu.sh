#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints the directory of a qemu-system-x86_64 of version 10 or later: the machine's own,
# or Debian's backport, in the cache. With that of Debian 12, 7.2, a processor goes on with
# what was there before another one patched it, for ever: a minute of a tracepoint of the
# scheduler that goes on and off, and the kernel hangs.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"
. "$(dirname "$0")/entries.sh"

PROGRAM=qemu-system-x86_64
LEAST=10
ENTRIES=$GOSSIP_CACHE/emulators

# major PROGRAM: its version's first number; 0 if it does not run.
major() {
	{ "$1" --version 2>/dev/null || true; } |
		sed -n 's/^QEMU emulator version \([0-9]*\)\..*/\1/p' | grep . || echo 0
}

intact() { [ -e "$1/.complete" ] && [ "$(major "$1/usr/bin/$PROGRAM")" -ge "$LEAST" ]; }

backport() {
	local suite version
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")-backports
	version=$(apt_version_in "$suite" qemu-system-x86)
	[ -n "$version" ] || die "QEMU $LEAST or later is needed, and there is none in $suite"
	echo "$version"
}

# Its libraries are those of the machine's own, and what it boots from.
fill_qemu() {
	local version=$1 dir=$3 missing
	with_progress "downloading QEMU $version" apt_unpack "$dir" \
		"qemu-system-x86=$version" "qemu-system-common=$version" "qemu-system-data=$version" ||
		return 1
	rm -rf "$dir/usr/share/doc" "$dir/usr/share/man"
	missing=$(ldd "$dir/usr/bin/$PROGRAM" | awk '/not found/ { print $1 }')
	[ -z "$missing" ] || die "QEMU $version needs libraries that are not here:" "$missing"
}

if [ "$(major "$PROGRAM")" -ge "$LEAST" ]; then
	dirname "$(command -v "$PROGRAM")"
	exit
fi
locked qemu
version=$(resolve qemu backport)
ENTRY=$ENTRIES/qemu-$(plain "$version")
fill "$ENTRY" fill_qemu "$version"
echo "$ENTRY/usr/bin"
