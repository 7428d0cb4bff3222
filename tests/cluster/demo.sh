#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine with a wire: demo.sh [play]
# Shows a group of five nodes in this machine and a sixth in another, where demo_second.sh
# runs, and tells what happens. Ends with 1 at the first thing that is not as it should be;
# with "play", ends by telling what to try in the shell that follows.
# tests/demo.sh boots the two machines.
set -eu -o pipefail
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL=(n1 n2 n3 n4 n5)
OTHERS=(n1 n2 n3 n4)

tell() {
	printf '%s\n' "$@"
}

title() {
	printf '\n== %s\n' "$1"
	tell "${@:2}"
}

# show COMMAND...: the command and what it prints.
show() {
	echo "    machine 1# $*"
	"$@" 2>&1 | sed 's/^/    /'
}

# fail TEXT...: with what each node knew and was told.
fail() {
	local node

	printf '\nFAILED: %s\n' "$*"
	for node in "${ALL[@]}"; do
		echo "--- members on $node"
		gossip_file "$node" members || true
		[ ! -s "/tmp/monitor.$node" ] || {
			echo "--- the end of what monitor told on $node"
			tail -n 20 "/tmp/monitor.$node"
		}
	done
	exit 1
}

now() {
	echo "$((${EPOCHREALTIME/./} / 1000))"
}

seconds() {
	printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100))
}

# From here on times are counted, and events looked for.
mark() {
	MARK=$(now)
}

# await LIMIT TEXT CONDITION...: ends the demo if that is not so in time. TOOK says how
# long it was since the mark.
await() {
	local begun=$SECONDS

	until until_true 5 "${@:3}"; do
		[ $((SECONDS - begun)) -lt "$1" ] || fail "in $1 s it did not come about that $2"
		echo "    … $((SECONDS - begun)) s, waiting until $2"
	done
	TOOK=$(seconds $(($(now) - MARK)))
}

# event NODE WORD MEMBER: the first such event since the mark that monitor told on NODE:
# milliseconds after the mark, and the reason.
event() {
	local time word member why ms

	while read -r time word member _ why; do
		[ "$word $member" = "$2 $3" ] || continue
		ms=$(($(date -d "$time" +%s%3N) - MARK))
		[ "$ms" -ge 0 ] || continue
		echo "$ms $why"
		return
	done <"/tmp/monitor.$1"
	return 1
}

# told WORD MEMBER NODE...
told() {
	local node

	for node in "${@:3}"; do
		event "$node" "$1" "$2" >/dev/null || return 1
	done
}

listens() {
	local node

	for node in "$@"; do
		grep -q ' exists  *-$' "/tmp/monitor.$node" || return 1
	done
}

# report WORD MEMBER NODE...: who learned it when and why, in the order of time.
report() {
	local node ms why

	for node in "${@:3}"; do
		echo "$node $(event "$node" "$1" "$2")"
	done | sort -n -k 2 | while read -r node ms why; do
		echo "    $node after $(seconds "$ms")${why:+: $why}"
	done
}

# What each node says of MEMBER, in its own file.
report_state() {
	local node

	echo "    and in /sys/kernel/gossip/members"
	for node in "${@:2}"; do
		printf '    on %s:  ' "$node"
		gossip_file "$node" members | grep "^$1 "
	done
}

report_views() {
	local node

	for node in "$@"; do
		echo "    $node: $(gossip_file "$node" alive) alive, view $(gossip_file "$node" view)"
	done
}

five_nodes() {
	local node

	title "Five nodes" \
		"This machine runs Linux $(uname -r), as Debian ships it. The nodes are network" \
		"namespaces with an address each, joined by cables (veth) and a switch (a bridge)." \
		"They talk UDP. Nobody is in charge; n1's address is all that they are given."
	create_nodes 1 5
	show insmod "$GOSSIP_KO"
	mark
	for node in "${ALL[@]}"; do
		show gossipctl -n "$node" start name="$node" peers="$(ip4 1)"
	done
	await 60 "all five see five alive and agree" together 5 "${ALL[@]}"
	tell "All five see five alive after $TOOK; equal views mean that they agree on who is:"
	report_views "${ALL[@]}"
	tell "The table as n3 has it (name, address, state, incarnation, round trip in us, …):"
	show ip netns exec n3 cat /sys/kernel/gossip/members
	for node in "${ALL[@]}"; do
		ctl "$node" monitor >"/tmp/monitor.$node" &
	done
	await 30 "monitor runs on each node" listens "${ALL[@]}"
}

cut_one() {
	title "n5's cable is cut" \
		"On each node \"gossipctl monitor\" now tells what the node learns."
	mark
	show ip -n switch link set n5 down
	await 90 "the four others are told that n5 failed" told failed n5 "${OTHERS[@]}"
	tell "Who first suspected n5 when, and why:"
	report_known suspect n5 "${OTHERS[@]}"
	tell "It could not refute that, and was declared failed by"
	report failed n5 "${OTHERS[@]}"
	await 30 "the four others show n5 as failed" all_see failed n5 "${OTHERS[@]}"
	report_state n5 "${OTHERS[@]}"
}

# A node that heard of the failure at once was never told of a suspicion.
report_known() {
	local node known=()

	for node in "${@:3}"; do
		! event "$node" "$1" "$2" >/dev/null || known+=("$node")
	done
	report "$1" "$2" "${known[@]}"
}

mend_one() {
	title "The cable is mended" \
		"Nothing is restarted. Members try those that failed again from time to time."
	mark
	show ip -n switch link set n5 up
	await 90 "all five see five alive and agree" together 5 "${ALL[@]}"
	await 30 "the four others are told that n5 is alive" told alive n5 "${OTHERS[@]}"
	tell "n5 refuted that it failed, as told by monitor on"
	report alive n5 "${OTHERS[@]}"
	tell "and all five see five alive (seen after $TOOK):"
	report_views "${ALL[@]}"
}

# The second machine waits until it can reach n1.
sixth() {
	title "A sixth member, on another machine" \
		"A second machine with a kernel of its own is joined to the switch by a wire."
	ip link set wire0 netns switch
	mark
	show ip -n switch link set wire0 master br0 up
	await 150 "all five see six alive and agree" together 6 "${ALL[@]}"
	tell "All see it, $TOOK after the wire was plugged in:"
	report_views "${ALL[@]}"
	show gossipctl -n n2 members
}

# An address that answers is the sign that the second machine waits for.
sixth_leaves() {
	title "It unloads the module" \
		"That is no failure: it says goodbye."
	mark
	ip -n switch addr add 10.7.255.1/16 dev br0
	await 60 "all five are told that n6 left" told left n6 "${ALL[@]}"
	tell "What monitor told on n1 to n5:"
	for node in "${ALL[@]}"; do
		echo "    $node: $(grep ' left  *n6 ' "/tmp/monitor.$node" | tail -n 1)"
	done
	await 30 "all five show n6 as left" all_see left n6 "${ALL[@]}"
	report_state n6 "${ALL[@]}"
	await 30 "all five see five alive and agree" together 5 "${ALL[@]}"
}

what_to_try() {
	title "Your turn" "The five nodes are still running in this machine. Try" \
		"    gossipctl -n n1 members            what n1 knows" \
		"    gossipctl -n n1 status             about n1 itself" \
		"    gossipctl -n n1 monitor &          tells what happens" \
		"    ip -n switch link set n4 down      cuts n4's cable; \"up\" mends it" \
		"    gossipctl -n n2 leave              and then: gossipctl -n n2 join" \
		"    ip netns exec n3 ls /sys/kernel/gossip" \
		"    ip netns exec n3 bash              a shell on n3" ""
}

five_nodes
cut_one
mend_one
sixth
sixth_leaves
title "Done" "Everything was as it should be."
[ "${1:-}" != play ] || what_to_try
