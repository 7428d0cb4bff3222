#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: check.sh [quick|kernels|debug|packages]
#   quick    what runs on this machine, KUnit, and clusters on uml and the stock kernel
#   kernels  clusters on every kernel, with data races and locking watched on one
#   debug    KUnit and clusters where memory and locking are watched, and memory fails
#   packages the packages and the unit, built and installed; Wireshark's dissector
# The last line is the number of tests that passed and failed.
# KERNELS: the kernels for the cluster tests of quick and kernels; SCRIPTS: names of
# cluster tests, if not all are to run; RESULTS: where TAP and logs are left, and the list
# of what counts; CYCLES: how often namespaces come and go under kmemleak and lockdep.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

PART=${1:-quick}
RESULTS=${RESULTS:-$GOSSIP_CACHE/results/$PART}
CYCLES=${CYCLES:-50}
TAP=()

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

check_host() {
	on_host core tests/host
	on_host client userspace
}

# That what fails in a machine is seen outside of it.
check_machines() {
	local rc=0
	say "the test machines themselves"
	tests/vm/selftest.sh | tee "$RESULTS/machines.tap" || rc=$?
	TAP+=("$RESULTS/machines.tap")
	verdict machines "$rc"
}

check_kunit() {
	local rc=0
	say "KUnit on $1"
	tests/vm/run.sh -k "$1" -o "$RESULTS/kunit" tests/vm/kunit.sh || rc=$?
	TAP+=("$RESULTS/kunit/log")
	verdict kunit "$rc"
}

# 20 times slower than native: the limits of QEMU are wider, and more so those of a
# kernel that watches every access.
check_cluster() {
	local kernel=$1 rc=0 each=240 all=2400 scripts=(tests/cluster/*.test.sh)
	# shellcheck disable=SC2086 # a list of words
	[ -z "${SCRIPTS:-}" ] || mapfile -t scripts < <(printf 'tests/cluster/%s.test.sh\n' $SCRIPTS)
	case $kernel in
	uml-debug) each=600 all=5400 ;;
	debian-*) each=300 all=3600 ;;
	kcsan) each=600 all=5400 ;;
	esac
	say "clusters on $kernel"
	tests/vm/run.sh -k "$kernel" -t "$all" -o "$RESULTS/$kernel" \
		tests/vm/each.sh "$each" "${scripts[@]}" || rc=$?
	TAP+=("$RESULTS/$kernel/tap")
	# A test that failed is counted by itself.
	[ "$rc" != 1 ] || ! grep -q '^not ok' "$RESULTS/$kernel/tap" || rc=0
	verdict "$kernel" "$rc"
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

# Two machines, and rmmod in one of them; uml has no wire.
check_demo() {
	local kernel=$1 rc=0
	case $kernel in debian-*) ;; *) return 0 ;; esac
	say "the demo on $kernel"
	tests/demo.sh -k "$kernel" -o "$RESULTS/demo-$kernel" </dev/null || rc=$?
	verdict "demo-$kernel" "$rc"
}

quick() {
	local kernel
	check_host
	check_machines
	check_kunit uml
	for kernel in ${KERNELS:-uml debian-6.1}; do
		check_cluster "$kernel"
		check_demo "$kernel"
	done
	check_large
}

packages() {
	check_tree packages
	check_tree dissector
}

kernels() {
	local kernel
	for kernel in ${KERNELS:-debian-6.1 debian-6.1-rt debian-6.12 kcsan}; do
		check_cluster "$kernel"
	done
}

debug() {
	check_kunit uml-debug
	check_cluster uml-debug
	check_leaks
}

case $PART in
quick | kernels | debug | packages) ;;
*) die "no part of the tests is called '$PART'; there are quick, kernels, debug, packages" ;;
esac
tests/vm/deps.sh build host vm
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
"$PART"
printf '%s\n' "${TAP[@]}" >"$RESULTS/list"
say "took $SECONDS s; results are in $RESULTS"
tests/vm/tap.sh "${TAP[@]}"
