/* SPDX-License-Identifier: GPL-2.0 */
/* Which services came up and went down with a change of a member. */
#ifndef _GOSSIP_SERVICE_H
#define _GOSSIP_SERVICE_H

#include "meta.h"

/**
 * struct gossip_services - a walk over the services that a change concerns
 * @had: those that were up before
 * @has: those that are up now
 * @up: whether the present one came up; else it went down
 * @service: name of the present one, terminated
 */
struct gossip_services {
	struct gossip_walk_meta had;
	struct gossip_walk_meta has;
	bool up;
	char service[SWIM_NAME_MAX + 1];
};

/* @event is there until the walk ends. */
void gossip_services_begin(struct gossip_services *services,
			   const struct swim_event *event);
/* False after the last; in the order of names. */
bool gossip_services_next(struct gossip_services *services);

#endif
