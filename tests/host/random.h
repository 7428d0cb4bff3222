/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers: one generator for all, and those of property tests. */
#ifndef _RANDOM_H
#define _RANDOM_H

#include <linux/types.h>

/* The next number and state; Steele, Lea and Flood, OOPSLA 2014. */
static inline u64 splitmix64(u64 *state)
{
	u64 z = (*state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* From SEED= in the environment, or another one each time; it is printed. */
void random_start(const char *test);
/* Any number if @bound is 0. */
u32 random_below(u32 bound);
u64 random_u64(void);
/* That a property holds in so many trials. */
bool always(bool (*holds)(void), u32 trials);

#endif
