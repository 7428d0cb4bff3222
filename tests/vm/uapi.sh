#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: uapi.sh >include/uapi/linux/gossip.h
# Prints the header that the kernel's own generator makes of kmod/gossip.yaml.
set -eu
. "$(dirname "$0")/lib.sh"

SOURCE=$("$VM_DIR/kernel.sh" source)
TREE=$(mktemp -d)
trap 'rm -rf "$TREE"' EXIT
# The generator looks for the schema two levels above the spec, and names the spec by
# its path below a directory with MAINTAINERS: without one it searches for ever.
mkdir "$TREE/kmod"
touch "$TREE/MAINTAINERS"
cp "$GOSSIP_SOURCE/kmod/gossip.yaml" "$TREE/kmod/"
cp "$SOURCE"/Documentation/netlink/*.yaml "$TREE/"
# Another python in PATH may lack the distribution's modules.
timeout 60 /usr/bin/python3 "$SOURCE/tools/net/ynl/pyynl/ynl_gen_c.py" --mode uapi --header \
	--spec "$TREE/kmod/gossip.yaml" -o "$TREE/header"
cat "$TREE/header"
