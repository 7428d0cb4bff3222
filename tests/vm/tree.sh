#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: tree.sh NAME
# Makes sure that a file system of the distribution is in the cache and prints its
# directory, which is not to be written to:
#   build   what building packages needs, lintian, and tshark
#   clean   a machine with systemd, DKMS and two stock kernels with their headers; the older one
#           is that of kernel.sh, which can boot it
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

NAME=${1:?usage: tree.sh NAME}
TREES=$GOSSIP_CACHE/trees
BOOTS=
[ "$NAME" != clean ] || BOOTS=$(cat "$("$VM_DIR/kernel.sh" debian-6.1)/release")

# What a package that is tested depends on must be here: there is no mirror inside.
packages() {
	local package
	case $NAME in
	build)
		build_depends | tr -d ' ' | sed 's/debhelper-compat([^)]*)/debhelper/'
		echo build-essential,lintian,tshark
		;;
	clean)
		echo systemd-sysv,man-db,bash-completion,zsh,iproute2,dkms,libc6-dev
		# What README and "make deps" install where there are no packages.
		echo libmnl-dev,pkg-config,dwarves
		package=$(apt_newest linux-headers-6.12 '\.[0-9]+(-[0-9]+|\+deb[0-9]+)-amd64')
		[ -n "$package" ] || die "no linux-headers-6.12 in Debian's package lists"
		echo "$package,linux-headers-$BOOTS,linux-image-$BOOTS"
		;;
	*) die "no tree is called '$NAME'; there are build, clean" ;;
	esac
}

build_depends() { sed -n 's/^Build-Depends: //p' "$GOSSIP_SOURCE/debian/control"; }

# What the content depends on.
key() {
	{
		cat "$VM_DIR/tree.sh"
		build_depends
		echo "$BOOTS"
	} | sha256sum | cut -c 1-12
}

# Of the release that the packages are for; the other sources are for kernels.
sources() { grep -E ' bookworm[^ ]* main$' "$APT_DIR/gossip.list"; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# A list of words that is not complete ends in an error, which a pipe would hide.
make_tree() {
	local dir=$1 include
	include=$(packages) || exit 1
	mkdir -p "$TREES"
	as_root find "$TREES" -mindepth 1 -maxdepth 1 -name "$NAME-*" -mtime +30 -exec rm -rf {} +
	as_root rm -rf "$dir.partial"
	with_progress "making a tree of Debian, '$NAME'" as_root mmdebstrap --mode=root \
		--variant=minbase --include="$(printf '%s' "$include" | paste -sd ,)" \
		--aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt=force-unsafe-io bookworm "$dir.partial" "$(list)" || die "could not make $dir"
	as_root touch "$dir.partial"
	as_root mv "$dir.partial" "$dir"
}

list() {
	sources >"$APT_DIR/tree.list"
	echo "$APT_DIR/tree.list"
}

# Where one is that is not old, nothing is asked of the mirror.
locked "tree-$NAME"
DIR=$TREES/$NAME-$(key)
if [ -z "$(find "$DIR" -maxdepth 0 -mtime -30 2>/dev/null)" ]; then
	"$VM_DIR/deps.sh" packages
	apt_refresh
	as_root rm -rf "$DIR"
	make_tree "$DIR"
fi
echo "$DIR"
