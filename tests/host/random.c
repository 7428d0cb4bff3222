// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "random.h"

static u64 state;

void random_start(const char *test)
{
	const char *seed = getenv("SEED");

	state = seed && *seed ? strtoull(seed, NULL, 0) : (u64)time(NULL);
	printf("# %s: SEED=%llu\n", test, (unsigned long long)state);
}

u32 random_below(u32 bound)
{
	/* splitmix64 */
	u64 z = (state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return bound ? (u32)(z >> 32) % bound : (u32)(z >> 32);
}

u64 random_u64(void)
{
	return (u64)random_below(0) << 32 | random_below(0);
}

bool always(bool (*holds)(void), u32 trials)
{
	u32 i;

	for (i = 0; i < trials; i++)
		if (!holds())
			return false;
	return true;
}
