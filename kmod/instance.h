/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One running member in one network namespace: owns the lock, the timer, the
 * core, the outbox. What netlink.c, sysfs.c and main.c may do with it.
 */
#ifndef _GOSSIP_INSTANCE_H
#define _GOSSIP_INSTANCE_H

#include <linux/kref.h>
#include <net/net_namespace.h>

#include "own.h"
#include "params.h"
#include "stats.h"
#include "swim/swim.h"

struct gossip_instance;
struct gossip_key_change;
struct gossip_key_list;

/**
 * struct gossip_summary - a consistent reading of the instance's own state
 * @params: complete, as it was started or has been changed
 * @advertise: own address that others are told, by now
 * @holder: of the own name, in conflict
 * @status: what it is doing; SWIM_OFF stands for no instance, and all else is
 *	then zero
 * @uid: of this start
 * @view: digest of the live members
 * @view_ms: time since that changed
 * @seq: number of the last event
 * @user_seq: number of the last user event
 * @health: local health multiplier, 0 is best
 * @count: members by their state
 */
struct gossip_summary {
	struct gossip_params params;
	struct swim_addr advertise;
	struct swim_addr holder;
	enum swim_status status;
	u64 uid;
	u64 view;
	u64 seq;
	u64 user_seq;
	u32 view_ms;
	u32 health;
	u32 count[SWIM_NR_STATES];
};

/*
 * Life of an instance, for its namespace, which serialises these; process
 * context. make() binds the socket, join() enters the group.
 */
struct gossip_instance *gossip_instance_make(struct net *net,
					     const struct gossip_params *params,
					     struct gossip_error *err);
int gossip_instance_join(struct gossip_instance *inst,
			 const struct swim_addr *peer, unsigned int peers,
			 struct gossip_error *err);
/*
 * Changes what @change says, or nothing: -EINVAL, -ENOMEM. Takes the lock for a
 * time in proportion to the number of members.
 */
int gossip_instance_set(struct gossip_instance *inst,
			const struct gossip_change *change,
			struct gossip_error *err);
/*
 * Changes its keyring; waits for a grace period. In instance_keys.c. -ENOMEM, and
 * the errors of keyring.h.
 */
int gossip_instance_key(struct gossip_instance *inst,
			const struct gossip_key_change *change,
			struct gossip_error *err);
/* Begins to leave the group. */
void gossip_instance_leave(struct gossip_instance *inst);
/*
 * Waits until it has left, or was told to join again, or the caller is killed;
 * @timeout jiffies at most.
 */
void gossip_instance_wait_gone(struct gossip_instance *inst, long timeout);
/* Leaves without waiting. */
void gossip_instance_leave_now(struct gossip_instance *inst);
/* Lets nothing in or out any more. */
void gossip_instance_mute(struct gossip_instance *inst);
/* A grace period after mute(): drops the owner's reference. */
void gossip_instance_end(struct gossip_instance *inst);

/* False if it is being freed. Under RCU. */
bool gossip_instance_tryget(struct gossip_instance *inst);
void gossip_instance_put(struct gossip_instance *inst);

/*
 * A link or an own address is lost: evidence about this node, as a datagram
 * that cannot be sent is. @stat counts it. Any context but hard interrupt.
 */
void gossip_fault(struct gossip_instance *inst, enum gossip_stat stat);
/* Where it listens, and who may hold leases; these do not change. */
const struct swim_addr *gossip_bind(const struct gossip_instance *inst);
const struct gossip_uids *gossip_lease_uids(const struct gossip_instance *inst);
/* Whether the last datagram left by interface @ifindex. */
bool gossip_sends_by(const struct gossip_instance *inst, int ifindex);
/* The link is lost, and no datagram has left since. False if that is known. */
bool gossip_lose_link(struct gossip_instance *inst);

/*
 * For commands of own.h: locks the instance until gossip_own_unlock(), with BH
 * disabled; the commands take effect then. NULL if it has ended, and no lock.
 */
struct gossip_own *gossip_own_lock(struct gossip_instance *inst);
void gossip_own_unlock(struct gossip_instance *inst);
/*
 * Sends a user event; @name is valid, @payload NULL if @len is 0. -EMSGSIZE,
 * -ENOTCONN, -EAGAIN, -ENOMEM, -ENODEV if it has ended.
 */
int gossip_send_user_event(struct gossip_instance *inst, const char *name,
			   const void *payload, u32 len);

/*
 * swim_ping(), which has the errors; struct gossip_adapter tells what comes of
 * it, with @cookie. Any context.
 */
int gossip_ping(struct gossip_instance *inst, const char *name, u32 timeout_ms,
		u64 cookie);

/*
 * These take the instance's lock for a bounded time; any context. A struct
 * swim_info is filled with a reference to the metadata, to be given back with
 * swim_meta_put().
 */
void gossip_summary(struct gossip_instance *inst, struct gossip_summary *sum);
/* @stat: an enum swim_stat or enum gossip_stat. */
u64 gossip_stat(struct gossip_instance *inst, unsigned int stat);
/* All GOSSIP_NR_STATS of them at one instant. */
void gossip_stats(struct gossip_instance *inst, u64 *value);
u64 gossip_digest(struct gossip_instance *inst);
/* Takes no lock. */
void gossip_keys(struct gossip_instance *inst, struct gossip_key_list *list);
void gossip_own_addr(struct gossip_instance *inst, struct swim_addr *addr);
void gossip_self(struct gossip_instance *inst, struct swim_info *info);
bool gossip_find(struct gossip_instance *inst, const char *name,
		 struct swim_info *info);
u32 gossip_scan(struct gossip_instance *inst, u64 since, u32 *slot,
		struct swim_slot *out, u32 max, bool *end);

/**
 * struct gossip_mark - where the instance stood when swim_recent() was read
 * @uid: of this start of it
 * @seq: number of the last event
 * @reaped: number of the last event that freed a slot
 * @slots: end of the slots
 */
struct gossip_mark {
	u64 uid;
	u64 seq;
	u64 reaped;
	u32 slots;
};

u32 gossip_recent(struct gossip_instance *inst, u64 since,
		  struct swim_slot *out, u32 max, struct gossip_mark *mark);

/**
 * struct gossip_listing - all members at one instant
 * @seq: number of the last event that it reflects
 * @count: members
 * @member: self first, then by name
 */
struct gossip_listing {
	u64 seq;
	u32 count;
	struct swim_info member[];
};

/*
 * Process context. -ENOMEM; -EAGAIN if members come and go faster than they can
 * be read. In listing.c.
 */
struct gossip_listing *gossip_list(struct gossip_instance *inst);
void gossip_listing_free(struct gossip_listing *listing);

#endif
