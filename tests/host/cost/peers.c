// SPDX-License-Identifier: GPL-2.0
/* The group that is played around the measured core, and the measured calls. */
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/callgrind.h>

#include "../addr.h"
#include "../random.h"
#include "alloc.h"
#include "peers.h"

/* All datagrams take as long, so that they arrive in the order of sending. */
#define DELAY (500 * MS / 1000)
#define DATAGRAM 1400
/* Calls of one phase that are counted; after those nothing new is to be seen. */
#define CALLS_MAX 4000
/* So many member records fit into a datagram, whatever they hold. */
#define RECORDS 12

struct packet {
	struct packet *next;
	u64 at;
	struct swim_addr from;
	bool to_guest;
	u32 len;
	u8 data[DATAGRAM];
};

u32 group_random(struct group *group, u32 bound)
{
	u32 number = splitmix64(&group->random) >> 32;

	return bound ? number % bound : number;
}

u32 group_someone(struct group *group)
{
	u32 index;

	do {
		index = 1 + group_random(group, group->members - 1);
	} while (group->peer[index].silent);
	return index;
}

/* Twelve characters. */
static void name_of(u32 index, char *name)
{
	sprintf(name, "member-%05u", index);
}

/* The measured calls. */

static void toggle(struct group *group)
{
	if (group->phase && group->calls)
		CALLGRIND_TOGGLE_COLLECT;
	group->counting = !group->counting;
}

static void dump(struct group *group, enum kind kind)
{
	static const char *const names[NR_KINDS] = { "tick", "ping", "gossip",
						     "other" };
	char label[64];

	if (!group->phase || !group->calls)
		return;
	snprintf(label, sizeof(label), "%u %s %s", group->members, group->phase,
		 names[kind]);
	CALLGRIND_DUMP_STATS_AT(label);
	if (!--group->calls)
		CALLGRIND_STOP_INSTRUMENTATION;
}

static void core_receive(struct group *group, enum kind kind,
			 const struct swim_addr *from, const u8 *data, u32 len)
{
	toggle(group);
	swim_receive(group->core, group->now, from, data, len, false);
	toggle(group);
	dump(group, kind);
}

static void core_tick(struct group *group)
{
	toggle(group);
	swim_tick(group->core, group->now);
	toggle(group);
	dump(group, TICK);
}

void group_phase(struct group *group, const char *phase)
{
	bool counted = group->phase && group->calls;

	if (phase && !counted)
		CALLGRIND_START_INSTRUMENTATION;
	if (!phase && counted)
		CALLGRIND_STOP_INSTRUMENTATION;
	group->phase = phase;
	group->calls = CALLS_MAX;
}

/* The wire. */

static struct packet *post(struct group *group, u32 from, bool to_guest)
{
	struct packet *packet = calloc(1, sizeof(*packet));

	packet->at = group->now + DELAY;
	packet->from = addr_of(from);
	packet->to_guest = to_guest;
	*group->last = packet;
	group->last = &packet->next;
	return packet;
}

static struct wire_buf begin(struct group *group, u8 *data, u32 from, u8 type,
			     const struct wire_body *body)
{
	struct wire_buf buf = { .data = data, .size = DATAGRAM };
	struct wire_header header = {
		.type = type,
		.flags = type == WIRE_PING ? WIRE_QUIET | WIRE_FIRST :
					     WIRE_QUIET,
		.cluster = group->cluster,
		.uid = group->peer[from].uid,
		.counter = ++group->counter,
		.view = swim_view(group->core),
		.live = min(swim_count(group->core, SWIM_ALIVE) +
				    swim_count(group->core, SWIM_SUSPECT),
			    0xffffU),
	};

	wire_put_message(&buf, &header, body);
	return buf;
}

static void answer(struct group *group, u32 from, bool to_guest, u8 type,
		   const struct wire_body *body)
{
	struct packet *packet = post(group, from, to_guest);

	packet->len = begin(group, packet->data, from, type, body).len;
}

static bool is_silent(const struct group *group, u64 uid)
{
	u32 i;

	for (i = 1; i < group->members; i++)
		if (group->peer[i].uid == uid)
			return group->peer[i].silent;
	return true;
}

/* That @uid answers @asker for @salt. */
static u32 proof(u64 uid, u64 asker, u32 salt)
{
	u64 word[2] = { uid, asker };

	return jhash2((const u32 *)word, 4, salt);
}

/* What the core, or the guest, sent to a member that is played. */
static void hear(struct group *group, u32 index, bool guest, const void *data,
		 size_t len)
{
	struct wire_message msg;
	struct wire_body body;
	u8 type = WIRE_ACK;

	if (wire_parse(data, len, &msg))
		abort();
	if (msg.header.type == WIRE_GOSSIP && !guest)
		group->last_gossip = group->now;
	if (group->peer[index].silent)
		return;
	body.nonce = msg.body.nonce;
	body.value = msg.body.value;
	switch (msg.header.type) {
	case WIRE_PING:
		body.proof = proof(body.value, msg.header.uid, msg.body.nonce);
		break;
	case WIRE_RELAY:
		body.proof = proof(body.value, msg.body.asker, msg.body.salt);
		break;
	case WIRE_PING_REQ:
		body.proof = proof(body.value, msg.header.uid, msg.body.salt);
		if (is_silent(group, body.value))
			type = WIRE_NACK;
		break;
	default:
		return;
	}
	answer(group, index, guest, type, &body);
}

static void core_send(void *ctx, const struct swim_addr *to, const void *data,
		      size_t len)
{
	struct group *group = ctx;
	bool counting = group->counting;
	struct packet *packet;
	u32 index = addr_index(to);

	if (counting)
		toggle(group);
	if (index < group->members) {
		hear(group, index, false, data, len);
	} else if (group->guest) {
		packet = post(group, 0, true);
		packet->len = len;
		memcpy(packet->data, data, len);
	}
	if (counting)
		toggle(group);
}

static void guest_send(void *ctx, const struct swim_addr *to, const void *data,
		       size_t len)
{
	struct group *group = ctx;
	struct packet *packet;

	if (addr_index(to)) {
		hear(group, addr_index(to), true, data, len);
		return;
	}
	packet = post(group, group->members, false);
	packet->len = len;
	memcpy(packet->data, data, len);
}

static void ignore_event(void *ctx, const struct swim_event *event)
{
}

static u32 core_random(void *ctx)
{
	return group_random(ctx, 0);
}

static u32 core_prf(void *ctx, u64 a, u64 b)
{
	u64 word[2] = { a, b };

	return jhash2((const u32 *)word, 4, 0x676f7373);
}

static u64 core_wall(void *ctx)
{
	return ((struct group *)ctx)->now;
}

#define OPS(to_send)                                                           \
	{                                                                      \
		.send = to_send, .event = ignore_event, .random = core_random, \
		.prf = core_prf, .wall = core_wall,                            \
	}

static const struct swim_ops core_ops = OPS(core_send);
static const struct swim_ops guest_ops = OPS(guest_send);

/* Time. */

static void guest_receive(struct group *group, const struct packet *packet)
{
	alloc_count(false);
	swim_receive(group->guest, group->now, &packet->from, packet->data,
		     packet->len, false);
	alloc_count(true);
}

static void guest_tick(struct group *group)
{
	alloc_count(false);
	swim_tick(group->guest, group->now);
	alloc_count(true);
}

static void deliver(struct group *group)
{
	struct packet *packet = group->first;

	group->first = packet->next;
	if (!group->first)
		group->last = &group->first;
	if (!packet->to_guest)
		core_receive(group, OTHER, &packet->from, packet->data,
			     packet->len);
	else if (group->guest)
		guest_receive(group, packet);
	free(packet);
}

void group_run(struct group *group, u64 ms)
{
	u64 end = group->now + ms * MS;

	for (;;) {
		u64 core = swim_deadline(group->core);
		u64 guest = group->guest ? swim_deadline(group->guest) :
					   SWIM_NEVER;
		u64 mail = group->first ? group->first->at : SWIM_NEVER;
		u64 at = min(min(core, guest), min(mail, group->ping_at));

		if (at > end)
			break;
		group->now = max(group->now, at);
		if (at == mail) {
			deliver(group);
		} else if (at == core) {
			core_tick(group);
		} else if (at == guest) {
			guest_tick(group);
		} else {
			group->ping_at += group->config.probe_interval * MS;
			group_ping(group, group_someone(group));
		}
	}
	group->now = end;
}

/* What peers do unasked. */

void group_ping(struct group *group, u32 from)
{
	struct wire_body body = { .nonce = group_random(group, 0) | 1,
				  .value = group->core_uid };
	struct swim_addr addr = addr_of(from);
	u8 data[DATAGRAM];
	struct wire_buf buf = begin(group, data, from, WIRE_PING, &body);

	core_receive(group, PING, &addr, buf.data, buf.len);
}

void group_tell(struct group *group, u32 teller, u32 first, u32 count,
		enum swim_state state, bool raise)
{
	struct swim_addr addr = addr_of(teller);
	static const struct wire_body none;
	u8 data[DATAGRAM];
	struct wire_buf buf = begin(group, data, teller, WIRE_GOSSIP, &none);
	char name[16];
	u32 i;

	for (i = first; i < first + count; i++) {
		struct swim_record record = {
			.generation = 1,
			.state = state,
			.addr = addr_of(i),
			.name = name,
			.name_len = 12,
		};

		if (raise)
			group->peer[i].incarnation++;
		record.incarnation = group->peer[i].incarnation;
		record.uid = group->peer[i].uid;
		if (state == SWIM_SUSPECT)
			record.accuser[record.accusers++] =
				group->peer[teller].uid;
		name_of(i, name);
		if (!wire_put_member(&buf, &record))
			abort();
	}
	core_receive(group, GOSSIP, &addr, buf.data, buf.len);
}

void group_tell_all(struct group *group, u32 first, u32 count,
		    enum swim_state state, bool raise)
{
	u32 some;

	for (; count; count -= some, first += some) {
		some = min_t(u32, count, RECORDS);
		group_tell(group, group_someone(group), first, some, state,
			   raise);
	}
}

/* Life. */

static struct swim *start(struct group *group, u32 index,
			  const struct swim_ops *ops)
{
	char name[16];
	struct swim_params params = {
		.name = name,
		.cluster = "cost",
		.addr = addr_of(index),
		.generation = 1,
		.config = group->config,
	};

	name_of(index, name);
	return swim_create(&params, ops, group, group->now);
}

void group_invite(struct group *group)
{
	struct swim_addr seed = addr_of(0);

	alloc_count(false);
	group->guest = start(group, group->members, &guest_ops);
	swim_join(group->guest, group->now, &seed, 1);
	alloc_count(true);
}

void group_dismiss(struct group *group)
{
	swim_destroy(group->guest);
	group->guest = NULL;
}

static void learn_cluster(void *ctx, const struct swim_addr *to,
			  const void *data, size_t len)
{
	struct group *group = ctx;
	struct wire_message msg;

	if (wire_parse(data, len, &msg))
		abort();
	group->cluster = msg.header.cluster;
}

/* The name's hash is the core's own business: taken from what one sends. */
static void find_cluster(struct group *group)
{
	static const struct swim_ops ops = OPS(learn_cluster);
	struct swim_addr seed = addr_of(1);
	struct swim *swim;

	swim = start(group, 0, &ops);
	swim_join(swim, group->now, &seed, 1);
	swim_tick(swim, group->now);
	swim_destroy(swim);
}

struct group *group_new(u32 members)
{
	struct group *group = calloc(1, sizeof(*group));
	struct swim_info info;
	u32 i;

	group->members = members;
	group->now = 1000000 * MS;
	group->random = members;
	group->last = &group->first;
	group->ping_at = SWIM_NEVER;
	group->peer = calloc(members, sizeof(*group->peer));
	for (i = 0; i < members; i++)
		group->peer[i].uid = (u64)group_random(group, 0) << 32 |
				     group_random(group, 0);
	swim_config_defaults(&group->config, SWIM_LAN, SWIM_NORMAL);
	/* So that forgetting is seen, too. */
	group->config.reap_after = 60;
	/* One more than the default, for the guest. */
	group->config.max_members++;
	find_cluster(group);
	group->core = start(group, 0, &core_ops);
	swim_join(group->core, group->now, NULL, 0);
	swim_self(group->core, &info);
	swim_meta_put(info.meta);
	group->core_uid = info.uid;
	return group;
}

void group_free(struct group *group)
{
	struct packet *packet;

	if (group->guest)
		group_dismiss(group);
	swim_destroy(group->core);
	while ((packet = group->first)) {
		group->first = packet->next;
		free(packet);
	}
	free(group->peer);
	free(group);
}
