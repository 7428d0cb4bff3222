/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who probes whom in a round. Each member has a place on a ring, which all
 * nodes shuffle anew in each round and in the same way; it probes the next live
 * one on the ring. So each is probed by one other in every round, instead of by
 * a random number of others. Where two views differ in one member, only the
 * target of its neighbour differs.
 */
#ifndef _SWIM_ROTATION_H
#define _SWIM_ROTATION_H

#include "member.h"

/**
 * struct swim_rotation - the shuffle of one round: a bijection on the places
 * @add: first step; the others are multiplications by odd numbers modulo
 *	SWIM_PLACES, each followed by an exclusive or with its own high bits
 * @factor: odd numbers of the multiplications
 * @inverse: of @factor modulo SWIM_PLACES
 */
struct swim_rotation {
	u32 add;
	u32 factor[2];
	u32 inverse[2];
};

void swim_rotation_set(struct swim_rotation *rotation, u32 cluster, u64 round);
/*
 * The live member after @self on the ring, or NULL if there is none. Takes time
 * in proportion to the number of members or its inverse, whichever is less:
 * SWIM_PLACES / 256 steps on average at most.
 */
struct swim_member *swim_rotation_next(const struct swim_rotation *rotation,
				       const struct swim_table *table,
				       const struct swim_member *self);
/* Whether @self is among the first @count live members after @from. */
bool swim_rotation_among(const struct swim_rotation *rotation,
			 const struct swim_table *table,
			 const struct swim_member *self,
			 const struct swim_member *from, u32 count);

/* About how many live members are between @from and @self. */
u32 swim_rotation_rank(const struct swim_rotation *rotation,
		       const struct swim_table *table,
		       const struct swim_member *self,
		       const struct swim_member *from);

#endif
