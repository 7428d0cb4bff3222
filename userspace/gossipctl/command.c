// SPDX-License-Identifier: GPL-2.0
/* The table of commands, and the help made from it. */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

#define HELP_COLUMN 27

const struct command *const commands[] = {
	&members_command, &monitor_command, &top_command,
	&status_command,  &metrics_command, &wait_command,
	&start_command,	  &stop_command,    &join_command,
	&leave_command,	  &set_command,	    &stats_command,
	&ping_command,	  &tag_command,	    &key_command,
	&event_command,	  &run_command,	    NULL,
};

const struct option_info global_options[] = {
	{ 'j', "json", NULL, "print JSON", WORDS_NONE },
	{ 'n', "netns", "NAME",
	  "in the network namespace NAME of ip-netns(8),\n"
	  "or that of a path as /proc/PID/ns/net",
	  WORDS_NETNS },
	{ 'h', "help", NULL, "help, also of a command", WORDS_NONE },
	{ 'V', "version", NULL, "version of gossipctl", WORDS_NONE },
	{ 0 }
};

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* @help in a column of its own, on the lines that it has. */
static void print_option(const struct option_info *option, const char *help)
{
	const char *end;
	int width;

	width = printf("  ");
	if (option->id <= UCHAR_MAX)
		width += printf("-%c, ", option->id);
	width += printf("--%s%s%s", option->name, option->value ? " " : "",
			option->value ? option->value : "");
	if (width >= HELP_COLUMN) {
		putchar('\n');
		width = 0;
	}
	for (;; help = end + 1, width = 0) {
		end = strchrnul(help, '\n');
		printf("%*s%.*s\n", HELP_COLUMN - width, "", (int)(end - help),
		       help);
		if (!*end)
			break;
	}
}

void command_help_all(void)
{
	const struct option_info *option;
	size_t i;

	puts("Usage: gossipctl [OPTION]... COMMAND [ARGUMENT]...\n"
	     "\n"
	     "Shows and controls the member of a gossip group that the kernel runs in\n"
	     "this network namespace.\n"
	     "\n"
	     "Commands:");
	for (i = 0; commands[i]; i++)
		printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions, before or after the command:");
	for (option = global_options; option->name; option++)
		print_option(option, option->help);
	puts("\n"
	     "Exit status: 0 done, 1 refused or failed, 2 usage,\n"
	     "3 module or instance not there. See gossipctl(8).");
}

void command_help(const struct command *command)
{
	const struct option_info *option = command->options;

	printf("Usage: gossipctl %s%s%s\n\n%s\n", command->name,
	       option ? " [OPTION]..." : "", command->args, command->about);
	if (option || command->json)
		putchar('\n');
	for (; option && option->name; option++)
		print_option(option, option->help);
	if (command->json)
		print_option(&global_options[0], command->json);
	if (command->more_help)
		command->more_help();
}
