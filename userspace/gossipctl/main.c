// SPDX-License-Identifier: GPL-2.0
/* gossipctl: options, and which command is meant. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "macros.h"
#include "out.h"

#define OPTIONS_MAX 32

static const struct command *const commands[] = {
	&members_command, &monitor_command, &status_command, &start_command,
	&stop_command,	  &join_command,    &leave_command,
};

static const struct option global_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "netns", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static const char *netns;
static bool help;

static void print_help(void)
{
	size_t i;

	puts("Usage: gossipctl [OPTION]... COMMAND [ARGUMENT]...\n"
	     "\n"
	     "Shows and controls the member of a gossip group that the kernel\n"
	     "runs in this network namespace.\n"
	     "\n"
	     "Commands:");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
	puts("\n"
	     "Options, before or after the command:\n"
	     "  -j, --json         print JSON\n"
	     "  -n, --netns NAME   in the network namespace NAME of ip-netns(8),\n"
	     "                     or that of a path as /proc/PID/ns/net\n"
	     "  -h, --help         help, also of a command\n"
	     "  -V, --version      version of gossipctl\n"
	     "\n"
	     "Exit status: 0 done, 1 refused or failed, 2 usage,\n"
	     "3 module or instance not there.");
}

static void print_command_help(const struct command *command)
{
	printf("Usage: gossipctl %s [OPTION]...%s\n\n%s\n", command->name,
	       command->args, command->help);
	if (command->more_help)
		command->more_help();
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	die(EXIT_USAGE, "no such command \"%s\": see \"gossipctl --help\"",
	    name);
}

static void global_option(int val, const char *arg)
{
	switch (val) {
	case 'j':
		out_json = true;
		break;
	case 'n':
		netns = arg;
		break;
	case 'h':
		help = true;
		break;
	case 'V':
		puts("gossipctl " VERSION);
		out_flush();
		exit(EXIT_DONE);
	}
}

/* getopt's own form of @options: ":" for a quiet error, "+" not to look on. */
static void make_short_options(char *text, const struct option *options,
			       bool stop_at_word)
{
	if (stop_at_word)
		*text++ = '+';
	*text++ = ':';
	for (; options->name; options++) {
		if (options->val > UCHAR_MAX || !isalnum(options->val))
			continue;
		*text++ = options->val;
		if (options->has_arg == required_argument)
			*text++ = ':';
	}
	*text = '\0';
}

_Noreturn static void bad_option(int problem, char **argv)
{
	const char *option = argv[optind - 1];
	const char *name = error_command ? error_command : "";
	char letter[3] = { '-', optopt, '\0' };

	/* A cluster of short options is not the option itself. */
	if (option[0] != '-' || option[1] != '-')
		option = letter;
	if (problem == ':')
		die(EXIT_USAGE,
		    "option \"%s\" needs a value: see \"gossipctl %s%s--help\"",
		    option, name, *name ? " " : "");
	die(EXIT_USAGE, "bad option \"%s\": see \"gossipctl %s%s--help\"",
	    option, name, *name ? " " : "");
}

static bool is_global(int val)
{
	const struct option *option;

	for (option = global_options; option->name; option++)
		if (option->val == val)
			return true;
	return false;
}

/* @command is NULL before it is known: then the first word ends it. */
static void read_options(int argc, char **argv, const struct command *command)
{
	struct option options[OPTIONS_MAX] = { 0 };
	char letters[2 * OPTIONS_MAX + 3];
	const struct option *own;
	size_t count;
	int val;

	memcpy(options, global_options, sizeof(global_options));
	count = ARRAY_SIZE(global_options) - 1;
	for (own = command ? command->options : NULL; own && own->name; own++)
		options[count++] = *own;
	make_short_options(letters, options, !command);

	opterr = 0;
	optind = 0; /* GNU: start anew */
	while ((val = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (val == '?' || val == ':')
			bad_option(val, argv);
		else if (is_global(val))
			global_option(val, optarg);
		else
			command->option(val, optarg);
	}
}

static void enter_netns(void)
{
	char path[4096];
	int fd;

	/* As ip does: a word is a name, anything else a path. */
	if (snprintf(path, sizeof(path), "%s%s",
		     strchr(netns, '/') ? "" : "/run/netns/",
		     netns) >= (int)sizeof(path))
		die(EXIT_USAGE, "netns: the name is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(EXIT_FAILED,
		    "netns \"%s\": cannot open %s: %s: see \"ip netns list\"",
		    netns, path, strerror(errno));
	if (setns(fd, CLONE_NEWNET)) {
		if (errno == EPERM)
			die(EXIT_FAILED,
			    "netns \"%s\": needs CAP_SYS_ADMIN: run as root",
			    netns);
		die(EXIT_FAILED, "netns \"%s\": %s is no network namespace: %s",
		    netns, path, strerror(errno));
	}
	close(fd);
}

int main(int argc, char **argv)
{
	const struct command *command;

	read_options(argc, argv, NULL);
	argc -= optind;
	argv += optind;
	if (!argc && help) {
		print_help();
		out_flush();
		return EXIT_DONE;
	}
	if (!argc)
		die(EXIT_USAGE, "no command given: see \"gossipctl --help\"");

	command = find_command(argv[0]);
	error_command = command->name;
	read_options(argc, argv, command);
	if (help) {
		print_command_help(command);
		out_flush();
		return EXIT_DONE;
	}
	if (netns)
		enter_netns();
	command->run(argc - optind, argv + optind);
	out_flush();
	return EXIT_DONE;
}
