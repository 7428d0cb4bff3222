/* SPDX-License-Identifier: GPL-2.0 */
/* What the core tells of a member: its address and state, and their changes. */
#ifndef _SWIM_INFO_H
#define _SWIM_INFO_H

#include <linux/refcount.h>
#include <linux/types.h>

#define SWIM_NAME_MAX 63 /* bytes, from A-Za-z0-9._- */
#define SWIM_UNHEARD (~(u32)0)
#define SWIM_META_MAX 768 /* bytes of metadata of one member */
#define SWIM_EVENT_MAX 512 /* bytes of a user event: name and payload */

/**
 * struct swim_addr - a UDP endpoint; unused bytes are zero, so that memcmp()
 *	compares
 * @ip: address in network byte order; the first four bytes for IPv4
 * @scope: interface index of an IPv6 link-local address; local, never sent
 * @port: UDP port in host byte order
 * @family: 4, 6, or 0 for no address
 * @pad: zero
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

/* Bits of swim_info.flags. */
#define SWIM_FLAG_DEGRADED 0x01 /* says of itself that it misses datagrams */
#define SWIM_FLAG_PROBATION 0x02 /* has failed and returned more than once */
#define SWIM_FLAG_AGREES 0x04 /* was last heard with the view that is here */
/* Has been heard since that changed, with another one. */
#define SWIM_FLAG_DIFFERS 0x08

extern const char *const swim_state_names[SWIM_NR_STATES];

/* 1 to SWIM_NAME_MAX bytes of A-Za-z0-9._- */
bool swim_name_valid(const char *name, size_t len);
/* A unicast address with a port. */
bool swim_addr_valid(const struct swim_addr *addr);

/**
 * struct swim_meta - metadata of one member; never changes
 * @refs: references to it, from any context
 * @len: bytes in @data, 1 to SWIM_META_MAX
 * @data: the core does not look inside
 */
struct swim_meta {
	refcount_t refs;
	u16 len;
	u8 data[];
};

/* Takes one more reference; NULL is none. Any context. */
const struct swim_meta *swim_meta_get(const struct swim_meta *meta);
/* Gives a reference back; NULL is none. Any context. */
void swim_meta_put(const struct swim_meta *meta);

/**
 * struct swim_info - what is known about one member, copied out
 * @uid: random number of this start of the member
 * @seq: number of the event that last changed the member
 * @generation: greater for each start that uses this name
 * @incarnation: greater each time it refutes (SWIM, section 4.2)
 * @addr: where it says that it listens
 * @rtt_us: smoothed round-trip time, 0 if unknown
 * @heard_ms: time since a datagram of this member arrived, SWIM_UNHEARD if none did
 * @state: enum swim_state
 * @lhm: local health multiplier that the member reports (Lifeguard, IV-A)
 * @flags: SWIM_FLAG_*
 * @self: it is this member itself
 * @meta: its metadata, NULL for none: the last that were heard of this start of
 *	it, which is not the newest until anti-entropy has fetched that
 * @name: terminated
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
	const struct swim_meta *meta;
	char name[SWIM_NAME_MAX + 1];
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

/**
 * struct swim_event - a change of a member
 * @type: what happened
 * @seq: one more than that of the event before
 * @info: the member after the change; its metadata are the core's, see
 *	swim_meta_get()
 * @had: its metadata when it was last told of, if it was alive or suspect then;
 *	else NULL; the core's, too
 * @from: name of the member that told us, "" if found out here
 * @accuser: name of the member whose probe went unanswered, "" if not known
 * @accusers: independent accusers heard
 * @indirect: members asked to probe on our behalf in vain
 * @suspect_ms: time for which a failed member had been suspect
 * @pings: pings of this node's last probe of it, if it made one that failed
 * @nacks: members that said that they could not reach it either
 * @lhm: this node's own
 *
 * The last eight say why a member is suspected or failed.
 */
struct swim_event {
	enum swim_event_type type;
	u64 seq;
	struct swim_info info;
	const struct swim_meta *had;
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
 * struct swim_user_event - a message from one member to all
 * @uid: of who sent it
 * @ltime: Lamport time: greater than that of all events that the sender had
 *	heard; of no use to tell whether an event is new
 * @origin: name of who sent it, terminated
 * @name: what happened, from the alphabet of member names, terminated
 * @payload: the core does not look inside; NULL if @len is 0
 * @len: bytes in @payload
 *
 * All that is pointed to is the core's, for the time of the call.
 */
struct swim_user_event {
	u64 uid;
	u64 ltime;
	const char *origin;
	const char *name;
	const void *payload;
	u32 len;
};

#endif
