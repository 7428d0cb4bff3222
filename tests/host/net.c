// SPDX-License-Identifier: GPL-2.0
/* The nodes, their clocks, and the order in which things happen. */
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"
#include "random.h"

#define EPOCH \
	(1000000 * NET_SECOND) /* of wall clocks, when virtual time is 0 */

enum { TICK, DRAIN, PACKET, CALL };

/* Nodes' effects. */

static bool listens(const struct net_node *node, u16 port)
{
	return port == node->addr.port ||
	       (node->former && port == node->former);
}

static void node_send(void *ctx, const struct swim_addr *to, const void *data,
		      size_t len)
{
	struct net_node *node = ctx;
	struct net_packet *packet;
	u32 index = addr_index(to);

	node->sent++;
	node->bytes += len + NET_OVERHEAD;
	if (index >= node->net->nodes ||
	    !listens(&node->net->node[index], to->port))
		return;
	packet = net_packet(node->net, node->index, index, data, len);
	if (!net_stall_send(node, packet))
		net_transmit(node->net, packet, 0);
}

static void node_event(void *ctx, const struct swim_event *event)
{
	struct net_node *node = ctx;

	node->events[event->type]++;
	if (event->seq != node->last_seq + 1)
		node->gap = true;
	node->last_seq = event->seq;
	if (node->net->hooks.event)
		node->net->hooks.event(node, event);
}

/* The first two words that a member asks for are its uid. */
static u32 node_random(void *ctx)
{
	struct net_node *node = ctx;

	if (node->uid && !node->swim && node->drawn < 2)
		return node->uid >> (node->drawn++ ? 0 : 32);
	return net_random(node->net, 0);
}

u32 net_prf(const struct net_node *node, u64 a, u64 b)
{
	u32 word[] = { a, a >> 32, b, b >> 32, node->index };

	return jhash2(word, ARRAY_SIZE(word), 0x676f7373);
}

static u32 node_prf(void *ctx, u64 a, u64 b)
{
	return net_prf(ctx, a, b);
}

static u64 node_wall(void *ctx)
{
	return net_wall(ctx);
}

static void node_user_event(void *ctx, const struct swim_user_event *event)
{
	struct net_node *node = ctx;

	if (node->net->hooks.user_event)
		node->net->hooks.user_event(node, event);
}

static void node_pong(void *ctx, const struct swim_pong *pong)
{
	struct net_node *node = ctx;

	if (node->net->hooks.pong)
		node->net->hooks.pong(node, pong);
}

static const struct swim_ops ops = {
	.send = node_send,
	.event = node_event,
	.user_event = node_user_event,
	.random = node_random,
	.prf = node_prf,
	.wall = node_wall,
	.pong = node_pong,
};

u64 net_wall(const struct net_node *node)
{
	u64 now = node->net->now;

	return EPOCH + now + node->offset + (s64)(now / 1000000) * node->drift;
}

void net_touch(struct net_node *node)
{
	struct heap *heap = &node->net->heap;
	u64 at = SWIM_NEVER;

	if (node->swim && node->stall != NET_PAUSED)
		at = swim_deadline(node->swim);
	if (at == SWIM_NEVER)
		heap_cancel(heap, &node->tick);
	else
		heap_set(heap, &node->tick, max(at, node->net->now));
}

int net_set(struct net_node *node, const struct swim_config *config)
{
	struct swim_room room;
	int err = swim_room_make(node->swim, config, &room);

	if (err)
		return err;
	err = swim_set_config(node->swim, node->net->now, config, &room);
	swim_room_free(&room);
	net_touch(node);
	return err;
}

void net_tick(struct net_node *node)
{
	u32 due = net_stall_before(node);
	u64 sent = node->sent;

	swim_tick(node->swim, node->net->now);
	net_stall_after(node, due, sent);
	net_touch(node);
}

void net_receive(struct net_node *node, struct net_packet *packet)
{
	struct net *net = node->net;

	if (!net->hooks.deliver || !net->hooks.deliver(node, packet)) {
		swim_receive(node->swim, net->now, &packet->source,
			     packet->data, packet->len, net->sealed);
		net_stall_after(node, 0, 0);
		net_touch(node);
	}
	net_drop(net, packet);
}

/* Life of a node. */

/*
 * No table can hold more than all nodes: hash tables for as many are in the
 * processor's cache, and those for the default number are not.
 */
void net_config(struct net *net, enum swim_sensitivity sensitivity)
{
	swim_config_defaults(&net->config, SWIM_LAN, sensitivity);
	net->config.max_members = clamp(4 * net->nodes, 64U, 16384U);
}

struct net *net_new(unsigned int nodes, u64 seed)
{
	struct net *net = calloc(1, sizeof(*net));
	unsigned int i;

	net->now = NET_SECOND;
	net->random = seed * 0xda942042e4dd58b5ULL + 1;
	net->nodes = nodes;
	net->node = calloc(nodes, sizeof(*net->node));
	for (i = 0; i < nodes; i++) {
		net->node[i].net = net;
		net->node[i].index = i;
		net->node[i].addr = addr_of(i);
		heap_item_init(&net->node[i].tick, TICK);
		heap_item_init(&net->node[i].drain, DRAIN);
	}
	net_config(net, SWIM_NORMAL);
	return net;
}

void net_start_as(struct net *net, unsigned int index, const char *name,
		  const struct swim_addr *seed, unsigned int seeds)
{
	struct net_node *node = &net->node[index];
	struct swim_params params = {
		.name = name,
		.cluster = NET_CLUSTER,
		.addr = addr_of(index),
		.generation = net_wall(node) / NET_SECOND,
		.config = net->config,
	};

	node->addr = params.addr;
	node->last_seq = 0;
	node->drawn = 0;
	node->swim = swim_create(&params, &ops, node, net->now);
	if (node->swim && seed)
		swim_join(node->swim, net->now, seed, seeds);
	net_touch(node);
}

void net_start_with(struct net *net, unsigned int index,
		    const struct swim_addr *seed, unsigned int seeds)
{
	char name[16];

	snprintf(name, sizeof(name), "n%u", index);
	net_start_as(net, index, name, seed, seeds);
}

void net_start(struct net *net, unsigned int index, unsigned int seed)
{
	struct swim_addr to = addr_of(seed);

	net_start_with(net, index, &to, seed != index);
}

void net_crash(struct net *net, unsigned int index)
{
	struct net_node *node = &net->node[index];

	net_stall_forget(node);
	if (node->swim)
		swim_destroy(node->swim);
	node->swim = NULL;
	net_touch(node);
}

void net_leave(struct net *net, unsigned int index)
{
	swim_leave(net->node[index].swim, net->now);
	net_touch(&net->node[index]);
}

void net_rejoin(struct net *net, unsigned int index)
{
	swim_join(net->node[index].swim, net->now, NULL, 0);
	net_touch(&net->node[index]);
}

void net_readdress(struct net *net, unsigned int index,
		   const struct swim_addr *addr)
{
	net->node[index].addr = *addr;
	swim_readdress(net->node[index].swim, net->now, addr);
	net_touch(&net->node[index]);
}

void net_inject(struct net *net, unsigned int to, const struct swim_addr *from,
		const void *data, size_t len)
{
	if (!net->node[to].swim)
		return;
	swim_receive(net->node[to].swim, net->now, from, data, len, false);
	net_touch(&net->node[to]);
}

/* Time. */

static void arrive(struct net *net, struct net_packet *packet)
{
	struct net_node *node = &net->node[packet->to];

	if (!node->swim) {
		if (net->hooks.play)
			net->hooks.play(node, packet);
		net_drop(net, packet);
	} else if (!net_stall_receive(node, packet)) {
		net_receive(node, packet);
	}
}

static void fire(struct net *net, struct net_call *call)
{
	call->fire(net, call);
}

void net_call_init(struct net_call *call,
		   void (*fire)(struct net *net, struct net_call *call))
{
	heap_item_init(&call->item, CALL);
	call->fire = fire;
}

void net_call(struct net *net, struct net_call *call, u64 at)
{
	heap_set(&net->heap, &call->item, at);
}

void net_run_until(struct net *net, u64 end)
{
	while (net->heap.count && net->heap.entry[0].at <= end) {
		struct heap_item *item = net->heap.entry[0].item;

		net->now = net->heap.entry[0].at;
		heap_cancel(&net->heap, item);
		if (item->kind == PACKET)
			arrive(net,
			       container_of(item, struct net_packet, item));
		else if (item->kind == TICK)
			net_tick(container_of(item, struct net_node, tick));
		else if (item->kind == DRAIN)
			net_stall_drain(
				container_of(item, struct net_node, drain));
		else
			fire(net, container_of(item, struct net_call, item));
	}
	net->now = end;
}

void net_run(struct net *net, u64 ms)
{
	net_run_until(net, net->now + ms * NET_MS);
}

void net_run_about(struct net *net, u64 ms)
{
	net_run_until(net, net->now + ms * NET_MS +
				   net_random(net, 1000000) * NET_US);
}

bool net_until(struct net *net, u64 ms,
	       bool (*condition)(const struct net *net))
{
	u64 end = net->now + ms * NET_MS;

	while (net->now < end) {
		if (condition(net))
			return true;
		net_run_until(net, min(end, net->now + 10 * NET_MS));
	}
	return condition(net);
}

/* The network. */

u32 net_random(struct net *net, u32 bound)
{
	u64 number = splitmix64(&net->random) >> 32;

	return bound ? number * bound >> 32 : number;
}

static bool chance(struct net *net, u32 per_mille)
{
	return per_mille && net_random(net, 1000) < per_mille;
}

struct net_packet *net_packet(struct net *net, unsigned int from,
			      unsigned int to, const void *data, size_t len)
{
	struct net_packet *packet;
	u32 bin = 0;

	while (len > 128U << bin)
		bin++;
	packet = net->free[bin];
	if (packet)
		net->free[bin] = packet->next;
	else
		packet = malloc(sizeof(*packet) + (128U << bin));
	heap_item_init(&packet->item, PACKET);
	packet->source = net->node[from].addr;
	packet->from = from;
	packet->to = to;
	packet->len = len;
	packet->bin = bin;
	memcpy(packet->data, data, len);
	return packet;
}

void net_drop(struct net *net, struct net_packet *packet)
{
	packet->next = net->free[packet->bin];
	net->free[packet->bin] = packet;
}

static void fly(struct net *net, struct net_packet *packet, u64 delay)
{
	u64 at =
		net->now + delay + 200 * NET_US + net_random(net, 800 * NET_US);

	if (chance(net, net->reorder))
		at += net_random(net, net->reorder_ms * 1000) * NET_US;
	heap_set(&net->heap, &packet->item, at);
}

void net_transmit(struct net *net, struct net_packet *packet, u64 delay)
{
	const struct net_node *from = &net->node[packet->from];
	const struct net_node *to = &net->node[packet->to];

	if (from->side != to->side || chance(net, net->loss) ||
	    chance(net, from->loss_out) || chance(net, to->loss_in)) {
		net_drop(net, packet);
		return;
	}
	if (chance(net, net->duplicate))
		fly(net,
		    net_packet(net, packet->from, packet->to, packet->data,
			       packet->len),
		    delay);
	fly(net, packet, delay);
}

void net_post(struct net *net, unsigned int from, unsigned int to,
	      const void *data, size_t len, u64 delay)
{
	if (to < net->nodes)
		net_transmit(net, net_packet(net, from, to, data, len), delay);
}

void net_fifo_push(struct net_fifo *fifo, struct net_packet *packet)
{
	packet->next = NULL;
	if (fifo->count++)
		fifo->last->next = packet;
	else
		fifo->first = packet;
	fifo->last = packet;
}

struct net_packet *net_fifo_pop(struct net_fifo *fifo)
{
	struct net_packet *packet = fifo->first;

	if (!fifo->count)
		return NULL;
	fifo->count--;
	fifo->first = packet->next;
	return packet;
}

void net_free(struct net *net)
{
	struct net_packet *packet;
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		net_crash(net, i);
	for (i = 0; i < net->heap.count; i++)
		if (net->heap.entry[i].item->kind == PACKET)
			free(container_of(net->heap.entry[i].item,
					  struct net_packet, item));
	for (i = 0; i < NET_BINS; i++) {
		while ((packet = net->free[i])) {
			net->free[i] = packet->next;
			free(packet);
		}
	}
	heap_free(&net->heap);
	free(net->node);
	free(net);
}
