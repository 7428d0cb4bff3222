// SPDX-License-Identifier: GPL-2.0
/* gossipctl status */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "abi.h"
#include "addr.h"
#include "attr.h"
#include "command.h"
#include "error.h"
#include "macros.h"
#include "member.h"
#include "status.h"

static void show_addr(const char *key, const struct nlattr *nest)
{
	char text[ADDR_TEXT_MAX];
	struct addr addr;

	if (!nest) {
		out_null(OUT_BOTH, key);
		return;
	}
	addr_get(nest, &addr);
	out_string(OUT_BOTH, key, addr_format(&addr, text));
}

static void show_status(uint32_t status)
{
	const char *name = abi_name(&abi_status, status);
	char text[256];

	out_string(OUT_JSON, "status", name);
	snprintf(text, sizeof(text), "%s: %s", name,
		 abi_doc(&abi_status, status));
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

/* @tb: attributes of the set "instance", as below */
static void show_counts(const struct nlattr *const *tb)
{
	static const struct {
		const char *name;
		int attr;
	} count[] = {
		{ "alive", GOSSIP_A_INSTANCE_ALIVE },
		{ "suspect", GOSSIP_A_INSTANCE_SUSPECT },
		{ "failed", GOSSIP_A_INSTANCE_FAILED },
		{ "left", GOSSIP_A_INSTANCE_LEFT },
	};
	char text[128] = "";
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(count); i++) {
		uint32_t value = attr_u32(tb[count[i].attr], 0);

		out_number(OUT_JSON, count[i].name, value);
		len += snprintf(text + len, sizeof(text) - len,
				"%s%" PRIu32 " %s", i ? ", " : "", value,
				count[i].name);
	}
	out_string(OUT_TEXT, "members", text);
}

static void show_peers(const struct nlattr *instance)
{
	char text[ADDR_TEXT_MAX];
	const struct nlattr *attr;
	struct addr addr;

	out_array_open("peers");
	for (attr = attr_first(instance); attr;
	     attr = attr_next(instance, attr)) {
		if (mnl_attr_get_type(attr) != GOSSIP_A_INSTANCE_PEER)
			continue;
		addr_get(attr, &addr);
		addr_format(&addr, text);
		out_string(OUT_JSON, NULL, text);
		out_string(OUT_TEXT, "peer", text);
	}
	out_array_close();
}

static void show_choice(const char *key, const struct abi_enum *set,
			const struct nlattr *attr)
{
	out_string(OUT_BOTH, key, abi_name(set, attr_u32(attr, UINT32_MAX)));
}

static void show_config(const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_CONFIG_MAX + 1];
	const struct abi_attr *attr;
	const char *unit;
	unsigned int i;
	char text[64];

	attr_parse_nest(nest, tb, GOSSIP_A_CONFIG_MAX);
	out_object_open("config");
	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++) {
		attr = abi_attr(&abi_config, i);
		if (!attr || !tb[i])
			continue;
		out_number(OUT_JSON, attr->name, attr_u32(tb[i], 0));
		unit = abi_unit(attr);
		snprintf(text, sizeof(text), "%" PRIu32 "%s%s",
			 attr_u32(tb[i], 0), *unit ? " " : "", unit);
		out_string(OUT_TEXT, attr->name, text);
	}
	out_object_close();
}

static void show(const struct nlattr *instance, const struct nlattr *const *tb)
{
	char name[GOSSIP_NAME_MAX + 1];

	attr_string(tb[GOSSIP_A_INSTANCE_NAME], name, sizeof(name));
	out_string(OUT_BOTH, "name", name);
	attr_string(tb[GOSSIP_A_INSTANCE_CLUSTER], name, sizeof(name));
	out_string(OUT_BOTH, "cluster", name);
	show_addr("advertise", tb[GOSSIP_A_INSTANCE_ADVERTISE]);
	show_addr("bind", tb[GOSSIP_A_INSTANCE_BIND]);
	show_status(attr_u32(tb[GOSSIP_A_INSTANCE_STATUS], UINT32_MAX));
	out_hex(OUT_BOTH, "view", attr_u64(tb[GOSSIP_A_INSTANCE_VIEW]));
	show_health(attr_u32(tb[GOSSIP_A_INSTANCE_HEALTH], 0));
	show_counts(tb);
	out_hex(OUT_JSON, "uid", attr_u64(tb[GOSSIP_A_INSTANCE_UID]));
	out_number(OUT_JSON, "seq", attr_u64(tb[GOSSIP_A_INSTANCE_SEQ]));
	show_peers(instance);
	show_choice("profile", &abi_profile, tb[GOSSIP_A_INSTANCE_PROFILE]);
	show_choice("sensitivity", &abi_sensitivity,
		    tb[GOSSIP_A_INSTANCE_SENSITIVITY]);
	show_config(tb[GOSSIP_A_INSTANCE_CONFIG]);
}

/* @ctx: whether there is an instance */
static void read_reply(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	const struct nlattr *nest;
	bool *exists = ctx;
	uint32_t status;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	nest = tb[GOSSIP_A_MESSAGE_INSTANCE];
	attr_parse_nest(nest, instance, GOSSIP_A_INSTANCE_MAX);
	status =
		attr_u32(instance[GOSSIP_A_INSTANCE_STATUS], GOSSIP_STATUS_OFF);
	*exists = status != GOSSIP_STATUS_OFF;
	if (!*exists)
		return;
	out_object_open(NULL);
	show(nest, instance);
	out_object_close();
}

static bool get(struct nl *nl)
{
	bool exists = false;
	int err;

	nl_request(nl, GOSSIP_CMD_INSTANCE_GET);
	err = nl_do(nl, read_reply, &exists);
	if (err)
		nl_die(nl, err);
	return exists;
}

void status_report(struct nl *nl)
{
	if (!out_json)
		return;
	out_begin(OUT_LINES);
	if (get(nl))
		return;
	out_object_open(NULL);
	out_string(OUT_JSON, "status",
		   abi_name(&abi_status, GOSSIP_STATUS_OFF));
	out_object_close();
}

static void run(int argc, char **argv)
{
	struct nl *nl;

	if (argc)
		die(EXIT_USAGE, "no argument \"%s\" is expected", argv[0]);
	out_begin(OUT_LINES);
	nl = nl_open();
	if (!get(nl))
		nl_die(nl, -ENODEV);
	nl_close(nl);
}

const struct command status_command = {
	.name = "status",
	.args = "",
	.summary = "shows this member: state, view, health, configuration",
	.help = "Shows this member: its name, addresses and state, the view, which is equal\n"
		"on two nodes exactly when they agree, health, counts and configuration.\n"
		"\n"
		"  -j, --json  an object with all that is known",
	.run = run,
};
