# SPDX-License-Identifier: GPL-2.0
# Makes the names of the netlink ABI for abi.h out of kmod/gossip.yaml: its
# enums and attribute sets, with what is said of each entry. Knows no more of
# YAML than that file's own layout; the assertions it writes notice the rest.

function upper(s) { s = toupper(s); gsub(/-/, "_", s); return s }
function lower(s) { gsub(/-/, "_", s); return s }
function quoted(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
function value(line) {
	sub(/^ *[a-z-]+: */, "", line)
	gsub(/^["']|["']$/, "", line)
	return line
}

function close_entry() {
	if (entry != "" && kind == "enum")
		body = body "\t[GOSSIP_" upper(item) "_" upper(entry) "] = { " \
			quoted(lower(entry)) ", " quoted(doc) " },\n"
	if (entry != "" && kind == "set")
		body = body "\t[GOSSIP_A_" upper(item) "_" upper(entry) "] = { " \
			quoted(lower(entry)) ", " quoted(doc) ", " \
			(type in types ? types[type] : "ABI_OTHER") ", " \
			(nested != "" ? "&abi_" lower(nested) : "NULL") \
			", " least + 0 ", " most + 0 " },\n"
	if (entry != "")
		count++
	entry = doc = type = nested = least = most = ""
}

function close_item(    name) {
	close_entry()
	name = lower(item)
	if (item != "" && kind == "enum") {
		printf "static const struct abi_entry %s_entry[] = {\n%s};\n", name, body
		printf "const struct abi_enum abi_%s = { %d, %s_entry };\n\n", name, count, name
	}
	if (item != "" && kind == "set") {
		forward = forward "extern const struct abi_set abi_" name ";\n"
		sets = sets "static const struct abi_attr " name "_attr[] = {\n" body "};\n" \
			"_Static_assert(GOSSIP_A_" upper(item) "_MAX == " count ", " \
			quoted("attributes of " item) ");\n" \
			"const struct abi_set abi_" name " = { " count ", " name "_attr };\n\n"
	}
	item = body = kind = ""
	count = 0
}

BEGIN {
	types["u16"] = "ABI_U16"
	types["u32"] = "ABI_U32"
	types["u64"] = "ABI_U64"
	types["string"] = "ABI_STRING"
	types["nest"] = "ABI_NEST"
	print "/* Generated from kmod/gossip.yaml by abi.awk. */"
	print "#include <stddef.h>"
	print "#include <linux/gossip.h>"
	print "#include \"abi.h\"\n"
}

# The lines of a folded text are indented more than its key.
folded && /^          / { sub(/^ */, ""); doc = doc (doc == "" ? "" : " ") $0; next }
{ folded = 0 }

/^[a-z]/ { close_item(); section = $1 }
section != "definitions:" && section != "attribute-sets:" { next }
/^  -$/ { close_item() }
/^    name: / { item = value($0); kind = section == "attribute-sets:" ? "set" : "" }
/^    type: enum$/ { kind = "enum" }
/^    entries: \[/ {
	gsub(/.*\[|\].*|,/, " ")
	n = split($0, list, " ")
	for (i = 1; i <= n; i++) {
		entry = value("x: " list[i])
		close_entry()
	}
}
/^      -$/ { close_entry() }
/^        name: / { entry = value($0) }
/^        type: / { type = value($0) }
/^        nested-attributes: / { nested = value($0) }
/^          min: / { least = value($0) }
/^          max: / { most = value($0) }
/^        doc: / { doc = value($0); if (doc == "|" || doc == ">") { doc = ""; folded = 1 } }

END { close_item(); printf "%s\n%s", forward, sets }
