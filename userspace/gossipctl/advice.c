// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "advice.h"
#include "macros.h"
#include "out.h"
#include "session.h"

#define NAMES_MAX 3
/* A view that changed since is not yet everybody's. */
#define SETTLED_MS 5000
/* Restarts within one second take generations ahead of the clock. */
#define CLOCK_BACK 60
#define MAX_MEMBERS GOSSIP_A_CONFIG_MAX_MEMBERS
/*
 * Refused for want of a key: one in so many is a member's doing, which goes on,
 * and not what is left of a change of keys.
 */
#define REFUSED_SHARE 200
#define REFUSED_MIN 3

static unsigned int problems;

static void add(const char *problem, const char *action)
{
	problems++;
	out_object_open(NULL);
	out_word(OUT_BOTH, "problem", problem, OUT_YELLOW, 0);
	out_string(OUT_BOTH, "action", action);
	out_object_close();
}

static __printf(2, 3) void add_to(const char *problem, const char *fmt, ...)
{
	char action[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(action, sizeof(action), fmt, args);
	va_end(args);
	add(problem, action);
}

/* The first of the peers, and how many more. */
static void name_peers(const struct gossip_instance *instance, char *text,
		       size_t size)
{
	char addr[GOSSIP_ADDR_TEXT_MAX];
	size_t len = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < instance->peers && i < NAMES_MAX && len < size; i++)
		len += snprintf(text + len, size - len, "%s%s", i ? ", " : "",
				gossip_addr_format(&instance->peer[i], addr));
	if (i < instance->peers && len < size)
		snprintf(text + len, size - len, " and %u more",
			 instance->peers - i);
}

static void about_joining(const struct gossip_instance *instance)
{
	char peers[4 * GOSSIP_ADDR_TEXT_MAX];

	name_peers(instance, peers, sizeof(peers));
	add_to("no seed has answered yet",
	       "check that a member with the cluster name \"%s\" runs at %s, and that UDP port %u passes in both directions; if the group is sealed, \"gossipctl key\" must show the same key there and here",
	       instance->cluster, instance->peers ? peers : "a peer's address",
	       instance->bind.port);
}

/* Nobody can be named, and since when is known only if somebody was heard. */
static void name_silence(struct gossip *gossip, char *text, size_t size)
{
	const struct gossip_member *member;
	int64_t since = INT64_MAX;
	char words[48] = "";
	size_t i;

	for (i = 0; (member = gossip_at(gossip, i)); i++)
		if (!member->self && member->heard_ms >= 0 &&
		    member->heard_ms < since)
			since = member->heard_ms;
	if (since < INT64_MAX)
		snprintf(words, sizeof(words), " for %" PRIi64 " s",
			 since / 1000);
	snprintf(
		text, size,
		"this node hears no other member%s, and judges none until it does",
		words);
}

static void about_conflict(const struct gossip_instance *instance)
{
	char addr[GOSSIP_ADDR_TEXT_MAX], problem[128];

	snprintf(problem, sizeof(problem),
		 "the name \"%s\" is held by another live member, at %s",
		 instance->name, gossip_addr_format(&instance->holder, addr));
	add_to(problem,
	       "stop the other \"%s\", or start this one under another name: \"gossipctl stop\", \"gossipctl start name=NAME\"",
	       instance->name);
}

static void about_status(struct gossip *gossip,
			 const struct gossip_instance *instance)
{
	char problem[128];

	switch (instance->status) {
	case GOSSIP_STATUS_JOINING:
		about_joining(instance);
		break;
	case GOSSIP_STATUS_DEGRADED:
		add("this node misses datagrams: it is overloaded, or half cut off",
		    "look for packet loss and for high load on this machine: \"ip -s link\", \"top\"");
		break;
	case GOSSIP_STATUS_ISOLATED:
		name_silence(gossip, problem, sizeof(problem));
		add_to(problem,
		       "check its cable, addresses and firewall: UDP port %u must pass in both directions",
		       instance->bind.port);
		break;
	case GOSSIP_STATUS_CONFLICT:
		about_conflict(instance);
		break;
	case GOSSIP_STATUS_LEAVING:
		add("this node is telling the group that it leaves",
		    "wait some seconds");
		break;
	case GOSSIP_STATUS_LEFT:
		add("this node has left the group",
		    "run \"gossipctl join\" to come back");
		break;
	}
}

static void about_health(const struct gossip_instance *instance)
{
	char problem[128];

	if (!instance->health || instance->status == GOSSIP_STATUS_DEGRADED ||
	    instance->status == GOSSIP_STATUS_ISOLATED)
		return;
	snprintf(
		problem, sizeof(problem),
		"health is %" PRIu32
		": this node answers or is answered late, and gives others more time",
		instance->health);
	add(problem,
	    "if it stays so, look for high load or packet loss on this machine");
}

/* As in "2 members failed: db4, db5". */
static void about_state(struct gossip *gossip, uint32_t state, const char *verb,
			const char *action)
{
	const struct gossip_member *member;
	unsigned int count = 0;
	char names[256] = "", problem[384];
	size_t i, len = 0;

	for (i = 0; i < gossip_count(gossip); i++) {
		member = gossip_at(gossip, i);
		if (member->state != state)
			continue;
		if (count++ < NAMES_MAX)
			len += snprintf(names + len, sizeof(names) - len,
					"%s%s", len ? ", " : "", member->name);
	}
	if (!count)
		return;
	snprintf(problem, sizeof(problem), "%u member%s %s: %s%s", count,
		 count == 1 ? "" : "s", verb, names,
		 count > NAMES_MAX ? ", ..." : "");
	add(problem, action);
}

/* It may have been full at some time: only if it still is. */
static void about_table(const struct gossip_instance *instance,
			const struct gossip_stats *stats)
{
	int64_t refused = stats ? stats->value[GOSSIP_A_STATS_TABLE_FULL] : 0;
	uint32_t known = instance->alive + instance->suspect +
			 instance->failed + instance->left;
	char problem[160];

	if (refused <= 0 || known < instance->tunable[MAX_MEMBERS])
		return;
	snprintf(problem, sizeof(problem),
		 "the table is full: %" PRIu32
		 " members are known, and others were refused %" PRIi64
		 " time%s",
		 known, refused, refused == 1 ? "" : "s");
	add(problem,
	    "raise max_members: \"gossipctl set max_members=N\"; those that failed or left count until reap_after is over");
}

static void about_refused(const struct gossip_stats *stats, unsigned int stat,
			  const char *why, const char *action)
{
	int64_t count = stats->value[stat];
	char problem[160];

	if (count < REFUSED_MIN ||
	    count < stats->value[GOSSIP_A_STATS_RX_DATAGRAMS] / REFUSED_SHARE)
		return;
	snprintf(problem, sizeof(problem),
		 "%" PRIi64 " datagrams were dropped because they %s", count,
		 why);
	add(problem, action);
}

/* The tracepoint has the addresses, which no counter has. */
static void about_keys(const struct gossip_stats *stats)
{
	if (!stats)
		return;
	about_refused(
		stats, GOSSIP_A_STATS_RX_PLAIN, "are not sealed",
		"use a key where they come from, which the tracepoint gossip_dropped tells: \"gossipctl key use ID\" there; meanwhile \"gossipctl key use ID --permissive\" here heeds them");
	about_refused(
		stats, GOSSIP_A_STATS_RX_UNKNOWN_KEY,
		"are sealed with a key that is not here",
		"compare \"gossipctl key\" here and where they come from, which the tracepoint gossip_dropped tells, and add the key that is missing: \"gossipctl key add FILE\"");
	about_refused(
		stats, GOSSIP_A_STATS_RX_FORGED,
		"were not sealed with the key that they name",
		"look where they come from, which the tracepoint gossip_dropped tells: somebody makes them up, or they are damaged on their way");
}

/* Only while others are heard, and the view had time to become theirs. */
static void about_view(struct gossip *gossip,
		       const struct gossip_instance *instance)
{
	unsigned int agree = 0, differ = 0;
	const struct gossip_member *member;
	char problem[160];
	size_t i;

	for (i = 0; (member = gossip_at(gossip, i)); i++) {
		agree += member->agrees;
		differ += member->differs;
	}
	if (differ <= agree || instance->view_ms < SETTLED_MS ||
	    (instance->status != GOSSIP_STATUS_ALIVE &&
	     instance->status != GOSSIP_STATUS_DEGRADED))
		return;
	snprintf(
		problem, sizeof(problem),
		"the view of %u of %u members heard differs from this node's, which is %" PRIi64
		" s old",
		differ, agree + differ, instance->view_ms / 1000);
	add(problem,
	    "compare \"gossipctl members\" here and there; in \"gossipctl stats\" of both see table_full (max_members is too small), no_memory and tx_too_long");
}

/* A start takes its generation from the wall clock. */
static void about_clock(const struct gossip_member *self)
{
	int64_t ahead = self->generation - (int64_t)time(NULL);
	char problem[128];

	if (ahead <= CLOCK_BACK)
		return;
	snprintf(
		problem, sizeof(problem),
		"the clock went back: this member, or an earlier start of it, began %" PRIi64
		" s from now",
		ahead);
	add(problem,
	    "set this machine's clock: \"timedatectl\"; where clocks differ members are probed at random intervals");
}

static void about_self(struct gossip *gossip,
		       const struct gossip_instance *instance)
{
	const struct gossip_member *self = gossip_self(gossip);

	if (self)
		about_clock(self);
	if (self && self->probation)
		add("this node failed and came back more than once of late",
		    "look for reboots, an unstable link or a clock that jumps");
	if (instance->status == GOSSIP_STATUS_ALIVE && instance->alive == 1 &&
	    gossip_count(gossip) == 1)
		add("this node is alone in its group",
		    "name a member to it, if there should be others: \"gossipctl join ADDRESS\"");
}

void advice_show(struct gossip *gossip, const struct gossip_instance *instance,
		 const struct gossip_stats *stats)
{
	int err = gossip_list(gossip);

	problems = 0;
	out_array_open("problems");
	about_status(gossip, instance);
	about_health(instance);
	about_table(instance, stats);
	about_keys(stats);
	/* Stopped meanwhile: what was read before is shown all the same. */
	if (!err) {
		about_self(gossip, instance);
		about_view(gossip, instance);
		about_state(
			gossip, GOSSIP_MEMBER_STATE_FAILED, "failed",
			"see \"gossipctl members --state failed\"; one that runs comes back by itself when it can be reached");
		about_state(
			gossip, GOSSIP_MEMBER_STATE_SUSPECT, "did not answer",
			"wait some seconds: it refutes that, or is declared failed");
	}
	if (!problems)
		out_word(OUT_TEXT, "problem", "none", OUT_GREEN, 0);
	out_array_close();
}
