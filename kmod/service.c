// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of services. They are up while the member says so and is alive or
 * suspect: one that fails or leaves takes them down, and brings those up that
 * it has when it is back.
 */

#include <linux/string.h>

#include "service.h"

void gossip_services_begin(struct gossip_services *services,
			   const struct swim_event *event)
{
	const struct swim_info had = {
		.state = SWIM_ALIVE,
		.meta = event->had,
	};

	gossip_services_first(&services->had, &had);
	gossip_services_first(&services->has, &event->info);
}

/* Both are in order: what one lacks is found by going through them together. */
bool gossip_services_next(struct gossip_services *services)
{
	struct gossip_walk_meta *had = &services->had;
	struct gossip_walk_meta *has = &services->has;
	struct gossip_walk_meta *walk;

	while (had->item.key && has->item.key &&
	       !gossip_item_compare(&had->item, &has->item)) {
		gossip_meta_next(had);
		gossip_meta_next(has);
	}
	if (!had->item.key && !has->item.key)
		return false;
	services->up = !had->item.key ||
		       (has->item.key &&
			gossip_item_compare(&has->item, &had->item) < 0);
	walk = services->up ? has : had;
	memcpy(services->service, walk->item.key, walk->item.key_len);
	services->service[walk->item.key_len] = '\0';
	gossip_meta_next(walk);
	return true;
}
