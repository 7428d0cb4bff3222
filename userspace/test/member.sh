#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: member.sh
# What gossip-member, which gossip.service calls, makes of its configuration.
set -eu
. "${0%/*}/tap.sh"

mkdir "$work/bin"
sed -e "s|@BINDIR@|$work/bin|; s|@SYSCONFDIR@|$work|" "${0%/*}/../systemd/gossip-member.in" >"$work/member"
# What they are called with, a word a line.
for program in gossipctl modprobe; do
	printf '#!/bin/sh\nprintf "%%s\\n" %s "$@" >>%s/called\n' "$program" "$work" >"$work/bin/$program"
done
chmod +x "$work"/bin/*

# starts WANTED CONFIGURATION...: how it calls gossipctl, after the module.
starts() {
	rm -f "$work/called"
	printf '%s\n' "${@:2}" >"$work/conf"
	PATH=$work/bin:$PATH GOSSIP_CONF=$work/conf STATE_DIRECTORY=$work/state sh "$work/member" start
	equal "$1" "$(sed -n '/^gossipctl$/,$p' "$work/called" | paste -sd ' ')"
}

tap "no configuration" starts "gossipctl start" ""
tap "parameters" starts "gossipctl start name=db1 probe_interval=300 peers=10.0.0.2,10.0.0.3" \
	"NAME=db1" "# a comment" "PEERS=10.0.0.2,10.0.0.3" "  PROBE_INTERVAL=300  "
tap "a file with a key" starts "gossipctl start name=db1 --key=/etc/gossip/key" "NAME=db1" "KEY_FILE=/etc/gossip/key"
tap "a file whose name has a space" starts "gossipctl start --key=/etc/gossip/my key" "KEY_FILE=/etc/gossip/my key"
tap "none" starts "gossipctl start name=db1" "KEY_FILE=" "NAME=db1"
mkdir "$work/state"
echo 10.0.0.9:7946 >"$work/state/peers"
tap "those who were there are tried, too" starts "gossipctl start --key=/k peers=10.0.0.2,10.0.0.9:7946" \
	"KEY_FILE=/k" "PEERS=10.0.0.2"
tap_end
