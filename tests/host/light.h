/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Members without a core, for groups whose tables would not fit in memory. They
 * do what the others need of them: answer pings, ping those that run in their
 * turn, and spread the news of one member, of whose crash everything is about.
 * What they do not do is to suspect anybody themselves: who would have to must
 * be a real one.
 */
#ifndef _LIGHT_H
#define _LIGHT_H

#include "../../kmod/swim/core.h"
#include "net.h"

/**
 * struct light - one of them
 * @node: where it is
 * @state: what it believes of the victim
 * @accuser: who accused it
 * @sends: how often it has yet to send that
 * @gap: between rounds of gossip, ns
 * @gossip: next round
 * @ping: of this protocol period
 * @target: whom
 */
struct light {
	struct net_node *node;
	u8 state;
	u32 accusers;
	u64 accuser[SWIM_ACCUSERS_MAX];
	u32 sends;
	u64 gap;
	u64 counter;
	struct net_call gossip;
	struct net_call ping;
	unsigned int target;
};

/**
 * struct light_group - all of them
 * @light: by node; those of real members are not used
 * @scout: a real member, with the table that all have
 * @victim: node that crashes, or one that does not exist
 * @odd: datagrams that a light member knows no answer to
 * @unmodelled: pings of the victim that a light member should have made
 */
struct light_group {
	struct net *net;
	struct light *light;
	const struct swim *scout;
	unsigned int victim;
	u64 odd;
	u64 unmodelled;
};

struct light_group *light_new(struct net *net);
void light_free(struct light_group *group);
/* To be called once, when the scout knows all. */
void light_begin(struct light_group *group, const struct swim *scout);
/* Another one is what the next news are about. */
void light_watch(struct light_group *group, unsigned int victim);
/*
 * The members that the rules choose for @victim and that must be real: those
 * that probe it in the @rounds protocol periods from @from on, and those that
 * corroborate. Marks them in @real, by node.
 */
void light_chosen(const struct light_group *group, unsigned int victim,
		  u64 from, unsigned int rounds, bool *real);

#endif
