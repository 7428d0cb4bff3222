/* SPDX-License-Identifier: GPL-2.0 */
/* The core's addresses as the rest of the kernel has them. */
#ifndef _GOSSIP_ADDR_H
#define _GOSSIP_ADDR_H

#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "swim/swim.h"

static inline __be32 gossip_ipv4(const struct swim_addr *addr)
{
	__be32 ip;

	memcpy(&ip, addr->ip, sizeof(ip));
	return ip;
}

static inline struct in6_addr gossip_ipv6(const struct swim_addr *addr)
{
	struct in6_addr ip;

	memcpy(&ip, addr->ip, sizeof(ip));
	return ip;
}

static inline bool gossip_is_link_local(const struct swim_addr *addr)
{
	return addr->family == 6 && addr->ip[0] == 0xfe &&
	       (addr->ip[1] & 0xc0) == 0x80;
}

/* Room for a struct sockaddr_in or sockaddr_in6; all zero for no address. */
static inline void gossip_sockaddr(const struct swim_addr *from, void *to)
{
	struct sockaddr_in6 *in6 = to;
	struct sockaddr_in *in = to;

	memset(to, 0, sizeof(*in6));
	if (from->family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(from->port);
		memcpy(&in->sin_addr, from->ip, sizeof(in->sin_addr));
	} else if (from->family == 6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(from->port);
		in6->sin6_scope_id = from->scope;
		memcpy(&in6->sin6_addr, from->ip, sizeof(in6->sin6_addr));
	}
}

#endif
