/* SPDX-License-Identifier: GPL-2.0 */
/* What happens next: a heap by time, and among equals by order of setting. */
#ifndef _HEAP_H
#define _HEAP_H

#include <linux/types.h>

#define HEAP_IDLE (~(u32)0)

/**
 * struct heap_item - embedded in what has a time
 * @place: in the heap, or HEAP_IDLE
 * @kind: for the heap's user
 */
struct heap_item {
	u32 place;
	u32 kind;
};

struct heap_entry {
	u64 at;
	u64 order;
	struct heap_item *item;
};

struct heap {
	struct heap_entry *entry;
	u32 count;
	u32 room;
	u64 order;
};

static inline void heap_item_init(struct heap_item *item, u32 kind)
{
	item->place = HEAP_IDLE;
	item->kind = kind;
}

/* Sets or moves the item. */
void heap_set(struct heap *heap, struct heap_item *item, u64 at);
void heap_cancel(struct heap *heap, struct heap_item *item);
void heap_free(struct heap *heap);

#endif
