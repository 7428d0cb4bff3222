// SPDX-License-Identifier: GPL-2.0

#include <linux/mm.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fake_net.h"

#define NAME_SIZE sizeof("n4294967295")

struct swim_addr fake_addr(u32 index)
{
	return (struct swim_addr){
		.family = 4,
		.port = 7946,
		.ip = { 10, index >> 16, index >> 8, index },
	};
}

static u32 index_of(const struct swim_addr *addr)
{
	return addr->ip[1] << 16 | addr->ip[2] << 8 | addr->ip[3];
}

static void node_send(void *ctx, const struct swim_addr *to, const void *data,
		      size_t len)
{
	struct fake_node *node = ctx;
	struct fake_net *net = node->net;
	struct fake_packet *packet;
	u32 index = index_of(to);

	net->longest = max_t(u32, net->longest, len);
	if (index >= FAKE_NODES || node->cut || net->node[index].cut)
		return;
	if (net->queued == FAKE_QUEUE || len > FAKE_DATAGRAM) {
		net->lost++;
		return;
	}
	packet = &net->packet[(net->head + net->queued++) % FAKE_QUEUE];
	packet->at = net->now + FAKE_LATENCY;
	packet->from = node - net->node;
	packet->to = index;
	packet->len = len;
	memcpy(packet->data, data, len);
}

static void node_event(void *ctx, const struct swim_event *event)
{
	struct fake_node *node = ctx;
	struct fake_event *last = &node->last[event->type];

	node->events[event->type]++;
	last->event = *event;
	strscpy(last->from, event->from, sizeof(last->from));
	strscpy(last->accuser, event->accuser, sizeof(last->accuser));
	last->event.from = last->from;
	last->event.accuser = last->accuser;
	if (event->seq != node->last_seq + 1)
		node->gap = true;
	node->last_seq = event->seq;
}

static void node_user_event(void *ctx, const struct swim_user_event *event)
{
	struct fake_node *node = ctx;

	node->user_events++;
}

static void node_pong(void *ctx, const struct swim_pong *pong)
{
	struct fake_node *node = ctx;

	node->pongs[pong->result]++;
}

static u32 random_of_node(void *ctx)
{
	struct fake_node *node = ctx;

	return prandom_u32_state(&node->net->random);
}

static u32 prf_of_node(void *ctx, u64 a, u64 b)
{
	return jhash_3words((u32)a, (u32)(a >> 32), (u32)b, (uintptr_t)ctx);
}

static u64 wall_of_node(void *ctx)
{
	const struct fake_node *node = ctx;

	return node->net->now;
}

static const struct swim_ops ops = {
	.send = node_send,
	.event = node_event,
	.user_event = node_user_event,
	.pong = node_pong,
	.random = random_of_node,
	.prf = prf_of_node,
	.wall = wall_of_node,
};

struct fake_net *fake_net_new(u64 seed)
{
	struct fake_net *net = kvzalloc(sizeof(*net), GFP_KERNEL);
	u32 i;

	if (!net)
		return NULL;
	net->now = 1000 * FAKE_MS;
	prandom_seed_state(&net->random, seed);
	swim_config_defaults(&net->config, SWIM_LAN, SWIM_NORMAL);
	for (i = 0; i < FAKE_NODES; i++) {
		net->node[i].net = net;
		net->node[i].cluster = "test";
	}
	return net;
}

void fake_net_free(struct fake_net *net)
{
	u32 i;

	for (i = 0; i < FAKE_NODES; i++)
		fake_stop(net, i);
	kvfree(net);
}

bool fake_start_as(struct fake_net *net, u32 index, const char *name)
{
	struct fake_node *node = &net->node[index];
	struct swim_params params = {
		.name = name,
		.cluster = node->cluster,
		.addr = fake_addr(index),
		.generation = 1000 + net->now / 1000 / FAKE_MS,
		.config = net->config,
	};

	node->last_seq = 0;
	node->swim = swim_create(&params, &ops, node, net->now);
	return node->swim;
}

bool fake_start(struct fake_net *net, u32 index)
{
	char name[NAME_SIZE];

	scnprintf(name, sizeof(name), "n%u", index);
	return fake_start_as(net, index, name);
}

void fake_stop(struct fake_net *net, u32 index)
{
	if (net->node[index].swim)
		swim_destroy(net->node[index].swim);
	net->node[index].swim = NULL;
}

void fake_join(struct fake_net *net, u32 index, u32 seed)
{
	struct swim_addr addr = fake_addr(seed);

	swim_join(net->node[index].swim, net->now, &addr, index != seed);
}

/* The node whose tick is due first, or NULL if none is. */
static struct fake_node *next_tick(struct fake_net *net, u64 *at)
{
	struct fake_node *first = NULL;
	u32 i;

	*at = SWIM_NEVER;
	for (i = 0; i < FAKE_NODES; i++) {
		struct fake_node *node = &net->node[i];

		if (node->swim && !node->asleep &&
		    swim_deadline(node->swim) < *at) {
			*at = swim_deadline(node->swim);
			first = node;
		}
	}
	return first;
}

static void deliver(struct fake_net *net)
{
	/* Its place is not used again before swim_receive() has read it. */
	struct fake_packet *packet = &net->packet[net->head];
	struct swim_addr from = fake_addr(packet->from);
	struct fake_node *to = &net->node[packet->to];
	u32 times;

	net->now = packet->at;
	for (times = 0; times <= net->twice; times++)
		if (to->swim && !to->cut && !to->asleep)
			swim_receive(to->swim, net->now, &from, packet->data,
				     packet->len, net->authentic);
	net->head = (net->head + 1) % FAKE_QUEUE;
	net->queued--;
}

static void run_until(struct fake_net *net, u64 end)
{
	for (;;) {
		u64 at, arrives = SWIM_NEVER;
		struct fake_node *node = next_tick(net, &at);

		if (net->queued)
			arrives = net->packet[net->head].at;
		if (min(at, arrives) > end)
			break;
		if (arrives <= at) {
			deliver(net);
		} else {
			net->now = max(net->now, at);
			swim_tick(node->swim, net->now);
		}
	}
	net->now = end;
}

void fake_run(struct fake_net *net, u64 ms)
{
	run_until(net, net->now + ms * FAKE_MS);
}

bool fake_until(struct fake_net *net, u64 ms,
		bool (*condition)(const struct fake_net *net))
{
	u64 end = net->now + ms * FAKE_MS;

	while (!condition(net)) {
		if (net->now >= end)
			return false;
		run_until(net, min(end, net->now + 10 * FAKE_MS));
	}
	return true;
}

bool fake_seen(const struct fake_net *net, u32 index, u32 about,
	       struct swim_info *info)
{
	char name[NAME_SIZE];

	scnprintf(name, sizeof(name), "n%u", about);
	return swim_find(net->node[index].swim, name, info);
}

u32 fake_events(const struct fake_net *net, enum swim_event_type type)
{
	u32 i, sum = 0;

	for (i = 0; i < FAKE_NODES; i++)
		sum += net->node[i].events[type];
	return sum;
}

bool fake_together(const struct fake_net *net)
{
	const struct swim *first = NULL;
	u32 i, running = 0;

	for (i = 0; i < FAKE_NODES; i++)
		running += !!net->node[i].swim;
	for (i = 0; i < FAKE_NODES; i++) {
		const struct swim *swim = net->node[i].swim;

		if (!swim)
			continue;
		first = first ?: swim;
		if (swim_count(swim, SWIM_ALIVE) != running ||
		    swim_status(swim) != SWIM_RUNNING ||
		    swim_view(swim) != swim_view(first))
			return false;
	}
	return true;
}

bool fake_last_is(const struct fake_net *net, enum swim_state state)
{
	struct swim_info info;
	u32 i;

	for (i = 0; i < FAKE_NODES - 1; i++)
		if (!fake_seen(net, i, FAKE_NODES - 1, &info) ||
		    info.state != state)
			return false;
	return true;
}
