/* SPDX-License-Identifier: GPL-2.0 */
/* What main.c needs to know of a command. */
#ifndef _COMMAND_H
#define _COMMAND_H

#include <getopt.h>

/**
 * struct command - a command of gossipctl
 * @args: what follows the options, for the help
 * @summary: one line of help
 * @help: a line for each option, and what else is to be said
 * @more_help: prints what is not a constant, or NULL
 * @options: those of this command only; NULL if it has none. One whose val is a
 *	character has that as its short form.
 * @option: told of each option in @options; checks nothing that depends on the
 *	network namespace
 * @run: gets the words that are no options; dies on errors
 */
struct command {
	const char *name;
	const char *args;
	const char *summary;
	const char *help;
	void (*more_help)(void);
	const struct option *options;
	void (*option)(int val, const char *arg);
	void (*run)(int argc, char **argv);
};

extern const struct command members_command;
extern const struct command monitor_command;
extern const struct command status_command;
extern const struct command start_command;
extern const struct command stop_command;
extern const struct command join_command;
extern const struct command leave_command;

#endif
