#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: cost.sh BENCH DIRECTORY [MEMBERS...]
# Counts the instructions of one core in groups of these sizes, with callgrind: the same
# at every run. The last line is for the smallest and the greatest size.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bench=$1 dir=$2
shift 2
[ $# -gt 0 ] || set -- 16 64 256 1024 4096 16384
out=$dir/cost.callgrind
rm -f "$out"

valgrind --tool=callgrind --instr-atstart=no --collect-atstart=no --combine-dumps=yes \
	--callgrind-out-file="$out" --log-file="$dir/cost.log" \
	"$bench" "$@" >"$dir/cost.bytes" || {
	tail -n 20 "$dir/cost.log" >&2
	exit 1
}
awk -f "$here/cost.awk" "$dir/cost.bytes" "$out"
rm -f "$out"
