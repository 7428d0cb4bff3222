/* SPDX-License-Identifier: GPL-2.0 */
/* How many answers those get who are no members. */
#ifndef _SWIM_STRANGER_H
#define _SWIM_STRANGER_H

#include "swim.h"

struct swim_source;

#define SWIM_STRANGERS 256 /* told apart; a power of two */
#define SWIM_ANSWERS_MAX 512 /* to each in a second */

/**
 * struct swim_strangers - answers to requests from where no member is
 * @since: when counting began
 * @answers: sent since then, by a hash of the address; those who share one
 *	share the answers
 */
struct swim_strangers {
	u64 since;
	u16 answers[SWIM_STRANGERS];
};

/*
 * Whether the request is to be answered; to be asked once for each. Counts
 * those that are not.
 */
bool swim_may_answer(struct swim *swim, const struct swim_source *source);

#endif
