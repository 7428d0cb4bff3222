// SPDX-License-Identifier: GPL-2.0
/*
 * Missing pings are evidence too. With the coordinated rotation a member is
 * pinged once a round. One that gets far fewer pings, or far more that are
 * repeated because its answers were lost, is badly connected: it says so, and
 * gives others more time. It touches no suspicion.
 */

#include "core.h"

#define ROUND_MAX 3 /* pings that count in one round */
#define LOW_PERCENT 35
#define HIGH_PERCENT 60
#define HOLD (30 * SWIM_SECOND)

static bool is_degraded(const struct swim *swim)
{
	return swim->self->flags & SWIM_FLAG_DEGRADED;
}

u32 swim_degraded_least(const struct swim *swim)
{
	return is_degraded(swim) ? 1 : 0;
}

void swim_degraded_ping(struct swim *swim, u64 asker, u8 flags)
{
	struct swim_expected *expected = &swim->expected;
	u32 at = expected->at;
	u32 i;

	if (flags & WIRE_FIRST) {
		if (expected->first[at] < ROUND_MAX)
			expected->first[at]++;
		expected->prober[1] = expected->prober[0];
		expected->prober[0] = asker;
		return;
	}
	for (i = 0; flags & WIRE_REPEAT && i < 2; i++) {
		if (expected->prober[i] != asker)
			continue;
		/* Each of its probes counts once. */
		expected->prober[i] = 0;
		if (expected->again[at] < ROUND_MAX)
			expected->again[at]++;
	}
}

static void set_degraded(struct swim *swim, bool degraded)
{
	if (degraded && !swim->lhm)
		swim_health_worse(swim);
	swim_flag_self(swim, degraded ? SWIM_FLAG_DEGRADED : 0);
}

static void judge(struct swim *swim)
{
	struct swim_expected *expected = &swim->expected;
	u32 first = 0, again = 0, came, answered, i;

	for (i = 0; i < SWIM_DEGRADED_ROUNDS; i++) {
		first += expected->first[i];
		again += expected->again[i];
	}
	came = first * 100 / SWIM_DEGRADED_ROUNDS;
	/* Of too few pings, how many were repeated says nothing. */
	answered = 100;
	if (first >= SWIM_DEGRADED_ROUNDS / 2)
		answered -= min(again, first) * 100 / first;
	if (came < LOW_PERCENT || answered < LOW_PERCENT) {
		expected->low_at = swim->now;
		if (!is_degraded(swim))
			set_degraded(swim, true);
	} else if (is_degraded(swim) && came >= HIGH_PERCENT &&
		   answered >= HIGH_PERCENT &&
		   swim->now - expected->low_at >= HOLD) {
		set_degraded(swim, false);
	}
}

void swim_degraded_round(struct swim *swim)
{
	struct swim_expected *expected = &swim->expected;

	if (!swim_rule(swim, SWIM_RULE_DEGRADED) ||
	    swim->status != SWIM_RUNNING)
		return;
	/* With a sole partner it cannot be said whose fault it is. */
	if (swim->table.live < 2)
		expected->rounds = 0;
	else if (expected->rounds < SWIM_DEGRADED_ROUNDS)
		expected->rounds++;
	else
		judge(swim);
	expected->at = (expected->at + 1) % SWIM_DEGRADED_ROUNDS;
	expected->first[expected->at] = 0;
	expected->again[expected->at] = 0;
}
