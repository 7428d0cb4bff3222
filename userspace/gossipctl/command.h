/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of commands: main.c reads it, help and completion show it. */
#ifndef _COMMAND_H
#define _COMMAND_H

#include <stdbool.h>

/* What a word can be, for completion. */
enum words {
	WORDS_NONE,
	WORDS_STATE,
	WORDS_PROFILE,
	WORDS_SENSITIVITY,
	WORDS_TUNABLE, /* with "=" */
	WORDS_PARAMETER, /* with "=" */
	WORDS_SETTABLE, /* with "=" */
	WORDS_MEMBER,
	WORDS_NETNS,
	WORDS_GROUP, /* of events */
	WORDS_SERVICE,
	WORDS_TAG, /* of this member */
	WORDS_KEY, /* what can be done with keys, and with which */
};

/**
 * struct option_info - an option
 * @id: its short form, or a number beyond characters
 * @value: what its value is called, or NULL if it takes none
 * @help: lines end with \n but for the last
 */
struct option_info {
	int id;
	const char *name;
	const char *value;
	const char *help;
	enum words words;
};

/**
 * struct command - a command of gossipctl
 * @args: what follows the options, for the help
 * @words: what these are
 * @rest: what follows the first of them is not looked at
 * @summary: one line of help
 * @about: what else is to be said
 * @json: what --json does, or NULL if the command does not have it
 * @more_help: prints what is not a constant, or NULL
 * @options: those of this command only, ends with an empty one; or NULL
 * @option: told of each of them; checks nothing that depends on the network
 *	namespace
 * @run: gets the words that are no options; dies on errors
 */
struct command {
	const char *name;
	const char *args;
	enum words words;
	bool rest;
	const char *summary;
	const char *about;
	const char *json;
	void (*more_help)(void);
	const struct option_info *options;
	void (*option)(int id, const char *value);
	void (*run)(int argc, char **argv);
};

/* In the order of the help; ends with NULL. */
extern const struct command *const commands[];
extern const struct option_info global_options[];

extern const struct command members_command;
extern const struct command monitor_command;
extern const struct command top_command;
extern const struct command status_command;
extern const struct command metrics_command;
extern const struct command start_command;
extern const struct command stop_command;
extern const struct command join_command;
extern const struct command leave_command;
extern const struct command wait_command;
extern const struct command set_command;
extern const struct command stats_command;
extern const struct command ping_command;
extern const struct command tag_command;
extern const struct command key_command;
extern const struct command event_command;
extern const struct command run_command;

/* NULL if there is none of that name. */
const struct command *command_find(const char *name);
void command_help_all(void);
void command_help(const struct command *command);

#endif
