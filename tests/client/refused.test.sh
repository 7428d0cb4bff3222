#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is refused is refused in one line, on which a newcomer can act: the command, on what,
# why, and what to do. A table: exit status, command, what the line has to say.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

LONG=$(printf 'v%.0s' {1..520})
NAME=$(printf 'n%.0s' {1..64})

# says STATUS TEXT COMMAND...: on standard error, and nothing else there.
says() {
	local want=$1 text=$2 got=0

	shift 2
	timeout $((20 * PATIENCE)) "$@" >/dev/null 2>/tmp/diagnosis || got=$?
	[ "$got" = "$want" ] && [ "$(wc -l </tmp/diagnosis)" = 1 ] &&
		grep -q "^gossipctl: " /tmp/diagnosis && grep -qF -- "$text" /tmp/diagnosis
}

# table COMMAND...: rows of "STATUS|ARGUMENTS|TEXT" from standard input, for COMMAND; %L is
# a text of 520 letters, %N a name of 64.
table() {
	local status arguments text

	while IFS='|' read -r status arguments text; do
		arguments=${arguments//%L/$LONG}
		arguments=${arguments//%N/$NAME}
		# shellcheck disable=SC2086 # words
		tap says "$status" "$text" "$@" $arguments -- "$(echo "$arguments" | command cut -c 1-50): $text"
	done
}

# Only its owner may read it: else there would be a second line.
(umask 077 && gossipctl key generate >/tmp/key)
echo QUJD >/tmp/short
(umask 077 && head -c 32 /dev/zero | base64 >/tmp/zero)
table gossipctl <<'END'
3|members|the gossip module is not loaded: run "modprobe gossip"
3|monitor|the gossip module is not loaded: run "modprobe gossip"
3|status|the gossip module is not loaded: run "modprobe gossip"
3|start name=x|the gossip module is not loaded: run "modprobe gossip"
3|join 10.7.0.9|the gossip module is not loaded: run "modprobe gossip"
3|leave|the gossip module is not loaded: run "modprobe gossip"
3|stop|the gossip module is not loaded: run "modprobe gossip"
3|set probe_interval=500|the gossip module is not loaded: run "modprobe gossip"
3|stats|the gossip module is not loaded: run "modprobe gossip"
3|metrics|the gossip module is not loaded: run "modprobe gossip"
3|ping n2|the gossip module is not loaded: run "modprobe gossip"
3|wait --alive 1|the gossip module is not loaded: run "modprobe gossip"
3|tag a=1|the gossip module is not loaded: run "modprobe gossip"
3|event e|the gossip module is not loaded: run "modprobe gossip"
3|key|the gossip module is not loaded: run "modprobe gossip"
3|key add /tmp/key|the gossip module is not loaded: run "modprobe gossip"
3|key use --none|the gossip module is not loaded: run "modprobe gossip"
3|key delete 1a2b3c4d|the gossip module is not loaded: run "modprobe gossip"
3|run true|the gossip module is not loaded: run "modprobe gossip"
2|frobnicate|no such command "frobnicate": see "gossipctl --help"
2|members --state up|no such state "up": alive, suspect, failed, left are allowed
2|top|needs a terminal: use "gossipctl members"
2|key frob|no such action "frob": add, delete, use, generate are allowed
2|key add|a file with the key is missing: see "gossipctl key --help"
2|key use|which? the id of a key is missing: see "gossipctl key"
2|key use 1a2b|id "1a2b": 8 hexadecimal digits are needed, as "gossipctl key" lists them
2|key delete nonesuch|id "nonesuch": 8 hexadecimal digits are needed, as "gossipctl key" lists them
2|key use --none 1a2b3c4d|--none is without an id and without --permissive
1|key add /tmp/none|key "/tmp/none": cannot read it: No such file or directory
1|key add /tmp/short|key "/tmp/short": 3 bytes are there, and 32 are needed: "gossipctl key generate" makes one
1|key add /etc/passwd|key "/etc/passwd": a line of base64 is needed, as "gossipctl key generate" prints it
1|start --key /tmp/none|key "/tmp/none": cannot read it: No such file or directory
END
load
create_nodes 1 2
table gossipctl --netns n2 <<'END'
3|members|no instance runs in this network namespace: run "gossipctl start"
3|monitor events|no instance runs in this network namespace: run "gossipctl start"
3|stop|no instance runs in this network namespace: run "gossipctl start"
3|leave|no instance runs in this network namespace: run "gossipctl start"
3|join 10.7.0.9|no instance runs in this network namespace: run "gossipctl start"
3|set probe_interval=500|no instance runs in this network namespace: run "gossipctl start"
3|stats|no instance runs in this network namespace: run "gossipctl start"
3|metrics|no instance runs in this network namespace: run "gossipctl start"
3|ping n2|no instance runs in this network namespace: run "gossipctl start"
3|tag a=1|no instance runs in this network namespace: run "gossipctl start"
3|key|no instance runs in this network namespace: run "gossipctl start"
3|key add /tmp/key|no instance runs in this network namespace: run "gossipctl start"
3|key use 1a2b3c4d|no instance runs in this network namespace: run "gossipctl start"
3|key use --none|no instance runs in this network namespace: run "gossipctl start"
3|key delete 1a2b3c4d|no instance runs in this network namespace: run "gossipctl start"
3|event e|no instance runs in this network namespace: run "gossipctl start"
3|run true|no instance runs in this network namespace: run "gossipctl start"
3|wait --alive 1|no instance runs in this network namespace: run "gossipctl start"
2|start --name %N|1 to 63 characters of A-Z a-z 0-9 . _ - are allowed
2|start --profile moon|profile "moon": lan, wan, local are allowed
2|start --peer nowhere|peer "nowhere": no address: ADDR, IPV4:PORT or [IPV6]:PORT is needed
2|start speed=1|no such parameter "speed": see "gossipctl start --help"
1|start --key /tmp/zero|all bytes of the secret are zero
1|start --bind 10.99.0.1|bind "10.99.0.1"
1|start --set probe_interval=7|probe_interval 7: 
1|start --bind 0.0.0.0 --peer fd00::1|peer "[fd00::1]"
1|--netns nosuch members|netns "nosuch": cannot open /run/netns/nosuch: No such file or directory: see "ip netns list"
END
ctl n1 start --name n1
gossipctl --netns n1 run --service held -- sleep 1000 &
RUN=$!
until_true 30 pgrep -P "$RUN" >/dev/null
table gossipctl --netns n1 <<'END'
1|start --name again|an instance already runs in this namespace: stop it first
1|wait --member nobody --timeout 0|there is no member "nobody"
1|wait --alive 9 --timeout 0|1 of 9 members are alive
1|wait --converged 2 --timeout 0|0 of 2 other members were heard with the view of this one
2|wait --converged n2|converged "n2": a number of other members from 1 on is needed
1|ping nobody|no member of that name
1|ping n1|it is this member itself
1|set probe_interval=7|probe_interval 7: 10 to 7200000 ms are allowed
2|set speed=1|no such tunable "speed": see "gossipctl set --help"
2|wait|for what? --alive, --member or --converged is needed
1|tag %L=1|": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed
1|event %L|": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed
2|run --service %L true|": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed: name it with --service
2|tag zone|"zone" is no KEY=VALUE: see "gossipctl tag --help"
1|tag a@b=1|tag "a@b": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed
1|tag k=%L|the tags take 525 bytes: 512 are allowed
1|event e %L|event "e": 520 bytes of payload are too many: 511 are allowed with this name
1|event a@b|event "a@b": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed
2|monitor all|no such kind of event "all": members, events are allowed
1|run --service held true|held
2|run --service a@b true|service "a@b": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed: name it with --service
2|run --ttl 0 true|ttl "0": a time of 1ms to 49 days is needed; leave it out for none
127|run /no/such/program|cannot run "/no/such/program": No such file or directory
END
ctl n1 tag zone=north
tap says 1 "tags take more than 512 bytes" gossipctl --netns n1 tag "k=${LONG:0:507}" -- "tags that are too much with those that are there"
tap says 1 "UTF-8 without control characters" gossipctl --netns n1 tag $'k=a\tb' -- "a tag with a control character"
tap says 1 "UTF-8 without control characters" gossipctl --netns n1 tag $'k=\xff' -- "a tag that is no UTF-8"
tap [ "$(ctl n1 tag)" = "zone north" ] -- "leave those that are there as they are"

# Keys: all that there can be, the first of them in use.
ID=$(ctl n1 key add /tmp/key)
ctl n1 key use "$ID"
for ((i = 1; i < 8; i++)); do
	gossipctl key generate | ctl n1 key add - >/dev/null
done
(umask 077 && gossipctl key generate >/tmp/other)
table gossipctl --netns n1 <<END
1|key add /tmp/key|this key is there already
1|key add /tmp/zero|all bytes of the secret are zero
1|key add /tmp/other|there are 8 keys already: delete one that is not used any more
1|key delete $ID|id $ID: it seals what is sent: use another one first, or none
1|key delete 00000000|id 00000000: no key of that id
1|key use 00000000|id 00000000: no key of that id
END
tap [ "$(ctl n1 key | grep -c .)" = 8 ] -- "leave those that are there as they are"
tap [ "$(ctl n1 key | head -n 1)" = "$ID primary" ] -- "and the first in use"

# Without CAP_NET_ADMIN, in the namespace of the instance.
table at n1 unshare -U gossipctl <<'END'
1|stop|needs CAP_NET_ADMIN: run as root
1|leave|needs CAP_NET_ADMIN: run as root
1|start|needs CAP_NET_ADMIN: run as root
1|join 10.7.0.9|needs CAP_NET_ADMIN: run as root
1|set gossip_fanout=4|needs CAP_NET_ADMIN: run as root
1|ping n2|needs CAP_NET_ADMIN: run as root
1|tag a=1|needs CAP_NET_ADMIN: run as root
1|event e|needs CAP_NET_ADMIN: run as root
1|key|needs CAP_NET_ADMIN: run as root
1|key add /tmp/key|needs CAP_NET_ADMIN: run as root
1|key use --none|needs CAP_NET_ADMIN: run as root
1|key delete 00000000|needs CAP_NET_ADMIN: run as root
1|run true|CAP_NET_ADMIN
END
tap status 0 on n1 unshare -U gossipctl members -- "who may not do that may look"
tap status 0 on n1 unshare -U gossipctl status -- "and ask how it is"
tap [ "$(on n1 unshare -U gossipctl status | grep -c "^keys ")" = 0 ] -- "but is told nothing of keys"
kill "$RUN"
wait "$RUN" || true
ctl n1 leave
table gossipctl --netns n1 <<'END'
1|event e|this member is out of its group: it left, or another one holds its name
END
rmmod gossip
remove_nodes 1 2
tap_end
