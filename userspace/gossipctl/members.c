// SPDX-License-Identifier: GPL-2.0
/* gossipctl members */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "screen.h"
#include "session.h"
#include "show.h"

/* Round-trip times and health change without an event. */
#define REFRESH_MS 2000
/* Nobody reads faster. */
#define REDRAW_MS 100

enum { OPT_SERVICE = 256 };

static unsigned int wanted_states; /* bits; 0 for all */
static const char *wanted_service;
static bool watching;

static const struct option_info options[] = {
	{ 's', "state", "STATE[,STATE...]",
	  "only those that are alive, suspect, failed or left", WORDS_STATE },
	{ OPT_SERVICE, "service", "SERVICE",
	  "only those on which SERVICE is up", WORDS_SERVICE },
	{ 'w', "watch", NULL, "follow the changes in place", WORDS_NONE },
	{ 0 }
};

static void option(int id, const char *value)
{
	char *list, *rest;
	const char *name;
	int state;

	if (id == 'w') {
		watching = true;
		return;
	}
	if (id == OPT_SERVICE) {
		wanted_service = value;
		return;
	}
	list = copy(value);
	rest = list;
	while ((name = strsep(&rest, ","))) {
		state = gossip_value(GOSSIP_NAMES_STATE, name);
		if (state < 0)
			die(EXIT_USAGE,
			    "no such state " QUOTED
			    ": alive, suspect, failed, left are allowed",
			    name);
		wanted_states |= 1u << state;
	}
	free(list);
}

static void show(const struct gossip_member *member)
{
	if (wanted_states &&
	    (member->state >= 32 || !(wanted_states & 1u << member->state)))
		return;
	if (wanted_service && !gossip_has_service(member, wanted_service))
		return;
	out_object_open(NULL);
	show_member(member, true);
	out_object_close();
}

/* Self first, then by name. */
static void show_all(struct gossip *gossip)
{
	const struct gossip_member *self = gossip_self(gossip);
	size_t i;

	out_array_open(NULL);
	if (self)
		show(self);
	for (i = 0; i < gossip_count(gossip); i++)
		if (gossip_at(gossip, i) != self)
			show(gossip_at(gossip, i));
	out_array_close();
}

static void list_once(void)
{
	struct gossip *gossip = session_open();

	session_check(gossip, gossip_list(gossip));
	show_all(gossip);
	if (gossip_torn(gossip))
		warn("members changed while they were listed: run it again for a consistent list");
	gossip_close(gossip);
}

/* Following in place */

static void draw(struct gossip *gossip, bool terminal)
{
	FILE *file = stdout;
	unsigned int rows;

	if (terminal) {
		rows = screen_rows();
		file = screen_begin();
		/* One for the header, one that stays empty. */
		out_to(file, rows > 3 ? rows - 2 : 1);
	}
	show_all(gossip);
	if (!gossip_count(gossip))
		fputs("no instance runs in this network namespace\n", file);
	if (terminal) {
		screen_end();
		return;
	}
	/* An empty line tells one table from the next. */
	putchar('\n');
	out_flush();
}

static void end(int signal)
{
	_exit(EXIT_DONE);
}

static void watch(void)
{
	static const struct timespec pause = {
		.tv_nsec = REDRAW_MS * 1000000,
	};
	bool terminal = isatty(STDOUT_FILENO);
	struct gossip *gossip;
	bool changed;

	signal(SIGINT, end);
	signal(SIGTERM, end);
	gossip = session_open();
	session_check(gossip, gossip_subscribe(gossip, 0));
	if (terminal)
		screen_open(false);
	for (;;) {
		changed = session_receive(gossip);
		session_check(gossip, gossip_list(gossip));
		changed |= session_receive(gossip);
		if (changed || terminal)
			draw(gossip, terminal);
		session_poll(gossip, -1, REFRESH_MS);
		nanosleep(&pause, NULL);
	}
}

static void run(int argc, char **argv)
{
	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	if (watching && out_json)
		die(EXIT_USAGE,
		    "--watch is for people: use \"gossipctl monitor --json\"");
	out_begin(OUT_COLUMNS);
	if (watching)
		watch();
	list_once();
}

const struct command members_command = {
	.name = "members",
	.args = "",
	.summary = "lists the members, this one first",
	.about =
		"Lists the members, this one first, then by name: name, address, state,\n"
		"incarnation, round-trip time in us, health (0 is best), services.",
	.json = "an array of objects with all that is known",
	.options = options,
	.option = option,
	.run = run,
};
