#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: kernel.sh NAME
# Makes sure that a kernel is in the cache and prints its directory:
#   debian-6.1, debian-6.12   stock Debian, for QEMU; with -rt, its PREEMPT_RT
#   uml, uml-debug            user-mode Linux, built here
#   kcsan                     x86-64 with KCSAN and lockdep, for QEMU, built here
#   source                    the unpacked source that the latter are built from
#
# In the directory of a kernel: release (its uname -r), image (what boots), build (the
# KDIR for modules), and for a stock kernel root/ with its unpacked packages.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"
. "$(dirname "$0")/entries.sh"

NAME=${1:?usage: kernel.sh NAME}
# What the sanitizers watch besides modules: KASAN the directories that get what the module
# allocates, as make's filter has them, and any util.c, for mm's, which copies it; KCSAN and
# UBSAN nothing.
WATCHED="net net/% drivers/net fs fs/% lib lib/% kernel
	kernel/locking kernel/module kernel/rcu kernel/sched kernel/time kernel/trace"
# shellcheck disable=SC2016 # for make to expand
SANITIZE=(KCSAN_SANITIZE=n UBSAN_SANITIZE=n KASAN_SANITIZE_util.o=y
	'KASAN_SANITIZE=$(if $(filter '"$WATCHED"',$(obj)),,n)')
ENTRIES=$GOSSIP_CACHE/kernels

# Both print "PACKAGE VERSION": a mirror drops old versions, so the newest is asked
# for by series.
newest_image() {
	local series=${1%-rt} flavour=${1#"${1%-rt}"} package
	package=$(apt_newest "linux-image-$series" \
		"\\.[0-9]+(-[0-9]+|\\+deb[0-9]+)$flavour-amd64")
	[ -n "$package" ] || die "no linux-image-$series.*$flavour in Debian's package lists"
	echo "$package $(apt_version "$package")"
}

newest_source() {
	# User-mode Linux before 6.13 crashes on processors with AMX.
	local package
	package=$(apt-cache "${APT[@]}" pkgnames linux-source- | sort -V |
		awk -F- '/^linux-source-[0-9]+\.[0-9]+$/ {
			split($3, v, ".")
			if (v[1] > 6 || (v[1] == 6 && v[2] >= 13)) found = $0
		}
		END { print found }')
	[ -n "$package" ] || die "no linux-source of 6.13 or later in Debian's package lists"
	echo "$package $(apt_version "$package")"
}

# The stamp is written last; what somebody deleted since is noticed too.
intact() {
	[ -e "$1/.complete" ] && [ -e "$1/Makefile" ] && return
	[ -e "$1/.complete" ] && [ -s "$1/image" ] && [ -s "$1/release" ] &&
		[ -e "$1/build/Makefile" ] && [ -e "$1/build/Module.symvers" ]
}

fill_debian() {
	local package=$1 entry=$2 dir=$3 release=${1#linux-image-} headers makefile
	headers=linux-headers-$release
	# shellcheck disable=SC2046 # a list of packages
	with_progress "downloading Linux $release" apt_unpack "$dir/root" \
		"$package" "$headers" $(apt_linux_depends "$headers") || return 1
	# The headers expect to lie in /usr/src: point them to where they will be.
	for makefile in "$dir/root/usr/src/$headers"/{Makefile,.kernelvariables}; do
		sed -i "s,/usr/src/linux-,$entry/root/usr/src/linux-,g" "$makefile"
	done
	ln -sfn "$entry/root/usr/src/$headers" "$dir/root/lib/modules/$release/build"
	rm -f "$dir/root/lib/modules/$release/source"
	with_progress "indexing the modules of Linux $release" \
		depmod -b "$dir/root" "$release" || return 1
	echo "$release" >"$dir/release"
	ln -s "root/boot/vmlinuz-$release" "$dir/image"
	ln -s "root/usr/src/$headers" "$dir/build"
	rm -rf "$dir/root/usr/share/doc"
}

fill_source() {
	local package=$1 dir=$3
	with_progress "downloading $package" apt_unpack "$dir/deb" "$package" || return 1
	with_progress "unpacking $package" tar -C "$dir" --strip-components=1 \
		-xf "$dir/deb/usr/src/$package.tar.xz" || return 1
	rm -rf "$dir/deb"
}

# fill_built ARCH IMAGE SOURCE CONFIG: IMAGE is below the build directory.
fill_built() {
	local arch=$1 image=$2 source=$3 config=$4 entry=$5 dir=$6
	local kmake=(make -C "$source" "ARCH=$arch" O="$dir/build" "${SANITIZE[@]}")
	mkdir -p "$dir/build"
	with_progress "configuring $NAME" "${kmake[@]}" KCONFIG_ALLCONFIG="$config" allnoconfig ||
		return 1
	check_config "$config" "$dir/build/.config" || return 1
	with_progress "building $NAME" "${kmake[@]}" -j"$(nproc)" "${image##*/}" modules ||
		return 1
	"${kmake[@]}" -s kernelrelease >"$dir/release"
	sed -i "s,$dir,$entry,g" "$dir/build/Makefile"
	# What is left is needed to build modules; objects are not.
	find "$dir/build" \( -name '*.o' -o -name '*.a' -o -name '*.cmd' \) \
		-not -path '*/scripts/*' -not -path '*/tools/*' -not -name module.lds -delete
	rm -f "$dir"/build/vmlinux* "$dir"/build/.tmp_vmlinux*
	ln -s "build/$image" "$dir/image"
}

# make_config NAME...: what these add to one another; prints the file, and the key of it and of
# what is watched.
make_config() {
	local file name
	file=$(mktemp)
	for name; do
		cat "$VM_DIR/$name.config"
	done >"$file"
	echo "$file $(printf '%s\n' "${SANITIZE[@]}" | cat "$file" - | sha256sum | cut -c 1-12)"
}

# build ARCH IMAGE CONFIG...: a kernel from source; sets ENTRY.
build() {
	local arch=$1 image=$2 source config key
	shift 2
	source=$("$0" source)
	read -r config key < <(make_config "$@")
	ENTRY=$ENTRIES/$NAME-${source##*/source-}-$key
	fill "$ENTRY" fill_built "$arch" "$image" "$source" "$config"
	rm -f "$config"
}

# An option that the configuration system dropped, for a dependency that is not met,
# would make tests pass that were never run.
check_config() {
	local missing
	missing=$(awk -F= '/^CONFIG_/ { line[$1] = $0 } END { for (k in line) print line[k] }' "$1" |
		grep -v '=n$' | grep -vxFf "$2" || true)
	[ -z "$missing" ] || {
		say "$NAME: options that have no effect: $missing"
		return 1
	}
}

main() {
	local package version
	locked "kernel-$NAME"
	case $NAME in
	debian-*)
		read -r package version < <(resolve "$NAME" newest_image "${NAME#debian-}")
		[ -n "${version:-}" ] || exit 1
		ENTRY=$ENTRIES/$NAME-$(plain "$version")
		fill "$ENTRY" fill_debian "$package"
		;;
	source)
		read -r package version < <(resolve source newest_source)
		[ -n "${version:-}" ] || exit 1
		ENTRY=$ENTRIES/source-$(plain "$version")
		fill "$ENTRY" fill_source "$package"
		;;
	uml) build um linux base uml ;;
	uml-debug) build um linux base uml uml-debug ;;
	kcsan) build x86_64 arch/x86/boot/bzImage base kcsan ;;
	*)
		die "no kernel is called '$NAME'; there are debian-6.1[-rt], debian-6.12[-rt], uml, uml-debug, kcsan, source"
		;;
	esac
	echo "$ENTRY"
}

main
