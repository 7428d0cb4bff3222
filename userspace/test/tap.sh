# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# For tests of the client that are scripts. Sourced.

tests=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# verdict STATUS NAME: STATUS 0 is good. What $work/why has explains the other.
verdict() {
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		[ ! -s "$work/why" ] || sed 's/^/# /' "$work/why"
	fi
	: >"$work/why"
}

# tap NAME COMMAND...: succeeds.
tap() {
	local status=0

	"${@:2}" >"$work/why" 2>&1 || status=$?
	verdict "$status" "$1"
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

tap_end() {
	echo "1..$tests"
	[ "$failed" = 0 ]
}

# equal WANTED GOT
equal() {
	[ "$1" = "$2" ] || diff <(printf '%s\n' "$1") <(printf '%s\n' "$2")
}
