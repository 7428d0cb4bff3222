/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel: the sockets of libmnl, and behind them the family
 * with an instance that a test changes.
 */
#ifndef _KERNEL_H
#define _KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "member.h"

#define KERNEL_MEMBERS 32

struct kernel {
	bool running;
	uint64_t uid;
	uint64_t seq;
	struct member member[KERNEL_MEMBERS]; /* without a name: free */
	unsigned int room; /* events that the socket's buffer holds */
	unsigned int dumps;
	bool always_torn;
	/* Called in a dump before each member is put. */
	void (*meanwhile)(void);
};

extern struct kernel kernel;

void kernel_reset(void);
/* A new start of the instance, with itself as member 0. */
void kernel_start(void);
/* Changes a member, and tells of it. */
void kernel_change(unsigned int i, uint32_t type, const char *name,
		   uint32_t state);
/* As if an event could not be built. */
void kernel_lose_next(void);

#endif
