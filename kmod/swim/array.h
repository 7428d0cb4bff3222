/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SWIM_ARRAY_H
#define _SWIM_ARRAY_H

#include "port.h"

#define SWIM_MEMBERS_MAX 65536
#define SWIM_CHUNK 256 /* pointers; half a page */

/**
 * struct swim_array - pointers that grow by pieces, so that no growth copies
 *	the old ones or needs a large allocation in softirq
 * @size: pointers in it
 * @chunk: pieces of SWIM_CHUNK each, NULL beyond @size
 */
struct swim_array {
	u32 size;
	void **chunk[SWIM_MEMBERS_MAX / SWIM_CHUNK];
};

static inline void **swim_array_at(const struct swim_array *array, u32 i)
{
	return &array->chunk[i / SWIM_CHUNK][i % SWIM_CHUNK];
}

/* -ENOMEM without memory, -ENOSPC at SWIM_MEMBERS_MAX. */
static inline int swim_array_push(struct swim_array *array, void *item)
{
	void ***chunk;

	if (array->size == SWIM_MEMBERS_MAX)
		return -ENOSPC;
	chunk = &array->chunk[array->size / SWIM_CHUNK];
	if (!*chunk)
		*chunk = kmalloc(SWIM_CHUNK * sizeof(void *), SWIM_GFP);
	if (!*chunk)
		return -ENOMEM;
	*swim_array_at(array, array->size++) = item;
	return 0;
}

static inline void swim_array_free(struct swim_array *array)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(array->chunk); i++)
		kfree(array->chunk[i]);
}

#endif
