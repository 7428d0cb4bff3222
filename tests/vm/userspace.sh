#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: userspace.sh [MAKE ARGUMENTS]
# Builds the client from a copy of the checkout and prints the directory with gossipctl.
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/source.sh"

DIR=$(build_dir userspace)
locked "build-${DIR##*/}"
copy_sources "$DIR" userspace include kmod
mkdir -p "$DIR/out"
with_progress "building the client" \
	make -C "$DIR/userspace" O="$DIR/out" -j"$(nproc)" "$@"
echo "$DIR/out/gossipctl"
