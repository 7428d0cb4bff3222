// SPDX-License-Identifier: GPL-2.0
/* Coordinated rotation. */

#include "rotation.h"

#define MASK (SWIM_PLACES - 1)
/* Fewer than these are looked at one by one. */
#define FEW 256
/* The gap after a place is longer with a chance of exp(-16) at most. */
#define WALK_MAX (16 * SWIM_PLACES / FEW)

/* Newton's iteration: each step doubles the number of right bits, of 3. */
static u32 invert(u32 odd)
{
	u32 x = odd, i;

	for (i = 0; i < 3; i++)
		x *= 2 - odd * x;
	return x & MASK;
}

void swim_rotation_set(struct swim_rotation *rotation, u32 cluster, u64 round)
{
	u32 low = jhash_2words((u32)round, (u32)(round >> 32), cluster);
	u32 high = jhash_2words((u32)round, (u32)(round >> 32), ~cluster);

	rotation->add = low & MASK;
	rotation->factor[0] = low >> 16 | 1;
	rotation->factor[1] = high >> 16 | 1;
	rotation->inverse[0] = invert(rotation->factor[0]);
	rotation->inverse[1] = invert(rotation->factor[1]);
}

/* Where on the ring @place is. */
static u32 shuffle(const struct swim_rotation *rotation, u32 place)
{
	u32 x = (place + rotation->add) * rotation->factor[0] & MASK;

	x = (x ^ x >> 7) * rotation->factor[1] & MASK;
	return x ^ x >> 9;
}

static u32 unshuffle(const struct swim_rotation *rotation, u32 x)
{
	x = (x ^ x >> 9) * rotation->inverse[1] & MASK;
	x = (x ^ x >> 7 ^ x >> 14) * rotation->inverse[0] & MASK;
	return (x - rotation->add) & MASK;
}

static u32 place_on_ring(const struct swim_rotation *rotation,
			 const struct swim_member *member)
{
	return shuffle(rotation, swim_place(member)) << 16 |
	       (member->key & MASK);
}

/*
 * How far @member is from @start, by place and then by the rest of the key. Of
 * two with the same key the one with the greater uid is after the other.
 */
static u64 distance(const struct swim_rotation *rotation, u32 start,
		    const struct swim_member *self,
		    const struct swim_member *member)
{
	u32 at = place_on_ring(rotation, member);

	if (at == start && member->uid < self->uid)
		return 1ULL << 32;
	return (u32)(at - start);
}

/* At one place, by the rest of the key and the uid. */
static bool precedes(const struct swim_member *a, const struct swim_member *b)
{
	return a->key < b->key || (a->key == b->key && a->uid < b->uid);
}

static bool is_before(u64 distance, const struct swim_member *member, u64 least,
		      const struct swim_member *best)
{
	return !best || distance < least ||
	       (distance == least && member->uid < best->uid);
}

static struct swim_member *look_at_all(const struct swim_rotation *rotation,
				       const struct swim_table *table,
				       const struct swim_member *self)
{
	u32 start = place_on_ring(rotation, self);
	struct swim_member *best = NULL;
	u64 least = 0;
	u32 i;

	for (i = 0; i < table->live; i++) {
		struct swim_member *member = swim_ring_at(table, i);
		u64 far = distance(rotation, start, self, member);

		if (member != self && is_before(far, member, least, best)) {
			best = member;
			least = far;
		}
	}
	return best;
}

/* The first one at @place, of those after @self if that is there too. */
static struct swim_member *first_at(const struct swim_table *table, u32 place,
				    const struct swim_member *self)
{
	struct swim_member *member, *best = NULL;

	hlist_for_each_entry(member, swim_chain(table, place), by_uid) {
		if (swim_place(member) != place || member == self ||
		    !swim_is_live(member->state))
			continue;
		if (swim_place(self) == place && precedes(member, self))
			continue;
		if (!best || precedes(member, best))
			best = member;
	}
	return best;
}

struct swim_member *swim_rotation_next(const struct swim_rotation *rotation,
				       const struct swim_table *table,
				       const struct swim_member *self)
{
	u32 start = shuffle(rotation, swim_place(self));
	struct swim_member *member;
	u32 step;

	if (table->live < FEW)
		return look_at_all(rotation, table, self);
	for (step = 0; step < WALK_MAX; step++) {
		u32 place = unshuffle(rotation, (start + step) & MASK);

		if (!(table->places[BIT_WORD(place)] & BIT_MASK(place)))
			continue;
		member = first_at(table, place, self);
		if (member)
			return member;
	}
	return look_at_all(rotation, table, self);
}

bool swim_rotation_among(const struct swim_rotation *rotation,
			 const struct swim_table *table,
			 const struct swim_member *self,
			 const struct swim_member *from, u32 count)
{
	u32 start = place_on_ring(rotation, from);
	u64 own = distance(rotation, start, from, self);
	const struct swim_member *member = from;
	u32 before = 0, i;

	/* Most are far behind it: seen by looking at a few. */
	for (i = 0; i < min_t(u32, table->live, FEW) && before < count; i++) {
		member = swim_ring_at(table, i);
		before += member != from &&
			  distance(rotation, start, from, member) < own;
	}
	if (before == count || table->live <= FEW)
		return before < count;
	member = from;
	while (count--) {
		member = swim_rotation_next(rotation, table, member);
		if (!member || member == from ||
		    own <= distance(rotation, start, from, member))
			return true;
	}
	return false;
}

u32 swim_rotation_rank(const struct swim_rotation *rotation,
		       const struct swim_table *table,
		       const struct swim_member *self,
		       const struct swim_member *from)
{
	u32 start = place_on_ring(rotation, from);
	u64 far = distance(rotation, start, from, self);

	return min_t(u64, far, ~(u32)0) * table->live >> 32;
}
