-- SPDX-License-Identifier: GPL-2.0
-- Opens sealed datagrams of gossip (kmod/seal.h): XChaCha20-Poly1305 as of RFC 8439 and
-- draft-irtf-cfrg-xchacha. gossip.lua loads it; by itself it does nothing.

local bit = bit or bit32
local tobit, bxor, band, rol = bit.tobit or bit.band, bit.bxor, bit.band, bit.rol or bit.lrotate

local seal = { TAG = 16, ID = 4 }

-- Little endian, both ways.
local function words(bytes)
	local all = {}
	for at = 1, #bytes, 4 do
		local a, b, c, d = bytes:byte(at, at + 3)
		all[#all + 1] = tobit(a + b * 2 ^ 8 + c * 2 ^ 16 + d * 2 ^ 24)
	end
	return all
end

local function bytes_of(word)
	word = word % 2 ^ 32
	return string.char(word % 256, math.floor(word / 2 ^ 8) % 256,
		math.floor(word / 2 ^ 16) % 256, math.floor(word / 2 ^ 24))
end

local function quarter(s, a, b, c, d)
	s[a] = tobit(s[a] + s[b])
	s[d] = rol(bxor(s[d], s[a]), 16)
	s[c] = tobit(s[c] + s[d])
	s[b] = rol(bxor(s[b], s[c]), 12)
	s[a] = tobit(s[a] + s[b])
	s[d] = rol(bxor(s[d], s[a]), 8)
	s[c] = tobit(s[c] + s[d])
	s[b] = rol(bxor(s[b], s[c]), 7)
end

-- The state before and after 20 rounds (RFC 8439, section 2.3).
local function rounds(key, rest)
	local before = words("expand 32-byte k" .. key .. rest)
	local s = { table.unpack(before) }
	for _ = 1, 10 do
		quarter(s, 1, 5, 9, 13)
		quarter(s, 2, 6, 10, 14)
		quarter(s, 3, 7, 11, 15)
		quarter(s, 4, 8, 12, 16)
		quarter(s, 1, 6, 11, 16)
		quarter(s, 2, 7, 12, 13)
		quarter(s, 3, 8, 9, 14)
		quarter(s, 4, 5, 10, 15)
	end
	return before, s
end

-- The key for all nonces that begin with these 16 bytes (section 2.2 of the draft).
local function subkey(key, nonce)
	local _, s = rounds(key, nonce)
	local out = {}
	for _, i in ipairs({ 1, 2, 3, 4, 13, 14, 15, 16 }) do
		out[#out + 1] = bytes_of(s[i])
	end
	return table.concat(out)
end

local function block(key, counter, nonce)
	local before, s = rounds(key, bytes_of(counter) .. nonce)
	for i = 1, 16 do
		s[i] = bytes_of(tobit(before[i] + s[i]))
	end
	return table.concat(s)
end

local function decrypt(key, nonce, data)
	local out = {}
	for at = 1, #data, 64 do
		local stream = block(key, (at + 63) / 64, nonce)
		for i = at, math.min(at + 63, #data) do
			out[i] = string.char(band(bxor(data:byte(i), stream:byte(i - at + 1)), 255))
		end
	end
	return table.concat(out)
end

-- Numbers of 130 bits: ten limbs of 13, the lowest first.
local LIMB = 2 ^ 13

local function limbs(bytes)
	local all, have, bits = {}, 0, 0
	for i = 1, 17 do
		have = have + (bytes:byte(i) or 0) * 2 ^ bits
		bits = bits + 8
		while bits >= 13 and #all < 10 do
			all[#all + 1] = have % LIMB
			have = math.floor(have / LIMB)
			bits = bits - 13
		end
	end
	if #all < 10 then
		all[10] = have
	end
	return all
end

local function carry(n)
	local over = 0
	for i = 1, 10 do
		n[i] = n[i] + over
		over = math.floor(n[i] / LIMB)
		n[i] = n[i] % LIMB
	end
	-- 2^130 is 5, modulo the prime.
	n[1] = n[1] + over * 5
end

local function times(a, b)
	local out = {}
	for i = 1, 10 do
		local sum = 0
		for j = 1, 10 do
			if j <= i then
				sum = sum + a[j] * b[i - j + 1]
			else
				sum = sum + 5 * a[j] * b[i - j + 11]
			end
		end
		out[i] = sum
	end
	carry(out)
	carry(out)
	return out
end

-- The tag (RFC 8439, section 2.5); key has 32 bytes.
local function poly1305(key, message)
	local clamp = { 255, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15 }
	local r = {}
	for i = 1, 16 do
		r[i] = string.char(band(key:byte(i), clamp[i]))
	end
	r = limbs(table.concat(r))
	local sum = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
	for at = 1, #message, 16 do
		local part = limbs(message:sub(at, at + 15) .. "\1")
		for i = 1, 10 do
			sum[i] = sum[i] + part[i]
		end
		sum = times(sum, r)
	end
	carry(sum)
	carry(sum)
	-- Less the prime, 2^130 - 5, if it is not less than that.
	local less = { sum[1] + 5, table.unpack(sum, 2) }
	for i = 1, 9 do
		less[i + 1] = less[i + 1] + math.floor(less[i] / LIMB)
		less[i] = less[i] % LIMB
	end
	if less[10] >= LIMB then
		less[10] = less[10] - LIMB
		sum = less
	end
	local pad = limbs(key:sub(17, 32))
	local tag, have, bits, limb, over = {}, 0, 0, 1, 0
	while #tag < 16 do
		while bits < 8 do
			local n = sum[limb] + pad[limb] + over
			over = math.floor(n / LIMB)
			have = have + n % LIMB * 2 ^ bits
			bits = bits + 13
			limb = limb + 1
		end
		tag[#tag + 1] = string.char(have % 256)
		have = math.floor(have / 256)
		bits = bits - 8
	end
	return table.concat(tag)
end

local function padded(data)
	return data .. ("\0"):rep(-#data % 16)
end

local function tag_of(key, nonce, data, header)
	return poly1305(block(key, 0, nonce):sub(1, 32), padded(header) .. padded(data) ..
		bytes_of(#header) .. "\0\0\0\0" .. bytes_of(#data) .. "\0\0\0\0")
end

-- The fingerprint of a key, 4 bytes.
function seal.id(secret)
	local nonce = "gossip key fingerprint\0\0"
	return tag_of(subkey(secret, nonce:sub(1, 16)), "\0\0\0\0" .. nonce:sub(17), "", ""):sub(1, 4)
end

-- What was encrypted, or nil if that was not done with this key; all are strings of bytes.
function seal.open(secret, header, data, tag)
	local key = subkey(secret, header:sub(9, 16) .. ("\0"):rep(8))
	local nonce = "\0\0\0\0" .. header:sub(17, 24)
	if tag_of(key, nonce, data, header) ~= tag then
		return nil
	end
	return decrypt(key, nonce, data)
end

return seal
