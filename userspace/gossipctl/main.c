// SPDX-License-Identifier: GPL-2.0
/* gossipctl: options, and which command is meant. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "complete.h"
#include "error.h"
#include "out.h"

#define OPTIONS_MAX 32

static const char *netns;
static bool help;

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

/* The forms that getopt has: ":" for a quiet error, "+" not to look on. */
struct forms {
	struct option option[OPTIONS_MAX];
	size_t count;
	char letters[2 * OPTIONS_MAX + 3];
};

static void add_forms(struct forms *forms, const struct option_info *info)
{
	char *letter = forms->letters + strlen(forms->letters);

	for (; info && info->name; info++) {
		forms->option[forms->count++] = (struct option){
			info->name,
			info->value ? required_argument : no_argument,
			NULL,
			info->id,
		};
		if (info->id > UCHAR_MAX)
			continue;
		*letter++ = info->id;
		if (info->value)
			*letter++ = ':';
	}
	*letter = '\0';
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
		    "option " QUOTED
		    " needs a value: see \"gossipctl %s%s--help\"",
		    option, name, *name ? " " : "");
	die(EXIT_USAGE, "bad option " QUOTED ": see \"gossipctl %s%s--help\"",
	    option, name, *name ? " " : "");
}

static bool is_global(int id)
{
	const struct option_info *info;

	for (info = global_options; info->name; info++)
		if (info->id == id)
			return true;
	return false;
}

/* @command is NULL before it is known: then the first word ends it. */
static void read_options(int argc, char **argv, const struct command *command)
{
	struct forms forms = { 0 };
	int id;

	snprintf(forms.letters, sizeof(forms.letters),
		 "%s:", command && !command->rest ? "" : "+");
	add_forms(&forms, global_options);
	add_forms(&forms, command ? command->options : NULL);

	opterr = 0;
	optind = 0; /* GNU: start anew */
	while ((id = getopt_long(argc, argv, forms.letters, forms.option,
				 NULL)) != -1) {
		if (id == '?' || id == ':')
			bad_option(id, argv);
		else if (is_global(id))
			global_option(id, optarg);
		else
			command->option(id, optarg);
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
		    "netns " QUOTED
		    ": cannot open %.300s: %s: see \"ip netns list\"",
		    netns, path, strerror(errno));
	if (setns(fd, CLONE_NEWNET)) {
		if (errno == EPERM)
			die(EXIT_FAILED,
			    "netns " QUOTED
			    ": needs CAP_SYS_ADMIN: run as root",
			    netns);
		die(EXIT_FAILED,
		    "netns " QUOTED ": %.300s is no network namespace: %s",
		    netns, path, strerror(errno));
	}
	close(fd);
}

static int show_help(const struct command *command)
{
	if (command)
		command_help(command);
	else
		command_help_all();
	out_flush();
	return EXIT_DONE;
}

/* What the shells call to complete a command line. */
static int complete(int argc, char **argv)
{
	netns = complete_netns(argc, argv);
	if (netns)
		enter_netns();
	complete_words(argc, argv);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc > 2 && !strcmp(argv[1], "__complete"))
		return complete(argc - 2, argv + 2);
	read_options(argc, argv, NULL);
	argc -= optind;
	argv += optind;
	if (!argc && help)
		return show_help(NULL);
	if (!argc)
		die(EXIT_USAGE, "no command given: see \"gossipctl --help\"");

	command = command_find(argv[0]);
	if (!command)
		die(EXIT_USAGE,
		    "no such command " QUOTED ": see \"gossipctl --help\"",
		    argv[0]);
	error_command = command->name;
	read_options(argc, argv, command);
	if (help)
		return show_help(command);
	if (out_json && !command->json)
		die(EXIT_USAGE, "there is no JSON of it: leave out --json");
	if (netns)
		enter_netns();
	command->run(argc - optind, argv + optind);
	out_flush();
	return EXIT_DONE;
}
