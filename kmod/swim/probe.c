// SPDX-License-Identifier: GPL-2.0
/*
 * Failure detection (SWIM, sections 3.1 and 4.3): in each protocol period one
 * member is pinged; if it does not answer in time, a few others are asked to
 * ping it; if nothing came by the end of the period, it becomes a suspect.
 */

#include "core.h"

static void ping(struct swim *swim)
{
	struct swim_probe *probe = &swim->probe;
	struct wire_body body = { .value = probe->target->uid };

	/* 0 is for pings whose answer nobody waits for. */
	do {
		probe->nonce = swim->ops->random(swim->ctx);
	} while (!probe->nonce);
	body.nonce = probe->nonce;
	probe->sent = swim->now;
	probe->asked = 0;
	swim_count_stat(swim, SWIM_PROBES);
	swim_timer_set(swim, &probe->timeout,
		       swim->now +
			       swim_scaled(swim, swim->config.probe_timeout));
	swim_send(swim, &probe->target->addr, WIRE_PING, &body, probe->target,
		  true);
}

static void ask_others(struct swim *swim, struct swim_timer *timer)
{
	struct swim_probe *probe = &swim->probe;
	u64 left = probe->period.at - min(probe->period.at, swim->now);
	struct wire_body body = {
		.nonce = probe->nonce,
		.value = probe->target->uid,
		.time_ms = min_t(u64, div_u64(left, SWIM_MS), 0xffff),
	};
	u32 chosen[SWIM_SAMPLE_MAX];
	u32 i, count;

	/* One more than needed, as the target may be among them. */
	count = swim_sample(swim, swim->table.live,
			    swim->config.indirect_probes + 1, chosen);
	for (i = 0; i < count; i++) {
		const struct swim_member *relay =
			swim_ring_at(&swim->table, chosen[i]);

		if (relay == probe->target ||
		    probe->asked == swim->config.indirect_probes)
			continue;
		probe->asked++;
		swim_send(swim, &relay->addr, WIRE_PING_REQ, &body,
			  probe->target, true);
	}
}

/* The period is over and no answer came. */
static void fail(struct swim *swim)
{
	struct swim_probe *probe = &swim->probe;
	struct swim_member *target = probe->target;

	probe->target = NULL;
	swim_timer_cancel(swim, &probe->timeout);
	swim_count_stat(swim, SWIM_PROBES_FAILED);
	swim_health_worse(swim);
	if (target->state == SWIM_ALIVE)
		swim_conclude(swim, target, SWIM_SUSPECT, probe->asked);
	else
		swim_accuse(swim, target, swim->self->uid);
}

static void next_period(struct swim *swim, struct swim_timer *timer)
{
	struct swim_probe *probe = &swim->probe;
	u64 period, at;

	if (probe->target)
		fail(swim);
	probe->target =
		swim_ring_next(&swim->table, swim->ops->random(swim->ctx));
	/* Alone: swim_probe_wake() starts it again. */
	if (!probe->target)
		return;
	period = swim_scaled(swim, swim->config.probe_interval);
	at = timer->at + period;
	/* A late period keeps to the grid, unless that left no time to answer. */
	if (at < swim->now + period / 2)
		at = swim->now + period;
	swim_timer_set(swim, timer, at);
	ping(swim);
}

void swim_probe_wake(struct swim *swim)
{
	struct swim_timer *period = &swim->probe.period;
	u32 ms = swim->config.probe_interval;

	/* At a random time, so that a group does not probe in step. */
	if (!swim_timer_pending(period) && swim->table.live &&
	    swim->self->state == SWIM_ALIVE)
		swim_timer_set(swim, period,
			       swim->now +
				       (swim_random(swim, ms) + 1) * SWIM_MS);
}

void swim_probe_void(struct swim *swim)
{
	swim->probe.target = NULL;
	swim_timer_cancel(swim, &swim->probe.timeout);
}

void swim_probe_stop(struct swim *swim)
{
	swim_probe_void(swim);
	swim_timer_cancel(swim, &swim->probe.period);
}

void swim_probe_drop(struct swim *swim, const struct swim_member *member)
{
	if (swim->probe.target == member)
		swim_probe_void(swim);
}

/* RFC 6298, section 2, in microseconds. */
static void measure(struct swim_member *member, u64 ns)
{
	u32 rtt = min_t(u64, div_u64(ns, 1000), 60000000) | 1;
	u32 error;

	if (!member->srtt) {
		member->srtt = rtt;
		member->rttvar = rtt / 2;
		return;
	}
	error = rtt > member->srtt ? rtt - member->srtt : member->srtt - rtt;
	member->rttvar = (3 * (u64)member->rttvar + error) / 4;
	member->srtt = max_t(u32, (7 * (u64)member->srtt + rtt) / 8, 1);
}

bool swim_probe_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body)
{
	struct swim_probe *probe = &swim->probe;
	struct swim_member *target = probe->target;

	if (!target || body->nonce != probe->nonce ||
	    body->value != target->uid)
		return false;
	if (source->header.uid == target->uid)
		measure(target, swim->now - probe->sent);
	swim_probe_void(swim);
	swim_health_better(swim);
	return true;
}

void swim_probe_init(struct swim *swim)
{
	swim_timer_init(&swim->probe.period, next_period);
	swim_timer_init(&swim->probe.timeout, ask_others);
}
