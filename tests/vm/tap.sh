#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: tap.sh FILE...
# Reads TAP files and kernel logs with KUnit's KTAP; prints what failed, with its
# diagnostics, and as the last line "N passed, N failed[, N skipped]". A file that has
# no plan, or ran fewer tests than it planned, counts as one more failure.
set -eu
[ $# -gt 0 ] || {
	echo "usage: tap.sh FILE..." >&2
	exit 2
}

# A run that never began leaves no file; awk would stop there.
MISSING=
FILES=()
for file; do
	if [ -s "$file" ]; then
		FILES+=("$file")
	else
		MISSING+="$file "
	fi
done

# In KTAP a subtest's results are indented and come before the result that sums them
# up; only the innermost are tests. In a log, every line has the time in front.
#
# planned[d], ran[d]: the plan that is open at depth d, and how many results came in.
# A result with results below it is no test of its own, but when it failed and none of
# those did (a script that crashed, a suite that could not be set up), it counts as one.
exec awk -v missing="$MISSING" '
function complain(text) {
	failed++
	print "not ok - " file ": " text
}
function close_depth(d) {
	if (d in planned && ran[d] != planned[d])
		complain("planned " planned[d] " tests, ran " ran[d] + 0)
	delete planned[d]
	delete ran[d]
}
function close_deeper(d,   k) {
	for (k = deepest; k > d; k--)
		close_depth(k)
	deepest = d
}
function finish_file() {
	if (file == "")
		return
	close_deeper(-1)
	if (!plans && !bailed)
		complain("no plan")
	else if (!results && !skipped_all && !bailed)
		complain("no test ran")
}
function remember(line) {
	notes = notes "    " line "\n"
}
FNR == 1 {
	finish_file()
	file = FILENAME
	plans = results = bailed = skipped_all = after = 0
	deepest = -1
	notes = ""
	delete planned
	delete ran
	delete children
	delete child_failed
}
{
	line = $0
	sub(/\r$/, "", line)
	log_line = sub(/^(<[0-9]+>)?\[ *[0-9]+\.[0-9]+\] /, "", line)
	match(line, /^ */)
	depth = int(RLENGTH / 4)
	text = substr(line, RLENGTH + 1)
}
text ~ /^Bail out!/ {
	bailed = 1
	complain(text)
	next
}
text ~ /^1\.\.[0-9]+/ {
	# A plan may come last; a second one at this depth belongs to the next suite.
	close_deeper(depth in planned ? depth - 1 : depth)
	deepest = depth
	planned[depth] = substr(text, 4) + 0
	plans++
	if (planned[depth] == 0)
		skipped_all = 1
	if (text ~ /^1\.\.0.*# *[Ss][Kk][Ii][Pp]/) {
		skipped++
		print "skipped: " file ": " text
	}
	next
}
text ~ /^(not )?ok( |$)/ {
	bad = text ~ /^not ok/
	# Where the plan came last, the next program of the same file begins anew.
	if (text ~ /ok 1( |$)/ && depth in planned && ran[depth] == planned[depth])
		close_depth(depth)
	ran[depth]++
	results++
	leaf = !((depth + 1) in children)
	close_deeper(depth)
	delete children[depth + 1]
	if (depth > 0)
		children[depth] = 1
	if (text ~ /# *[Ss][Kk][Ii][Pp]/) {
		if (leaf) { skipped++; print "skipped: " file ": " text }
	} else if (text ~ /# *[Tt][Oo][Dd][Oo]/) {
		if (leaf) { skipped++; print "todo: " file ": " text }
	} else if (!bad) {
		if (leaf) passed++
	} else if (leaf || !((depth + 1) in child_failed)) {
		child_failed[depth] = 1
		failed++
		printf "%s: %s\n%s", file, text, notes
		delete child_failed[depth + 1]
		after = 1
		notes = ""
		next
	} else {
		child_failed[depth] = 1
	}
	delete child_failed[depth + 1]
	after = 0
	notes = ""
	next
}
text ~ /^(K?TAP version|# Subtest:)/ { after = 0; notes = ""; next }
# Diagnostics of KUnit come before the result, those of TAP scripts after it.
after && /^ *#/ { print "    " text; next }
text ~ /^#/ || log_line && text ~ /EXPECT|ASSERT|Expected/ { remember(text); next }
{ if (!log_line || notes != "") remember(text) }
END {
	finish_file()
	while (match(missing, /[^ ]+/)) {
		file = substr(missing, RSTART, RLENGTH)
		missing = substr(missing, RSTART + RLENGTH)
		complain("is empty or not there")
	}
	if (skipped)
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	else
		printf "%d passed, %d failed\n", passed, failed
	exit failed || !passed && !skipped
}' "${FILES[@]:-/dev/null}"
