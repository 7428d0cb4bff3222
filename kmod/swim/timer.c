// SPDX-License-Identifier: GPL-2.0
/* Timers of the core, in a tree ordered by time. */

#include "core.h"

void swim_timer_init(struct swim_timer *timer,
		     void (*fire)(struct swim *swim, struct swim_timer *timer))
{
	RB_CLEAR_NODE(&timer->node);
	timer->fire = fire;
}

void swim_timer_set(struct swim *swim, struct swim_timer *timer, u64 at)
{
	struct rb_node **link = &swim->timers.rb_root.rb_node;
	struct rb_node *parent = NULL;
	bool leftmost = true;

	swim_timer_cancel(swim, timer);
	/* What is late already is no sign that this node stopped. */
	at = max(at, swim->now);
	timer->at = at;
	while (*link) {
		parent = *link;
		if (at < rb_entry(parent, struct swim_timer, node)->at) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&timer->node, parent, link);
	rb_insert_color_cached(&timer->node, &swim->timers, leftmost);
}

void swim_timer_hasten(struct swim *swim, struct swim_timer *timer, u64 wait)
{
	if (swim_timer_pending(timer) && timer->at > swim->now + wait)
		swim_timer_set(swim, timer, swim->now + wait);
}

void swim_timer_cancel(struct swim *swim, struct swim_timer *timer)
{
	if (!swim_timer_pending(timer))
		return;
	rb_erase_cached(&timer->node, &swim->timers);
	RB_CLEAR_NODE(&timer->node);
}

struct swim_timer *swim_timer_first(const struct swim *swim)
{
	struct rb_node *first = rb_first_cached(&swim->timers);

	return first ? rb_entry(first, struct swim_timer, node) : NULL;
}
