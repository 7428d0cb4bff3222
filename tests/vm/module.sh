#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: module.sh NAME [MAKE ARGUMENTS]
# Builds the module against kernel NAME (see kernel.sh) and prints the directory with
# gossip.ko. A warning of the compiler or of modpost is a failure. GOSSIP_BUILD=sparse is
# a build of its own, with MAKE ARGUMENTS that run sparse.
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/source.sh"

NAME=${1:?usage: module.sh NAME [MAKE ARGUMENTS]}
shift
KERNEL=$("$VM_DIR/kernel.sh" "$NAME")
DIR=$(build_dir "${KERNEL##*/}${GOSSIP_BUILD:+-$GOSSIP_BUILD}")
KMAKE=(make -C "$KERNEL/build" M="$DIR" -j"$(nproc)" GOSSIP_SAMPLE=m)
case $NAME in
uml*)
	KMAKE+=(ARCH=um)
	;;
debian-*)
	# The headers ask for the compiler of the kernel; another version will do.
	compiler=$(sed -n 's/^CC.*)\(gcc-[0-9]*\)$/\1/p' "$KERNEL/build/.kernelvariables")
	command -v "${compiler:-gcc}" >/dev/null || KMAKE+=(CC=gcc)
	;;
esac

# Not everything that has the word in it is about our sources: sparse has complaints
# about the kernel's own headers.
warnings() {
	local harmless='the compiler differs from the one used'
	[ "${GOSSIP_BUILD:-}" != sparse ] || harmless+="|^$GOSSIP_CACHE/kernels/"
	grep -iE '(warning|error)[: ]|is not available or not up to date' "$1" | grep -vE "$harmless" || true
}

[ -e "$GOSSIP_SOURCE/Kbuild" ] || die "$GOSSIP_SOURCE has no Kbuild"
locked "build-${DIR##*/}"
copy_sources "$DIR" Kbuild kmod include tests/kunit tests/cluster/follower \
	tests/cluster/irq_hog
LOG=$DIR/.log
rc=0
# shellcheck disable=SC2016 # for the inner shell
with_progress "building the module for $NAME" \
	bash -c 'set -o pipefail; "${@:2}" 2>&1 | tee "$1"' - "$LOG" "${KMAKE[@]}" "$@" modules || rc=1
if [ "$rc" = 0 ] && [ -n "$(warnings "$LOG")" ]; then
	say "warnings are failures:"
	warnings "$LOG" >&2
	rc=1
fi
if [ "$rc" != 0 ]; then
	# An incremental build would not repeat a warning.
	rm -rf "$DIR"
	exit 1
fi
[ -e "$DIR/gossip.ko" ] || [ -n "$(find "$DIR" -maxdepth 1 -name '*.ko')" ] ||
	die "the build left no module in $DIR"
echo "$DIR"
