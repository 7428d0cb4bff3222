// SPDX-License-Identifier: GPL-2.0
/*
 * Own tags and services. What is asked for by command is told to the group at
 * once, or refused. A lease that ends cannot be refused: without memory for
 * telling it that is tried again, until it is done.
 */

#include <linux/minmax.h>
#include <linux/string.h>

#include "own.h"

#define RETRY (10 * NSEC_PER_MSEC)

/* Texts below name these. */
static_assert(GOSSIP_TAGS_MAX == 512 && GOSSIP_SERVICES_MAX == 256);

void gossip_own_init(struct gossip_own *own, struct swim *swim,
		     struct gossip_counters *counters)
{
	own->swim = swim;
	own->counters = counters;
	own->deadline = SWIM_NEVER;
	own->retry = SWIM_NEVER;
	gossip_leases_init(&own->leases);
}

static void set_deadline(struct gossip_own *own)
{
	own->deadline = min(own->retry, gossip_leases_deadline(&own->leases));
}

/* Hands the services and @tags to the core. */
static int tell(struct gossip_own *own, const struct gossip_tags *tags)
{
	u32 len = own->leases.size;
	int err;

	gossip_leases_put(&own->leases, own->bytes);
	memcpy(own->bytes + len, tags->data, tags->len);
	err = swim_set_meta(own->swim, own->now, own->bytes, len + tags->len);
	if (!err)
		own->retry = SWIM_NEVER;
	set_deadline(own);
	return err;
}

/* After leases have ended. */
static void tell_at_last(struct gossip_own *own)
{
	static const struct gossip_tags none;
	int err = tell(own, &own->tags);

	/* max_datagram is smaller by now: services matter more than tags. */
	if (err == -EMSGSIZE)
		err = tell(own, &none);
	if (!err)
		return;
	gossip_count(own->counters, GOSSIP_META_DEFERRED);
	own->retry = own->now + RETRY;
	set_deadline(own);
}

static void end_late(struct gossip_own *own)
{
	u32 count = gossip_leases_end_late(&own->leases, own->now);

	if (count || own->retry <= own->now)
		tell_at_last(own);
	while (count--)
		gossip_count(own->counters, GOSSIP_LEASES_EXPIRED);
}

void gossip_own_tick(struct gossip_own *own)
{
	if (own->deadline <= own->now)
		end_late(own);
}

void gossip_own_clear(struct gossip_own *own)
{
	gossip_leases_end_all(&own->leases);
	own->retry = SWIM_NEVER;
	set_deadline(own);
}

void gossip_own_end_closed(struct gossip_own *own)
{
	u32 count = gossip_leases_end_closed(&own->leases);

	if (count)
		tell_at_last(own);
	while (count--)
		gossip_count(own->counters, GOSSIP_LEASES_LOST);
}

/* Commands */

static int refuse_telling(struct gossip_error *err, int code)
{
	if (code == -EMSGSIZE)
		return gossip_refuse(
			err, NULL,
			"tags and services are too long for a datagram: raise max_datagram or shorten them",
			-ENOSPC);
	return gossip_refuse(err, NULL, "out of memory", code);
}

int gossip_own_set_tags(struct gossip_own *own,
			const struct gossip_tags_change *change,
			struct gossip_error *err)
{
	int ret;

	if (gossip_tags_make(&own->changed, &own->tags, change))
		return gossip_refuse(
			err, NULL,
			"tags take more than 512 bytes in all, with 4 for each besides its key and value",
			-ENOSPC);
	ret = tell(own, &own->changed);
	if (ret)
		return refuse_telling(err, ret);
	own->tags = own->changed;
	return 0;
}

static int refuse_lease(const struct gossip_own *own,
			const struct gossip_lease *lease, int code,
			struct gossip_error *err)
{
	const struct gossip_lease *held;

	if (code == -ENOSPC)
		return gossip_refuse(
			err, NULL,
			"services take more than 256 bytes in all, with 3 for each besides its name",
			code);
	held = gossip_lease_find(&own->leases, lease->service);
	return gossip_refuse(
		err, NULL,
		held->owner == lease->owner ?
			"this socket holds a lease of that service already: renew it" :
			"another socket on this node holds a lease of that service",
		code);
}

int gossip_own_open(struct gossip_own *own, struct gossip_lease *lease,
		    struct gossip_error *err)
{
	int ret;

	end_late(own);
	gossip_lease_renew(lease, own->now, lease->ttl);
	ret = gossip_lease_add(&own->leases, lease);
	if (ret)
		return refuse_lease(own, lease, ret, err);
	ret = tell(own, &own->tags);
	if (!ret)
		return 0;
	gossip_lease_take(&own->leases, lease);
	set_deadline(own);
	return refuse_telling(err, ret);
}

/* The lease of @service if @owner holds it, or NULL with @err filled. */
static struct gossip_lease *find_own(struct gossip_own *own,
				     const struct sock *owner,
				     const char *service,
				     struct gossip_error *err)
{
	struct gossip_lease *lease;

	end_late(own);
	lease = gossip_lease_find(&own->leases, service);
	if (lease && lease->owner == owner)
		return lease;
	gossip_refuse(
		err, NULL,
		"this socket holds no lease of that service: it opened none, or did not renew it in time",
		-ENOENT);
	return NULL;
}

int gossip_own_renew(struct gossip_own *own, const struct sock *owner,
		     const char *service, u64 ttl, struct gossip_error *err)
{
	struct gossip_lease *lease = find_own(own, owner, service, err);

	if (!lease)
		return -ENOENT;
	gossip_lease_renew(lease, own->now, ttl ?: lease->ttl);
	set_deadline(own);
	return 0;
}

int gossip_own_close(struct gossip_own *own, const struct sock *owner,
		     const char *service, struct gossip_error *err)
{
	struct gossip_lease *lease = find_own(own, owner, service, err);

	if (!lease)
		return -ENOENT;
	gossip_lease_end(&own->leases, lease);
	tell_at_last(own);
	return 0;
}
