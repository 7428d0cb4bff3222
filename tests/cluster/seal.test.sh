#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A sealed group: who has not its key does not get in, and changes nothing; the key is changed,
# and a group that is in the clear is sealed, without a failure.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

ALL=(n1 n2 n3)
REFUSED="rx_plain rx_unknown_key rx_forged rx_replayed"

# generate NAME: a key in /tmp/NAME.
generate() {
	(umask 077 && gossipctl key generate >"/tmp/$1")
}

# keys_are NODE LINES
keys_are() {
	ctl "$1" key >/tmp/diagnosis
	[ "$(cat /tmp/diagnosis)" = "$2" ]
}

# status_has NODE TEXT
status_has() {
	ctl "$1" status >/tmp/diagnosis
	grep -qF -- "$2" /tmp/diagnosis
}

at_least() {
	[ "$(stats "$1" "${@:3}")" -ge "$2" ]
}

# is NODE STATE
is() {
	[ "$(gossip_file "$1" state)" = "$2" ]
}

# What n1 has refused so far, as "NAME NUMBER ...".
refusals() {
	local name

	for name in $REFUSED; do
		echo "$name $(stats "$name" n1)"
	done | paste -sd ' '
}

refusals_are() {
	refusals >/tmp/diagnosis
	[ "$(cat /tmp/diagnosis)" = "$1" ]
}

# Names, addresses, states and incarnations in n1's view, and how many changes it has seen.
view() {
	gossip_file n1 members | awk '{ print $1, $2, $3, $4 }'
	ctl n1 --json status | grep -o '"seq":[0-9]*'
}

view_is() {
	view >/tmp/diagnosis
	[ "$(cat /tmp/diagnosis)" = "$1" ]
}

# Each member's changes, from here on, in /tmp/told.NODE.
follow() {
	local node

	FOLLOWERS=()
	for node in "${ALL[@]}"; do
		at "$node" gossipctl monitor >"/tmp/told.$node" &
		FOLLOWERS+=($!)
		until_true 30 grep -qs "exists -" "/tmp/told.$node"
	done
}

unfollow() {
	kill "${FOLLOWERS[@]}"
	wait "${FOLLOWERS[@]}" || true
}

# Nobody was suspected, failed or left.
nobody_suspected() {
	! grep -E ' (suspect|failed|left) ' /tmp/told.* >/tmp/diagnosis
}

# probed NUMBER FROM: all have probed so often since they had FROM probes.
probed() {
	at_least probes $(($2 + $1)) "${ALL[@]}"
}

# Rounds of probes in which all hear from all.
go_on() {
	until_true 30 probed 6 "$(stats probes "${ALL[@]}")"
}

# each COMMAND...: of all members, one after the other, with probes in between.
each() {
	local node

	for node in "${ALL[@]}"; do
		ctl "$node" "$@" >/dev/null
		go_on
	done
}

id_of() {
	ctl n1 key | awk -v row="$1" 'NR == row { print $1 }'
}

# resend ACTION...: a datagram of n2 to n1 once more.
resend() {
	timeout $((30 * PATIENCE)) at switch resend n1 "$(ip4 2)" "$(ip4 1)" "$@" >/dev/null
}

secret_stays() {
	local secret id

	secret=$(base64 -d /tmp/one | od -An -v -tx1 | tr -d ' \n')
	id=$(id_of 1)
	on n1 netlink_get key >/tmp/diagnosis
	# Also for whoever would be told of other keys.
	grep -q "${id:6:2}${id:4:2}${id:2:2}${id:0:2}" /tmp/diagnosis &&
		! grep -q "${secret:0:16}\|${secret:24:16}\|${secret:48:16}" /tmp/diagnosis
}

load
create_nodes 1 6
for key in one two three; do
	generate "$key"
done

# n6 is a seed of n1, to which it sends: for inject.
ctl n1 start --name n1 --peer "$(ip4 6)" --set heal_interval=1000 --key /tmp/one
start_nodes 2 3 --key /tmp/one
tap until_true 30 together 3 "${ALL[@]}" -- "three with one key are a group"
ONE=$(id_of 1)
tap keys_are n2 "$ONE primary" -- "whose id is the same on all"
tap status_has n3 "sealed with $ONE, 1 installed" -- "status says so"
tap refusals_are "rx_plain 0 rx_unknown_key 0 rx_forged 0 rx_replayed 0" -- "none of their datagrams is refused"
tap secret_stays -- "the kernel tells the id of a key, and nothing of its secret"

start_nodes 4 4 --set heal_interval=1000
start_nodes 5 5 --set heal_interval=1000 --key /tmp/two
tap until_true 60 at_least rx_plain 3 n1 -- "who has no key is heard, and counted"
tap until_true 60 at_least rx_unknown_key 3 n1 -- "so is who has another one"
tap is n4 joining -- "the one does not get in"
tap is n5 joining -- "nor does the other"
tap [ "$(stats rx_datagrams n4 n5)" = 0 ] -- "nobody answers them"
tap counts alive 3 "${ALL[@]}" -- "the group is what it was"
tap until_true 20 status_has n1 "datagrams were dropped because they are not sealed" -- "status tells of the one"
tap status_has n1 "datagrams were dropped because they are sealed with a key that is not here" -- "and of the other"
tap status_has n4 "if the group is sealed" -- "and there, what may be the matter"
ctl n5 key use "$(ctl n5 key add /tmp/one)"
tap until_true 60 together 4 "${ALL[@]}" n5 -- "with the key it gets in"
ctl n5 stop
ctl n4 stop
until_true 30 counts left 1 "${ALL[@]}"

# Datagrams that were not made with the key.
VIEW=$(view)
BEFORE=$(stats rx_plain n1)
at n6 inject "$(ip4 1)" 3 40 1000 >/tmp/injected &
INJECTOR=$!
tap until_true 60 grep -qs injected /tmp/injected -- "made-up members are told of in the clear"
tap until_true 10 at_least rx_plain $((BEFORE + 40)) n1 -- "regress: alertmanager #5186: to no avail"
kill "$INJECTOR"
wait "$INJECTOR" || true
tap view_is "$VIEW" -- "regress: alertmanager #5186: nothing has changed"
read -r _ PLAIN _ UNKNOWN _ FORGED _ REPLAYED <<<"$(refusals)"
tap resend header body tag key plain -- "a datagram with a bit changed in each of its parts"
tap until_true 10 refusals_are "rx_plain $((PLAIN + 1)) rx_unknown_key $((UNKNOWN + 1)) rx_forged $((FORGED + 3)) rx_replayed $REPLAYED" \
	-- "regress: alertmanager #5186: is refused, and counted for what is wrong with it"
tap resend same same same -- "a datagram once more, as it was, three times"
tap until_true 10 refusals_are "rx_plain $((PLAIN + 1)) rx_unknown_key $((UNKNOWN + 1)) rx_forged $((FORGED + 3)) rx_replayed $((REPLAYED + 3))" \
	-- "regress: memberlist SECURITY.md: is counted as what it is"
tap view_is "$VIEW" -- "regress: memberlist SECURITY.md: nothing has changed"

# What was recorded does not bring back who is gone.
mkfifo /tmp/go
timeout $((120 * PATIENCE)) at switch resend n1 "$(ip4 3)" "$(ip4 1)" wait same <>/tmp/go >/tmp/captured &
RECORDER=$!
until_true 20 grep -qs captured /tmp/captured
cut n3
tap until_true 60 all_see failed n3 n1 n2 -- "a member fails"
read -r _ _ _ _ _ _ _ REPLAYED <<<"$(refusals)"
echo go >/tmp/go
tap wait "$RECORDER" -- "a datagram of it is heard once more"
tap until_true 10 at_least rx_replayed $((REPLAYED + 1)) n1 -- "regress: memberlist SECURITY.md: and counted"
tap all_see failed n3 n1 n2 -- "regress: memberlist SECURITY.md: it stays failed"
mend n3
tap until_true 60 together 3 "${ALL[@]}" -- "until it is back"

# The key is changed.
follow
BEFORE=$(refusals)
each key add /tmp/three
THREE=$(id_of 2)
tap keys_are n3 "$ONE primary
$THREE -" -- "another key is added"
each key use "$THREE"
tap keys_are n3 "$ONE -
$THREE primary" -- "then used"
each key delete "$ONE"
tap keys_are n3 "$THREE primary" -- "then the old one is deleted"
tap refusals_are "$BEFORE" -- "no datagram was refused meanwhile"
tap nobody_suspected -- "and nobody suspected"
tap together 3 "${ALL[@]}" -- "they are a group"
start_nodes 4 4 --key /tmp/three
tap until_true 60 together 4 "${ALL[@]}" n4 -- "who starts with the new key gets in"
read -r _ _ _ UNKNOWN _ <<<"$(refusals)"
start_nodes 5 5 --set heal_interval=1000 --key /tmp/one
tap until_true 60 at_least rx_unknown_key $((UNKNOWN + 3)) n1 -- "who starts with the old one"
tap is n5 joining -- "does not"
unfollow
for node in n5 n4 n3 n2 n1; do
	ctl "$node" stop
done

# A group in the clear is sealed, and unsealed.
start_nodes 1 3
tap until_true 30 together 3 "${ALL[@]}" -- "three in the clear are a group"
tap status_has n1 "none: datagrams are in the clear" -- "status says so"
follow
each key add /tmp/one
tap status_has n1 "1 installed, none in use: datagrams are in the clear" -- "a key that is not used seals nothing"
each key use "$ONE" --permissive
tap keys_are n2 "$ONE primary, permissive" -- "then it is used, and what is in the clear heeded"
each key use "$ONE"
tap keys_are n2 "$ONE primary" -- "then that is refused"
tap refusals_are "rx_plain 0 rx_unknown_key 0 rx_forged 0 rx_replayed 0" -- "no datagram was refused meanwhile"
tap nobody_suspected -- "and nobody suspected"
start_nodes 4 4 --set heal_interval=1000
tap until_true 60 at_least rx_plain 3 n1 -- "who has no key now"
tap is n4 joining -- "does not get in"
ctl n4 stop
each key use "$ONE" --permissive
each key use --none
each key delete "$ONE"
tap status_has n1 "none: datagrams are in the clear" -- "back without the key"
tap nobody_suspected -- "nobody was suspected"
start_nodes 4 4
tap until_true 60 together 4 "${ALL[@]}" n4 -- "and everybody gets in"
unfollow

rmmod gossip
remove_nodes 1 6
tap_end
