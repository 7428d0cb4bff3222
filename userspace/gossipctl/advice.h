/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ADVICE_H
#define _ADVICE_H

#include <libgossip.h>

/*
 * Says in words what is wrong with the instance or its group, and what to do;
 * that nothing is, if so. Lists the members for that. @stats is NULL if they could
 * not be got.
 */
void advice_show(struct gossip *gossip, const struct gossip_instance *instance,
		 const struct gossip_stats *stats);

#endif
