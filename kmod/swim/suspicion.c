// SPDX-License-Identifier: GPL-2.0
/* Suspects, and when they are declared failed (SWIM, section 4.2). */

#include "core.h"

/* log10(@n) in thousandths: log2 by linear interpolation, within 0.03. */
static u32 milli_log10(u32 n)
{
	u32 whole = ilog2(n);
	u32 rest = n - (1U << whole);
	u32 milli = whole * 1000 + (u32)(((u64)rest * 1000) >> whole);

	return milli * 30103 / 100000;
}

/* In ns: mult * max(1, log10 n) * T (Lifeguard, section IV-B). */
static u64 timeout(const struct swim *swim)
{
	u32 n = swim->table.live + 1;
	u64 base = swim->config.probe_interval * SWIM_MS;

	base = div_u64(base * swim->config.suspicion_mult, 100);
	return div_u64(base * max_t(u32, milli_log10(n), 1000), 1000);
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_suspicion *suspicion =
		container_of(timer, struct swim_suspicion, timer);

	/* Who leaves convicts nobody any more. */
	if (swim->self->state == SWIM_LEFT)
		swim_timer_set(swim, timer, swim->now + SWIM_LEAVE_MAX);
	else
		swim_conclude(swim, suspicion->member, SWIM_FAILED,
			      suspicion->asked);
}

bool swim_suspect(struct swim *swim, struct swim_member *member, u64 accuser,
		  u32 asked)
{
	struct swim_suspicion *suspicion = member->suspicion;

	if (!suspicion) {
		suspicion = kmalloc(sizeof(*suspicion), GFP_ATOMIC);
		if (!suspicion)
			return false;
		swim_timer_init(&suspicion->timer, expire);
		suspicion->member = member;
		member->suspicion = suspicion;
	}
	suspicion->accuser[0] = accuser;
	suspicion->accusers = 1;
	suspicion->asked = asked;
	swim_timer_set(swim, &suspicion->timer, swim->now + timeout(swim));
	return true;
}

void swim_accuse(struct swim *swim, struct swim_member *member, u64 accuser)
{
	struct swim_suspicion *suspicion = member->suspicion;
	u32 i;

	for (i = 0; i < suspicion->accusers; i++)
		if (suspicion->accuser[i] == accuser)
			return;
	if (i < SWIM_ACCUSERS_MAX)
		suspicion->accuser[suspicion->accusers++] = accuser;
}

void swim_suspicion_end(struct swim *swim, struct swim_member *member)
{
	if (!member->suspicion)
		return;
	swim_timer_cancel(swim, &member->suspicion->timer);
	kfree(member->suspicion);
	member->suspicion = NULL;
}
