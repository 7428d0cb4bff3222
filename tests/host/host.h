/* SPDX-License-Identifier: GPL-2.0 */
/* The core on the host: its memory, and TAP. */
#ifndef _HOST_H
#define _HOST_H

#include <stdbool.h>
#include <stdio.h>

/* Every allocation from now on fails with a chance of @per_mille / 1000. */
void host_fail_allocations(unsigned int per_mille);
/* Which ones fail depends on the seed alone. */
void host_seed_allocations(unsigned int seed);
/* Allocations not yet freed. */
long host_allocated(void);

/* One test: prints its TAP line, and on failure what did not hold and where. */
#define tap_check(condition, name) \
	tap_at(condition, name, #condition, __FILE__, __LINE__)
void tap_at(bool ok, const char *name, const char *condition, const char *file,
	    int line);
/* Prints the plan; the exit status of the program. */
int tap_end(void);

#endif
