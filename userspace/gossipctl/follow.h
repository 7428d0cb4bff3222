/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The members and each change of them, without loss: the events are subscribed
 * to before the members are listed, and where events were lost the members are
 * listed again and the difference is told.
 */
#ifndef _FOLLOW_H
#define _FOLLOW_H

#include "nl.h"
#include "table.h"

#define FOLLOW_RCVBUF 1048576 /* bytes */

/**
 * struct follow_ops - what is told of
 * @exists: a member that was there at the beginning; NULL after the last
 * @change: an enum gossip_event_type; @reason is NULL if there is none, and
 *	@seq 0 if the event itself was lost. The member is in the table yet
 *	when it is reaped, and is up to date there otherwise.
 * @resync: events were lost, because of @cause; changes follow
 */
struct follow_ops {
	void (*exists)(const struct member *member, uint64_t seq);
	void (*change)(uint32_t type, const struct member *member,
		       const struct reason *reason, uint64_t seq);
	void (*resync)(const char *cause);
};

/**
 * struct follow - a listing that is kept up to date
 * @table: the members; read-only for others
 * @events: socket that hears the events; its descriptor is to be polled
 * @query: socket for requests
 * @seq: number of the last event that @table reflects
 * @lost: why @table is out of date, or NULL
 */
struct follow {
	struct table table;
	struct nl *events;
	struct nl *query;
	uint64_t seq;
	const char *lost;
	const struct follow_ops *ops;
};

/*
 * Lists all members. Returns 0 or a negative errno. @seq: number of the last
 * event that the listing reflects. @torn: however often it was tried, members
 * changed meanwhile; with the events after @seq that does not matter.
 */
int follow_list(struct nl *nl, struct table *table, uint64_t *seq, bool *torn);

/* Tells of the members that exist. Dies without an instance. */
void follow_open(struct follow *follow, const struct follow_ops *ops,
		 int rcvbuf);
/* Waits for events up to @timeout_ms, -1 for ever, and tells of them. */
void follow_wait(struct follow *follow, int timeout_ms);
/* Lists the members anew; what no event told is told as changes. */
void follow_refresh(struct follow *follow);
void follow_close(struct follow *follow);

#endif
