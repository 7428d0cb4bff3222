#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: fuzz.sh DIRECTORY SECONDS      fuzzes, on all processors
#        fuzz.sh DIRECTORY replay FILE  runs the target that FILE belongs to on it
#        fuzz.sh DIRECTORY minimise     makes the corpus in the tree anew
# DIRECTORY has the targets. What is found is left in DIRECTORY/found, and what is learnt
# in DIRECTORY/corpus, for minimise: each run begins with the corpus in the tree.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "$1" && pwd)
# Their share of the time in per cent, and their longest input.
declare -A share=([fuzz_wire]=10 [fuzz_core]=50 [fuzz_pair]=40)
declare -A longest=([fuzz_wire]=1500 [fuzz_core]=2000 [fuzz_pair]=1000)
targets=(fuzz_wire fuzz_core fuzz_pair)
# Files of a target in the tree: those that cover most are the longest.
keep=48
total=0 findings=0
export UBSAN_OPTIONS=print_stacktrace=1

# target_of FILE: by its name, or its directory's.
target_of() {
	local target
	for target in "${targets[@]}"; do
		case $1 in */"$target"-* | "$target"-* | */"$target"/*) echo "$target" && return ;; esac
	done
	echo "fuzz: no target in the name of $1: ${targets[*]}" >&2
	return 1
}

# one TARGET NUMBER SECONDS
one() {
	local target=$1
	"$dir/$target" -max_total_time="$3" -max_len="${longest[$target]}" -len_control=20 \
		-entropic=0 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 \
		-artifact_prefix="$dir/found/$target-" \
		"$dir/corpus/$target" "$here/corpus/$target" >"$dir/log/$target.$2" 2>&1
}

# fuzz TARGET SECONDS: one process for each processor; they learn from one another.
fuzz() {
	local target=$1 i rc=0 pids=() found executions coverage counters
	rm -rf "$dir/corpus/$target"
	mkdir -p "$dir/corpus/$target" "$here/corpus/$target"
	for ((i = 0; i < $(nproc); i++)); do
		one "$target" "$i" "$2" &
		pids+=($!)
	done
	for i in "${!pids[@]}"; do
		wait "${pids[i]}" || {
			rc=1
			tell "$dir/log/$target.$i"
		}
	done
	found=$(find "$dir/found" -type f -name "$target-*" | wc -l)
	# One that could not even start is a finding, too.
	[ "$rc" = 0 ] || [ "$found" != 0 ] || found=1
	executions=$(sum 's/^stat::number_of_executed_units: *//p' "$target")
	# A process that ends with a finding prints no statistics.
	executions=${executions:-0}
	coverage=$(most 's/^#.* cov: \([0-9]*\) .*/\1/p' "$target")
	counters=$(most 's/^INFO: Loaded 1 modules *(\([0-9]*\) .*/\1/p' "$target")
	echo "$target: $executions executions, ${coverage:-0} of ${counters:-0} edges covered, $found findings"
	total=$((total + executions))
	findings=$((findings + found))
}

sum() { sed -n "$1" "$dir/log/$2".* | awk '{ n += $1 } END { print n + 0 }'; }
most() { sed -n "$1" "$dir/log/$2".* | sort -n | tail -n 1; }

# What a process says that has found something.
tell() {
	local file
	grep -aE '^[^ ]*\.[ch]:[0-9]+:.*: |^n[0-9]: |ERROR|SUMMARY|runtime error' "$1" | cut -c 1-200 | tail -n 12
	file=$(sed -n 's/.*Test unit written to //p' "$1")
	[ -z "$file" ] || echo "to replay it: make fuzz REPLAY=$file"
}

# Each edge once, however often it is taken.
minimise() {
	local target new file
	for target in "${targets[@]}"; do
		new=$(mktemp -d)
		mkdir -p "$dir/corpus/$target" "$here/corpus/$target"
		"$dir/$target" -set_cover_merge=1 -use_counters=0 "$new" "$here/corpus/$target" \
			"$dir/corpus/$target" >"$dir/log/$target.merge" 2>&1
		rm -f "$here/corpus/$target"/*
		find "$new" -type f -printf '%s %p\n' | sort -k 1nr -k 2 | head -n "$keep" |
			while read -r _ file; do
				cp "$file" "$here/corpus/$target/$(basename "$file" | cut -c 1-12)"
			done
		rm -rf "$new"
		echo "$target: $(find "$here/corpus/$target" -type f | wc -l) files"
	done
}

refuse() {
	echo "fuzz: $*" >&2
	exit 2
}

mkdir -p "$dir/log" "$dir/found" "$dir/corpus"
case $2 in
replay)
	[ -f "$3" ] || refuse "there is no file $3"
	target=$(target_of "$3")
	exec "$dir/$target" -timeout=20 "$3"
	;;
minimise)
	minimise
	;;
*)
	[[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || refuse "SECS=$2 is no number of seconds"
	start=$SECONDS
	rm -f "$dir"/found/* "$dir"/log/*
	for target in "${targets[@]}"; do
		fuzz "$target" $(($2 * share[$target] / 100 > 0 ? $2 * share[$target] / 100 : 1))
	done
	echo "targets=${#targets[@]} seconds=$((SECONDS - start)) executions=$total findings=$findings"
	[ "$findings" = 0 ]
	;;
esac
