// SPDX-License-Identifier: GPL-2.0
/* Probation. */

#include "core.h"

#define MEMORY (600 * SWIM_SECOND)
#define HOLD_MIN (5 * SWIM_SECOND)
#define HOLD_MAX (60 * SWIM_SECOND)

static struct swim_history *history_of(const struct swim_member *member)
{
	return member->extra ? member->extra->history : NULL;
}

void swim_probation_forget(struct swim *swim, struct swim_member *member)
{
	struct swim_history *history = history_of(member);

	if (!history)
		return;
	swim_timer_cancel(swim, &history->timer);
	kfree(history);
	member->extra->history = NULL;
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_history *history =
		container_of(timer, struct swim_history, timer);
	struct swim_member *member = history->member;

	if (member->flags & SWIM_FLAG_PROBATION) {
		swim_timer_set(swim, timer, history->failed_at[0] + MEMORY);
		member->flags &= ~SWIM_FLAG_PROBATION;
		swim_announce(swim, SWIM_EV_UPDATE, member);
	} else {
		swim_probation_forget(swim, member);
	}
}

void swim_probation_failed(struct swim *swim, struct swim_member *member)
{
	struct swim_history *history = history_of(member);

	if (!swim_rule(swim, SWIM_RULE_PROBATION))
		return;
	if (!history) {
		if (swim_extra(member))
			history = kzalloc(sizeof(*history), SWIM_GFP);
		if (!history) {
			swim_count_stat(swim, SWIM_NO_MEMORY);
			return;
		}
		history->member = member;
		swim_timer_init(&history->timer, expire);
		member->extra->history = history;
	}
	member->flags &= ~SWIM_FLAG_PROBATION;
	history->failed_at[1] = history->failed_at[0];
	history->failed_at[0] = swim->now;
	swim_timer_set(swim, &history->timer, swim->now + MEMORY);
}

/* None for the first return: who restarts or was cut off once is as before. */
void swim_probation_returned(struct swim *swim, struct swim_member *member)
{
	struct swim_history *history = history_of(member);
	u64 hold, apart;

	if (!history || ++history->returned < 2)
		return;
	hold = HOLD_MIN << min_t(u32, history->returned - 2, 4);
	apart = history->failed_at[0] - history->failed_at[1];
	hold = min_t(u64, max(hold, apart + apart / 2), HOLD_MAX);
	member->flags |= SWIM_FLAG_PROBATION;
	swim_timer_set(swim, &history->timer, swim->now + hold);
}
