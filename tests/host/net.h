/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group of members in one process: the shipped core, a virtual clock and a
 * network with latency, loss and cuts. One seed decides everything.
 */
#ifndef _NET_H
#define _NET_H

#include "../../kmod/swim/swim.h"

struct net;

/* What is seen of a node's events. */
struct net_node {
	struct swim *swim;
	struct net *net;
	unsigned int index;
	unsigned int side; /* nodes of different sides cannot talk */
	u64 events[SWIM_NR_EVENTS];
	u64 last_seq;
	bool gap; /* a sequence number was left out */
	u64 sent;
};

struct net {
	u64 now;
	u64 random;
	unsigned int nodes;
	struct net_node *node;
	struct net_packet *queue; /* heap by time */
	unsigned int queued;
	unsigned int room;
	unsigned int loss; /* per mille */
	struct swim_config config;
};

struct net *net_new(unsigned int nodes, u64 seed);
void net_free(struct net *net);
u32 net_random(struct net *net, u32 bound);
struct swim_addr net_addr(unsigned int index);
/* Starts node @index, named n<index>, with node @seed as its seed. */
void net_start(struct net *net, unsigned int index, unsigned int seed);
/* Stops it without a goodbye. */
void net_crash(struct net *net, unsigned int index);
void net_run(struct net *net, u64 ms);
/* Runs until @condition holds for all nodes; false if not within @ms. */
bool net_until(struct net *net, u64 ms,
	       bool (*condition)(const struct net *net));
/* The views of all running nodes of one side are equal. */
bool net_converged(const struct net *net);
/* How many running nodes see node @index in @state. */
unsigned int net_seen(const struct net *net, unsigned int index,
		      enum swim_state state);
/* Delivers a datagram as if it came from @from. */
void net_inject(struct net *net, unsigned int to, const struct swim_addr *from,
		const void *data, size_t len);

#endif
