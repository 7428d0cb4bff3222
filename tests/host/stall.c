// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes that are stalled, as in Lifeguard's experiments (section V), where a
 * process blocks in what it sends and receives.
 *
 * There, the probe loop and the gossip loop are threads of their own, which
 * stick in the first datagram that they send, while the timers of suspicions
 * and nacks go on. The core has no threads: for NET_BLOCKING this file takes
 * the timers of a loop that has sent something away from the core, and gives
 * them back, due at once, when the node runs again. That is why it, and no
 * other file here, looks into the core.
 */
#include <stdlib.h>

#include "../../kmod/swim/core.h"
#include "net.h"

#define IN_MAX 4096 /* datagrams that a socket holds */
#define DRAIN (10 * NET_US) /* to read one of them */

enum { PROBE = 1, GOSSIP = 2 };

static bool due(const struct net_node *node, const struct swim_timer *timer)
{
	return swim_timer_pending(timer) &&
	       timer->at + node->swim->stalled <= node->net->now;
}

u32 net_stall_before(const struct net_node *node)
{
	const struct swim *swim = node->swim;
	u32 loops = 0;

	if (node->stall != NET_BLOCKING)
		return 0;
	if (due(node, &swim->probe.period) || due(node, &swim->probe.timeout))
		loops |= PROBE;
	if (due(node, &swim->spread.timer))
		loops |= GOSSIP;
	return loops;
}

/* The core may have set again what was taken from it. */
void net_stall_after(struct net_node *node, u32 loops, u64 sent)
{
	struct swim *swim = node->swim;

	if (node->stall != NET_BLOCKING)
		return;
	if (node->sent != sent)
		node->stuck |= loops;
	if (node->stuck & PROBE) {
		swim_timer_cancel(swim, &swim->probe.timeout);
		swim_timer_cancel(swim, &swim->probe.period);
	}
	if (node->stuck & GOSSIP)
		swim_timer_cancel(swim, &swim->spread.timer);
}

/*
 * Everything in the order in which it was due. A probe that was in flight
 * fails before its answer is read from the socket.
 */
static void release(struct net_node *node)
{
	struct swim *swim = node->swim;
	u64 now = max(swim->now, node->net->now - swim->stalled);

	if (node->stuck & PROBE) {
		if (swim->probe.target)
			swim_timer_set(swim, &swim->probe.timeout, now);
		swim_timer_set(swim, &swim->probe.period, now);
	}
	if (node->stuck & GOSSIP)
		swim_timer_set(swim, &swim->spread.timer, now);
	node->stuck = 0;
}

bool net_stall_send(struct net_node *node, struct net_packet *packet)
{
	switch (node->stall) {
	case NET_BLOCKING:
	case NET_NONBLOCKING:
		net_fifo_push(&node->out, packet);
		return true;
	case NET_DROPPED:
		net_drop(node->net, packet);
		return true;
	default:
		return false;
	}
}

bool net_stall_receive(struct net_node *node, struct net_packet *packet)
{
	if (node->stall == NET_DROPPED ||
	    (node->stall && node->in.count >= IN_MAX)) {
		net_drop(node->net, packet);
		return true;
	}
	/* What came before is read before. */
	if (node->stall || node->in.count) {
		net_fifo_push(&node->in, packet);
		return true;
	}
	return false;
}

static void drain_next(struct net_node *node)
{
	if (node->in.count)
		heap_set(&node->net->heap, &node->drain,
			 node->net->now + DRAIN);
}

void net_stall_drain(struct net_node *node)
{
	net_receive(node, net_fifo_pop(&node->in));
	drain_next(node);
}

void net_stall(struct net_node *node, enum net_stall how)
{
	node->stall = how;
	heap_cancel(&node->net->heap, &node->drain);
	net_touch(node);
}

void net_resume(struct net_node *node)
{
	enum net_stall was = node->stall;
	struct net_packet *packet;

	node->stall = NET_RUNS;
	while ((packet = net_fifo_pop(&node->out)))
		net_transmit(node->net, packet);
	if (!node->swim)
		return;
	if (was == NET_BLOCKING)
		release(node);
	while ((was == NET_BLOCKING || was == NET_PAUSED) &&
	       swim_deadline(node->swim) <= node->net->now)
		net_tick(node);
	net_touch(node);
	drain_next(node);
}

void net_stall_forget(struct net_node *node)
{
	struct net_packet *packet;

	while ((packet = net_fifo_pop(&node->in)) ||
	       (packet = net_fifo_pop(&node->out)))
		net_drop(node->net, packet);
	node->stall = NET_RUNS;
	node->stuck = 0;
	heap_cancel(&node->net->heap, &node->drain);
}
