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
gossipctl --netns n2 wait --alive 3 --converged 2 --timeout $((60 * PATIENCE)) &
waiter=$!
start_nodes 1 1
start_nodes 3 3
tap wait "$waiter" -- "wait ends when three are alive, and agree"
tap together 3 n1 n2 n3 -- "and they are"
tap tells n1 "problem              none" -- "status says that nothing is wrong"
tap ctl n1 wait --converged 2 --timeout 20 -- "all agree in the views that were heard"
tap refused "2 of 3 other members were heard with the view of this one" ctl n1 wait --converged 3 --timeout 0 \
	-- "wait says how many do not"
tap ctl n1 wait --alive 3 --member n3 --timeout 0 -- "what is so needs no time"

gossipctl --netns n1 wait --member n3 --state failed --timeout $((60 * PATIENCE)) &
waiter=$!
cut n3
tap wait "$waiter" -- "wait ends when a member has failed"
tap all_see failed n3 n1 -- "and it has"
tap tells n1 "1 member failed: n3" -- "status names it"
tap until_true 30 tells n3 "this node hears no other member" -- "status of who is cut off says so"
tap tells n3 "firewall: UDP port 7946" -- "and where to look"
mend n3
tap ctl n3 wait --alive 3 --converged 2 --timeout 90 -- "wait ends when all is well again"

# In the namespace of n4, which has no room for all.
create_nodes 4 5
ctl n4 start --name n4 --peer "$(ip4 1)" --set max_members=3
tap until_true 30 tells n4 "the view of 2 of 2 members heard differs" -- "status of who lacks members says so"
tap tells n4 "the table is full: 3 members are known, and others were refused" -- "and why"
tap tells n4 "gossipctl set max_members=N" -- "and what to do"
tap until_true 30 tells n1 "problem              none" -- "and that of another does not"
tap refused "0 of 1 other members" ctl n4 wait --converged 1 --timeout 1 -- "nor has it converged"
ctl n4 set max_members=16
tap until_true 60 tells n4 "problem              none" -- "what it says to do helps"
ctl n4 stop
ctl n5 start --name n2 --peer "$(ip4 1)"
tap until_true 20 tells n5 "the name \"n2\" is held by another live member, at $(ip4 2):7946" \
	-- "status of a second one with a name says where the first is"
ctl n5 stop
now=$(date +%s)
date -s "@$((now - 86400))" >/dev/null
tap until_true 5 tells n1 "the clock went back" -- "status says that the clock went back"
date -s "@$((now + 1))" >/dev/null

ctl n3 leave
tap tells n3 'run "gossipctl join"' -- "status of who left says how to come back"
tap ctl n1 wait --member n3 --state left --timeout 20 -- "wait for one that leaves"
gossipctl --netns n2 wait --alive 9 >/tmp/said 2>&1 &
waiter=$!
until_true 30 pgrep -f 'wait --alive 9' >/dev/null
ctl n2 stop
tap status 3 wait "$waiter" -- "wait ends with 3 when the instance ends"
gossipctl --netns n1 wait --alive 9 >/tmp/said 2>&1 &
waiter=$!
until_true 30 pgrep -f 'wait --alive 9' >/dev/null
rmmod gossip
tap status 3 wait "$waiter" -- "and when the module is unloaded"
remove_nodes 1 5
tap_end
