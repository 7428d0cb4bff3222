/* SPDX-License-Identifier: GPL-2.0 */
/* What this member knows of its own health. */
#ifndef _SWIM_HEALTH_H
#define _SWIM_HEALTH_H

#include "timer.h"

#define SWIM_LHM_MAX 8 /* S of Lifeguard, section IV-A */
#define SWIM_DEGRADED_ROUNDS 24

/**
 * struct swim_isolation - whether this member is cut off
 * @doubt: grows with probes that reached nobody
 * @isolated: it is: it says so and convicts nobody
 * @alone: of a small group nobody else was heard of for long, so that this is
 *	taken for the sole survivor, which convicts the others
 * @mended: when one that was taken for gone was last heard
 * @lost: a period after a link was lost
 */
struct swim_isolation {
	u32 doubt;
	bool isolated;
	bool alone;
	u64 mended;
	struct swim_timer lost;
};

/**
 * struct swim_expected - pings that others send to this member, by round
 * @prober: who sent the last first pings, latest first
 * @first: first pings that came in a round
 * @again: those that were repeated, because no answer had come back
 * @rounds: rounds counted, up to SWIM_DEGRADED_ROUNDS
 * @at: the present round's place
 * @low_at: when fewer came than should, in core time
 */
struct swim_expected {
	u64 prober[2];
	u8 first[SWIM_DEGRADED_ROUNDS];
	u8 again[SWIM_DEGRADED_ROUNDS];
	u32 rounds;
	u32 at;
	u64 low_at;
};

/* Lifeguard's local health multiplier. */
void swim_health_worse(struct swim *swim);
void swim_health_better(struct swim *swim);
/* @ms in ns, times the multiplier plus 1. */
u64 swim_scaled(const struct swim *swim, u32 ms);

void swim_isolation_init(struct swim *swim);
/* A link is gone: the next period shows whether it was the only one. */
void swim_isolation_lost(struct swim *swim);
/* A probe reached nobody; @mute: this node could not even send. */
void swim_isolation_doubt(struct swim *swim, bool mute);
/* Somebody was reached: one of those asked, or (more by 1) the target. */
void swim_isolation_clear(struct swim *swim, u32 weight);
/* Once a round. */
void swim_isolation_check(struct swim *swim);
/* Something was heard from @member. */
void swim_isolation_heard(struct swim *swim, const struct swim_member *member);

/* A ping of @asker has come; with the flags of its header. */
void swim_degraded_ping(struct swim *swim, u64 asker, u8 flags);
void swim_degraded_round(struct swim *swim);

#endif
