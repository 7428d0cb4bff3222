// SPDX-License-Identifier: GPL-2.0
/* Suspects (SWIM, section 4.2; Lifeguard, section IV-B). */

#include "core.h"

#define JITTER_MAX_MS 500
/* Accusations refuted after which an accuser is not believed alone. */
#define REFUTED_MAX 3
#define FORGIVEN_S 60
/* Of corroborators: 1, 1, 2, 4 times as many. */
#define WAVES_MAX 4
/* How long one's own last call is waited for, as a multiple of the least time-out. */
#define DOUBT 4

/* log10(@n) in thousandths: log2 by linear interpolation, within 0.03. */
static u32 milli_log10(u32 n)
{
	u32 whole = ilog2(n);
	u32 rest = n - (1U << whole);
	u32 milli = whole * 1000 + (u32)(((u64)rest * 1000) >> whole);

	return milli * 30103 / 100000;
}

/* Those who were refuted again and again need one more accuser. */
static bool is_damped(const struct swim *swim, u64 uid)
{
	const struct swim_member *member = swim_by_uid(&swim->table, uid);

	return member && member->refuted >= REFUTED_MAX &&
	       (u16)(swim_seconds(swim) - member->refuted_at) < FORGIVEN_S;
}

static void blame_accuser(struct swim *swim, u64 uid)
{
	struct swim_member *member = swim_by_uid(&swim->table, uid);
	u16 now = swim_seconds(swim);

	if (!member)
		return;
	if ((u16)(now - member->refuted_at) >= FORGIVEN_S)
		member->refuted = 0;
	if (member->refuted < REFUTED_MAX)
		member->refuted++;
	member->refuted_at = now;
}

/* Accusers that confirm the first one's suspicion. */
static u32 confirmations(const struct swim *swim,
			 const struct swim_suspicion *suspicion)
{
	u32 count = suspicion->accusers - 1;

	if (count && swim_rule(swim, SWIM_RULE_DAMPING) &&
	    is_damped(swim, suspicion->accuser[0]))
		count--;
	return count;
}

/* In ns: mult * max(1, log10 n) * T. */
static u64 least_timeout(const struct swim *swim)
{
	u32 milli = max_t(u32, milli_log10(swim->table.live + 1), 1000);
	u64 least = swim_interval(swim);

	least = div_u64(least * swim->config.suspicion_mult, 100);
	return div_u64(least * milli, 1000);
}

/*
 * From suspicion_max_mult times the least one down to it, as the logarithm of
 * the number of confirmations grows.
 */
static u64 timeout(const struct swim *swim,
		   const struct swim_suspicion *suspicion)
{
	u32 n = swim->table.live + 1;
	u32 wanted =
		min_t(u32, swim->config.suspicion_accusers, max(n, 2U) - 2);
	u32 count = min(confirmations(swim, suspicion), wanted);
	u64 least = least_timeout(swim), more;

	if (!swim_rule(swim, SWIM_RULE_DYNAMIC) || count == wanted)
		return least;
	more = (swim->config.suspicion_max_mult - 1) * least;
	/* In this order, or the greatest of tunables would overflow. */
	return least + more -
	       div_u64(more, milli_log10(wanted + 1)) * milli_log10(count + 1);
}

/* When its last call is due: within the time-out, not after it. */
static u64 deadline(const struct swim *swim,
		    const struct swim_suspicion *suspicion)
{
	u64 wait = timeout(swim, suspicion), span;

	if (!swim_rule(swim, SWIM_RULE_LAST_CALL))
		return suspicion->started + wait;
	span = swim_probe_span(swim, suspicion->member,
			       swim->config.last_call_attempts + 1);
	return suspicion->started + wait + suspicion->jitter -
	       min(span, wait / 2);
}

/*
 * When more members are to check an accusation that too few confirm; and when
 * its accuser, after all waves too, is to tell the suspect again.
 */
static u64 next_wave(const struct swim *swim,
		     const struct swim_suspicion *suspicion)
{
	if (!swim_rule(swim, SWIM_RULE_CORROBORATE) ||
	    (suspicion->waves >= WAVES_MAX && !suspicion->ours) ||
	    confirmations(swim, suspicion) >= swim->config.suspicion_accusers)
		return SWIM_NEVER;
	return suspicion->next;
}

static u64 due(const struct swim *swim, const struct swim_suspicion *suspicion)
{
	return min(deadline(swim, suspicion), next_wave(swim, suspicion));
}

static void arm(struct swim *swim, struct swim_suspicion *suspicion)
{
	swim_timer_set(swim, &suspicion->timer, due(swim, suspicion));
}

/* Tries again when there was no verdict. */
static void wait_more(struct swim *swim, struct swim_member *member)
{
	u64 wait = max(SWIM_SECOND, swim_interval(swim));

	swim_timer_set(swim, &member->suspicion->timer, swim->now + wait);
}

/*
 * The last call: before a member is declared failed it is pinged once more, and
 * told of the suspicion.
 */
static void last_word(struct swim *swim, const struct swim_probe *probe,
		      struct swim_member *target, enum swim_verdict verdict)
{
	struct swim_suspicion *suspicion = target->suspicion;

	/* Refuted, or failed by another's verdict. */
	if (!suspicion)
		return;
	/* Refuted, and accused anew meanwhile: that gets a last call of its own. */
	if (suspicion->started > probe->sent[1]) {
		if (!swim_timer_pending(&suspicion->timer))
			swim_timer_set(swim, &suspicion->timer, swim->now);
		return;
	}
	/* What came from it meanwhile is an answer too. */
	if (verdict != SWIM_UNREACHED || swim->isolation.isolated ||
	    (target->heard &&
	     (s32)(target->heard - swim_stamp(probe->sent[1])) > 0)) {
		wait_more(swim, target);
		return;
	}
	/*
	 * Another one that was taken for gone is back: what separated it may
	 * have separated this one too. Once, or one that comes and goes would
	 * protect all others.
	 */
	if (swim->isolation.mended > probe->sent[1] && !suspicion->repeated) {
		suspicion->repeated = true;
		swim_timer_set(swim, &suspicion->timer, swim->now);
		return;
	}
	swim_conclude(swim, target, SWIM_FAILED, &probe->evidence);
}

static const struct swim_probe_kind last_call = {
	.slots = 4,
	.done = last_word,
};

static void corroborated(struct swim *swim, const struct swim_probe *probe,
			 struct swim_member *target, enum swim_verdict verdict)
{
	if (verdict == SWIM_UNREACHED && target->suspicion)
		swim_blame(swim, target, probe);
}

static const struct swim_probe_kind corroboration = {
	.slots = 4,
	.done = corroborated,
};

/*
 * A few check at once whether an accusation is true: those that follow the
 * suspect on a ring that is shuffled for each suspicion. So all agree on who
 * they are, and nobody chooses them. Where these cannot confirm it, because
 * they are cut off or dead too, twice as many do each time.
 */
static void corroborate(struct swim *swim, struct swim_suspicion *suspicion)
{
	struct swim_member *member = suspicion->member;
	u32 count = swim->config.corroborators, rank;
	struct swim_rotation rotation;
	bool called;

	swim_rotation_set(&rotation, swim->cluster,
			  member->uid + member->incarnation);
	if (!suspicion->waves) {
		called = swim_rotation_among(&rotation, &swim->table,
					     swim->self, member, count);
	} else {
		rank = swim_rotation_rank(&rotation, &swim->table, swim->self,
					  member);
		count <<= suspicion->waves - 1;
		called = rank >= count && rank < 2 * count;
	}
	suspicion->waves++;
	if (called && swim->self->state == SWIM_ALIVE &&
	    swim_probe_start(swim, &corroboration, member, 2))
		swim_count_stat(swim, SWIM_CORROBORATIONS);
}

/*
 * Nobody else may have heard of it, as in a cut that has healed since; then the
 * suspect refutes only what its accuser tells it.
 */
static void next_try(struct swim *swim, struct swim_suspicion *suspicion)
{
	if (!swim_rule(swim, SWIM_RULE_CORROBORATE))
		return;
	if (suspicion->ours)
		swim_gossip_to(swim, suspicion->member);
	if (suspicion->waves < WAVES_MAX)
		corroborate(swim, suspicion);
	suspicion->next = swim->now + least_timeout(swim) / 2;
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_suspicion *suspicion =
		container_of(timer, struct swim_suspicion, timer);
	struct swim_member *member = suspicion->member;

	if (!suspicion->doubted && swim->now < deadline(swim, suspicion)) {
		next_try(swim, suspicion);
		arm(swim, suspicion);
		return;
	}
	/* Who leaves, or is cut off, convicts nobody. */
	if (swim->self->state == SWIM_LEFT || swim->isolation.isolated) {
		wait_more(swim, member);
		return;
	}
	if (!swim_rule(swim, SWIM_RULE_LAST_CALL)) {
		swim_conclude(swim, member, SWIM_FAILED, NULL);
		return;
	}
	if (swim_probe_find(swim, &last_call, member))
		return;
	if (swim_probe_start(swim, &last_call, member,
			     swim->config.last_call_attempts + 1))
		swim_count_stat(swim, SWIM_LAST_CALLS);
	else
		swim_timer_set(swim, timer,
			       swim->now + swim_probe_span(swim, member, 1));
}

bool swim_suspect(struct swim *swim, struct swim_member *member,
		  const struct swim_record *record)
{
	struct swim_suspicion *suspicion = member->suspicion;
	u32 jitter = min_t(u32, JITTER_MAX_MS, swim->config.probe_interval / 2);

	if (!suspicion) {
		suspicion = kmalloc(sizeof(*suspicion), SWIM_GFP);
		if (!suspicion)
			return false;
		swim_timer_init(&suspicion->timer, expire);
		suspicion->member = member;
		member->suspicion = suspicion;
	}
	suspicion->started = swim->now;
	suspicion->jitter = swim_random(swim, jitter * 1000) * 1000ULL;
	suspicion->evidence = (struct swim_evidence){};
	suspicion->waves = 0;
	suspicion->next = swim->now;
	suspicion->doubted = false;
	suspicion->repeated = false;
	suspicion->ours = false;
	suspicion->accusers = max_t(u32, record->accusers, 1);
	memcpy(suspicion->accuser, record->accuser, sizeof(suspicion->accuser));
	arm(swim, suspicion);
	return true;
}

/* Where something is due earlier than it was. */
static void hasten(struct swim *swim, struct swim_suspicion *suspicion)
{
	/* Else its last call is being made, or was made without a verdict. */
	if (swim_timer_pending(&suspicion->timer) &&
	    suspicion->timer.at > swim->now &&
	    due(swim, suspicion) < suspicion->timer.at)
		arm(swim, suspicion);
}

void swim_suspicion_retime(struct swim *swim)
{
	u32 i;

	for (i = 0; i < swim->table.live; i++) {
		struct swim_member *member = swim_ring_at(&swim->table, i);

		if (member->suspicion)
			hasten(swim, member->suspicion);
	}
}

bool swim_accuse(struct swim *swim, struct swim_member *member, u64 accuser)
{
	struct swim_suspicion *suspicion = member->suspicion;

	if (suspicion->accusers == SWIM_ACCUSERS_MAX ||
	    swim_is_accuser(suspicion->accuser, suspicion->accusers, accuser))
		return false;
	suspicion->accuser[suspicion->accusers++] = accuser;
	hasten(swim, suspicion);
	return true;
}

bool swim_is_ripe(const struct swim *swim, const struct swim_member *member)
{
	const struct swim_suspicion *suspicion = member->suspicion;
	u64 least = least_timeout(swim);

	return swim->now - suspicion->started >=
	       (suspicion->doubted ? DOUBT * least : least / 2);
}

void swim_call_now(struct swim *swim, struct swim_member *member)
{
	struct swim_suspicion *suspicion = member->suspicion;

	if (!swim_rule(swim, SWIM_RULE_LAST_CALL))
		return;
	suspicion->doubted = true;
	if (suspicion->timer.at > swim->now)
		swim_timer_set(swim, &suspicion->timer, swim->now);
}

void swim_suspicion_own(struct swim *swim, struct swim_member *member)
{
	struct swim_suspicion *suspicion = member->suspicion;

	if (!suspicion)
		return;
	suspicion->ours = true;
	hasten(swim, suspicion);
}

void swim_blame(struct swim *swim, struct swim_member *member,
		const struct swim_probe *probe)
{
	/* Who has yet to hear from anybody accuses nobody. */
	if (swim_rule(swim, SWIM_RULE_CONCLUSIVE) && !swim->proven &&
	    !swim_probe_unaided(swim))
		return;
	if (member->state == SWIM_ALIVE) {
		swim_conclude(swim, member, SWIM_SUSPECT, &probe->evidence);
	} else {
		if (swim_accuse(swim, member, swim->self->uid))
			swim_spread_add(swim, member);
		swim_suspicion_own(swim, member);
	}
	if (member->suspicion)
		member->suspicion->evidence = probe->evidence;
}

void swim_corroborate(struct swim *swim, struct swim_member *member)
{
	swim_timer_set(swim, &member->suspicion->timer, swim->now);
}

void swim_suspicion_end(struct swim *swim, struct swim_member *member,
			bool refuted)
{
	struct swim_suspicion *suspicion = member->suspicion;
	u32 i;

	if (!suspicion)
		return;
	for (i = 0; refuted && i < suspicion->accusers; i++)
		blame_accuser(swim, suspicion->accuser[i]);
	swim_timer_cancel(swim, &suspicion->timer);
	kfree(suspicion);
	member->suspicion = NULL;
}
