/* SPDX-License-Identifier: GPL-2.0 */
/* Those who failed or left. */
#ifndef _SWIM_HEAL_H
#define _SWIM_HEAL_H

#include "timer.h"

/**
 * struct swim_heal - those who failed or left
 * @timer: next ping to one that failed
 * @reap_at: place in the ring of the next one to look at for its age
 */
struct swim_heal {
	struct swim_timer timer;
	u32 reap_at;
};

void swim_heal_init(struct swim *swim);
/* To be called when a member stops being live. */
void swim_heal_wake(struct swim *swim);
/* The tunables are others: the next ping is no later than they say. */
void swim_heal_retime(struct swim *swim);
void swim_heal_stop(struct swim *swim);

#endif
