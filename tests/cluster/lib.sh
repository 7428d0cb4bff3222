# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For scripts that run in a test machine: N namespaces on a bridge, TAP, and
# waiting for a condition with a limit. Sourced, not run.
#
# Nodes are n1 to nN, with 10.7.0.1 to 10.7.x.y and fd07::1 on. Each is a network
# namespace whose eth0 hangs on the bridge br0 of the namespace "switch", where
# the other end is called like the node.

TAP_COUNT=0
TAP_FAILED=0

# tap CONDITION... -- NAME: one test.
tap() {
	local name=${*: -1}
	local -a condition=("${@:1:$#-2}")
	local status=0

	TAP_COUNT=$((TAP_COUNT + 1))
	"${condition[@]}" || status=$?
	if [ "$status" = 0 ]; then
		echo "ok $TAP_COUNT - $name"
		return
	fi
	TAP_FAILED=$((TAP_FAILED + 1))
	echo "not ok $TAP_COUNT - $name"
	echo "# ${condition[*]}: status $status" | command cut -c 1-200
	[ ! -s /tmp/diagnosis ] || sed 's/^/# /' /tmp/diagnosis
	: >/tmp/diagnosis
}

tap_end() {
	echo "1..$TAP_COUNT"
	exit $((TAP_FAILED > 0))
}

# pause SECONDS: a sleep without a process; nobody writes there.
exec {PAUSE}<> <(:)
pause() {
	read -rt "$1" -u "$PAUSE" || true
}

# until_true SECONDS CONDITION...: waits for it, of the machine's time, and three times as
# long on a kernel that is slow; looks every STEP seconds, and not before that time is over
# for the last time.
until_true() {
	local end=$((${EPOCHREALTIME/./} + $1 * PATIENCE * 1000000)) begun

	shift
	while :; do
		begun=${EPOCHREALTIME/./}
		! "$@" || return 0
		[ "$begun" -lt "$end" ] || return 1
		pause "${STEP:-0.1}"
	done
}

# ms COMMAND...: how long it takes, in MS; its status.
ms() {
	local begun=${EPOCHREALTIME/./} status=0

	"$@" || status=$?
	MS=$(((${EPOCHREALTIME/./} - begun) / 1000))
	return "$status"
}

# within MS COMMAND...: it is done by then, and well.
within() {
	local status=0

	ms "${@:2}" || status=$?
	echo "# ${*:2}: $MS ms"
	[ "$status" = 0 ] && [ "$MS" -le "$1" ]
}

# The last octets of node $1's address.
host_part() {
	echo "$(($1 / 250)).$(($1 % 250))"
}

ip4() {
	echo "10.7.$(host_part "$1")"
}

ip6() {
	printf 'fd07::%x\n' "$1"
}

# on NODE COMMAND...: in its namespace. In the background call at itself: a function runs in
# a shell of its own there, and it is that which a kill would end.
on() {
	at "$1" "${@:2}"
}

# ctl NODE COMMAND...
ctl() {
	gossipctl --netns "$@"
}

create_switch() {
	ip netns add switch
	ip -n switch link set lo up
	ip -n switch link add br0 type bridge
	ip -n switch link set br0 up
}

create_node() {
	local node=n$1

	ip netns add "$node" || return
	ip -n switch -batch - <<-END || return
		link add $node type veth peer name eth0 netns $node
		link set $node master br0 up
	END
	ip -n "$node" -batch - <<-END
		link set lo up
		link set eth0 up
		addr add $(ip4 "$1")/16 dev eth0
		addr add $(ip6 "$1")/64 dev eth0 nodad
	END
}

# A namespace that was deleted is taken apart later, and only then the name is free.
has_no_port() {
	! ip -n switch link show "$1" >/dev/null 2>&1
}

# create_nodes FIRST LAST
create_nodes() {
	local i

	ip netns pids switch >/dev/null 2>&1 || create_switch
	for ((i = $1; i <= $2; i++)); do
		create_node "$i"
	done
}

remove_nodes() {
	local i

	for ((i = $1; i <= $2; i++)); do
		ip netns delete "n$i"
	done
}

# Takes a node's cable out, and puts it in again.
cut() {
	ip -n switch link set "$1" down
}

mend() {
	ip -n switch link set "$1" up
}

load() {
	insmod "$GOSSIP_KO" "$@"
}

# start_nodes FIRST LAST [ARGUMENTS of start]: n1 is everybody's seed.
start_nodes() {
	local i

	for ((i = $1; i <= $2; i++)); do
		ctl "n$i" start --name "n$i" --peer "$(ip4 1)" "${@:3}"
	done
}

# set_nodes FIRST LAST NAME=VALUE...
set_nodes() {
	local i

	for ((i = $1; i <= $2; i++)); do
		ctl "n$i" set "${@:3}"
	done
}

# News after two quiet seconds is told at once, other in the next round of gossip, or with
# the next probe. Where these are far apart, what is heard within AT_ONCE ms was told at
# once, even if the machine is slow.
# shellcheck disable=SC2034 # for scripts
FAR_APART=(gossip_interval=4000 probe_interval=4000) AT_ONCE=1000 QUIET=2.5
# shellcheck disable=SC2034 # for scripts
AS_USUAL=(gossip_interval=200 probe_interval=500)

# gossip_file NODE FILE: a file of /sys/kernel/gossip as the node sees it.
gossip_file() {
	on "$1" cat "/sys/kernel/gossip/$2"
}

# stats NAME NODE...: the counter's sum.
stats() {
	local node sum=0

	for node in "${@:2}"; do
		sum=$((sum + $(gossip_file "$node" "stats/$1")))
	done
	echo "$sum"
}

is_isolated() {
	[ "$(gossip_file "$1" state)" = isolated ]
}

# stat_of NODE COUNTER
stat_of() {
	gossip_file "$1" "stats/$2"
}

# is_more NODE COUNTER THAN
is_more() {
	[ "$(stat_of "$1" "$2")" -gt "$3" ]
}

# grows SECONDS NODE COUNTER COMMAND...: within that time after COMMAND, or at once.
grows() {
	local before

	before=$(stat_of "$2" "$3") || return
	"${@:4}"
	until_true "$1" is_more "$2" "$3" "$before"
}

# stays NODE COUNTER COMMAND...: at what it was.
stays() {
	local before

	before=$(stat_of "$1" "$2") || return
	"${@:3}"
	[ "$(stat_of "$1" "$2")" = "$before" ]
}

# state_of NODE MEMBER: as the listing of NODE has it.
state_of() {
	local name state

	while read -r name _ state _; do
		[ "$name" != "$2" ] || echo "${state%%+*}"
	done < <(gossip_file "$1" members)
}

# all_see STATE MEMBER NODE...
all_see() {
	local node

	for node in "${@:3}"; do
		[ "$(state_of "$node" "$2")" = "$1" ] || return 1
	done
}

# counts STATE NUMBER NODE...: each of the nodes counts NUMBER members in STATE.
counts() {
	local node

	for node in "${@:3}"; do
		[ "$(gossip_file "$node" "$1")" = "$2" ] || return 1
	done
}

# together NUMBER NODE...: NUMBER members alive in each view, and the views equal.
together() {
	local node seen first=

	for node in "${@:2}"; do
		seen=$(on "$node" cat /sys/kernel/gossip/alive /sys/kernel/gossip/view)
		: "${first:=$seen}"
		[ "${seen%%$'\n'*}" = "$1" ] && [ "$seen" = "$first" ] || return 1
	done
}

# refused TEXT COMMAND...: fails with one line that has TEXT in it.
refused() {
	local text=$1 status=0

	shift
	"$@" >/tmp/diagnosis 2>&1 || status=$?
	[ "$status" != 0 ] && [ "$(wc -l </tmp/diagnosis)" = 1 ] &&
		grep -qF -- "$text" /tmp/diagnosis
}

# status NUMBER COMMAND...: exit status of the command.
status() {
	local expected=$1 got=0

	shift
	"$@" >/tmp/diagnosis 2>&1 || got=$?
	[ "$got" = "$expected" ]
}

# Kernels that tests/vm builds with little in them; those of them that watch memory, locking
# or accesses, where all is several times slower; and the one that watches accesses.
is_built_here() {
	[[ $(uname -r) = *-gossip* ]]
}

is_slow() {
	[[ $(uname -r) = *-gossip-* ]]
}

is_watched() {
	[[ $(uname -r) = *-gossip-kcsan ]]
}

PATIENCE=1
! is_slow || PATIENCE=3

# watch_one_in NUMBER COMMAND...: of the module's accesses meanwhile, where they are watched.
watch_one_in() {
	local skip=/sys/module/kcsan/parameters/skip_watch before status=0

	if ! is_watched; then
		"${@:2}"
		return
	fi
	before=$(cat "$skip")
	echo "$1" >"$skip"
	"${@:2}" || status=$?
	echo "$before" >"$skip"
	return "$status"
}

TRACE=/sys/kernel/tracing

# netns NODE: as the tracepoints tell it.
netns() {
	stat -L -c %i "/run/netns/$1"
}

# traced TEXT: a line has it; the pattern is grep's.
traced() {
	grep -q -- "$1" "$TRACE/trace"
}

# A warning of the kernel ends the run in tests/vm/run.sh; this is for one's own.
log_has() {
	dmesg | grep -qF -- "$1"
}
