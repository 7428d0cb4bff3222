#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gossipctl wait, as scripts and units use it, and what status says in words meanwhile.
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"

# tells NODE WORDS: its status has them.
tells() {
	ctl "$1" status >/tmp/diagnosis
	grep -qF -- "$2" /tmp/diagnosis
}

load
create_nodes 1 3
tap status 3 ctl n1 wait --alive 1 --timeout 5 -- "without an instance wait does not wait"
ctl n2 start name=n2 peers="$(ip4 1)"
tap tells n2 "no seed has answered yet" -- "status says that no seed answers"
tap tells n2 "$(ip4 1):7946, and that UDP port 7946 passes" -- "and where to look"
tap refused "1 of 3 members are alive" ctl n2 wait --alive 3 --timeout 1 -- "wait says what is lacking"
gossipctl --netns n2 wait --alive 3 --converged --timeout 60 &
waiter=$!
start_nodes 1 1
start_nodes 3 3
tap wait "$waiter" -- "wait ends when three are alive, and it has settled"
tap together 3 n1 n2 n3 -- "and they are"
tap tells n1 "problem              none" -- "status says that nothing is wrong"
tap ctl n1 wait --alive 3 --member n3 --timeout 0 -- "what is so needs no time"

gossipctl --netns n1 wait --member n3 --state failed --timeout 60 &
waiter=$!
cut n3
tap wait "$waiter" -- "wait ends when a member has failed"
tap all_see failed n3 n1 -- "and it has"
tap tells n1 "1 member failed: n3" -- "status names it"
tap until_true 30 tells n3 "this node hears no other member" -- "status of who is cut off says so"
tap tells n3 "firewall: UDP port 7946" -- "and where to look"
mend n3
tap ctl n3 wait --alive 3 --converged --timeout 90 -- "wait ends when all is well again"

ctl n3 leave
tap tells n3 'run "gossipctl join"' -- "status of who left says how to come back"
tap ctl n1 wait --member n3 --state left --timeout 20 -- "wait for one that leaves"
gossipctl --netns n2 wait --alive 9 >/tmp/said 2>&1 &
waiter=$!
until_true 5 pgrep -f 'wait --alive 9' >/dev/null
ctl n2 stop
tap status 3 wait "$waiter" -- "wait ends with 3 when the instance ends"
gossipctl --netns n1 wait --alive 9 >/tmp/said 2>&1 &
waiter=$!
until_true 5 pgrep -f 'wait --alive 9' >/dev/null
rmmod gossip
tap status 3 wait "$waiter" -- "and when the module is unloaded"
remove_nodes 1 3
tap_end
