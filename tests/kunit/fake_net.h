/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A few members in one thread: the module's core, a clock that only the test
 * moves, and a network that delivers every datagram after FAKE_LATENCY.
 */
#ifndef _FAKE_NET_H
#define _FAKE_NET_H

#include <linux/prandom.h>

#include "../../kmod/swim/swim.h"

#define FAKE_NODES 3
#define FAKE_QUEUE 64
#define FAKE_DATAGRAM 1400
#define FAKE_MS 1000000ULL
#define FAKE_LATENCY FAKE_MS

struct fake_net;

/* An event, with what it points to. */
struct fake_event {
	struct swim_event event;
	char from[SWIM_NAME_MAX + 1];
	char accuser[SWIM_NAME_MAX + 1];
};

/**
 * struct fake_node - one member
 * @swim: NULL if it does not run
 * @cluster: its group's name
 * @cut: nothing gets to it or from it
 * @asleep: it does not run, and what comes meanwhile is lost
 * @gap: the events were not numbered one by one
 * @events: how many, by type
 * @last: of each type
 * @user_events: that it was told of
 * @pongs: likewise, by result
 */
struct fake_node {
	struct swim *swim;
	struct fake_net *net;
	const char *cluster;
	bool cut;
	bool asleep;
	bool gap;
	u64 last_seq;
	u32 events[SWIM_NR_EVENTS];
	struct fake_event last[SWIM_NR_EVENTS];
	u32 user_events;
	u32 pongs[SWIM_PONG_END + 1];
};

struct fake_packet {
	u64 at;
	u32 from;
	u32 to;
	u32 len;
	u8 data[FAKE_DATAGRAM];
};

/**
 * struct fake_net - all nodes and what is between them
 * @now: in ns
 * @authentic: all datagrams are, as where they are sealed
 * @twice: each comes twice
 * @longest: bytes of the longest datagram
 * @lost: datagrams for which the queue had no room
 * @head: first datagram of the ring @packet, which has @queued of them
 */
struct fake_net {
	u64 now;
	struct rnd_state random;
	struct swim_config config;
	struct fake_node node[FAKE_NODES];
	bool authentic;
	bool twice;
	u32 longest;
	u32 lost;
	u32 head;
	u32 queued;
	struct fake_packet packet[FAKE_QUEUE];
};

/* May sleep; NULL without memory. */
struct fake_net *fake_net_new(u64 seed);
void fake_net_free(struct fake_net *net);
struct swim_addr fake_addr(u32 index);
/* Starts node @index, named n<index>, alone. False without memory. */
bool fake_start(struct fake_net *net, u32 index);
/* The same by another name. */
bool fake_start_as(struct fake_net *net, u32 index, const char *name);
/* Stops it without a goodbye. */
void fake_stop(struct fake_net *net, u32 index);
/* Node @index joins the group of node @seed. */
void fake_join(struct fake_net *net, u32 index, u32 seed);
void fake_run(struct fake_net *net, u64 ms);
/* Runs until @condition holds; false if not within @ms. */
bool fake_until(struct fake_net *net, u64 ms,
		bool (*condition)(const struct fake_net *net));
/* What node @index believes of node @about. */
bool fake_seen(const struct fake_net *net, u32 index, u32 about,
	       struct swim_info *info);
/* Events of that type that all nodes were told of. */
u32 fake_events(const struct fake_net *net, enum swim_event_type type);
/* All that run have joined and agree on who is there. */
bool fake_together(const struct fake_net *net);
/* All others believe that the last node is in @state. */
bool fake_last_is(const struct fake_net *net, enum swim_state state);

#endif
