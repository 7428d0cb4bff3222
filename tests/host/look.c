// SPDX-License-Identifier: GPL-2.0
/* What is to be seen of the nodes. */
#include <stdio.h>
#include <string.h>

#include "net.h"

static bool sides_agree(const struct net *net, bool complete)
{
	unsigned int i, first[8], size[8] = { 0 };

	for (i = 0; i < net->nodes; i++)
		if (net->node[i].swim && !size[net->node[i].side % 8]++)
			first[net->node[i].side % 8] = i;
	for (i = 0; i < net->nodes; i++) {
		const struct net_node *node = &net->node[i];
		u32 side = node->side % 8;

		if (!node->swim)
			continue;
		if (swim_view(node->swim) !=
		    swim_view(net->node[first[side]].swim))
			return false;
		if (complete &&
		    swim_count(node->swim, SWIM_ALIVE) != size[side])
			return false;
	}
	return true;
}

bool net_converged(const struct net *net)
{
	return sides_agree(net, false);
}

bool net_complete(const struct net *net)
{
	return sides_agree(net, true);
}

bool net_takes_part(const struct swim *swim)
{
	return swim_status(swim) == SWIM_RUNNING ||
	       swim_status(swim) == SWIM_DEGRADED;
}

bool net_whole(const struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		if (net->node[i].swim && !net_takes_part(net->node[i].swim))
			return false;
	return net_complete(net);
}

bool net_look(const struct net_node *node, unsigned int index,
	      struct swim_info *info)
{
	char name[16];

	snprintf(name, sizeof(name), "n%u", index);
	if (!node->swim || !swim_find(node->swim, name, info))
		return false;
	swim_meta_put(info->meta);
	info->meta = NULL;
	return true;
}

unsigned int net_seen(const struct net *net, unsigned int index,
		      enum swim_state state)
{
	unsigned int i, count = 0;
	struct swim_info info;

	for (i = 0; i < net->nodes; i++)
		if (net_look(&net->node[i], index, &info) &&
		    info.state == state)
			count++;
	return count;
}

struct net_total net_total(const struct net *net)
{
	struct net_total total = { 0 };
	unsigned int i, j;

	for (i = 0; i < net->nodes; i++) {
		const struct net_node *node = &net->node[i];

		total.sent += node->sent;
		total.bytes += node->bytes;
		for (j = 0; j < SWIM_NR_EVENTS; j++)
			total.events[j] += node->events[j];
	}
	return total;
}

void net_reset_counters(struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->nodes; i++) {
		struct net_node *node = &net->node[i];

		node->sent = 0;
		node->bytes = 0;
		memset(node->events, 0, sizeof(node->events));
	}
}
