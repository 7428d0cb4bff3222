// SPDX-License-Identifier: GPL-2.0
/* Random numbers of property tests, from a seed that is printed. */
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
	u32 number = splitmix64(&state) >> 32;

	return bound ? number % bound : number;
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
