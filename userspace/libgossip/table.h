/* SPDX-License-Identifier: GPL-2.0 */
/* Members in the order of their names. */
#ifndef _TABLE_H
#define _TABLE_H

#include <stddef.h>

#include "libgossip.h"

/**
 * struct row - a member in a table
 * @member: first, so that one is the other
 * @told: its services, as far as the events about these are concerned: they
 *	come after that of the member, and can be lost apart from it
 */
struct row {
	struct gossip_member member;
	char told[GOSSIP_SERVICES_MAX];
};

/* The members are those of rows. */
struct table {
	struct gossip_member **member;
	size_t count;
	size_t size;
};

struct gossip_member *table_find(const struct table *table, const char *name);
static inline char *table_told(struct gossip_member *member)
{
	return ((struct row *)member)->told;
}

/*
 * Copies @member, in place of the one of its name if there is one, whose told
 * services stay. 0 or -ENOMEM, after which the table is as it was.
 */
int table_put(struct table *table, const struct gossip_member *member);
void table_remove(struct table *table, const char *name);
void table_clear(struct table *table);
/* NULL if the instance itself is not there. */
const struct gossip_member *table_self(const struct table *table);

#endif
