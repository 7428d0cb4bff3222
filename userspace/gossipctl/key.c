// SPDX-License-Identifier: GPL-2.0
/* gossipctl key */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "command.h"
#include "error.h"
#include "key.h"
#include "macros.h"
#include "out.h"
#include "secret.h"
#include "session.h"

enum { OPT_PERMISSIVE = 256, OPT_NONE };

static const struct option_info options[] = {
	{ OPT_PERMISSIVE, "permissive", NULL,
	  "with use: heed what is in the clear, too", WORDS_NONE },
	{ OPT_NONE, "none", NULL, "with use: seal no more", WORDS_NONE },
	{ 0 }
};

static bool permissive, none;

static void option(int id, const char *value)
{
	if (id == OPT_PERMISSIVE)
		permissive = true;
	else
		none = true;
}

const char *key_format(uint32_t id, char text[KEY_TEXT_MAX])
{
	snprintf(text, KEY_TEXT_MAX, "%08" PRIx32, id);
	return text;
}

void key_show(enum out_where where, const char *name,
	      const struct gossip_keys *keys)
{
	char text[KEY_TEXT_MAX];
	const char *state;
	bool primary;
	int i;

	out_array_open(name);
	for (i = 0; i < (int)keys->count; i++) {
		primary = i == keys->primary;
		state = keys->permissive ? "primary, permissive" : "primary";
		out_object_open(NULL);
		out_string(where, "id", key_format(keys->id[i], text));
		out_string(where & OUT_TEXT, "state", primary ? state : "-");
		out_bool(OUT_JSON, "primary", primary);
		out_bool(OUT_JSON, "permissive", primary && keys->permissive);
		out_object_close();
	}
	out_array_close();
}

static void list(struct gossip *gossip)
{
	const struct gossip_keys *keys;

	session_check(gossip, gossip_get_keys(gossip, &keys));
	out_begin(OUT_COLUMNS);
	key_show(OUT_BOTH, NULL, keys);
}

/* @word: NULL if it is missing. */
static uint32_t parse_id(const char *word)
{
	if (!word)
		die(EXIT_USAGE,
		    "which? the id of a key is missing: see \"gossipctl key\"");
	if (strlen(word) != KEY_TEXT_MAX - 1 ||
	    word[strspn(word, "0123456789abcdefABCDEF")])
		die(EXIT_USAGE,
		    "id " QUOTED
		    ": 8 hexadecimal digits are needed, as \"gossipctl key\" lists them",
		    word);
	return strtoul(word, NULL, 16);
}

static void add(struct gossip *gossip, const char *file)
{
	uint8_t secret[GOSSIP_SECRET_SIZE];
	char text[KEY_TEXT_MAX];
	uint32_t id;
	int err;

	if (!file)
		die(EXIT_USAGE,
		    "a file with the key is missing: see \"gossipctl key --help\"");
	secret_read(file, secret);
	err = gossip_add_key(gossip, secret, &id);
	explicit_bzero(secret, sizeof(secret));
	session_check(gossip, err);
	if (!out_json)
		puts(key_format(id, text));
}

static void remove_key(struct gossip *gossip, const char *word)
{
	session_check(gossip, gossip_delete_key(gossip, parse_id(word)));
}

static void use(struct gossip *gossip, const char *word)
{
	if (none && (word || permissive))
		die(EXIT_USAGE,
		    "--none is without an id and without --permissive");
	session_check(gossip, none ? gossip_use_no_key(gossip) :
				     gossip_use_key(gossip, parse_id(word),
						    permissive));
}

static void generate(struct gossip *gossip, const char *word)
{
	uint8_t secret[GOSSIP_SECRET_SIZE];

	if (word)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", word);
	if (out_json)
		die(EXIT_USAGE, "there is no JSON of it: leave out --json");
	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		die(EXIT_FAILED, "cannot get random bytes: %s",
		    strerror(errno));
	secret_write(secret);
	explicit_bzero(secret, sizeof(secret));
}

static const struct {
	const char *name;
	void (*run)(struct gossip *gossip, const char *word);
} actions[] = {
	{ "add", add },
	{ "delete", remove_key },
	{ "use", use },
	{ "generate", generate },
};

static void act(struct gossip *gossip, const char *name, const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, name))
			break;
	if (i == ARRAY_SIZE(actions))
		die(EXIT_USAGE,
		    "no such action " QUOTED
		    ": add, delete, use, generate are allowed",
		    name);
	if ((none || permissive) && actions[i].run != use)
		die(EXIT_USAGE, "--none and --permissive are those of \"use\"");
	actions[i].run(gossip, word);
}

static void run(int argc, char **argv)
{
	struct gossip *gossip = session_open();

	if (argc > 2)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[2]);
	if (!argc && (none || permissive))
		die(EXIT_USAGE, "--none and --permissive are those of \"use\"");
	if (argc)
		act(gossip, argv[0], argc > 1 ? argv[1] : NULL);
	if (out_json || !argc)
		list(gossip);
	gossip_close(gossip);
}

const struct command key_command = {
	.name = "key",
	.args = " [add FILE|delete ID|use ID|use --none|generate]",
	.words = WORDS_KEY,
	.summary = "keys that datagrams are sealed with",
	.about =
		"Shows the keys of this member by their ids, or changes them. All that are\n"
		"there open what others have sealed; the one in use, the primary one, seals\n"
		"what is sent, and only what is sealed is heeded then.\n"
		"\n"
		"  add FILE     adds the key in FILE, \"-\" for standard input: one line, as\n"
		"               generate prints it; prints its id\n"
		"  delete ID    takes a key away that is not in use\n"
		"  use ID       seals with this key\n"
		"  generate     prints a new key; needs no member\n"
		"\n"
		"To change the key of a group: add the new one on all members, use it on all,\n"
		"delete the old one on all.",
	.json = "an array of the keys, afterwards",
	.options = options,
	.option = option,
	.run = run,
};
