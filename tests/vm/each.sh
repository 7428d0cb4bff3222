#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine: each.sh SECONDS SCRIPT...
# Runs scripts that print TAP one after the other, each within a time limit, and prints
# one TAP document in which each is a subtest: one boot serves many scripts.
set -u

limit=$1
shift
pipe=/tmp/.each
mkfifo "$pipe"
echo "TAP version 13"
echo "1..$#"
number=0
for script; do
	number=$((number + 1))
	name=${script##*/}
	echo "# Subtest: $name"
	start=$SECONDS
	setsid timeout -k 5 "$limit" "${GOSSIP_ROOT%/tests}/$script" </dev/null \
		>"$pipe" 2>&1 &
	group=$!
	sed -u 's/^/    /' <"$pipe" &
	output=$!
	status=0
	wait "$group" || status=$?
	# What it left in the background would hold the output open for ever.
	kill -KILL -- "-$group" 2>/dev/null
	wait "$output"
	# What a script left behind must not fail the next one.
	ip -all netns delete 2>/dev/null
	[ ! -e /sys/kernel/gossip ] || rmmod gossip
	[ ! -p /tmp/.output ] || rm -rf /tmp/[!.]*
	if [ "$status" = 0 ] || [ "$status" = 4 ]; then
		echo "ok $number - $name # $((SECONDS - start)) s"
	elif [ $((SECONDS - start)) -ge "$limit" ]; then
		echo "not ok $number - $name"
		echo "# ended at its time limit of $limit s"
	else
		echo "not ok $number - $name"
		echo "# ended with status $status"
	fi
done
