/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of nodes by number: 10.x.y.z, all at one port. */
#ifndef _ADDR_H
#define _ADDR_H

#include "../../kmod/swim/swim.h"

static inline struct swim_addr addr_of(unsigned int index)
{
	struct swim_addr addr = { .family = 4, .port = 7946 };

	addr.ip[0] = 10;
	addr.ip[1] = index >> 16;
	addr.ip[2] = index >> 8;
	addr.ip[3] = index;
	return addr;
}

/* The node at @addr, or one that does not exist. */
static inline unsigned int addr_index(const struct swim_addr *addr)
{
	return addr->ip[1] << 16 | addr->ip[2] << 8 | addr->ip[3];
}

#endif
