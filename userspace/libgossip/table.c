// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* Where @name is, or where it belongs. */
static size_t place(const struct table *table, const char *name, bool *found)
{
	size_t low = 0, high = table->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(table->member[middle]->name, name);

		if (!order) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct gossip_member *table_find(const struct table *table, const char *name)
{
	bool found;
	size_t i = place(table, name, &found);

	return found ? table->member[i] : NULL;
}

static int grow(struct table *table)
{
	size_t size = table->size ? table->size * 2 : 64;
	struct gossip_member **member;

	if (table->count < table->size)
		return 0;
	member = realloc(table->member, size * sizeof(*member));
	if (!member)
		return -ENOMEM;
	table->member = member;
	table->size = size;
	return 0;
}

int table_put(struct table *table, const struct gossip_member *member)
{
	struct gossip_member **at;
	struct row *new;
	bool found;
	size_t i = place(table, member->name, &found);

	if (found) {
		*table->member[i] = *member;
		return 0;
	}
	if (grow(table))
		return -ENOMEM;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->member = *member;
	at = &table->member[i];
	memmove(at + 1, at, (table->count - i) * sizeof(*at));
	*at = &new->member;
	table->count++;
	return 0;
}

void table_remove(struct table *table, const char *name)
{
	struct gossip_member **at;
	bool found;
	size_t i = place(table, name, &found);

	if (!found)
		return;
	at = &table->member[i];
	free(*at);
	table->count--;
	memmove(at, at + 1, (table->count - i) * sizeof(*at));
}

void table_clear(struct table *table)
{
	while (table->count)
		free(table->member[--table->count]);
	free(table->member);
	*table = (struct table){ 0 };
}

const struct gossip_member *table_self(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->member[i]->self)
			return table->member[i];
	return NULL;
}
