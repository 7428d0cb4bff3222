// SPDX-License-Identifier: GPL-2.0
/* The counters of the instance. */

#include "attr.h"
#include "handle.h"

static int read_stats(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *stat[GOSSIP_A_STATS_MAX + 1];
	int64_t *value = ctx;
	unsigned int i;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_STATS], stat, GOSSIP_A_STATS_MAX);
	for (i = 0; i <= GOSSIP_A_STATS_MAX; i++)
		if (stat[i] && i != GOSSIP_A_STATS_PAD)
			value[i] = attr_u64(stat[i]);
	return 0;
}

int gossip_get_stats(struct gossip *handle, const struct gossip_stats **stats)
{
	unsigned int i;
	int err;

	err = handle_ready(handle);
	if (err)
		return err;
	for (i = 0; i <= GOSSIP_A_STATS_MAX; i++)
		handle->stat[i] = -1;
	handle->stats.value = handle->stat;
	handle->stats.count = GOSSIP_A_STATS_MAX + 1;
	nl_request(&handle->query, GOSSIP_CMD_STATS_GET);
	err = nl_do(&handle->query, read_stats, handle->stat);
	*stats = &handle->stats;
	return handle_explain(handle, err);
}
