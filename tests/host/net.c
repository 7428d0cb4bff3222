// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#define MS 1000000ULL

struct net_packet {
	u64 at;
	unsigned int to;
	struct swim_addr from;
	size_t len;
	void *data;
};

u32 net_random(struct net *net, u32 bound)
{
	/* splitmix64 */
	u64 z = (net->random += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return bound ? (u32)(z >> 32) % bound : (u32)(z >> 32);
}

struct swim_addr net_addr(unsigned int index)
{
	struct swim_addr addr = { .family = 4, .port = 7946 };

	addr.ip[0] = 10;
	addr.ip[1] = index >> 16;
	addr.ip[2] = index >> 8;
	addr.ip[3] = index;
	return addr;
}

static unsigned int index_of(const struct swim_addr *addr)
{
	return addr->ip[1] << 16 | addr->ip[2] << 8 | addr->ip[3];
}

static bool before(const struct net *net, unsigned int a, unsigned int b)
{
	return net->queue[a].at < net->queue[b].at;
}

static void swap(struct net *net, unsigned int a, unsigned int b)
{
	struct net_packet packet = net->queue[a];

	net->queue[a] = net->queue[b];
	net->queue[b] = packet;
}

static void push(struct net *net, const struct net_packet *packet)
{
	unsigned int i = net->queued++;

	if (net->queued > net->room) {
		net->room = net->room * 2 + 64;
		net->queue =
			realloc(net->queue, net->room * sizeof(*net->queue));
	}
	net->queue[i] = *packet;
	for (; i && before(net, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(net, i, (i - 1) / 2);
}

static struct net_packet pop(struct net *net)
{
	struct net_packet first = net->queue[0];
	unsigned int i = 0, child;

	net->queue[0] = net->queue[--net->queued];
	while ((child = 2 * i + 1) < net->queued) {
		if (child + 1 < net->queued && before(net, child + 1, child))
			child++;
		if (!before(net, child, i))
			break;
		swap(net, i, child);
		i = child;
	}
	return first;
}

static void node_send(void *ctx, const struct swim_addr *to, const void *data,
		      size_t len)
{
	struct net_node *node = ctx;
	struct net *net = node->net;
	struct net_packet packet = {
		.to = index_of(to),
		.from = net_addr(node->index),
		.len = len,
	};

	node->sent++;
	if (packet.to >= net->nodes ||
	    net->node[packet.to].side != node->side ||
	    net_random(net, 1000) < net->loss)
		return;
	packet.at = net->now + 200000 + net_random(net, 800000);
	packet.data = malloc(len);
	memcpy(packet.data, data, len);
	push(net, &packet);
}

static void node_event(void *ctx, const struct swim_event *event)
{
	struct net_node *node = ctx;

	node->events[event->type]++;
	if (event->seq != node->last_seq + 1)
		node->gap = true;
	node->last_seq = event->seq;
}

static u32 node_random(void *ctx)
{
	struct net_node *node = ctx;

	return net_random(node->net, 0);
}

static u32 node_prf(void *ctx, u64 a, u64 b)
{
	const struct net_node *node = ctx;
	u64 word[4] = { a, b, node->index, 0x676f73736970ULL };

	return jhash2((const u32 *)word, 8, 0);
}

static u64 node_wall(void *ctx)
{
	const struct net_node *node = ctx;

	return node->net->now;
}

static const struct swim_ops ops = {
	.send = node_send,
	.event = node_event,
	.random = node_random,
	.prf = node_prf,
	.wall = node_wall,
};

struct net *net_new(unsigned int nodes, u64 seed)
{
	struct net *net = calloc(1, sizeof(*net));
	unsigned int i;

	net->now = 1000 * MS;
	net->random = seed;
	net->nodes = nodes;
	net->node = calloc(nodes, sizeof(*net->node));
	for (i = 0; i < nodes; i++) {
		net->node[i].net = net;
		net->node[i].index = i;
	}
	swim_config_defaults(&net->config, SWIM_LAN, SWIM_NORMAL);
	return net;
}

void net_free(struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		net_crash(net, i);
	for (i = 0; i < net->queued; i++)
		free(net->queue[i].data);
	free(net->queue);
	free(net->node);
	free(net);
}

void net_start(struct net *net, unsigned int index, unsigned int seed)
{
	struct net_node *node = &net->node[index];
	struct swim_addr to = net_addr(seed);
	struct swim_params params = {
		.cluster = "test",
		.addr = net_addr(index),
		.generation = 1000 + net->now / 1000 / MS,
		.config = net->config,
	};
	char name[16];

	snprintf(name, sizeof(name), "n%u", index);
	params.name = name;
	node->last_seq = 0;
	node->swim = swim_create(&params, &ops, node, net->now);
	if (node->swim)
		swim_join(node->swim, net->now, &to, seed != index);
}

void net_crash(struct net *net, unsigned int index)
{
	if (net->node[index].swim)
		swim_destroy(net->node[index].swim);
	net->node[index].swim = NULL;
}

/* The node whose tick is due first. */
static struct net_node *next_tick(struct net *net, u64 *at)
{
	struct net_node *first = NULL;
	unsigned int i;

	*at = SWIM_NEVER;
	for (i = 0; i < net->nodes; i++) {
		struct net_node *node = &net->node[i];

		if (node->swim && swim_deadline(node->swim) < *at) {
			*at = swim_deadline(node->swim);
			first = node;
		}
	}
	return first;
}

void net_inject(struct net *net, unsigned int to, const struct swim_addr *from,
		const void *data, size_t len)
{
	if (net->node[to].swim)
		swim_receive(net->node[to].swim, net->now, from, data, len);
}

static void run_until(struct net *net, u64 end)
{
	for (;;) {
		u64 at;
		struct net_node *node = next_tick(net, &at);

		if (net->queued && net->queue[0].at <= at) {
			struct net_packet packet;

			if (net->queue[0].at > end)
				break;
			packet = pop(net);
			net->now = packet.at;
			net_inject(net, packet.to, &packet.from, packet.data,
				   packet.len);
			free(packet.data);
		} else if (node && at <= end) {
			net->now = max(net->now, at);
			swim_tick(node->swim, net->now);
		} else {
			break;
		}
	}
	net->now = end;
}

void net_run(struct net *net, u64 ms)
{
	run_until(net, net->now + ms * MS);
}

bool net_until(struct net *net, u64 ms,
	       bool (*condition)(const struct net *net))
{
	u64 end = net->now + ms * MS;

	while (net->now < end) {
		if (condition(net))
			return true;
		run_until(net, min(end, net->now + 10 * MS));
	}
	return condition(net);
}

bool net_converged(const struct net *net)
{
	unsigned int i, j;

	for (i = 0; i < net->nodes; i++)
		for (j = 0; j < i; j++)
			if (net->node[i].swim && net->node[j].swim &&
			    net->node[i].side == net->node[j].side &&
			    swim_view(net->node[i].swim) !=
				    swim_view(net->node[j].swim))
				return false;
	return true;
}

unsigned int net_seen(const struct net *net, unsigned int index,
		      enum swim_state state)
{
	unsigned int i, count = 0;
	struct swim_info info;
	char name[16];

	snprintf(name, sizeof(name), "n%u", index);
	for (i = 0; i < net->nodes; i++)
		if (net->node[i].swim &&
		    swim_find(net->node[i].swim, name, &info) &&
		    info.state == state)
			count++;
	return count;
}
