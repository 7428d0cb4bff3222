// SPDX-License-Identifier: GPL-2.0
/*
 * Anybody can ask who knows the uid of this member, or begins to join, and can
 * forge the address that the answer goes to. So an address, whatever the port,
 * gets no more than SWIM_ANSWERS_MAX answers in a second, and all together not
 * more than SWIM_STRANGERS times as many.
 *
 * A member is always answered, with one datagram for one: else whoever forges
 * its address could make it believe that nobody answers. (Events, of which more
 * are told, have a bound of their own: see event.c.) No member asks
 * strangers more often than that: three pings in the shortest protocol period
 * are 300 in a second.
 */

#include "core.h"

bool swim_may_answer(struct swim *swim, const struct swim_source *source)
{
	struct swim_strangers *strangers = &swim->strangers;
	const struct swim_addr *addr = &source->addr;
	u16 *answers;

	if (swim_from_member(source))
		return true;
	if (swim->now - strangers->since >= SWIM_SECOND) {
		memset(strangers->answers, 0, sizeof(strangers->answers));
		strangers->since = swim->now;
	}
	answers = &strangers->answers[jhash(addr->ip, sizeof(addr->ip),
					    swim->table.seed) &
				      (SWIM_STRANGERS - 1)];
	if (*answers == SWIM_ANSWERS_MAX) {
		swim_count_stat(swim, SWIM_RX_EXCESS);
		return false;
	}
	++*answers;
	return true;
}
