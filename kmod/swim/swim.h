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

#define SWIM_PINGS_MAX 8 /* of swim_ping() at a time */
#define SWIM_PING_MS_MAX 10000

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

enum swim_pong_result {
	SWIM_PONG_ACK,
	SWIM_PONG_NACK, /* who was asked got no answer either */
	SWIM_PONG_SILENT,
	SWIM_PONG_END, /* all was told */
};

/**
 * struct swim_pong - what came of one way of a swim_ping()
 * @cookie: of that
 * @result: which it was
 * @via: name of the member that was asked to ping, "" for the own ping
 * @rtt_us: time until the ack came
 */
struct swim_pong {
	u64 cookie;
	enum swim_pong_result result;
	const char *via;
	u32 rtt_us;
};

/**
 * struct swim_ops - all effects of the core; called from within its functions
 * @send: transmit @len bytes to @to; @data is the core's again on return
 * @event: told of each change, in order; must not call the core but for
 *	swim_number()
 * @user_event: told of each user event, once, those that this member sends
 *	included, which is within swim_send_event(); must not call the core; may
 *	be NULL
 * @random: 32 random bits that others cannot guess
 * @prf: a pseudo-random function of @a and @b, with a key that others do not
 *	know and that stays the same for the life of @ctx
 * @wall: wall clock, ns; the better the members' clocks agree, the more evenly
 *	they are probed; a member whose generation is ten years ahead of it is not
 *	believed, if it is not before 2020; and nothing else hangs on it
 * @pong: told of what came of a swim_ping(), each way once and then the end;
 *	must not call the core; may be NULL where swim_ping() is not called
 */
struct swim_ops {
	void (*send)(void *ctx, const struct swim_addr *to, const void *data,
		     size_t len);
	void (*event)(void *ctx, const struct swim_event *event);
	void (*user_event)(void *ctx, const struct swim_user_event *event);
	u32 (*random)(void *ctx);
	u32 (*prf)(void *ctx, u64 a, u64 b);
	u64 (*wall)(void *ctx);
	void (*pong)(void *ctx, const struct swim_pong *pong);
};

/**
 * struct swim_params - how a struct swim begins
 * @name: this member's
 * @cluster: groups with different names ignore each other
 * @addr: told to others
 * @generation: wall clock in seconds
 * @config: checked with swim_config_check()
 *
 * Name, cluster and generation do not change in its life.
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

/*
 * These take no more than a bounded time; no allocation of theirs sleeps.
 *
 * @authentic: the datagram is proven to be from a member of the group, and one that
 * comes again is not heeded.
 */
void swim_receive(struct swim *swim, u64 now, const struct swim_addr *from,
		  const void *data, size_t len, bool authentic);
void swim_tick(struct swim *swim, u64 now);
/* A datagram could not be sent: evidence about this node. */
void swim_send_failed(struct swim *swim);
/*
 * A device that this node sends by, or its address, is gone: likewise; and if it
 * hears nobody for a period it is cut off.
 */
void swim_link_lost(struct swim *swim, u64 now);
/*
 * Datagrams that had come were lost in this node, which is overloaded, then: its
 * health is worse by that, once in a round.
 */
void swim_overloaded(struct swim *swim);
/*
 * The way to somebody takes no more than @len bytes: nothing longer is written
 * for ten minutes, but SWIM_DATAGRAM_MIN bytes always are.
 */
void swim_narrow(struct swim *swim, u32 len);
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
 * if not NULL, becomes its Lamport time. It is told as any news is, and kept for
 * ten probe intervals for those who have missed it; who is cut off for longer does
 * miss it, and who joins within them may get it or not, but nobody later. -EINVAL
 * for a bad name; -EMSGSIZE if name and payload are longer than SWIM_EVENT_MAX
 * together; -ENOTCONN while this member is leaving, gone, or does not hold its
 * name; -EAGAIN if too many of its events are still being told: less than a second
 * later there is room; -ENOMEM. No sleeping.
 */
int swim_send_event(struct swim *swim, u64 now, const char *name, u32 name_len,
		    const void *payload, u32 len, u64 *ltime);

/**
 * struct swim_room - what other tunables take, if they are greater
 * @data: a datagram
 * @by_name: chains of members
 * @by_uid: likewise
 * @bits: there are so many of each, as a power of two
 */
struct swim_room {
	u8 *data;
	struct hlist_head *by_name;
	struct hlist_head *by_uid;
	u32 bits;
};

/*
 * Before swim_set_config(), with which the caller serialises it, though not with
 * anything else: it may sleep. -ENOMEM, and then there is nothing to free.
 */
int swim_room_make(const struct swim *swim, const struct swim_config *config,
		   struct swim_room *room);
/* What is left of it, in any case. */
void swim_room_free(struct swim_room *room);

/*
 * Takes other tunables, checked with swim_config_check(), at once, and out of
 * @room what they need: a time that is shorter now ends by then, one that is
 * longer now begins with the next of its kind. Less max_members only stops
 * growth. Takes time in proportion to the number of members. -EMSGSIZE if the
 * own metadata would not fit max_datagram any more; then nothing has changed.
 */
int swim_set_config(struct swim *swim, u64 now,
		    const struct swim_config *config, struct swim_room *room);

/*
 * Pings the member @name, directly and through others at once; ops->pong tells
 * what comes of it within @timeout_ms, 1 to SWIM_PING_MS_MAX. It measures only:
 * nobody is accused or acquitted by it. -EINVAL for this member itself, -ENOENT
 * for a name that is not known, -ENETDOWN if this member has left, -EBUSY if
 * SWIM_PINGS_MAX are under way, -ENOMEM.
 */
int swim_ping(struct swim *swim, u64 now, const char *name, u32 timeout_ms,
	      u64 cookie);

enum swim_status swim_status(const struct swim *swim);
u64 swim_view(const struct swim *swim);
/* Time since it last changed, ns, as of the last call of those above. */
u64 swim_view_age(const struct swim *swim);
/* Of this start of it. */
u64 swim_uid(const struct swim *swim);
/* The own address, as others are told it. */
void swim_own_addr(const struct swim *swim, struct swim_addr *addr);
/* Who holds the own name; of no family unless in conflict. */
void swim_rival(const struct swim *swim, struct swim_addr *addr);
u64 swim_seq(const struct swim *swim);
/* Takes the next number of an event, for one that the caller derives. */
u64 swim_number(struct swim *swim);
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
