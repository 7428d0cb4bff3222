# SPDX-License-Identifier: GPL-2.0
# Usage: awk -f cost.awk FACTS CALLGRIND...
# Adds up the calls that callgrind has counted one by one; see cost.c for the labels.

# What the bench itself does while it counts; its random numbers are the core's.
function of_bench(name)
{
	return name ~ /^(main|toggle|group_.*|core_tick|core_receive|core_send)$/
}

# The name of "(id) name", which is given with the first mention of an id only.
function name_of(text, id)
{
	id = text
	sub(/ .*/, "", id)
	if (id != text)
		names[id] = substr(text, length(id) + 2)
	return names[id]
}

# A call was read to its end.
function finish(name, total, key)
{
	if (members != "")
		for (name in own)
			if (!of_bench(name))
				total += own[name]
	if (!total)
		return
	key = members SUBSEP phase SUBSEP kind
	sum[key] += total
	count[key]++
	if (total > most[members, kind]) {
		most[members, kind] = total
		most_phase[members, kind] = phase
		profile[members, kind] = ""
		for (name in own)
			if (!of_bench(name) && own[name] * 25 >= total)
				profile[members, kind] = profile[members, kind] \
					sprintf("# %8d %s\n", own[name], name)
	}
	if (total > max[key])
		max[key] = total
}

function mean(members, phase, kind, key)
{
	key = members SUBSEP phase SUBSEP kind
	return count[key] ? sum[key] / count[key] : 0
}

function per_member(members, phase, periods)
{
	return sum[members, phase, "tick"] / periods / members
}

function show_profile(kind)
{
	printf "# the costliest %s at %s members: %d instructions, in %s\n",
		kind, last, most[last, kind], most_phase[last, kind]
	printf "%s", profile[last, kind] | "sort -k2nr"
	close("sort -k2nr")
}

FNR == NR {
	fact[$1, $2] = $3
	if (!seen[$1]++)
		size[++sizes] = $1
	next
}

# The ids are of one file.
FNR == 1 { split("", names) }
# A part of the output is one call.
/^part: / {
	finish()
	split("", own)
	members = ""
}
/^desc: Trigger: Client Request: / {
	members = $5
	phase = $6
	kind = $7
}
/^fn=/ { name = name_of(substr($0, 4)) }
/^cfn=/ { name_of(substr($0, 5)) }
# The line after it is what the other function cost.
/^calls=/ { inclusive = 1 }
/^[0-9+*-]/ {
	if (!inclusive)
		own[name] += $2
	inclusive = 0
}

END {
	finish()
	first = size[1]
	last = size[sizes]
	print "Instructions per call: mean in a quiet group and in a busy one, the most of all"
	printf "%7s %8s %8s %8s %8s %8s %8s  %-9s %7s %8s %8s\n", "members",
		"ping", "gossip", "tick", "busy", "max", "rx max", "in",
		"/member", "B/member", "at most"
	for (i = 1; i <= sizes; i++) {
		m = size[i]
		rx = "ping"
		for (k in most) {
			split(k, part, SUBSEP)
			if (part[1] == m && part[2] != "tick" && most[k] > most[m, rx])
				rx = part[2]
		}
		printf "%7d %8.0f %8.0f %8.0f %8.0f %8d %8d  %-9s %7.2f %8.0f %8.0f\n",
			m, mean(m, "pings", "ping"), mean(m, "updates", "gossip"),
			mean(m, "quiet", "tick"), mean(m, "burst", "tick"),
			most[m, "tick"], most[m, rx], most_phase[m, "tick"],
			per_member(m, "quiet", fact[m, "periods"]),
			fact[m, "bytes"] / m, fact[m, "peak"] / m
	}
	print "# ping: answered; gossip: with one update; /member: all ticks of a period, of the table"
	show_profile("tick")
	show_profile(rx)
	printf "ping_ratio=%.3f tick_max=%d tick_per_member=%.2f bytes_per_member=%.0f\n",
		mean(last, "pings", "ping") / mean(first, "pings", "ping"),
		most[last, "tick"],
		per_member(last, "quiet", fact[last, "periods"]),
		fact[last, "bytes"] / last
}
