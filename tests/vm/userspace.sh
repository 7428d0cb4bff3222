#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: userspace.sh [MAKE ARGUMENTS]
# Builds the client and the programs of the cluster tests from a copy of the checkout;
# prints the directory that they are in.
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/source.sh"

DIR=$(build_dir userspace)
locked "build-${DIR##*/}"
copy_sources "$DIR" userspace include kmod tests/cluster
mkdir -p "$DIR/out"
with_progress "building the client" \
	make -C "$DIR/userspace" O="$DIR/out" -j"$(nproc)" "$@"
for program in "$DIR"/tests/cluster/*.c; do
	built=$DIR/out/gossipctl/$(basename "$program" .c)
	# In an emulated processor what is static begins much sooner.
	libraries=-static
	! grep -q '<libmnl/' "$program" || libraries=-lmnl
	"${CC:-cc}" -O2 -Wall -Wextra -Werror -I"$DIR/include/uapi" \
		-o "$DIR/out/new" "$program" "$libraries"
	# Another machine may run it meanwhile, or copy all that is there.
	if cmp -s "$DIR/out/new" "$built"; then
		rm "$DIR/out/new"
	else
		mv "$DIR/out/new" "$built"
	fi
done
# The kernel's own netlink client, where there is a source to take it from.
for source in "$GOSSIP_CACHE"/kernels/source-*/tools/net/ynl; do
	[ -e "$source/pyynl/cli.py" ] || continue
	rsync -a --delete --exclude '__pycache__' "$source/pyynl/" "$DIR/out/gossipctl/ynl/"
	cp "${source%/tools/net/ynl}/Documentation/netlink/genetlink.yaml" "$DIR/out/gossipctl/ynl/"
done
echo "$DIR/out/gossipctl"
