# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# For scripts that work in a tree of the distribution (tests/vm/tree.sh), as its root.
# Sourced first: it runs the script again, in a mount namespace of its own.

. "$(dirname "${BASH_SOURCE[0]}")/../vm/lib.sh"
# shellcheck source=tests/vm/source.sh
. "$VM_DIR/source.sh"

# Mounts are for this process alone, and end with it.
if [ -z "${TREE_PRIVATE:-}" ]; then
	"$VM_DIR/deps.sh" build vm packages
	PRIVATE=()
	[ "$(id -u)" = 0 ] || PRIVATE=(sudo "--preserve-env=GOSSIP_CACHE,GOSSIP_SOURCE")
	exec "${PRIVATE[@]}" unshare --mount env TREE_PRIVATE=1 "HOME=$HOME" "$0" "$@"
fi
. "$GOSSIP_SOURCE/userspace/test/tap.sh"

# What is mounted is unmounted, never removed. What the cache got belongs to who runs the test.
mounts=$(mktemp -d)
at_end() {
	umount -R -l "$mounts"
	rmdir "$mounts"
	rm -rf --one-file-system "$work"
	[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:" "$GOSSIP_CACHE"/[!t]*
}
trap at_end EXIT
mount -t tmpfs -o size=3G,mode=755 tmpfs "$mounts"

# tree NAME: sets TREE to a tree of the cache that one can write to, and throw away.
tree() {
	local lower new=$mounts/$1.new
	lower=$("$VM_DIR/tree.sh" "$1")
	TREE=$mounts/$1
	mkdir "$TREE" "$new" "$new/upper" "$new/work"
	mount -t overlay overlay "$TREE" -o "lowerdir=$lower,upperdir=$new/upper,workdir=$new/work"
	enter
}

# What programs expect to be there: of one's own, not the machine's.
enter() {
	mount -t proc proc "$TREE/proc"
	mount -t tmpfs -o mode=755 tmpfs "$TREE/dev"
	mknod -m 666 "$TREE/dev/null" c 1 3
	mknod -m 666 "$TREE/dev/zero" c 1 5
	mknod -m 666 "$TREE/dev/urandom" c 1 9
	ln -s /proc/self/fd "$TREE/dev/fd"
}

leave() { umount "$TREE/dev" "$TREE/proc"; }

# inside COMMAND...: in the tree, as its root.
inside() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive chroot "$TREE" "$@" </dev/null
}
