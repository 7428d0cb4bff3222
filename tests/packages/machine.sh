#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a machine of a stock kernel that is installed there: machine.sh
# The directory that the machine was given is one with the packages: it boots, with systemd, in
# the network of n1, as a container that may do all, and loads the module that DKMS built. n2 is
# what others see of it.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

root=/tmp/machine
peers=$root/var/lib/gossip/peers
# systemd starts some thirty services, and the processor is emulated.
BOOT=240

# systemd makes its own mounts.
boot() {
	nsenter --net=/run/netns/n1 unshare --pid --fork --mount --uts --ipc --cgroup \
		env -i container=test "PATH=$PATH" chroot "$root" /lib/systemd/systemd \
		>/tmp/console 2>&1 &
	machine=$!
	until_true 60 first_process
}

first_process() {
	init=$(pgrep -P "$machine") && case $(readlink "/proc/$init/exe") in
	*/systemd) ;;
	*) false ;;
	esac
}

# n2, too, has what the packages have.
ctl() {
	on "$1" chroot "$root" gossipctl "${@:2}"
}

# in_it COMMAND...: on the machine.
in_it() {
	nsenter --target "$init" --all --root --wd "$@" >/tmp/diagnosis 2>&1 </dev/null
}

is() {
	in_it systemctl is-active "$1" || true
	[ "$(cat /tmp/diagnosis)" = "${2:-active}" ]
}
booted() { in_it systemctl is-system-running || grep -qE 'running|degraded' /tmp/diagnosis; }
none_failed() { in_it systemctl list-units --failed --plain --no-legend && [ ! -s /tmp/diagnosis ]; }

# offers LINE WORDS: what bash has for the end of it.
offers() {
	# shellcheck disable=SC2016 # for the shell there
	in_it bash -ec '. /usr/share/bash-completion/bash_completion
		_completion_loader gossipctl || [ $? = 124 ]
		COMP_LINE=$1 COMP_POINT=${#1}
		_gossipctl
		echo "${COMPREPLY[*]}"' - "$1" && [ "$(cat /tmp/diagnosis)" = "$2" ]
}

# What modprobe finds there is what DKMS built for the kernel that runs.
built_by_dkms() {
	in_it modinfo -n gossip && [ "$(cat /tmp/diagnosis)" = "/lib/modules/$(uname -r)/updates/dkms/gossip.ko" ]
}

refuses_plain() { [ "$(stats rx_plain "$1")" -gt 0 ]; }

power_off() {
	in_it systemctl poweroff
	wait "$machine" || true
}

configure() { printf '%s\n' "$@" >"$root/etc/gossip/gossip.conf"; }

mkdir "$root"
modprobe -a virtio_pci 9pnet_virtio 9p
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose dir "$root"
# What the module needs comes from there as well.
modprobe -r udp_tunnel ip6_udp_tunnel
create_nodes 1 2

# Devices are this machine's affair; a log that is kept, and an index of all manuals whenever a
# package goes, would be slow to make.
chroot "$root" systemctl -q mask systemd-udev-trigger.service systemd-udevd.service
rm -rf "$root/var/log/journal" "$root/var/lib/man-db/auto-update"

# What a member is called by default.
echo n1 >"$root/etc/hostname"
configure '# of the test' "PEERS=$(ip4 2)" 'PROFILE=lan'
chroot "$root" systemctl -q enable gossip.service
boot
tap until_true "$BOOT" [ -e /sys/kernel/gossip ] -- "a machine that boots loads the module"
tap built_by_dkms -- "the one that DKMS has built"
ctl n2 start --name n2
tap until_true 60 together 2 n1 n2 -- "of the group that is configured"
tap until_true "$BOOT" booted -- "it comes up"
tap none_failed -- "no service fails"
tap is gossip.service -- "the service is active"
tap is gossip-peers.timer -- "the timer runs"
tap in_it systemctl start gossip-peers.service -- "who is there is remembered from time to time"
tap grep -qx "$(ip4 2):7946" "$peers" -- "n2 is"
tap [ "$(wc -l <"$peers")" = 1 ] -- "and nobody else"
tap in_it man -l /usr/share/man/man8/gossipctl.8.gz -- "it has a manual"

tap offers "gossipctl wait --member " "n1 n2" -- "bash completes the names of members"

rm "$peers"
tap in_it systemctl stop gossip.service -- "the service stops"
tap until_true 10 all_see left n1 n2 -- "who stops has left"
tap [ -s "$peers" ] -- "and remembers who was there"
tap is gossip-peers.timer inactive -- "the timer stops with it"
tap in_it systemctl start gossip.service -- "the service starts"
tap until_true 60 together 2 n1 n2 -- "and it is a member again"
rm "$peers"
tap in_it systemctl reload gossip.service -- "it can be told to remember"
tap [ -s "$peers" ] -- "and does"

power_off
tap until_true 10 all_see left n1 n2 -- "a machine that is shut down has left"
tap [ "$(gossip_file n1 state)" = off ] -- "and is off"

# Only memory leads back, to a group that was sealed meanwhile: it heeds nothing else.
(umask 077 && ctl n2 key generate >"$root/etc/gossip/key")
id=$(ctl n2 key add /etc/gossip/key)
ctl n2 key use "$id"
configure 'PROBE_INTERVAL=400' 'KEY_FILE=/etc/gossip/key'
boot
tap until_true "$BOOT" together 2 n1 n2 -- "it finds its group again without being told, and that is sealed"
tap [ "$(gossip_file n1 config/probe_interval)" = 400 ] -- "tunables are those of the file"
tap [ "$(ctl n1 key)" = "$id primary" ] -- "so is the key"
tap [ "$(stats rx_plain n1 n2)" = 0 ] -- "nothing was sent in the clear"
in_it systemctl stop gossip.service
configure 'PROBE_INTERVAL=400'
in_it systemctl start gossip.service
tap until_true 60 refuses_plain n2 -- "without the key all that it sends is refused"
tap [ "$(gossip_file n1 state)" = joining ] -- "and it stays out"
in_it systemctl stop gossip.service
ctl n2 key use --none
rm "$root/etc/gossip/key"

# What memory has of another family must not be in the way.
ip6 2 >>"$peers"
configure "PEERS=$(ip4 2)"
tap in_it systemctl start gossip.service -- "memory of another family is left out"
tap until_true 60 together 2 n1 n2 -- "not so what is configured"
in_it systemctl stop gossip.service
configure 'NAME=no good'
tap status 1 in_it systemctl start gossip.service -- "a name that cannot be is refused"
says_why() {
	in_it systemctl status gossip.service || true
	grep -qF 'name "no good": 1 to 63 characters' /tmp/diagnosis
}
tap says_why -- "and the log says why"
configure "PEERS=$(ip4 2)"
in_it systemctl start gossip.service
until_true 60 together 2 n1 n2
mkdir /tmp/modprobe.d
cp "$root/usr/share/doc/gossip-tools/examples/modprobe.conf" /tmp/modprobe.d/gossip.conf
tap in_it dpkg --purge gossip-tools -- "the tools are removed"
tap until_true 10 all_see left n1 n2 -- "who loses them has left"
tap [ ! -e "$root/etc/gossip/gossip.conf" ] -- "no file is left"
tap [ ! -e "$root/var/lib/gossip" ] -- "nor memory"
power_off

rmmod gossip
ip link add host0 type dummy
ip addr add 10.0.0.1/24 dev host0
ip link set host0 up
tap modprobe -d "$root" -C /tmp/modprobe.d gossip -- "the example for modprobe.d is taken"
self=$(awk '{ print $1 }' /sys/kernel/gossip/self)
tap [ "$self-$(cat /sys/kernel/gossip/state)" = db1-joining ] -- "and is the member that it describes"
rmmod gossip
ip link delete host0
remove_nodes 1 2
umount "$root"
tap_end
