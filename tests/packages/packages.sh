#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: packages.sh [DIRECTORY]
# Builds Debian's packages, installs them on a clean machine, lets that machine boot and
# lose them again; what the machine says is left in DIRECTORY. Prints TAP.
set -eu
. "$(dirname "$0")/lib.sh"

results=$(realpath -m "${1:-$work/results}")
packages="gossip-dkms gossip-tools libgossip0 libgossip-dev"

# There is no mirror in reach.
apt() {
	inside apt-get -y --no-install-recommends -o Acquire::http::Proxy=http://127.0.0.1:9 "$@"
}

deb() { (cd "$built" && echo "$1"_*.deb); }

content() { inside dpkg -L "$1" | while IFS= read -r file; do [ -d "$TREE$file" ] || echo "$file"; done; }

# The sources as they are, and not what was built among them.
build() {
	mkdir "$TREE/build" "$TREE/build/gossip"
	copy_sources "$TREE/build/gossip" .
	rm -f "$TREE/build/gossip/.sources"
	inside sh -c 'cd /build/gossip && dpkg-buildpackage -us -uc -F'
	built=$TREE/build
}

# by_hand WHAT...: of make at the top, as README has it; for the kernel that boots below.
by_hand() { inside make -C /build/gossip -s --no-print-directory "KDIR=/lib/modules/$stock/build" "$@"; }
# Files below DIRECTORY..., but for the lists of a kernel's modules.
files() { (cd "$TREE" && find "${@/#/.}" ! -type d ! -name 'modules.*' 2>/dev/null | LC_ALL=C sort); }

modules() { (cd "$TREE/lib/modules" && find . -path '*/dkms/gossip.ko*' | wc -l); }
kernels() { find "$TREE/lib/modules" -mindepth 2 -maxdepth 2 -name build | wc -l; }

# Each stock kernel has a module, which is for it.
for_its_kernel() {
	local build release
	for build in "$TREE"/lib/modules/*/build; do
		release=${build%/build} release=${release##*/}
		inside modinfo -k "$release" -F vermagic gossip | grep -F "$release " &&
			inside modprobe -S "$release" --show-depends gossip | grep udp_tunnel || return
	done
}

tree build
tap "the packages are built" build
tap "as lintian likes them" inside sh -c \
	'cd /build && lintian --allow-root --fail-on error,warning gossip_*_*.changes'
for package in $packages; do
	tap "$package is one of them" [ -e "$built/$(deb "$package")" ]
done
tap "the source package has no tree's own files" sh -c \
	"! tar -tf $built/gossip_*.tar.xz | grep -E '\.(o|ko|so)\$|/\.git/'"
# shellcheck disable=SC2016 # for the shell there
tap "a program is built with libgossip-dev" inside sh -ec '
	dpkg -i /build/libgossip0_*.deb /build/libgossip-dev_*.deb
	cc -o /build/example /usr/share/doc/libgossip-dev/examples/example.c \
		$(pkg-config --cflags --libs libgossip)
	ldd /build/example | grep "libgossip.so.0 => /"'
tap "man -l shows libgossip.3" inside sh -ec "MANWIDTH=80 man -l /usr/share/man/man3/libgossip.3.gz | grep -q NAME"

# Without packages

tree clean
mkdir "$TREE/build"
copy_sources "$TREE/build/gossip" .
rm -f "$TREE/build/gossip/.sources"
stock=$(cat "$("$VM_DIR/kernel.sh" debian-6.1)/release")
files /etc /lib/modules/ /usr/local >"$work/before"
tap "make" by_hand
tap "make install" by_hand install
tap "modprobe finds the module" grep -q "/gossip\.ko" <(inside modprobe -S "$stock" --show-depends gossip)
tap "and what it needs" grep -q "/udp_tunnel\.ko" <(inside modprobe -S "$stock" --show-depends gossip)
tap "gossipctl runs, too" inside /usr/local/bin/gossipctl --version
tap "make uninstall" by_hand uninstall
tap "modprobe finds nothing any more" equal "" "$(inside modprobe -q -S "$stock" --show-depends gossip)"
tap "and nothing is left" equal "" "$(comm -13 "$work/before" <(files /etc /lib/modules/ /usr/local))"
tap "make install with DESTDIR and prefix" by_hand install DESTDIR=/build/root prefix=/opt/x
tap "the client is below the prefix, but for its configuration" equal ./build/root/etc/gossip/gossip.conf \
	"$(files /build/root | grep -v -e '^\./build/root/opt/x/' -e '^\./build/root/lib/modules/')"
tap "the module is below those of that kernel" \
	equal "./build/root/lib/modules/$stock/extra/gossip.ko" "$(files /build/root/lib)"
tap "make uninstall with both" by_hand uninstall DESTDIR=/build/root prefix=/opt/x
tap "leaves nothing" equal "" "$(files /build/root)"
rm -rf "$TREE/build/root"
tap "where nothing is it is no error" by_hand uninstall DESTDIR=/build/root prefix=/opt/x
rm -rf "$TREE/build"

# With packages

mkdir "$TREE/build"
cp "$built"/*.deb "$TREE/build/"
tap "they are installed" \
	apt install "/build/$(deb gossip-dkms)" "/build/$(deb gossip-tools)" "/build/$(deb libgossip0)"
tap "DKMS has built the module for the newest kernel" [ "$(modules)" -ge 1 ]
for build in "$TREE"/lib/modules/*/build; do
	release=${build%/build} release=${release##*/}
	tap "and builds it for $release" inside dkms install gossip/0.1.0 -k "$release"
done
tap "there is one for each" [ "$(kernels)" -ge 2 ] && tap "as their version says" for_its_kernel
tap "gossipctl runs" inside gossipctl --version
for page in gossip.7 gossipctl.8; do
	tap "man -l shows $page" inside sh -ec "MANWIDTH=80 man -l /usr/share/man/man${page#*.}/$page.gz | grep -q NAME"
done
tap "man finds it" inside sh -ec 'man -w gossipctl && man -w 7 gossip'
# shellcheck disable=SC2016 # for the shell there
tap "bash completes" inside bash -ec '
	. /usr/share/bash-completion/bash_completion
	_completion_loader gossipctl || [ $? = 124 ]
	COMP_LINE="gossipctl mem" COMP_POINT=13
	_gossipctl
	[ "${COMPREPLY[*]}" = members ]'
# shellcheck disable=SC2016 # for the shell there
tap "zsh finds its completion" equal _gossipctl \
	"$(inside zsh -fc 'autoload -Uz compinit && compinit -D -u && print $_comps[gossipctl]')"
tap "systemd finds nothing wrong" inside sh -ec '
	! systemd-analyze verify --man=no gossip.service gossip-peers.timer gossip-peers.service 2>&1 | grep gossip'
tap "nothing is started before somebody wants it" \
	equal disabled "$(inside systemctl is-enabled gossip.service)"
tap "Wireshark would find its dissector" [ -e "$TREE"/usr/lib/x86_64-linux-gnu/wireshark/plugins/gossip.lua ]
tap "and what opens sealed datagrams" [ -e "$TREE"/usr/lib/x86_64-linux-gnu/wireshark/plugins/gossip_seal.lua ]

leave
rc=0
"$VM_DIR/run.sh" -k debian-6.1 -n -t 900 -d "$TREE" -o "$results" "$GOSSIP_SOURCE/tests/packages/machine.sh" >/dev/null || rc=$?
tap "a machine that has them works (status $rc)" [ "$rc" = 0 ]
enter

files=$(content gossip-dkms)
tap "the module is removed" apt purge gossip-dkms
tap "for all kernels" [ "$(modules)" = 0 ]
tap "with its source" equal "" "$(for file in $files; do [ ! -e "$TREE$file" ] || echo "$file"; done)"
tap "the library is removed" apt purge libgossip0
tap "dpkg finds nothing amiss" equal "" "$(inside dpkg --audit)"
tap_end
