/* SPDX-License-Identifier: GPL-2.0 */
/* The protocol period: who is probed, and when (SWIM, sections 3.1 and 4.3). */
#ifndef _SWIM_ROUND_H
#define _SWIM_ROUND_H

#include "rotation.h"
#include "timer.h"

struct swim_source;

/**
 * struct swim_round - this member's own probing
 * @period: start of the next round
 * @due: when this round's target is to be probed
 * @rotation: the shuffle of this round
 * @base: when this round began, in core time
 * @planned: uid of this round's target
 * @probed: when another member last began to probe this one, in core time
 * @skip: rounds in which a member of poor health does not probe
 * @asked: another was probed in this round because it asked for it
 * @overloaded: datagrams were lost in this node in this round
 */
struct swim_round {
	struct swim_timer period;
	struct swim_timer due;
	struct swim_rotation rotation;
	u64 base;
	u64 planned;
	u64 probed;
	u32 skip;
	bool asked;
	bool overloaded;
};

void swim_round_init(struct swim *swim);
/* To be called when a member becomes live. */
void swim_round_wake(struct swim *swim);
/* The probe interval is another: the next round begins with one of that. */
void swim_round_retime(struct swim *swim);
void swim_round_stop(struct swim *swim);
/* A ping for this member has come. */
void swim_round_hear(struct swim *swim, const struct swim_source *source);
/* Whether to ask for a probe in return. */
bool swim_round_asks(const struct swim *swim);

#endif
