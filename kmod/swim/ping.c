// SPDX-License-Identifier: GPL-2.0
/*
 * A ping that somebody asked for: outside of the rotation, direct and through
 * others at once, to see what each way is like. It measures and does no more:
 * whatever comes of it accuses nobody, acquits nobody and changes no time-out.
 *
 * The relays get no salt, so their acks prove nothing: a proof that they knew
 * would be of no more use to this member's own probes (see probe.c).
 */

#include "core.h"

#define US 1000ULL

/**
 * struct swim_ping_relay - a member that was asked to ping
 * @uid: its
 * @told: its answer was told
 * @name: terminated; kept, as it may be forgotten meanwhile
 */
struct swim_ping_relay {
	u64 uid;
	bool told;
	char name[SWIM_NAME_MAX + 1];
};

/**
 * struct swim_ping - a ping under way
 * @timer: when what is silent is told to be
 * @node: in swim->pings
 * @cookie: the caller's
 * @target: uid of the member
 * @sent: when, in core time
 * @nonce: of all requests; told apart by who answers
 * @direct: the answer to the own ping was told
 * @relays: how many were asked
 * @relay: these
 */
struct swim_ping {
	struct swim_timer timer;
	struct list_head node;
	u64 cookie;
	u64 target;
	u64 sent;
	u32 nonce;
	bool direct;
	u32 relays;
	struct swim_ping_relay relay[SWIM_INDIRECT_MAX];
};

static void tell(struct swim *swim, const struct swim_ping *ping,
		 const char *via, enum swim_pong_result result)
{
	struct swim_pong pong = {
		.cookie = ping->cookie,
		.result = result,
		.via = via,
	};

	if (result == SWIM_PONG_ACK)
		pong.rtt_us = min_t(u64, div_u64(swim->now - ping->sent, US),
				    ~(u32)0);
	swim->ops->pong(swim->ctx, &pong);
}

static void forget(struct swim *swim, struct swim_ping *ping)
{
	swim_timer_cancel(swim, &ping->timer);
	list_del(&ping->node);
	swim->pinging--;
	kfree(ping);
}

static void end(struct swim *swim, struct swim_ping *ping)
{
	u32 i;

	if (!ping->direct)
		tell(swim, ping, "", SWIM_PONG_SILENT);
	for (i = 0; i < ping->relays; i++)
		if (!ping->relay[i].told)
			tell(swim, ping, ping->relay[i].name, SWIM_PONG_SILENT);
	tell(swim, ping, "", SWIM_PONG_END);
	forget(swim, ping);
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	end(swim, container_of(timer, struct swim_ping, timer));
}

static void end_if_told(struct swim *swim, struct swim_ping *ping)
{
	u32 i;

	for (i = 0; i < ping->relays; i++)
		if (!ping->relay[i].told)
			return;
	if (ping->direct)
		end(swim, ping);
}

static void ask(struct swim *swim, struct swim_ping *ping,
		const struct swim_member *target, u32 timeout_ms)
{
	struct wire_body body = {
		.nonce = ping->nonce,
		.value = target->uid,
		.time_ms = timeout_ms,
	};
	u32 want = swim->config.indirect_probes;
	u32 chosen[SWIM_SAMPLE_MAX];
	u32 i, count;

	/* One more than needed, as the target may be among them. */
	count = swim_sample(swim, swim->table.live, want + 1, chosen);
	for (i = 0; i < count && ping->relays < want; i++) {
		const struct swim_member *member =
			swim_ring_at(&swim->table, chosen[i]);
		struct swim_ping_relay *relay = &ping->relay[ping->relays];

		if (member == target)
			continue;
		relay->uid = member->uid;
		memcpy(relay->name, member->name, member->name_len);
		ping->relays++;
		swim_begin(swim, WIRE_PING_REQ, 0, &body);
		swim_about(swim, target);
		swim_finish(swim, &member->addr, true);
	}
	body.time_ms = 0;
	swim_begin(swim, WIRE_PING, 0, &body);
	swim_about(swim, target);
	swim_finish(swim, &target->addr, true);
}

int swim_ping(struct swim *swim, u64 now, const char *name, u32 timeout_ms,
	      u64 cookie)
{
	struct swim_member *target;
	struct swim_ping *ping;

	swim_advance(swim, now);
	if (!swim_name_valid(name, strlen(name)))
		return -EINVAL;
	target = swim_by_name(&swim->table, name, strlen(name));
	if (!target)
		return -ENOENT;
	if (target == swim->self)
		return -EINVAL;
	if (swim->self->state != SWIM_ALIVE)
		return -ENETDOWN;
	if (swim->pinging == SWIM_PINGS_MAX) {
		swim_count_stat(swim, SWIM_BUSY);
		return -EBUSY;
	}
	ping = kzalloc(sizeof(*ping), SWIM_GFP);
	if (!ping) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return -ENOMEM;
	}
	swim_timer_init(&ping->timer, expire);
	list_add(&ping->node, &swim->pings);
	swim->pinging++;
	ping->cookie = cookie;
	ping->target = target->uid;
	ping->sent = swim->now;
	ping->nonce = swim_probe_other_nonce(swim);
	timeout_ms = clamp(timeout_ms, 1U, (u32)SWIM_PING_MS_MAX);
	swim_timer_set(swim, &ping->timer, swim->now + timeout_ms * SWIM_MS);
	ask(swim, ping, target, timeout_ms);
	return 0;
}

bool swim_ping_hear(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body, enum swim_pong_result result)
{
	u64 uid = source->header.uid;
	struct swim_ping *ping;
	u32 i;

	list_for_each_entry(ping, &swim->pings, node) {
		if (ping->nonce != body->nonce || ping->target != body->value)
			continue;
		if (uid == ping->target && result == SWIM_PONG_ACK &&
		    !ping->direct) {
			ping->direct = true;
			tell(swim, ping, "", result);
		}
		for (i = 0; i < ping->relays; i++) {
			if (ping->relay[i].uid != uid || ping->relay[i].told)
				continue;
			ping->relay[i].told = true;
			tell(swim, ping, ping->relay[i].name, result);
		}
		end_if_told(swim, ping);
		return true;
	}
	return false;
}

void swim_ping_end_all(struct swim *swim)
{
	struct swim_ping *ping, *next;

	list_for_each_entry_safe(ping, next, &swim->pings, node)
		end(swim, ping);
}

void swim_ping_free_all(struct swim *swim)
{
	struct swim_ping *ping, *next;

	list_for_each_entry_safe(ping, next, &swim->pings, node)
		forget(swim, ping);
}
