// SPDX-License-Identifier: GPL-2.0
/* gossipctl set */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "out.h"
#include "session.h"
#include "set.h"
#include "status.h"

static bool only_list;

static const struct option_info options[] = {
	{ 'l', "list", NULL, "print the present values, as without an argument",
	  WORDS_NONE },
	{ 0 }
};

static void option(int id, const char *value)
{
	only_list = true;
}

/* Listing */

static void list_one(uint32_t tunable, int64_t value)
{
	const char *unit = gossip_unit(tunable);
	uint32_t min, max;

	if (value < 0 || gossip_range(tunable, &min, &max))
		return;
	out_object_open(NULL);
	out_string(OUT_BOTH, "name",
		   gossip_name(GOSSIP_NAMES_TUNABLE, tunable));
	out_number(OUT_BOTH, "value", value);
	out_string(OUT_JSON, "unit", unit);
	out_string(OUT_TEXT, "unit", *unit ? unit : "-");
	out_number(OUT_BOTH, "min", min);
	out_number(OUT_BOTH, "max", max);
	out_string(OUT_JSON, "doc", gossip_doc(GOSSIP_NAMES_TUNABLE, tunable));
	out_object_close();
}

static void list(struct gossip *gossip)
{
	const struct gossip_instance *instance = session_instance(gossip);
	unsigned int i;

	out_begin(OUT_COLUMNS);
	out_array_open(NULL);
	for (i = 1; i < instance->tunables; i++)
		list_one(i, instance->tunable[i]);
	out_array_close();
}

/* Setting */

static bool is_settable(const char *key)
{
	return !strcmp(key, "profile") || !strcmp(key, "sensitivity") ||
	       gossip_value(GOSSIP_NAMES_TUNABLE, key) >= 0;
}

static void take_word(struct gossip_params *params, const char *word)
{
	const char *value;
	char *key = set_split(word, &value);

	if (!is_settable(key))
		die(EXIT_USAGE,
		    "no such tunable " QUOTED ": see \"gossipctl set --help\"",
		    key);
	if (!*value)
		die(EXIT_USAGE, "%s: a value is missing after \"=\"", key);
	if (gossip_params_set(params, key, value))
		die(EXIT_USAGE, "%s", gossip_params_error(params));
	free(key);
}

static void run(int argc, char **argv)
{
	struct gossip_params *params = gossip_params_new();
	struct gossip *gossip;
	int i;

	if (!params)
		die(EXIT_FAILED, "out of memory");
	if (only_list && argc)
		die(EXIT_USAGE,
		    "no argument " QUOTED " is expected with --list", argv[0]);
	for (i = 0; i < argc; i++)
		take_word(params, argv[i]);
	gossip = session_open();
	if (argc) {
		session_check(gossip, gossip_set(gossip, params));
		status_report(gossip);
	} else {
		list(gossip);
	}
	gossip_params_free(params);
	gossip_close(gossip);
}

char *set_split(const char *word, const char **value)
{
	const char *equals = strchr(word, '=');
	char *key;

	if (!equals || equals == word)
		die(EXIT_USAGE,
		    QUOTED
		    " is no PARAMETER=VALUE: see \"gossipctl %s --help\"",
		    word, error_command);
	key = copy(word);
	key[equals - word] = '\0';
	*value = equals + 1;
	return key;
}

void set_help_tunables(void)
{
	uint32_t i, min, max;

	for (i = 1; !gossip_range(i, &min, &max); i++)
		printf("  %-18s %s: %" PRIu32 " to %" PRIu32 "\n",
		       gossip_name(GOSSIP_NAMES_TUNABLE, i),
		       gossip_doc(GOSSIP_NAMES_TUNABLE, i), min, max);
}

static void more_help(void)
{
	puts("\n"
	     "sensitivity=fast, normal or calm, and profile=lan, wan or local, give their\n"
	     "defaults to all tunables that were never set.\n"
	     "\n"
	     "Tunables:");
	set_help_tunables();
}

const struct command set_command = {
	.name = "set",
	.args = " [TUNABLE=VALUE]...",
	.words = WORDS_SETTABLE,
	.summary = "changes tunables of this member, or shows them",
	.about =
		"Changes tunables of the member that runs, all of them or, where one is\n"
		"refused, none. Without an argument it shows their values, units and ranges.",
	.json = "an array of what there is; after a change the status",
	.more_help = more_help,
	.options = options,
	.option = option,
	.run = run,
};
