// SPDX-License-Identifier: GPL-2.0
/* Listing members. */

#include <errno.h>

#include "attr.h"
#include "handle.h"

/* A dump is torn wherever a member changes meanwhile. */
#define LIST_TRIES 5

struct listing {
	struct table *table;
	uint64_t seq;
};

static int list_member(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct gossip_member member;
	struct listing *listing = ctx;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	if (!member_get(tb[GOSSIP_A_MESSAGE_MEMBER], &member))
		return 0;
	listing->seq = attr_u64(tb[GOSSIP_A_MESSAGE_SEQ]);
	/* A torn dump can have a name twice, as it was and as it came back. */
	return table_put(listing->table, &member);
}

int list_members(struct nl *nl, struct table *table, uint64_t *seq, bool *torn)
{
	struct listing listing = { .table = table };
	unsigned int tries = LIST_TRIES;
	int err;

	do {
		table_clear(table);
		nl_request(nl, GOSSIP_CMD_MEMBER_GET);
		err = nl_dump(nl, list_member, &listing, torn);
	} while (!err && *torn && --tries);
	if (err)
		table_clear(table);
	*seq = listing.seq;
	return err;
}

int gossip_list(struct gossip *handle)
{
	int err;

	err = handle->subscribed ? follow_ready(handle) : handle_ready(handle);
	if (err)
		return err;
	if (handle->subscribed)
		return follow_relist(handle);
	err = list_members(&handle->query, &handle->table, &handle->seq,
			   &handle->torn);
	return handle_explain(handle, err);
}

bool gossip_torn(const struct gossip *handle)
{
	return handle->torn;
}

size_t gossip_count(const struct gossip *handle)
{
	return handle->table.count;
}

const struct gossip_member *gossip_at(const struct gossip *handle, size_t i)
{
	return i < handle->table.count ? handle->table.member[i] : NULL;
}

const struct gossip_member *gossip_find(const struct gossip *handle,
					const char *name)
{
	return table_find(&handle->table, name);
}

const struct gossip_member *gossip_self(const struct gossip *handle)
{
	return table_self(&handle->table);
}
