// SPDX-License-Identifier: GPL-2.0
/* gossipctl members */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"
#include "command.h"
#include "error.h"
#include "follow.h"

/* Round-trip times and health change without an event. */
#define REFRESH_MS 2000
/* Nobody reads faster. */
#define REDRAW_MS 100

static int wanted_state = -1;
static bool watching;

static const struct option options[] = { { "state", required_argument, NULL,
					   's' },
					 { "watch", no_argument, NULL, 'w' },
					 { 0 } };

static void option(int val, const char *arg)
{
	if (val == 'w') {
		watching = true;
		return;
	}
	wanted_state = abi_value(&abi_member_state, arg);
	if (wanted_state < 0)
		die(EXIT_USAGE, "no such state \"%s\": %s are allowed", arg,
		    abi_names(&abi_member_state));
}

static void show(const struct member *member)
{
	if (wanted_state >= 0 && member->state != (uint32_t)wanted_state)
		return;
	out_object_open(NULL);
	member_show(member, true);
	out_object_close();
}

/* Self first, then by name. */
static void show_all(const struct table *table)
{
	const struct member *self = table_self(table);
	size_t i;

	out_array_open(NULL);
	if (self)
		show(self);
	for (i = 0; i < table->count; i++)
		if (table->member[i] != self)
			show(table->member[i]);
	out_array_close();
}

static void list_once(void)
{
	struct nl *nl = nl_open();
	struct table table = { 0 };
	uint64_t seq;
	bool torn;
	int err;

	err = follow_list(nl, &table, &seq, &torn);
	if (err)
		nl_die(nl, err);
	show_all(&table);
	if (torn)
		warn("members changed while they were listed: run it again for a consistent list");
	table_clear(&table);
	nl_close(nl);
}

/* Following in place: what is told is in the table, which is drawn anew. */

static bool changed;

static void note_exists(const struct member *member, uint64_t seq)
{
	changed = true;
}

static void note_change(uint32_t type, const struct member *member,
			const struct reason *reason, uint64_t seq)
{
	changed = true;
}

static void note_resync(const char *cause)
{
	changed = true;
}

static const struct follow_ops note = {
	.exists = note_exists,
	.change = note_change,
	.resync = note_resync,
};

#define CUT_LINES "\033[?7l"
#define WRAP_LINES "\033[?7h"

static bool terminal;

static void end(int signal)
{
	/* It is too late to do anything if that cannot be written. */
	if (terminal &&
	    write(STDOUT_FILENO, WRAP_LINES, strlen(WRAP_LINES)) < 0)
		_exit(EXIT_FAILED);
	_exit(EXIT_DONE);
}

static void draw(const struct table *table)
{
	struct winsize size;

	if (terminal) {
		if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row > 2)
			out_on_screen(size.ws_row - 2);
		fputs("\033[H" CUT_LINES, stdout);
	}
	show_all(table);
	if (!table->count)
		puts("no instance runs in this network namespace");
	/* Off a terminal an empty line tells one table from the next. */
	fputs(terminal ? WRAP_LINES "\033[J" : "\n", stdout);
	out_flush();
}

static void watch(void)
{
	static const struct timespec pause = {
		.tv_nsec = REDRAW_MS * 1000000,
	};
	struct follow follow;

	terminal = isatty(STDOUT_FILENO);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	follow_open(&follow, &note, FOLLOW_RCVBUF);
	if (terminal)
		fputs("\033[2J", stdout);
	for (;;) {
		if (changed || terminal)
			draw(&follow.table);
		changed = false;
		follow_wait(&follow, REFRESH_MS);
		nanosleep(&pause, NULL);
		follow_refresh(&follow);
	}
}

static void run(int argc, char **argv)
{
	if (argc)
		die(EXIT_USAGE, "no argument \"%s\" is expected", argv[0]);
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
	.help = "Lists the members, this one first, then by name: name, address, state,\n"
		"incarnation, round-trip time in us, health (0 is best), services.\n"
		"\n"
		"  -s, --state STATE  only those that are alive, suspect, failed or left\n"
		"  -w, --watch        follow the changes in place\n"
		"  -j, --json         an array of objects with all that is known",
	.options = options,
	.option = option,
	.run = run,
};
