#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: cli.sh GOSSIPCTL
# The command line, as far as it goes without the module: what is refused, with
# which words and which status.
set -eu

ctl=$1
tests=0
failed=0

# expect STATUS PATTERN ARGUMENT...: PATTERN is that of the only line of stderr.
expect() {
	want=$1 pattern=$2
	shift 2
	rc=0
	err=$("$ctl" "$@" 2>&1 >/dev/null) || rc=$?
	tests=$((tests + 1))
	verdict=not
	# shellcheck disable=SC2254 # it is a pattern
	case $err in
	*"
"*) ;;
	$pattern) [ "$rc" != "$want" ] || verdict= ;;
	esac
	[ -z "$verdict" ] || failed=$((failed + 1))
	echo "${verdict:+$verdict }ok $tests - $(printf '%.100s' "$*"): $want"
	[ -z "$verdict" ] || echo "# status $rc: $err"
}

long=$(printf '%064d' 0)

expect 0 '' --help
expect 0 '' --version
expect 0 '' -V members
for command in members monitor top status metrics wait start stop join leave set stats ping tag key event run; do
	expect 0 '' "$command" --help
	expect 0 '' -h "$command"
	expect 2 "gossipctl: $command: bad option \"--bad\": *" "$command" --bad
	expect 2 "gossipctl: $command: bad option \"-x\": *" -j "$command" -jx
	# A command without words says which one is too many.
	case $command in
	start | join | monitor | ping | event | run) ;;
	*) expect 2 "gossipctl: $command: *\"frob\"*" "$command" frob ;;
	esac
done
expect 2 'gossipctl: no command given: *'
expect 2 'gossipctl: no such command "frob": *' frob
expect 2 'gossipctl: bad option "--frob": *' --frob members
expect 2 'gossipctl: option "--netns" needs a value: *' --netns
expect 2 'gossipctl: members: option "--state" needs a value: *' members --state
expect 2 'gossipctl: members: no such state "up": alive, suspect, failed, left are allowed' \
	members --state up
expect 2 'gossipctl: members: *"n1"*' members n1
expect 2 'gossipctl: members: *monitor --json*' members -wj
expect 2 'gossipctl: monitor: *"frob"*' monitor frob
expect 2 'gossipctl: monitor: rcvbuf "0": *' monitor --rcvbuf 0
expect 2 'gossipctl: monitor: rcvbuf "many": *' --json monitor --rcvbuf=many
expect 2 'gossipctl: members: no such state "": *' members -s failed,
expect 2 'gossipctl: top: there is no JSON *' top --json
expect 2 'gossipctl: monitor: no such kind of event "all": members, events are allowed' monitor all
expect 2 'gossipctl: tag: "zone" is no KEY=VALUE: *' tag zone
expect 2 'gossipctl: tag: "=x" is no KEY=VALUE: *' tag =x
expect 2 'gossipctl: tag: option "-d" needs a value: *' tag -d
expect 2 'gossipctl: key: no such action "frob": add, delete, use, generate are allowed' key frob
expect 2 'gossipctl: key: no argument "b" is expected' key add a b
expect 2 'gossipctl: key: no argument "a" is expected' key generate a
expect 2 'gossipctl: key: there is no JSON *' key generate --json
expect 2 'gossipctl: key: a file with the key is missing: *' key add
for action in 'delete' 'use' 'use --permissive'; do
	# shellcheck disable=SC2086 # words
	expect 2 'gossipctl: key: which? the id of a key is missing: see "gossipctl key"' key $action
	for id in '' 12 key 1a2b3c4g 1a2b3c4d5 0x1a2b3c -1a2b3c4 ' 1a2b3c4'; do
		# shellcheck disable=SC2086 # words
		expect 2 "gossipctl: key: id \"$id\": 8 hexadecimal digits are needed, as *" key $action -- "$id"
	done
done
expect 2 'gossipctl: key: --none is without an id *' key use --none 1a2b3c4d
expect 2 'gossipctl: key: --none is without an id *' key use --none --permissive
for words in '--none' 'delete --none 1a2b3c4d' 'add --permissive a' 'generate --permissive'; do
	# shellcheck disable=SC2086 # words
	expect 2 'gossipctl: key: --none and --permissive are those of "use"' key $words
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
umask 077
# bad_key TEXT PATTERN: a file with TEXT, a format of printf, is none.
bad_key() {
	# shellcheck disable=SC2059 # escapes are wanted
	printf "$1" >"$dir/key"
	expect 1 "gossipctl: key: key \"$dir/key\": $2" key add "$dir/key"
	expect 1 "gossipctl: start: key \"$dir/key\": $2" start --key "$dir/key"
}
good=QkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGE
bad_key '' '0 bytes are there, and 32 are needed: "gossipctl key generate" makes one'
bad_key 'QUJD\n' '3 bytes are there, and 32 are needed: *'
bad_key "${good}iYw==\n" '34 bytes are there, and 32 are needed: *'
for text in 'secret\n' "$good\n" "$good==\n" "${good%E}F=\n" " $good=\n" "$good=\n$good=\n" "name: $good=\n" \
	"$good=\\0\n" "QUJD\\0$good=\n" "$good=$good=" '%0200d' '\n\377\376\n'; do
	bad_key "$text" 'a line of base64 is needed, as "gossipctl key generate" prints it'
done
expect 1 "gossipctl: key: key \"$dir/none\": cannot read it: No such file or directory" key add "$dir/none"
expect 1 "gossipctl: start: key \"$dir/none\": cannot read it: No such file or directory" start --key "$dir/none"
expect 1 "gossipctl: key: key \"$dir\": cannot read it: Is a directory" key add "$dir"
expect 1 'gossipctl: key: key "/dev/zero": a line of base64 is needed, *' key add /dev/zero
expect 1 'gossipctl: key: key "-": 0 bytes are there, *' key add - </dev/null
expect 2 'gossipctl: start: no such parameter "key": *' start "key=$dir/key"
expect 2 'gossipctl: event: which? a name is needed: *' event
expect 2 'gossipctl: event: no argument "c" is expected' event a b c
expect 2 'gossipctl: event: there is no JSON *' event --json
expect 2 'gossipctl: run: which command? *' run --service web
expect 2 'gossipctl: run: ttl "0": a time of 1ms *' run --ttl 0 true
expect 2 'gossipctl: run: ttl "0ms": a time of 1ms *' run --ttl 0ms true
expect 2 'gossipctl: run: ttl "soon": a time as 500ms, *' run --ttl soon true
expect 2 'gossipctl: metrics: there is no JSON *' -j metrics
expect 2 'gossipctl: top: needs a terminal: use "gossipctl members" *' top
expect 2 'gossipctl: wait: for what? --alive, --member or --converged *' wait
expect 2 'gossipctl: wait: for what? *' wait --timeout 5
expect 2 'gossipctl: wait: --state is that of a member: *--member' wait --state alive
expect 2 'gossipctl: wait: no such state "up": alive, *' wait --member n1 --state up
expect 2 'gossipctl: wait: alive "0": a number *' wait --alive 0
expect 2 'gossipctl: wait: alive "many": a number *' wait --alive many
for time in '' s 5x -5 1.5 '5 s' 4294967296 99999999999999999999s; do
	expect 2 "gossipctl: wait: timeout \"$time\": a time as *" wait --alive 1 --timeout "$time"
done
expect 2 'gossipctl: join: peer "host": no address: *' join host
expect 2 'gossipctl: join: peer "10.0.0.3:0": *1 to 65535' join 10.0.0.2,10.0.0.3:0
expect 2 'gossipctl: join: peers "10.0.0.2,": *' join 10.0.0.2,

expect 2 'gossipctl: start: name "a b": 1 to 63 *' start --name 'a b'
expect 2 'gossipctl: start: name "a\\x0ab": 1 to 63 *' start name='a
b'
expect 2 "gossipctl: start: name \"$long\": 1 to 63 *" start name="$long"
expect 2 'gossipctl: start: cluster "\\xc3\\xbc": *' start --cluster ü
expect 2 'gossipctl: start: profile "man": lan, wan, local are allowed' start profile=man
expect 2 'gossipctl: start: sensitivity "x": fast, normal, calm are allowed' start --sensitivity x
expect 2 'gossipctl: start: bind "10.0.0.1:70000": *1 to 65535' start bind=10.0.0.1:70000
expect 2 'gossipctl: start: advertise "10.0.0": no address: *' start --advertise 10.0.0
expect 2 'gossipctl: start: bind "fd00::7%lo": only a link-local *' start --bind fd00::7%lo
expect 2 'gossipctl: start: peer "fe80::1%nosuch": no such interface' start --peer fe80::1%nosuch
expect 2 'gossipctl: start: probe_interval "1s": a number *' start probe_interval=1s
expect 2 'gossipctl: start: probe_interval "4294967296": a number *' \
	start --set probe_interval=4294967296
for uids in 5-4 x 1- -1 1-2-3 4294967296 1,2; do
	expect 2 "gossipctl: start: lease_uids \"$uids\": user ids as *" start "lease_uids=$uids"
done
expect 2 'gossipctl: start: no such tunable "name": *' start --set name=n1
expect 2 'gossipctl: start: no such parameter "speed": *' start speed=1
expect 2 'gossipctl: start: "n1" is no PARAMETER=VALUE: *' start n1
expect 2 'gossipctl: set: "500" is no PARAMETER=VALUE: *set --help"' set 500
expect 2 'gossipctl: set: no such tunable "name": *set --help"' set name=n1
expect 2 'gossipctl: set: no such tunable "speed": *' set probe_interval=500 speed=1
expect 2 'gossipctl: set: probe_interval: a value is missing *' set probe_interval=
expect 2 'gossipctl: set: probe_interval "1s": a number *' set probe_interval=1s
expect 2 'gossipctl: set: sensitivity "x": fast, normal, calm are allowed' set sensitivity=x
expect 2 'gossipctl: set: no argument "a=1" is expected with --list' set --list a=1
expect 2 'gossipctl: ping: the name of a member is missing: *' ping
expect 2 'gossipctl: ping: no argument "n2" is expected' ping n1 n2
expect 2 'gossipctl: ping: count "0": a number from 1 on *' ping -c 0 n1
expect 2 'gossipctl: ping: timeout "x": a time as *' ping --timeout x n1
for time in 0 11s 10001ms; do
	expect 2 "gossipctl: ping: timeout \"$time\": 1ms to 10s are allowed" ping --timeout "$time" n1
done
expect 1 'gossipctl: members: netns "no/such": *No such file*' -n no/such members
expect 1 'gossipctl: members: netns "nosuch": *ip netns list*' members -n nosuch

# However long a word is, what is wrong with it is said after it.
huge=$(printf '%03000d' 0)
expect 2 'gossipctl: no such command "0*": see "gossipctl --help"' "$huge"
expect 2 'gossipctl: bad option "--0*": see "gossipctl --help"' "--$huge"
expect 2 'gossipctl: status: no argument "0*" is expected' status "$huge"
expect 2 'gossipctl: members: no such state "0*": alive, suspect, failed, left are allowed' members -s "$huge"
expect 2 'gossipctl: monitor: no such kind of event "0*": members, events are allowed' monitor "$huge"
expect 2 'gossipctl: wait: alive "0*": a number of members from 1 on is needed' wait --alive "$huge"
expect 2 'gossipctl: wait: timeout "0*": a time as 500ms, 10s or 2m is needed' wait --alive 1 --timeout "$huge"
expect 2 'gossipctl: run: ttl "0*": a time as 500ms, 10s or 2m is needed' run --ttl "$huge" true
expect 2 'gossipctl: key: id "0*": 8 hexadecimal digits are needed, *' key use "$huge"
expect 1 'gossipctl: key: key "0*": cannot read it: File name too long' key add "$huge"
expect 2 'gossipctl: tag: "0*" is no KEY=VALUE: see "gossipctl tag --help"' tag "$huge"
expect 2 'gossipctl: set: no such tunable "0*": see "gossipctl set --help"' set "$huge=1"
expect 2 'gossipctl: set: probe_interval "0*": a number of 0 to 4294967295 is needed' set "probe_interval=${huge}x"
expect 2 'gossipctl: start: no such parameter "0*": see "gossipctl start --help"' start "$huge=1"
expect 2 'gossipctl: start: name "0*": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed' start "name=$huge"
expect 2 'gossipctl: start: profile "0*": lan, wan, local are allowed' start "profile=$huge"
expect 2 'gossipctl: start: lease_uids "0*": user ids as 1000-2000, or one, are needed' start "lease_uids=${huge}x"
expect 2 'gossipctl: start: bind "0*": no address: ADDR, IPV4:PORT or *' start "bind=$huge"
expect 2 'gossipctl: join: peer "0*": no address: ADDR, IPV4:PORT or *' join "$huge"
expect 1 'gossipctl: members: netns "0*": cannot open /run/netns/0*: *: see "ip netns list"' -n "$huge" members

if ! [ -e /sys/kernel/gossip ]; then
	for command in members monitor status start stop leave join 'join 10.0.0.2' 'wait --alive 1' \
		set 'set probe_interval=500' stats 'ping n1' key 'key use --none' 'key delete 1A2b3c4d' \
		'start --name n1 bind=[fd00::7]:7946 peers=fd00::1,fd00::2 --set probe_interval=200'; do
		# shellcheck disable=SC2086 # words
		expect 3 'gossipctl: *: the gossip module is not loaded: run "modprobe gossip"*' $command --json
	done
fi
echo "1..$tests"
[ "$failed" = 0 ]
