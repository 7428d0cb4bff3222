#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: install.sh DIRECTORY
# That what was built in DIRECTORY is installed where it should be, and that others can build
# with it; and what the library shows of itself.
set -eu
. "${0%/*}/tap.sh"

out=$1
cd "$(dirname "$0")/.."
make=(make -s --no-print-directory "O=$out" "DESTDIR=$work/root")
CC=${CC:-cc}
NM=${NM:-nm}

installed() {
	(cd "$work/root" && find . ! -type d | LC_ALL=C sort)
}

# The functions that libgossip.h declares.
declared() {
	grep -oE '\bgossip_[a-z_]+\(' libgossip/libgossip.h |
		tr -d '(' | LC_ALL=C sort -u
}

# The functions that the library defines: of the header's comments only those count.
exported() {
	"$NM" "$@" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u
}

tap "make install" "${make[@]}" install PREFIX=/usr LIBDIR=/usr/lib/here
tap "is all of it, and where it should be" equal "./etc/gossip/gossip.conf
./usr/bin/gossipctl
./usr/include/libgossip.h
./usr/include/linux/gossip.h
./usr/lib/gossip/gossip-member
./usr/lib/here/libgossip.a
./usr/lib/here/libgossip.so
./usr/lib/here/libgossip.so.0
./usr/lib/here/libgossip.so.0.1.0
./usr/lib/here/pkgconfig/libgossip.pc
./usr/lib/here/wireshark/plugins/gossip.lua
./usr/lib/here/wireshark/plugins/gossip_seal.lua
./usr/lib/systemd/system/gossip-peers.service
./usr/lib/systemd/system/gossip-peers.timer
./usr/lib/systemd/system/gossip.service
./usr/share/bash-completion/completions/gossipctl
./usr/share/doc/gossip/examples/modprobe.conf
./usr/share/doc/libgossip/example.c
./usr/share/man/man3/libgossip.3
./usr/share/man/man7/gossip.7
./usr/share/man/man8/gossipctl.8
./usr/share/zsh/site-functions/_gossipctl" "$(installed)"
tap "what is installed runs" "$work/root/usr/bin/gossipctl" --version
tap "no placeholder is left" equal "" "$(grep -rlE '@[A-Z]+@' "$work/root" --exclude='*.so*' --exclude='*.a')"
tap "the service finds its helper" grep -qx 'ExecStart=/usr/lib/gossip/gossip-member start' \
	"$work/root/usr/lib/systemd/system/gossip.service"
# What cannot be in an example of the module's parameters the module would refuse.
unknown_parameters() {
	sed -n 's/^#\{0,1\}options gossip //p' packaging/modprobe.conf | tr ' ' '\n' | sed 's/=.*//' |
		grep -vxF -f <("$out/gossipctl/gossipctl" __complete start "" | cut -f 1 | tr -d '=')
	sed -n 's/^#\{0,1\}\([A-Z_]*\)=.*/\1/p' systemd/gossip.conf | tr '[:upper:]' '[:lower:]' |
		grep -vx key_file | # what member.sh tests
		grep -vxF -f <("$out/gossipctl/gossipctl" __complete start "" | cut -f 1 | tr -d '=')
}
tap "the examples have parameters that there are" equal "" "$(unknown_parameters || true)"

export PKG_CONFIG_PATH=$work/root/usr/lib/here/pkgconfig
export PKG_CONFIG_SYSROOT_DIR=$work/root
tap "pkg-config knows its version" equal 0.1.0 "$(pkg-config --modversion libgossip)"
# Flags are words, and those for libmnl are the system's own.
# shellcheck disable=SC2046
{
	tap "the example is built with what is installed" \
		"$CC" -Wall -Wextra -Werror -o "$work/example" "$work/root/usr/share/doc/libgossip/example.c" \
		$(pkg-config --cflags --libs libgossip)
	tap "and statically" "$CC" -o "$work/static" libgossip/example.c \
		$(pkg-config --cflags libgossip) "$work/root/usr/lib/here/libgossip.a" -lmnl
}
runs() {
	local rc=0
	env "$@" >"$work/said" 2>&1 || rc=$?
	cat "$work/said"
	[ "$rc" = 1 ] && grep -qE "not loaded|no instance" "$work/said"
}
if ! [ -e /sys/kernel/gossip ]; then
	tap "and runs" runs "LD_LIBRARY_PATH=$work/root/usr/lib/here" "$work/example"
	tap "and runs statically" runs "$work/static"
fi
for compiler in g++ clang++ c++; do
	! command -v "$compiler" >/dev/null || break
done
if command -v "$compiler" >/dev/null; then
	echo '#include <libgossip.h>
	int main() { struct gossip *g; return gossip_open(&g); }' >"$work/a.cc"
	# shellcheck disable=SC2046
	tap "the header is C++, too" "$compiler" -Wall -Wextra -Werror -o "$work/a" "$work/a.cc" \
		$(pkg-config --cflags --libs libgossip)
else
	skip "the header is C++, too" "no compiler for it"
fi


touch "$work/root/etc/gossip/mine"
echo NAME=db1 >>"$work/root/etc/gossip/gossip.conf"
tap "make install over it" "${make[@]}" install PREFIX=/usr LIBDIR=/usr/lib/here
tap "leaves the configuration" grep -qx NAME=db1 "$work/root/etc/gossip/gossip.conf"
tap "make uninstall" "${make[@]}" uninstall PREFIX=/usr LIBDIR=/usr/lib/here
tap "leaves only what somebody has changed" equal "./etc/gossip/gossip.conf
./etc/gossip/mine" "$(installed)"

rm -rf "$work/root"
tap "make install, to where it goes if nothing is said" "${make[@]}" install
tap "is below /usr/local" equal "./usr/local/bin/gossipctl ./usr/local/lib/pkgconfig/libgossip.pc" \
	"$(installed | grep -e bin/ -e pc$ | paste -sd ' ')"
rm -rf "$work/root"
tap "make install prefix=/opt/x" "${make[@]}" install prefix=/opt/x
tap "is below /opt/x, but for the configuration" equal ./etc/gossip/gossip.conf \
	"$(installed | grep -v '^./opt/x/')"
tap "as pkg-config says" grep -qx 'prefix=/opt/x' "$work/root/opt/x/lib/pkgconfig/libgossip.pc"

tap "make uninstall prefix=/opt/x" "${make[@]}" uninstall prefix=/opt/x
tap "leaves nothing" equal "" "$(installed)"

# As from the top: what it says there is handed on.
for word in prefix PREFIX; do
	tap "make install $word=/opt/y at the top" "${make[@]}" -C .. install-userspace "$word=/opt/y"
	tap "is below /opt/y, but for the configuration" equal ./etc/gossip/gossip.conf \
		"$(installed | grep -v '^./opt/y/')"
	tap "make uninstall $word=/opt/y at the top" \
		"${make[@]}" -C .. uninstall "$word=/opt/y" "KDIR=$work/none"
	tap "leaves nothing" equal "" "$(installed)"
done
tap "make install-userspace at the top, if nothing is said" "${make[@]}" -C .. install-userspace
tap "is below /usr/local" [ -x "$work/root/usr/local/bin/gossipctl" ]

# The library

shared=$out/libgossip/libgossip.so.0.1.0
tap "its soname" grep -q 'SONAME.*\[libgossip.so.0\]' <(readelf -d "$shared")
exported -D "$shared" >"$work/shared"
tap "the shared library exports what the header declares, and nothing else" \
	diff <(declared) "$work/shared"
exported "$out/libgossip/libgossip.o" >"$work/static"
tap "so does the static one" diff <(declared) "$work/static"
tap "libgossip(3) says something of each" equal "" \
	"$(declared | while read -r name; do
		grep -q "\\b$name\\b" man/libgossip.3 || echo "$name"
	done)"
errors() { grep -oE -- '-E[A-Z0-9]+\b' "$@" | LC_ALL=C sort -u; }
tap "and of each error that the header names" equal "" \
	"$(comm -23 <(errors libgossip/libgossip.h) <(sed 's/\\//g' man/libgossip.3 | errors))"
tap "all symbols have a version" equal "" \
	"$("$NM" -D --with-symbol-versions "$shared" | awk '$2 == "T" && $3 !~ /@@LIBGOSSIP_0$/')"
tap "gossipctl needs nothing else of it" [ -x "$out/test/gossipctl-shared" ]
tap "neither does the example" [ -x "$out/test/example-shared" ]
tap "the example is about 30 lines" [ "$(sed -n '/^int main/,$p' libgossip/example.c | wc -l)" -le 35 ]
tap_end
