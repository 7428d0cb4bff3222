/* SPDX-License-Identifier: GPL-2.0 */
/* User events: messages from one member to all. */
#ifndef _SWIM_EVENT_H
#define _SWIM_EVENT_H

#include "queue.h"
#include "wire.h"

struct swim;

#define SWIM_USER_EVENTS_MAX 128 /* of others, being told at a time */
#define SWIM_USER_EVENTS_OWN 32 /* likewise, of this member */
#define SWIM_USER_EVENTS_KEPT 64 /* told, and kept for who has missed them */
#define SWIM_OFFERED_MAX 16 /* offers remembered; a power of two */

/**
 * struct swim_events - user events
 * @queue: struct swim_message, that are still being told
 * @kept: struct swim_message, that were told and are offered, the oldest first
 * @keeping: how many @kept
 * @delivered: the last ones of others; uid 0 if there were not so many
 * @deliveries: how many were ever
 * @offered: uids of members that were told last which ones these are; 0 for who
 *	has asked for some since
 * @offers: how many were told ever
 * @own: how many of these are this member's
 * @number: of the last one of its own
 * @first: in the datagram that last had both they went before news of members
 * @ltime: Lamport time
 */
struct swim_events {
	struct swim_queue queue;
	struct list_head kept;
	u32 keeping;
	struct {
		u64 uid;
		u32 number;
	} delivered[SWIM_USER_EVENTS_KEPT];
	u32 deliveries;
	u64 offered[SWIM_OFFERED_MAX];
	u32 offers;
	u32 own;
	u32 number;
	bool first;
	u64 ltime;
};

void swim_events_init(struct swim_events *events);
/*
 * Those in a datagram whose news of members were merged before; and what it
 * says of others that can be had.
 */
void swim_events_hear(struct swim *swim, const struct wire_message *msg,
		      const struct swim_addr *from);
/* Adds those that were told the fewest times, as far as they fit. */
void swim_events_fill(struct swim *swim, struct wire_buf *buf);
/* Adds which ones were told and @to can ask for, as far as that fits. */
void swim_events_offer(struct swim *swim, struct wire_buf *buf,
		       const struct swim_member *to);
/* Tells no more of them. */
void swim_events_drop(struct swim *swim);

#endif
