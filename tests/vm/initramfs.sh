# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The file system of a QEMU machine. Sourced after lib.sh.

# Kernel modules that scripts may use, with whatever these need; the rest of a stock
# kernel's thousands would only make the boot slow.
INITRAMFS_MODULES="udp_tunnel ip6_udp_tunnel veth bridge dummy 8021q
	sch_netem sch_ingress cls_u32 act_gact
	chacha20poly1305 libchacha20poly1305 nf_tables
	virtio_pci virtio_net 9p 9pnet_virtio"

# From the host, with their shared libraries: scripts should find the same programs as
# in UML, where the root is the host's file system. Busybox has the rest.
INITRAMFS_PROGRAMS="bash sh busybox kmod ip tc genl nft nsenter unshare awk grep sed
	timeout sort uniq diff cmp comm cut tr head tail cat date seq stat mktemp mkfifo sleep
	wc env printf tee od paste join cp mv rm ls ln mkdir rmdir touch readlink expr basename
	dirname nproc mount umount mountpoint id stty sysctl setpriv taskset nice chrt ps pgrep pkill kill"

initramfs_program() {
	local root=$1 file lib name=$2
	file=$(command -v "$name") || return 0
	[ -x "$file" ] || file=$(PATH=/usr/bin:/bin:/usr/sbin:/sbin type -P "$name") || return 0
	file=$(readlink -f "$file")
	install -D -m 755 "$file" "$root/usr/bin/$name"
	initramfs_libraries "$root" "$file"
}

initramfs_libraries() {
	local root=$1 lib
	{ ldd "$2" 2>/dev/null || true; } | grep -oE '/[^ ]+' | while IFS= read -r lib; do
		[ -e "$root$lib" ] || install -D -m 755 "$lib" "$root$lib"
	done
}

initramfs_modules() {
	local kernel=$1 root=$2 release module file rel
	# One that was built here has none.
	[ -d "$kernel/root" ] || return 0
	release=$(cat "$kernel/release")
	for module in $INITRAMFS_MODULES; do
		modprobe -d "$kernel/root" -S "$release" --show-depends "$module" 2>/dev/null || true
	done | awk '$1 == "insmod" { print $2 }' | sort -u | while IFS= read -r file; do
		rel=${file#"$kernel/root/"}
		install -D -m 644 "$file" "$root/$rel"
		# The guest's programs need not know about compression.
		case $rel in
		*.xz) xz -d "$root/$rel" ;;
		*.zst) zstd -q -d --rm "$root/$rel" ;;
		esac
	done
	cp "$kernel/root/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} \
		"$root/lib/modules/$release/"
	depmod -b "$root" "$release"
}

# The root is for all users; a temporary directory is not.
pack() { chmod 755 "$1" && (cd "$1" && find . -print0 | sort -z | cpio --null -o -H newc --quiet -R 0:0); }

# The part that is the same for every run with kernel $1, made once; prints its file.
initramfs_base() {
	local kernel=$1 out root key
	key=$(cat "$VM_DIR/initramfs.sh" "$VM_DIR/guest.sh" | sha256sum | cut -c 1-12)
	out=$kernel/initramfs-$key
	if [ ! -e "$out" ]; then
		root=$(mktemp -d)
		mkdir -p "$root"/{usr/bin,dev,proc,sys,run/gossip,tmp,var,etc,root}
		mkdir -p "$root"/usr/{lib,lib64}
		# The kernel calls /sbin/modprobe.
		ln -s bin "$root/usr/sbin"
		for name in bin sbin lib lib64; do
			ln -s "usr/$name" "$root/$name"
		done
		for name in $INITRAMFS_PROGRAMS; do
			initramfs_program "$root" "$name"
		done
		for name in modprobe insmod rmmod lsmod modinfo depmod; do
			ln -s kmod "$root/usr/bin/$name"
		done
		busybox --list | while IFS= read -r name; do
			[ -e "$root/usr/bin/$name" ] || ln -s busybox "$root/usr/bin/$name"
		done
		echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
		echo "nobody:x:65534:65534:nobody:/:/bin/false" >>"$root/etc/passwd"
		echo "root:x:0:" >"$root/etc/group"
		printf '127.0.0.1 localhost gossip\n::1 localhost\n' >"$root/etc/hosts"
		initramfs_modules "$kernel" "$root"
		install -m 755 "$VM_DIR/guest.sh" "$root/init"
		rm -f "$kernel"/initramfs-*
		pack "$root" >"$out.new"
		mv "$out.new" "$out"
		rm -rf "$root"
	fi
	echo "$out"
}

# The part of one run: tests, module, client and the job. Appended to the base.
initramfs_project() {
	local job=$1 ko=$2 client=$3 root file
	root=$(mktemp -d)
	mkdir -p "$root"/run/gossip/{src,ko,client,job}
	cp "$job"/* "$root/run/gossip/job/"
	[ ! -d "$GOSSIP_SOURCE/tests" ] || cp -r "$GOSSIP_SOURCE/tests" "$root/run/gossip/src/"
	[ -z "$ko" ] || cp "$ko"/*.ko "$root/run/gossip/ko/"
	if [ -n "$client" ]; then
		find "$client" -type f \( -perm -u+x -o -name '*.so*' \) \
			-exec cp {} "$root/run/gossip/client/" \;
		for file in "$root"/run/gossip/client/*; do
			initramfs_libraries "$root/usr-libs" "$file"
		done
		[ ! -d "$root/usr-libs" ] || merge_libraries "$root"
	fi
	pack "$root"
	rm -rf "$root"
}

# A path below /lib must not replace the base's link of that name by a directory.
merge_libraries() {
	mkdir -p "$1/usr"
	for name in lib lib64; do
		[ ! -d "$1/usr-libs/$name" ] || cp -r "$1/usr-libs/$name" "$1/usr/"
	done
	[ ! -d "$1/usr-libs/usr" ] || cp -r "$1/usr-libs/usr" "$1/"
	rm -rf "$1/usr-libs"
}
