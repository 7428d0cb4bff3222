// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold whatever happens:
 *
 *   - a member's events are numbered one by one
 *   - what it believes of a name never goes back, in the order of (generation,
 *     incarnation, state), until it has forgotten the name
 *   - nobody but its owner raises an incarnation: whatever is believed of a
 *     member, its owner has once said with this key, and the same address
 *   - who is heard of for the first time is not dead
 *   - tables and queues are bounded
 *   - the core's clock is not ahead of the time that it was told
 *   - who leaves is gone two seconds later
 *   - in the end, all that run see one another alive, as they are, and nobody
 *     else; and nobody is declared failed any more
 */
#include <linux/kernel.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/swim/core.h"
#include "invariant.h"
#include "sim.h"

#define LEAVE_MAX (2500 * NET_MS)
#define CLOCK_AHEAD (10 * NET_MS)

/* What an owner has said of itself. */
struct said {
	u64 uid;
	u32 generation;
	u32 incarnation;
	struct swim_addr addr;
};

/**
 * struct owner - a name
 * @said: all that its owners said, oldest first
 */
struct owner {
	struct said *said;
	u32 count;
	u32 room;
};

/* What a member believes of a name; nothing if @uid is 0. */
struct belief {
	u64 uid;
	u32 generation;
	u32 incarnation;
	u8 state;
};

struct invariants {
	struct net *net;
	char *text;
	bool calm;
	bool trace;
	struct owner *owner;
	struct belief *belief; /* by listener and name */
	u64 *leaving; /* since when, or 0 */
};

static __printf(2, 3) void broken(struct invariants *inv, const char *format,
				  ...)
{
	va_list args;
	int len;

	if (*inv->text)
		return;
	len = snprintf(inv->text, INVARIANT_TEXT,
		       "at %.3f s: ", (double)inv->net->now / NET_SECOND);
	va_start(args, format);
	vsnprintf(inv->text + len, INVARIANT_TEXT - len, format, args);
	va_end(args);
}

static void owner_says(struct invariants *inv, unsigned int index,
		       const struct swim_info *info)
{
	struct owner *owner = &inv->owner[index];

	if (owner->count == owner->room) {
		owner->room = owner->room * 2 + 16;
		owner->said = realloc(owner->said,
				      owner->room * sizeof(*owner->said));
	}
	owner->said[owner->count++] = (struct said){
		.uid = info->uid,
		.generation = info->generation,
		.incarnation = info->incarnation,
		.addr = info->addr,
	};
}

static void check_said(struct invariants *inv, unsigned int listener,
		       unsigned int subject, const struct swim_info *info)
{
	const struct owner *owner = &inv->owner[subject];
	u32 i;

	for (i = owner->count; i-- > 0;) {
		const struct said *said = &owner->said[i];

		if (said->uid != info->uid ||
		    said->generation != info->generation ||
		    said->incarnation != info->incarnation)
			continue;
		if (memcmp(&said->addr, &info->addr, sizeof(info->addr)))
			broken(inv, "n%u: another record of n%u than its own",
			       listener, subject);
		return;
	}
	broken(inv, "n%u: n%u never said %u.%u of itself", listener, subject,
	       info->generation, info->incarnation);
}

static bool went_back(const struct belief *was, const struct swim_info *info)
{
	if (!was->uid)
		return false;
	if (info->generation != was->generation)
		return info->generation < was->generation;
	if (info->incarnation != was->incarnation)
		return info->incarnation < was->incarnation;
	return info->state < was->state;
}

static void believe(struct invariants *inv, unsigned int listener,
		    unsigned int subject, const struct swim_info *info)
{
	struct belief *belief =
		&inv->belief[listener * inv->net->nodes + subject];

	if (!belief->uid && !swim_is_live(info->state))
		broken(inv, "n%u: hears of n%u as %s", listener, subject,
		       swim_state_names[info->state]);
	if (went_back(belief, info))
		broken(inv, "n%u: n%u goes back from %u.%u %s to %u.%u %s",
		       listener, subject, belief->generation,
		       belief->incarnation, swim_state_names[belief->state],
		       info->generation, info->incarnation,
		       swim_state_names[info->state]);
	belief->uid = info->uid;
	belief->generation = info->generation;
	belief->incarnation = info->incarnation;
	belief->state = info->state;
}

static void print_event(const struct net_node *node,
			const struct swim_event *event)
{
	static const char *const names[SWIM_NR_EVENTS] = {
		"join",	  "suspect", "alive",	 "failed",   "left",
		"update", "reap",    "conflict", "isolated", "joined"
	};
	const struct swim_info *info = &event->info;

	sim_print("%9.3f   n%u: %s %s:%u %u.%u%s%s%s from %s",
		  (double)node->net->now / NET_SECOND, node->index,
		  names[event->type], info->name, info->addr.port,
		  info->generation, info->incarnation,
		  info->flags & SWIM_FLAG_DEGRADED ? " degraded" : "",
		  info->flags & SWIM_FLAG_PROBATION ? " probation" : "",
		  info->self ? " self" : "", event->from);
}

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct invariants *inv = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);
	struct belief *belief;

	if (inv->trace)
		print_event(node, event);
	if (node->gap)
		broken(inv, "n%u: events are not numbered one by one",
		       node->index);
	if (event->type == SWIM_EV_CONFLICT || subject >= node->net->nodes)
		return;
	belief = &inv->belief[node->index * node->net->nodes + subject];
	if (event->type == SWIM_EV_REAP) {
		belief->uid = 0;
		return;
	}
	if (inv->calm && event->type == SWIM_EV_FAILED)
		broken(inv, "n%u: declares n%u failed when all is calm",
		       node->index, subject);
	if (subject == node->index && event->info.self)
		owner_says(inv, subject, &event->info);
	else
		check_said(inv, node->index, subject, &event->info);
	believe(inv, node->index, subject, &event->info);
}

void invariants_calm(struct invariants *inv)
{
	inv->calm = true;
}

void invariants_start(struct invariants *inv, unsigned int index)
{
	unsigned int nodes = inv->net->nodes;

	memset(&inv->belief[index * nodes], 0, nodes * sizeof(*inv->belief));
	inv->leaving[index] = 0;
}

static void check_bounds(struct invariants *inv, unsigned int index)
{
	const struct swim *swim = inv->net->node[index].swim;
	u32 i, members = 0;
	s64 ahead;

	for (i = 0; i < SWIM_NR_STATES; i++)
		members += swim_count(swim, i);
	if (members > inv->net->nodes || swim_slots(swim) > inv->net->nodes)
		broken(inv, "n%u: %u members in %u slots", index, members,
		       swim_slots(swim));
	if (swim->spread.queue.count > members)
		broken(inv, "n%u: %u updates queued of %u members", index,
		       swim->spread.queue.count, members);
	if (swim->relaying > SWIM_RELAYS_MAX)
		broken(inv, "n%u: %u relays", index, swim->relaying);
	if (swim->sync.streaming > SWIM_STREAMS_MAX)
		broken(inv, "n%u: %u streams", index, swim->sync.streaming);
	if (swim_health(swim) > SWIM_LHM_MAX)
		broken(inv, "n%u: LHM %u", index, swim_health(swim));
	/* What is held back for a stall that was none is lost time. */
	ahead = swim->now + swim->stalled - inv->net->now;
	if (ahead > (s64)CLOCK_AHEAD)
		broken(inv, "n%u: its clock is ahead by %.1f ms", index,
		       (double)ahead / NET_MS);
}

static void check_leave(struct invariants *inv, unsigned int index)
{
	const struct net_node *node = &inv->net->node[index];

	if (swim_status(node->swim) != SWIM_LEAVING ||
	    node->stall == NET_PAUSED)
		inv->leaving[index] = 0;
	else if (!inv->leaving[index])
		inv->leaving[index] = inv->net->now;
	else if (inv->net->now - inv->leaving[index] > LEAVE_MAX)
		broken(inv, "n%u: still leaving", index);
}

void invariants_check(struct invariants *inv)
{
	unsigned int i;

	for (i = 0; i < inv->net->nodes; i++) {
		if (!inv->net->node[i].swim)
			continue;
		check_bounds(inv, i);
		check_leave(inv, i);
	}
}

/* It has not left for good. */
static bool is_there(const struct net_node *node)
{
	return node->swim && swim_status(node->swim) != SWIM_GONE;
}

static void check_pair(struct invariants *inv, const struct net_node *node,
		       const struct net_node *other)
{
	struct swim_info info, self;
	bool known = net_look(node, other->index, &info);

	if (!is_there(other)) {
		if (known && swim_is_live(info.state))
			broken(inv, "n%u: still sees n%u, which is dead, %s",
			       node->index, other->index,
			       swim_state_names[info.state]);
		return;
	}
	swim_self(other->swim, &self);
	if (!known)
		broken(inv, "n%u: does not know n%u", node->index,
		       other->index);
	else if (info.state != SWIM_ALIVE || info.uid != self.uid ||
		 info.incarnation != self.incarnation ||
		 info.generation != self.generation)
		broken(inv, "n%u: n%u is %s %u.%u, not alive %u.%u",
		       node->index, other->index, swim_state_names[info.state],
		       info.generation, info.incarnation, self.generation,
		       self.incarnation);
}

void invariants_check_end(struct invariants *inv)
{
	unsigned int i, j;

	for (i = 0; i < inv->net->nodes; i++) {
		const struct net_node *node = &inv->net->node[i];

		if (!is_there(node))
			continue;
		if (!net_takes_part(node->swim))
			broken(inv, "n%u: status %u", i,
			       swim_status(node->swim));
		for (j = 0; j < inv->net->nodes; j++)
			check_pair(inv, node, &inv->net->node[j]);
	}
}

struct invariants *invariants_new(struct net *net, char *text, bool trace)
{
	struct invariants *inv = calloc(1, sizeof(*inv));

	inv->trace = trace;
	inv->net = net;
	inv->text = text;
	inv->owner = calloc(net->nodes, sizeof(*inv->owner));
	inv->belief = calloc(net->nodes * net->nodes, sizeof(*inv->belief));
	inv->leaving = calloc(net->nodes, sizeof(*inv->leaving));
	net->user = inv;
	net->hooks.event = on_event;
	return inv;
}

void invariants_free(struct invariants *inv)
{
	unsigned int i;

	inv->net->hooks.event = NULL;
	for (i = 0; i < inv->net->nodes; i++)
		free(inv->owner[i].said);
	free(inv->owner);
	free(inv->belief);
	free(inv->leaving);
	free(inv);
}
