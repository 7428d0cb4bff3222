// SPDX-License-Identifier: GPL-2.0
/*
 * The core's effects. They are queued, under the instance's lock, until that is
 * dropped; see instance.c.
 */

#include <linux/ktime.h>
#include <linux/random.h>

#include "event.h"
#include "instance_priv.h"
#include "service.h"
#include "trace.h"

static void queue_datagram(void *ctx, const struct swim_addr *to,
			   const void *data, size_t len)
{
	struct gossip_instance *inst = ctx;
	struct sk_buff *skb;

	lockdep_assert_held(&inst->lock);
	skb = gossip_udp_build(&inst->udp, to, data, len);
	if (skb) {
		__skb_queue_tail(&inst->outbox, skb);
		return;
	}
	gossip_count(&inst->counters, GOSSIP_TX_NO_MEMORY);
	trace_gossip_dropped(inst->net, to, len,
			     gossip_stat_rows[GOSSIP_TX_NO_MEMORY].name);
	swim_send_failed(inst->swim);
}

/* @lost listeners get nothing: they see a gap, and ask again. */
static void count_lost(struct gossip_instance *inst, enum gossip_stat stat,
		       unsigned int lost)
{
	while (lost--)
		gossip_count(&inst->counters, stat);
}

/*
 * Events of which listeners are told one by one, from one delivery to the next.
 * The longest datagram has 287 records of members, of 31 bytes at least, and one
 * of the usual 1,400 bytes has 44: so each member's own event has its place,
 * in the usual case with ten of its services. But 31 bytes that say of a member
 * that it left also take down all of its services, of which SWIM_META_MAX bytes
 * hold 166. Of one datagram that would be 47,000 messages under the lock.
 * Listeners lose nothing by it, who list the members again where they missed
 * something; nor would their buffers hold much more. Each listener's messages
 * take 512 times 4 KiB at most, and as much again while they are delivered.
 */
#define EVENTS_MAX 512

/* False if nobody is told, because too many events wait already. */
static bool tell(struct gossip_instance *inst, const struct gossip_event *event)
{
	unsigned int lost;

	if (inst->waiting == EVENTS_MAX) {
		gossip_count(&inst->counters, GOSSIP_EVENTS_EXCESS);
		inst->lost = event->seq;
		return false;
	}
	inst->waiting++;
	lost = gossip_event_build(inst->net, event, &inst->events);
	if (lost)
		inst->lost = event->seq;
	count_lost(inst, GOSSIP_EVENTS_LOST, lost);
	return true;
}

/* Those for which there is no place are one event, and so one number. */
static void queue_services(struct gossip_instance *inst,
			   const struct swim_event *cause)
{
	struct gossip_event event = { .cause = cause };
	struct gossip_services services;
	bool told = true;

	gossip_services_begin(&services, cause);
	while (told && gossip_services_next(&services)) {
		event.type = services.up ? GOSSIP_EVENT_TYPE_SERVICE_UP :
					   GOSSIP_EVENT_TYPE_SERVICE_DOWN;
		event.seq = swim_number(inst->swim);
		event.service = services.service;
		trace_gossip_service(inst->net, &event);
		told = tell(inst, &event);
	}
}

static bool has_bad_meta(const struct swim_event *event)
{
	const struct swim_meta *meta = event->info.meta;

	return meta && meta != event->had &&
	       !gossip_meta_valid(meta->data, meta->len);
}

static void queue_event(void *ctx, const struct swim_event *cause)
{
	struct gossip_instance *inst = ctx;
	struct gossip_event event = {
		/* The same numbers: netlink_put.c sees to that. */
		.type = (enum gossip_event_type)cause->type,
		.seq = cause->seq,
		.cause = cause,
	};

	trace_gossip_state(inst->net, cause);
	if (has_bad_meta(cause))
		gossip_count(&inst->counters, GOSSIP_META_MALFORMED);
	/* Who was not told of the member will see its services where it is listed. */
	if (tell(inst, &event))
		queue_services(inst, cause);
	inst->changed = true;
}

static void queue_user_event(void *ctx, const struct swim_user_event *event)
{
	struct gossip_instance *inst = ctx;

	inst->user_seq++;
	trace_gossip_user_event(inst->net, event, inst->user_seq);
	count_lost(inst, GOSSIP_USER_EVENTS_LOST,
		   gossip_event_user(inst->net, event, inst->user_seq,
				     &inst->events));
}

static void queue_pong(void *ctx, const struct swim_pong *pong)
{
	struct gossip_instance *inst = ctx;

	/* Who asked has a time-out of its own. */
	count_lost(inst, GOSSIP_EVENTS_LOST,
		   gossip_event_pong(inst->net, pong, &inst->events));
}

static u32 random(void *ctx)
{
	return get_random_u32();
}

static u32 prf(void *ctx, u64 a, u64 b)
{
	const struct gossip_instance *inst = ctx;

	return siphash_2u64(a, b, &inst->secret);
}

static u64 wall(void *ctx)
{
	return ktime_get_real_ns();
}

const struct swim_ops gossip_effects = {
	.send = queue_datagram,
	.event = queue_event,
	.user_event = queue_user_event,
	.random = random,
	.prf = prf,
	.wall = wall,
	.pong = queue_pong,
};
