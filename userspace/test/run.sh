#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: run.sh DIRECTORY
# Runs the tests of what was built in DIRECTORY: prints TAP documents one after the other.
set -u
out=$(readlink -f "$1")
cd "$(dirname "$0")" || exit
rc=0

run() {
	echo "# $1"
	"$@" || rc=1
}

run "$out/test/parts"
run "$out/test/follow"
run "$out/test/public"
run "$out/test/meta"
run ./cli.sh "$out/gossipctl/gossipctl"
run ./commands.sh "$out/test/fakectl" "$out/test/fake-example"
run /usr/bin/python3 terminal.py "$out/test/fakectl"
run ./complete.sh "$out/test/fakectl"
run ./install.sh "$out"
run ./member.sh
run ./man.sh "$out/gossipctl/gossipctl"
exit "$rc"
