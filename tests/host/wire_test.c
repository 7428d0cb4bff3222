// SPDX-License-Identifier: GPL-2.0
/* The codec: what is written is read; what is not well formed is refused. */

#include <linux/kernel.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/wire.h"
#include "host.h"
#include "record.h"

static u8 data[SWIM_DATAGRAM_MAX];

static u32 encode(u8 type, const struct swim_record *record, unsigned int count)
{
	struct wire_header header = { .type = type,
				      .flags = WIRE_QUIET,
				      .lhm = 3,
				      .cluster = 0x01020304,
				      .uid = 0x1122334455667788ULL,
				      .counter = 9,
				      .view = 10 };
	struct wire_body body = { .nonce = 77, .value = 88, .time_ms = 99 };
	struct wire_buf buf = { .data = data, .size = sizeof(data) };

	wire_put_message(&buf, &header, &body);
	while (count--)
		wire_put_member(&buf, record);
	return buf.len;
}

static struct swim_record sample(u8 state, u8 family)
{
	struct swim_record record = {
		.uid = 5,
		.accuser = { 6 },
		.accusers = 1,
		.generation = 7,
		.incarnation = 8,
		.name = "db-1.example_x",
		.name_len = 14,
		.state = state,
	};

	record.addr.family = family;
	record.addr.port = 7946;
	memset(record.addr.ip, 10, family == 4 ? 4 : 16);
	return record;
}

static bool round_trip(u8 type, u8 state, u8 family)
{
	struct swim_record record = sample(state, family), back;
	struct wire_message msg;
	u32 len = encode(type, &record, 2), offset = 0;

	/* Of others it is not written who accused them. */
	if (state != SWIM_SUSPECT && state != SWIM_FAILED)
		record.accusers = 0;
	return !wire_parse(data, len, &msg) && msg.header.type == type &&
	       msg.header.flags == WIRE_QUIET && msg.header.lhm == 3 &&
	       msg.header.cluster == 0x01020304 &&
	       msg.header.uid == 0x1122334455667788ULL &&
	       msg.header.counter == 9 && msg.header.view == 10 &&
	       (type == WIRE_GOSSIP ||
		(msg.body.nonce == 77 && msg.body.value == 88)) &&
	       (type != WIRE_PING_REQ || msg.body.time_ms == 99) &&
	       wire_next_member(&msg, &offset, &back) &&
	       record_equal(&record, &back) &&
	       wire_next_member(&msg, &offset, &back) &&
	       record_equal(&record, &back) &&
	       !wire_next_member(&msg, &offset, &back);
}

static bool all_round_trips(void)
{
	u8 type, state;

	for (type = WIRE_PING; type < WIRE_NR_TYPES; type++)
		for (state = 0; state < SWIM_NR_STATES; state++)
			if (!round_trip(type, state, 4) ||
			    !round_trip(type, state, 6))
				return false;
	return true;
}

/* Parses a copy of exactly @len bytes, so that ASan sees a read beyond. */
static int parse_exactly(const u8 *bytes, u32 len)
{
	u8 *copy = malloc(len ? len : 1);
	struct swim_record record;
	struct wire_message msg;
	u32 offset = 0;
	int err;

	memcpy(copy, bytes, len);
	err = wire_parse(copy, len, &msg);
	while (!err && wire_next_member(&msg, &offset, &record))
		if (!record.name_len || record.name_len > SWIM_NAME_MAX)
			abort();
	free(copy);
	return err;
}

/* Cut anywhere but between two records, a datagram is refused. */
static bool truncated_is_refused(void)
{
	struct swim_record record = sample(SWIM_SUSPECT, 6);
	u32 body = encode(WIRE_PING, &record, 0);
	u32 one = encode(WIRE_PING, &record, 1) - body;
	u32 len = encode(WIRE_PING, &record, 3);
	u32 cut;

	for (cut = 0; cut < len; cut++) {
		bool whole = cut >= body && (cut - body) % one == 0;

		if (!parse_exactly(data, cut) != whole)
			return false;
	}
	return true;
}

static bool random_is_survived(void)
{
	struct swim_record record = sample(SWIM_FAILED, 4);
	unsigned int i, j;

	srand(1);
	for (i = 0; i < 300000; i++) {
		u32 len = encode(1 + rand() % 8, &record, rand() % 4);

		for (j = rand() % 8; j; j--)
			data[rand() % len] = rand();
		if (rand() % 2)
			len = rand() % (len + 1);
		parse_exactly(data, len);
	}
	return true;
}

static int with(u32 offset, u8 value)
{
	struct swim_record record = sample(SWIM_ALIVE, 4);
	u32 len = encode(WIRE_GOSSIP, &record, 1);

	data[offset] = value;
	return parse_exactly(data, len);
}

/* Offsets of the first member record of a GOSSIP. */
enum {
	STATE = WIRE_HEADER + 3,
	UID = STATE + 3,
	PORT = UID + 16,
	FAMILY = PORT + 2,
	IP = FAMILY + 1,
	LEN = IP + 4,
	NAME = LEN + 1
};

static bool unknown_is_skipped(void)
{
	struct swim_record record = sample(SWIM_ALIVE, 4), back;
	u32 len = encode(WIRE_GOSSIP, &record, 2), offset = 0;
	struct wire_message msg;
	unsigned int count = 0;

	data[WIRE_HEADER] = 200;
	if (wire_parse(data, len, &msg))
		return false;
	while (wire_next_member(&msg, &offset, &back))
		count++;
	return count == 1;
}

static bool no_room_changes_nothing(void)
{
	struct swim_record record = sample(SWIM_ALIVE, 4);
	struct wire_buf buf = { .data = data, .len = 0, .size = 41 };

	return !wire_put_member(&buf, &record) && buf.len == 0;
}

int main(void)
{
	tap_check(all_round_trips(), "every message and record is read back");
	tap_check(truncated_is_refused(), "truncated datagrams are refused");
	tap_check(random_is_survived(),
		  "300,000 damaged datagrams are survived");
	tap_check(unknown_is_skipped(), "unknown record types are skipped");
	tap_check(no_room_changes_nothing(),
		  "a record that does not fit is not written");
	tap_check(with(0, 0x20) == -EPROTONOSUPPORT,
		  "another major version is refused");
	tap_check(!with(0, 0x1f), "another minor version is accepted");
	tap_check(with(1, 0) == -EBADMSG, "message type 0 is refused");
	tap_check(with(1, WIRE_NR_TYPES) == -EBADMSG,
		  "unknown message type is refused");
	tap_check(with(STATE, SWIM_NR_STATES) == -EBADMSG,
		  "unknown state is refused");
	tap_check(with(FAMILY, 5) == -EBADMSG,
		  "unknown address family is refused");
	tap_check(with(IP, 224) == -EBADMSG, "multicast address is refused");
	tap_check(with(IP, 0) == -EBADMSG, "address 0.x is refused");
	tap_check(with(LEN, 0) == -EBADMSG, "empty name is refused");
	tap_check(with(LEN, 64) == -EBADMSG, "name of 64 is refused");
	tap_check(with(NAME, ' ') == -EBADMSG, "name with a space is refused");
	tap_check(with(NAME, 0) == -EBADMSG, "name with a NUL is refused");
	return tap_end();
}
