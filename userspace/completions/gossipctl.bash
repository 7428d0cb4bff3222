# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Completion of gossipctl for bash: gossipctl itself knows what can follow.

_gossipctl() {
	local line=${COMP_LINE:0:COMP_POINT} word kept
	local -a words

	read -ra words <<<"$line"
	# A word is about to begin.
	case $line in
	*[[:blank:]]) words+=("") ;;
	esac
	word=${words[-1]}
	# What bash takes for words of their own: it completes what follows "=" or ":".
	kept=${word%"${word##*[=:]}"}
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		COMPREPLY+=("${word#"$kept"}")
		[[ $word != *= ]] || compopt -o nospace 2>/dev/null
	done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
}

complete -F _gossipctl gossipctl
