/* SPDX-License-Identifier: GPL-2.0 */
/* Dissemination of changes. */
#ifndef _SWIM_SPREAD_H
#define _SWIM_SPREAD_H

#include "queue.h"
#include "timer.h"

struct swim_member;
struct wire_buf;

#define SWIM_FANOUT_MAX 8

/**
 * struct swim_spread - members whose last change is still being told
 * @queue: struct swim_member
 * @news_at: when there was news last
 * @gap: from the last round of gossip to the next, ns
 * @crowded: the last datagram had no room for metadata or an event
 * @timer: next round of gossip
 */
struct swim_spread {
	struct swim_queue queue;
	u64 news_at;
	u64 gap;
	bool crowded;
	struct swim_timer timer;
};

void swim_spread_init(struct swim *swim);
/* Tell the group of the last change of @member. */
void swim_spread_add(struct swim *swim, struct swim_member *member);
void swim_spread_drop(struct swim *swim, struct swim_member *member);
/* Tells @member what is new, and first what is believed of itself. */
void swim_gossip_to(struct swim *swim, const struct swim_member *member);
/* There is more to tell, of members or a user event. */
void swim_spread_news(struct swim *swim);
/* How often each piece of news is sent. */
u32 swim_send_limit(const struct swim *swim);
/* Adds what was sent the fewest times, as far as it fits. */
void swim_spread_fill(struct swim *swim, struct wire_buf *buf);
void swim_spread_wake(struct swim *swim);
/* The tunables are others: the next round is no later than they say. */
void swim_spread_retime(struct swim *swim);
void swim_spread_stop(struct swim *swim);

#endif
