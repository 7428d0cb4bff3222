// SPDX-License-Identifier: GPL-2.0
/*
 * The table of leases. There are few: what fits into GOSSIP_SERVICES_MAX bytes,
 * 64 of the shortest names; so a list will do.
 */

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lease.h"
#include "meta.h"
#include "swim/swim.h"

void gossip_leases_init(struct gossip_leases *leases)
{
	INIT_LIST_HEAD(&leases->list);
	leases->size = 0;
}

/* Bytes of the record of its service. */
static u32 size_of(const struct gossip_lease *lease)
{
	return gossip_service_size(strlen(lease->service));
}

struct gossip_lease *gossip_lease_find(const struct gossip_leases *leases,
				       const char *service)
{
	struct gossip_lease *lease;

	list_for_each_entry(lease, &leases->list, node)
		if (!strcmp(lease->service, service))
			return lease;
	return NULL;
}

int gossip_lease_add(struct gossip_leases *leases, struct gossip_lease *lease)
{
	struct gossip_lease *next;
	int order = 1;

	list_for_each_entry(next, &leases->list, node) {
		order = strcmp(next->service, lease->service);
		if (order >= 0)
			break;
	}
	if (!order)
		return -EEXIST;
	if (size_of(lease) > GOSSIP_SERVICES_MAX - leases->size)
		return -ENOSPC;
	/* Before @next, or last, where @next stands for the head. */
	list_add_tail(&lease->node, &next->node);
	leases->size += size_of(lease);
	return 0;
}

void gossip_lease_take(struct gossip_leases *leases, struct gossip_lease *lease)
{
	list_del(&lease->node);
	leases->size -= size_of(lease);
}

void gossip_lease_end(struct gossip_leases *leases, struct gossip_lease *lease)
{
	gossip_lease_take(leases, lease);
	kfree(lease);
}

void gossip_lease_renew(struct gossip_lease *lease, u64 now, u64 ttl)
{
	lease->ttl = ttl;
	lease->deadline = ttl ? now + ttl : SWIM_NEVER;
}

static bool is_any(const struct gossip_lease *lease, u64 now)
{
	return true;
}

static bool is_closed(const struct gossip_lease *lease, u64 now)
{
	return sock_flag(lease->owner, SOCK_DEAD);
}

static bool is_late(const struct gossip_lease *lease, u64 now)
{
	return lease->deadline <= now;
}

static u32 end_those(struct gossip_leases *leases, u64 now,
		     bool (*condition)(const struct gossip_lease *lease,
				       u64 now))
{
	struct gossip_lease *lease, *next;
	u32 count = 0;

	list_for_each_entry_safe(lease, next, &leases->list, node) {
		if (!condition(lease, now))
			continue;
		gossip_lease_end(leases, lease);
		count++;
	}
	return count;
}

u32 gossip_leases_end_all(struct gossip_leases *leases)
{
	return end_those(leases, 0, is_any);
}

u32 gossip_leases_end_closed(struct gossip_leases *leases)
{
	return end_those(leases, 0, is_closed);
}

u32 gossip_leases_end_late(struct gossip_leases *leases, u64 now)
{
	return end_those(leases, now, is_late);
}

u64 gossip_leases_deadline(const struct gossip_leases *leases)
{
	const struct gossip_lease *lease;
	u64 deadline = SWIM_NEVER;

	list_for_each_entry(lease, &leases->list, node)
		deadline = min(deadline, lease->deadline);
	return deadline;
}

void gossip_leases_put(const struct gossip_leases *leases, u8 *to)
{
	const struct gossip_lease *lease;

	list_for_each_entry(lease, &leases->list, node)
		to += gossip_put_service(to, lease->service,
					 strlen(lease->service));
}
