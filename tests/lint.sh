#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: lint.sh [CHECK...]
# Style and static checks; all of them, or those named:
#   checkpatch sparse format shell uapi doc
set -eu
cd "$(dirname "$0")/.."
. tests/vm/lib.sh

sources() {
	git ls-files -co --exclude-standard -- "$@" | while IFS= read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}
c_files() { sources 'kmod/*.[ch]' 'include/*.h' 'userspace/*.[ch]' 'tests/*.[ch]'; }
shell_files() {
	{
		sources '*.sh'
		sources .ci tests userspace | while IFS= read -r file; do
			! head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*[/ ](ba|da)?sh( |$)' || echo "$file"
		done
	} | sort -u
}

# Each check prints what is wrong, and nothing if nothing is.

# FILE_PATH_CHANGES asks for a MAINTAINERS file, which is the kernel's. Where a line ends
# is for clang-format to say. 6.1 has no kzalloc_obj(), which ALLOC_WITH_SIZEOF asks for;
# telling versions apart, and a struct bin_attribute that 6.1 writes to, is what compat.h
# is for. A loop's macro names its cursor twice. Programs of userspace use the C library's
# types, and its names for formats; in a test's condition on several lines clang-format indents
# more than PARENTHESIS_ALIGNMENT would. Nor does that know how TRACE_EVENT() is laid out.
# A macro for the rows of a table is no expression, and each takes of a row what it needs.
check_checkpatch() {
	local files common=FILE_PATH_CHANGES,OPEN_ENDED_LINE userspace='^userspace/\|^tests/'
	local tables=(kmod/main.c kmod/swim/config.c kmod/swim/tunables.h)
	mapfile -t files < <(c_files | grep -v "$userspace\|^kmod/trace.h" | grep -vxF "$(printf '%s\n' "${tables[@]}")")
	checkpatch "$common,ALLOC_WITH_SIZEOF,LINUX_VERSION_CODE,CONSTANT_COMPARISON,CONST_STRUCT,MACRO_ARG_REUSE" "${files[@]}"
	checkpatch "$common,COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_UNUSED,TRAILING_SEMICOLON,LONG_LINE" "${tables[@]}"
	checkpatch "$common,PARENTHESIS_ALIGNMENT" kmod/trace.h
	mapfile -t files < <(c_files | grep '^tests/kunit/')
	checkpatch "$common,ALLOC_WITH_SIZEOF" "${files[@]}"
	mapfile -t files < <(c_files | grep "$userspace" | grep -v '^tests/kunit/')
	checkpatch "$common,PREFER_KERNEL_TYPES,CAMELCASE,PARENTHESIS_ALIGNMENT" "${files[@]}"
}

checkpatch() {
	local source ignore=$1 file
	shift
	[ $# -gt 0 ] || return 0
	source=$(tests/vm/kernel.sh source)
	printf '%s\0' "$@" | xargs -0 -n 16 -P "$(nproc)" perl "$source/scripts/checkpatch.pl" --no-tree \
		--strict --terse --show-types --no-summary --ignore "$ignore" -f |
		not_has_include "$@" || true
	# It remembers names it has seen, in the current directory.
	rm -f .checkpatch-camelcase.*
	for file; do
		head -n 1 "$file" | grep -q SPDX-License-Identifier ||
			echo "$file:1: no SPDX-License-Identifier in the first line"
	done
}

# checkpatch takes the path in __has_include(<...>) for a comparison and a division.
not_has_include() {
	grep -vF -f <(grep -nH '__has_include(' "$@" | cut -d: -f1,2 | sed 's/$/:/')
}

# Sparse runs on every file at every call; what it says about the kernel's own headers
# is not ours. Debian 12's sparse (0.6.4) cannot read the headers of 7.x, nor does it know
# __has_include: 6.1 has none of the headers that we ask for in this way.
check_sparse() {
	local log
	log=$(mktemp)
	GOSSIP_BUILD=sparse tests/vm/module.sh debian-6.1 C=2 \
		CF="-D__CHECK_ENDIAN__ '-D__has_include(x)=0'" >/dev/null 2>"$log" ||
		cat "$log"
	rm -f "$log"
}

check_format() {
	local files
	# What is generated keeps its generator's style.
	mapfile -t files < <(c_files | grep -v '^include/uapi/')
	clang-format --dry-run -Werror --style=file "${files[@]}" 2>&1 || true
}

# Not followed: functions that are called by name (a condition that a helper waits for,
# a trap), and optional arguments.
check_shell() {
	local files
	mapfile -t files < <(shell_files)
	shellcheck -x -P SCRIPTDIR:tests -e SC2317,SC2119,SC2120 "${files[@]}" || true
}

check_uapi() {
	tests/vm/uapi.sh 2>&1 | diff -u include/uapi/linux/gossip.h - 2>&1 ||
		echo "to make it anew: tests/vm/uapi.sh >include/uapi/linux/gossip.h"
}

# A kernel-doc comment leaves out no field and no parameter.
check_doc() {
	local source files
	source=$(tests/vm/kernel.sh source)
	mapfile -t files < <(sources 'kmod/*.[ch]' 'include/linux/*.h')
	python3 "$source/scripts/kernel-doc" -none -Wall "${files[@]}" 2>&1 | sort -u || true
}

tests/vm/deps.sh vm lint
failed=0
[ $# -gt 0 ] || set -- shell format doc checkpatch uapi sparse
for check; do
	start=$SECONDS
	output=$("check_$check")
	if [ -z "$output" ]; then
		echo "lint: $check: ok ($((SECONDS - start)) s)"
	else
		printf '%s\n' "$output"
		echo "lint: $check: FAILED ($((SECONDS - start)) s)"
		failed=1
	fi
done
exit "$failed"
