// SPDX-License-Identifier: GPL-2.0
/*
 * The core's memory: counted in the size classes of kmalloc(), and given out
 * by a list for each class, so that its instructions are as few and as
 * constant as those of a slab's fast path.
 */

#include <linux/kernel.h>
#include <linux/slab.h>
#include <stddef.h>
#include <string.h>

#include "alloc.h"

/* Keeps what follows it aligned as malloc() does. */
union head {
	struct {
		union head *next;
		unsigned int slab;
		bool counted;
	};
	max_align_t align;
};

static const u32 small[] = { 8, 16, 32, 64, 96, 128, 192, 256 };

/* After the small ones each is twice the one before. */
#define SLABS 40

static union head *unused[SLABS];
/* Never given back, and only as much of it is real as is used. */
static union head arena[(256 << 20) / sizeof(union head)];
static size_t used;
static u64 held, peak;
static bool counting = true;

void alloc_count(bool count)
{
	counting = count;
}

u64 alloc_held(void)
{
	return held;
}

u64 alloc_peak(void)
{
	return peak;
}

void alloc_reset_peak(void)
{
	peak = held;
}

static u64 size_of(unsigned int slab)
{
	if (slab < ARRAY_SIZE(small))
		return small[slab];
	return 512ULL << (slab - ARRAY_SIZE(small));
}

static unsigned int slab_of(size_t size)
{
	unsigned int slab = size > 256 ? ARRAY_SIZE(small) : 0;

	while (size_of(slab) < size)
		slab++;
	return slab;
}

static union head *carve(unsigned int slab)
{
	size_t units = 1 + DIV_ROUND_UP(size_of(slab), sizeof(union head));

	if (units > ARRAY_SIZE(arena) - used)
		return NULL;
	used += units;
	return arena + used - units;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	unsigned int slab = slab_of(size);
	union head *head = unused[slab];

	if (head)
		unused[slab] = head->next;
	else
		head = carve(slab);
	if (!head)
		return NULL;
	head->slab = slab;
	head->counted = counting;
	if (counting)
		held += size_of(slab);
	if (held > peak)
		peak = held;
	if (gfp & __GFP_ZERO)
		memset(head + 1, 0, size);
	return head + 1;
}

void kfree(void *p)
{
	union head *head = p;

	if (!p)
		return;
	head--;
	if (head->counted)
		held -= size_of(head->slab);
	head->next = unused[head->slab];
	unused[head->slab] = head;
}
