#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What one processor writes another reads: counters under a flood, records and settings
# that change. Few at a time and without a pause, so that each is met often; on kcsan, which
# watches more accesses here than elsewhere, the machine's log says whether a lock was missing.
# The argument says for how many seconds each lasts (default 5; 15 on kcsan).
set -eu
. "$GOSSIP_ROOT/cluster/lib.sh"
. "$GOSSIP_ROOT/cluster/storms.sh"

TIME=5
! is_watched || TIME=15
TIME=${1:-$TIME}
GAP=0

blow() {
	local end=$((SECONDS + TIME))

	begin "$@"
	until is_over "$end"; do
		pause 0.5
	done
	calm
}

# race NAME...: these at the same time, for so long.
race() {
	watch_one_in 100 blow "$@"
	all_blew
}

load
create_nodes 1 3
start_nodes 1 3 --profile local
tap until_true 90 together 3 n1 n2 n3 -- "a group"
tap race garbage counters -- "counters are read while they count"
tap race tellers dumps pollers -- "members are listed while they change"
tap race tellers files readers -- "all files are read while settings change"
tap until_true 90 together 3 n1 n2 n3 -- "the group is well"
rmmod gossip
remove_nodes 1 3
tap_end
