/* SPDX-License-Identifier: GPL-2.0 */
/* The protocol period: who is probed, and when (SWIM, sections 3.1 and 4.3). */
#ifndef _SWIM_ROUND_H
#define _SWIM_ROUND_H

#include "rotation.h"
#include "timer.h"

/**
 * struct swim_round - this member's own probing
 * @period: start of the next round
 * @due: when this round's target is to be probed
 * @rotation: the shuffle of this round
 * @base: when this round began, in core time
 * @planned: uid of this round's target
 * @skip: rounds in which a member of poor health does not probe
 */
struct swim_round {
	struct swim_timer period;
	struct swim_timer due;
	struct swim_rotation rotation;
	u64 base;
	u64 planned;
	u32 skip;
};

void swim_round_init(struct swim *swim);
/* To be called when a member becomes live. */
void swim_round_wake(struct swim *swim);
/* The probe interval is another: the next round begins with one of that. */
void swim_round_retime(struct swim *swim);
void swim_round_stop(struct swim *swim);

#endif
