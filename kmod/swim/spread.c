// SPDX-License-Identifier: GPL-2.0
/*
 * Infection-style dissemination (SWIM, section 4.1): each change is sent a
 * number of times that grows with the logarithm of the group's size, the
 * least sent first, on whatever datagram goes out and in rounds of gossip to
 * a few random members while there is news.
 */

#include "core.h"

/* A leaving node cannot wait; a round every 50 ms is done within 500 ms. */
#define LEAVING_MS 50
#define EAGER_GAP (2 * SWIM_MS)
#define EAGER_PAUSE (2 * SWIM_SECOND)
#define EAGER_MAX 4
#define FRESH (30 * SWIM_SECOND)

/* ceil(log10(n + 1)) is the number of digits of n. */
static u32 digits(u32 n)
{
	u32 count = 0;

	for (; n; n /= 10)
		count++;
	return count;
}

u32 swim_send_limit(const struct swim *swim)
{
	return min_t(u32,
		     swim->config.retransmit_mult *
			     digits(swim->table.live + 1),
		     SWIM_SENDS_MAX);
}

/* News of members and user events. */
static u32 pending(const struct swim *swim)
{
	return swim->spread.queue.count + swim->events.queue.count;
}

void swim_spread_drop(struct swim *swim, struct swim_member *member)
{
	if (!list_empty(&member->spread))
		swim_queue_del(&swim->spread.queue, &member->spread,
			       member->sends);
}

/*
 * News after two quiet seconds is told at once, and then at growing gaps: with as
 * many datagrams it is known everywhere several times as soon. In a storm, or
 * if this member is not well, that would only spread errors faster.
 */
static bool is_eager(const struct swim *swim)
{
	return swim_rule(swim, SWIM_RULE_EAGER) && !swim->lhm &&
	       pending(swim) <= EAGER_MAX;
}

static u64 slow_gap(const struct swim *swim)
{
	u32 ms = swim->config.gossip_interval;

	if (swim->status == SWIM_LEAVING)
		ms = min_t(u32, ms, LEAVING_MS);
	else if (pending(swim) > 1 && !swim->spread.crowded &&
		 swim_rule(swim, SWIM_RULE_EAGER))
		ms *= 3; /* they share datagrams, which have room for all */
	return ms * SWIM_MS;
}

void swim_spread_news(struct swim *swim)
{
	struct swim_spread *spread = &swim->spread;

	if (is_eager(swim) && swim->now - spread->news_at >= EAGER_PAUSE) {
		spread->gap = EAGER_GAP;
		swim_timer_cancel(swim, &spread->timer);
	}
	spread->news_at = swim->now;
	swim_spread_wake(swim);
}

void swim_spread_add(struct swim *swim, struct swim_member *member)
{
	swim_spread_drop(swim, member);
	member->sends = 0;
	swim_queue_add(&swim->spread.queue, &member->spread, 0);
	swim_spread_news(swim);
}

static struct swim_member *member_of(struct list_head *node)
{
	return list_entry(node, struct swim_member, spread);
}

/* Metadata are told with the incarnation that has set them. */
static bool has_news_of_meta(const struct swim_member *member)
{
	return member->state == SWIM_ALIVE && swim_meta_is_news(member);
}

void swim_spread_fill(struct swim *swim, struct wire_buf *buf)
{
	struct swim_queue *queue = &swim->spread.queue;
	u32 limit = swim_send_limit(swim);
	u32 left = SWIM_PASSED_MAX;
	struct swim_member *member;
	LIST_HEAD(passed);
	LIST_HEAD(sent);

	while (queue->filled && left) {
		bool meta;

		member = member_of(swim_queue_least(queue));
		meta = has_news_of_meta(member);
		if (swim_put(buf, member, meta)) {
			swim_queue_del(queue, &member->spread, member->sends);
			list_add(&member->spread, &sent);
		} else if (meta) {
			/* A datagram of its own has room; others are small. */
			swim_queue_del(queue, &member->spread, member->sends);
			list_add(&member->spread, &passed);
			left--;
		} else {
			break;
		}
	}
	while (!list_empty(&passed)) {
		swim->spread.crowded = true;
		member = member_of(passed.next);
		list_del(&member->spread);
		swim_queue_return(queue, &member->spread, member->sends);
	}
	while (!list_empty(&sent)) {
		member = member_of(sent.next);
		list_del_init(&member->spread);
		if (member->sends + 1U < limit)
			swim_queue_add(queue, &member->spread, ++member->sends);
	}
}

void swim_gossip_to(struct swim *swim, const struct swim_member *member)
{
	static const struct wire_body none;

	swim_begin(swim, WIRE_GOSSIP, 0, &none);
	swim_about(swim, member);
	swim_finish(swim, &member->addr, true);
}

/*
 * Who failed of late is told as well, so that one that was wrongly accused
 * learns of it. False if @member is not worth it.
 */
static bool is_listening(struct swim *swim, struct swim_member *member)
{
	if (swim_is_live(member->state))
		return true;
	if (swim_age(swim, member->since) > FRESH) {
		swim_ring_age(&swim->table, member);
		return false;
	}
	return member->state == SWIM_FAILED;
}

static void gossip_round(struct swim *swim)
{
	struct swim_member *chosen[SWIM_FANOUT_MAX];
	u32 at[SWIM_FANOUT_MAX];
	u32 all = swim->table.fresh;
	u32 want = min(swim->config.gossip_fanout, all);
	u32 i, count = swim_sample(swim, all, want, at);

	/* They move while they are looked at. */
	for (i = 0; i < count; i++)
		chosen[i] = swim_ring_at(&swim->table, at[i]);
	for (i = 0; i < count && pending(swim); i++)
		if (is_listening(swim, chosen[i]))
			swim_gossip_to(swim, chosen[i]);
}

static void fire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_spread *spread = &swim->spread;

	gossip_round(swim);
	spread->gap = min(spread->gap + spread->gap / 2, slow_gap(swim));
	if (!is_eager(swim))
		spread->gap = slow_gap(swim);
	if (swim->status == SWIM_LEAVING && list_empty(&swim->self->spread))
		swim_gone(swim);
	else
		swim_spread_wake(swim);
}

void swim_spread_wake(struct swim *swim)
{
	struct swim_spread *spread = &swim->spread;

	if (!swim->table.live || swim->status == SWIM_CONFLICT) {
		/* Nobody to tell. Who comes later asks for everything. */
		swim_spread_stop(swim);
		if (swim->status == SWIM_LEAVING)
			swim_timer_set(swim, &swim->leave, swim->now);
		return;
	}
	if (!pending(swim))
		spread->gap = slow_gap(swim);
	else if (!swim_timer_pending(&spread->timer))
		swim_timer_set(swim, &spread->timer,
			       swim->now + min(spread->gap, slow_gap(swim)));
}

void swim_spread_retime(struct swim *swim)
{
	struct swim_spread *spread = &swim->spread;

	spread->gap = min(spread->gap, slow_gap(swim));
	swim_timer_hasten(swim, &spread->timer, spread->gap);
}

void swim_spread_stop(struct swim *swim)
{
	struct swim_spread *spread = &swim->spread;

	swim_timer_cancel(swim, &spread->timer);
	swim_events_drop(swim);
	while (spread->queue.filled)
		swim_spread_drop(swim,
				 member_of(swim_queue_least(&spread->queue)));
}

void swim_spread_init(struct swim *swim)
{
	swim_queue_init(&swim->spread.queue);
	swim->spread.gap = slow_gap(swim);
	swim_timer_init(&swim->spread.timer, fire);
}
