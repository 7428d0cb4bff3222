#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: deps.sh GROUP...
# Installs from the distribution's packages what is missing of the groups:
#   build     compiling the module and the client
#   host      the tests that run on this machine
#   fuzz      fuzzing
#   cost      counting instructions
#   vm        fetching, building and booting the test kernels
#   lint      the checks of make lint
#   packages  building and installing packages
set -eu
. "$(dirname "$0")/lib.sh"

# PACKAGE:WHAT IT PROVIDES, a command or a file (or a pattern); nothing is asked of dpkg, so that
# tools installed in another way count.
BUILD="gcc:gcc make:make pkg-config:pkg-config libmnl-dev:/usr/include/libmnl/libmnl.h
	libc6-dev:/usr/include/stdio.h dwarves:pahole"
HOST="gcc:gcc make:make libc6-dev:/usr/include/stdio.h clang:clang zsh:zsh groff-base:groff"
FUZZ="clang:clang
	libclang-rt-14-dev:/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a"
COST="valgrind:/usr/include/valgrind/callgrind.h"
VM="gcc:gcc make:make libc6-dev:/usr/lib/*/libc.a flex:flex bison:bison bc:bc perl:perl
	dwarves:pahole libelf-dev:/usr/include/libelf.h libssl-dev:/usr/include/openssl/opensslv.h
	qemu-system-x86:qemu-system-x86_64 busybox-static:busybox cpio:cpio kmod:depmod
	iproute2:ip nftables:nft xz-utils:xz zstd:zstd rsync:rsync bash:bash gawk|mawk:awk procps:ps
	ca-certificates:/etc/ssl/certs/ca-certificates.crt python3:/usr/bin/python3
	util-linux:flock git:git python3-yaml:/usr/lib/python3/dist-packages/yaml
	python3-jsonschema:/usr/lib/python3/dist-packages/jsonschema
	python3-pyroute2:/usr/lib/python3/dist-packages/pyroute2"
LINT="sparse:sparse clang-format:clang-format shellcheck:shellcheck perl:perl
	python3-yaml:/usr/lib/python3/dist-packages/yaml
	python3-jsonschema:/usr/lib/python3/dist-packages/jsonschema"

PACKAGES="mmdebstrap:mmdebstrap rsync:rsync util-linux:unshare"

present() {
	case $1 in
	/*) compgen -G "$1" >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing() {
	local group entry
	for group; do
		case $group in
		build) group=$BUILD ;;
		host) group=$HOST ;;
		fuzz) group=$FUZZ ;;
		cost) group=$COST ;;
		vm) group="$BUILD $VM" ;;
		lint) group=$LINT ;;
		packages) group=$PACKAGES ;;
		*) die "no group '$group': build, host, fuzz, cost, vm, lint, packages" ;;
		esac
		for entry in $group; do
			present "${entry#*:}" || echo "${entry%%[:|]*}"
		done
	done | sort -u
}

install_packages() {
	local root=()
	command -v apt-get >/dev/null ||
		die "missing: $*. Install them in your distribution's way and try again."
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null ||
			die "missing packages: $*. Run as root: apt-get install $*"
		root=(sudo)
	fi
	root+=(env DEBIAN_FRONTEND=noninteractive)
	if ! apt_knows "$@"; then
		with_progress "reading package lists" "${root[@]}" apt-get update
	fi
	# Lists that are old name versions that are gone: refresh and try once more.
	with_progress "installing" "${root[@]}" apt-get install -y --no-install-recommends "$@" || {
		with_progress "reading package lists" "${root[@]}" apt-get update
		with_progress "installing" "${root[@]}" apt-get install -y --no-install-recommends "$@"
	}
}

apt_knows() {
	local package
	for package; do
		apt-cache show "$package" >/dev/null 2>&1 || return 1
	done
}

main() {
	local packages
	[ $# -gt 0 ] || die "usage: deps.sh build|host|fuzz|cost|vm|lint|packages ..."
	mapfile -t packages < <(missing "$@")
	[ ${#packages[@]} -gt 0 ] || return 0
	say "installing what '$*' needs and this machine lacks: ${packages[*]}"
	install_packages "${packages[@]}"
	mapfile -t packages < <(missing "$@")
	[ ${#packages[@]} -eq 0 ] || die "still missing after installation: ${packages[*]}"
}

main "$@"
