// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "service.h"

/* Members that have it, from number @first on; 0 if one before has it, too. */
static size_t count_from(struct gossip *gossip, size_t first, const char *name)
{
	size_t count = 0, i;

	for (i = 0; i < gossip_count(gossip); i++) {
		if (!gossip_has_service(gossip_at(gossip, i), name))
			continue;
		if (i < first)
			return 0;
		count++;
	}
	return count;
}

void service_each(struct gossip *gossip, service_fn *fn, void *ctx)
{
	const struct gossip_member *member;
	char *list, *rest;
	const char *name;
	size_t i, count;

	for (i = 0; (member = gossip_at(gossip, i)); i++) {
		list = copy(member->services);
		rest = list;
		while (*list && (name = strsep(&rest, ","))) {
			count = count_from(gossip, i, name);
			if (count)
				fn(name, count, ctx);
		}
		free(list);
	}
}
