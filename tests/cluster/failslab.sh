# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Allocations that fail, by the kernel's failslab. Sourced after lib.sh.

FAILSLAB=/sys/kernel/debug/failslab

# The caches that everybody uses, but for kmalloc-32, from which the kernel counts references
# and complains if it cannot.
# shellcheck disable=SC2034 # it is for who calls failslab
EVERYBODYS='kmalloc-[0-9]* skbuff_*'

# failslab SLEEPERS CACHES: what is to fail of these caches, patterns, and of no other: all (N),
# or those that may not sleep and wait for memory (Y). The kernel's own checks have
# caches that are best left alone. Nothing fails yet.
failslab() {
	local cache

	for cache in /sys/kernel/slab/*/failslab; do
		[ "$(cat "$cache")" = 0 ] || echo 0 >"$cache"
	done
	# shellcheck disable=SC2086 # patterns
	for cache in $(cd /sys/kernel/slab && echo $2); do
		[ "$cache" = kmalloc-32 ] || echo 1 >"/sys/kernel/slab/$cache/failslab"
	done
	echo 0 >$FAILSLAB/probability
	echo Y >$FAILSLAB/cache-filter
	echo N >$FAILSLAB/task-filter
	echo "$1" >$FAILSLAB/ignore-gfp-wait
	echo 0 >$FAILSLAB/verbose
	echo 0 >$FAILSLAB/space
	echo 1 >$FAILSLAB/interval
	echo -1 >$FAILSLAB/times
}
