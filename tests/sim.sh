#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: sim.sh [EXPERIMENT [KEY=VALUE...]]
# Builds the simulator, and runs an experiment or lists what there is.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

BUILD=$GOSSIP_CACHE/build/simulator
# Tables of a large group are many pages.
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1

tests/vm/deps.sh host vm
SOURCE=$(tests/vm/kernel.sh source)
locked simulator
make --no-print-directory -s -C tests/host O="$BUILD" KSRC="$SOURCE" -j"$(nproc)" simulator >&2
exec "$BUILD/simulate" "$@" {VM_LOCK}>&-
