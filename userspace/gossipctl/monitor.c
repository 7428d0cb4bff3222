// SPDX-License-Identifier: GPL-2.0
/* gossipctl monitor */

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "number.h"
#include "session.h"
#include "show.h"

#define EVENT_WIDTH 12
/* The longest line is a user event in JSON, of bytes that are no text. */
#define LINE_SIZE 8192

enum { OPT_RCVBUF = 256 };

static const struct option_info options[] = { { OPT_RCVBUF, "rcvbuf", "BYTES",
						"buffer for events (1048576)",
						WORDS_NONE },
					      { 0 } };

static int rcvbuf;

static void option(int id, const char *value)
{
	uint32_t bytes;

	if (!number_parse(value, &bytes) || !bytes || bytes > INT32_MAX / 2)
		die(EXIT_USAGE,
		    "rcvbuf " QUOTED
		    ": a number of bytes from 1 to %d is needed",
		    value, INT32_MAX / 2);
	rcvbuf = bytes;
}

static enum out_colour event_colour(const struct gossip_event *event)
{
	switch (event->type) {
	case GOSSIP_EVENT_EXISTS:
	case GOSSIP_EVENT_LISTED:
		return OUT_GREY;
	case GOSSIP_EVENT_RESYNC:
		return OUT_YELLOW;
	case GOSSIP_EVENT_TYPE_REAP:
	case GOSSIP_EVENT_TYPE_UPDATE:
		return OUT_PLAIN;
	default:
		return show_colour(event->member->state);
	}
}

/* "exists -" stands for that all have been told. */
static void tell_type(const struct gossip_event *event)
{
	bool listed = event->type == GOSSIP_EVENT_LISTED;
	uint32_t type = listed ? GOSSIP_EVENT_EXISTS : event->type;

	out_word(OUT_BOTH, "event", gossip_name(GOSSIP_NAMES_EVENT, type),
		 event_colour(event), listed ? 0 : EVENT_WIDTH);
}

static void tell_member(const struct gossip_event *event)
{
	const struct gossip_member *member = event->member;
	char text[64];

	out_object_open("member");
	show_member(member, false);
	out_object_close();
	if (event->type == GOSSIP_EVENT_EXISTS)
		out_word(OUT_TEXT, NULL,
			 gossip_name(GOSSIP_NAMES_STATE, member->state),
			 show_colour(member->state), 0);
	if (event->service)
		out_string(OUT_BOTH, "service", event->service);
	if (event->type != GOSSIP_EVENT_TYPE_UPDATE)
		return;
	snprintf(text, sizeof(text), "%s, incarnation %" PRIu32,
		 gossip_name(GOSSIP_NAMES_STATE, member->state),
		 member->incarnation);
	out_string(OUT_TEXT, NULL, text);
}

static void tell_reason(struct gossip *gossip, const struct gossip_event *event)
{
	const struct gossip_member *self = gossip_self(gossip);

	out_object_open("reason");
	show_reason(event, self ? self->name : "");
	out_object_close();
}

static void tell(struct gossip *gossip, const struct gossip_event *event)
{
	out_object_open(NULL);
	show_time(OUT_BOTH, "time");
	tell_type(event);
	if (event->cause) {
		out_string(OUT_BOTH, "cause", event->cause);
		out_object_close();
		return;
	}
	/* What a new listing showed has no number. */
	if (event->seq)
		out_number(OUT_JSON, "seq", event->seq);
	else
		out_null(OUT_JSON, "seq");
	if (event->member)
		tell_member(event);
	else
		out_null(OUT_BOTH, "member");
	if (event->reason)
		tell_reason(gossip, event);
	out_object_close();
}

/* User events */

static void tell_payload(const struct gossip_user_event *event)
{
	char text[2 * GOSSIP_USER_EVENT_MAX + 1] = "";
	const unsigned char *bytes = event->payload;
	size_t i;

	for (i = 0; i < event->size && i < GOSSIP_USER_EVENT_MAX; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	if (event->size || out_json)
		out_payload(OUT_BOTH, "payload", event->payload, event->size);
	out_string(OUT_JSON, "payload_hex", text);
}

static void tell_user(const struct gossip_user_event *event)
{
	char text[GOSSIP_NAME_MAX + 32];

	out_object_open(NULL);
	show_time(OUT_BOTH, "time");
	out_word(OUT_BOTH, "event", event->name ? "user" : "lost", OUT_YELLOW,
		 EVENT_WIDTH);
	if (!event->name) {
		out_number(OUT_JSON, "lost", event->lost);
		snprintf(text, sizeof(text), "%" PRIu64 " user event%s",
			 event->lost, event->lost == 1 ? "" : "s");
		out_string(OUT_TEXT, NULL, text);
		out_object_close();
		return;
	}
	out_number(OUT_JSON, "seq", event->seq);
	out_string(OUT_BOTH, "name", event->name);
	if (*event->origin)
		out_string(OUT_JSON, "origin", event->origin);
	else
		out_null(OUT_JSON, "origin");
	snprintf(text, sizeof(text), "from %s",
		 *event->origin ? event->origin : "who is not known");
	out_string(OUT_TEXT, NULL, text);
	out_hex(OUT_JSON, "uid", event->uid);
	out_number(OUT_JSON, "ltime", event->ltime);
	tell_payload(event);
	out_object_close();
}

/* Whether there was one. */
static bool next_member_event(struct gossip *gossip)
{
	const struct gossip_event *event;
	int got = gossip_next(gossip, &event);

	session_check(gossip, got);
	if (got)
		tell(gossip, event);
	return got;
}

static bool next_user_event(struct gossip *gossip)
{
	const struct gossip_user_event *event;
	int got = gossip_next_user(gossip, &event);

	session_check(gossip, got);
	if (got)
		tell_user(event);
	return got;
}

/* All that was told is written: nothing is lost by ending here. */
static void end(int signal)
{
	_exit(EXIT_DONE);
}

static void run(int argc, char **argv)
{
	bool members = !argc || !strcmp(argv[0], GOSSIP_MCGRP_MEMBERS);
	bool user = !argc || !strcmp(argv[0], GOSSIP_MCGRP_EVENTS);
	static char line[LINE_SIZE];
	struct gossip *gossip;
	bool more;

	if (!members && !user)
		die(EXIT_USAGE,
		    "no such kind of event " QUOTED
		    ": members, events are allowed",
		    argv[0]);
	if (argc > 1)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[1]);
	/* A line is written as a whole, wherever a signal ends this. */
	setvbuf(stdout, line, _IOLBF, sizeof(line));
	signal(SIGINT, end);
	signal(SIGTERM, end);
	out_begin(OUT_WORDS);
	gossip = session_open();
	if (user)
		session_check(gossip, gossip_subscribe_user(gossip, rcvbuf));
	if (members)
		session_check(gossip, gossip_subscribe(gossip, rcvbuf));
	for (;;) {
		/* Where both end, it is those of members that are told first. */
		more = members && next_member_event(gossip);
		if (!more)
			more = user && next_user_event(gossip);
		if (more)
			continue;
		out_flush();
		session_poll(gossip, -1, -1);
	}
}

const struct command monitor_command = {
	.name = "monitor",
	.args = " [members|events]",
	.words = WORDS_GROUP,
	.summary = "shows each change of a member, and user events",
	.about =
		"Shows the members that exist, a line \"exists -\" after them, and then each\n"
		"change with its time and reason until it is interrupted. No change of state\n"
		"is missed: where events were lost, \"resync\" is followed by the difference.\n"
		"User events are shown as they come; how many were lost, if some were. Without\n"
		"an argument it shows both kinds.",
	.json = "an object a line, with all that is known",
	.options = options,
	.option = option,
	.run = run,
};
