// SPDX-License-Identifier: GPL-2.0
/*
 * Whole conversations of one core with members and strangers who say
 * anything. The input is a script: a byte for what happens, then what it
 * needs. Datagrams are mostly made with the encoder, so that they get far.
 */

#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <string.h>

#include "../host.h"
#include "watch.h"

#define ACTORS 8 /* number 0 is the core */
#define STEPS_MAX 600
#define HEARD 8

/**
 * struct world - the core and all who talk to it
 * @uid: of each actor
 * @answering: bit i: actor i answers what the core sends to it
 * @heard: datagrams that came, for hearing them again
 */
struct world {
	struct watch watch;
	struct input input;
	u64 uid[ACTORS];
	u32 answering;
	u64 counter;
	struct {
		struct swim_addr from;
		u32 len;
		u8 data[2048];
	} heard[HEARD];
	u32 hears;
};

static struct world world;

static void deliver(const struct swim_addr *from, const u8 *data, u32 len)
{
	u32 i = world.hears++ % HEARD;

	if (len <= sizeof(world.heard[i].data)) {
		world.heard[i].from = *from;
		world.heard[i].len = len;
		memcpy(world.heard[i].data, data, len);
	}
	watch_receive(&world.watch, from, data, len);
}

/* Making datagrams. */

static u64 some_uid(struct input *input)
{
	u32 pick = input_pick(input, ACTORS + 2);

	if (!pick)
		return world.watch.self.uid;
	if (pick < ACTORS)
		return world.uid[pick];
	return pick == ACTORS ? 0x5000 + input_u8(input) : input_u32(input);
}

static u32 near(struct input *input, u32 value)
{
	switch (input_pick(input, 8)) {
	case 0:
	case 1:
		return value + 1;
	case 2:
		return value + 2;
	case 3:
		return value - 1;
	case 4:
		return input_pick(input, 4) ? value : ~0U;
	default:
		return value;
	}
}

static void some_meta(struct input *input, struct swim_record *record)
{
	static u8 data[256];

	memset(data, input_u8(input), sizeof(data));
	record->meta = data;
	record->meta_len = input_pick(input, 2) ? input_u8(input) : 0;
	record->meta_key = swim_key(record->generation, record->incarnation);
	if (input_pick(input, 2))
		record->meta_key -= input_pick(input, 4);
}

static void some_record(struct input *input, struct wire_buf *buf)
{
	u32 who = input_pick(input, ACTORS + 4);
	struct swim_record record = { .generation = 100 };
	struct swim_info info;
	char name[16];
	u32 i;

	snprintf(name, sizeof(name), "n%u",
		 who < ACTORS ? who : 20 + input_u8(input));
	record.name = name;
	record.name_len = strlen(name);
	record.uid = who && who < ACTORS ? world.uid[who] : 0x6000 + who;
	record.addr = addr_of(who);
	if (swim_find(world.watch.swim, name, &info)) {
		record.uid = info.uid;
		record.generation = info.generation;
		record.incarnation = info.incarnation;
		record.addr = info.addr;
		swim_meta_put(info.meta);
	}
	record.state = input_pick(input, SWIM_NR_STATES);
	record.incarnation = near(input, record.incarnation);
	if (!input_pick(input, 4))
		record.generation = near(input, record.generation);
	if (!input_pick(input, 4))
		record.uid = some_uid(input) ?: 1;
	if (!input_pick(input, 8))
		record.addr = addr_of(input_pick(input, 40));
	record.accusers = input_pick(input, SWIM_ACCUSERS_MAX + 1);
	for (i = 0; i < record.accusers; i++)
		record.accuser[i] = some_uid(input);
	record.flags = input_u8(input);
	record.turn = input_u8(input);
	/* Bits that say nothing else. */
	if (record.flags >> 5 == 7)
		some_meta(input, &record);
	wire_put_member(buf, &record);
}

static void some_event(struct input *input, struct wire_buf *buf)
{
	static const u8 payload[256];
	struct wire_event event = {
		.uid = some_uid(input) ?: 1,
		.ltime = near(input, input_u8(input)),
		.number = near(input, input_u8(input)),
		.name = "event",
		.name_len = 1 + input_pick(input, 5),
		.payload = payload,
	};

	if (!input_pick(input, 8))
		event.number += 1U << 31;
	if (input_pick(input, 2))
		event.len = input_u8(input);
	event.late = event.len & 1;
	wire_put_event(buf, &event);
}

static void some_range(struct input *input, struct wire_buf *buf)
{
	struct wire_range range = {
		.uid = some_uid(input),
		.newest = near(input, input_u8(input)),
		.mask = ~0ULL >> input_pick(input, 64),
	};

	wire_put_range(buf, input_pick(input, 2) ? WIRE_HAVE : WIRE_WANT,
		       &range);
}

/* Buckets, events, or which there are; mostly none. */
static void some_more(struct input *input, struct wire_buf *buf)
{
	u32 bucket[SWIM_BUCKETS] = {};
	u32 i, which = input_pick(input, 8);

	if (which == 1)
		for (i = input_pick(input, 4) + 1; i; i--)
			some_event(input, buf);
	if (which == 2)
		for (i = input_pick(input, 4) + 1; i; i--)
			some_range(input, buf);
	if (which)
		return;
	for (i = input_pick(input, 8); i; i--)
		bucket[input_pick(input, SWIM_BUCKETS)] = input_u8(input);
	wire_put_buckets(buf, bucket);
}

static void some_body(struct input *input, const struct swim_addr *from,
		      struct wire_body *body)
{
	const struct watch_sent *sent = NULL;
	struct wire_message msg;
	u32 i;

	for (i = 0; i < WATCH_SENT; i++) {
		sent = watch_last(&world.watch, i);
		if (sent && !memcmp(&sent->to, from, sizeof(*from)))
			break;
		sent = NULL;
	}
	body->nonce = input_u8(input);
	body->value = some_uid(input);
	if (sent && !wire_parse(sent->data, sent->len, &msg) &&
	    input_pick(input, 4))
		*body = msg.body;
	if (!input_pick(input, 4))
		body->nonce ^= input_u8(input);
	body->time_ms = input_u8(input) * 4;
	body->asker = some_uid(input);
	body->salt = input_u8(input);
	body->proof = input_u8(input);
}

static struct wire_buf start(struct input *input, u8 *data, u32 size, u8 type,
			     u64 uid, const struct wire_body *body)
{
	struct wire_buf buf = { .data = data, .size = size };
	u8 bits = input_u8(input);
	struct wire_header header = {
		.type = type,
		.flags = bits & 1 ? WIRE_QUIET : bits >> 3,
		.lhm = bits & 2 ? input_u8(input) : 0,
		.cluster = world.watch.cluster,
		.uid = uid,
		.counter = ++world.counter,
		.view = bits & 4 ? input_u32(input) :
				   swim_view(world.watch.swim),
		.live = input_u8(input) % 16,
	};

	if (bits & 8)
		header.counter = input_u16(input);
	wire_put_message(&buf, &header, body);
	return buf;
}

static void damage(struct input *input, struct wire_buf *buf)
{
	u32 n = input_pick(input, 16);

	/* Mostly none. */
	for (n = n > 12 ? n - 12 : 0; n; n--)
		buf->data[input_u16(input) % buf->len] = input_u8(input);
	if (!input_pick(input, 32))
		buf->len = input_u16(input) % (buf->len + 1);
}

/* Any message, with any records, from anybody. */
static void say(struct input *input)
{
	u32 actor = input_pick(input, 2 * ACTORS);
	struct swim_addr from = addr_of(actor ? actor : 1);
	u8 type = 1 + input_pick(input, WIRE_NR_TYPES - 1);
	struct wire_body body = {};
	u64 uid = actor < ACTORS ? world.uid[actor] : 0x7000 + actor;
	u32 records = input_pick(input, 8);
	struct wire_buf buf;
	u8 data[2048];

	if (!input_pick(input, 8))
		uid = some_uid(input) ?: 1;
	some_body(input, &from, &body);
	if (type == WIRE_PING && input_pick(input, 4))
		body.value = world.watch.self.uid;
	buf = start(input, data, sizeof(data), type, uid, &body);
	while (records--)
		some_record(input, &buf);
	some_more(input, &buf);
	damage(input, &buf);
	deliver(&from, buf.data, buf.len);
}

static void say_raw(struct input *input)
{
	struct swim_addr from = addr_of(input_pick(input, 2 * ACTORS));
	u32 i, len = input_u8(input);
	u8 data[256];

	for (i = 0; i < len; i++)
		data[i] = input_u8(input);
	if (len > 8 && input_pick(input, 2))
		put_unaligned_be32(world.watch.cluster, data + 4);
	deliver(&from, data, len);
}

/* What an honest member would answer, and what comes along with it. */
static void answer(struct input *input, const struct watch_sent *sent)
{
	static const u8 types[WIRE_NR_TYPES] = {
		[WIRE_PING] = WIRE_ACK,	     [WIRE_RELAY] = WIRE_ACK,
		[WIRE_PING_REQ] = WIRE_ACK,  [WIRE_ACK] = WIRE_PING,
		[WIRE_GOSSIP] = WIRE_PING,   [WIRE_NACK] = WIRE_GOSSIP,
		[WIRE_CONFLICT] = WIRE_PING, [WIRE_SYNC] = WIRE_COOKIE,
		[WIRE_COOKIE] = WIRE_SYNC,   [WIRE_STATE] = WIRE_STATE,
	};
	u32 actor = sent->to.ip[3], records = input_pick(input, 8);
	struct wire_message msg;
	struct wire_buf buf;
	u8 type, data[2048];

	if (wire_parse(sent->data, sent->len, &msg))
		return;
	type = types[msg.header.type];
	if (msg.header.type == WIRE_PING)
		msg.body.salt = msg.body.nonce;
	/* Of the target, for the core's salt: whoever tells it, it is the same. */
	msg.body.proof = msg.body.salt * 0x9e3779b1 + msg.body.value;
	if (msg.header.type == WIRE_PING_REQ && input_pick(input, 2))
		type = WIRE_NACK;
	if (msg.header.type == WIRE_SYNC && msg.body.value) {
		type = WIRE_STATE;
		msg.body.value = input_pick(input, 2) ? WIRE_LAST : 0;
	} else if (type == WIRE_PING) {
		msg.body.value = world.watch.self.uid;
	}
	buf = start(input, data, sizeof(data), type,
		    actor && actor < ACTORS ? world.uid[actor] : 0x7000 + actor,
		    &msg.body);
	for (records = records > 4 ? records - 4 : 0; records; records--)
		some_record(input, &buf);
	if (type == WIRE_SYNC || type == WIRE_STATE)
		some_more(input, &buf);
	deliver(&sent->to, buf.data, buf.len);
}

/* Those who answer have an answer for each of the last datagrams. */
static void answer_all(struct input *input, u64 before)
{
	u64 i, count = min_t(u64, world.watch.sends - before, 4);

	for (i = 0; i < count; i++) {
		const struct watch_sent *sent = watch_last(&world.watch, i);

		if (sent->to.ip[3] < ACTORS &&
		    world.answering >> sent->to.ip[3] & 1)
			answer(input, sent);
	}
}

/* Life. */

static void configure(struct input *input, struct swim_config *config)
{
	u8 bits = input_u8(input);

	swim_config_defaults(config, input_pick(input, SWIM_NR_PROFILES),
			     input_pick(input, SWIM_NR_SENSITIVITIES));
	config->rules = SWIM_RULES_ALL;
	if (!(bits & 1))
		config->rules = input_u16(input);
	if (bits & 2)
		config->rules |= SWIM_RULE_ASK;
	config->max_members = bits & 2 ? 64 : 4 + (bits >> 4);
	config->reap_after = bits & 4 ? 1 + input_u8(input) : 86400;
	config->max_datagram = bits & 8 ? SWIM_DATAGRAM_MIN : 1400;
	fuzz_check(!swim_config_check(config), "%u", bits);
}

static void begin(struct input *input)
{
	struct swim_params params = {
		.name = "n0",
		.cluster = "fuzz",
		.addr = addr_of(0),
		.generation = 100 + (world.watch.now >> 30),
	};

	configure(input, &params.config);
	if (!watch_start(&world.watch, &params)) {
		host_fail_allocations(0);
		fuzz_check(watch_start(&world.watch, &params), "no memory");
	}
	world.uid[0] = world.watch.self.uid;
}

static void some_join(struct input *input)
{
	struct swim_addr seed[3];
	u32 i, count = input_pick(input, 4);

	for (i = 0; i < count; i++)
		seed[i] = addr_of(input_pick(input, 12));
	watch_join(&world.watch, seed, count);
}

/* Up to two hours. */
static void pass_time(struct input *input)
{
	u64 ms = 1ULL << input_pick(input, 23);

	world.watch.now += (ms + input_u8(input) * ms / 256) * MS;
	watch_tick(&world.watch);
}

static void next_ticks(struct input *input)
{
	u32 ticks = 1 + input_pick(input, 32);
	u64 before;

	while (ticks-- && swim_deadline(world.watch.swim) != SWIM_NEVER) {
		before = world.watch.sends;
		world.watch.now =
			max(world.watch.now, swim_deadline(world.watch.swim));
		watch_tick(&world.watch);
		world.watch.now += MS;
		answer_all(input, before);
	}
}

static void hints(struct input *input)
{
	struct swim_addr addr = addr_of(input_pick(input, 2 * ACTORS));

	if (input_pick(input, 2))
		swim_unreachable(world.watch.swim, world.watch.now, &addr);
	else
		swim_link_lost(world.watch.swim, world.watch.now);
	watch_look(&world.watch);
}

static void restart(struct input *input)
{
	watch_stop(&world.watch);
	fuzz_check(!host_allocated(), "%ld are left", host_allocated());
	begin(input);
}

static void hear_again(struct input *input)
{
	u32 i = input_pick(input, HEARD);

	if (i < world.hears)
		watch_receive(&world.watch, &world.heard[i].from,
			      world.heard[i].data, world.heard[i].len);
}

/* The core's own words come back, from another. */
static void reflect(struct input *input)
{
	const struct watch_sent *sent =
		watch_last(&world.watch, input_pick(input, WATCH_SENT));
	u32 actor = input_pick(input, ACTORS);
	u8 data[2048];

	if (!sent)
		return;
	memcpy(data, sent->data, sent->len);
	if (actor)
		put_unaligned_be64(world.uid[actor], data + 8);
	watch_receive(&world.watch, &sent->to, data, sent->len);
}

/* What its user tells, of any size. */
static void tell(struct input *input)
{
	static const u8 payload[SWIM_EVENT_MAX];
	u32 count = 1 + input_pick(input, 64);

	if (count & 1) {
		watch_set_meta(&world.watch, input_u8(input),
			       4 * input_u8(input));
		return;
	}
	while (count--)
		watch_send_event(&world.watch, payload, 2 * input_u8(input));
}

static void step(struct input *input)
{
	const struct watch_sent *sent;
	struct swim_addr addr;
	u8 what = input_u8(input);

	if (what >= 240) {
		tell(input);
		return;
	}
	switch (what % 20) {
	case 0:
		pass_time(input);
		break;
	case 1:
	case 2:
	case 3:
		next_ticks(input);
		break;
	case 4:
		say_raw(input);
		break;
	case 5:
		hear_again(input);
		break;
	case 6:
		reflect(input);
		break;
	case 7:
		some_join(input);
		break;
	case 8:
		watch_leave(&world.watch);
		break;
	case 9:
		addr = addr_of(input_pick(input, 2 * ACTORS));
		watch_readdress(&world.watch, &addr);
		break;
	case 10:
		hints(input);
		break;
	case 11:
		host_fail_allocations(input_u8(input) * 4);
		break;
	case 12:
		restart(input);
		break;
	case 13:
		world.answering = input_u8(input);
		break;
	case 14:
	case 15:
		sent = watch_last(&world.watch, input_pick(input, WATCH_SENT));
		if (sent)
			answer(input, sent);
		break;
	default:
		say(input);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u32 i;

	memset(&world, 0, sizeof(world));
	world.input.data = data;
	world.input.left = size;
	world.watch.now = 1000 * MS;
	world.watch.seed = size;
	for (i = 1; i < ACTORS; i++)
		world.uid[i] = 0x4000 + i;
	host_seed_allocations(1);
	host_fail_allocations(0);
	begin(&world.input);
	for (i = 0; i < STEPS_MAX && world.input.left; i++)
		step(&world.input);
	watch_stop(&world.watch);
	host_fail_allocations(0);
	fuzz_check(!host_allocated(), "%ld are left", host_allocated());
	return 0;
}
