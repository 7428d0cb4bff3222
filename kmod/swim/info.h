/* SPDX-License-Identifier: GPL-2.0 */
/* What the core tells of a member: its address and state, and their changes. */
#ifndef _SWIM_INFO_H
#define _SWIM_INFO_H

#include <linux/types.h>

#define SWIM_NAME_MAX 63 /* bytes, from A-Za-z0-9._- */
#define SWIM_UNHEARD (~(u32)0)

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

extern const char *const swim_state_names[SWIM_NR_STATES];

/* 1 to SWIM_NAME_MAX bytes of A-Za-z0-9._- */
bool swim_name_valid(const char *name, size_t len);
/* A unicast address with a port. */
bool swim_addr_valid(const struct swim_addr *addr);

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

#endif
