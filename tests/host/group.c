// SPDX-License-Identifier: GPL-2.0
/*
 * A group that has been running for long, without simulating how it came to
 * be: each member is told of all others by STATE datagrams before it joins, so
 * that it takes them as known and has nothing to tell.
 */
#include <linux/jhash.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/wire.h"
#include "net.h"

/* The datagrams that tell of all members, one after the other. */
struct story {
	u8 *data;
	u32 *len;
	u32 datagrams;
	u32 size;
};

static void record_of(const struct net_node *node, struct swim_info *info,
		      struct swim_record *record)
{
	swim_self(node->swim, info);
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
static struct wire_buf head(const struct story *story, u32 datagram, u64 uid)
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

static void write_story(struct net *net, unsigned int count,
			struct story *story)
{
	u32 room = count / 8 + 1;
	struct swim_record record;
	struct swim_info info;
	struct wire_buf buf;
	unsigned int i;

	story->size = net->config.max_datagram;
	story->data = malloc((size_t)room * story->size);
	story->len = malloc(room * sizeof(*story->len));
	story->datagrams = 0;
	buf = head(story, 0, 1);
	for (i = 0; i < count; i++) {
		record_of(&net->node[i], &info, &record);
		if (!wire_put_member(&buf, &record)) {
			story->len[story->datagrams++] = buf.len;
			buf = head(story, story->datagrams, 1);
			wire_put_member(&buf, &record);
		}
	}
	story->len[story->datagrams++] = buf.len;
}

/* Nobody listens to a datagram of its own: node 0 is told by node 1. */
static void tell(struct net *net, struct story *story, unsigned int to)
{
	unsigned int teller = to ? 0 : 1;
	struct swim_addr from = net_addr(teller);
	struct swim_info info;
	u32 i;

	swim_self(net->node[teller].swim, &info);
	for (i = 0; i < story->datagrams; i++) {
		struct wire_buf buf = head(story, i, info.uid);

		net_inject(net, to, &from, buf.data, story->len[i]);
	}
}

void net_group(struct net *net, unsigned int count)
{
	struct story story;
	unsigned int i;

	for (i = 0; i < count; i++)
		net_start_with(net, i, NULL, 0);
	write_story(net, count, &story);
	for (i = 0; i < count && count > 1; i++)
		tell(net, &story, i);
	for (i = 0; i < count; i++)
		net_rejoin(net, i);
	free(story.data);
	free(story.len);
}
