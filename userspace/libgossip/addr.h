/* SPDX-License-Identifier: GPL-2.0 */
/* UDP endpoints: their text, and the attribute set "address". */
#ifndef _ADDR_H
#define _ADDR_H

#include <stdint.h>

#include <libmnl/libmnl.h>

#include "libgossip.h"

/*
 * Understands 10.0.0.1, 10.0.0.1:7946, fd00::7, [fd00::7]:7946 and
 * [fe80::1%eth0]. Returns NULL, or what is wrong with @text. Interfaces are
 * those of the process's network namespace.
 */
const char *addr_parse(const char *text, struct gossip_addr *addr);

void addr_put(struct nlmsghdr *request, uint16_t type,
	      const struct gossip_addr *addr);
/* Without a valid address, family is 0 afterwards. */
void addr_get(const struct nlattr *nest, struct gossip_addr *addr);

#endif
