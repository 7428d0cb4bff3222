/* SPDX-License-Identifier: GPL-2.0 */
/* Members in the order of their names. */
#ifndef _TABLE_H
#define _TABLE_H

#include <stddef.h>

#include "member.h"

struct table {
	struct member **member;
	size_t count;
	size_t size;
};

struct member *table_find(const struct table *table, const char *name);
/* Copies @member, in place of the one of its name if there is one. */
void table_put(struct table *table, const struct member *member);
void table_remove(struct table *table, const char *name);
void table_clear(struct table *table);
/* NULL if the instance itself is not there. */
const struct member *table_self(const struct table *table);

#endif
