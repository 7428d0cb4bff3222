// SPDX-License-Identifier: GPL-2.0
/*
 * A listing of all members as they were at one instant, without holding the
 * instance's lock for longer than it takes to copy a few.
 *
 * A first pass copies all members in steps. Meanwhile some have changed; each
 * further pass copies those with a greater number of change. Once so few are
 * left that one step holds them all, that step completes the listing.
 */

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "instance.h"

#define STEP 64 /* members copied under one lock */
#define SPARE 64 /* slots for members that come meanwhile */
#define TRIES 100

/**
 * struct reading - a listing being made
 * @step: what one step has copied
 * @slots: size of @slot
 * @slot: members by their slot; a free one has no uid
 */
struct reading {
	struct swim_slot step[STEP];
	u32 slots;
	struct swim_info slot[];
};

/* False if there are more slots than there were. Takes the references over. */
static bool keep(struct reading *reading, u32 count)
{
	bool room = true;
	u32 i;

	for (i = 0; i < count; i++) {
		const struct swim_slot *step = &reading->step[i];

		if (step->slot < reading->slots) {
			swim_meta_put(reading->slot[step->slot].meta);
			reading->slot[step->slot] = step->info;
		} else {
			swim_meta_put(step->info.meta);
			room = false;
		}
	}
	return room;
}

static void free_reading(struct reading *reading)
{
	u32 i;

	for (i = 0; i < reading->slots; i++)
		swim_meta_put(reading->slot[i].meta);
	kvfree(reading);
}

static bool pass(struct gossip_instance *inst, struct reading *reading,
		 u64 since)
{
	bool end = false;
	u32 slot = 0;

	while (!end) {
		u32 count = gossip_scan(inst, since, &slot, reading->step, STEP,
					&end);

		if (!keep(reading, count))
			return false;
		cond_resched();
	}
	return true;
}

/* False if a member was forgotten, or too many came, since @mark. */
static bool read_all(struct gossip_instance *inst, struct reading *reading,
		     struct gossip_mark *mark)
{
	u64 reaped = mark->reaped;
	u64 since = 0;
	unsigned int tries;

	for (tries = 0; tries < TRIES; tries++) {
		u64 begun = mark->seq;
		u32 count;

		if (!pass(inst, reading, since))
			return false;
		since = begun;
		count = gossip_recent(inst, since, reading->step, STEP, mark);
		if (count <= STEP)
			return keep(reading, count) && mark->reaped == reaped;
		if (mark->reaped != reaped)
			return false;
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct swim_info *x = a, *y = b;

	if (x->self != y->self)
		return x->self ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Takes the references of @reading over. */
static struct gossip_listing *sorted(struct reading *reading, u64 seq)
{
	struct gossip_listing *listing;
	u32 i;

	listing = kvzalloc(struct_size(listing, member, reading->slots),
			   GFP_KERNEL_ACCOUNT);
	if (!listing)
		return ERR_PTR(-ENOMEM);
	listing->seq = seq;
	for (i = 0; i < reading->slots; i++)
		if (reading->slot[i].uid) {
			listing->member[listing->count++] = reading->slot[i];
			reading->slot[i].meta = NULL;
		}
	sort(listing->member, listing->count, sizeof(*listing->member), by_name,
	     NULL);
	return listing;
}

struct gossip_listing *gossip_list(struct gossip_instance *inst)
{
	struct gossip_listing *listing = ERR_PTR(-EAGAIN);
	struct gossip_mark mark;
	struct reading *reading;
	unsigned int tries;

	for (tries = 0; tries < TRIES && listing == ERR_PTR(-EAGAIN); tries++) {
		gossip_recent(inst, SWIM_NEVER, NULL, 0, &mark);
		reading =
			kvzalloc(struct_size(reading, slot, mark.slots + SPARE),
				 GFP_KERNEL_ACCOUNT);
		if (!reading)
			return ERR_PTR(-ENOMEM);
		reading->slots = mark.slots + SPARE;
		if (read_all(inst, reading, &mark))
			listing = sorted(reading, mark.seq);
		free_reading(reading);
	}
	return listing;
}

void gossip_listing_free(struct gossip_listing *listing)
{
	u32 i;

	for (i = 0; i < listing->count; i++)
		swim_meta_put(listing->member[i].meta);
	kvfree(listing);
}
