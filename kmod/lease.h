/* SPDX-License-Identifier: GPL-2.0 */
/* The leases of one instance: which socket holds which service up. */
#ifndef _GOSSIP_LEASE_H
#define _GOSSIP_LEASE_H

#include <linux/list.h>
#include <net/sock.h>

#include "swim/info.h"

/**
 * struct gossip_lease - a service that a socket holds up
 * @node: in the table
 * @owner: the socket; it is there for as long as the lease is in the table of
 *	an instance that can be found, see netlink_own.c
 * @ttl: within which it is to be renewed, ns; 0 for no such time
 * @deadline: when that is over; SWIM_NEVER without @ttl
 * @service: its name, terminated
 */
struct gossip_lease {
	struct list_head node;
	const struct sock *owner;
	u64 ttl;
	u64 deadline;
	char service[SWIM_NAME_MAX + 1];
};

/**
 * struct gossip_leases - those of one instance, one for each service
 * @list: by name
 * @size: bytes of their records
 *
 * All functions are called under the lock that protects it, the instance's.
 */
struct gossip_leases {
	struct list_head list;
	u32 size;
};

void gossip_leases_init(struct gossip_leases *leases);
/* NULL if there is none of that name. */
struct gossip_lease *gossip_lease_find(const struct gossip_leases *leases,
				       const char *service);
/*
 * @lease was allocated with kmalloc(), and belongs to the table after success.
 * -EEXIST if there is one of that name; -ENOSPC.
 */
int gossip_lease_add(struct gossip_leases *leases, struct gossip_lease *lease);
/* Takes it out of the table, and frees it. */
void gossip_lease_take(struct gossip_leases *leases,
		       struct gossip_lease *lease);
void gossip_lease_end(struct gossip_leases *leases, struct gossip_lease *lease);
void gossip_lease_renew(struct gossip_lease *lease, u64 now, u64 ttl);

/* These end leases, and return how many: all, of closed sockets, not renewed. */
u32 gossip_leases_end_all(struct gossip_leases *leases);
u32 gossip_leases_end_closed(struct gossip_leases *leases);
u32 gossip_leases_end_late(struct gossip_leases *leases, u64 now);

/* When the first of them ends if it is not renewed, or SWIM_NEVER. */
u64 gossip_leases_deadline(const struct gossip_leases *leases);
/* Writes the records of their services, @size bytes. */
void gossip_leases_put(const struct gossip_leases *leases, u8 *to);

#endif
