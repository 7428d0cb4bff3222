// SPDX-License-Identifier: GPL-2.0
/* What the core takes from the kernel, on the host: memory that can run out; and TAP. */
#include <linux/slab.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

static unsigned int fail_per_mille;
static unsigned int fail_state;
static long allocated;
static int tests, failures;

void host_seed_allocations(unsigned int seed)
{
	fail_state = seed;
}

void host_fail_allocations(unsigned int per_mille)
{
	fail_per_mille = per_mille;
}

long host_allocated(void)
{
	return allocated;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	void *p;

	fail_state = fail_state * 1103515245 + 12345;
	if ((fail_state >> 16) % 1000 < fail_per_mille)
		return NULL;
	p = malloc(size);
	if (!p)
		return NULL;
	if (gfp & __GFP_ZERO)
		memset(p, 0, size);
	else
		memset(p, 0xa5, size);
	allocated++;
	return p;
}

void kfree(void *p)
{
	if (p)
		allocated--;
	free(p);
}

void tap_at(bool ok, const char *name, const char *condition, const char *file,
	    int line)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++tests, name);
	if (ok)
		return;
	failures++;
	printf("# %s:%d: %s\n", file, line, condition);
}

int tap_end(void)
{
	printf("1..%d\n", tests);
	return failures ? 1 : 0;
}
