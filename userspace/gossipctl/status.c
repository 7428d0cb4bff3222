// SPDX-License-Identifier: GPL-2.0
/* gossipctl status */

#include <inttypes.h>
#include <stdio.h>

#include "advice.h"
#include "command.h"
#include "error.h"
#include "key.h"
#include "macros.h"
#include "out.h"
#include "session.h"
#include "show.h"
#include "status.h"

static void show_status(uint32_t status)
{
	const char *name = gossip_name(GOSSIP_NAMES_STATUS, status);
	char text[256];

	out_string(OUT_JSON, "status", name);
	snprintf(text, sizeof(text), "%s: %s", name,
		 gossip_doc(GOSSIP_NAMES_STATUS, status));
	out_word(OUT_TEXT, "status", text,
		 status == GOSSIP_STATUS_ALIVE ? OUT_GREEN : OUT_YELLOW, 0);
}

static void show_health(uint32_t health)
{
	char text[128];

	out_number(OUT_JSON, "health", health);
	snprintf(text, sizeof(text), "%" PRIu32 "%s", health,
		 health ? ": this node is slow, and patient with others" :
			  ": best");
	out_string(OUT_TEXT, "health", text);
}

static void show_counts(const struct gossip_instance *instance)
{
	const struct {
		const char *name;
		uint32_t value;
	} count[] = {
		{ "alive", instance->alive },
		{ "suspect", instance->suspect },
		{ "failed", instance->failed },
		{ "left", instance->left },
	};
	char text[128] = "";
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(count); i++) {
		out_number(OUT_JSON, count[i].name, count[i].value);
		len += snprintf(text + len, sizeof(text) - len,
				"%s%" PRIu32 " %s", i ? ", " : "",
				count[i].value, count[i].name);
	}
	out_string(OUT_TEXT, "members", text);
}

static int64_t counted(const struct gossip_stats *stats, unsigned int stat)
{
	return stats->value[stat] > 0 ? stats->value[stat] : 0;
}

/* Since the start; "gossipctl stats" has the parts. */
static void show_traffic(const struct gossip_stats *stats)
{
	int64_t received, sent, dropped;
	char text[128];

	if (!stats) {
		out_null(OUT_JSON, "traffic");
		return;
	}
	received = counted(stats, GOSSIP_A_STATS_RX_DATAGRAMS);
	sent = counted(stats, GOSSIP_A_STATS_TX_DATAGRAMS);
	dropped = counted(stats, GOSSIP_A_STATS_RX_MALFORMED) +
		  counted(stats, GOSSIP_A_STATS_RX_VERSION) +
		  counted(stats, GOSSIP_A_STATS_RX_CLUSTER) +
		  counted(stats, GOSSIP_A_STATS_RX_PLAIN) +
		  counted(stats, GOSSIP_A_STATS_RX_UNKNOWN_KEY) +
		  counted(stats, GOSSIP_A_STATS_RX_FORGED);
	out_object_open("traffic");
	out_number(OUT_JSON, "received", received);
	out_number(OUT_JSON, "sent", sent);
	out_number(OUT_JSON, "dropped", dropped);
	out_object_close();
	snprintf(text, sizeof(text),
		 "%" PRIi64 " datagrams received, %" PRIi64 " sent, %" PRIi64
		 " dropped",
		 received, sent, dropped);
	out_string(OUT_TEXT, "traffic", text);
}

/* Unknown to who may not ask for them; also where the module has none. */
static void show_keys(struct gossip *gossip)
{
	const struct gossip_keys *keys;
	char id[KEY_TEXT_MAX], text[128];

	if (gossip_get_keys(gossip, &keys)) {
		out_null(OUT_JSON, "keys");
		return;
	}
	key_show(OUT_JSON, "keys", keys);
	if (!keys->count)
		snprintf(text, sizeof(text),
			 "none: datagrams are in the clear");
	else if (keys->primary < 0)
		snprintf(
			text, sizeof(text),
			"%u installed, none in use: datagrams are in the clear",
			keys->count);
	else
		snprintf(text, sizeof(text), "sealed with %s, %s%u installed",
			 key_format(keys->id[keys->primary], id),
			 keys->permissive ? "permissive, " : "", keys->count);
	out_string(OUT_TEXT, "keys", text);
}

static void show_peers(const struct gossip_instance *instance)
{
	char text[GOSSIP_ADDR_TEXT_MAX];
	unsigned int i;

	out_array_open("peers");
	for (i = 0; i < instance->peers; i++) {
		gossip_addr_format(&instance->peer[i], text);
		out_string(OUT_JSON, NULL, text);
		out_string(OUT_TEXT, "peer", text);
	}
	out_array_close();
}

static void show_config(const struct gossip_instance *instance)
{
	const char *name, *unit;
	unsigned int i;
	char text[64];

	out_object_open("config");
	for (i = 1; i < instance->tunables; i++) {
		if (instance->tunable[i] < 0)
			continue;
		name = gossip_name(GOSSIP_NAMES_TUNABLE, i);
		out_number(OUT_JSON, name, instance->tunable[i]);
		unit = gossip_unit(i);
		snprintf(text, sizeof(text), "%" PRIi64 "%s%s",
			 instance->tunable[i], *unit ? " " : "", unit);
		out_string(OUT_TEXT, name, text);
	}
	out_object_close();
}

/* What this member says of itself; as of the listing for the advice. */
static void show_own(struct gossip *gossip)
{
	const struct gossip_member *self = gossip_self(gossip);
	const char *key = NULL, *value;
	char text[GOSSIP_NAME_MAX + GOSSIP_TAGS_MAX + 2];

	if (!self)
		return;
	show_services(*self->services ? OUT_TEXT : 0, self);
	show_tags("tags", self);
	while (gossip_next_tag(self, &key, &value)) {
		snprintf(text, sizeof(text), "%s=%s", key, value);
		out_string(OUT_TEXT, "tag", text);
	}
}

static void show(struct gossip *gossip, const struct gossip_instance *instance)
{
	const struct gossip_stats *stats;

	/* Stopped meanwhile: what was read before is shown all the same. */
	if (gossip_get_stats(gossip, &stats))
		stats = NULL;
	out_object_open(NULL);
	out_string(OUT_BOTH, "name", instance->name);
	out_string(OUT_BOTH, "cluster", instance->cluster);
	show_addr(OUT_BOTH, "advertise", &instance->advertise);
	show_addr(OUT_BOTH, "bind", &instance->bind);
	show_status(instance->status);
	show_addr(OUT_JSON, "holder", &instance->holder);
	out_hex(OUT_BOTH, "view", instance->view);
	show_optional(OUT_JSON, "view_ms", instance->view_ms);
	show_health(instance->health);
	show_counts(instance);
	show_traffic(stats);
	show_keys(gossip);
	advice_show(gossip, instance, stats);
	show_own(gossip);
	out_hex(OUT_JSON, "uid", instance->uid);
	out_number(OUT_JSON, "seq", instance->seq);
	show_peers(instance);
	out_string(OUT_BOTH, "profile",
		   gossip_name(GOSSIP_NAMES_PROFILE, instance->profile));
	out_string(OUT_BOTH, "sensitivity",
		   gossip_name(GOSSIP_NAMES_SENSITIVITY,
			       instance->sensitivity));
	show_config(instance);
	out_object_close();
}

void status_report(struct gossip *gossip)
{
	const struct gossip_instance *instance;

	if (!out_json)
		return;
	out_begin(OUT_LINES);
	session_check(gossip, gossip_get_instance(gossip, &instance));
	if (instance->status != GOSSIP_STATUS_OFF) {
		show(gossip, instance);
		return;
	}
	out_object_open(NULL);
	out_string(OUT_JSON, "status",
		   gossip_name(GOSSIP_NAMES_STATUS, GOSSIP_STATUS_OFF));
	out_object_close();
}

static void run(int argc, char **argv)
{
	struct gossip *gossip;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	out_begin(OUT_LINES);
	gossip = session_open();
	show(gossip, session_instance(gossip));
	gossip_close(gossip);
}

const struct command status_command = {
	.name = "status",
	.args = "",
	.summary = "shows this member, what is wrong, and what to do",
	.about =
		"Shows this member: its name, addresses and state, the view, which is equal\n"
		"on two nodes exactly when they agree, health, counts, traffic, what is wrong\n"
		"and what to do about it, and the configuration.",
	.json = "an object with all that is known",
	.run = run,
};
