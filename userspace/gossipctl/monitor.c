// SPDX-License-Identifier: GPL-2.0
/* gossipctl monitor */

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"
#include "command.h"
#include "error.h"
#include "follow.h"
#include "number.h"

#define EVENT_WIDTH 7

enum { OPT_RCVBUF = 256 };

static const struct option options[] = { { "rcvbuf", required_argument, NULL,
					   OPT_RCVBUF },
					 { 0 } };

static int rcvbuf = FOLLOW_RCVBUF;
static struct follow follow;

static void option(int val, const char *arg)
{
	uint32_t value;

	if (!number_parse(arg, &value) || !value || value > INT32_MAX / 2)
		die(EXIT_USAGE,
		    "rcvbuf \"%s\": a number of bytes from 1 to %d is needed",
		    arg, INT32_MAX / 2);
	rcvbuf = value;
}

/* RFC 3339, in local time with its distance from UTC. */
static void show_time(void)
{
	char date[32], zone[8], text[64];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(text, sizeof(text), "%s.%03ld%.3s:%s", date,
		 now.tv_nsec / 1000000, zone, zone + 3);
	out_string(OUT_BOTH, "time", text);
}

static void begin(const char *event, enum out_colour colour, int width)
{
	out_object_open(NULL);
	show_time();
	out_word(OUT_BOTH, "event", event, colour, width);
}

static void show_member(const struct member *member)
{
	out_object_open("member");
	member_show(member, false);
	out_object_close();
}

static void tell_exists(const struct member *member, uint64_t seq)
{
	begin("exists", OUT_GREY, member ? EVENT_WIDTH : 0);
	out_number(OUT_JSON, "seq", seq);
	if (member) {
		show_member(member);
		out_word(OUT_TEXT, NULL,
			 abi_name(&abi_member_state, member->state),
			 member_colour(member->state), 0);
	} else {
		out_null(OUT_BOTH, "member");
	}
	out_object_close();
	if (!member)
		out_flush();
}

static enum out_colour event_colour(uint32_t type, const struct member *member)
{
	if (type == GOSSIP_EVENT_TYPE_REAP || type == GOSSIP_EVENT_TYPE_UPDATE)
		return OUT_PLAIN;
	return member_colour(member->state);
}

static void tell_change(uint32_t type, const struct member *member,
			const struct reason *reason, uint64_t seq)
{
	const struct member *self = table_self(&follow.table);
	char text[64];

	begin(abi_name(&abi_event_type, type), event_colour(type, member),
	      EVENT_WIDTH);
	/* What a new listing showed has no number. */
	if (seq)
		out_number(OUT_JSON, "seq", seq);
	else
		out_null(OUT_JSON, "seq");
	show_member(member);
	if (type == GOSSIP_EVENT_TYPE_UPDATE) {
		snprintf(text, sizeof(text), "%s, incarnation %" PRIu32,
			 abi_name(&abi_member_state, member->state),
			 member->incarnation);
		out_string(OUT_TEXT, NULL, text);
	}
	if (reason) {
		out_object_open("reason");
		reason_show(reason, type == GOSSIP_EVENT_TYPE_FAILED,
			    self ? self->name : "");
		out_object_close();
	}
	out_object_close();
	out_flush();
}

static void tell_resync(const char *cause)
{
	begin("resync", OUT_YELLOW, EVENT_WIDTH);
	out_string(OUT_BOTH, "cause", cause);
	out_object_close();
	out_flush();
}

static const struct follow_ops tell = {
	.exists = tell_exists,
	.change = tell_change,
	.resync = tell_resync,
};

/* All that was told is written: nothing is lost by ending here. */
static void end(int signal)
{
	_exit(EXIT_DONE);
}

static void run(int argc, char **argv)
{
	if (argc && strcmp(argv[0], "members"))
		die(EXIT_USAGE,
		    "no such kind of event \"%s\": members are allowed",
		    argv[0]);
	if (argc > 1)
		die(EXIT_USAGE, "no argument \"%s\" is expected", argv[1]);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	out_begin(OUT_WORDS);
	follow_open(&follow, &tell, rcvbuf);
	for (;;)
		follow_wait(&follow, -1);
}

const struct command monitor_command = {
	.name = "monitor",
	.args = " [members]",
	.summary = "shows each change of a member, and why",
	.help = "Shows the members that exist, a line \"exists -\" after them, and then each\n"
		"change with its time and reason until it is interrupted. No change of state\n"
		"is missed: where events were lost, \"resync\" is followed by the difference.\n"
		"\n"
		"  --rcvbuf BYTES  buffer for events (1048576)\n"
		"  -j, --json      an object a line, with all that is known",
	.options = options,
	.option = option,
	.run = run,
};
