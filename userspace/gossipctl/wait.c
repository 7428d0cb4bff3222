// SPDX-License-Identifier: GPL-2.0
/* gossipctl wait */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <number.h>

#include "clock.h"
#include "command.h"
#include "duration.h"
#include "error.h"
#include "session.h"
#include "status.h"

enum { OPT_ALIVE = 256, OPT_MEMBER, OPT_STATE, OPT_CONVERGED, OPT_TIMEOUT };

/* That an instance ends, its status, and who agrees, are asked for. */
#define ASK_MS 250

static uint32_t wanted_alive;
static const char *wanted_member;
static int wanted_state = -1;
static bool wanted_converged;
static uint32_t wanted_peers;
static int64_t timeout_ms = -1;

static const struct option_info options[] = {
	{ OPT_ALIVE, "alive", "N",
	  "at least N members are alive, this one included", WORDS_NONE },
	{ OPT_MEMBER, "member", "NAME",
	  "the member NAME is alive, or as --state says", WORDS_MEMBER },
	{ OPT_STATE, "state", "STATE",
	  "alive, suspect, failed or left: of --member", WORDS_STATE },
	{ OPT_CONVERGED, "converged", "PEERS",
	  "this node is in the group, nobody is suspect, and at\n"
	  "least PEERS other members have the view of this one",
	  WORDS_NONE },
	{ OPT_TIMEOUT, "timeout", "TIME",
	  "give up after TIME: 500ms, 10, 10s, 2m; 0 only looks\n(for ever)",
	  WORDS_NONE },
	{ 0 }
};

/* Options */

static void option(int id, const char *value)
{
	switch (id) {
	case OPT_ALIVE:
		if (!number_parse(value, &wanted_alive) || !wanted_alive)
			die(EXIT_USAGE,
			    "alive " QUOTED
			    ": a number of members from 1 on is needed",
			    value);
		break;
	case OPT_MEMBER:
		wanted_member = value;
		break;
	case OPT_STATE:
		wanted_state = gossip_value(GOSSIP_NAMES_STATE, value);
		if (wanted_state < 0)
			die(EXIT_USAGE,
			    "no such state " QUOTED
			    ": alive, suspect, failed, left are allowed",
			    value);
		break;
	case OPT_CONVERGED:
		if (!number_parse(value, &wanted_peers) || !wanted_peers)
			die(EXIT_USAGE,
			    "converged " QUOTED
			    ": a number of other members from 1 on is needed",
			    value);
		wanted_converged = true;
		break;
	case OPT_TIMEOUT:
		timeout_ms = duration_parse("timeout", value);
		break;
	}
}

/* Conditions: each says what is lacking. */

static uint32_t count_state(struct gossip *gossip, uint32_t state)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < gossip_count(gossip); i++)
		count += gossip_at(gossip, i)->state == state;
	return count;
}

static bool has_alive(struct gossip *gossip, char *why, size_t size)
{
	uint32_t alive = count_state(gossip, GOSSIP_MEMBER_STATE_ALIVE);

	snprintf(why, size, "%" PRIu32 " of %" PRIu32 " members are alive",
		 alive, wanted_alive);
	return alive >= wanted_alive;
}

static bool has_state(struct gossip *gossip, char *why, size_t size)
{
	const struct gossip_member *member = gossip_find(gossip, wanted_member);
	uint32_t state = wanted_state < 0 ? GOSSIP_MEMBER_STATE_ALIVE :
					    (uint32_t)wanted_state;

	if (!member)
		snprintf(why, size, "there is no member " QUOTED,
			 wanted_member);
	else
		snprintf(why, size, "member " QUOTED " is %s", wanted_member,
			 gossip_name(GOSSIP_NAMES_STATE, member->state));
	return member && member->state == state;
}

static uint32_t count_agreeing(struct gossip *gossip)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < gossip_count(gossip); i++)
		count += gossip_at(gossip, i)->agrees;
	return count;
}

static bool has_converged(struct gossip *gossip,
			  const struct gossip_instance *instance, char *why,
			  size_t size)
{
	uint32_t suspect, agree;

	/* No event tells of who agrees. */
	session_check(gossip, gossip_list(gossip));
	suspect = count_state(gossip, GOSSIP_MEMBER_STATE_SUSPECT);
	agree = count_agreeing(gossip);
	if (instance->status != GOSSIP_STATUS_ALIVE &&
	    instance->status != GOSSIP_STATUS_DEGRADED)
		snprintf(why, size, "this node is %s",
			 gossip_name(GOSSIP_NAMES_STATUS, instance->status));
	else if (suspect)
		snprintf(why, size, "%" PRIu32 " member%s suspect", suspect,
			 suspect == 1 ? " is" : "s are");
	else if (agree < wanted_peers)
		snprintf(why, size,
			 "%" PRIu32 " of %" PRIu32
			 " other members were heard with the view of this one",
			 agree, wanted_peers);
	else
		return true;
	return false;
}

static bool holds(struct gossip *gossip, char *why, size_t size)
{
	/* Ends the wait if nothing runs any more. */
	const struct gossip_instance *instance = session_instance(gossip);

	if (wanted_alive && !has_alive(gossip, why, size))
		return false;
	if (wanted_member && !has_state(gossip, why, size))
		return false;
	return !wanted_converged || has_converged(gossip, instance, why, size);
}

static void wait_for(struct gossip *gossip)
{
	int64_t end = clock_ms() + timeout_ms, left;
	char why[256];

	for (;;) {
		session_receive(gossip);
		if (holds(gossip, why, sizeof(why)))
			return;
		left = timeout_ms < 0 ? ASK_MS : end - clock_ms();
		if (!timeout_ms)
			die(EXIT_FAILED, "%s", why);
		if (left <= 0)
			die(EXIT_FAILED, "not within %" PRIi64 ".%03d s: %s",
			    timeout_ms / 1000, (int)(timeout_ms % 1000), why);
		session_poll(gossip, -1, left < ASK_MS ? left : ASK_MS);
	}
}

static void run(int argc, char **argv)
{
	struct gossip *gossip;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	if (wanted_state >= 0 && !wanted_member)
		die(EXIT_USAGE,
		    "--state is that of a member: name it with --member");
	if (!wanted_alive && !wanted_member && !wanted_converged)
		die(EXIT_USAGE,
		    "for what? --alive, --member or --converged is needed");
	gossip = session_open();
	session_check(gossip, gossip_subscribe(gossip, 0));
	wait_for(gossip);
	status_report(gossip);
	gossip_close(gossip);
}

const struct command wait_command = {
	.name = "wait",
	.args = "",
	.summary = "waits for a state of the group, for scripts and units",
	.about =
		"Waits until all that is asked for is so. Ends with 1 if it is not in time,\n"
		"and with 3 if the instance ends.",
	.json = "print the status afterwards",
	.options = options,
	.option = option,
	.run = run,
};
