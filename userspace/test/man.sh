#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: man.sh GOSSIPCTL
# The manual: that it can be formatted, and has all commands, options and values.
set -eu
. "${0%/*}/tap.sh"

ctl=$1
cd "$(dirname "$0")/../man"

# What is left of FILE when the macros are gone: text with plain hyphens.
plain() {
	sed -e 's/\\-/-/g; s/\\f[A-Z]//g; s/\\(dq/"/g; s/\\&//g; s/" *"//g; s/"//g' "$1"
}

words() {
	"$ctl" __complete "$@" | cut -f 1
}

# has FILE WORD...: each stands there.
has() {
	local file=$1 word bad=0

	shift
	for word; do
		plain "$file" | grep -qE -- "(^|[^a-z_-])$word([^a-z_-]|\$)" || {
			echo "$file does not have $word"
			bad=1
		}
	done
	return "$bad"
}

for page in *.[378]; do
	if command -v groff >/dev/null; then
		tap "$page is formatted without a warning" equal "" "$(groff -man -Tutf8 -ww -z "$page" 2>&1)"
		tap "$page fits 80 columns" equal "" \
			"$(groff -man -Tascii -P-cbou -rLL=78n "$page" | grep -E '^.{81,}' || true)"
	else
		skip "$page is formatted without a warning" "no groff here"
	fi
	tap "$page has its sections" grep -qE '^\.SH "?SEE ALSO' "$page"
done

mapfile -t commands < <(words "")
tap "gossipctl(8) has all commands" has gossipctl.8 "${commands[@]}"
for command in "${commands[@]}"; do
	mapfile -t options < <(words "$command" --)
	tap "gossipctl(8) has all options of $command" has gossipctl.8 "${options[@]}"
	# The short ones, as the help has them.
	mapfile -t options < <("$ctl" "$command" --help | sed -n 's/^  \(-[a-z]\), .*/\1/p')
	tap "and the short ones" has gossipctl.8 "${options[@]}"
done
mapfile -t tunables < <(words start --set "" | tr -d '=')
tap "gossip(7) has all tunables" has gossip.7 "${tunables[@]}"
mapfile -t parameters < <(words start "" | tr -d '=')
tap "gossip(7) has all parameters" has gossip.7 "${parameters[@]}"
mapfile -t states < <(words members --state "")
tap "gossip(7) has all states" has gossip.7 "${states[@]}"
tap "gossip(7) has all that a member can be doing" has gossip.7 \
	off joining alive degraded isolated conflict leaving left
# The events that gossipctl(8) explains, and all that the module and the library can tell.
explained() {
	sed -n '/^\.SS monitor/,/^\.SS top/p' gossipctl.8 | sed -n '/^\.TP$/{n;s/^\.BR\{0,1\} //p}' |
		tr -d '",' | tr -s ' ' '\n' | LC_ALL=C sort
}
told() {
	{
		sed -n '/^    name: event-type$/,/^  -$/s/^        name: //p' ../../kmod/gossip.yaml | tr - _
		printf '%s\n' resync user lost
	} | LC_ALL=C sort
}
tap "gossipctl(8) explains all events" equal "$(told)" "$(explained)"
tap "the version is that of gossipctl" equal "" "$(grep -L "gossip $("$ctl" -V | cut -d ' ' -f 2)" ./*.[378])"
tap_end
