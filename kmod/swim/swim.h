/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core of gossip: SWIM (Das, Gupta, Motivala: "SWIM: Scalable
 * Weakly-consistent Infection-style Process Group Membership Protocol",
 * DSN 2002). This header is its whole interface.
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
#include "stat.h"

#define SWIM_NAME_MAX 63 /* bytes, from A-Za-z0-9._- */
#define SWIM_SEEDS_MAX 32
#define SWIM_DATAGRAM_MIN 576 /* bytes of UDP payload */
#define SWIM_DATAGRAM_MAX 8952
#define SWIM_NEVER (~(u64)0)
#define SWIM_UNHEARD (~(u32)0)

struct swim;

/**
 * struct swim_addr - a UDP endpoint; unused bytes are zero, so that memcmp()
 *	compares
 * @ip: address in network byte order; the first four bytes for IPv4
 * @scope: interface index of an IPv6 link-local address; local, never sent
 * @port: UDP port in host byte order
 * @family: 4, 6, or 0 for no address
 */
struct swim_addr {
	u8 ip[16];
	u32 scope;
	u16 port;
	u8 family;
	u8 pad;
};

/* In the order of precedence at one incarnation (SWIM section 4.2). */
enum swim_state {
	SWIM_ALIVE,
	SWIM_SUSPECT,
	SWIM_FAILED,
	SWIM_LEFT,
	SWIM_NR_STATES
};

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

enum swim_event_type {
	SWIM_EV_JOIN,
	SWIM_EV_SUSPECT,
	SWIM_EV_ALIVE,
	SWIM_EV_FAILED,
	SWIM_EV_LEFT,
	SWIM_EV_UPDATE,
	SWIM_EV_REAP,
	/* About this member itself; of a conflict, about the other one. */
	SWIM_EV_CONFLICT,
	SWIM_EV_ISOLATED,
	SWIM_EV_JOINED,
	SWIM_NR_EVENTS
};

/* Bits of swim_info.flags. */
#define SWIM_FLAG_DEGRADED 0x01 /* says of itself that it misses datagrams */
#define SWIM_FLAG_PROBATION 0x02 /* has failed and returned more than once */

extern const char *const swim_state_names[SWIM_NR_STATES];

/* 1 to SWIM_NAME_MAX bytes of A-Za-z0-9._- */
bool swim_name_valid(const char *name, size_t len);
/* A unicast address with a port. */
bool swim_addr_valid(const struct swim_addr *addr);

/**
 * struct swim_info - what is known about one member, copied out
 * @rtt_us: smoothed round-trip time, 0 if unknown
 * @heard_ms: time since a datagram of this member arrived, SWIM_UNHEARD if none did
 * @seq: number of the event that last changed the member
 * @lhm: local health multiplier that the member reports (Lifeguard, IV-A)
 */
struct swim_info {
	u64 uid;
	u64 seq;
	u32 generation;
	u32 incarnation;
	struct swim_addr addr;
	u32 rtt_us;
	u32 heard_ms;
	u8 state;
	u8 lhm;
	u8 flags;
	bool self;
	char name[SWIM_NAME_MAX + 1];
};

/**
 * struct swim_event - a change of a member
 * @seq: one more than that of the event before
 * @info: the member after the change
 * @from: name of the member that told us, "" if found out here
 * @accuser: name of the member whose probe went unanswered, "" if not known
 * @accusers: independent accusers heard
 * @indirect: members asked to probe on our behalf in vain
 * @suspect_ms: time for which a failed member had been suspect
 * @pings: pings that went unanswered, if this node's own probe decided
 * @nacks: members that said that they could not reach it either
 * @lhm: this node's own
 *
 * The last eight say why a member is suspected or failed.
 */
struct swim_event {
	enum swim_event_type type;
	u64 seq;
	struct swim_info info;
	const char *from;
	const char *accuser;
	u32 accusers;
	u32 indirect;
	u32 suspect_ms;
	u32 pings;
	u32 nacks;
	u32 lhm;
};

/**
 * struct swim_ops - all effects of the core; called from within its functions
 * @send: transmit @len bytes to @to; @data is the core's again on return
 * @event: told of each change, in order; must not call the core
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

enum swim_status swim_status(const struct swim *swim);
u64 swim_view(const struct swim *swim);
u64 swim_seq(const struct swim *swim);
u32 swim_health(const struct swim *swim);
u32 swim_count(const struct swim *swim, enum swim_state state);
u64 swim_stat(const struct swim *swim, enum swim_stat stat);
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
