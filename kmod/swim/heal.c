// SPDX-License-Identifier: GPL-2.0
/* Those who failed or left: whether they are back, and when they are forgotten. */

#include "core.h"

/* A failed member that is alive learns that it was declared failed. */
static void ping_failed(struct swim *swim)
{
	const struct swim_table *table = &swim->table;
	struct wire_body body = { .nonce = 0 };
	u32 dead = table->ring.size - table->live;
	u32 start, looked;

	if (!dead || !swim_rule(swim, SWIM_RULE_HEAL))
		return;
	start = swim_random(swim, dead);
	for (looked = 0; looked < min_t(u32, dead, SWIM_SCAN_MAX); looked++) {
		const struct swim_member *member = swim_ring_at(
			table, table->live + (start + looked) % dead);

		if (member->state != SWIM_FAILED)
			continue;
		body.value = member->uid;
		swim_begin(swim, WIRE_PING, 0, &body);
		swim_about(swim, member);
		swim_finish(swim, &member->addr, true);
		return;
	}
}

/* The next failed or left member after @cursor; NULL if there is none. */
static struct swim_member *next_dead(const struct swim_table *table,
				     u32 *cursor)
{
	if (*cursor < table->live || *cursor >= table->ring.size)
		*cursor = table->live;
	if (*cursor == table->ring.size)
		return NULL;
	return swim_ring_at(table, (*cursor)++);
}

static void reap(struct swim *swim)
{
	u64 age = swim->config.reap_after * SWIM_SECOND;
	unsigned int looked;

	for (looked = 0; looked < SWIM_SCAN_MAX; looked++) {
		struct swim_member *member =
			next_dead(&swim->table, &swim->heal.reap_at);

		if (!member)
			return;
		if (swim_age(swim, member->since) < age)
			continue;
		/* Another one takes its place in the ring. */
		swim->heal.reap_at--;
		swim_forget(swim, member);
	}
}

/* 10 % more or less, so that not all do it at once. */
static u64 heal_gap(struct swim *swim)
{
	u32 ms = swim->config.heal_interval;

	return (ms - ms / 10 + swim_random(swim, ms / 5 + 1)) * SWIM_MS;
}

static void fire(struct swim *swim, struct swim_timer *timer)
{
	reap(swim);
	ping_failed(swim);
	if (swim->table.ring.size > swim->table.live)
		swim_timer_set(swim, timer, swim->now + heal_gap(swim));
}

void swim_heal_wake(struct swim *swim)
{
	struct swim_timer *timer = &swim->heal.timer;
	u32 longest = swim->config.heal_interval;

	if (swim_timer_pending(timer) ||
	    swim->table.ring.size == swim->table.live)
		return;
	/* At any time, or all would do it at once where a group was cut. */
	swim_timer_set(swim, timer,
		       swim->now + swim_random(swim, longest) * SWIM_MS);
}

void swim_heal_retime(struct swim *swim)
{
	swim_timer_hasten(swim, &swim->heal.timer, heal_gap(swim));
}

void swim_heal_stop(struct swim *swim)
{
	swim_timer_cancel(swim, &swim->heal.timer);
}

void swim_heal_init(struct swim *swim)
{
	swim_timer_init(&swim->heal.timer, fire);
}
