# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Copies of the checkout to build in, so that one checkout serves many kernels and
# stays clean. Sourced after lib.sh.

# The directory in the cache for builds of this checkout against $1.
build_dir() {
	echo "$GOSSIP_CACHE/build/$(printf '%s' "$GOSSIP_SOURCE" | sha256sum | cut -c 1-8)-$1"
}

# What belongs to the project below the paths given: with git also what is not
# committed yet, but nothing it ignores.
project_files() {
	if git -C "$GOSSIP_SOURCE" rev-parse >/dev/null 2>&1; then
		git -C "$GOSSIP_SOURCE" ls-files -co --exclude-standard -- "$@"
	else
		(cd "$GOSSIP_SOURCE" && { find "$@" -type f 2>/dev/null || true; })
	fi | (cd "$GOSSIP_SOURCE" && while IFS= read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done) | sort -u
}

# copy_sources DIR PATH...: brings DIR up to date; times are kept for make's sake,
# and what was deleted in the checkout is deleted there.
copy_sources() {
	local dir=$1 list="$1/.sources"
	shift
	mkdir -p "$dir"
	project_files "$@" >"$list.new"
	[ -s "$list.new" ] || die "no sources in $GOSSIP_SOURCE: $*"
	if [ -e "$list" ]; then
		comm -23 "$list" "$list.new" | while IFS= read -r file; do
			rm -f "$dir/$file"
		done
	fi
	rsync -t --files-from="$list.new" "$GOSSIP_SOURCE/" "$dir/"
	mv "$list.new" "$list"
}
