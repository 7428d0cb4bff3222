// SPDX-License-Identifier: GPL-2.0
/* The codec: what is written is read; what is not well formed is refused. */

#include <kunit/test.h>
#include <linux/prandom.h>

#include "../../kmod/swim/wire.h"

#define SIZE 1400
#define DAMAGED 20000

/* Offsets in a GOSSIP with one member record of an IPv4 address. */
enum {
	RECORD = WIRE_HEADER,
	STATE = RECORD + 3,
	UID = STATE + 3,
	PORT = UID + 16,
	FAMILY = PORT + 2,
	IP = FAMILY + 1,
	LEN = IP + 4,
	NAME = LEN + 1
};

static const struct wire_header sample_header = {
	.flags = WIRE_QUIET,
	.lhm = 3,
	.cluster = 0x01020304,
	.uid = 0x1122334455667788ULL,
	.counter = 0x0807060504030201ULL,
	.view = 10,
};

static const struct wire_body sample_body = {
	.nonce = 77,
	.value = 0x8877665544332211ULL,
	.time_ms = 99,
};

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

static u32 encode(u8 *data, u8 type, const struct swim_record *record,
		  unsigned int count)
{
	struct wire_buf buf = { .data = data, .size = SIZE };
	struct wire_header header = sample_header;

	header.type = type;
	wire_put_message(&buf, &header, &sample_body);
	while (count--)
		wire_put_member(&buf, record);
	return buf.len;
}

static void expect_record(struct kunit *test, const struct swim_record *back,
			  const struct swim_record *record)
{
	bool accused = record->state == SWIM_SUSPECT ||
		       record->state == SWIM_FAILED;

	KUNIT_EXPECT_EQ(test, back->uid, record->uid);
	KUNIT_EXPECT_EQ(test, back->accusers, accused ? record->accusers : 0);
	KUNIT_EXPECT_EQ(test, back->accuser[0],
			accused ? record->accuser[0] : 0);
	KUNIT_EXPECT_EQ(test, back->generation, record->generation);
	KUNIT_EXPECT_EQ(test, back->incarnation, record->incarnation);
	KUNIT_EXPECT_EQ(test, back->state, record->state);
	KUNIT_EXPECT_EQ(test,
			memcmp(&back->addr, &record->addr, sizeof(back->addr)),
			0);
	KUNIT_ASSERT_EQ(test, back->name_len, record->name_len);
	KUNIT_EXPECT_EQ(test,
			memcmp(back->name, record->name, record->name_len), 0);
}

static void round_trip(struct kunit *test, u8 *data, u8 type, u8 state,
		       u8 family)
{
	struct swim_record record = sample(state, family), back;
	u32 len = encode(data, type, &record, 2), offset = 0;
	struct wire_message msg;

	KUNIT_ASSERT_EQ(test, wire_parse(data, len, &msg), 0);
	KUNIT_EXPECT_EQ(test, msg.header.type, type);
	KUNIT_EXPECT_EQ(test, msg.header.flags, sample_header.flags);
	KUNIT_EXPECT_EQ(test, msg.header.lhm, sample_header.lhm);
	KUNIT_EXPECT_EQ(test, msg.header.cluster, sample_header.cluster);
	KUNIT_EXPECT_EQ(test, msg.header.uid, sample_header.uid);
	KUNIT_EXPECT_EQ(test, msg.header.counter, sample_header.counter);
	KUNIT_EXPECT_EQ(test, msg.header.view, sample_header.view);
	if (type != WIRE_GOSSIP) {
		KUNIT_EXPECT_EQ(test, msg.body.nonce, sample_body.nonce);
		KUNIT_EXPECT_EQ(test, msg.body.value, sample_body.value);
	}
	KUNIT_EXPECT_EQ(test, msg.body.time_ms,
			type == WIRE_PING_REQ ? sample_body.time_ms : 0);

	KUNIT_ASSERT_TRUE(test, wire_next_member(&msg, &offset, &back));
	expect_record(test, &back, &record);
	KUNIT_ASSERT_TRUE(test, wire_next_member(&msg, &offset, &back));
	expect_record(test, &back, &record);
	KUNIT_EXPECT_FALSE(test, wire_next_member(&msg, &offset, &back));
}

static void wire_round_trip(struct kunit *test)
{
	u8 type, state;

	for (type = WIRE_PING; type < WIRE_NR_TYPES; type++)
		for (state = 0; state < SWIM_NR_STATES; state++) {
			round_trip(test, test->priv, type, state, 4);
			round_trip(test, test->priv, type, state, 6);
		}
}

/* Parses a copy of exactly @len bytes, so that KASAN sees a read beyond. */
static int parse_exactly(struct kunit *test, const u8 *bytes, u32 len)
{
	u8 *copy = kmemdup(bytes, len ?: 1, GFP_KERNEL);
	struct swim_record record;
	struct wire_message msg;
	u32 offset = 0;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	err = wire_parse(copy, len, &msg);
	while (!err && wire_next_member(&msg, &offset, &record))
		if (!swim_name_valid(record.name, record.name_len) ||
		    !swim_addr_valid(&record.addr) || !record.uid ||
		    record.state >= SWIM_NR_STATES)
			KUNIT_FAIL(test, "a record that is not valid came out");
	kfree(copy);
	return err;
}

/* Cut anywhere but between two records, a datagram is refused. */
static void wire_truncated(struct kunit *test)
{
	struct swim_record record = sample(SWIM_SUSPECT, 6);
	u8 *data = test->priv;
	u32 body = encode(data, WIRE_PING, &record, 0);
	u32 one = encode(data, WIRE_PING, &record, 1) - body;
	u32 len = encode(data, WIRE_PING, &record, 3);
	u32 cut;

	for (cut = 0; cut < len; cut++) {
		bool whole = cut >= body && (cut - body) % one == 0;

		KUNIT_EXPECT_EQ_MSG(test, parse_exactly(test, data, cut),
				    whole ? 0 : -EBADMSG, "cut at %u", cut);
	}
}

static void wire_random_damage(struct kunit *test)
{
	struct swim_record record = sample(SWIM_FAILED, 4);
	struct rnd_state rnd;
	u8 *data = test->priv;
	unsigned int i, j;

	prandom_seed_state(&rnd, 1);
	for (i = 0; i < DAMAGED; i++) {
		u32 len = encode(data, 1 + prandom_u32_state(&rnd) % 8, &record,
				 prandom_u32_state(&rnd) % 4);

		for (j = prandom_u32_state(&rnd) % 8; j; j--)
			data[prandom_u32_state(&rnd) % len] =
				prandom_u32_state(&rnd);
		if (prandom_u32_state(&rnd) % 2)
			len = prandom_u32_state(&rnd) % (len + 1);
		parse_exactly(test, data, len);
	}
}

/* One byte of a good datagram is another one. */
static const struct damage {
	const char *what;
	u32 offset;
	u8 value;
	int err;
} damages[] = {
	{ "another major version", 0, 0x20, -EPROTONOSUPPORT },
	{ "another minor version", 0, 0x1f, 0 },
	{ "message type 0", 1, 0, -EBADMSG },
	{ "unknown message type", 1, WIRE_NR_TYPES, -EBADMSG },
	{ "unknown flags", 2, 0xfe, 0 },
	{ "unknown record type", RECORD, 200, 0 },
	{ "record longer than the rest", RECORD + 2, 200, -EBADMSG },
	{ "record shorter than its fields", RECORD + 2, 10, -EBADMSG },
	{ "unknown state", STATE, SWIM_NR_STATES, -EBADMSG },
	{ "uid 0", UID + 7, 0, -EBADMSG },
	{ "unknown address family", FAMILY, 5, -EBADMSG },
	{ "IPv4 said to be IPv6", FAMILY, 6, -EBADMSG },
	{ "multicast address", IP, 224, -EBADMSG },
	{ "address 0.x", IP, 0, -EBADMSG },
	{ "empty name", LEN, 0, -EBADMSG },
	{ "name of 64", LEN, 64, -EBADMSG },
	{ "name longer than the record", LEN, 15, -EBADMSG },
	{ "name with a space", NAME, ' ', -EBADMSG },
	{ "name with a NUL", NAME, 0, -EBADMSG },
};

static void describe(const struct damage *damage, char *text)
{
	strscpy(text, damage->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(damage, damages, describe);

static void wire_damaged(struct kunit *test)
{
	const struct damage *damage = test->param_value;
	struct swim_record record = sample(SWIM_ALIVE, 4);
	u8 *data = test->priv;
	u32 len = encode(data, WIRE_GOSSIP, &record, 1);

	KUNIT_ASSERT_EQ(test, parse_exactly(test, data, len), 0);
	data[damage->offset] = damage->value;
	KUNIT_EXPECT_EQ(test, parse_exactly(test, data, len), damage->err);
}

/* A later minor version's records do not hide those that are known. */
static void wire_unknown_is_skipped(struct kunit *test)
{
	struct swim_record record = sample(SWIM_ALIVE, 4), back;
	u8 *data = test->priv;
	u32 len = encode(data, WIRE_GOSSIP, &record, 2), offset = 0;
	struct wire_message msg;

	data[RECORD] = 200;
	KUNIT_ASSERT_EQ(test, wire_parse(data, len, &msg), 0);
	KUNIT_ASSERT_TRUE(test, wire_next_member(&msg, &offset, &back));
	expect_record(test, &back, &record);
	KUNIT_EXPECT_FALSE(test, wire_next_member(&msg, &offset, &back));
}

static void wire_no_room(struct kunit *test)
{
	struct swim_record record = sample(SWIM_ALIVE, 4);
	struct wire_buf buf = { .data = test->priv, .size = SIZE };
	u32 len;

	KUNIT_ASSERT_TRUE(test, wire_put_member(&buf, &record));
	len = buf.len;
	buf.len = 0;
	buf.size = len - 1;
	KUNIT_EXPECT_FALSE(test, wire_put_member(&buf, &record));
	KUNIT_EXPECT_EQ(test, buf.len, 0);
	buf.size = len;
	KUNIT_EXPECT_TRUE(test, wire_put_member(&buf, &record));
}

static int init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, SIZE, GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case cases[] = { KUNIT_CASE(wire_round_trip),
				     KUNIT_CASE(wire_truncated),
				     KUNIT_CASE_PARAM(wire_damaged,
						      damage_gen_params),
				     KUNIT_CASE(wire_random_damage),
				     KUNIT_CASE(wire_unknown_is_skipped),
				     KUNIT_CASE(wire_no_room),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-wire",
	.init = init,
	.test_cases = cases,
};

kunit_test_suite(suite);
