# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Helpers for the scripts in this directory; sourced, never run.

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Another tree can be tested with this directory's tools.
GOSSIP_SOURCE=${GOSSIP_SOURCE:-$(cd "$VM_DIR/../.." && pwd)}
GOSSIP_CACHE=${GOSSIP_CACHE:-${HOME:-/root}/.cache/gossip}
# A newly made user's PATH may lack the directories of insmod, tc and modprobe.
PATH=$PATH:/usr/sbin:/sbin
export GOSSIP_SOURCE GOSSIP_CACHE PATH

say() { echo "${0##*/}: $*" >&2; }

die() {
	say "$*"
	exit 1
}

# with_progress TEXT COMMAND...: runs a command whose output is of interest only
# if it fails, and says every few seconds that it is still at work.
with_progress() {
	local what=$1 log rc=0 start=$SECONDS pid
	shift
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		if (((SECONDS - start) >= 5)) && (((SECONDS - start) % 10 == 5)); then
			say "$what … $((SECONDS - start)) s: $(tail -n 1 "$log" | cut -c 1-70)"
			sleep 1
		fi
	done
	wait "$pid" || rc=$?
	if [ "$rc" != 0 ]; then
		tail -n 40 "$log" >&2
		say "$what: FAILED ($rc)"
	elif ((SECONDS - start >= 5)); then
		say "$what: done in $((SECONDS - start)) s"
	fi
	rm -f "$log"
	return "$rc"
}

# locked NAME: from here to the end of the process, only one caller in NAME.
# The descriptor is closed in children that outlive it only by their own doing.
locked() {
	local file="$GOSSIP_CACHE/locks/$1"
	mkdir -p "$GOSSIP_CACHE/locks"
	exec {VM_LOCK}>"$file"
	# Two machines that start together are no news.
	if ! flock -w 3 "$VM_LOCK"; then
		say "waiting for another process that prepares $1"
		flock "$VM_LOCK"
	fi
}

# A version as part of a directory's name: make and the shell read ~ and +.
plain() { printf '%s' "$1" | tr -c 'A-Za-z0-9._\n-' -; }
