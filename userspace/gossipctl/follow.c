// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <linux/genetlink.h>

#include "attr.h"
#include "error.h"
#include "follow.h"

/* A dump is torn wherever a member changes meanwhile. */
#define LIST_TRIES 5

/* Listing */

struct listing {
	struct table *table;
	uint64_t seq;
};

static void list_member(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct listing *listing = ctx;
	struct member member;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	if (!member_get(tb[GOSSIP_A_MESSAGE_MEMBER], &member))
		return;
	listing->seq = attr_u64(tb[GOSSIP_A_MESSAGE_SEQ]);
	/* A torn dump can have a name twice, as it was and as it came back. */
	table_put(listing->table, &member);
}

int follow_list(struct nl *nl, struct table *table, uint64_t *seq, bool *torn)
{
	struct listing listing = { .table = table };
	unsigned int tries = LIST_TRIES;
	int err;

	do {
		table_clear(table);
		nl_request(nl, GOSSIP_CMD_MEMBER_GET);
		err = nl_dump(nl, list_member, &listing, torn);
	} while (!err && *torn && --tries);
	*seq = listing.seq;
	return err;
}

/* Differences */

/* Numbers of events are comparable within a start of the instance only. */
static bool same(const struct member *a, const struct member *b)
{
	return a->state == b->state && a->uid == b->uid &&
	       a->generation == b->generation &&
	       a->incarnation == b->incarnation && a->degraded == b->degraded &&
	       a->probation == b->probation &&
	       !memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static uint32_t change_type(const struct member *old, const struct member *new)
{
	if (!old && new->state == GOSSIP_MEMBER_STATE_ALIVE)
		return GOSSIP_EVENT_TYPE_JOIN;
	if (old && old->state == new->state)
		return GOSSIP_EVENT_TYPE_UPDATE;
	switch (new->state) {
	case GOSSIP_MEMBER_STATE_SUSPECT:
		return GOSSIP_EVENT_TYPE_SUSPECT;
	case GOSSIP_MEMBER_STATE_FAILED:
		return GOSSIP_EVENT_TYPE_FAILED;
	case GOSSIP_MEMBER_STATE_LEFT:
		return GOSSIP_EVENT_TYPE_LEFT;
	default:
		return GOSSIP_EVENT_TYPE_ALIVE;
	}
}

/* Without an instance there are no members. */
static void list_again(struct follow *follow, struct table *table)
{
	bool torn;
	int err = follow_list(follow->query, table, &follow->seq, &torn);

	if (err && !nl_absent(follow->query, err))
		nl_die(follow->query, err);
}

void follow_refresh(struct follow *follow)
{
	struct table old = follow->table;
	struct table new = { 0 };
	size_t i;

	list_again(follow, &new);
	for (i = 0; i < old.count; i++)
		if (!table_find(&new, old.member[i]->name))
			follow->ops->change(GOSSIP_EVENT_TYPE_REAP,
					    old.member[i], NULL, 0);
	follow->table = new;
	for (i = 0; i < new.count; i++) {
		const struct member *now = new.member[i];
		const struct member *was = table_find(&old, now->name);

		if (!was || !same(was, now))
			follow->ops->change(change_type(was, now), now, NULL,
					    0);
	}
	table_clear(&old);
}

/* Events */

static void read_uid(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
			GOSSIP_A_INSTANCE_MAX);
	*(uint64_t *)ctx = attr_u64(instance[GOSSIP_A_INSTANCE_UID]);
}

/*
 * An event that is not new is either reflected in the table already, or one of
 * an instance that was started since, which counts from 1 again.
 */
static bool is_restarted(struct follow *follow)
{
	const struct member *self = table_self(&follow->table);
	uint64_t uid = 0;

	nl_request(follow->query, GOSSIP_CMD_INSTANCE_GET);
	if (nl_do(follow->query, read_uid, &uid) || !uid)
		return false;
	return !self || self->uid != uid;
}

static void apply(struct follow *follow, uint32_t type,
		  const struct member *member, const struct reason *reason)
{
	const struct member *known = table_find(&follow->table, member->name);

	/* The dump may have reached this member after the event. */
	if (known && known->seq >= follow->seq)
		return;
	if (type == GOSSIP_EVENT_TYPE_CONFLICT) {
		/* Of another member of that name, which the table does not have. */
		follow->ops->change(type, member, reason, follow->seq);
	} else if (type != GOSSIP_EVENT_TYPE_REAP) {
		table_put(&follow->table, member);
		follow->ops->change(type, member, reason, follow->seq);
	} else if (known) {
		follow->ops->change(type, member, reason, follow->seq);
		table_remove(&follow->table, member->name);
	}
}

static void hear(const struct nlmsghdr *nlh, void *ctx)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct follow *follow = ctx;
	struct member member;
	struct reason reason;
	uint64_t seq;

	if (genl->cmd != GOSSIP_CMD_MEMBER_NTF || follow->lost)
		return;
	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	seq = attr_u64(tb[GOSSIP_A_MESSAGE_SEQ]);
	if (seq <= follow->seq) {
		if (is_restarted(follow))
			follow->lost = "the instance was started anew";
		return;
	}
	if (seq != follow->seq + 1) {
		follow->lost = "events are missing";
		return;
	}
	follow->seq = seq;
	if (!member_get(tb[GOSSIP_A_MESSAGE_MEMBER], &member))
		return;
	reason_get(tb[GOSSIP_A_MESSAGE_REASON], &reason);
	apply(follow, attr_u32(tb[GOSSIP_A_MESSAGE_EVENT], UINT32_MAX), &member,
	      tb[GOSSIP_A_MESSAGE_REASON] ? &reason : NULL);
}

/*
 * After an overrun the kernel drops events until the socket was read empty.
 * Only then is a new listing followed by all events after it.
 */
static void drain(struct follow *follow)
{
	bool overrun = false;
	int more;

	do {
		more = nl_receive(follow->events, hear, follow);
		overrun |= more == -ENOBUFS;
	} while (more);
	if (overrun)
		follow->lost = "the kernel dropped events, the buffer was full";
}

void follow_wait(struct follow *follow, int timeout_ms)
{
	struct pollfd fd = { .fd = nl_fd(follow->events), .events = POLLIN };

	if (poll(&fd, 1, timeout_ms) < 0 && errno != EINTR)
		die(EXIT_FAILED, "cannot wait for events: %s", strerror(errno));
	drain(follow);
	if (!follow->lost)
		return;
	follow->ops->resync(follow->lost);
	follow->lost = NULL;
	follow_refresh(follow);
}

void follow_open(struct follow *follow, const struct follow_ops *ops,
		 int rcvbuf)
{
	bool torn;
	size_t i;
	int err;

	*follow = (struct follow){ .ops = ops };
	follow->events = nl_open();
	follow->query = nl_open();
	nl_subscribe(follow->events, GOSSIP_MCGRP_MEMBERS, rcvbuf);
	err = follow_list(follow->query, &follow->table, &follow->seq, &torn);
	if (err)
		nl_die(follow->query, err);
	for (i = 0; i < follow->table.count; i++)
		ops->exists(follow->table.member[i], follow->seq);
	ops->exists(NULL, follow->seq);
}

void follow_close(struct follow *follow)
{
	nl_close(follow->events);
	nl_close(follow->query);
	table_clear(&follow->table);
}
