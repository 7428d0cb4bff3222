#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: kdir.sh KDIR
# Says what to do when a module cannot be built against KDIR.
set -eu

kdir=$1
running=$(uname -r)
if [ -e "$kdir/Makefile" ]; then
	exit 0
fi
{
	echo "There is no kernel to build against in $kdir."
	if [ "$kdir" != "/lib/modules/$running/build" ]; then
		echo "Give the build directory of a kernel, or of its headers, as KDIR."
	elif [ ! -e /proc/modules ]; then
		echo "The running kernel, $running, cannot load modules at all."
	elif apt-cache show "linux-headers-$running" >/dev/null 2>&1; then
		echo "Install the running kernel's headers: apt-get install linux-headers-$running"
	else
		echo "This distribution has no headers for the running kernel, $running."
		echo "Boot one of its kernels, with headers, or give KDIR=DIR."
	fi
	echo "'make demo' shows the module in a virtual machine; 'make userspace' builds the client."
} >&2
exit 1
