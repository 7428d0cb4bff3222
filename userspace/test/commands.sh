#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: commands.sh FAKECTL EXAMPLE
# What gossipctl says of a kernel that is made up (see scene.c), which both programs have
# been linked with.
set -eu
. "${0%/*}/tap.sh"

here=$(dirname "$0")
ctl=$1 example=$2
export SCENE=$work/scene

# scene: from standard input; self is n1.
scene() {
	cat >"$SCENE"
}

usual() {
	scene <<-END
		instance n1 demo alive 0
		peer 10.0.0.2:7946
		member n2 alive 159
		member n3 failed 78
		member n4 suspect 80 degraded
		stat rx_datagrams 1200
		stat probes 0
		$1
	END
}

# says STATUS STDOUT STDERR ARGUMENT...: patterns of all that is printed.
says() {
	local want=$1 out=$2 err=$3 rc=0
	shift 3
	timeout 10 "$ctl" "$@" >"$work/out" 2>"$work/err" || rc=$?
	echo "status $rc"
	cat "$work/out" "$work/err"
	# shellcheck disable=SC2053 # patterns
	[ "$rc" = "$want" ] && [[ $(cat "$work/out") == $out ]] &&
		[[ $(cat "$work/err") == $err ]] && [ "$(wc -l <"$work/err")" -le 1 ]
}

# follows LAST COMMAND...: what a command that does not end says, up to a line that has LAST, a
# pattern, and a little longer.
follows() {
	local last=$1 program i
	shift
	"$@" >"$work/said" 2>&1 &
	program=$!
	for ((i = 0; i < 200; i++)); do
		! grep -q -- "$last" "$work/said" || break
		sleep 0.05
	done
	sleep 0.3
	kill "$program" 2>/dev/null || true
	wait "$program" 2>/dev/null || true
	cat "$work/said"
}

# jsons ARGUMENT...: each line is JSON, or all of it; prints what PYTHON makes of it.
jsons() {
	local python=$1
	shift
	"$ctl" "$@" >"$work/json"
	/usr/bin/python3 -c "import json, sys
d = json.load(open('$work/json', encoding='ascii'))
print($python)"
}

# Text

usual ""
tap "members, oneself first, then by name" equal \
	"n1 10.0.0.1:7946 alive            0 -   0 -
n2 10.0.0.2:7946 alive            0 159 0 -
n3 10.0.0.3:7946 failed           0 78  0 -
n4 10.0.0.4:7946 suspect+degraded 0 80  0 -" "$("$ctl" members)"
tap "members in a state" equal "n3 10.0.0.3:7946 failed 0 78 0 -" "$("$ctl" members --state failed)"
tap "members in two states" equal "n3 n4" "$("$ctl" members -s failed,suspect | awk '{ printf s $1; s = " " }')"
tap "members in none" says 0 '' '' members -s left
tap "each state in JSON is a state" equal "alive alive failed suspect" \
	"$(jsons "*(m['state'] for m in d)" -j members)"
tap "with flags apart" equal "False False False True" "$(jsons "*(m['degraded'] for m in d)" -j members)"

scene <<-'END'
	instance n1 demo alive 0
	member %22a%5c%0a%1b[31m%c3%bc%7f alive 5
	member b'%27$(rm)`x` alive 5
END
tap "a hostile name in text takes one line" equal '"a\\x0a\x1b[31m\xc3\xbc\x7f' \
	"$("$ctl" members | awk 'NR == 2 { print $1 }')"
tap "nothing but printable ASCII" equal "" "$("$ctl" members | LC_ALL=C grep -v '^[ -~]*$')"
tap "a column is as wide as what is shown" equal 1 \
	"$("$ctl" members | awk '{ print index($0, " 0 ") }' | sort -u | wc -l)"
tap "a hostile name in JSON is that name" equal '['"'\"a\\\\\\n\\x1b[31mü\\x7f'"']' \
	"$(PYTHONUTF8=1 jsons "[m['name'] for m in d if m['name'].startswith('\"')]" -j members)"
"$ctl" metrics --members >"$work/metrics"
tap "a hostile name in metrics" "$here/prometheus.py" "$work/metrics"

# Following

usual "reasons
listed
change n2 suspect
change n2 failed"
tap "monitor: who exists, then what changes and why" equal \
	"exists n1 10.0.0.1:7946 alive
exists n2 10.0.0.2:7946 alive
exists n3 10.0.0.3:7946 failed
exists n4 10.0.0.4:7946 suspect
exists -
suspect n2 10.0.0.2:7946 told by n2, accuser n3, 2 accusers, suspect for 2510 ms
failed n2 10.0.0.2:7946 told by n2, accuser n3, 2 accusers, suspect for 2510 ms" \
	"$(follows " failed  *n2" "$ctl" monitor | sed 's/^[^ ]* //; s/  */ /g')"
follows '"event":"failed"' "$ctl" monitor -j >"$work/lines"
tap "monitor: an object a line" equal "exists exists exists exists exists suspect failed" \
	"$(/usr/bin/python3 -c "import json; print(*(json.loads(l)['event'] for l in open('$work/lines')))")"
scene <<-END
	instance n1 demo alive 0
	members 1000
END
mkfifo "$work/fifo"
"$ctl" monitor -j >"$work/fifo" &
monitor=$!
exec 3<"$work/fifo"
sleep 0.5
kill "$monitor"
wait "$monitor" || true
cat <&3 >"$work/lines"
exec 3<&-
tap "monitor: no line is cut when it is ended while nobody reads" \
	/usr/bin/python3 -c "import json; [json.loads(l) for l in open('$work/lines')]"
tap "of which some were not written" [ "$(wc -l <"$work/lines")" -lt 1000 ]
usual "reasons
listed
change n2 suspect
change n2 failed"
tap "the example" equal "exists n1 alive
exists n2 alive
exists n3 failed
exists n4 suspect
suspect n2 suspect
failed n2 failed" "$(follows "^failed" "$example")"
usual "listed
listed
listed
change n2 failed"
tap "members --watch off a terminal: a table for each change" equal "n2 alive n2 failed" \
	"$(follows "^n2 .*failed" "$ctl" members -w | awk '$1 == "n2" { printf s $1 " " $3; s = " " }')"
usual "listed
unload"
tap "monitor ends with the module" says 3 '*exists -' \
	'gossipctl: monitor: the gossip module was unloaded: run "modprobe gossip" *' monitor
tap "so does wait" says 3 '' 'gossipctl: wait: the gossip module *loaded: *' wait --alive 9
usual "listed
stop"
tap "wait ends with the instance" says 3 '' 'gossipctl: wait: no instance runs *' wait --alive 9
usual torn
tap "a torn listing is listed, and said to be" says 0 'n1 *n4 *' \
	'gossipctl: members: members changed while they were listed: run it again *' members

# Services, tags and user events

meta() {
	usual "service n2 web up
service n2 db up
service n3 web up
tag n1 zone north
tag n1 note %22a%5c%0a%1b[31m%c3%bc%f0%9f%98%80
tag n1 broken %ff%c3
$1"
}
meta ""
tap "members show their services" equal "- web,db web -" "$("$ctl" members | awk '{ printf s $NF; s = " " }')"
tap "members with a service" equal "n2 n3" "$("$ctl" members --service web | awk '{ printf s $1; s = " " }')"
tap "and a state" equal "n2" "$("$ctl" members --service web -s alive | awk '{ print $1 }')"
tap "no member has a part of a name" says 0 '' '' members --service we
tap "services in JSON are an array" equal "[[], ['web', 'db'], ['web'], []]" \
	"$(jsons "[m['services'] for m in d]" -j members)"
tap "tags are an object, of UTF-8 as it is, and of other bytes as Latin-1" equal \
	"{'zone': 'north', 'note': '\"a\\\\\\n\\x1b[31mü😀', 'broken': 'ÿÃ'}" \
	"$(PYTHONUTF8=1 jsons "d[0]['tags']" -j members)"
tap "tag shows them, as printable text" equal 'zone   north
note   "a\\x0a\x1b[31m\xc3\xbc\xf0\x9f\x98\x80
broken \xff\xc3' "$("$ctl" tag)"
tap "tag in JSON" equal "['broken', 'note', 'zone'] north" "$(jsons "sorted(d), d['zone']" -j tag)"
tap "tag sets and takes away, and prints what is" equal "{'a': '1', 'b': '', 'zone': 'x=y'}" \
	"$(jsons "d" -j tag -d note --delete broken -d zone a=1 b= zone=x=y)"
tap "or nothing" says 0 '' '' tag a=1
tap "status has services and tags" equal "zone=north" "$("$ctl" status | awk '$1 == "tag" { print $2; exit }')"
tap "metrics count services" equal 'gossip_service_members{service="web"} 2
gossip_service_members{service="db"} 1' "$("$ctl" metrics | grep ^gossip_service_members)"
"$ctl" metrics >"$work/metrics"
tap "and are well formed" "$here/prometheus.py" "$work/metrics"
meta "listed
service n2 web down
user deploy n2 v1%0a%ff
lose 3
user restart n3 x"
tap "monitor: services and user events" equal "lost 3 user events
service_down n2 10.0.0.2:7946 web
user deploy from n2 v1\x0a\xff
user restart from n3 x" "$(follows "restart" "$ctl" monitor | sed 's/^[^ ]* //; s/  */ /g' | grep -v exists | LC_ALL=C sort)"
tap "monitor members: only those" equal "service_down n2 10.0.0.2:7946 web" \
	"$(follows "service_down" "$ctl" monitor members | sed 's/^[^ ]* //; s/  */ /g' | grep -v exists)"
meta "asked
user deploy n2 v1%0a%ff
service n2 web down
lose 3
user restart n3 x"
tap "monitor events: only user events, and no members" equal "user deploy from n2 v1\x0a\xff
lost 3 user events
user restart from n3 x" "$(follows "restart" "$ctl" monitor events | sed 's/^[^ ]* //; s/  */ /g')"
meta "reasons
listed
change n2 failed"
tap "monitor: services go down with their member" equal "failed n2 - service_down n2 web service_down n2 db" \
	"$(follows '"service":"db"' "$ctl" monitor -j members | /usr/bin/python3 -c "import json, sys
for line in sys.stdin:
    d = json.loads(line)
    if d['event'] not in ('exists',):
        print(d['event'], d['member']['name'], d.get('service', '-'))" | paste -sd ' ')"
scene <<-END
	instance n1 demo alive 0
	listed
	user deploy n1 $(printf '%%01%.0s' {1..506})
END
tap "monitor: the longest line is written at once" /usr/bin/python3 - "$ctl" <<-'END'
	import json, socket, subprocess, sys
	ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
	ours.settimeout(5)
	monitor = subprocess.Popen([sys.argv[1], "monitor", "--json"], stdout=theirs)
	try:
	    while (event := json.loads(ours.recv(65536)))["event"] != "user":
	        pass
	    assert event["payload"] == "\1" * 506 and event["payload_hex"] == "01" * 506
	finally:
	    monitor.kill()
END
tap "event: nothing to say" says 0 '' '' event deploy
tap "event: a payload" says 0 '' '' event deploy "v1 \"x\""
tap "event: too long" says 1 '' 'gossipctl: event: event "deploy": 600 bytes of payload are too many: 506 are allowed with this name' \
	event deploy "$(printf '%0600d' 0)"
tap "event: a name too long" says 1 '' \
	'gossipctl: event: event "0*": 1 to 63 characters of * are allowed' event "$(printf '%03000d' 0)"
tap "tag: a key too long" says 1 '' 'gossipctl: tag: tag "0*": 1 to 63 characters of * are allowed' \
	tag "$(printf '%03000d' 0)=1"
tap "event: from standard input" equal 0 "$(head -c 506 /dev/zero | "$ctl" event deploy - && echo $?)"
tap "event: too long there" equal "gossipctl: event: the payload on standard input is too long: an event takes 512 bytes at most, its name included
1" \
	"$(head -c 9999 /dev/zero | "$ctl" event deploy - 2>&1 || echo $?)"

# key

(umask 077 && printf ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 | base64 >"$work/key")
keys() {
	usual "key 1a2b3c4d
key 0badcafe $1"
}
keys primary
tap "key: a line a key" equal "1a2b3c4d -
0badcafe primary" "$("$ctl" key)"
tap "key in JSON" equal "[{'id': '1a2b3c4d', 'primary': False, 'permissive': False}, {'id': '0badcafe', 'primary': True, 'permissive': False}]" \
	"$(jsons d -j key)"
keys "primary permissive"
tap "key: permissive" equal "0badcafe primary, permissive" "$("$ctl" key | tail -n 1)"
tap "also in JSON" equal "False True" "$(jsons "*(k['permissive'] for k in d)" -j key)"
keys ""
tap "key: none in use" equal "-" "$("$ctl" key | awk '{ print $2 }' | sort -u)"
tap "key: what is added is told by its id" says 0 41424344 '' key add "$work/key"
tap "key: from standard input" equal 41424344 "$("$ctl" key add - <"$work/key")"
tap "key: without the end of a line" equal 41424344 "$(tr -d '\n' <"$work/key" | "$ctl" key add -)"
tap "key: with that of another system" equal 41424344 "$(sed 's/$/\r/' "$work/key" | "$ctl" key add -)"
tap "key: in JSON, all of them" equal "1a2b3c4d 0badcafe 41424344" "$(jsons "*(k['id'] for k in d)" -j key add "$work/key")"
tap "key: use" equal "[('1a2b3c4d', True, False), ('0badcafe', False, False)]" \
	"$(jsons "[tuple(k.values()) for k in d]" -j key use 1a2b3c4d)"
tap "key: use, in other letters, permissively" equal "[('1a2b3c4d', True, True), ('0badcafe', False, False)]" \
	"$(jsons "[tuple(k.values()) for k in d]" -j key use --permissive 1A2B3C4D)"
tap "key: use says nothing" says 0 '' '' key use 1a2b3c4d
keys primary
tap "key: use none" equal "False False" "$(jsons "*(k['primary'] for k in d)" -j key use --none)"
tap "key: delete" equal "0badcafe" "$(jsons "*(k['id'] for k in d)" -j key delete 1a2b3c4d)"
tap "key: not what is used" says 1 '' 'gossipctl: key: it seals what is sent' key delete 0badcafe
tap "key: not what is not there" says 1 '' 'gossipctl: key: no key of that id' key delete 11111111
tap "key: nor is that used" says 1 '' 'gossipctl: key: no key of that id' key use 11111111
usual "key 41424344"
tap "key: not twice" says 1 '' 'gossipctl: key: this key is there already' key add "$work/key"
usual ""
tap "key: there are none" says 0 '' '' key
tap "nor in JSON" equal "[]" "$(jsons d -j key)"
chmod 644 "$work/key"
tap "key: a file that everybody can read" says 0 41424344 \
	"gossipctl: key: key \"$work/key\": everybody can read it: run \"chmod go= FILE\"" key add "$work/key"
chmod 640 "$work/key"
tap "key: a file that a group can read" says 0 41424344 '' key add "$work/key"
"$ctl" key generate >"$work/made"
tap "key: generate prints a line of base64 of 32 bytes" equal "1 32" "$(wc -l <"$work/made") $(base64 -d <"$work/made" | wc -c)"
tap "key: which is a key" equal "$(base64 -d <"$work/made" | od -An -tx1 -N4 | tr -d ' \n')" "$("$ctl" key add - <"$work/made")"
tap "key: another one each time" equal 9 "$(for ((i = 0; i < 9; i++)); do "$ctl" key generate; done | sort -u | wc -l)"
tap "key: generate, and nowhere to write to" equal 1 "$("$ctl" key generate 2>/dev/null >/dev/full || echo $?)"
tap "start with a key" equal "41424344 True False" \
	"$(jsons "*d['keys'][0].values()" -j start --key "$work/key" name=x)"
tap "start with the last of two" equal "[{'id': '$(base64 -d <"$work/made" | od -An -tx1 -N4 | tr -d ' \n')', 'primary': True, 'permissive': False}]" \
	"$(jsons "d['keys']" -j start --key "$work/key" --key "$work/made")"
tap "start without one" equal "[]" "$(jsons "d['keys']" -j start)"

# keys_line WANTED SCENE: of the status.
keys_line() {
	usual "$2"
	equal "$1" "$("$ctl" status | sed -n 's/^keys  *//p')"
}
tap "status: no keys" keys_line "none: datagrams are in the clear" ""
tap "status: keys, but none in use" keys_line "2 installed, none in use: datagrams are in the clear" "key 1a2b3c4d
key 0badcafe"
tap "status: sealed" keys_line "sealed with 0badcafe, 2 installed" "key 1a2b3c4d
key 0badcafe primary"
tap "status: permissive" keys_line "sealed with 1a2b3c4d, permissive, 1 installed" "key 1a2b3c4d primary permissive"
tap "status: to who may not know, nothing of it" keys_line "" "key 1a2b3c4d primary
unprivileged"
tap "or null" equal None "$(jsons "d['keys']" -j status)"
usual unprivileged
tap "key: who may not know" says 1 '' 'gossipctl: key: needs CAP_NET_ADMIN: run as root' key

# run

exits() {
	local want=$1 rc=0
	shift
	timeout 10 "$ctl" run "$@" >"$work/out" 2>&1 || rc=$?
	cat "$work/out"
	equal "$want" "$rc"
}
meta ""
tap "run: its status is that of the command" exits 7 -- sh -c 'exit 7'
tap "run: without --, and with options of the command" exits 3 --service web sh -c 'exit 3'
tap "run: or 128 and the signal" exits 143 --ttl 5s -- sh -c 'kill $$'
tap "run: what is not found" exits 127 -- /no/such/program
tap "is said" grep -qxF 'gossipctl: run: cannot run "/no/such/program": No such file or directory' "$work/out"
tap "run: what cannot be run" exits 126 -- /etc/passwd
tap "run: output and input are the command's" equal "HELLO" "$(echo hello | "$ctl" run -- tr a-z A-Z)"
tap "run: signals are passed on" equal "term
5" "$(
	"$ctl" run -- sh -c 'trap "echo term; exit 5" TERM; echo >'"$work/ready"'; while :; do sleep 0.05; done' &
	until [ -e "$work/ready" ]; do sleep 0.05; done
	kill -TERM $!
	wait $! || echo $?
)"
# shellcheck disable=SC2016 # for the inner shell
tap "run: when it is killed itself, the command gets SIGTERM" equal "term" "$(
	"$ctl" run -- sh -c 'trap "echo term; exit 5" TERM; echo >'"$work/ready2"'; while :; do sleep 0.05; done' &
	until [ -e "$work/ready2" ]; do sleep 0.05; done
	kill -KILL $!
	sleep 0.5
)"
scene <<-END
	instance n1 demo alive 0
	service n1 web up
END
tap "run: a service that is up already" says 1 '' 'gossipctl: run: service "web": there is a lease on that service' run --service web true
tap "run: a name too long" says 2 '' 'gossipctl: run: service "0*": 1 to 63 *: name it with --service' \
	run --service "$(printf '%03000d' 0)" true
tap "run: a name that cannot be" says 2 '' 'gossipctl: run: service "a b": 1 to 63 *: name it with --service' run "/bin/a b"

# wait

usual ""
tap "wait: enough are alive" says 0 '' '' wait --alive 2 --timeout 0
tap "wait: too few are" says 1 '' 'gossipctl: wait: 2 of 3 members are alive' wait --alive 3 --timeout 0
tap "wait: not in time" says 1 '' 'gossipctl: wait: not within 0.300 s: 2 of 3 *' wait --alive 3 --timeout 300ms
tap "wait: a member in a state" says 0 '' '' wait --member n3 --state failed --timeout 0
tap "wait: it is in another" says 1 '' 'gossipctl: wait: member "n3" is failed' wait --member n3 --timeout 0
tap "wait: it is not there" says 1 '' 'gossipctl: wait: there is no member "n9"' wait --member n9 --timeout 0
tap "wait: all conditions" says 1 '' 'gossipctl: wait: member "n3" is *' wait --alive 2 --member n3 --timeout 0
tap "wait: not converged with a suspect" says 1 '' 'gossipctl: wait: not within *1 member is suspect' \
	wait --converged 1 --timeout 300ms
tap "wait: the status afterwards" says 0 '{"name":"n1",*' '' wait --alive 1 -j
scene <<-END
	instance n1 demo alive 0
	member n2 alive 5 agrees
	member n3 alive 5 differs
	member n4 alive 5
	member n5 alive 5 agrees
END
tap "wait: converged with two others" says 0 '' '' wait --converged 2 --timeout 0
tap "wait: not with three" says 1 '' \
	'gossipctl: wait: 2 of 3 other members were heard with the view of this one' wait --converged 3 --timeout 0
for peers in 0 n2 ''; do
	tap "wait: converged with \"$peers\"" says 2 '' \
		"gossipctl: wait: converged \"$peers\": a number of other members from 1 on is needed" wait --converged "$peers"
done
usual "listed
change n3 alive"
tap "wait: until it changes" says 0 '' '' wait --alive 3 --timeout 5
scene <<<"instance n1 demo joining 0"
tap "wait: not converged without a group" says 1 '' 'gossipctl: wait: not within *this node is joining' \
	wait --converged 1 --timeout 300ms

# status: each state, what is wrong and what to do.

while IFS='|' read -r status lines pattern; do
	scene <<<"instance n1 demo $status
$(tr ';' '\n' <<<"$lines")"
	tap "status: $status, $lines" says 0 "*$pattern*" '' status
done <<-'END'
	alive 0|member n2 alive 5|problem *none
	alive 0||this node is alone in its group*gossipctl join
	alive 0|member n2 failed 5|1 member failed: n2*gossipctl members --state failed
	alive 0|member a failed 5;member b failed 5;member c failed 5;member d failed 5|4 members failed: a, b, c, ...
	alive 0|member n2 suspect 5|1 member did not answer: n2*wait
	alive 2|member n2 alive 5|health is 2: *load
	joining 0|peer 10.0.0.2:7946|no seed has answered yet*"demo" runs at 10.0.0.2:7946, and that UDP port 7946
	degraded 3||this node misses datagrams*packet loss
	isolated 0||hears no other member*firewall: UDP port 7946
	conflict 0|holder 10.0.0.7:7946|the name "n1" is held by another live member, at 10.0.0.7:7946*gossipctl start name=NAME
	alive 0|changed 12345;member a alive 5 differs;member b alive 5 agrees;member c alive 5 differs|the view of 2 of 3 members heard differs from this node's, which is 12 s old*table_full
	alive 0|changed 4999;member a alive 5 differs|problem *none
	alive 0|changed 12345;member a alive 5 differs;member b alive 5 agrees|problem *none
	isolated 0|changed 12345;member a alive 5 differs|hears no other member*firewall: UDP port 7946 must pass in both directions
	alive 0|generation 4294967295;member a alive 5|the clock went back: this member*s from now*timedatectl
	alive 0|member a alive 5;stat table_full 7;tunable max_members 2|the table is full: 2 members are known, and others were refused 7 times*set max_members=N
	alive 0|member a alive 5;stat table_full 7;tunable max_members 3|problem *none
	alive 0|member a alive 5;stat table_full 0;tunable max_members 2|problem *none
	joining 0|peer 10.0.0.2:7946|no seed has answered yet*if the group is sealed, "gossipctl key" must show the same key
	alive 0|member a alive 5;stat rx_datagrams 1000;stat rx_plain 6|6 datagrams were dropped because they are not sealed*key use ID --permissive
	alive 0|member a alive 5;stat rx_datagrams 1000;stat rx_unknown_key 6|6 datagrams were dropped because they are sealed with a key that is not here*key add FILE
	alive 0|member a alive 5;stat rx_datagrams 1000;stat rx_forged 6|6 datagrams were dropped because they were not sealed with the key that they name*somebody makes them up
	alive 0|member a alive 5;stat rx_datagrams 2000;stat rx_plain 9;stat rx_unknown_key 9;stat rx_forged 9|problem *none
	alive 0|member a alive 5;stat rx_datagrams 0;stat rx_plain 2;stat rx_unknown_key 2;stat rx_forged 2|problem *none
	alive 0|member a alive 5;stat rx_datagrams 0;stat rx_replayed 99|problem *none
	leaving 0||is telling the group*wait
	left 0||this node has left the group*gossipctl join
END
scene <<<"instance n1 demo isolated 0
changed 12345
member a alive 5 differs"
tap "status: who is cut off is told that, and not of views" equal 1 "$("$ctl" status | grep -c ^problem)"
scene <<<"instance n1 demo conflict 0
holder 10.0.0.7:7946
changed 7
member a alive 5 agrees
member b alive 5 differs
member c alive 5"
tap "status in JSON: who holds the name, and the age of the view" equal "10.0.0.7:7946 7" \
	"$(jsons "d['holder'], d['view_ms']" -j status | tr -d "'(,)")"
tap "members in JSON: who agrees" equal "[None, True, False, None]" "$(jsons "[m['agrees'] for m in d]" -j members)"
usual "stat tx_datagrams 1100
stat rx_cluster 3
stat rx_malformed 4
stat rx_plain 1
stat rx_unknown_key 1
stat rx_forged 1"
tap "status has the traffic" equal "traffic 1200 datagrams received, 1100 sent, 10 dropped" \
	"$("$ctl" status | grep ^traffic | tr -s ' ')"
tap "also in JSON" equal "1200 1100 10" \
	"$(jsons "*(d['traffic'][k] for k in ('received', 'sent', 'dropped'))" -j status)"
scene <<<"instance n1 demo left 0"
tap "status in JSON has them, too" equal "this node has left the group" \
	"$(jsons "d['problems'][0]['problem']" -j status)"

# metrics

usual ""
"$ctl" metrics >"$work/metrics"
tap "metrics are well formed" "$here/prometheus.py" "$work/metrics"
has() { grep -qxF -- "$1" "$work/metrics"; }
tap "metrics: it is up" has 'gossip_up 1'
tap "metrics: members" has 'gossip_members{state="alive"} 2'
tap "metrics: a counter" has 'gossip_rx_datagrams_total 1200'
tap "metrics: a counter that is 0" has 'gossip_probes_total 0'
tap "metrics: none that the module does not have" equal "" "$(grep stalls "$work/metrics")"
tap "metrics: no member unless asked for" equal "" "$(grep member_ "$work/metrics")"
"$ctl" metrics -m >"$work/metrics"
tap "metrics with members are well formed" "$here/prometheus.py" "$work/metrics"
tap "metrics: round-trip time in seconds" has 'gossip_member_rtt_seconds{member="n2"} 0.000159'
"$ctl" metrics -o "$work/file.prom"
tap "metrics in a file" "$here/prometheus.py" "$work/file.prom"
tap "which all can read" equal 644 "$(stat -c %a "$work/file.prom")"
tap "and nothing is left beside it" equal "$work/file.prom" "$(echo "$work"/file.prom*)"
usual unlisted
tap "metrics: members that cannot be listed" says 1 '' 'gossipctl: metrics: *' metrics -m -o "$work/file.prom"
tap "leave nothing beside the file" equal "$work/file.prom" "$(echo "$work"/file.prom*)"
tap "and nothing on standard output" says 1 '' 'gossipctl: metrics: *' metrics -m
usual ""
tap "metrics: a directory that is not there" says 1 '' \
	"gossipctl: metrics: output \"$work/no/file\": cannot write beside it: No such file *" metrics -o "$work/no/file"
scene <<<""
tap "metrics: nothing runs" says 3 '*gossip_up 0' 'gossipctl: metrics: no instance runs *' metrics
tap "and the file says so" says 3 '' 'gossipctl: metrics: no instance runs *' metrics -o "$work/file.prom"
tap "which is well formed" "$here/prometheus.py" "$work/file.prom"

# set, stats, ping

usual "tunable probe_interval 500
tunable suspicion_mult 100
tunable gossip_fanout 3"
tap "set: lists values, units and ranges" equal "probe_interval 500 ms         10 7200000
suspicion_mult 100 hundredths 10 10000
gossip_fanout  3   -          1  8" "$("$ctl" set)"
tap "so it does with --list" equal "$("$ctl" set)" "$("$ctl" set -l)"
tap "set: lists in JSON" equal "probe_interval 500 ms 10 7200000" \
	"$(jsons "*(d[0][k] for k in ('name', 'value', 'unit', 'min', 'max'))" -j set)"
tap "set: says nothing" says 0 '' '' set probe_interval=100 sensitivity=fast
tap "set: what was given, and nothing else" equal "fast 100 3" \
	"$(jsons "d['sensitivity'], d['config']['probe_interval'], d['config']['gossip_fanout']" \
		-j set probe_interval=100 sensitivity=fast | tr -d "'(,)")"
usual "refuse 34 probe_interval: 10 to 7200000 ms are allowed"
tap "set: refused by the kernel" says 1 '' \
	'gossipctl: set: probe_interval: 10 to 7200000 ms are allowed' set probe_interval=1
usual ""
tap "stats: a line a counter" equal "rx_datagrams 1200
probes 0" "$("$ctl" stats | tr -s ' ')"
tap "stats in JSON" equal "1200 0" "$(jsons "d['rx_datagrams'], d['probes']" -j stats | tr -d '(,)')"
usual "pong ack 412
pong nack -1 n3
pong ack 801 n4
pong silent -1 n5"
tap "ping: a line for each way" equal "direct 412 us
via n3: nack
via n4: ack 801 us
via n5: silent" "$("$ctl" ping n2)"
tap "ping in JSON" equal "None n3 n4 n5 412" \
	"$("$ctl" -j ping n2 | /usr/bin/python3 -c 'import json, sys
d = [json.loads(l) for l in sys.stdin]
print(*(p["via"] for p in d), d[0]["rtt_us"])')"
tap "ping: more than once" equal 8 "$("$ctl" ping -c 2 n2 | wc -l)"
usual "pong silent -1
pong nack -1 n3"
tap "ping: reached by no way" says 1 'direct silent
via n3: nack' 'gossipctl: ping: member "n2" was reached by no way' ping n2
usual "pong silent -1
pong ack 900 n3"
tap "ping: reached by one way" says 0 'direct silent*' '' ping n2
usual "refuse 2 no member of that name"
tap "ping: nobody" says 1 '' 'gossipctl: ping: no member of that name' ping n9
tap "ping: a name too long" says 1 '' 'gossipctl: ping: no member of that name' ping "$(printf '%01000d' 0)"
usual "pong ack 5
endless"
tap "ping: its end is never told" says 1 'direct 5 us' \
	'gossipctl: ping: the kernel did not tell of the end: *' ping --timeout 10ms n2

# Errors of each command: the module, the instance, what the kernel refuses.

for command in members monitor status top metrics start stop join leave "wait --alive 1" set stats \
	"ping n2" tag "tag a=1" "event e" "run true" "monitor events" key "key add $work/key" "key use 1a2b3c4d" \
	"key use --none" "key delete 1a2b3c4d"; do
	[ "$command" != top ] || continue
	out=''
	[ "$command" != metrics ] || out='*gossip_up 0'
	scene <<<"unloaded"
	# shellcheck disable=SC2086 # words
	tap "without the module: $command" says 3 "$out" \
		"gossipctl: ${command%% *}: the gossip module is not loaded: run \"modprobe gossip\" or \"insmod gossip.ko\"" $command
	case $command in
	start | stop | join | leave | "tag a=1" | "event e" | "run true" | key*)
		scene <<<"refuse 1"
		# shellcheck disable=SC2086 # words
		tap "without the right: $command" says 1 '' \
			"gossipctl: ${command%% *}: *needs CAP_NET_ADMIN: run as root" $command
		scene <<<"refuse 28 not on a Sunday"
		# shellcheck disable=SC2086 # words
		tap "refused by the kernel: $command" says 1 '' "gossipctl: ${command%% *}: *not on a Sunday" $command
		;;&
	start | stop | join | leave) ;;
	*)
		scene <<<""
		# shellcheck disable=SC2086 # words
		tap "without an instance: $command" says 3 "$out" \
			"gossipctl: ${command%% *}: no instance runs in this network namespace: run \"gossipctl start\"" $command
		;;
	esac
done
scene <<<"refuse 19 there is no such interface"
tap "start without a device is no missing instance" says 1 '' 'gossipctl: start: there is no such interface' start
usual ""
tap "standard output that is full" equal 1 "$("$ctl" members 2>"$work/err" >/dev/full || echo $?)"
tap "is an error in words" equal "gossipctl: members: cannot write to standard output: No space left on device" \
	"$(cat "$work/err")"
tap_end
