// SPDX-License-Identifier: GPL-2.0
/* What must hold of a core whatever it is told, and the calls that check it. */
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <string.h>

#include "../host.h"
#include "../random.h"
#include "watch.h"

/* Ticks that are due at one time, in which all that is due must be done. */
#define TICKS_MAX 4096

static int compare(const struct version *a, const struct version *b)
{
	if (a->generation != b->generation)
		return a->generation > b->generation ? 1 : -1;
	if (a->incarnation != b->incarnation)
		return a->incarnation > b->incarnation ? 1 : -1;
	return 0;
}

/* NULL if there are too many. */
static struct watch_name *name_of(struct watch *watch, const char *name, u8 len)
{
	struct watch_name *entry;
	u32 i;

	for (i = 0; i < watch->names; i++)
		if (!strncmp(watch->name[i].name, name, len) &&
		    !watch->name[i].name[len])
			return &watch->name[i];
	if (watch->names == WATCH_NAMES) {
		watch->names_full = true;
		return NULL;
	}
	entry = &watch->name[watch->names++];
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->name, name, len);
	return entry;
}

static bool same_place(const struct swim_addr *a, const struct swim_addr *b)
{
	return a->family == b->family && a->port == b->port &&
	       !memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* NULL if there are too many. */
static struct watch_place *place_of(struct watch *watch,
				    const struct swim_addr *addr)
{
	u32 i;

	for (i = 0; i < watch->places; i++)
		if (same_place(&watch->place[i].addr, addr))
			return &watch->place[i];
	if (watch->places == WATCH_PLACES)
		return NULL;
	memset(&watch->place[i], 0, sizeof(watch->place[i]));
	watch->place[i].addr = *addr;
	watch->places++;
	return &watch->place[i];
}

static void trust(struct watch *watch, const struct swim_addr *addr)
{
	struct watch_place *place = place_of(watch, addr);

	if (place)
		place->trusted = true;
}

const struct watch_sent *watch_last(const struct watch *watch, u32 back)
{
	if (back >= watch->sends || back >= WATCH_SENT)
		return NULL;
	return &watch->last[(watch->sends - 1 - back) & (WATCH_SENT - 1)];
}

/* What the core does. */

/* What it made up itself and waits to see again; 0 if nothing. */
static u64 secret_of(const struct wire_message *msg)
{
	switch (msg->header.type) {
	case WIRE_PING:
	case WIRE_RELAY:
	case WIRE_PING_REQ:
	case WIRE_SYNC:
		return msg->body.nonce;
	case WIRE_COOKIE:
		return msg->body.value;
	default:
		return 0;
	}
}

static bool knows_secret(const struct watch_place *place,
			 const struct wire_message *msg)
{
	u32 i;

	for (i = 0; i < WATCH_SECRETS; i++)
		if (place->secret[i] && (place->secret[i] == msg->body.nonce ||
					 place->secret[i] == msg->body.value))
			return true;
	return false;
}

static void look_at_sent(struct watch *watch, const struct swim_addr *to,
			 const void *data, size_t len)
{
	struct watch_place *place = place_of(watch, to);
	struct wire_message msg;

	fuzz_check(len <= watch->params.config.max_datagram, "%zu bytes", len);
	fuzz_check(!wire_parse(data, len, &msg), "%zu bytes", len);
	fuzz_check(swim_addr_valid(to), "family %u", to->family);
	fuzz_check(!watch->self.uid || msg.header.uid == watch->self.uid,
		   "type %u", msg.header.type);
	fuzz_check(msg.header.counter > watch->counter, "%llu after %llu",
		   (unsigned long long)msg.header.counter,
		   (unsigned long long)watch->counter);
	watch->counter = msg.header.counter;
	watch->cluster = msg.header.cluster;
	if (!place)
		return;
	place->out += len;
	if (secret_of(&msg))
		place->secret[place->secrets++ & (WATCH_SECRETS - 1)] =
			secret_of(&msg);
}

static void on_send(void *ctx, const struct swim_addr *to, const void *data,
		    size_t len)
{
	struct watch *watch = ctx;
	struct watch_sent *sent =
		&watch->last[watch->sends++ & (WATCH_SENT - 1)];

	look_at_sent(watch, to, data, len);
	sent->to = *to;
	sent->len = len;
	memcpy(sent->data, data, len);
	if (watch->sent)
		watch->sent(watch->ctx, to, data, len);
}

static void on_event(void *ctx, const struct swim_event *event)
{
	struct watch *watch = ctx;
	struct watch_name *entry;

	fuzz_check(event->seq == watch->seq + 1, "%llu after %llu",
		   (unsigned long long)event->seq,
		   (unsigned long long)watch->seq);
	watch->seq = event->seq;
	fuzz_check(event->type < SWIM_NR_EVENTS, "%u", event->type);
	fuzz_check(event->info.state < SWIM_NR_STATES, "%u", event->info.state);
	fuzz_check(event->from && event->accuser, "of %s", event->info.name);
	fuzz_check(swim_name_valid(event->info.name, strlen(event->info.name)),
		   "%s", event->info.name);
	fuzz_check(event->type != SWIM_EV_JOIN ||
			   event->info.state == SWIM_ALIVE ||
			   event->info.state == SWIM_SUSPECT,
		   "%s joins dead", event->info.name);
	trust(watch, &event->info.addr);
	if (event->type != SWIM_EV_REAP)
		return;
	entry = name_of(watch, event->info.name, strlen(event->info.name));
	if (entry)
		entry->known = false;
}

static void on_user_event(void *ctx, const struct swim_user_event *event)
{
	struct watch *watch = ctx;

	fuzz_check(swim_name_valid(event->origin, strlen(event->origin)),
		   "of %s", event->origin);
	fuzz_check(swim_name_valid(event->name, strlen(event->name)), "%s",
		   event->name);
	fuzz_check(strlen(event->name) + event->len <= SWIM_EVENT_MAX, "%u",
		   event->len);
	fuzz_check(!event->len == !event->payload, "%u", event->len);
	if (watch->told)
		watch->told(watch->ctx, event);
}

static u32 on_random(void *ctx)
{
	struct watch *watch = ctx;

	return splitmix64(&watch->seed) >> 32;
}

static u32 on_prf(void *ctx, u64 a, u64 b)
{
	const struct watch *watch = ctx;
	u64 word[2] = { a, b };

	return jhash2((const u32 *)word, 4, watch->params.addr.ip[3]);
}

static u64 on_wall(void *ctx)
{
	return ((const struct watch *)ctx)->now;
}

static const struct swim_ops ops = {
	.send = on_send,
	.event = on_event,
	.user_event = on_user_event,
	.random = on_random,
	.prf = on_prf,
	.wall = on_wall,
};

/* What must hold. */

/* Looks at the metadata of @info and gives them back. */
static void look_at_meta(struct swim_info *info)
{
	u32 i, sum = 0;

	if (!info->meta)
		return;
	fuzz_check(info->meta->len && info->meta->len <= SWIM_META_MAX, "%u",
		   info->meta->len);
	/* ASan sees what is not theirs. */
	for (i = 0; i < info->meta->len; i++)
		sum += info->meta->data[i];
	fuzz_check(sum <= 255 * SWIM_META_MAX, "%u", sum);
	swim_meta_put(info->meta);
	info->meta = NULL;
}

static void look_at_self(struct watch *watch)
{
	struct version before = { watch->self.generation,
				  watch->self.incarnation };
	struct version after;
	struct swim_info info;
	enum swim_status status = swim_status(watch->swim);
	bool left = status == SWIM_LEAVING || status == SWIM_GONE;

	swim_self(watch->swim, &info);
	look_at_meta(&info);
	after.generation = info.generation;
	after.incarnation = info.incarnation;
	fuzz_check(info.state == (left ? SWIM_LEFT : SWIM_ALIVE),
		   "own state %u in status %u", info.state, status);
	fuzz_check(info.self && !strcmp(info.name, watch->own_name), "%s",
		   info.name);
	fuzz_check(!watch->self.uid || info.uid == watch->self.uid, "own uid");
	fuzz_check(compare(&after, &before) >= 0, "own %u.%u after %u.%u",
		   after.generation, after.incarnation, before.generation,
		   before.incarnation);
	watch->self = info;
	trust(watch, &info.addr);
}

/* Only a member itself raises its incarnation; and none goes back. */
static void look_at_member(struct watch *watch, const struct swim_info *info)
{
	struct version now = { info->generation, info->incarnation };
	struct watch_name *entry;

	fuzz_check(info->state < SWIM_NR_STATES && info->uid &&
			   swim_addr_valid(&info->addr) && info->lhm <= 255,
		   "%s", info->name);
	trust(watch, &info->addr);
	if (info->self)
		return;
	fuzz_check(strcmp(info->name, watch->own_name), "a second self");
	entry = name_of(watch, info->name, strlen(info->name));
	if (!entry)
		return;
	fuzz_check(watch->names_full || compare(&now, &entry->told) <= 0,
		   "%s is %u.%u, told at most %u.%u", info->name,
		   now.generation, now.incarnation, entry->told.generation,
		   entry->told.incarnation);
	if (entry->known) {
		int order = compare(&now, &entry->seen);

		/* Two starts in one second have the same version. */
		fuzz_check(order > 0 ||
				   (!order && (info->uid != entry->uid ||
					       info->state >= entry->state)),
			   "%s is %u.%u %s after %u.%u %s", info->name,
			   now.generation, now.incarnation,
			   swim_state_names[info->state],
			   entry->seen.generation, entry->seen.incarnation,
			   swim_state_names[entry->state]);
	}
	entry->known = true;
	entry->seen = now;
	entry->uid = info->uid;
	entry->state = info->state;
}

static void look_at_table(struct watch *watch)
{
	u32 slot = 0, total = 0, count[SWIM_NR_STATES] = {};
	struct swim_slot out[16];
	u32 i, n;

	while (slot < swim_slots(watch->swim)) {
		n = swim_scan(watch->swim, 0, &slot, out, ARRAY_SIZE(out));
		fuzz_check(n <= ARRAY_SIZE(out), "%u", n);
		for (i = 0; i < n; i++) {
			look_at_meta(&out[i].info);
			look_at_member(watch, &out[i].info);
			count[out[i].info.state]++;
		}
		total += n;
	}
	for (i = 0; i < SWIM_NR_STATES; i++)
		fuzz_check(count[i] == swim_count(watch->swim, i),
			   "%u %s, counted %u", swim_count(watch->swim, i),
			   swim_state_names[i], count[i]);
	fuzz_check(total <= watch->params.config.max_members, "%u members",
		   total);
	fuzz_check(swim_seq(watch->swim) == watch->seq, "last event %llu",
		   (unsigned long long)watch->seq);
	fuzz_check(swim_health(watch->swim) <= 8, "%u",
		   swim_health(watch->swim));
	/* A few for each member, and what is bounded by constants. */
	fuzz_check(host_allocated() <= 4096, "%ld allocations",
		   host_allocated());
}

/* Nobody gets more bytes than it sent before it has shown that it receives. */
static void look_at_places(struct watch *watch)
{
	u32 i;

	for (i = 0; i < watch->places; i++) {
		const struct watch_place *place = &watch->place[i];

		fuzz_check(place->trusted || place->out <= place->in,
			   "%llu bytes to 10.%u.%u.%u, %llu from there",
			   (unsigned long long)place->out, place->addr.ip[1],
			   place->addr.ip[2], place->addr.ip[3],
			   (unsigned long long)place->in);
	}
}

/* Nothing should change without an event; whether it does is seen later. */
void watch_look(struct watch *watch)
{
	look_at_self(watch);
	if (watch->looked != watch->seq || !(watch->looks++ & 31))
		look_at_table(watch);
	watch->looked = watch->seq;
	look_at_places(watch);
}

/* Calls. */

bool watch_start(struct watch *watch, const struct swim_params *params)
{
	watch->params = *params;
	snprintf(watch->own_name, sizeof(watch->own_name), "%s", params->name);
	watch->params.name = watch->own_name;
	watch->seq = 0;
	watch->looked = 0;
	watch->counter = 0;
	watch->names = 0;
	watch->names_full = false;
	watch->places = 0;
	memset(&watch->self, 0, sizeof(watch->self));
	watch->swim = swim_create(&watch->params, &ops, watch, watch->now);
	if (!watch->swim)
		return false;
	watch_look(watch);
	return true;
}

void watch_stop(struct watch *watch)
{
	if (watch->swim)
		swim_destroy(watch->swim);
	watch->swim = NULL;
}

static void note_told(struct watch *watch, const struct wire_message *msg)
{
	struct swim_record record;
	struct swim_info self;
	u32 offset = 0;

	swim_self(watch->swim, &self);
	swim_meta_put(self.meta);
	while (wire_next_member(msg, &offset, &record)) {
		struct version version = { record.generation,
					   record.incarnation };
		struct watch_name *entry =
			name_of(watch, record.name, record.name_len);

		if (entry && compare(&version, &entry->told) > 0)
			entry->told = version;
		/* Who may hold the own name is asked, once a second at most. */
		if (record.name_len == strlen(self.name) &&
		    !memcmp(record.name, self.name, record.name_len))
			trust(watch, &record.addr);
	}
}

void watch_receive(struct watch *watch, const struct swim_addr *from,
		   const u8 *data, size_t len)
{
	struct watch_place *place = place_of(watch, from);
	u8 *copy = malloc(len ? len : 1);
	struct wire_message msg;

	/* Of exactly that size, so that a read beyond its end is seen. */
	memcpy(copy, data, len);
	if (place)
		place->in += len;
	if (!wire_parse(copy, len, &msg)) {
		note_told(watch, &msg);
		if (place && knows_secret(place, &msg))
			place->trusted = true;
	}
	swim_receive(watch->swim, watch->now, from, copy, len, false);
	free(copy);
	watch_look(watch);
}

void watch_tick(struct watch *watch)
{
	unsigned int ticks = 0;

	do {
		swim_tick(watch->swim, watch->now);
		watch_look(watch);
		fuzz_check(ticks++ < TICKS_MAX, "ticks without an end");
	} while (swim_deadline(watch->swim) <= watch->now);
}

void watch_join(struct watch *watch, const struct swim_addr *seeds, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		trust(watch, &seeds[i]);
	swim_join(watch->swim, watch->now, seeds, count);
	watch_look(watch);
}

void watch_leave(struct watch *watch)
{
	swim_leave(watch->swim, watch->now);
	watch_look(watch);
}

void watch_readdress(struct watch *watch, const struct swim_addr *addr)
{
	swim_readdress(watch->swim, watch->now, addr);
	watch_look(watch);
}

void watch_set_meta(struct watch *watch, u8 byte, u32 len)
{
	u8 data[SWIM_META_MAX + 1];
	int err;

	memset(data, byte, sizeof(data));
	len = min_t(u32, len, sizeof(data));
	err = swim_set_meta(watch->swim, watch->now, data, len);
	fuzz_check((err == -EMSGSIZE) == (len > swim_meta_max(watch->swim)) ||
			   err == -ENOMEM,
		   "%d for %u", err, len);
	watch_look(watch);
}

void watch_send_event(struct watch *watch, const void *payload, u32 len)
{
	int err = swim_send_event(watch->swim, watch->now, "fuzz", 4, payload,
				  len, NULL);

	fuzz_check(!err || err == -EAGAIN || err == -ENOTCONN ||
			   err == -ENOMEM ||
			   (err == -EMSGSIZE && len > SWIM_EVENT_MAX - 4),
		   "%d for %u", err, len);
	watch_look(watch);
}
