// SPDX-License-Identifier: GPL-2.0
/* gossipctl start */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "command.h"
#include "error.h"
#include "instance.h"
#include "status.h"

enum {
	OPT_NAME = 256,
	OPT_CLUSTER,
	OPT_BIND,
	OPT_ADVERTISE,
	OPT_PEER,
	OPT_PROFILE,
	OPT_SENSITIVITY,
	OPT_SET,
};

static const struct option options[] = {
	{ "name", required_argument, NULL, OPT_NAME },
	{ "cluster", required_argument, NULL, OPT_CLUSTER },
	{ "bind", required_argument, NULL, OPT_BIND },
	{ "advertise", required_argument, NULL, OPT_ADVERTISE },
	{ "peer", required_argument, NULL, OPT_PEER },
	{ "peers", required_argument, NULL, OPT_PEER },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "sensitivity", required_argument, NULL, OPT_SENSITIVITY },
	{ "set", required_argument, NULL, OPT_SET },
	{ 0 }
};

/* Kept until the network namespace is known, in which interfaces have names. */
struct setting {
	int val;
	const char *arg;
};

static struct setting *settings;
static size_t setting_count;

static void option(int val, const char *arg)
{
	settings = resize(settings, (setting_count + 1) * sizeof(*settings));
	settings[setting_count++] = (struct setting){ val, arg };
}

/* KEY=VALUE, of which @setter knows some. */
static void set_word(struct instance *instance, const char *word,
		     void (*setter)(struct instance *instance, const char *key,
				    const char *value))
{
	const char *equals = strchr(word, '=');
	char *key;

	if (!equals || equals == word)
		die(EXIT_USAGE,
		    "\"%s\" is no PARAMETER=VALUE: see \"gossipctl start --help\"",
		    word);
	key = copy(word);
	key[equals - word] = '\0';
	setter(instance, key, equals + 1);
	free(key);
}

static void apply(struct instance *instance, const struct setting *setting)
{
	const struct option *own;

	if (setting->val == OPT_SET) {
		set_word(instance, setting->arg, instance_set_tunable);
		return;
	}
	if (setting->val == OPT_PEER) {
		instance_add_peers(instance, setting->arg);
		return;
	}
	/* The others are named as the parameters. */
	for (own = options; own->val != setting->val; own++)
		;
	instance_set(instance, own->name, setting->arg);
}

static void run(int argc, char **argv)
{
	struct instance instance;
	struct nl *nl;
	size_t i;
	int err;

	instance_init(&instance);
	for (i = 0; i < setting_count; i++)
		apply(&instance, &settings[i]);
	for (; argc; argc--, argv++)
		set_word(&instance, *argv, instance_set);
	free(settings);

	nl = nl_open();
	instance_put(nl_request(nl, GOSSIP_CMD_START), &instance);
	err = nl_do(nl, NULL, NULL);
	if (err)
		nl_die(nl, err);
	status_report(nl);
	nl_close(nl);
}

static void more_help(void)
{
	const struct abi_attr *attr;
	unsigned int i;

	puts("\nTunables; the profile has the defaults:");
	for (i = 1; i <= abi_config.max; i++) {
		attr = abi_attr(&abi_config, i);
		if (attr)
			printf("  %-16s %s\n", attr->name, attr->doc);
	}
}

const struct command start_command = {
	.name = "start",
	.args = " [PARAMETER=VALUE]...",
	.summary = "starts a member in this network namespace",
	.help = "Starts a member in this network namespace. ADDR is 10.0.0.1, fd00::7 or\n"
		"fe80::1%eth0, with a port 10.0.0.1:7946 or [fd00::7]:7946.\n"
		"\n"
		"  --name NAME            this member's name (the host name)\n"
		"  --cluster NAME         groups with different names ignore each other\n"
		"                         (default)\n"
		"  --bind ADDR[:PORT]     address to listen on (0.0.0.0:7946)\n"
		"  --advertise ADDR[:PORT]\n"
		"                         address told to others (that of the route to the\n"
		"                         first peer)\n"
		"  --peer ADDR[:PORT]     a member to join; more with commas or once more\n"
		"  --profile PROFILE      lan, wan or local: defaults of the tunables (lan)\n"
		"  --sensitivity SENSITIVITY\n"
		"                         fast, normal or calm (normal)\n"
		"  --set TUNABLE=VALUE    a tunable of the protocol\n"
		"  -j, --json             print the status afterwards\n"
		"\n"
		"Parameters can be written as those of the module, too:\n"
		"  gossipctl start name=db1 bind=10.0.0.1 peers=10.0.0.2,10.0.0.3",
	.more_help = more_help,
	.options = options,
	.option = option,
	.run = run,
};
