// SPDX-License-Identifier: GPL-2.0
/*
 * Lifeguard's local health multiplier (section IV-A): a node whose probes
 * fail, or that has to refute, gives others more time. And what goes further:
 * a node that is cut off says so and convicts nobody.
 */

#include "core.h"

#define DOUBT_MAX 8
#define DOUBT_ISOLATED 4
/* Groups in which a sole survivor may conclude that it is one, and when. */
#define SURVIVOR_GROUP 4
#define SURVIVOR_SILENCE (60 * SWIM_SECOND)

void swim_health_worse(struct swim *swim)
{
	if (swim_rule(swim, SWIM_RULE_HEALTH) && swim->lhm < SWIM_LHM_MAX)
		swim->lhm++;
}

void swim_health_better(struct swim *swim)
{
	if (swim->lhm > swim_degraded_least(swim))
		swim->lhm--;
}

/* What was lost may have been the answers that this member waits for. */
void swim_overloaded(struct swim *swim)
{
	if (swim->round.overloaded)
		return;
	swim->round.overloaded = true;
	swim_health_worse(swim);
}

u64 swim_scaled(const struct swim *swim, u32 ms)
{
	return ms * SWIM_MS * (swim->lhm + 1);
}

static void isolate(struct swim *swim)
{
	if (swim->isolation.isolated ||
	    (swim->status != SWIM_RUNNING && swim->status != SWIM_JOINING))
		return;
	swim->isolation.isolated = true;
	swim_announce(swim, SWIM_EV_ISOLATED, swim->self);
}

void swim_isolation_doubt(struct swim *swim, bool mute)
{
	struct swim_isolation *isolation = &swim->isolation;
	u64 silence = swim->now - swim->heard;
	u64 period = swim_interval(swim);

	if (!swim_rule(swim, SWIM_RULE_CONCLUSIVE))
		return;
	if (isolation->doubt < DOUBT_MAX)
		isolation->doubt++;
	/* Silence, or an error of its own, is proof sooner. */
	if (isolation->doubt >= DOUBT_ISOLATED ||
	    (isolation->doubt >= 2 && silence >= 2 * period) ||
	    (mute && silence >= period))
		isolate(swim);
}

/* Whoever has another link hears somebody on it, in a period or soon after. */
static void still_lost(struct swim *swim, struct swim_timer *timer)
{
	if (swim->table.live && !swim->isolation.alone &&
	    swim->now - swim->heard >= swim_interval(swim))
		isolate(swim);
}

void swim_isolation_init(struct swim *swim)
{
	swim_timer_init(&swim->isolation.lost, still_lost);
}

void swim_isolation_lost(struct swim *swim)
{
	if (swim_rule(swim, SWIM_RULE_CONCLUSIVE) &&
	    !swim_timer_pending(&swim->isolation.lost))
		swim_timer_set(swim, &swim->isolation.lost,
			       swim->now + swim_interval(swim));
}

void swim_isolation_clear(struct swim *swim, u32 weight)
{
	struct swim_isolation *isolation = &swim->isolation;

	if (weight > 1)
		isolation->doubt /= 2;
	else if (isolation->doubt)
		isolation->doubt--;
	if (!isolation->isolated || isolation->doubt > 1)
		return;
	isolation->isolated = false;
	swim_announce(swim, SWIM_EV_JOINED, swim->self);
}

void swim_isolation_heard(struct swim *swim, const struct swim_member *member)
{
	swim->heard = swim->now;
	swim->isolation.alone = false;
	if (member->state == SWIM_SUSPECT || member->state == SWIM_FAILED)
		swim->isolation.mended = swim->now;
}

/* Plain rules for a sole survivor: all others are suspects. */
void swim_isolation_check(struct swim *swim)
{
	struct swim_isolation *isolation = &swim->isolation;
	u32 i;

	if (!isolation->isolated)
		return;
	swim_sync_reach_out(swim);
	if (swim->table.live >= SURVIVOR_GROUP ||
	    swim->now - swim->heard < SURVIVOR_SILENCE)
		return;
	isolation->alone = true;
	isolation->isolated = false;
	for (i = 0; i < swim->table.live; i++) {
		struct swim_member *member = swim_ring_at(&swim->table, i);

		if (member->state == SWIM_ALIVE)
			swim_conclude(swim, member, SWIM_SUSPECT, NULL);
	}
}
