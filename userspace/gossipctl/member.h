/* SPDX-License-Identifier: GPL-2.0 */
/* Members and reasons: the attribute sets, and how they are shown. */
#ifndef _MEMBER_H
#define _MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/gossip.h>

#include "addr.h"
#include "out.h"

/**
 * struct member - a member in the instance's view
 * @seq: number of the event that last changed it
 * @rtt_us: -1 if unknown
 * @heard_ms: -1 if nothing was heard
 */
struct member {
	char name[GOSSIP_NAME_MAX + 1];
	struct addr addr;
	uint64_t uid;
	uint64_t seq;
	uint32_t generation;
	uint32_t incarnation;
	uint32_t state;
	uint32_t health;
	int64_t rtt_us;
	int64_t heard_ms;
	bool self;
	bool degraded;
	bool probation;
};

/**
 * struct reason - why a member was suspected or declared failed
 * @from: member that told it, or ""
 * @accuser: member whose probe went unanswered, or ""
 * @suspect_ms: -1 if it was not suspect before
 * @pings: of this instance, if its own probe decided
 * @nacks: of those asked, that could not reach it either
 * @health: local health multiplier of this instance
 */
struct reason {
	char from[GOSSIP_NAME_MAX + 1];
	char accuser[GOSSIP_NAME_MAX + 1];
	uint32_t accusers;
	uint32_t indirect;
	int64_t suspect_ms;
	uint32_t pings;
	uint32_t nacks;
	uint32_t health;
};

/* False without a name. */
bool member_get(const struct nlattr *nest, struct member *member);
void reason_get(const struct nlattr *nest, struct reason *reason);

enum out_colour member_colour(uint32_t state);
/* The fields of an open object. @row: in text all, not just who it is. */
void member_show(const struct member *member, bool row);
/* @failed: of a failure, not of a suspicion. @self: name of this instance. */
void reason_show(const struct reason *reason, bool failed, const char *self);

#endif
