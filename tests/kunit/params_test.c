// SPDX-License-Identifier: GPL-2.0
/* What a user says of an instance: defaults, ranges, what makes no sense. */

#include <kunit/test.h>
#include <linux/utsname.h>

#include "../../kmod/params.h"
#include "letters.h"

static const struct name {
	const char *name;
	bool good;
} names[] = {
	{ "a", true },	       { "db-1.example_X9", true },
	{ LETTERS_63, true },  { "with space", false },
	{ "slash/", false },   { "new\nline", false },
	{ "\xc3\xa9", false }, { "(none)", false },
};

static void describe_name(const struct name *name, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "name %zu",
		  (size_t)(name - names));
}

KUNIT_ARRAY_PARAM(name, names, describe_name);

static void params_check_names(struct kunit *test)
{
	const struct name *name = test->param_value;
	struct gossip_params *params = test->priv;
	struct gossip_error err = {};

	strscpy(params->name, name->name, sizeof(params->name));
	KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
			name->good ? 0 : -EINVAL);
	if (!name->good)
		KUNIT_EXPECT_STREQ(test, err.what, "name");

	strscpy(params->name, "n", sizeof(params->name));
	strscpy(params->cluster, name->name, sizeof(params->cluster));
	KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
			name->good ? 0 : -EINVAL);
	if (!name->good)
		KUNIT_EXPECT_STREQ(test, err.what, "cluster");
}

static void params_defaults(struct kunit *test)
{
	struct gossip_params *params = test->priv;
	struct gossip_error err = {};

	params->advertise = (struct swim_addr){ .family = 4, .ip = { 10 } };
	params->bind.port = 99;
	KUNIT_ASSERT_EQ(test, gossip_params_check(params, &err), 0);
	KUNIT_EXPECT_STREQ(test, params->cluster, "default");
	KUNIT_EXPECT_EQ(test, params->bind.family, 4);
	KUNIT_EXPECT_EQ(test, params->bind.port, 99);
	KUNIT_EXPECT_EQ(test, params->advertise.port, 99);

	params->bind.port = 0;
	KUNIT_ASSERT_EQ(test, gossip_params_check(params, &err), 0);
	KUNIT_EXPECT_EQ(test, params->bind.port, GOSSIP_PORT);
}

/* Host names that are a member's, and such as are not. */
static const struct host {
	const char *name;
	bool good;
} hosts[] = {
	{ "db-1", true },     { "db-1.example.org", true },
	{ LETTERS_63, true }, { LETTERS_63 "a", false },
	{ "(none)", false },  { "", false },
};

static void describe_host(const struct host *host, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu characters: %s",
		  strlen(host->name), host->name);
}

KUNIT_ARRAY_PARAM(host, hosts, describe_host);

/* The host name is the default; nobody else needs it meanwhile. */
static void params_host_name(struct kunit *test)
{
	const struct host *host = test->param_value;
	struct gossip_params *params = test->priv;
	char *nodename = utsname()->nodename;
	struct gossip_error err = {};
	char old[__NEW_UTS_LEN + 1];

	strscpy(old, nodename, sizeof(old));
	strscpy(nodename, host->name, __NEW_UTS_LEN + 1);
	params->name[0] = '\0';
	KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
			host->good ? 0 : -EINVAL);
	strscpy(nodename, old, __NEW_UTS_LEN + 1);
	if (host->good) {
		KUNIT_EXPECT_STREQ(test, params->name, host->name);
		return;
	}
	KUNIT_EXPECT_STREQ(test, err.what, "name");
	KUNIT_ASSERT_NOT_NULL(test, err.why);
	KUNIT_EXPECT_NOT_NULL(test, strstr(err.why, "host name"));
}

/* What the man page promises of each profile and sensitivity. */
static const struct defaults {
	enum swim_profile profile;
	enum swim_sensitivity sensitivity;
	u32 probe_interval;
	u32 probe_timeout;
	u32 suspicion_mult;
} defaults[] = {
	{ SWIM_LAN, SWIM_NORMAL, 500, 250, 100 },
	{ SWIM_LAN, SWIM_FAST, 500, 250, 50 },
	{ SWIM_LAN, SWIM_CALM, 500, 250, 200 },
	{ SWIM_WAN, SWIM_NORMAL, 2000, 1000, 100 },
	{ SWIM_WAN, SWIM_CALM, 2000, 1000, 200 },
	{ SWIM_LOCAL, SWIM_FAST, 100, 50, 50 },
};

static void describe_defaults(const struct defaults *row, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "profile %d, sensitivity %d",
		  row->profile, row->sensitivity);
}

KUNIT_ARRAY_PARAM(defaults, defaults, describe_defaults);

static void params_profiles(struct kunit *test)
{
	const struct defaults *row = test->param_value;
	struct gossip_params *params = test->priv;
	struct gossip_error err = {};

	params->profile = row->profile;
	params->sensitivity = row->sensitivity;
	params->config.gossip_fanout = 7;
	KUNIT_ASSERT_EQ(test, gossip_params_check(params, &err), 0);
	KUNIT_EXPECT_EQ(test, params->config.probe_interval,
			row->probe_interval);
	KUNIT_EXPECT_EQ(test, params->config.probe_timeout, row->probe_timeout);
	KUNIT_EXPECT_EQ(test, params->config.suspicion_mult,
			row->suspicion_mult);
	KUNIT_EXPECT_EQ(test, params->config.rules, SWIM_RULES_ALL);
	/* What the user said stays. */
	KUNIT_EXPECT_EQ(test, params->config.gossip_fanout, 7);
}

static void set_tunable(struct gossip_params *params,
			const struct swim_tunable *row, u32 value)
{
	memset(&params->config, 0, sizeof(params->config));
	*swim_config_value(&params->config, row) = value;
}

/* What nobody gave follows profile and sensitivity, what somebody gave stays. */
static void params_change(struct kunit *test)
{
	struct gossip_params *params = test->priv;
	struct gossip_change change = { .profile = -1, .sensitivity = -1 };
	struct gossip_change slow = { .profile = SWIM_WAN, .sensitivity = -1 };
	struct gossip_change fast = { .profile = -1, .sensitivity = SWIM_FAST };
	struct gossip_error err = {};

	params->config.gossip_fanout = 7;
	KUNIT_ASSERT_EQ(test, gossip_params_check(params, &err), 0);
	change.config.probe_timeout = 333;
	KUNIT_ASSERT_EQ(test, gossip_params_change(params, &change, &err), 0);
	KUNIT_EXPECT_EQ(test, params->config.probe_timeout, 333);
	KUNIT_EXPECT_EQ(test, params->config.probe_interval, 500);
	KUNIT_EXPECT_EQ(test, params->config.gossip_fanout, 7);

	KUNIT_ASSERT_EQ(test, gossip_params_change(params, &slow, &err), 0);
	KUNIT_ASSERT_EQ(test, gossip_params_change(params, &fast, &err), 0);
	KUNIT_EXPECT_EQ(test, params->profile, SWIM_WAN);
	KUNIT_EXPECT_EQ(test, params->sensitivity, SWIM_FAST);
	KUNIT_EXPECT_EQ(test, params->config.probe_interval, 2000);
	KUNIT_EXPECT_EQ(test, params->config.suspicion_mult, 50);
	KUNIT_EXPECT_EQ(test, params->config.probe_timeout, 333);
	KUNIT_EXPECT_EQ(test, params->config.gossip_fanout, 7);
	KUNIT_EXPECT_EQ(test, params->config.rules, SWIM_RULES_ALL);
}

static void params_tunable_ranges(struct kunit *test)
{
	struct gossip_params *params = test->priv;
	struct gossip_error err = {};
	u32 i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++) {
		const struct swim_tunable *row = &swim_tunables[i];

		set_tunable(params, row, row->min);
		KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err), 0);
		set_tunable(params, row, row->max);
		KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err), 0);
		set_tunable(params, row, row->max + 1);
		KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
				-EINVAL);
		KUNIT_EXPECT_STREQ(test, err.what, row->name);
		/* 0 asks for the default. */
		set_tunable(params, row, row->min - 1);
		KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
				row->min == 1 ? 0 : -EINVAL);
	}
}

/*
 * Addresses that parse and make no sense: parameter @refused is at fault, of
 * several peers the last one.
 */
static const struct sense {
	const char *what;
	const char *bind;
	const char *advertise;
	const char *peers;
	const char *refused;
	enum gossip_part part;
	const char *why;
} senses[] = {
	{ "all IPv4", "0.0.0.0", "10.0.0.1", "10.0.0.2,10.0.0.3" },
	{ "all IPv6", "::", "fd00::1", "fd00::2,fd00::3" },
	{ "all link-local", "fe80::1%lo", "fe80::1%lo", "fe80::2%lo" },
	{ "bind to one", "10.0.0.1" },
	{ "bind to multicast", "224.0.0.1", NULL, NULL, "bind", GOSSIP_IP,
	  "0.0.0.0 or ::" },
	{ "bind to broadcast", "255.255.255.255", NULL, NULL, "bind", GOSSIP_IP,
	  "0.0.0.0 or ::" },
	{ "bind to nothing", "0.0.0.5", NULL, NULL, "bind", GOSSIP_IP,
	  "0.0.0.0 or ::" },
	{ "bind to IPv6 multicast", "ff02::1", NULL, NULL, "bind", GOSSIP_IP,
	  "0.0.0.0 or ::" },
	{ "bind to IPv4-mapped", "::ffff:10.0.0.1", NULL, NULL, "bind",
	  GOSSIP_IP, "as IPv4" },
	{ "bind to link-local", "fe80::1", NULL, NULL, "bind", GOSSIP_SCOPE,
	  "%eth0" },
	{ "bind with scope", "fd00::1%lo", NULL, NULL, "bind", GOSSIP_SCOPE,
	  "only an IPv6 link-local" },
	{ "bind to all with scope", "::%lo", NULL, NULL, "bind", GOSSIP_SCOPE,
	  "only an IPv6 link-local" },
	{ "advertise the unspecified", "0.0.0.0", "0.0.0.0", NULL, "advertise",
	  GOSSIP_IP, "unicast" },
	{ "advertise multicast", "0.0.0.0", "224.0.0.1", NULL, "advertise",
	  GOSSIP_IP, "unicast" },
	{ "advertise IPv4-mapped", "::", "::ffff:10.0.0.1", NULL, "advertise",
	  GOSSIP_IP, "as IPv4" },
	{ "advertise link-local", "::", "fe80::1", NULL, "advertise",
	  GOSSIP_SCOPE, "%eth0" },
	{ "advertise IPv6 on IPv4", "0.0.0.0", "fd00::1", NULL, "advertise",
	  GOSSIP_WHOLE, "an IPv4 address" },
	{ "advertise IPv4 on IPv6", "::", "10.0.0.1", NULL, "advertise",
	  GOSSIP_WHOLE, "an IPv6 address" },
	{ "IPv6 peer on IPv4", "0.0.0.0", NULL, "10.0.0.2,fd00::2", "peers",
	  GOSSIP_WHOLE, "an IPv4 address" },
	{ "IPv4 peer on IPv6", "::", NULL, "10.0.0.2", "peers", GOSSIP_WHOLE,
	  "an IPv6 address" },
	{ "unspecified peer", "0.0.0.0", NULL, "0.0.0.0", "peers", GOSSIP_IP,
	  "unicast" },
	{ "unspecified IPv6 peer", "::", NULL, "::", "peers", GOSSIP_IP,
	  "unicast" },
	{ "multicast peer", "0.0.0.0", NULL, "10.0.0.1,10.0.0.2,224.0.0.1",
	  "peers", GOSSIP_IP, "unicast" },
	{ "broadcast peer", "0.0.0.0", NULL, "255.255.255.255", "peers",
	  GOSSIP_IP, "unicast" },
	{ "IPv6 multicast peer", "::", NULL, "ff02::1", "peers", GOSSIP_IP,
	  "unicast" },
	{ "IPv4-mapped peer", "::", NULL, "fd00::2,::ffff:10.0.0.1", "peers",
	  GOSSIP_IP, "as IPv4" },
	{ "link-local peer", "::", NULL, "fe80::1%lo,fe80::1", "peers",
	  GOSSIP_SCOPE, "%eth0" },
	{ "peer with scope", "::", NULL, "fd00::2%lo", "peers", GOSSIP_SCOPE,
	  "only an IPv6 link-local" },
};

static void describe_sense(const struct sense *sense, char *desc)
{
	strscpy(desc, sense->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sense, senses, describe_sense);

static void read_sense(struct kunit *test, const struct sense *sense)
{
	struct gossip_params *params = test->priv;
	const char *bad;
	char text[64];

	KUNIT_ASSERT_EQ(test, gossip_parse_addr(sense->bind, &params->bind), 0);
	if (sense->advertise)
		KUNIT_ASSERT_EQ(test,
				gossip_parse_addr(sense->advertise,
						  &params->advertise),
				0);
	if (!sense->peers)
		return;
	strscpy(text, sense->peers, sizeof(text));
	KUNIT_ASSERT_EQ(test, gossip_parse_peers(text, params, &bad), 0);
}

static void params_addresses(struct kunit *test)
{
	const struct sense *sense = test->param_value;
	struct gossip_params *params = test->priv;
	struct gossip_error err = {};

	read_sense(test, sense);
	KUNIT_EXPECT_EQ(test, gossip_params_check(params, &err),
			sense->refused ? -EINVAL : 0);
	KUNIT_EXPECT_EQ(test, gossip_addrs_check(params, &err),
			sense->refused ? -EINVAL : 0);
	if (!sense->refused)
		return;
	KUNIT_ASSERT_NOT_NULL(test, err.why);
	KUNIT_EXPECT_STREQ(test, err.what, sense->refused);
	KUNIT_EXPECT_EQ(test, err.index, sense->peers ? params->peers - 1 : 0);
	KUNIT_EXPECT_EQ(test, err.part, sense->part);
	KUNIT_EXPECT_NOT_NULL(test, strstr(err.why, sense->why));
}

static int init(struct kunit *test)
{
	struct gossip_params *params =
		kunit_kzalloc(test, sizeof(*params), GFP_KERNEL);

	test->priv = params;
	if (!params)
		return -ENOMEM;
	params->sensitivity = SWIM_NORMAL;
	strscpy(params->name, "n", sizeof(params->name));
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(params_check_names, name_gen_params),
	KUNIT_CASE(params_defaults),
	KUNIT_CASE_PARAM(params_host_name, host_gen_params),
	KUNIT_CASE_PARAM(params_profiles, defaults_gen_params),
	KUNIT_CASE(params_tunable_ranges),
	KUNIT_CASE(params_change),
	KUNIT_CASE_PARAM(params_addresses, sense_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gossip-params",
	.init = init,
	.test_cases = cases,
};

kunit_test_suite(suite);
