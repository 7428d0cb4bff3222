#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: complete.sh FAKECTL
# What the shells offer.
set -eu
. "${0%/*}/tap.sh"

ctl=$1
here=$(cd "$(dirname "$0")" && pwd)
export SCENE=$work/scene
cat >"$SCENE" <<-END
	instance n1 demo alive 0
	member n2 alive 159
	member other failed 78
	service n2 web up
	service n1 web up
	service n1 db up
	tag n1 zone north
	key 1a2b3c4d
	key 0badcafe primary
END
mkdir "$work/bin"
ln -s "$ctl" "$work/bin/gossipctl"
PATH=$work/bin:$PATH

# shellcheck disable=SC1091 # what is tested
. "$here/../completions/gossipctl.bash"

# offers LINE WANTED: what bash would, sorted, on one line.
offers() {
	COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
	_gossipctl
	equal "$2" "$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' ')"
}

tap "commands" offers "gossipctl " \
	"event join key leave members metrics monitor ping run set start stats status stop tag top wait"
tap "commands that begin so" offers "gossipctl st" "start stats status stop"
tap "options of all commands" offers "gossipctl --" "--help --json --netns --version"
tap "options of one" offers "gossipctl members --" "--help --json --netns --service --state --version --watch"
tap "not --json where there is none" offers "gossipctl top --" "--help --netns --version"
tap "a command after an option" offers "gossipctl -j sta" "start stats status"
tap "a command after an option with a value" offers "gossipctl wait -j --alive 3 --c" "--converged"
tap "states" offers "gossipctl members --state " "alive failed left suspect"
tap "states, short" offers "gossipctl members -s fa" "failed"
tap "states in a list" offers "gossipctl members -s failed,su" "failed,suspect"
tap "states after =, which bash takes for a word" offers "gossipctl members --state=al" "alive"
tap "members" offers "gossipctl wait --member n" "n1 n2"
tap "profiles" offers "gossipctl start --profile " "lan local wan"
tap "sensitivities" offers "gossipctl start sensitivity=" "calm fast normal"
tap "parameters" offers "gossipctl start p" \
	"peers= probe_attempts= probe_interval= probe_timeout= probe_timeout_min= profile="
tap "tunables only" offers "gossipctl start --set p" \
	"probe_attempts= probe_interval= probe_timeout= probe_timeout_min="
tap "what can be set" offers "gossipctl set p" \
	"probe_attempts= probe_interval= probe_timeout= probe_timeout_min= profile="
tap "whom to ping" offers "gossipctl ping " "n1 n2 other"
tap "kinds of events" offers "gossipctl monitor " "events members"
tap "services, each once" offers "gossipctl members --service " "db web"
tap "own tags" offers "gossipctl tag -d " "zone"
tap "what can be done with keys" offers "gossipctl key " "add delete generate use"
tap "keys" offers "gossipctl key use " "0badcafe 1a2b3c4d"
tap "keys that begin so, after an option" offers "gossipctl -j key delete 1" "1a2b3c4d"
tap "no key to be added" offers "gossipctl key add " ""
tap "options of key" offers "gossipctl key use --" "--help --json --netns --none --permissive --version"
tap "key is an option, and no parameter, of start" offers "gossipctl start ke" ""
tap "nothing for what is free" offers "gossipctl start --name " ""
tap "nothing for a command that is none" offers "gossipctl frob " ""
tap "nothing after a word that is wrong" offers "gossipctl start speed=" ""
tap "bash takes the script" bash -n "$here/../completions/gossipctl.bash"

# LINE|WHAT IT BECOMES|WORDS OFFERED, in zsh.
zsh_lines='gossipctl mem|gossipctl members |
gossipctl sta||start stats status
gossipctl wait --member o|gossipctl wait --member other |
gossipctl -j wait --co|gossipctl -j wait --converged |
gossipctl members -s failed,su|gossipctl members -s failed,suspect |
gossipctl members --state=al|gossipctl members --state=alive |
gossipctl members --service w|gossipctl members --service web |
gossipctl key ge|gossipctl key generate |
gossipctl key use 1|gossipctl key use 1a2b3c4d |
gossipctl start profile=w|gossipctl start profile=wan |
gossipctl set probe_i|gossipctl set probe_interval=|
gossipctl set probe_t|gossipctl set probe_timeout|
gossipctl frob fr||'
if command -v zsh >/dev/null; then
	tap "zsh takes the script" zsh -n "$here/../completions/_gossipctl"
	mapfile -t became < <(cut -d '|' -f 1 <<<"$zsh_lines" | "$here/zsh.py" "$here/../completions")
	while IFS='|' read -r line wanted words; do
		tap "zsh: TAB after \"$line\"" equal "${wanted:-$line}${words:+	$words}" "${became[0]-}"
		became=("${became[@]:1}")
	done <<<"$zsh_lines"
else
	skip "zsh takes the script" "no zsh here"
fi
scene_off() {
	echo "unloaded" >"$SCENE"
	offers "gossipctl wait --member n" "" && offers "gossipctl key use " ""
}
tap "no members and no keys without the module" scene_off
tap_end
