#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: dissector.sh [DIRECTORY]
# The dissector for Wireshark, on the traffic of a group in a machine, and on mutants of it:
# it finds malformed what a member does. The capture is left in DIRECTORY. Prints TAP.
set -eu
. "$(dirname "$0")/lib.sh"

results=$(realpath -m "${1:-$work/results}")
SEED=${SEED:-$RANDOM}
MUTANTS=3000

# shark FILE OPTIONS...: with the dissector alone that is tested, and the key of the capture;
# without it, if NO_KEY is set.
shark() {
	local keys=(-o "gossip.keys:$(cat "$results/capture/key")")
	[ -z "${NO_KEY:-}" ] || keys=()
	inside tshark -X lua_script:/gossip/gossip.lua "${keys[@]}" -r "/gossip/$1" "${@:2}" \
		2>"$work/errors"
}

# fields FILE FILTER FIELD...: a line for each packet, with spaces.
fields() {
	shark "$1" -Y "$2" -T fields -E separator=/s "${@:3}"
}

count() { shark gossip.pcap "${@:2}" -Y "$1" | wc -l; }

# Each type that kmod/swim/wire.h has.
wanted_types() {
	sed -n '/^enum wire_type {/,/WIRE_NR_TYPES/s/^\tWIRE_\([A-Z_]*\).*/\1/p' \
		"$GOSSIP_SOURCE/kmod/swim/wire.h" | grep -v NR_TYPES | sort
}
seen_types() { shark gossip.pcap -Y gossip -V | sed -n 's/^    Type: \([A-Z_]*\) (.*/\1/p' | sort -u; }

wanted_records() {
	sed -n 's/^#define WIRE_\([A-Z]*\) [1-9]$/\1/p' "$GOSSIP_SOURCE/kmod/swim/wire.h" | tr '[:upper:]' '[:lower:]' | sort
}
seen_records() { shark gossip.pcap -Y gossip -V | sed -n 's/^    Record: \([a-z]*\), .*/\1/p' | sort -u; }
# NAME BIT of the flags in a header.
wanted_flags() {
	sed -n '/^#define WIRE_HEADER /,/^#define WIRE_LAST /s/^#define WIRE_\([A-Z]*\) 0x0*\([1-9]0*\) .*/\1 \2/p' \
		"$GOSSIP_SOURCE/kmod/swim/wire.h" | grep -v '^LAST ' | tr '[:upper:]' '[:lower:]' | sort
}
known_flags() {
	sed -n 's/.*"gossip\.flags\.\([a-z]*\)", .* 0x0*\([1-9]0*\)),$/\1 \2/p' "$TREE/gossip/gossip.lua" | sort
}

# NAME UID GENERATION of the members in a listing, and of the records in the capture.
listed() {
	/usr/bin/python3 -c 'import json, sys
for path in sys.argv[1:]:
    for m in json.load(open(path)):
        print(m["name"], m["uid"], m["generation"])' "$results"/capture/members.* | sort -u
}
captured() {
	fields gossip.pcap gossip.member.name -e gossip.member.name -e gossip.member.uid \
		-e gossip.member.generation | awk '{
			n = split($1, name, ",")
			split($2, uid, ",")
			split($3, generation, ",")
			for (i = 1; i <= n; i++)
				print name[i], substr(uid[i], 3), generation[i]
		}' | sort -u
}
value() { sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" "$2" | head -n 1; }

# A line for each mutant, from the dissector.
dissected() {
	shark mutants.pcap -Y udp -T fields -E separator=, -E occurrence=f \
		-e gossip.malformed -e gossip.other_version -e gossip.closed |
		awk -F, '{ print $1 || $3 ? "malformed" : $2 ? "other_version" : "ok" }'
}

mkdir -p "$results/capture"
tree build
rc=0
"$VM_DIR/run.sh" -k uml -T -t 300 -o "$results" "$GOSSIP_SOURCE/tests/cluster/capture.sh" \
	"$TREE" "$results/capture" >"$work/why" 2>&1 || rc=$?
verdict "$rc" "a group's traffic is captured"
mkdir "$TREE/gossip"
cp "$results/capture/gossip.pcap" "$GOSSIP_SOURCE"/userspace/wireshark/*.lua "$TREE/gossip/"

all="udp && udp.port != 9"
tap "some of it is there" [ "$(count "$all")" -ge 100 ]
tap "all of it is dissected" equal 0 "$(count "$all && !gossip")"
tap "nothing is malformed" equal 0 \
	"$(count "gossip.malformed || gossip.cut || gossip.other_version || _ws.malformed || _ws.lua.error")"
tap "the script has no error" equal "" "$(grep -v '^Running as user' "$work/errors")"
tap "all types of datagrams are known, and are there" equal "$(wanted_types)" "$(seen_types)"
tap "so are all types of records" equal "$(wanted_records)" "$(seen_records)"
tap "flags are what they are in wire.h" equal "$(wanted_flags)" "$(known_flags)"
tap "records are what gossipctl lists" equal "" "$(comm -23 <(listed) <(captured))"
tap "a view is that of gossipctl" [ "$(count "gossip.view == 0x$(value view "$results/capture/status.n1")")" -ge 1 ]
tap "addresses are" [ "$(count 'gossip.member.name == "n2" && gossip.member.ipv4 == 10.7.0.2')" -ge 1 ]
tap "of IPv6, too" [ "$(count 'gossip.member.name == "two" && gossip.member.ipv6 == fd07::7')" -ge 1 ]
tap "who failed is found" [ "$(count 'gossip.member.state == 2 && gossip.member.name == "n4"')" -ge 1 ]
tap "so is what a member says of itself" [ "$(count 'gossip.meta.tag == "zone=eu" && gossip.member.name == "n1"')" -ge 1 ]
tap "and its service" [ "$(count 'gossip.meta.service == "web" && gossip.member.name == "n2"')" -ge 1 ]
tap "and an event" [ "$(count 'gossip.event.name == "deploy" && gossip.event.payload == 76:31:2e:32')" -ge 1 ]
tap "who asks for events is seen" grep -qE ' n3 .*\[.*want 1 of n2' <(shark gossip.pcap)
tap "and who answers" grep -qE '→ 10\.7\.0\.3 .*\[.*late event restart' <(shark gossip.pcap)
tap "names stand for uids" grep -qE ' PING n1 → n2( |$)' <(shark gossip.pcap)

# Sealed

sealed='gossip.sealed == 1'
tap "some are sealed" [ "$(count "$sealed")" -ge 20 ]
tap "all of that group are" equal "$(count "udp.port == 7999 && gossip")" "$(count "$sealed && udp.port == 7999")"
tap "with the key all are opened" equal 0 "$(count "$sealed && (gossip.closed || gossip.forged)")"
tap "and are like others" [ "$(count "$sealed && gossip.member.name == \"two\"")" -ge 1 ]
tap "without it none is" equal "$(count "$sealed")" "$(NO_KEY=1 count 'gossip.closed' -d udp.port==7999,gossip)"
tap "and nothing of it is seen" equal 0 \
	"$(NO_KEY=1 count 'gossip.member.name == "two"' -d udp.port==7999,gossip)"

# Ports

one="udp.port == 7946" two="udp.port == 7999"
none=(--disable-heuristic gossip_udp)
tap "without the heuristic it is one port" equal "0 0" \
	"$(count "$one && !gossip" "${none[@]}") $(count "$two && gossip" "${none[@]}")"
tap "that can be set" equal "0 0" "$(count "$one && gossip" "${none[@]}" -o gossip.port:7999) $(
	count "$two && !gossip" "${none[@]}" -o gossip.port:7999)"
tap "or Decode As" equal 0 "$(count "$two && !gossip" "${none[@]}" -d udp.port==7999,gossip)"

# What is not well

echo "# SEED=$SEED"
kernel=$("$VM_DIR/kernel.sh" source)
tap "what a member would say is built" cc -std=gnu11 -D_GNU_SOURCE -g -fsanitize=address,undefined \
	-isystem "$kernel/tools/include" -isystem "$kernel/tools/arch/x86/include" -include linux/types.h -I"$GOSSIP_SOURCE/kmod/swim" \
	-o "$work/verdict" "$GOSSIP_SOURCE"/tests/packages/verdict.c \
	"$GOSSIP_SOURCE"/kmod/swim/{wire,config}.c
fields gossip.pcap 'gossip && gossip.sealed == 0' -e udp.payload |
	"$GOSSIP_SOURCE/tests/packages/mutate.py" "$SEED" "$MUTANTS" "$TREE/gossip/mutants.pcap" >"$work/mutants"
"$work/verdict" <"$work/mutants" >"$work/members"
dissected >"$work/wireshark"
tap "there are mutants of each kind" equal "malformed ok other_version" "$(sort -u "$work/members" | paste -sd ' ')"
differ=$(paste "$work/members" "$work/wireshark" "$work/mutants" | awk '$1 != $2')
tap "there is a verdict on each" equal "$MUTANTS" "$(wc -l <"$work/wireshark")"
tap "of $MUTANTS mutants those are malformed that a member drops" equal "" "${differ:0:2000}"
seen() { [ "$(shark mutants.pcap -Y "$1 && !gossip.malformed" | wc -l)" -ge 10 ]; }
tap "tags and services are found" seen 'gossip.meta.tag == "zone=eu" && gossip.meta.service == "web"'
tap "events are" seen 'gossip.event.name == "deploy" && gossip.event.payload == 76:31:2e:32'
tap "events that are offered are" seen 'gossip.events.newest == 1 && gossip.events.mask == 5'
tap "by their numbers" grep -q 'have 1, 4294967295 of ' <(shark mutants.pcap)
tap "no mutant makes an error of the script" equal 0 \
	"$(shark mutants.pcap -V | grep -ciE 'lua error|dissector bug' || true)"
tap "nor does a capture that has only the beginning of each" sh -c \
	"! grep -iE 'lua error|dissector bug'" <<<"$(inside editcap -s 80 /gossip/gossip.pcap /gossip/cut.pcap &&
		shark cut.pcap -V)"
tap "which is said" [ "$(shark cut.pcap -Y "gossip.cut" | wc -l)" -ge 10 ]
tap "and is not called malformed" equal 0 "$(shark cut.pcap -Y "gossip.malformed" | wc -l)"
tap_end
