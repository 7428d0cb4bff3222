/* SPDX-License-Identifier: GPL-2.0 */
/* What this member says of itself: its tags, and the services held by leases. */
#ifndef _GOSSIP_OWN_H
#define _GOSSIP_OWN_H

#include "lease.h"
#include "meta.h"
#include "params.h"
#include "stats.h"
#include "swim/swim.h"

/**
 * struct gossip_own - what one instance says of itself, under its lock
 * @swim: the core, which tells it to others
 * @counters: those of the instance
 * @now: time of the present call
 * @deadline: when gossip_own_tick() is due, or SWIM_NEVER
 * @retry: when to try again to tell what @swim had no memory for, or SWIM_NEVER
 * @leases: of its services
 * @tags: by command
 * @changed: for making other tags
 * @bytes: for making all of it
 */
struct gossip_own {
	struct swim *swim;
	struct gossip_counters *counters;
	u64 now;
	u64 deadline;
	u64 retry;
	struct gossip_leases leases;
	struct gossip_tags tags;
	struct gossip_tags changed;
	u8 bytes[SWIM_META_MAX];
};

void gossip_own_init(struct gossip_own *own, struct swim *swim,
		     struct gossip_counters *counters);
/* Ends what is not renewed, and tells what could not be told before. */
void gossip_own_tick(struct gossip_own *own);
/* Ends all leases, without telling. */
void gossip_own_clear(struct gossip_own *own);

/*
 * Commands. On refusal they change nothing and fill @err: -ENOSPC, -ENOMEM,
 * and as below.
 */
int gossip_own_set_tags(struct gossip_own *own,
			const struct gossip_tags_change *change,
			struct gossip_error *err);
/*
 * @lease has owner, service and ttl, and belongs to @own after success.
 * -EEXIST.
 */
int gossip_own_open(struct gossip_own *own, struct gossip_lease *lease,
		    struct gossip_error *err);
/* -ENOENT if @owner holds no such lease. @ttl: ns, 0 for that which it has. */
int gossip_own_renew(struct gossip_own *own, const struct sock *owner,
		     const char *service, u64 ttl, struct gossip_error *err);
int gossip_own_close(struct gossip_own *own, const struct sock *owner,
		     const char *service, struct gossip_error *err);
/* Sockets may have been closed. */
void gossip_own_end_closed(struct gossip_own *own);

#endif
