// SPDX-License-Identifier: GPL-2.0
/* gossipctl start */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "secret.h"
#include "session.h"
#include "set.h"
#include "status.h"

enum {
	OPT_NAME = 256,
	OPT_CLUSTER,
	OPT_BIND,
	OPT_ADVERTISE,
	OPT_PEER,
	OPT_PEERS,
	OPT_PROFILE,
	OPT_SENSITIVITY,
	OPT_LEASE_UIDS,
	OPT_KEY,
	OPT_SET,
};

static const struct option_info options[] = {
	{ OPT_NAME, "name", "NAME", "this member's name (the host name)",
	  WORDS_NONE },
	{ OPT_CLUSTER, "cluster", "NAME",
	  "groups with different names ignore each other\n(default)",
	  WORDS_NONE },
	{ OPT_BIND, "bind", "ADDR[:PORT]",
	  "address to listen on (0.0.0.0:7946)", WORDS_NONE },
	{ OPT_ADVERTISE, "advertise", "ADDR[:PORT]",
	  "address told to others (that of bind, or of the\nroute to the first peer)",
	  WORDS_NONE },
	{ OPT_PEER, "peer", "ADDR[:PORT]",
	  "a member to join; more with commas, or once more", WORDS_NONE },
	{ OPT_PEERS, "peers", "ADDR[:PORT],...", "the same", WORDS_NONE },
	{ OPT_PROFILE, "profile", "PROFILE",
	  "lan, wan or local: defaults of the tunables (lan)", WORDS_PROFILE },
	{ OPT_SENSITIVITY, "sensitivity", "SENSITIVITY",
	  "fast, normal or calm (normal)", WORDS_SENSITIVITY },
	{ OPT_LEASE_UIDS, "lease_uids", "FIRST[-LAST]",
	  "users that may bring services up (none but who has\nCAP_NET_ADMIN)",
	  WORDS_NONE },
	{ OPT_KEY, "key", "FILE",
	  "seal datagrams with the key in FILE, \"-\" for standard\ninput: see \"gossipctl key --help\"",
	  WORDS_NONE },
	{ OPT_SET, "set", "TUNABLE=VALUE", "a tunable of the protocol",
	  WORDS_TUNABLE },
	{ 0 }
};

/* Kept until the network namespace is known, in which interfaces have names. */
struct setting {
	int id;
	const char *value;
};

static struct setting *settings;
static size_t setting_count;

static void option(int id, const char *value)
{
	settings = resize(settings, (setting_count + 1) * sizeof(*settings));
	settings[setting_count++] = (struct setting){ id, value };
}

static void set(struct gossip_params *params, const char *key,
		const char *value)
{
	int err = gossip_params_set(params, key, value);

	if (err == -ENOENT)
		die(EXIT_USAGE, "%s: see \"gossipctl start --help\"",
		    gossip_params_error(params));
	if (err)
		die(EXIT_USAGE, "%s", gossip_params_error(params));
}

/* KEY=VALUE */
static void set_word(struct gossip_params *params, const char *word,
		     bool tunable)
{
	const char *value;
	char *key = set_split(word, &value);

	if (tunable && gossip_value(GOSSIP_NAMES_TUNABLE, key) < 0)
		die(EXIT_USAGE,
		    "no such tunable " QUOTED
		    ": see \"gossipctl start --help\"",
		    key);
	set(params, key, value);
	free(key);
}

static void set_key(struct gossip_params *params, const char *file)
{
	uint8_t secret[GOSSIP_SECRET_SIZE];

	secret_read(file, secret);
	gossip_params_set_secret(params, secret);
	explicit_bzero(secret, sizeof(secret));
}

static void apply(struct gossip_params *params, const struct setting *setting)
{
	const struct option_info *own;

	if (setting->id == OPT_SET) {
		set_word(params, setting->value, true);
		return;
	}
	if (setting->id == OPT_PEER) {
		set(params, "peers", setting->value);
		return;
	}
	if (setting->id == OPT_KEY) {
		set_key(params, setting->value);
		return;
	}
	/* The others are named as the parameters. */
	for (own = options; own->id != setting->id; own++)
		;
	set(params, own->name, setting->value);
}

static void run(int argc, char **argv)
{
	struct gossip_params *params = gossip_params_new();
	struct gossip *gossip;
	size_t i;
	int err;

	if (!params)
		die(EXIT_FAILED, "out of memory");
	for (i = 0; i < setting_count; i++)
		apply(params, &settings[i]);
	for (; argc; argc--, argv++)
		set_word(params, *argv, false);
	free(settings);

	gossip = session_open();
	err = gossip_start(gossip, params);
	/* That of an address, not that nothing runs. */
	if (err == -ENODEV)
		die(EXIT_FAILED, "%s", gossip_error(gossip));
	gossip_params_free(params);
	session_check(gossip, err);
	status_report(gossip);
	gossip_close(gossip);
}

static void more_help(void)
{
	puts("\nParameters can be written as those of the module, too:\n"
	     "  gossipctl start name=db1 bind=10.0.0.1 peers=10.0.0.2,10.0.0.3\n"
	     "\n"
	     "Tunables; the profile has the defaults:");
	set_help_tunables();
}

const struct command start_command = {
	.name = "start",
	.args = " [PARAMETER=VALUE]...",
	.words = WORDS_PARAMETER,
	.summary = "starts a member in this network namespace",
	.about =
		"Starts a member in this network namespace. ADDR is 10.0.0.1, fd00::7 or\n"
		"fe80::1%eth0, with a port 10.0.0.1:7946 or [fd00::7]:7946.",
	.json = "print the status afterwards",
	.more_help = more_help,
	.options = options,
	.option = option,
	.run = run,
};
