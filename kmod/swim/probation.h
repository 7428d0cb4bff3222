/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Probation: a member that fails and returns again and again is shown as such
 * for a while after it returned, so that users see one change and not a
 * flapping one. It is local; the protocol takes the member for alive.
 */
#ifndef _SWIM_PROBATION_H
#define _SWIM_PROBATION_H

#include "timer.h"

struct swim;
struct swim_member;

/**
 * struct swim_history - failures of one member
 * @timer: end of the probation, or of the memory
 * @member: whose this is
 * @failed_at: when it failed, in core time, the last time first
 * @returned: times that it came back
 */
struct swim_history {
	struct swim_timer timer;
	struct swim_member *member;
	u64 failed_at[2];
	u32 returned;
};

void swim_probation_failed(struct swim *swim, struct swim_member *member);
void swim_probation_returned(struct swim *swim, struct swim_member *member);
void swim_probation_forget(struct swim *swim, struct swim_member *member);

#endif
