// SPDX-License-Identifier: GPL-2.0
/* gossipctl tag */

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "out.h"
#include "session.h"
#include "show.h"

static const struct option_info options[] = {
	{ 'd', "delete", "KEY", "take the tag KEY away; can be repeated",
	  WORDS_TAG },
	{ 0 }
};

static const char **removed;
static size_t removals;

static void option(int id, const char *value)
{
	removed = resize(removed, (removals + 1) * sizeof(*removed));
	removed[removals++] = value;
}

static void read_tag(const char *word, struct gossip_tag *tag)
{
	const char *equals = strchr(word, '=');
	char *key;

	if (!equals || equals == word)
		die(EXIT_USAGE,
		    QUOTED " is no KEY=VALUE: see \"gossipctl tag --help\"",
		    word);
	key = copy(word);
	key[equals - word] = '\0';
	*tag = (struct gossip_tag){ key, equals + 1 };
}

static void change(struct gossip *gossip, int argc, char **argv)
{
	struct gossip_tag *tag = resize(NULL, (argc + 1) * sizeof(*tag));
	struct gossip_tags tags = {
		.tag = tag,
		.tags = argc,
		.remove = removed,
		.removals = removals,
	};
	int i;

	for (i = 0; i < argc; i++)
		read_tag(argv[i], &tag[i]);
	session_check(gossip, gossip_set_tags(gossip, &tags));
	for (i = 0; i < argc; i++)
		free((char *)tag[i].key);
	free(tag);
}

static void show(struct gossip *gossip)
{
	const struct gossip_member *self;
	const char *key = NULL, *value;

	session_check(gossip, gossip_list(gossip));
	self = gossip_self(gossip);
	if (!self)
		session_die_absent();
	if (out_json) {
		show_tags(NULL, self);
		return;
	}
	out_array_open(NULL);
	while (gossip_next_tag(self, &key, &value)) {
		out_object_open(NULL);
		out_string(OUT_TEXT, "key", key);
		out_string(OUT_TEXT, "value", value);
		out_object_close();
	}
	out_array_close();
}

static void run(int argc, char **argv)
{
	struct gossip *gossip = session_open();

	out_begin(OUT_COLUMNS);
	if (argc || removals)
		change(gossip, argc, argv);
	if (out_json || (!argc && !removals))
		show(gossip);
	gossip_close(gossip);
}

const struct command tag_command = {
	.name = "tag",
	.args = " [KEY=VALUE]...",
	.summary = "shows or changes what this member says of itself",
	.about =
		"Sets tags of this member, which every member of the group sees, or takes\n"
		"them away; all at once or not at all. Without an argument it shows them.\n"
		"KEY is 1 to 63 of A-Z a-z 0-9 . _ -, VALUE is UTF-8 or empty; all tags\n"
		"take 512 bytes at most, each those of KEY and VALUE and 4 more.",
	.json = "an object with all tags, afterwards",
	.options = options,
	.option = option,
	.run = run,
};
