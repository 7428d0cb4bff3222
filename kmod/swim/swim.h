/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core of gossip: SWIM (Das, Gupta, Motivala: "SWIM: Scalable
 * Weakly-consistent Infection-style Process Group Membership Protocol",
 * DSN 2002). This header is its whole interface, with those that it includes.
 *
 * The core has no clock, no sockets, no locks and no randomness of its own:
 * time and datagrams come in, datagrams and events go out through struct
 * swim_ops. The caller serialises all calls on one struct swim. Times are in
 * nanoseconds of a clock that never goes back and counts suspend.
 */
#ifndef _SWIM_SWIM_H
#define _SWIM_SWIM_H

#include <linux/types.h>

#include "config.h"
#include "info.h"
#include "stat.h"

#define SWIM_SEEDS_MAX 32
#define SWIM_DATAGRAM_MIN 576 /* bytes of UDP payload */
#define SWIM_DATAGRAM_MAX 8952
#define SWIM_NEVER (~(u64)0)

struct swim;

enum swim_status {
	SWIM_OFF, /* never of a struct swim; for its users */
	SWIM_JOINING,
	SWIM_RUNNING,
	SWIM_DEGRADED,
	SWIM_ISOLATED,
	SWIM_CONFLICT,
	SWIM_LEAVING,
	SWIM_GONE,
};

/**
 * struct swim_ops - all effects of the core; called from within its functions
 * @send: transmit @len bytes to @to; @data is the core's again on return
 * @event: told of each change, in order; must not call the core
 * @user_event: told of each user event, once, those that this member sends
 *	included, which is within swim_send_event(); must not call the core; may
 *	be NULL
 * @random: 32 random bits that others cannot guess
 * @prf: a pseudo-random function of @a and @b, with a key that others do not
 *	know and that stays the same for the life of @ctx
 * @wall: wall clock, ns; the better the members' clocks agree, the more evenly
 *	they are probed, and nothing else hangs on it
 */
struct swim_ops {
	void (*send)(void *ctx, const struct swim_addr *to, const void *data,
		     size_t len);
	void (*event)(void *ctx, const struct swim_event *event);
	void (*user_event)(void *ctx, const struct swim_user_event *event);
	u32 (*random)(void *ctx);
	u32 (*prf)(void *ctx, u64 a, u64 b);
	u64 (*wall)(void *ctx);
};

/**
 * struct swim_params - what does not change in the life of a struct swim
 * @name: this member's
 * @cluster: groups with different names ignore each other
 * @addr: told to others
 * @generation: wall clock in seconds
 * @config: checked with swim_config_check()
 */
struct swim_params {
	const char *name;
	const char *cluster;
	struct swim_addr addr;
	u32 generation;
	struct swim_config config;
};

/* May sleep; NULL without memory. */
struct swim *swim_create(const struct swim_params *params,
			 const struct swim_ops *ops, void *ctx, u64 now);
void swim_destroy(struct swim *swim);

/* These take no more than a bounded time; no allocation of theirs sleeps. */
void swim_receive(struct swim *swim, u64 now, const struct swim_addr *from,
		  const void *data, size_t len);
void swim_tick(struct swim *swim, u64 now);
/* A datagram could not be sent: evidence about this node. */
void swim_send_failed(struct swim *swim);
/* ICMP says that @addr does not listen: a hint, which convicts nobody. */
void swim_unreachable(struct swim *swim, u64 now, const struct swim_addr *addr);
/* When swim_tick() is next due, on the caller's clock, or SWIM_NEVER. */
u64 swim_deadline(const struct swim *swim);

/* Adds seeds and contacts all; after swim_leave() comes back to the group. */
void swim_join(struct swim *swim, u64 now, const struct swim_addr *seeds,
	       unsigned int count);
void swim_leave(struct swim *swim, u64 now);
/* Takes a new own address, with a new incarnation. */
void swim_readdress(struct swim *swim, u64 now, const struct swim_addr *addr);

/*
 * Replaces the own metadata and tells the group, with a new incarnation; to
 * start with some, call it between swim_create() and swim_join(). They outlive
 * everything but the struct swim. May be called in any status, and within a BH
 * context; does nothing if @data is what they are already. -EMSGSIZE if @len is
 * greater than swim_meta_max(); -ENOMEM.
 */
int swim_set_meta(struct swim *swim, u64 now, const void *data, u32 len);
/* Greatest length of the own metadata: SWIM_META_MAX or what max_datagram allows. */
u32 swim_meta_max(const struct swim *swim);

/*
 * Sends a user event to all members, this one included. @name is 1 to
 * SWIM_NAME_MAX bytes of the alphabet of member names, not terminated. *@ltime,
 * if not NULL, becomes its Lamport time. It is told as any news is, so a member
 * that is cut off for longer than a few seconds misses it, and nobody who joins
 * later gets it. -EINVAL for a bad name; -EMSGSIZE if name and payload are
 * longer than SWIM_EVENT_MAX together; -ENOTCONN while this member is leaving,
 * gone, or does not hold its name; -EAGAIN if too many of its events are still
 * being told: less than a second later there is room; -ENOMEM. No sleeping.
 */
int swim_send_event(struct swim *swim, u64 now, const char *name, u32 name_len,
		    const void *payload, u32 len, u64 *ltime);

enum swim_status swim_status(const struct swim *swim);
u64 swim_view(const struct swim *swim);
u64 swim_seq(const struct swim *swim);
u32 swim_health(const struct swim *swim);
u32 swim_count(const struct swim *swim, enum swim_state state);
u64 swim_stat(const struct swim *swim, enum swim_stat stat);
/*
 * These, and the listings below, fill struct swim_info with a reference to the
 * metadata, which the caller gives back with swim_meta_put(info.meta). What
 * swim_recent() copied when it returns more than @max holds none.
 */
void swim_self(const struct swim *swim, struct swim_info *info);
bool swim_find(const struct swim *swim, const char *name,
	       struct swim_info *info);

/*
 * Listing in bounded steps. A member keeps its slot for life; a slot is used
 * again only after a SWIM_EV_REAP. swim_scan() copies up to @max members with
 * seq > @since from slot *@slot on and moves *@slot to where to go on, which is
 * the end at swim_slots(); it can return none before. swim_recent() copies the
 * members changed after @since, and returns more than @max if there are more.
 */
struct swim_slot {
	u32 slot;
	struct swim_info info;
};

u32 swim_slots(const struct swim *swim);
u32 swim_scan(const struct swim *swim, u64 since, u32 *slot,
	      struct swim_slot *out, u32 max);
u32 swim_recent(const struct swim *swim, u64 since, struct swim_slot *out,
		u32 max);
/* Number of the last SWIM_EV_REAP. */
u64 swim_reaped(const struct swim *swim);

#endif
