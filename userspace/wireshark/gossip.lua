-- SPDX-License-Identifier: GPL-2.0
-- Dissector for the datagrams of gossip, wire format 1 (kmod/swim/wire.h). Those that
-- are sealed (kmod/seal.h) it opens with the keys in its preferences; gossip_seal.lua beside
-- this file does that.
--
-- wireshark -X lua_script:gossip.lua, or in a directory for plugins ("Help", "About",
-- "Folders"). Other ports than 7946: "Decode As", the preference, or the heuristic.

local HEADER, RECORD_HEADER = 34, 3
local NAME_MAX, ACCUSERS_MAX, BUCKETS, META_MAX, EVENT_MAX = 63, 4, 64, 768, 512

local gossip = Proto("gossip", "Gossip Group Membership")

gossip.prefs.port = Pref.uint("UDP port", 7946, "Port that members listen on")
gossip.prefs.keys = Pref.string("Keys", "",
	"Of sealed datagrams: in base64, as gossipctl has them, with spaces between them")

-- Where this file is; in Wireshark's own directories that is found, too.
local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local has_seal, seal = pcall(dofile, here .. "gossip_seal.lua")
local SEAL_TAG, KEY_ID, SEALED = 16, 4, 0x80

-- The body of each type: fields of it, in their order.
local types = {
	[1] = { name = "PING", "nonce", "target", "reserved" },
	[2] = { name = "ACK", "nonce", "responder", "proof" },
	[3] = { name = "PING_REQ", "nonce", "target", "salt", "time_allowed" },
	[4] = { name = "NACK", "nonce", "target" },
	[5] = { name = "GOSSIP" },
	[6] = { name = "SYNC", "nonce", "cookie" },
	[7] = { name = "COOKIE", "nonce", "cookie" },
	[8] = { name = "STATE", "nonce", "state_flags" },
	[9] = { name = "RELAY", "nonce", "target", "asker", "salt" },
	[10] = { name = "CONFLICT", "nonce", "holder" },
}
local sizes = { nonce = 4, proof = 4, reserved = 4, salt = 4, time_allowed = 2 } -- others: 8

local type_names = {}
for number, body in pairs(types) do
	type_names[number] = body.name
end
local states = { [0] = "alive", [1] = "suspect", [2] = "failed", [3] = "left" }
local families = { [4] = "IPv4", [6] = "IPv6" }
local MEMBER, DIGEST, EVENT, HAVE, WANT, LATE = 1, 2, 3, 4, 5, 6
local records = { [MEMBER] = "member", [DIGEST] = "buckets", [EVENT] = "event",
	[HAVE] = "have", [WANT] = "want", [LATE] = "late" }
local SERVICE, TAG = 1, 2
local items = { [SERVICE] = "service", [TAG] = "tag" }

local f = {
	version = ProtoField.uint8("gossip.version", "Version", base.HEX),
	type = ProtoField.uint8("gossip.type", "Type", base.DEC, type_names),
	sealed = ProtoField.bool("gossip.sealed", "Sealed", 8, nil, SEALED),
	sealed_data = ProtoField.bytes("gossip.sealed.data", "Encrypted body and records"),
	tag_bytes = ProtoField.bytes("gossip.sealed.tag", "Tag"),
	key_id = ProtoField.uint32("gossip.sealed.key", "Fingerprint of the key", base.HEX),
	flags = ProtoField.uint8("gossip.flags", "Flags", base.HEX),
	quiet = ProtoField.bool("gossip.flags.quiet", "The view is a second old or more", 8, nil, 0x01),
	first = ProtoField.bool("gossip.flags.first", "First ping of a probe", 8, nil, 0x02),
	ask = ProtoField.bool("gossip.flags.ask", "Nobody has probed the sender for a while", 8, nil, 0x08),
	asked = ProtoField.bool("gossip.flags.asked", "First ping of a probe that was asked for", 8, nil, 0x10),
	again = ProtoField.bool("gossip.flags.repeat", "An earlier ping was not answered", 8, nil, 0x04),
	health = ProtoField.uint8("gossip.health", "Health of the sender (0 is best)"),
	cluster = ProtoField.uint32("gossip.cluster", "Hash of the cluster's name", base.HEX),
	uid = ProtoField.uint64("gossip.uid", "Uid of the sender", base.HEX),
	sender = ProtoField.string("gossip.sender", "Name of the sender"),
	counter = ProtoField.uint64("gossip.counter", "Number of the sender's datagram"),
	view = ProtoField.uint64("gossip.view", "View of the sender", base.HEX),
	live = ProtoField.uint16("gossip.live", "Live members in it"),
	nonce = ProtoField.uint32("gossip.nonce", "Nonce", base.HEX),
	target = ProtoField.uint64("gossip.target", "Uid of the target", base.HEX),
	responder = ProtoField.uint64("gossip.responder", "Uid of who answered", base.HEX),
	asker = ProtoField.uint64("gossip.asker", "Uid of the asker", base.HEX),
	holder = ProtoField.uint64("gossip.holder", "Uid of who holds the name", base.HEX),
	proof = ProtoField.uint32("gossip.proof", "Proof", base.HEX),
	salt = ProtoField.uint32("gossip.salt", "Salt", base.HEX),
	reserved = ProtoField.uint32("gossip.reserved", "Reserved", base.HEX),
	time_allowed = ProtoField.uint16("gossip.time_allowed", "Time allowed (ms)"),
	cookie = ProtoField.uint64("gossip.cookie", "Cookie", base.HEX),
	state_flags = ProtoField.uint64("gossip.state_flags", "Flags of the state", base.HEX),
	last = ProtoField.bool("gossip.state_flags.last", "Last of this state"),
	record = ProtoField.none("gossip.record", "Record"),
	record_type = ProtoField.uint8("gossip.record.type", "Type", base.DEC, records),
	record_length = ProtoField.uint16("gossip.record.length", "Length"),
	record_rest = ProtoField.bytes("gossip.record.rest", "Not known to this dissector"),
	state = ProtoField.uint8("gossip.member.state", "State", base.DEC, states),
	member_flags = ProtoField.uint8("gossip.member.flags", "Flags", base.HEX),
	degraded = ProtoField.bool("gossip.member.degraded", "Degraded", 8, nil, 0x01),
	turn = ProtoField.uint8("gossip.member.turn", "Changes of the flags"),
	member_uid = ProtoField.uint64("gossip.member.uid", "Uid", base.HEX),
	generation = ProtoField.uint32("gossip.member.generation", "Generation"),
	incarnation = ProtoField.uint32("gossip.member.incarnation", "Incarnation"),
	accusers = ProtoField.uint8("gossip.member.accusers", "Accusers"),
	accuser = ProtoField.uint64("gossip.member.accuser", "Accuser", base.HEX),
	port = ProtoField.uint16("gossip.member.port", "Port"),
	family = ProtoField.uint8("gossip.member.family", "Family", base.DEC, families),
	ipv4 = ProtoField.ipv4("gossip.member.ipv4", "Address"),
	ipv6 = ProtoField.ipv6("gossip.member.ipv6", "Address"),
	name_length = ProtoField.uint8("gossip.member.name_length", "Length of the name"),
	name = ProtoField.string("gossip.member.name", "Name"),
	meta_generation = ProtoField.uint32("gossip.meta.generation", "Generation of the metadata"),
	meta_incarnation = ProtoField.uint32("gossip.meta.incarnation", "Incarnation of the metadata"),
	meta_length = ProtoField.uint16("gossip.meta.length", "Length of the metadata"),
	meta = ProtoField.bytes("gossip.meta", "Metadata"),
	item_type = ProtoField.uint8("gossip.meta.type", "Type", base.DEC, items),
	item_length = ProtoField.uint16("gossip.meta.item_length", "Length"),
	service = ProtoField.string("gossip.meta.service", "Service"),
	tag = ProtoField.string("gossip.meta.tag", "Tag"),
	event_uid = ProtoField.uint64("gossip.event.uid", "Uid of its origin", base.HEX),
	event_time = ProtoField.uint64("gossip.event.ltime", "Lamport time"),
	event_number = ProtoField.uint32("gossip.event.number", "Number"),
	event_name_length = ProtoField.uint8("gossip.event.name_length", "Length of the name"),
	event_name = ProtoField.string("gossip.event.name", "Name"),
	event_length = ProtoField.uint16("gossip.event.length", "Length of the payload"),
	event_payload = ProtoField.bytes("gossip.event.payload", "Payload"),
	events_uid = ProtoField.uint64("gossip.events.uid", "Uid of their origin", base.HEX),
	events_newest = ProtoField.uint32("gossip.events.newest", "Number of the newest"),
	events_mask = ProtoField.uint64("gossip.events.mask", "Which ones", base.HEX),
	bucket = ProtoField.uint32("gossip.bucket", "Digest of a bucket", base.HEX),
}
gossip.fields = f

local malformed = ProtoExpert.new("gossip.malformed", "Malformed: members drop it",
	expert.group.MALFORMED, expert.severity.ERROR)
local cut = ProtoExpert.new("gossip.cut", "The capture has only a part of it",
	expert.group.UNDECODED, expert.severity.NOTE)
local other_version = ProtoExpert.new("gossip.other_version", "A version that is not known",
	expert.group.UNDECODED, expert.severity.WARN)
local closed = ProtoExpert.new("gossip.closed", "Sealed with a key that is not in the preferences",
	expert.group.UNDECODED, expert.severity.NOTE)
local forged = ProtoExpert.new("gossip.forged", "Not sealed with the key that it names: members drop it",
	expert.group.SECURITY, expert.severity.ERROR)
gossip.experts = { malformed, cut, other_version, closed, forged }

-- The bytes of each key, by its fingerprint.
local keys = {}

local function read_keys()
	keys = {}
	for text in has_seal and gossip.prefs.keys:gmatch("%S+") or pairs({}) do
		local ok, secret = pcall(function() return ByteArray.new(text, true):base64_decode():raw() end)
		if ok and #secret == 32 then
			keys[seal.id(secret)] = secret
		end
	end
end
read_keys()

-- Of the members told so far: the datagrams themselves have uids.
local names = {}

function gossip.init()
	names = {}
end

local function who(uid)
	return names[tostring(uid)] or uid:tohex()
end

-- A part of a datagram that is read from its beginning to its end. What is wrong with
-- it ends all: error() with a table, caught in dissect().
local Part = {}
Part.__index = Part

local function part(tvb, tree, first, size)
	return setmetatable({ tvb = tvb, tree = tree, at = first, stop = first + size }, Part)
end

local function wrong(why)
	error({ why = why }, 0)
end

function Part:left()
	return self.stop - self.at
end

-- The next bytes as a field: its item and where it is.
function Part:take(field, size)
	if self:left() < size then
		error({ why = "ends too early", short = true }, 0)
	end
	local range = self.tvb(self.at, size)
	self.at = self.at + size
	return self.tree:add(field, range), range
end

function Part:number(field, size)
	local item, range = self:take(field, size)
	return size > 4 and range:uint64() or range:uint(), item, range
end

local function is_zero(uid)
	return uid == UInt64(0)
end

local function read_accusers(member)
	local count = member:number(f.accusers, 1)
	local seen = {}
	if count > ACCUSERS_MAX then
		wrong("too many accusers")
	end
	for _ = 1, count do
		local uid, item = member:number(f.accuser, 8)
		item:append_text(" (" .. who(uid) .. ")")
		if seen[tostring(uid)] then
			wrong("an accuser twice")
		end
		seen[tostring(uid)] = true
	end
end

-- As the members do, refuses what nobody can be reached at.
local function read_address(member)
	local port = member:number(f.port, 2)
	local family, _, range = member:number(f.family, 1)
	if family == 4 then
		_, range = member:take(f.ipv4, 4)
		local first = range(0, 1):uint()
		if first == 0 or first >= 224 then
			wrong("an address that no member has")
		end
		return tostring(range:ipv4()) .. ":" .. port, port
	elseif family == 6 then
		_, range = member:take(f.ipv6, 16)
		if range(0, 1):uint() == 0xff or not range:bytes():tohex():find("[^0]") then
			wrong("an address that no member has")
		end
		return "[" .. tostring(range:ipv6()) .. "]:" .. port, port
	end
	wrong("a family that is none")
end

local function take_name(record, field, size)
	if size == 0 then
		wrong("an empty name")
	end
	local _, range = record:take(field, size)
	local name = range:string()
	if size > NAME_MAX or #name ~= size or name:find("[^%w._-]") then
		wrong("a name that is none")
	end
	return name
end

-- Services and tags, as far as they are well-formed: members carry other bytes, too.
local function read_items(tvb, tree, first, size)
	local at, stop = first, first + size
	while at + RECORD_HEADER <= stop do
		local kind, length = tvb(at, 1):uint(), tvb(at + 1, 2):uint()
		if at + RECORD_HEADER + length > stop then
			return
		end
		local item = tree:add(f.item_type, tvb(at, 1))
		item:add(f.item_length, tvb(at + 1, 2))
		if length > 0 and items[kind] then
			local range = tvb(at + RECORD_HEADER, length)
			item:add(f[items[kind]], range)
			item:append_text(": " .. range:string())
		end
		at = at + RECORD_HEADER + length
	end
end

local function read_meta(member, generation, incarnation)
	local of_generation = member:number(f.meta_generation, 4)
	local of_incarnation = member:number(f.meta_incarnation, 4)
	local size = member:number(f.meta_length, 2)
	if size > META_MAX then
		wrong("too much metadata")
	end
	if size > 0 then
		local first = member.at
		local item = member:take(f.meta, size)
		read_items(member.tvb, item, first, size)
	end
	if (of_generation == 0 and of_incarnation == 0) or of_generation > generation or
		(of_generation == generation and of_incarnation > incarnation) then
		wrong("metadata from a time that is to come")
	end
end

-- Returns what it is about, in words.
local function read_member(member)
	local state = member:number(f.state, 1)
	if not states[state] then
		wrong("a state that is none")
	end
	local _, flags = member:take(f.member_flags, 1)
	member.tree:add(f.degraded, flags)
	member:take(f.turn, 1)
	local uid = member:number(f.member_uid, 8)
	local generation = member:number(f.generation, 4)
	local incarnation = member:number(f.incarnation, 4)
	if states[state] == "suspect" or states[state] == "failed" then
		read_accusers(member)
	end
	local address, port = read_address(member)
	local name = take_name(member, f.name, member:number(f.name_length, 1))
	if is_zero(uid) or port == 0 then
		wrong("a member without a uid or a port")
	end
	if member:left() > 0 then
		read_meta(member, generation, incarnation)
	end
	names[tostring(uid)] = name
	return name .. " " .. states[state], address
end

local function read_buckets(record)
	for _ = 1, BUCKETS do
		record:take(f.bucket, 4)
	end
	return "buckets"
end

local function read_event(event, kind)
	local uid, item = event:number(f.event_uid, 8)
	item:append_text(" (" .. who(uid) .. ")")
	event:take(f.event_time, 8)
	event:take(f.event_number, 4)
	local name_size = event:number(f.event_name_length, 1)
	local name = take_name(event, f.event_name, name_size)
	local size = event:number(f.event_length, 2)
	if name_size + size > EVENT_MAX or is_zero(uid) then
		wrong("too long an event, or one of nobody")
	end
	if size > 0 then
		event:take(f.event_payload, size)
	end
	return (kind == LATE and "late event " or "event ") .. name
end

-- The numbers that a mask stands for: bit i is the newest less i.
local function numbers(newest, mask)
	local list = {}
	for i = 0, 63 do
		local half = i < 32 and mask(4, 4) or mask(0, 4)
		if math.floor(half:uint() / 2 ^ (i % 32)) % 2 == 1 then
			list[#list + 1] = string.format("%.0f", (newest - i) % 2 ^ 32)
		end
	end
	return #list > 0 and table.concat(list, ", ") or "none"
end

-- User events of one origin that can be told again, or are asked for.
local function read_events(events, kind)
	local uid, item = events:number(f.events_uid, 8)
	item:append_text(" (" .. who(uid) .. ")")
	local newest = events:number(f.events_newest, 4)
	local mask_item, mask = events:take(f.events_mask, 8)
	local list = numbers(newest, mask)
	mask_item:append_text(" (" .. list .. ")")
	return records[kind] .. " " .. list .. " of " .. who(uid)
end

local readers = { [MEMBER] = read_member, [DIGEST] = read_buckets, [EVENT] = read_event,
	[HAVE] = read_events, [WANT] = read_events, [LATE] = read_event }

-- Records of other types are skipped, as are bytes after what is known.
local function read_record(body, said)
	local tree = body.tree:add(f.record, body.tvb(body.at, body:left()))
	local head = part(body.tvb, tree, body.at, body:left())
	local kind = head:number(f.record_type, 1)
	local size = head:number(f.record_length, 2)
	body.at = head.at
	if body:left() < size then
		error({ why = "ends within a record", short = true }, 0)
	end
	tree:set_len(RECORD_HEADER + size)
	tree:set_text("Record: " .. (records[kind] or "type " .. kind))
	local record = part(body.tvb, tree, body.at, size)
	body.at = body.at + size
	if readers[kind] then
		local what, more = readers[kind](record, kind)
		tree:append_text(", " .. what .. (more and ", " .. more or ""))
		said[#said + 1] = what
	end
	if record:left() > 0 then
		record:take(f.record_rest, record:left())
	end
end

local function read_header(header)
	header:take(f.version, 1)
	local _, byte = header:take(f.sealed, 1)
	local kind = byte:uint() % SEALED
	header.tree:add(f.type, byte, kind)
	local _, flags = header:take(f.flags, 1)
	for _, flag in ipairs({ f.quiet, f.first, f.again, f.ask, f.asked }) do
		header.tree:add(flag, flags)
	end
	header:take(f.health, 1)
	header:take(f.cluster, 4)
	local uid, item = header:number(f.uid, 8)
	header:take(f.counter, 8)
	header:take(f.view, 8)
	header:take(f.live, 2)
	if not types[kind] then
		wrong("a type that is none")
	end
	if is_zero(uid) then
		wrong("a sender without a uid")
	end
	return types[kind], uid, item
end

-- The rest of a sealed datagram: what was encrypted, to be read on, or nil.
local function open(all, info)
	if all:left() < SEAL_TAG + KEY_ID then
		wrong("too short for one that is sealed")
	end
	local header, size = all.tvb:raw(0, HEADER), all:left() - SEAL_TAG - KEY_ID
	local data = size > 0 and all.tvb:raw(HEADER, size) or ""
	if size > 0 then
		all:take(f.sealed_data, size)
	end
	local _, tag = all:take(f.tag_bytes, SEAL_TAG)
	local item, id = all:take(f.key_id, KEY_ID)
	local secret = keys[id:raw()]
	if not secret then
		item:add_proto_expert_info(closed)
		info[#info + 1] = "[sealed]"
		return nil
	end
	local plain = seal.open(secret, header, data, tag:raw())
	if not plain then
		item:add_proto_expert_info(forged)
		info[#info + 1] = "[forged]"
		return nil
	end
	local opened = ByteArray.new(header .. plain, true):tvb("Opened")
	return part(opened, all.tree, HEADER, #plain)
end

-- Adds what it is about, the members it names, to info.
local function read_body(body, kind, info)
	for _, key in ipairs(kind) do
		local size = sizes[key] or 8
		local value, item, range = body:number(f[key], size)
		if key == "target" or key == "asker" or key == "responder" or key == "holder" then
			item:append_text(" (" .. who(value) .. ")")
			info[#info + 1] = (key == "target" and "→ " or key .. " ") .. who(value)
		elseif key == "state_flags" then
			item:add(f.last, range, range(7, 1):uint() % 2 == 1)
		end
	end
end

-- All of a datagram; info is words for its column, complete as far as it was read.
local function read(tvb, tree, info)
	local all = part(tvb, tree, 0, tvb:len())
	local kind, uid, item = read_header(all)
	info[1] = kind.name
	info[2] = who(uid)
	if tvb(1, 1):uint() >= SEALED then
		all = open(all, info)
		if not all then
			return
		end
	end
	read_body(all, kind, info)
	local said = {}
	local ok, trouble = true, nil
	while ok and all:left() > 0 do
		ok, trouble = pcall(read_record, all, said)
	end
	-- The name of the sender may be told by its own first datagram.
	info[2] = who(uid)
	if names[tostring(uid)] then
		item:append_text(" (" .. info[2] .. ")")
		tree:add(f.sender, info[2]):set_generated()
	end
	if #said > 0 then
		info[#info + 1] = "[" .. table.concat(said, ", ") .. "]"
	end
	if not ok then
		error(trouble, 0)
	end
end

function gossip.dissector(tvb, pinfo, root)
	if tvb:len() == 0 then
		return 0
	end
	local tree = root:add(gossip, tvb())
	pinfo.cols.protocol = "GOSSIP"
	if tvb(0, 1):bitfield(0, 4) ~= 1 and tvb:reported_len() >= HEADER then
		tree:add(f.version, tvb(0, 1)):add_proto_expert_info(other_version)
		pinfo.cols.info = "version " .. tvb(0, 1):bitfield(0, 4)
		return tvb:len()
	end
	local info = {}
	local ok, trouble = pcall(read, tvb, tree, info)
	if not ok then
		-- Not one of ours: a mistake in this file, which Wireshark shows.
		if type(trouble) ~= "table" then
			error(trouble, 0)
		end
		local why = trouble.short and tvb:reported_len() > tvb:len() and cut or malformed
		tree:add_proto_expert_info(why, (why == cut and "Cut by the capture: " or "Malformed: ") ..
			trouble.why)
		info[#info + 1] = why == cut and "[cut]" or "[malformed]"
	end
	pinfo.cols.info = table.concat(info, " ")
	return tvb:len()
end

-- Whether records follow one another to the very end; what is in them is not looked at.
local function is_gossip(tvb)
	if tvb:len() < HEADER or tvb(0, 1):bitfield(0, 4) ~= 1 then
		return false
	end
	local kind = types[tvb(1, 1):uint() % SEALED]
	if not kind or is_zero(tvb(8, 8):uint64()) then
		return false
	end
	if tvb(1, 1):uint() >= SEALED then
		return tvb:len() >= HEADER + SEAL_TAG + KEY_ID and keys[tvb:raw(tvb:len() - KEY_ID, KEY_ID)] ~= nil
	end
	local at = HEADER
	for _, key in ipairs(kind) do
		at = at + (sizes[key] or 8)
	end
	while at + RECORD_HEADER <= tvb:len() do
		at = at + RECORD_HEADER + tvb(at + 1, 2):uint()
	end
	return at == tvb:len()
end

gossip:register_heuristic("udp", function(tvb, pinfo, root)
	if not is_gossip(tvb) then
		return false
	end
	gossip.dissector(tvb, pinfo, root)
	pinfo.conversation = gossip
	return true
end)

local ports = DissectorTable.get("udp.port")
local port = gossip.prefs.port
ports:add(port, gossip)
ports:add_for_decode_as(gossip)

function gossip.prefs_changed()
	read_keys()
	if port ~= gossip.prefs.port then
		ports:remove(port, gossip)
		port = gossip.prefs.port
		ports:add(port, gossip)
	end
end
