// SPDX-License-Identifier: GPL-2.0
/* The protocol period. */

#include "core.h"

/*
 * Lifeguard, section IV-A: a failed probe, and a nack that did not come, may be
 * this member's own fault. Not so if others could not reach the target either.
 */
static void reconsider(struct swim *swim, const struct swim_probe *probe)
{
	if (swim_rule(swim, SWIM_RULE_CONCLUSIVE) && probe->evidence.nacks)
		return;
	swim_health_worse(swim);
	if (probe->evidence.nacks < probe->evidence.asked)
		swim_health_worse(swim);
}

static void judge(struct swim *swim, const struct swim_probe *probe,
		  struct swim_member *target, enum swim_verdict verdict)
{
	switch (verdict) {
	case SWIM_ANSWERED:
		swim->proven = true;
		swim_health_better(swim);
		swim_isolation_clear(swim, 2);
		return;
	case SWIM_UNREACHED:
		swim_count_stat(swim, SWIM_PROBES_FAILED);
		reconsider(swim, probe);
		swim_isolation_clear(swim, 1);
		swim_blame(swim, target, probe);
		return;
	case SWIM_UNCLEAR:
		swim_count_stat(swim, SWIM_INCONCLUSIVE);
		swim_health_worse(swim);
		swim_isolation_doubt(swim, probe->mute);
		return;
	case SWIM_VOID:
		return;
	}
}

/* That of a dead member may still go on when the next one is due. */
static const struct swim_probe_kind round_kind = {
	.slots = 2,
	.flags = WIRE_FIRST,
	.done = judge,
};

static const struct swim_probe_kind asked_kind = {
	.slots = 1,
	.flags = WIRE_ASKED,
	.done = judge,
};

static void probe_member(struct swim *swim, const struct swim_probe_kind *kind,
			 struct swim_member *target)
{
	u32 attempts = 2;

	/* Who is a suspect already gets no more than others would. */
	if (swim_rule(swim, SWIM_RULE_SHORT) && target->state == SWIM_ALIVE)
		attempts = swim->config.probe_attempts;
	swim_count_stat(swim, swim_probe_start(swim, kind, target, attempts) ?
				      SWIM_PROBES :
				      SWIM_BUSY);
}

/* Plain SWIM: the next one of a shuffled list, at this member's own pace. */
static void next_in_list(struct swim *swim)
{
	struct swim_timer *timer = &swim->round.period;
	struct swim_probe *probe = swim_probe_find(swim, &round_kind, NULL);
	struct swim_member *target;
	u64 period, at;

	if (probe)
		swim_probe_finish(swim, probe);
	target = swim_ring_next(&swim->table, swim->ops->random(swim->ctx));
	/* Alone: swim_round_wake() starts it again. */
	if (!target)
		return;
	period = swim_scaled(swim, swim->config.probe_interval);
	at = timer->at + period;
	/* A late period keeps to the grid, unless that left no time to answer. */
	if (at < swim->now + period / 2)
		at = swim->now + period;
	swim_timer_set(swim, timer, at);
	probe_member(swim, &round_kind, target);
}

static u64 round_at(const struct swim *swim, u64 wall)
{
	return div_u64(div_u64(wall, SWIM_MS), swim->config.probe_interval);
}

/* When in this round @target is to be probed, by whomever it is. */
static u64 phase_of(const struct swim *swim, const struct swim_member *target)
{
	return swim->round.base +
	       ((swim_interval(swim) * (u16)target->key) >> 16);
}

/*
 * The view may have changed since the round began. A newcomer may have taken
 * the place before the target, which it does not probe in this round yet: then
 * both are probed.
 */
static void due(struct swim *swim, struct swim_timer *timer)
{
	struct swim_round *round = &swim->round;
	struct swim_member *target, *planned;

	target = swim_rotation_next(&round->rotation, &swim->table, swim->self);
	planned = swim_by_uid(&swim->table, round->planned);
	if (planned && planned != target && swim_is_live(planned->state))
		probe_member(swim, &round_kind, planned);
	if (!target)
		return;
	round->planned = target->uid;
	if (phase_of(swim, target) > swim->now)
		swim_timer_set(swim, timer, phase_of(swim, target));
	else
		probe_member(swim, &round_kind, target);
}

/*
 * The rounds are those of the wall clock, the same for all. Where clocks differ
 * by more than a round, nothing is worse than with random targets.
 */
static void next_in_rotation(struct swim *swim)
{
	struct swim_round *round = &swim->round;
	u64 wall = swim->ops->wall(swim->ctx);
	u64 length = swim_interval(swim);
	/* The two clocks may have drifted apart a little. */
	u64 number = round_at(swim, wall + length / 16);
	struct swim_member *target;

	round->base = swim->now + number * length - wall;
	swim_timer_set(swim, &round->period, round->base + length);
	swim_timer_cancel(swim, &round->due);
	swim_degraded_round(swim);
	round->asked = false;
	if (round->skip) {
		round->skip--;
		return;
	}
	/* Who may be cut off does not wait longer to find out. */
	round->skip = swim->isolation.isolated ? 0 : swim->lhm;
	swim_rotation_set(&round->rotation, swim->cluster, number);
	target = swim_rotation_next(&round->rotation, &swim->table, swim->self);
	if (!target) {
		swim_timer_cancel(swim, &round->period);
		return;
	}
	round->planned = target->uid;
	swim_timer_set(swim, &round->due, phase_of(swim, target));
}

/*
 * Whoever should have probed this member may have died, or does not know it. So
 * one that nobody has probed for a while tells those whom it pings who it is,
 * and asks for a probe in return.
 */
bool swim_round_asks(const struct swim *swim)
{
	return swim_rule(swim, SWIM_RULE_ASK) &&
	       swim_rule(swim, SWIM_RULE_ROTATION) &&
	       swim->now - swim->round.probed > swim_interval(swim) * 9 / 4;
}

/* One in a round, so that it costs others no more than it does who asks. */
static void answer(struct swim *swim, const struct swim_source *source)
{
	struct swim_member *member =
		swim_by_uid(&swim->table, source->header.uid);

	if (!swim_rule(swim, SWIM_RULE_ASK) || swim->round.asked ||
	    !swim_timer_pending(&swim->round.period) || !member ||
	    !swim_is_live(member->state) ||
	    !swim_addr_equal(&member->addr, &source->addr))
		return;
	swim->round.asked = true;
	probe_member(swim, &asked_kind, member);
}

void swim_round_hear(struct swim *swim, const struct swim_source *source)
{
	if (source->header.flags & (WIRE_FIRST | WIRE_ASKED))
		swim->round.probed = swim->now;
	if (source->header.flags & WIRE_ASK)
		answer(swim, source);
}

static void next_period(struct swim *swim, struct swim_timer *timer)
{
	swim_isolation_check(swim);
	swim->round.overloaded = false;
	if (swim_rule(swim, SWIM_RULE_ROTATION))
		next_in_rotation(swim);
	else
		next_in_list(swim);
}

void swim_round_wake(struct swim *swim)
{
	struct swim_timer *period = &swim->round.period;
	u32 wait = swim->config.probe_interval;
	u64 length = swim_interval(swim);
	u64 at;

	if (swim_timer_pending(period) || !swim->table.live ||
	    swim->self->state != SWIM_ALIVE || swim->status == SWIM_CONFLICT)
		return;
	if (swim_rule(swim, SWIM_RULE_ROTATION)) {
		u64 wall = swim->ops->wall(swim->ctx);

		at = (round_at(swim, wall) + 1) * length - wall;
	} else {
		/* At a random time, so that a group does not probe in step. */
		at = (swim_random(swim, wait) + 1) * SWIM_MS;
	}
	swim_timer_set(swim, period, swim->now + at);
}

void swim_round_retime(struct swim *swim)
{
	if (!swim_timer_pending(&swim->round.period))
		return;
	swim_timer_cancel(swim, &swim->round.due);
	swim_timer_cancel(swim, &swim->round.period);
	swim_round_wake(swim);
}

void swim_round_stop(struct swim *swim)
{
	swim_probe_void(swim);
	swim_timer_cancel(swim, &swim->round.due);
	swim_timer_cancel(swim, &swim->round.period);
}

void swim_round_init(struct swim *swim)
{
	swim->round.probed = swim->now;
	swim_timer_init(&swim->round.period, next_period);
	swim_timer_init(&swim->round.due, due);
}
