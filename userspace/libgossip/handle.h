/* SPDX-License-Identifier: GPL-2.0 */
/* What is behind a handle, and what its parts have in common. */
#ifndef _HANDLE_H
#define _HANDLE_H

#include "macros.h"
#include "member.h"
#include "nl.h"
#include "table.h"

/**
 * enum step - what gossip_next() does next
 * @STEP_LIVE: receives; @table is what the caller was told
 * @STEP_RELIST: lists anew, because events were lost
 * @STEP_GONE: tells of those in @told that are not in @table any more
 * @STEP_CHANGED: tells of those in @table that differ from @told
 */
enum step { STEP_LIVE, STEP_RELIST, STEP_GONE, STEP_CHANGED };

/**
 * struct user - a subscription to user events
 * @nl: their socket; there from the beginning
 * @begun: an event was heard, or it was asked how many there were
 * @overrun: the kernel dropped events
 * @seq: number of the last event that was heard, or was told to be lost
 * @sent: number of the last event after an overrun, 0 if it is not known
 * @uid: of the instance
 * @held: an event that comes after a gap that was told
 * @event: what gossip_next_user() returned last; @name and @origin are its parts
 */
struct user {
	struct nl nl;
	bool subscribed;
	bool begun;
	bool overrun;
	uint64_t seq;
	uint64_t sent;
	uint64_t uid;
	const struct nlmsghdr *held;
	struct gossip_user_event event;
	char name[GOSSIP_NAME_MAX + 1];
	char origin[GOSSIP_NAME_MAX + 1];
};

/**
 * struct gossip - a handle; of one thread at a time
 * @query: socket for requests; holds the leases
 * @events: socket that hears events; it is there from the beginning, so that
 *	both are in one network namespace
 * @table: the members; reflects the events up to @seq
 * @torn: @table was changed by somebody while it was dumped
 * @told: what the caller knows, in the steps in which that is not @table
 * @cursor: how far the step is
 * @listed: the members that existed at first have been told
 * @overrun: the kernel dropped events
 * @stale: events came that are not newer than the listing
 * @lost: why @table is out of date, or NULL
 * @event: what gossip_next() returned last; @member, @reason and @service are its
 *	parts
 * @user: user events
 * @key_id: where the array of @keys is
 * @error: what gossip_error() returns
 */
struct gossip {
	struct nl query;
	struct nl events;
	struct table table;
	uint64_t seq;
	bool torn;

	bool subscribed;
	bool listed;
	enum step step;
	struct table told;
	size_t cursor;
	bool overrun;
	bool stale;
	const char *lost;
	struct gossip_event event;
	struct gossip_member member;
	struct gossip_reason reason;
	char service[GOSSIP_NAME_MAX + 1];

	struct user user;
	struct gossip_instance instance;
	struct instance_space space;
	struct gossip_stats stats;
	int64_t stat[GOSSIP_A_STATS_MAX + 1];
	struct gossip_keys keys;
	uint32_t key_id[GOSSIP_KEYS_MAX];
	char error[640];
};

/* Begins a call of the library. */
void handle_begin(struct gossip *handle);
/* Begins one that asks the kernel: finds the family. */
int handle_ready(struct gossip *handle);
/* Sets the words for @err, and returns it. */
__printf(3, 4) int handle_fail(struct gossip *handle, int err, const char *fmt,
			       ...);
/* That of the last request, with what the kernel said of it. */
int handle_explain(struct gossip *handle, int err);
/*
 * Lists into @table, which is empty on failure; explains nothing. @seq: number
 * of the last event that is reflected.
 */
int list_members(struct nl *nl, struct table *table, uint64_t *seq, bool *torn);

/* As handle_ready(), with a subscription: ends it if the module is another. */
int follow_ready(struct gossip *handle);
/* Lists anew; gossip_next() tells the difference. */
int follow_relist(struct gossip *handle);

#endif
