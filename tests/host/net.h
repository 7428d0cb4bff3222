/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group of members in one process: the shipped core, a virtual clock and a
 * network. One seed decides everything. Time costs O(log n) for each thing
 * that happens, whatever the size of the group.
 *
 * Packets are counted when a member sends them, and bytes are those of UDP's
 * payload and NET_OVERHEAD.
 */
#ifndef _NET_H
#define _NET_H

#include "../../kmod/swim/swim.h"
#include "addr.h"
#include "heap.h"

#define NET_US 1000ULL
#define NET_MS 1000000ULL
#define NET_SECOND 1000000000ULL
#define NET_OVERHEAD 28 /* headers of IPv4 and UDP */
#define NET_CLUSTER "test"

struct net;
struct net_node;

/**
 * struct net_packet - a datagram on its way, or waiting at a node
 * @next: in a struct net_fifo or a list of free ones
 */
struct net_packet {
	struct heap_item item;
	struct net_packet *next;
	struct swim_addr source;
	u32 from;
	u32 to;
	u32 len;
	u32 bin;
	u8 data[];
};

struct net_fifo {
	struct net_packet *first;
	struct net_packet *last;
	u32 count;
};

/*
 * What a node does that is stalled, after Lifeguard's experiments, section V.
 * In all but the last two its timers run on.
 *
 * NET_BLOCKING: what it receives and sends waits until it runs again, and its
 *	probe and gossip loops stick at their first send
 * NET_NONBLOCKING: the same, but no loop sticks
 * NET_DROPPED: what it receives and sends is lost
 * NET_PAUSED: it stops altogether; what it receives waits
 */
enum net_stall {
	NET_RUNS,
	NET_BLOCKING,
	NET_NONBLOCKING,
	NET_DROPPED,
	NET_PAUSED,
};

/* Something to do at a time; set with net_call(). */
struct net_call {
	struct heap_item item;
	void (*fire)(struct net *net, struct net_call *call);
};

/**
 * struct net_node - where a member runs, and what is seen of it
 * @swim: NULL if it does not run
 * @uid: if not 0, that of a member that starts here, or that is played here by
 *	an experiment, see light.c
 * @addr: where it listens
 * @former: another port where it does, or 0
 * @side: nodes of different sides cannot talk
 * @loss_in: of what it should receive, per mille, besides net->loss
 * @loss_out: of what it sends
 * @offset: of its wall clock, ns
 * @drift: of its wall clock, ppm
 * @sent: packets, since net_reset_counters(); so are the bytes and events
 * @gap: a sequence number was left out
 * @drawn: random numbers given to a member with @uid
 * @in: waits to be read; first things first at DRAIN a packet
 * @out: waits to be sent
 * @stuck: timers of the core that are held back: see stall.c
 */
struct net_node {
	struct swim *swim;
	u64 uid;
	struct net *net;
	unsigned int index;
	struct swim_addr addr;
	u16 former;
	unsigned int side;
	u32 loss_in;
	u32 loss_out;
	s64 offset;
	s64 drift;
	u64 sent;
	u64 bytes;
	u64 events[SWIM_NR_EVENTS];
	u64 last_seq;
	bool gap;
	u8 drawn;
	enum net_stall stall;
	u32 stuck;
	struct heap_item tick;
	struct heap_item drain;
	struct net_fifo in;
	struct net_fifo out;
};

/* Sums over all nodes, of what struct net_node has under the same names. */
struct net_total {
	u64 sent;
	u64 bytes;
	u64 events[SWIM_NR_EVENTS];
};

/**
 * struct net_hooks - what an experiment watches and changes; each may be NULL
 * @event: a member's event; must not call the core
 * @user_event: likewise, a user event
 * @deliver: a packet reaches a node that runs; true if the node is not to see it
 * @play: a packet reaches a node where no member runs
 * @pong: of a swim_ping()
 */
struct net_hooks {
	void (*event)(struct net_node *node, const struct swim_event *event);
	void (*user_event)(struct net_node *node,
			   const struct swim_user_event *event);
	bool (*deliver)(struct net_node *node, const struct net_packet *packet);
	void (*play)(struct net_node *node, const struct net_packet *packet);
	void (*pong)(struct net_node *node, const struct swim_pong *pong);
};

#define NET_BINS 8 /* of packets, by size: 128 << bin */

/**
 * struct net - all of it; what is not said to be private may be set at any time
 * @loss: of all packets, per mille
 * @duplicate: so many per mille arrive twice
 * @reorder: so many per mille take up to @reorder_ms longer
 * @sealed: what is sent is authentic, and heeded once
 * @config: of members that start from now on
 * @user: the experiment's
 * @random: private, as all that follows
 */
struct net {
	u64 now;
	unsigned int nodes;
	struct net_node *node;
	unsigned int loss;
	unsigned int duplicate;
	unsigned int reorder;
	unsigned int reorder_ms;
	bool sealed;
	struct swim_config config;
	struct net_hooks hooks;
	void *user;
	u64 random;
	struct heap heap;
	struct net_packet *free[NET_BINS];
};

struct net *net_new(unsigned int nodes, u64 seed);
void net_free(struct net *net);
/* The defaults, which net_new() sets at normal sensitivity. */
void net_config(struct net *net, enum swim_sensitivity sensitivity);
u32 net_random(struct net *net, u32 bound);
/* What node @node's wall clock shows, ns. */
u64 net_wall(const struct net_node *node);
/* Its keyed function. */
u32 net_prf(const struct net_node *node, u64 a, u64 b);

/* Starts node @index, named n<index>, with node @seed as its seed. */
void net_start(struct net *net, unsigned int index, unsigned int seed);
/* The same with any number of seeds. */
void net_start_with(struct net *net, unsigned int index,
		    const struct swim_addr *seed, unsigned int seeds);
/* The same under any name. */
void net_start_as(struct net *net, unsigned int index, const char *name,
		  const struct swim_addr *seed, unsigned int seeds);
/* Stops it without a goodbye. */
void net_crash(struct net *net, unsigned int index);
void net_leave(struct net *net, unsigned int index);
/* swim_join() without new seeds. */
void net_rejoin(struct net *net, unsigned int index);
void net_readdress(struct net *net, unsigned int index,
		   const struct swim_addr *addr);
/*
 * For where not all members run: starts one as a member that knows all nodes
 * that run or have a uid when the story is made.
 */
struct net_story *net_story_new(struct net *net);
void net_story_start(struct net *net, struct net_story *story,
		     unsigned int index);
void net_story_free(struct net_story *story);
/*
 * Starts nodes 0 to @count - 1 as members of one group that know one another;
 * their tables are filled by datagrams that never were on the network.
 */
void net_group(struct net *net, unsigned int count);
/* A new one of which all nodes are in such a group, with a past of 15 s. */
struct net *net_settled(unsigned int nodes, u64 seed);
/* To be called after any other call to the core of @node. */
void net_touch(struct net_node *node);
/* Other tunables; as swim_set_config() and swim_room_make() return. */
int net_set(struct net_node *node, const struct swim_config *config);

void net_run(struct net *net, u64 ms);
/* Up to one second more, in microseconds of equal chance. */
void net_run_about(struct net *net, u64 ms);
void net_run_until(struct net *net, u64 at);
/* Runs until @condition holds, within 10 ms; false if not after @ms. */
bool net_until(struct net *net, u64 ms,
	       bool (*condition)(const struct net *net));
/* The views of all running nodes of one side are equal. */
bool net_converged(const struct net *net);
/* And all of them know all running nodes as alive. */
bool net_complete(const struct net *net);
/* That a core is in its group; it may have to say that it is degraded. */
bool net_takes_part(const struct swim *swim);
/* And all that run do, and net_complete() holds. */
bool net_whole(const struct net *net);
/* How many running nodes see node @index in @state. */
unsigned int net_seen(const struct net *net, unsigned int index,
		      enum swim_state state);
/* What node @node believes of node @index, without its metadata; false if it
 * does not know it.
 */
bool net_look(const struct net_node *node, unsigned int index,
	      struct swim_info *info);
/* What all nodes counted since net_reset_counters(). */
struct net_total net_total(const struct net *net);
void net_reset_counters(struct net *net);

/* Delivers a datagram as if it came from @from. */
void net_inject(struct net *net, unsigned int to, const struct swim_addr *from,
		const void *data, size_t len);
/* Puts a datagram on the network as if node @from had sent it after @delay ns. */
void net_post(struct net *net, unsigned int from, unsigned int to,
	      const void *data, size_t len, u64 delay);
void net_call_init(struct net_call *call,
		   void (*fire)(struct net *net, struct net_call *call));
/* Sets or moves it. */
void net_call(struct net *net, struct net_call *call, u64 at);

/* stall.c */
void net_stall(struct net_node *node, enum net_stall how);
void net_resume(struct net_node *node);
/* For net.c: around each tick of a node, and when a packet reaches it. */
u32 net_stall_before(const struct net_node *node);
void net_stall_after(struct net_node *node, u32 due, u64 sent);
bool net_stall_receive(struct net_node *node, struct net_packet *packet);
bool net_stall_send(struct net_node *node, struct net_packet *packet);
void net_stall_drain(struct net_node *node);
void net_stall_forget(struct net_node *node);

/* For stall.c and group.c */
struct net_packet *net_packet(struct net *net, unsigned int from,
			      unsigned int to, const void *data, size_t len);
void net_drop(struct net *net, struct net_packet *packet);
void net_transmit(struct net *net, struct net_packet *packet, u64 delay);
void net_receive(struct net_node *node, struct net_packet *packet);
void net_tick(struct net_node *node);
void net_fifo_push(struct net_fifo *fifo, struct net_packet *packet);
struct net_packet *net_fifo_pop(struct net_fifo *fifo);

#endif
