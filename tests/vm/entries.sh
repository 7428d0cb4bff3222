# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What is fetched or built once and kept in the cache: an entry is a directory below
# $ENTRIES, and is used again if the function intact says so. Sourced after apt.sh.

# resolve NAME COMMAND...: what COMMAND prints, remembered for a day, and longer if
# the mirror cannot be reached.
resolve() {
	local file="$GOSSIP_CACHE/versions/$1"
	shift
	mkdir -p "${file%/*}"
	if [ -z "$(find "$file" -mtime -1 2>/dev/null)" ]; then
		apt_refresh
		if "$@" >"$file.new"; then
			mv "$file.new" "$file"
		elif [ -s "$file" ]; then
			say "keeping to the version found before"
		else
			rm -f "$file.new"
			return 1
		fi
	fi
	cat "$file"
}

# Versions and configurations that nobody used for two weeks, and what was never finished.
forget_old() {
	find "$ENTRIES" -mindepth 1 -maxdepth 1 -name '*.partial' -mmin +300 -exec rm -rf {} +
	find "$ENTRIES" -mindepth 2 -maxdepth 2 -name .complete -mtime +14 -printf '%h\n' |
		while IFS= read -r entry; do
			rm -rf "$entry"
		done
}

# fill ENTRY COMMAND...: COMMAND fills the directory given as its last argument; the
# stamp is written and the directory renamed only when it succeeds.
fill() {
	local entry=$1
	shift
	if ! intact "$entry"; then
		rm -rf "$entry" "$entry.partial"
		mkdir -p "$entry.partial"
		"$@" "$entry" "$entry.partial" || die "could not prepare $entry"
		touch "$entry.partial/.complete"
		mv "$entry.partial" "$entry"
		forget_old
	fi
	touch "$entry/.complete"
}
