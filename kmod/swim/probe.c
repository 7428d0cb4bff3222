// SPDX-License-Identifier: GPL-2.0
/* Probes in flight. */

#include "core.h"

#define ATTEMPT_MASK SWIM_ATTEMPTS_MAX
#define US 1000ULL

/* Wait for the answer to a ping, in ns, before it is scaled by the LHM. */
static u64 patience(const struct swim *swim, const struct swim_member *member)
{
	u64 least = swim->config.probe_timeout_min * SWIM_MS;
	u64 most = max(swim->config.probe_timeout * SWIM_MS, least);
	u64 wait;

	if (!swim_rule(swim, SWIM_RULE_SHORT))
		return swim->config.probe_timeout * SWIM_MS;
	if (member->srtt)
		wait = (member->srtt + 4ULL * member->rttvar) * US;
	else if (swim->srtt)
		wait = 2 * (swim->srtt + 4ULL * swim->rttvar) * US;
	else
		wait = 4 * least;
	return clamp(wait, least, most);
}

/* Wait for the answers to an attempt; others need a second hop. */
static u64 attempt_span(const struct swim *swim,
			const struct swim_member *member, u32 attempt)
{
	u64 wait = patience(swim, member) * (swim->lhm + 1);

	if (attempt == 1)
		return wait;
	if (swim_rule(swim, SWIM_RULE_SHORT))
		return 2 * wait;
	/* The rest of the protocol period. */
	return max(swim_scaled(swim, swim->config.probe_interval), 2 * wait) -
	       wait;
}

u64 swim_probe_span(const struct swim *swim, const struct swim_member *member,
		    u32 attempts)
{
	return attempt_span(swim, member, 1) +
	       (attempts - 1) * attempt_span(swim, member, 2);
}

static void ping(struct swim *swim, struct swim_probe *probe)
{
	struct wire_body body = {
		.nonce = probe->nonce | probe->attempt,
		.value = probe->target->uid,
	};
	u8 flags = probe->attempt > 1 ? WIRE_REPEAT : probe->kind->flags;

	probe->evidence.pings++;
	if (swim_round_asks(swim))
		flags |= WIRE_ASK;
	swim_begin(swim, WIRE_PING, flags, &body);
	swim_about(swim, probe->target);
	if (flags & WIRE_ASK)
		swim_put(&swim->out, swim->self, false);
	swim_fill(swim);
	swim_events_offer(swim, &swim->out, probe->target);
	swim_finish(swim, &probe->target->addr, false);
}

static void ask_others(struct swim *swim, struct swim_probe *probe)
{
	u64 span = attempt_span(swim, probe->target, probe->attempt);
	struct wire_body body = {
		.nonce = probe->nonce | probe->attempt,
		.value = probe->target->uid,
		.salt = probe->target->salt,
		.time_ms = min_t(u64, div_u64(span, SWIM_MS), 0xffff),
	};
	u32 want = swim->config.indirect_probes;
	u32 chosen[SWIM_SAMPLE_MAX];
	u32 i, count;

	/* One more than needed, as the target may be among them. */
	count = swim_sample(swim, swim->table.live, want + 1, chosen);
	for (i = 0; i < count && probe->relays < want; i++) {
		const struct swim_member *relay =
			swim_ring_at(&swim->table, chosen[i]);

		if (relay == probe->target)
			continue;
		probe->relay[probe->relays++] = relay->uid;
		probe->evidence.asked++;
		swim_begin(swim, WIRE_PING_REQ, 0, &body);
		swim_about(swim, probe->target);
		swim_finish(swim, &relay->addr, true);
	}
}

static void attempt(struct swim *swim, struct swim_probe *probe)
{
	probe->attempt++;
	probe->relays = 0;
	probe->replied = 0;
	probe->denied = 0;
	probe->vouched = 0;
	probe->sent[probe->attempt] = swim->now;
	swim_timer_set(swim, &probe->timer,
		       swim->now + attempt_span(swim, probe->target,
						probe->attempt));
	/* In plain SWIM there is one ping. */
	if (probe->attempt == 1 || swim_rule(swim, SWIM_RULE_SHORT))
		ping(swim, probe);
	if (probe->attempt > 1)
		ask_others(swim, probe);
}

static void end(struct swim *swim, struct swim_probe *probe,
		enum swim_verdict verdict)
{
	struct swim_member *target = probe->target;

	swim_timer_cancel(swim, &probe->timer);
	probe->target = NULL;
	probe->kind->done(swim, probe, target, verdict);
}

bool swim_probe_unaided(const struct swim *swim)
{
	return swim->table.live < 2 || swim->isolation.alone;
}

/*
 * That a probe failed is evidence about its target only if somebody else could
 * be reached and could not reach it either; otherwise it may well be this node
 * that is cut off.
 */
static enum swim_verdict judge(const struct swim *swim,
			       const struct swim_probe *probe)
{
	if (!swim_rule(swim, SWIM_RULE_CONCLUSIVE))
		return SWIM_UNREACHED;
	/* Not so for a sole survivor, who cannot tell its link from theirs. */
	if (probe->mute && !swim->isolation.alone)
		return SWIM_UNCLEAR;
	if (probe->evidence.nacks || swim_probe_unaided(swim))
		return SWIM_UNREACHED;
	return SWIM_UNCLEAR;
}

void swim_probe_finish(struct swim *swim, struct swim_probe *probe)
{
	end(swim, probe, judge(swim, probe));
}

/* All who were asked, twice, could not reach it: one more would say the same. */
static bool is_unanimous(const struct swim_probe *probe)
{
	return probe->attempt > 2 && probe->evidence.asked &&
	       probe->evidence.nacks == probe->evidence.asked;
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_probe *probe =
		container_of(timer, struct swim_probe, timer);

	/* Without a proof the majority is believed. */
	if (probe->vouched > probe->denied)
		end(swim, probe, SWIM_ANSWERED);
	else if (probe->attempt < probe->attempts && !is_unanimous(probe))
		attempt(swim, probe);
	else
		swim_probe_finish(swim, probe);
}

bool swim_probe_start(struct swim *swim, const struct swim_probe_kind *kind,
		      struct swim_member *target, u32 attempts)
{
	struct swim_probe *free = NULL;
	u32 i, used = 0;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		struct swim_probe *probe = &swim->probe[i];

		if (!probe->target)
			free = probe;
		else if (probe->kind == kind)
			used++;
	}
	if (!free || used >= kind->slots)
		return false;
	free->kind = kind;
	free->target = target;
	free->nonce = swim_random64(swim) >> 32 & ~ATTEMPT_MASK;
	free->attempt = 0;
	free->attempts = attempts;
	free->evidence = (struct swim_evidence){};
	free->mute = false;
	attempt(swim, free);
	return true;
}

struct swim_probe *swim_probe_find(struct swim *swim,
				   const struct swim_probe_kind *kind,
				   const struct swim_member *target)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		struct swim_probe *probe = &swim->probe[i];

		if (probe->target && probe->kind == kind &&
		    (!target || probe->target == target))
			return probe;
	}
	return NULL;
}

void swim_probe_void(struct swim *swim)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++)
		if (swim->probe[i].target)
			end(swim, &swim->probe[i], SWIM_VOID);
}

void swim_probe_drop(struct swim *swim, const struct swim_member *target)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++)
		if (swim->probe[i].target == target)
			end(swim, &swim->probe[i], SWIM_VOID);
}

void swim_probe_hint(struct swim *swim, const struct swim_addr *addr)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		struct swim_probe *probe = &swim->probe[i];

		if (probe->target && probe->attempt == 1 &&
		    swim_addr_equal(&probe->target->addr, addr))
			swim_timer_set(swim, &probe->timer, swim->now);
	}
}

void swim_probe_retime(struct swim *swim)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		struct swim_probe *probe = &swim->probe[i];

		if (probe->target)
			swim_timer_hasten(swim, &probe->timer,
					  attempt_span(swim, probe->target,
						       probe->attempt));
	}
}

void swim_probe_mute(struct swim *swim)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++)
		swim->probe[i].mute = true;
}

/* RFC 6298, section 2, in microseconds. */
static void smooth(u32 *srtt, u32 *rttvar, u32 rtt)
{
	u32 error, mean;

	if (!*srtt) {
		*srtt = rtt;
		*rttvar = rtt / 2;
		return;
	}
	error = rtt > *srtt ? rtt - *srtt : *srtt - rtt;
	*rttvar = (3 * (u64)*rttvar + error) / 4;
	mean = (7 * (u64)*srtt + rtt) / 8;
	*srtt = mean ?: 1;
}

/* Each attempt has a nonce of its own, so there is no doubt which was answered. */
static void measure(struct swim *swim, struct swim_member *member, u64 ns)
{
	u32 rtt = min_t(u64, div_u64(ns, US), 60000000) | 1;

	smooth(&member->srtt, &member->rttvar, rtt);
	smooth(&swim->srtt, &swim->rttvar, rtt);
}

u32 swim_probe_other_nonce(struct swim *swim)
{
	return (swim_random64(swim) >> 32 & ~ATTEMPT_MASK) | (ATTEMPT_MASK + 1);
}

static struct swim_probe *by_nonce(struct swim *swim,
				   const struct wire_body *body)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		struct swim_probe *probe = &swim->probe[i];

		if (probe->target && probe->target->uid == body->value &&
		    probe->nonce == (body->nonce & ~ATTEMPT_MASK) &&
		    (body->nonce & ATTEMPT_MASK) &&
		    (body->nonce & ATTEMPT_MASK) <= probe->attempt)
			return probe;
	}
	return NULL;
}

/* Of those asked in this attempt; each counts once. */
static bool first_reply(struct swim_probe *probe, u64 uid, u32 attempt)
{
	u32 i;

	if (attempt != probe->attempt)
		return false;
	for (i = 0; i < probe->relays; i++) {
		if (probe->relay[i] != uid || probe->replied & 1 << i)
			continue;
		probe->replied |= 1 << i;
		return true;
	}
	return false;
}

/* Through a relay, whose word counts for no more than it can prove. */
static void hear_vouched(struct swim *swim, struct swim_probe *probe,
			 const struct swim_source *source,
			 const struct wire_body *body)
{
	struct swim_member *target = probe->target;

	if (!swim_rule(swim, SWIM_RULE_PROOF)) {
		end(swim, probe, SWIM_ANSWERED);
		return;
	}
	if (target->salt && target->proof == body->proof) {
		/* The relay knows it now. */
		target->salt = 0;
		end(swim, probe, SWIM_ANSWERED);
		return;
	}
	if (!target->salt &&
	    first_reply(probe, source->header.uid, body->nonce & ATTEMPT_MASK))
		probe->vouched++;
}

bool swim_probe_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body)
{
	struct swim_probe *probe = by_nonce(swim, body);
	struct swim_member *target;

	if (!probe)
		return false;
	target = probe->target;
	if (source->header.uid != target->uid) {
		hear_vouched(swim, probe, source, body);
		return true;
	}
	measure(swim, target,
		swim->now - probe->sent[body->nonce & ATTEMPT_MASK]);
	target->salt = body->nonce;
	target->proof = body->proof;
	end(swim, probe, SWIM_ANSWERED);
	return true;
}

bool swim_probe_nack(struct swim *swim, const struct swim_source *source,
		     const struct wire_body *body)
{
	struct swim_probe *probe = by_nonce(swim, body);

	if (!probe)
		return false;
	if (first_reply(probe, source->header.uid,
			body->nonce & ATTEMPT_MASK)) {
		probe->evidence.nacks++;
		probe->denied++;
	}
	return true;
}

void swim_probe_init(struct swim *swim)
{
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++)
		swim_timer_init(&swim->probe[i].timer, expire);
}
