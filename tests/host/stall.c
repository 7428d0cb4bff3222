// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes that are stalled, as in Lifeguard's experiments (section V), where a
 * process blocks in what it sends and receives.
 *
 * There, the probe loop and the gossip loop are threads of their own, which
 * stick in the first datagram that they send, while the timers of suspicions
 * and nacks go on, and with them here last calls and corroboration. The core
 * has no threads: for NET_BLOCKING this file takes the timers of a loop that
 * has sent something away from the core, and gives them back when the node
 * runs again; those that were due meanwhile are due then, before anything is
 * read. That is why it, and no other file here, looks into the core.
 */

#include "../../kmod/swim/core.h"
#include "net.h"

#define IN_MAX 4096 /* datagrams that a socket holds */
#define DRAIN (10 * NET_US) /* to read one of them */

/* Bits of net_node.stuck: the loops, and the timers that are held. */
#define PROBE_LOOP 0x1
#define GOSSIP_LOOP 0x2
#define HELD(i) (0x4U << (i))

enum { PERIOD = SWIM_PROBES_MAX, DUE, GOSSIP, NR_TIMERS };

/* The loop that a timer belongs to, or 0. */
static u32 loop_of(const struct swim *swim, unsigned int timer)
{
	if (timer == GOSSIP)
		return GOSSIP_LOOP;
	if (timer == PERIOD || timer == DUE)
		return PROBE_LOOP;
	/* The other kinds of probes hang on suspicions. */
	return swim->probe[timer].target && swim->probe[timer].kind->flags &
						    (WIRE_FIRST | WIRE_ASKED) ?
		       PROBE_LOOP :
		       0;
}

static struct swim_timer *timer_of(struct swim *swim, unsigned int timer)
{
	switch (timer) {
	case PERIOD:
		return &swim->round.period;
	case DUE:
		return &swim->round.due;
	case GOSSIP:
		return &swim->spread.timer;
	default:
		return &swim->probe[timer].timer;
	}
}

u32 net_stall_before(const struct net_node *node)
{
	struct swim *swim = node->swim;
	unsigned int i;
	u32 loops = 0;

	if (node->stall != NET_BLOCKING)
		return 0;
	for (i = 0; i < NR_TIMERS; i++) {
		const struct swim_timer *timer = timer_of(swim, i);

		if (swim_timer_pending(timer) &&
		    timer->at + swim->stalled <= node->net->now)
			loops |= loop_of(swim, i);
	}
	return loops;
}

/* The core may have set again what was taken from it. */
void net_stall_after(struct net_node *node, u32 loops, u64 sent)
{
	struct swim *swim = node->swim;
	unsigned int i;

	if (node->stall != NET_BLOCKING)
		return;
	if (node->sent != sent)
		node->stuck |= loops;
	for (i = 0; i < NR_TIMERS; i++) {
		struct swim_timer *timer = timer_of(swim, i);

		if (!(node->stuck & loop_of(swim, i)) ||
		    !swim_timer_pending(timer))
			continue;
		swim_timer_cancel(swim, timer);
		node->stuck |= HELD(i);
	}
}

/* A probe that stuck for longer than it may take fails now. */
static void give_up(struct swim *swim, struct swim_probe *probe)
{
	if (swim->config.rules & SWIM_RULE_SHORT &&
	    swim->now >= probe->sent[1] + swim_probe_span(swim, probe->target,
							  probe->attempts))
		probe->attempt = probe->attempts;
}

/* In plain SWIM the end of the period makes it fail, which is after it. */
static void release(struct net_node *node)
{
	struct swim *swim = node->swim;
	u64 now = max(swim->now, node->net->now - swim->stalled);
	unsigned int i;

	for (i = 0; i < NR_TIMERS; i++) {
		struct swim_timer *timer = timer_of(swim, i);

		if (!(node->stuck & HELD(i)) || !loop_of(swim, i))
			continue;
		if (i < SWIM_PROBES_MAX)
			give_up(swim, &swim->probe[i]);
		/* It still has its time. */
		swim_timer_set(swim, timer, max(timer->at, now));
	}
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
		net_transmit(node->net, packet, 0);
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
