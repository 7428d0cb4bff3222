/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One core that is measured, in a group whose other members are played: they
 * answer pings, and tell what they are asked to tell.
 */
#ifndef _COST_PEERS_H
#define _COST_PEERS_H

#include "../../../kmod/swim/wire.h"

#define MS 1000000ULL

/**
 * struct peer - a member that is played
 * @silent: it answers nothing
 */
struct peer {
	u64 uid;
	u32 incarnation;
	bool silent;
};

/* The calls whose instructions are counted, by what is called. */
enum kind { TICK, PING, GOSSIP, OTHER, NR_KINDS };

/**
 * struct group - the core, which is member 0, and its peers
 * @core: the one that is measured
 * @guest: another real core, member @members, or NULL
 * @peer: @members of them, of which the first one is not used
 * @ping_at: next ping of some member to the core: it expects one a period
 * @phase: name of what is being done, for the label of a measurement; NULL:
 *	nothing is counted
 * @calls: how many calls more are counted in this phase
 * @counting: the call that is running is counted
 */
struct group {
	struct swim *core;
	struct swim *guest;
	struct swim_config config;
	struct peer *peer;
	u32 members;
	u32 cluster;
	u64 core_uid;
	u64 now;
	u64 random;
	u64 ping_at;
	u64 counter;
	u64 last_gossip;
	const char *phase;
	u32 calls;
	bool counting;
	struct packet *first;
	struct packet **last;
};

struct group *group_new(u32 members);
void group_free(struct group *group);
u32 group_random(struct group *group, u32 bound);
/* A member that is not the core and answers. */
u32 group_someone(struct group *group);
void group_run(struct group *group, u64 ms);
/* What is counted from now on belongs to @phase. */
void group_phase(struct group *group, const char *phase);

/*
 * One datagram of @teller about @count members from @first on, in @state,
 * after raising their incarnations if @raise.
 */
void group_tell(struct group *group, u32 teller, u32 first, u32 count,
		enum swim_state state, bool raise);
void group_ping(struct group *group, u32 from);
/* The same for any number of members. */
void group_tell_all(struct group *group, u32 first, u32 count,
		    enum swim_state state, bool raise);
/* A real core joins through the measured one. */
void group_invite(struct group *group);
void group_dismiss(struct group *group);

#endif
