#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: check.sh [PART...]
#   quick    what runs on this machine, KUnit, clusters and client on uml and the stock kernel
#   kernels  clusters on every kernel, with data races and locking watched on one
#   debug    KUnit and clusters where memory and locking are watched, and memory fails
#   long     in virtual time: a thousand members, and days of 128; what lasts longer: machines that
#            stop, partitions, the regressions of others
#   packages the packages and the unit, built and installed; Wireshark's dissector
# Without one it is quick; what is in several of them is run once. Several jobs run at a
# time; each line that one prints has its name in front. The last line is the number of
# tests that passed and failed.
# KERNELS: the kernels for the cluster tests of quick and kernels; SCRIPTS: names of
# cluster tests, if not all are to run; RESULTS: where TAP and logs are left, and the list
# of what counts; CYCLES: how often namespaces come and go under kmemleak and lockdep;
# UML: the user-mode Linux of quick (uml; with uml-debug nothing else need be built for debug,
# and what is long in virtual time is left to uml);
# LATEST: seconds after which no job is begun, but those that are to be early, or alone;
# LANES: how many jobs run at a time that keep a processor busy.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

PARTS=("${@:-quick}")
RESULTS=${RESULTS:-$GOSSIP_CACHE/results/$(IFS=- && echo "${PARTS[*]}")}
CYCLES=${CYCLES:-50}
# More of them than processors only makes each slower than its tests expect.
LANES=${LANES:-$(nproc)}
UML=${UML:-uml}
LATEST=${LATEST:-1000000}
TAP=()
JOBS=()
EARLY=()
HEAVY=()
LIGHT=()
ALONE=()
KERNELS_USED=()

# Each job is a process group of its own, which the terminal does not interrupt.
set -m
stop_jobs() {
	local group
	for group in $(jobs -p); do
		kill -- "-$group" 2>/dev/null || true
	done
}
trap stop_jobs EXIT
trap 'exit 130' INT TERM HUP

# begin NAME COMMAND...: in the background; says at its end how long it took, and how much of
# that a processor worked for it.
begin() {
	{
		TIMEFORMAT="check.sh: took %0R s, %0U s + %0S s of a processor"
		time "${@:2}"
		printf '%s\n' "${TAP[@]}" >"$RESULTS/$1.list"
	} </dev/null 2>&1 | tee "$RESULTS/$1.out" | sed -u "s/^/$1: /" &
}

# queue QUEUE NAME COMMAND...: even if several parts ask for it a job is done once.
queue() {
	local -n to=$1
	[[ " ${JOBS[*]} " != *" $2 "* ]] || return 0
	JOBS+=("$2")
	to+=("${*:2}")
}

# begin_next QUEUE: the first of it.
begin_next() {
	local -n from=$1
	# shellcheck disable=SC2086 # a list of words
	begin ${from[0]}
	from=("${from[@]:1}")
}

# job NAME COMMAND...: one that keeps a processor busy.
job() {
	queue HEAVY "$@"
}

# early NAME COMMAND...: before all others, one that is never left out for want of time.
early() {
	queue EARLY "$@"
}

# light NAME COMMAND...: one that waits for most of its time.
light() {
	queue LIGHT "$@"
}

# alone NAME COMMAND...: after all others, one whose tests are of how quick something is.
alone() {
	queue ALONE "$@"
}

# needs KERNEL...: it is there, with the module for it, before anything is tested. A build
# keeps all processors busy, and tests that run beside it would find all late.
needs() {
	local kernel
	for kernel; do
		[[ " ${KERNELS_USED[*]} " = *" $kernel "* ]] || KERNELS_USED+=("$kernel")
	done
}

# What fails here does so again in each job that needs it, and is counted there.
prepare() {
	local kernel
	tests/vm/userspace.sh >/dev/null || true
	for kernel in "${KERNELS_USED[@]}"; do
		tests/vm/module.sh "$kernel" >/dev/null || true
	done
	say "kernels, modules and client are there after $SECONDS s"
}

# leave_out JOB...: there is no time for them, which is said, and counted as skipped.
leave_out() {
	local job name
	for job; do
		name=${job%% *}
		say "$name is left out: $SECONDS s are over"
		printf '1..1\nok 1 - %s # SKIP for want of time\n' "$name" >"$RESULTS/$name.verdict"
		echo "$RESULTS/$name.verdict" >"$RESULTS/$name.list"
	done
}

# LANES of those that are busy, and one more of those that wait.
run_jobs() {
	local group heavy light light_groups=
	while :; do
		if [ "$SECONDS" -ge "$LATEST" ]; then
			leave_out "${HEAVY[@]}" "${LIGHT[@]}"
			HEAVY=() LIGHT=()
		fi
		heavy=0 light=0
		for group in $(jobs -rp); do
			[[ "$light_groups " = *" $group "* ]] && light=$((light + 1)) || heavy=$((heavy + 1))
		done
		if [ "${#EARLY[@]}" -gt 0 ] && [ "$heavy" -lt "$LANES" ]; then
			begin_next EARLY
		elif [ "${#HEAVY[@]}" -gt 0 ] && [ "$heavy" -lt "$LANES" ]; then
			begin_next HEAVY
		elif [ "${#LIGHT[@]}" -gt 0 ] && [ $((heavy + light)) -le "$LANES" ] &&
			{ [ "$light" = 0 ] || [ "${#HEAVY[@]}" = 0 ]; }; then
			begin_next LIGHT
			light_groups+=" $(jobs -p %%)"
		elif [ $((heavy + light)) -gt 0 ]; then
			wait -n || true
		elif [ "${#ALONE[@]}" -gt 0 ]; then
			begin_next ALONE
		else
			return 0
		fi
	done
}

# verdict NAME STATUS: a machine that failed, or complained in its log, counts as a
# failed test even where every test in it passed.
verdict() {
	TAP+=("$RESULTS/$1.verdict")
	{
		echo "1..1"
		[ "$2" = 0 ] || printf 'not '
		echo "ok 1 - $1 ends well and in time"
		echo "# status $2"
	} >"$RESULTS/$1.verdict"
}

# on_host NAME DIRECTORY: the tests of a program that runs here.
on_host() {
	local rc=0
	say "$1, on this machine"
	make --no-print-directory -s -C "$2" O="$GOSSIP_CACHE/build/check-$1" check |
		tee "$RESULTS/$1.tap" || rc=$?
	TAP+=("$RESULTS/$1.tap")
	verdict "$1" "$rc"
}

# That what fails in a machine is seen outside of it.
check_machines() {
	local rc=0
	say "the test machines themselves"
	tests/vm/selftest.sh "$UML" | tee "$RESULTS/machines.tap" || rc=$?
	TAP+=("$RESULTS/machines.tap")
	verdict machines "$rc"
}

check_kunit() {
	local rc=0
	say "KUnit on $1"
	tests/vm/run.sh -k "$1" -o "$RESULTS/kunit-$1" tests/vm/kunit.sh || rc=$?
	TAP+=("$RESULTS/kunit-$1/log")
	verdict "kunit-$1" "$rc"
}

# check_cluster NAME KERNEL SCRIPT...: in one machine. QEMU is 20 times slower than
# native: its limits are wider, and more so those of a kernel that watches memory or races.
# They are for what hangs.
check_cluster() {
	local name=$1 kernel=$2 rc=0 each=400 all=2400
	case $kernel in
	debian-*) each=800 all=3600 ;;
	uml-debug | kcsan) each=1200 all=5400 ;;
	esac
	say "clusters on $kernel"
	tests/vm/run.sh -k "$kernel" -t "$all" -o "$RESULTS/$name" \
		tests/vm/each.sh "$each" "${@:3}" || rc=$?
	TAP+=("$RESULTS/$name/tap")
	# A test that failed is counted by itself.
	[ "$rc" != 1 ] || ! grep -q '^not ok' "$RESULTS/$name/tap" || rc=0
	verdict "$name" "$rc"
}

# is_wanted NAME: of all tests, or of those that SCRIPTS names.
is_wanted() {
	[ -z "${SCRIPTS:-}" ] || [[ " $SCRIPTS " = *" $1 "* ]]
}

# scripts FOLDER [BUT]: its tests but that one, as far as they are wanted.
scripts() {
	local script name
	for script in "tests/$1"/*.test.sh; do
		name=${script##*/} name=${name%.test.sh}
		[ "$name" = "${2:-}" ] || ! is_wanted "$name" || echo "$script"
	done
}

# clusters KERNEL: dealt out to two machines, to four where all takes long.
clusters() {
	local scripts but='' parts=('' '') names=(a b c d) i
	needs "$1"
	case $1 in
	uml-debug | kcsan) parts+=('' '') ;;
	esac
	# There churn is the job leaks, in virtual time.
	if [ "$1" = uml-debug ]; then
		but=churn
		! is_wanted "$but" || light leaks check_leaks
	fi
	mapfile -t scripts < <(scripts cluster "$but")
	for i in "${!scripts[@]}"; do
		parts[i % ${#parts[@]}]+=" ${scripts[i]}"
	done
	for i in "${!parts[@]}"; do
		# shellcheck disable=SC2086 # a list of words
		[ -z "${parts[i]}" ] || machine "$1" "$1-${names[i]}" ${parts[i]}
	done
}

# of_any_kernel KERNEL: what depends on the client, or on the protocol, is tested in fewer
# machines than what depends on the kernel.
of_any_kernel() {
	local scripts
	needs "$1"
	mapfile -t scripts < <(scripts client && scripts protocol)
	[ "${#scripts[@]}" = 0 ] || machine "$1" "$1-any" "${scripts[@]}"
}

# machine KERNEL NAME SCRIPT...: no processor is emulated in user-mode Linux, and it has one.
machine() {
	local as=job
	[[ $1 != uml* ]] || as=light
	"$as" "$2" check_cluster "$2" "$1" "${@:3}"
}

# in_machine NAME KERNEL OPTIONS... SCRIPT ARGUMENTS...: one script that prints TAP.
in_machine() {
	local name=$1 rc=0
	say "$name, on $2"
	tests/vm/run.sh -k "$2" -o "$RESULTS/$name" "${@:3}" || rc=$?
	TAP+=("$RESULTS/$name/tap")
	[ "$rc" != 1 ] || ! grep -q '^not ok' "$RESULTS/$name/tap" || rc=0
	verdict "$name" "$rc"
}

# In virtual time, which waiting does not cost.
check_large() {
	in_machine large uml -T -m 2G -t 1500 tests/cluster/large.sh 300 20
}

# check_day NAME MEMBERS HOURS KIND: the machine is one with much to do.
check_day() {
	in_machine "$1" uml -T -a seccomp=auto -m 1G -t 5400 tests/cluster/day.sh "${@:2}"
}

check_thousand() {
	in_machine thousand uml -T -a seccomp=auto -m 2G -t 5400 tests/cluster/thousand.sh
}

check_leaks() {
	in_machine leaks uml-debug -T -t 1500 tests/cluster/churn.test.sh "$CYCLES"
}

# packages or dissector: in trees of the distribution, and each in a machine, too.
check_tree() {
	local name=$1 rc=0
	say "$name, on this machine"
	"tests/packages/$name.sh" "$RESULTS/$name" | tee "$RESULTS/$name.tap" || rc=$?
	TAP+=("$RESULTS/$name.tap" "$RESULTS/$name/tap")
	[ "$rc" != 1 ] || ! grep -q '^not ok' "$RESULTS/$name.tap" || rc=0
	verdict "$name" "$rc"
}

check_demo() {
	local kernel=$1 rc=0
	say "the demo on $kernel"
	tests/demo.sh -k "$kernel" -o "$RESULTS/demo-$kernel" </dev/null || rc=$?
	verdict "demo-$kernel" "$rc"
}

# check_pause NAME KERNEL SECONDS...
check_pause() {
	local name=$1 kernel=$2 rc=0
	say "machines that stop for ${*:3} s and go on, on $kernel"
	tests/pause.sh -k "$kernel" -o "$RESULTS/$name" "${@:3}" </dev/null |
		tee "$RESULTS/$name.tap" || rc=$?
	TAP+=("$RESULTS/$name.tap")
	[ "$rc" != 1 ] || ! grep -q '^not ok' "$RESULTS/$name.tap" || rc=0
	verdict "$name" "$rc"
}

quick() {
	local kernel
	early core on_host core tests/host
	early client on_host client userspace
	needs "$UML" debian-6.1
	job machines check_machines
	light "kunit-$UML" check_kunit "$UML"
	for kernel in ${KERNELS:-debian-6.1 $UML}; do
		clusters "$kernel"
		of_any_kernel "$kernel"
		# Of two machines with a wire between them, which uml has not.
		case $kernel in
		debian-*) alone "demo-$kernel" check_demo "$kernel" ;;
		esac
	done
	# With memory and locking watched each would take half an hour.
	if [ "$UML" = uml ]; then
		job large check_large
		job day check_day day 32 2 churn
	fi
}

packages() {
	job packages check_tree packages
	job dissector check_tree dissector
}

kernels() {
	local kernel
	# What takes longest is begun first.
	for kernel in ${KERNELS:-kcsan debian-6.1-rt debian-6.12 debian-6.1}; do
		clusters "$kernel"
		# The stub that newer kernels have is of no interest.
		[ "$kernel" != debian-6.1 ] || job "no-ipv6-$kernel" in_machine "no-ipv6-$kernel" \
			"$kernel" -t 300 -a ipv6.disable=1 tests/cluster/no_ipv6.sh
		# Which kernel it is matters little.
		[ "$kernel" != debian-6.1 ] || job "pause-$kernel" check_pause "pause-$kernel" "$kernel" 1 10
		# What this machine is part of may be busy: an ack is in time before anybody asks again.
		[ "$kernel" != debian-6.1 ] || alone "starved-$kernel" in_machine "starved-$kernel" \
			"$kernel" -t 900 tests/cluster/starved.sh -e 20000 10
	done
}

long() {
	needs uml debian-6.1
	job thousand check_thousand
	job pause check_pause pause debian-6.1 1 10 100
	job regress in_machine regress debian-6.1 -t 900 tests/protocol/regress.test.sh 30
	job partition in_machine partition debian-6.1 -t 900 tests/protocol/partition.test.sh 60
	job day-idle check_day day-idle 128 24 idle
	job day-churn check_day day-churn 128 24 churn
}

debug() {
	light kunit-uml-debug check_kunit uml-debug
	clusters uml-debug
}

# Whatever did not come to its end counts as a failure.
lists() {
	local name
	for name in "${JOBS[@]}"; do
		cat "$RESULTS/$name.list" 2>/dev/null || echo "$RESULTS/$name.list"
	done
}

# What a job said last tells most about why it did not end well.
explain() {
	local name
	for name in "${JOBS[@]}"; do
		! grep -qs '^not ok' "$RESULTS/$name.verdict" ||
			tail -n 25 "$RESULTS/$name.out" | sed 's/^/# /' >>"$RESULTS/$name.verdict"
	done
}

for part in "${PARTS[@]}"; do
	case $part in
	quick | kernels | debug | long | packages) ;;
	*) die "no part of the tests is called '$part'; there are quick, kernels, debug, long, packages" ;;
	esac
done
tests/vm/deps.sh build host vm
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
for part in "${PARTS[@]}"; do
	"$part"
done
prepare
run_jobs
explain
lists >"$RESULTS/list"
mapfile -t TAP <"$RESULTS/list"
say "took $SECONDS s; results are in $RESULTS"
tests/vm/tap.sh "${TAP[@]}"
