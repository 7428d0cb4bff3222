/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SWIM_TIMER_H
#define _SWIM_TIMER_H

#include "port.h"

struct swim;

/**
 * struct swim_timer - something to do at a time of the core's clock
 * @node: in swim->timers, or empty
 * @at: when
 * @fire: called with the timer no longer pending; may set it again or free it
 */
struct swim_timer {
	struct rb_node node;
	u64 at;
	void (*fire)(struct swim *swim, struct swim_timer *timer);
};

void swim_timer_init(struct swim_timer *timer,
		     void (*fire)(struct swim *swim, struct swim_timer *timer));
/* Sets or moves the timer. */
void swim_timer_set(struct swim *swim, struct swim_timer *timer, u64 at);
/* A pending one that is due in more than @wait ns is due in as much. */
void swim_timer_hasten(struct swim *swim, struct swim_timer *timer, u64 wait);
void swim_timer_cancel(struct swim *swim, struct swim_timer *timer);
/* Earliest timer, or NULL. */
struct swim_timer *swim_timer_first(const struct swim *swim);

static inline bool swim_timer_pending(const struct swim_timer *timer)
{
	return !RB_EMPTY_NODE(&timer->node);
}

#endif
