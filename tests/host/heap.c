// SPDX-License-Identifier: GPL-2.0
/* The heap of what happens next; see heap.h. */
#include <stdbool.h>
#include <stdlib.h>

#include "heap.h"

/* Four children: half the levels, and they share a cache line or two. */
#define WAYS 4

static bool before(const struct heap_entry *a, const struct heap_entry *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void put(struct heap *heap, u32 place, const struct heap_entry *entry)
{
	heap->entry[place] = *entry;
	entry->item->place = place;
}

static void sift_up(struct heap *heap, u32 place, struct heap_entry entry)
{
	while (place) {
		u32 parent = (place - 1) / WAYS;

		if (!before(&entry, &heap->entry[parent]))
			break;
		put(heap, place, &heap->entry[parent]);
		place = parent;
	}
	put(heap, place, &entry);
}

static void sift_down(struct heap *heap, u32 place, struct heap_entry entry)
{
	for (;;) {
		u32 first = place * WAYS + 1, best = first, i;

		if (first >= heap->count)
			break;
		for (i = first + 1; i < first + WAYS && i < heap->count; i++)
			if (before(&heap->entry[i], &heap->entry[best]))
				best = i;
		if (!before(&heap->entry[best], &entry))
			break;
		put(heap, place, &heap->entry[best]);
		place = best;
	}
	put(heap, place, &entry);
}

/* @entry belongs at @place or anywhere above or below it. */
static void settle(struct heap *heap, u32 place, struct heap_entry entry)
{
	if (place && before(&entry, &heap->entry[(place - 1) / WAYS]))
		sift_up(heap, place, entry);
	else
		sift_down(heap, place, entry);
}

void heap_set(struct heap *heap, struct heap_item *item, u64 at)
{
	struct heap_entry entry = { at, heap->order++, item };

	if (item->place != HEAP_IDLE) {
		settle(heap, item->place, entry);
		return;
	}
	if (heap->count == heap->room) {
		heap->room = heap->room * 2 + 64;
		heap->entry =
			realloc(heap->entry, heap->room * sizeof(*heap->entry));
	}
	sift_up(heap, heap->count++, entry);
}

void heap_cancel(struct heap *heap, struct heap_item *item)
{
	u32 place = item->place;

	if (place == HEAP_IDLE)
		return;
	item->place = HEAP_IDLE;
	if (place != --heap->count)
		settle(heap, place, heap->entry[heap->count]);
}

void heap_free(struct heap *heap)
{
	free(heap->entry);
}
