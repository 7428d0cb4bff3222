// SPDX-License-Identifier: GPL-2.0
/* What holds for any message and record, and for any damage to one. */

#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/wire.h"
#include "host.h"
#include "random.h"
#include "record.h"

static u8 data[SWIM_DATAGRAM_MAX], other[SWIM_DATAGRAM_MAX];

/* Every record has metadata, so that what follows them is a later minor's. */
static bool with_meta;

static void add_meta(struct swim_record *record)
{
	static u8 meta[2 * SWIM_META_MAX];
	u64 key = swim_key(record->generation, record->incarnation);

	if (!key || (!with_meta && random_below(2)))
		return;
	meta[SWIM_META_MAX] = 0xa5;
	record->meta = meta + random_below(SWIM_META_MAX);
	record->meta_len =
		random_below(random_below(8) ? 64 : SWIM_META_MAX + 1);
	record->meta_key = key - random_u64() % key;
}

/* *@len of the characters that there are. */
static void any_name(char *name, u8 *len)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	u32 i;

	*len = 1 + random_below(SWIM_NAME_MAX);
	for (i = 0; i < *len; i++)
		name[i] = allowed[random_below(sizeof(allowed) - 1)];
}

static struct wire_event any_event(char *name)
{
	static u8 payload[2 * SWIM_EVENT_MAX];
	struct wire_event event = {
		.uid = random_u64() | 1,
		.ltime = random_u64(),
		.number = random_below(0),
		.name = name,
		.late = random_below(2),
	};

	any_name(name, &event.name_len);
	payload[SWIM_EVENT_MAX] = 0x5a;
	event.payload = payload + random_below(SWIM_EVENT_MAX);
	event.len = random_below(SWIM_EVENT_MAX - event.name_len + 1);
	return event;
}

static struct swim_record any_record(char *name)
{
	struct swim_record record = {
		.uid = random_u64() | 1,
		.generation = random_below(0),
		.incarnation = random_below(0),
		.name = name,
		.state = random_below(SWIM_NR_STATES),
		.flags = random_below(2) ? WIRE_DEGRADED : 0,
		.turn = random_below(256),
	};
	u32 i;

	any_name(name, &record.name_len);
	if (record.state == SWIM_SUSPECT || record.state == SWIM_FAILED)
		record.accusers = random_below(SWIM_ACCUSERS_MAX + 1);
	for (i = 0; i < record.accusers; i++)
		record.accuser[i] = random_u64();
	record.addr.family = random_below(2) ? 4 : 6;
	record.addr.port = 1 + random_below(65535);
	for (i = 0; i < (record.addr.family == 4 ? 4 : 16); i++)
		record.addr.ip[i] = 1 + random_below(222);
	add_meta(&record);
	return record;
}

static struct wire_buf any_message(u8 *bytes, u32 size)
{
	struct wire_buf buf = { .data = bytes, .size = size };
	struct wire_header header = {
		.type = 1 + random_below(WIRE_NR_TYPES - 1),
		.flags = random_below(256),
		.lhm = random_below(256),
		.cluster = random_below(0),
		.uid = random_u64() | 1,
		.counter = random_u64(),
		.view = random_u64(),
		.live = random_below(65536),
	};
	struct wire_body body = {
		.nonce = random_below(0),
		.value = random_u64(),
		.asker = random_u64(),
		.salt = random_below(0),
		.proof = random_below(0),
		.time_ms = random_below(65536),
	};

	wire_put_message(&buf, &header, &body);
	return buf;
}

/* The same as *@msg was made of. */
static bool reads_back(void)
{
	struct swim_record put[8], got;
	char name[8][SWIM_NAME_MAX];
	struct wire_buf buf = any_message(data, sizeof(data)), copy;
	struct wire_message msg, again;
	u32 i, count = random_below(8), offset = 0;

	for (i = 0; i < count; i++) {
		put[i] = any_record(name[i]);
		if (!wire_put_member(&buf, &put[i]))
			return false;
	}
	if (wire_parse(data, buf.len, &msg))
		return false;
	for (i = 0; i < count; i++)
		if (!wire_next_member(&msg, &offset, &got) ||
		    !record_equal(&put[i], &got))
			return false;
	if (wire_next_member(&msg, &offset, &got))
		return false;
	/* And what was read is written as the same bytes. */
	copy = (struct wire_buf){ .data = other, .size = sizeof(other) };
	wire_put_message(&copy, &msg.header, &msg.body);
	for (offset = 0; wire_next_member(&msg, &offset, &got);)
		wire_put_member(&copy, &got);
	return copy.len == buf.len && !memcmp(data, other, buf.len) &&
	       !wire_parse(other, copy.len, &again) &&
	       message_equal(&msg, &again);
}

/* Likewise, of events, with a member among them. */
static bool events_read_back(void)
{
	struct wire_event put[8], got;
	char name[9][SWIM_NAME_MAX];
	struct wire_buf buf = any_message(data, sizeof(data)), copy;
	u32 i, count = random_below(9), offset = 0;
	struct swim_record record = any_record(name[8]);
	struct wire_message msg, again;

	for (i = 0; i < count; i++) {
		put[i] = any_event(name[i]);
		if (!wire_put_event(&buf, &put[i]) ||
		    (!i && !wire_put_member(&buf, &record)))
			return false;
	}
	if (wire_parse(data, buf.len, &msg))
		return false;
	copy = (struct wire_buf){ .data = other, .size = sizeof(other) };
	wire_put_message(&copy, &msg.header, &msg.body);
	for (i = 0; i < count; i++)
		if (!wire_next_event(&msg, &offset, &got) ||
		    !event_equal(&put[i], &got) ||
		    !wire_put_event(&copy, &got) ||
		    (!i && !wire_put_member(&copy, &record)))
			return false;
	if (wire_next_event(&msg, &offset, &got))
		return false;
	return copy.len == buf.len && !memcmp(data, other, buf.len) &&
	       !wire_parse(other, copy.len, &again) &&
	       message_equal(&msg, &again);
}

/* Likewise, of those that can be had and that are wanted. */
static bool ranges_read_back(void)
{
	struct wire_buf buf = any_message(data, sizeof(data));
	u32 i, count = random_below(16), offset = 0;
	struct wire_range put[16], got;
	u8 type = random_below(2) ? WIRE_HAVE : WIRE_WANT;
	struct wire_message msg;

	for (i = 0; i < count; i++) {
		put[i] = (struct wire_range){ .uid = random_u64(),
					      .mask = random_u64(),
					      .newest = random_below(0) };
		if (!wire_put_range(&buf, type, &put[i]))
			return false;
	}
	if (wire_parse(data, buf.len, &msg))
		return false;
	for (i = 0; i < count; i++)
		if (!wire_next_range(&msg, &offset, type, &got) ||
		    put[i].uid != got.uid || put[i].mask != got.mask ||
		    put[i].newest != got.newest)
			return false;
	return !wire_next_range(&msg, &offset, type, &got);
}

/* One that does not fit leaves what was there. */
static bool any_room_is_kept(void)
{
	struct wire_buf buf = any_message(data, sizeof(data));
	u32 before = buf.len, need;
	char name[SWIM_NAME_MAX];
	struct wire_event event = any_event(name);

	wire_put_event(&buf, &event);
	need = buf.len;
	buf.len = before;
	buf.size = before + random_below(need - before);
	memset(data + before, 0xee, need - before);
	return !wire_put_event(&buf, &event) && buf.len == before &&
	       data[before] == 0xee;
}

/* Of exactly @len bytes, so that ASan sees a read beyond. */
static bool is_safe(const u8 *bytes, u32 len, u32 *members)
{
	u8 *exact = malloc(len ? len : 1);
	struct swim_record record;
	struct wire_message msg;
	struct wire_event event;
	struct wire_range range;
	u32 bucket[SWIM_BUCKETS];
	u32 offset = 0;
	bool good = true;
	int err;

	memcpy(exact, bytes, len);
	err = wire_parse(exact, len, &msg);
	for (*members = 0; !err && wire_next_member(&msg, &offset, &record);
	     ++*members)
		good &= swim_name_valid(record.name, record.name_len) &&
			swim_addr_valid(&record.addr) && record.uid &&
			record.state < SWIM_NR_STATES &&
			record.accusers <= SWIM_ACCUSERS_MAX;
	for (offset = 0; !err && wire_next_event(&msg, &offset, &event);)
		good &= swim_name_valid(event.name, event.name_len) &&
			event.uid &&
			event.name_len + event.len <= SWIM_EVENT_MAX;
	for (offset = 0;
	     !err && wire_next_range(&msg, &offset, WIRE_WANT, &range);)
		;
	if (!err)
		wire_get_buckets(&msg, bucket);
	free(exact);
	return good && (!err || err == -EBADMSG || err == -EPROTONOSUPPORT);
}

/*
 * A message with @count members, and one record of another kind among them,
 * and where each record ends.
 */
static u32 sample(u32 count, u32 *end)
{
	struct wire_buf buf = any_message(data, sizeof(data));
	u32 bucket[SWIM_BUCKETS] = { random_below(0) };
	u32 i, extra = random_below(count + 1);
	char name[SWIM_NAME_MAX], title[SWIM_NAME_MAX];
	struct wire_event event = any_event(title);
	struct wire_range range = { .uid = 1, .mask = random_u64() };
	u32 kind = random_below(3);

	end[0] = buf.len;
	for (i = 0; i <= count; i++) {
		struct swim_record record = any_record(name);

		if (i == extra && kind == 0)
			wire_put_buckets(&buf, bucket);
		else if (i == extra && kind == 1)
			wire_put_event(&buf, &event);
		else if (i == extra)
			wire_put_range(&buf, WIRE_WANT, &range);
		else
			wire_put_member(&buf, &record);
		end[i + 1] = buf.len;
	}
	return buf.len;
}

static bool any_cut_is_safe(void)
{
	u32 end[5], cut, members, i, len = sample(3, end);

	for (cut = 0; cut <= len; cut++) {
		struct wire_message msg;
		bool whole = false;

		for (i = 0; i < 5; i++)
			whole |= cut == end[i];
		if (!is_safe(data, cut, &members) ||
		    !wire_parse(data, cut, &msg) != whole)
			return false;
	}
	return true;
}

static bool any_changed_byte_is_safe(void)
{
	u32 end[5], at, members, len = sample(2, end);

	for (at = 0; at < len; at++) {
		u8 was = data[at];
		u32 value;

		for (value = 0; value < 256; value++) {
			data[at] = value;
			if (!is_safe(data, len, &members))
				return false;
		}
		data[at] = was;
	}
	return true;
}

/* Makes room at @at. */
static u32 insert(u32 len, u32 at, u32 room)
{
	memmove(data + at + room, data + at, len - at);
	return len + room;
}

static bool unknown_records_are_skipped(void)
{
	u32 end[5], i, members, len = sample(3, end);
	u32 at = end[random_below(5)], size = random_below(100);

	len = insert(len, at, 3 + size);
	data[at] = WIRE_LATE + 1 + random_below(249);
	put_unaligned_be16(size, data + at + 1);
	for (i = 0; i < size; i++)
		data[at + 3 + i] = random_below(256);
	return is_safe(data, len, &members) && members == 3;
}

static bool longer_records_are_read(void)
{
	u32 end[5], members, offset = 0, len = sample(3, end);
	u32 which = random_below(4), more = 1 + random_below(50), i;
	u8 *size = data + end[which] + 1;
	struct wire_message before, after;

	memcpy(other, data, len);
	if (wire_parse(other, len, &before))
		return false;
	len = insert(len, end[which + 1], more);
	for (i = 0; i < more; i++)
		data[end[which + 1] + i] = random_below(256);
	put_unaligned_be16(get_unaligned_be16(size) + more, size);
	data[0] = WIRE_VERSION | random_below(16);
	return is_safe(data, len, &members) && members == 3 && !offset &&
	       !wire_parse(data, len, &after) && message_equal(&before, &after);
}

int main(void)
{
	random_start("codec");
	tap_check(always(reads_back, 20000),
		  "codec: what is written is read, and written, as the same");
	tap_check(always(events_read_back, 20000), "codec: so are events");
	tap_check(always(ranges_read_back, 20000),
		  "codec: and which events there are");
	tap_check(always(any_room_is_kept, 5000),
		  "codec: an event that does not fit changes nothing");
	tap_check(always(any_cut_is_safe, 50),
		  "codec: cut anywhere, it is refused or ends with a record");
	tap_check(always(any_changed_byte_is_safe, 10),
		  "codec: any byte changed, it is refused or read safely");
	tap_check(always(unknown_records_are_skipped, 5000),
		  "codec: unknown records anywhere are skipped");
	with_meta = true;
	tap_check(always(longer_records_are_read, 5000),
		  "codec: longer records of later minors are read");
	return tap_end();
}
