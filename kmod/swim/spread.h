/* SPDX-License-Identifier: GPL-2.0 */
/* Dissemination of changes. */
#ifndef _SWIM_SPREAD_H
#define _SWIM_SPREAD_H

#include "timer.h"

struct swim_member;
struct wire_buf;

#define SWIM_FANOUT_MAX 8
#define SWIM_SENDS_MAX 64 /* bits of swim_spread.filled */

/**
 * struct swim_spread - members whose last change is still being told
 * @queue: by the number of times that it was sent; least first
 * @filled: bit i is set if queue[i] is not empty
 * @queued: members in all queues
 * @news_at: when there was news last
 * @gap: from the last round of gossip to the next, ns
 * @timer: next round of gossip
 */
struct swim_spread {
	struct list_head queue[SWIM_SENDS_MAX];
	u64 filled;
	u32 queued;
	u64 news_at;
	u64 gap;
	struct swim_timer timer;
};

void swim_spread_init(struct swim *swim);
/* Tell the group of the last change of @member. */
void swim_spread_add(struct swim *swim, struct swim_member *member);
void swim_spread_drop(struct swim *swim, struct swim_member *member);
/* Adds what was sent the fewest times, as far as it fits. */
void swim_spread_fill(struct swim *swim, struct wire_buf *buf);
void swim_spread_wake(struct swim *swim);
/* The tunables are others: the next round is no later than they say. */
void swim_spread_retime(struct swim *swim);
void swim_spread_stop(struct swim *swim);

#endif
