// SPDX-License-Identifier: GPL-2.0
/*
 * A group that has been running for long, without simulating how it came to
 * be: each member is told of all others by STATE datagrams before it joins, so
 * that it takes them as known and has nothing to tell.
 */
#include <linux/jhash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/wire.h"
#include "net.h"

/**
 * struct net_story - the datagrams that tell of all members
 * @data: one after the other, @size bytes for each
 * @teller: nodes whose word it is; nobody listens to a datagram of its own
 */
struct net_story {
	u8 *data;
	u32 *len;
	u32 datagrams;
	u32 size;
	unsigned int teller[2];
};

static bool is_member(const struct net_node *node)
{
	return node->swim || node->uid;
}

static void record_of(const struct net_node *node, struct swim_info *info,
		      struct swim_record *record)
{
	if (node->swim) {
		swim_self(node->swim, info);
		swim_meta_put(info->meta);
	} else {
		memset(info, 0, sizeof(*info));
		info->uid = node->uid;
		info->generation = net_wall(node) / NET_SECOND;
		info->addr = node->addr;
		snprintf(info->name, sizeof(info->name), "n%u", node->index);
	}
	*record = (struct swim_record){
		.uid = info->uid,
		.generation = info->generation,
		.incarnation = info->incarnation,
		.addr = info->addr,
		.name = info->name,
		.name_len = strlen(info->name),
		.state = SWIM_ALIVE,
	};
}

/* Writes the header, with @uid as the sender's, over what is there. */
static struct wire_buf head(const struct net_story *story, u32 datagram,
			    u64 uid)
{
	static const struct wire_body none;
	struct wire_header header = {
		.type = WIRE_STATE,
		.cluster = jhash(NET_CLUSTER, strlen(NET_CLUSTER), 0),
		.uid = uid,
	};
	struct wire_buf buf = {
		.data = story->data + (size_t)datagram * story->size,
		.size = story->size,
	};

	wire_put_message(&buf, &header, &none);
	return buf;
}

struct net_story *net_story_new(struct net *net)
{
	struct net_story *story = calloc(1, sizeof(*story));
	u32 room = net->nodes / 4 + 1;
	unsigned int i, tellers = 0;
	struct swim_record record;
	struct swim_info info;
	struct wire_buf buf;

	story->size = net->config.max_datagram;
	story->data = malloc((size_t)room * story->size);
	story->len = malloc(room * sizeof(*story->len));
	buf = head(story, 0, 1);
	for (i = 0; i < net->nodes; i++) {
		if (!is_member(&net->node[i]))
			continue;
		if (tellers < 2)
			story->teller[tellers++] = i;
		record_of(&net->node[i], &info, &record);
		if (!wire_put_member(&buf, &record)) {
			story->len[story->datagrams++] = buf.len;
			buf = head(story, story->datagrams, 1);
			wire_put_member(&buf, &record);
		}
	}
	story->len[story->datagrams++] = buf.len;
	return story;
}

static void tell(struct net *net, struct net_story *story, unsigned int to)
{
	const struct net_node *teller = &net->node[story->teller[0]];
	struct swim_record record;
	struct swim_info info;
	u32 i;

	if (teller->index == to)
		teller = &net->node[story->teller[1]];
	record_of(teller, &info, &record);
	for (i = 0; i < story->datagrams; i++) {
		struct wire_buf buf = head(story, i, info.uid);

		net_inject(net, to, &info.addr, buf.data, story->len[i]);
	}
}

void net_story_start(struct net *net, struct net_story *story,
		     unsigned int index)
{
	net_start_with(net, index, NULL, 0);
	tell(net, story, index);
	net_rejoin(net, index);
}

void net_story_free(struct net_story *story)
{
	free(story->data);
	free(story->len);
	free(story);
}

void net_group(struct net *net, unsigned int count)
{
	struct net_story *story;
	unsigned int i;

	for (i = 0; i < count; i++)
		net_start_with(net, i, NULL, 0);
	story = net_story_new(net);
	for (i = 0; i < count && count > 1; i++)
		tell(net, story, i);
	for (i = 0; i < count; i++)
		net_rejoin(net, i);
	net_story_free(story);
}

struct net *net_settled(unsigned int nodes, u64 seed)
{
	struct net *net = net_new(nodes, seed);

	net_group(net, nodes);
	net_run(net, 15000);
	return net;
}
