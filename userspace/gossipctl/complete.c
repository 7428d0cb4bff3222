// SPDX-License-Identifier: GPL-2.0

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <libgossip.h>

#include "command.h"
#include "complete.h"
#include "error.h"
#include "key.h"
#include "service.h"

/**
 * struct line - a command line up to the cursor
 * @command: NULL if it is not there yet, or is unknown
 * @wants: option whose value is the last word, or NULL
 * @netns: value of the option of that name, or NULL
 * @named: a word that is no option came before the last one
 * @word: the first such word after the command, or NULL
 */
struct line {
	const struct command *command;
	const struct option_info *wants;
	const char *netns;
	bool named;
	const char *word;
};

static const struct option_info *find_in(const struct option_info *option,
					 const char *word)
{
	for (; option && option->name; option++) {
		if (word[0] == '-' && word[1] == '-' &&
		    !strcmp(option->name, word + 2))
			return option;
		if (word[0] == '-' && option->id <= UCHAR_MAX &&
		    word[1] == option->id && !word[2])
			return option;
	}
	return NULL;
}

static const struct option_info *find_option(const struct command *command,
					     const char *word)
{
	const struct option_info *option = find_in(global_options, word);

	return option || !command ? option : find_in(command->options, word);
}

static struct line read_line(int argc, char **argv)
{
	struct line line = { 0 };
	int i;

	for (i = 0; i < argc - 1; i++) {
		if (line.wants) {
			if (line.wants->id == 'n')
				line.netns = argv[i];
			line.wants = NULL;
		} else if (argv[i][0] == '-') {
			line.wants = find_option(line.command, argv[i]);
			if (line.wants && !line.wants->value)
				line.wants = NULL;
			if (!strncmp(argv[i], "--netns=", 8))
				line.netns = argv[i] + 8;
		} else if (!line.named) {
			line.named = true;
			line.command = command_find(argv[i]);
		} else if (!line.word) {
			line.word = argv[i];
		}
	}
	return line;
}

const char *complete_netns(int argc, char **argv)
{
	return read_line(argc, argv).netns;
}

/* Candidates */

/**
 * struct partial - the word to complete
 * @kept: first characters that stay as they are, up to the "=" of an option
 *	or the last comma of a list
 */
struct partial {
	const char *word;
	size_t kept;
};

static void offer(const struct partial *partial, const char *word,
		  const char *after, const char *doc)
{
	const char *typed = partial->word + partial->kept;

	if (strncmp(word, typed, strlen(typed)))
		return;
	printf("%.*s", (int)partial->kept, partial->word);
	put_printable(stdout, word);
	printf("%s\t", after);
	put_printable(stdout, doc);
	putchar('\n');
}

static void offer_names(const struct partial *partial, enum gossip_names names,
			uint32_t from, uint32_t to, const char *after)
{
	for (; from <= to; from++)
		offer(partial, gossip_name(names, from), after,
		      gossip_doc(names, from));
}

static void offer_parameters(const struct partial *partial)
{
	const struct option_info *option;

	for (option = start_command.options; option->name; option++)
		if (strcmp(option->name, "set") &&
		    strcmp(option->name, "peer") && strcmp(option->name, "key"))
			offer(partial, option->name, "=", "");
	offer_names(partial, GOSSIP_NAMES_TUNABLE, 1, GOSSIP_A_CONFIG_MAX, "=");
}

static void offer_member(const struct partial *partial, struct gossip *gossip)
{
	const struct gossip_member *member;
	size_t i;

	for (i = 0; (member = gossip_at(gossip, i)); i++)
		offer(partial, member->name, "",
		      gossip_name(GOSSIP_NAMES_STATE, member->state));
}

static void offer_service(const char *name, size_t members, void *ctx)
{
	offer(ctx, name, "", "");
}

static void offer_services(const struct partial *partial, struct gossip *gossip)
{
	service_each(gossip, offer_service, (void *)partial);
}

static void offer_tags(const struct partial *partial, struct gossip *gossip)
{
	const struct gossip_member *self = gossip_self(gossip);
	const char *key = NULL, *value;

	while (self && gossip_next_tag(self, &key, &value))
		offer(partial, key, "", value);
}

/* What the members have. */
static void offer_listed(const struct partial *partial,
			 void (*listed)(const struct partial *partial,
					struct gossip *gossip))
{
	struct gossip *gossip;

	if (gossip_open(&gossip))
		return;
	if (!gossip_list(gossip))
		listed(partial, gossip);
	gossip_close(gossip);
}

static void offer_key_ids(const struct partial *partial)
{
	const struct gossip_keys *keys;
	char text[KEY_TEXT_MAX];
	struct gossip *gossip;
	int i;

	if (gossip_open(&gossip))
		return;
	if (!gossip_get_keys(gossip, &keys))
		for (i = 0; i < (int)keys->count; i++)
			offer(partial, key_format(keys->id[i], text), "",
			      i == keys->primary ? "primary" : "");
	gossip_close(gossip);
}

/* @action: what is there already, or NULL */
static void offer_keys(const struct partial *partial, const char *action)
{
	if (!action) {
		offer(partial, "add", "", "a key from a file");
		offer(partial, "delete", "", "a key that is not in use");
		offer(partial, "use", "", "seal with a key");
		offer(partial, "generate", "", "print a new key");
	} else if (!strcmp(action, "delete") || !strcmp(action, "use")) {
		offer_key_ids(partial);
	}
}

static void offer_netns(const struct partial *partial)
{
	struct dirent *entry;
	DIR *dir = opendir("/run/netns");

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			offer(partial, entry->d_name, "", "");
	if (dir)
		closedir(dir);
}

static void offer_values(const struct partial *partial, enum words words)
{
	switch (words) {
	case WORDS_STATE:
		offer_names(partial, GOSSIP_NAMES_STATE, 0,
			    GOSSIP_MEMBER_STATE_LEFT, "");
		break;
	case WORDS_PROFILE:
		offer_names(partial, GOSSIP_NAMES_PROFILE, 0,
			    GOSSIP_PROFILE_LOCAL, "");
		break;
	case WORDS_SENSITIVITY:
		offer_names(partial, GOSSIP_NAMES_SENSITIVITY, 0,
			    GOSSIP_SENSITIVITY_CALM, "");
		break;
	case WORDS_TUNABLE:
		offer_names(partial, GOSSIP_NAMES_TUNABLE, 1,
			    GOSSIP_A_CONFIG_MAX, "=");
		break;
	case WORDS_PARAMETER:
		offer_parameters(partial);
		break;
	case WORDS_SETTABLE:
		offer(partial, "profile", "=", "");
		offer(partial, "sensitivity", "=", "");
		offer_names(partial, GOSSIP_NAMES_TUNABLE, 1,
			    GOSSIP_A_CONFIG_MAX, "=");
		break;
	case WORDS_MEMBER:
		offer_listed(partial, offer_member);
		break;
	case WORDS_NETNS:
		offer_netns(partial);
		break;
	case WORDS_GROUP:
		offer(partial, GOSSIP_MCGRP_MEMBERS, "", "");
		offer(partial, GOSSIP_MCGRP_EVENTS, "", "");
		break;
	case WORDS_SERVICE:
		offer_listed(partial, offer_services);
		break;
	case WORDS_TAG:
		offer_listed(partial, offer_tags);
		break;
	case WORDS_KEY: /* depends on the line */
	case WORDS_NONE:
		break;
	}
}

static void offer_options(const struct partial *partial,
			  const struct option_info *option,
			  const struct command *command)
{
	char word[64];

	for (; option && option->name; option++) {
		if (option->id == 'j' && command && !command->json)
			continue;
		snprintf(word, sizeof(word), "--%s", option->name);
		offer(partial, word, "",
		      strchr(option->help, '\n') ? "" : option->help);
	}
}

/* --option=value, or parameter=value */
static bool offer_after_equals(const struct line *line, struct partial *partial)
{
	const char *equals = strchr(partial->word, '=');
	const struct option_info *option;
	char name[64];

	if (!equals || equals - partial->word + 3 > (ptrdiff_t)sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%s%.*s",
		 partial->word[0] == '-' ? "" : "--",
		 (int)(equals - partial->word), partial->word);
	option = find_option(line->command, name);
	partial->kept = equals - partial->word + 1;
	if (option && option->value)
		offer_values(partial, option->words);
	return true;
}

void complete_words(int argc, char **argv)
{
	struct partial partial = { .word = argv[argc - 1] };
	struct line line = read_line(argc, argv);
	const char *comma = strrchr(partial.word, ',');
	size_t i;

	if (line.wants) {
		if (comma && line.wants->words == WORDS_STATE)
			partial.kept = comma + 1 - partial.word;
		offer_values(&partial, line.wants->words);
	} else if (offer_after_equals(&line, &partial)) {
		return;
	} else if (partial.word[0] == '-') {
		offer_options(&partial, global_options, line.command);
		if (line.command)
			offer_options(&partial, line.command->options, NULL);
	} else if (!line.named) {
		for (i = 0; commands[i]; i++)
			offer(&partial, commands[i]->name, "",
			      commands[i]->summary);
	} else if (line.command && line.command->words == WORDS_KEY) {
		offer_keys(&partial, line.word);
	} else if (line.command) {
		offer_values(&partial, line.command->words);
	}
}
