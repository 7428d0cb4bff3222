#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: cost.sh BENCH DIRECTORY [MEMBERS...]
# Counts the instructions of one core in groups of these sizes, with callgrind: the same
# at every run. The last line is for the smallest and the greatest size.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bench=$1
dir=$(cd "$2" && pwd)/counts
shift 2
[ $# -gt 0 ] || set -- 16 64 256 1024 4096 16384
for members; do
	if ! [[ $members =~ ^[1-9][0-9]{0,4}$ ]] || [ "$members" -lt 4 ] || [ "$members" -gt 16384 ]; then
		echo "cost: MEMBERS=$members is no number of 4 to 16384" >&2
		exit 2
	fi
done

# count MEMBERS: a process for each size, for callgrind gets slower as it goes on.
count() {
	valgrind --tool=callgrind --instr-atstart=no --collect-atstart=no --combine-dumps=yes \
		--callgrind-out-file="$dir/$1.callgrind" --log-file="$dir/$1.log" \
		"$bench" "$1" >"$dir/$1.facts" || {
		tail -n 20 "$dir/$1.log" >&2
		exit 1
	}
}

rm -rf "$dir"
mkdir "$dir"
export -f count
export bench dir
printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} bash -euc 'count {}'
facts=() counts=()
for members; do
	facts+=("$dir/$members.facts")
	counts+=("$dir/$members.callgrind")
done
cat "${facts[@]}" | awk -f "$here/cost.awk" - "${counts[@]}"
rm -rf "$dir"
