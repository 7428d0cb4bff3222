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

#define EVENT_WIDTH 7

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
		    "rcvbuf \"%s\": a number of bytes from 1 to %d is needed",
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
	show_reason(event->reason, event->type == GOSSIP_EVENT_TYPE_FAILED,
		    self ? self->name : "");
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

/* All that was told is written: nothing is lost by ending here. */
static void end(int signal)
{
	_exit(EXIT_DONE);
}

static void run(int argc, char **argv)
{
	const struct gossip_event *event;
	struct gossip *gossip;
	int got;

	if (argc && strcmp(argv[0], "members"))
		die(EXIT_USAGE,
		    "no such kind of event \"%s\": members are allowed",
		    argv[0]);
	if (argc > 1)
		die(EXIT_USAGE, "no argument \"%s\" is expected", argv[1]);
	/* A line is written as a whole, wherever a signal ends this. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	out_begin(OUT_WORDS);
	gossip = session_open();
	session_check(gossip, gossip_subscribe(gossip, rcvbuf));
	for (;;) {
		got = gossip_next(gossip, &event);
		session_check(gossip, got);
		if (got) {
			tell(gossip, event);
			continue;
		}
		out_flush();
		session_poll(gossip, -1, -1);
	}
}

const struct command monitor_command = {
	.name = "monitor",
	.args = " [members]",
	.words = WORDS_GROUP,
	.summary = "shows each change of a member, and why",
	.about =
		"Shows the members that exist, a line \"exists -\" after them, and then each\n"
		"change with its time and reason until it is interrupted. No change of state\n"
		"is missed: where events were lost, \"resync\" is followed by the difference.",
	.json = "an object a line, with all that is known",
	.options = options,
	.option = option,
	.run = run,
};
