// SPDX-License-Identifier: GPL-2.0
/* Requests over netlink: what is understood, and how the rest is refused. */

#include <linux/inet.h>

#include "../../kmod/netlink_dump.h"
#include "../../kmod/netlink_parse.h"
#include "letters.h"
#include "request.h"

static void put_address(struct sk_buff *skb, int attr, const char *ip, u16 port,
			u32 scope)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	u8 bytes[16] = {};

	if (strchr(ip, ':')) {
		in6_pton(ip, -1, bytes, -1, NULL);
		nla_put(skb, GOSSIP_A_ADDRESS_IPV6, 16, bytes);
	} else {
		in4_pton(ip, -1, bytes, -1, NULL);
		nla_put(skb, GOSSIP_A_ADDRESS_IPV4, 4, bytes);
	}
	if (port)
		nla_put_u16(skb, GOSSIP_A_ADDRESS_PORT, port);
	if (scope)
		nla_put_u32(skb, GOSSIP_A_ADDRESS_SCOPE, scope);
	nla_nest_end(skb, nest);
}

static void put_config(struct sk_buff *skb, int attr, u32 value)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_INSTANCE_CONFIG);

	nla_put_u32(skb, attr, value);
	nla_nest_end(skb, nest);
}

static int start(struct request *request)
{
	return request_validate(request, gossip_start_policy, GOSSIP_A_MESSAGE_INSTANCE) ?:
		       gossip_parse_start(&request->info, &request->params);
}

/* What is understood and makes no sense. */
static int check_addresses(struct request *request)
{
	struct gossip_error error = {};
	int err;

	err = gossip_addrs_check(&request->params, &error);
	if (err)
		gossip_explain(&request->info, &error);
	return err;
}

static int join(struct request *request)
{
	return request_validate(request, gossip_join_policy, GOSSIP_A_MESSAGE_INSTANCE) ?:
		       gossip_parse_join(&request->info, &request->params);
}

static void parse_start_full(struct kunit *test)
{
	struct request *request = test->priv;
	struct gossip_params *params = &request->params;
	struct sk_buff *skb = request->skb;
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);

	nla_put_string(skb, GOSSIP_A_INSTANCE_NAME, LETTERS_63);
	nla_put_string(skb, GOSSIP_A_INSTANCE_CLUSTER, "blue");
	put_address(skb, GOSSIP_A_INSTANCE_BIND, "0.0.0.0", 99, 0);
	put_address(skb, GOSSIP_A_INSTANCE_ADVERTISE, "10.0.0.1", 98, 0);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, "10.0.0.2", 0, 0);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, "10.0.0.3", 97, 0);
	nla_put_u32(skb, GOSSIP_A_INSTANCE_PROFILE, GOSSIP_PROFILE_WAN);
	nla_put_u32(skb, GOSSIP_A_INSTANCE_SENSITIVITY,
		    GOSSIP_SENSITIVITY_CALM);
	put_config(skb, GOSSIP_A_CONFIG_REAP_AFTER, 77);
	nla_nest_end(skb, nest);

	KUNIT_ASSERT_EQ(test, start(request), 0);
	KUNIT_EXPECT_STREQ(test, params->name, LETTERS_63);
	KUNIT_EXPECT_STREQ(test, params->cluster, "blue");
	KUNIT_EXPECT_EQ(test, params->bind.family, 4);
	KUNIT_EXPECT_EQ(test, params->bind.port, 99);
	KUNIT_EXPECT_EQ(test, params->advertise.ip[3], 1);
	KUNIT_EXPECT_EQ(test, params->advertise.port, 98);
	KUNIT_ASSERT_EQ(test, params->peers, 2);
	KUNIT_EXPECT_EQ(test, params->peer[0].port, GOSSIP_PORT);
	KUNIT_EXPECT_EQ(test, params->peer[1].ip[3], 3);
	KUNIT_EXPECT_EQ(test, params->peer[1].port, 97);
	KUNIT_EXPECT_EQ(test, params->profile, SWIM_WAN);
	KUNIT_EXPECT_EQ(test, params->sensitivity, SWIM_CALM);
	KUNIT_EXPECT_EQ(test, params->config.reap_after, 77);
	KUNIT_EXPECT_EQ(test, params->config.probe_interval, 0);
}

static void parse_start_empty(struct kunit *test)
{
	struct request *request = test->priv;

	memset(&request->params, 0xff, sizeof(request->params));
	KUNIT_ASSERT_EQ(test, start(request), 0);
	KUNIT_EXPECT_STREQ(test, request->params.name, "");
	KUNIT_EXPECT_EQ(test, request->params.bind.family, 0);
	KUNIT_EXPECT_EQ(test, request->params.peers, 0);
	KUNIT_EXPECT_EQ(test, request->params.profile, SWIM_LAN);
	KUNIT_EXPECT_EQ(test, request->params.sensitivity, SWIM_NORMAL);
}

/* A START with one attribute, good or bad. */
enum kind { TEXT, NUMBER, ADDRESS, CONFIG };

static const struct single {
	const char *what;
	enum kind kind;
	int attr;
	const char *text; /* a name or an address */
	u32 number; /* a value, or an address's port */
	u32 scope;
	int err;
} singles[] = {
	{ "name", TEXT, GOSSIP_A_INSTANCE_NAME, "db-1" },
	{ "empty name", TEXT, GOSSIP_A_INSTANCE_NAME, "", .err = -EINVAL },
	{ "name with a blank", TEXT, GOSSIP_A_INSTANCE_NAME, "a b",
	  .err = -EINVAL },
	{ "name of 64", TEXT, GOSSIP_A_INSTANCE_NAME, LETTERS_63 "a",
	  .err = -EINVAL },
	{ "cluster with a slash", TEXT, GOSSIP_A_INSTANCE_CLUSTER, "a/b",
	  .err = -EINVAL },
	{ "unknown profile", NUMBER, GOSSIP_A_INSTANCE_PROFILE, .number = 3,
	  .err = -ERANGE },
	{ "unknown sensitivity", NUMBER, GOSSIP_A_INSTANCE_SENSITIVITY,
	  .number = 3, .err = -ERANGE },
	{ "reading as input", NUMBER, GOSSIP_A_INSTANCE_STATUS, .number = 1,
	  .err = -EINVAL },
	{ "unknown attribute", NUMBER, GOSSIP_A_INSTANCE_MAX + 1, .number = 1,
	  .err = -EINVAL },
	{ "bind to all, IPv4", ADDRESS, GOSSIP_A_INSTANCE_BIND, "0.0.0.0" },
	{ "bind to all, IPv6", ADDRESS, GOSSIP_A_INSTANCE_BIND, "::", 5 },
	{ "bind to multicast", ADDRESS, GOSSIP_A_INSTANCE_BIND, "224.0.0.1",
	  .err = -EINVAL },
	{ "advertise the unspecified", ADDRESS, GOSSIP_A_INSTANCE_ADVERTISE,
	  "0.0.0.0", .err = -EINVAL },
	{ "advertise IPv6 multicast", ADDRESS, GOSSIP_A_INSTANCE_ADVERTISE,
	  "ff02::1", .err = -EINVAL },
	{ "peer", ADDRESS, GOSSIP_A_INSTANCE_PEER, "fd00::1", 9 },
	{ "link-local peer", ADDRESS, GOSSIP_A_INSTANCE_PEER, "fe80::1", 9, 2 },
	{ "link-local without scope", ADDRESS, GOSSIP_A_INSTANCE_PEER,
	  "fe80::1", 9, .err = -EINVAL },
	{ "scope of a global address", ADDRESS, GOSSIP_A_INSTANCE_PEER,
	  "fd00::1", 9, 2, .err = -EINVAL },
	{ "scope of IPv4", ADDRESS, GOSSIP_A_INSTANCE_PEER, "10.0.0.1", 9, 2,
	  .err = -EINVAL },
	{ "IPv4-mapped peer", ADDRESS, GOSSIP_A_INSTANCE_PEER,
	  "::ffff:10.0.0.1", .err = -EINVAL },
	{ "least fanout", CONFIG, GOSSIP_A_CONFIG_GOSSIP_FANOUT, .number = 1 },
	{ "no fanout", CONFIG, GOSSIP_A_CONFIG_GOSSIP_FANOUT, .number = 0,
	  .err = -ERANGE },
	{ "fanout too great", CONFIG, GOSSIP_A_CONFIG_GOSSIP_FANOUT,
	  .number = 9, .err = -ERANGE },
	{ "unknown tunable", CONFIG, GOSSIP_A_CONFIG_MAX + 1, .number = 1,
	  .err = -EINVAL },
};

static void describe(const struct single *single, char *text)
{
	strscpy(text, single->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(single, singles, describe);

static void put_single(struct sk_buff *skb, const struct single *single)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);

	switch (single->kind) {
	case TEXT:
		nla_put_string(skb, single->attr, single->text);
		break;
	case NUMBER:
		nla_put_u32(skb, single->attr, single->number);
		break;
	case ADDRESS:
		put_address(skb, single->attr, single->text, single->number,
			    single->scope);
		break;
	case CONFIG:
		put_config(skb, single->attr, single->number);
		break;
	}
	nla_nest_end(skb, nest);
}

static void parse_start_single(struct kunit *test)
{
	const struct single *single = test->param_value;
	struct request *request = test->priv;
	int err;

	put_single(request->skb, single);
	err = start(request);
	if (!err) {
		/* It is not for this test that the families differ. */
		if (single->text && strchr(single->text, ':'))
			request->params.bind.family = 6;
		err = check_addresses(request);
	}
	KUNIT_EXPECT_EQ(test, err, single->err);
	/* Who is refused is told which part is bad. */
	if (single->err)
		KUNIT_EXPECT_NOT_NULL(test, request->extack.bad_attr);
}

/* Of several peers that one is pointed at, and that part, which is bad. */
static const struct bad_peer {
	const char *ip;
	u32 scope;
	int bad; /* attribute of the address, or 0 for all of it */
	int missing; /* from it */
} bad_peers[] = {
	{ "fe80::1", 0, GOSSIP_A_ADDRESS_IPV6, GOSSIP_A_ADDRESS_SCOPE },
	{ "fd00::1", 2, GOSSIP_A_ADDRESS_SCOPE },
	{ "ff02::1", 0, GOSSIP_A_ADDRESS_IPV6 },
	{ "::ffff:10.0.0.1", 0, GOSSIP_A_ADDRESS_IPV6 },
	{ "224.0.0.1", 0, GOSSIP_A_ADDRESS_IPV4 },
	{ "10.0.0.1", 2, GOSSIP_A_ADDRESS_SCOPE },
	{ "10.0.0.1", 0, 0 },
};

static void describe_bad_peer(const struct bad_peer *row, char *text)
{
	scnprintf(text, KUNIT_PARAM_DESC_SIZE, "%s, scope %u", row->ip,
		  row->scope);
}

KUNIT_ARRAY_PARAM(bad_peer, bad_peers, describe_bad_peer);

static void parse_bad_peer(struct kunit *test)
{
	const struct bad_peer *row = test->param_value;
	struct request *request = test->priv;
	struct sk_buff *skb = request->skb;
	const struct nlattr *peer, *bad;
	struct nlattr *nest;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);
	put_address(skb, GOSSIP_A_INSTANCE_BIND, "::", 9, 0);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, "fd00::1", 9, 0);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, "fe80::1", 9, 2);
	peer = (const void *)skb_tail_pointer(skb);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, row->ip, 9, row->scope);
	put_address(skb, GOSSIP_A_INSTANCE_PEER, "fd00::2", 9, 0);
	nla_nest_end(skb, nest);

	KUNIT_ASSERT_EQ(test, start(request), 0);
	KUNIT_EXPECT_EQ(test, check_addresses(request), -EINVAL);
	bad = row->bad ? nla_find_nested(peer, row->bad) : peer;
	KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr, bad);
	KUNIT_EXPECT_EQ(test, request->extack.miss_type, row->missing);
	KUNIT_EXPECT_PTR_EQ(test, request->extack.miss_nest,
			    row->missing ? peer : NULL);
}

/* A JOIN takes peers and nothing else. */
static void parse_join(struct kunit *test)
{
	struct request *request = test->priv;
	struct sk_buff *skb = request->skb;
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);
	u32 i;

	for (i = 0; i < SWIM_SEEDS_MAX; i++)
		put_address(skb, GOSSIP_A_INSTANCE_PEER, "10.0.0.2", 1 + i, 0);
	nla_nest_end(skb, nest);
	KUNIT_ASSERT_EQ(test, join(request), 0);
	KUNIT_EXPECT_EQ(test, request->params.peers, SWIM_SEEDS_MAX);
	KUNIT_EXPECT_EQ(test, request->params.peer[31].port, 32);

	put_address(skb, GOSSIP_A_INSTANCE_PEER, "10.0.0.2", 1 + i, 0);
	nla_nest_end(skb, nest);
	KUNIT_EXPECT_EQ(test, join(request), -E2BIG);
	KUNIT_EXPECT_NOT_NULL(test, request->extack._msg);
}

static void parse_join_refuses_name(struct kunit *test)
{
	struct request *request = test->priv;
	struct sk_buff *skb = request->skb;
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);

	nla_put_string(skb, GOSSIP_A_INSTANCE_NAME, "n");
	nla_nest_end(skb, nest);
	KUNIT_EXPECT_EQ(test, join(request), -EINVAL);
}

static int find(struct request *request, char *name)
{
	return request_validate(request, gossip_find_policy, GOSSIP_A_MESSAGE_FILTER) ?:
		       gossip_parse_find(&request->info, name);
}

static void parse_find(struct kunit *test)
{
	struct request *request = test->priv;
	struct sk_buff *skb = request->skb;
	char name[SWIM_NAME_MAX + 1];
	struct nlattr *nest;

	KUNIT_EXPECT_EQ(test, find(request, name), -EINVAL);
	KUNIT_EXPECT_EQ(test, request->extack.miss_type,
			GOSSIP_A_MESSAGE_MEMBER);

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_MEMBER);
	nla_nest_end(skb, nest);
	KUNIT_EXPECT_EQ(test, find(request, name), -EINVAL);
	KUNIT_EXPECT_EQ(test, request->extack.miss_type, GOSSIP_A_MEMBER_NAME);

	nla_put_string(skb, GOSSIP_A_MEMBER_NAME, LETTERS_63);
	nla_nest_end(skb, nest);
	KUNIT_ASSERT_EQ(test, find(request, name), 0);
	KUNIT_EXPECT_STREQ(test, name, LETTERS_63);
}

static struct nlattr *put_name(struct sk_buff *skb, const char *name)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_MEMBER);

	nla_put_string(skb, GOSSIP_A_MEMBER_NAME, name);
	nla_nest_end(skb, nest);
	return nest;
}

static void parse_find_refuses_filter(struct kunit *test)
{
	struct request *request = test->priv;
	char name[SWIM_NAME_MAX + 1];
	struct nlattr *filter;

	put_name(request->skb, "n");
	filter = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_FILTER);
	nla_nest_end(request->skb, filter);
	KUNIT_EXPECT_EQ(test, find(request, name), -EINVAL);
	KUNIT_EXPECT_STREQ(test, request->extack._msg,
			   "a filter is for a dump");
	KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr,
			    (const struct nlattr *)filter);
}

static void parse_dump_refuses_name(struct kunit *test)
{
	struct request *request = test->priv;
	struct netlink_callback *cb =
		kunit_kzalloc(test, sizeof(*cb), GFP_KERNEL);
	struct nlmsghdr *nlh = nlmsg_hdr(request->skb);
	struct nlattr *name;

	KUNIT_ASSERT_NOT_NULL(test, cb);
	name = put_name(request->skb, "n");
	nlmsg_end(request->skb, nlh);
	cb->nlh = nlh;
	cb->extack = &request->extack;
	KUNIT_EXPECT_EQ(test, gossip_dump_start(cb), -EINVAL);
	KUNIT_EXPECT_STREQ(test, request->extack._msg,
			   "a dump takes a filter, and no member");
	KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr,
			    (const struct nlattr *)name);
}

/* A refusal from further down points at the attribute that the user sent. */
static void parse_explain(struct kunit *test)
{
	static const char why[] = "for the test";
	struct gossip_error error = { .what = "reap_after", .why = why };
	struct request *request = test->priv;
	struct sk_buff *skb = request->skb;
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);

	nla_put_string(skb, GOSSIP_A_INSTANCE_NAME, "n");
	put_config(skb, GOSSIP_A_CONFIG_REAP_AFTER, 77);
	nla_nest_end(skb, nest);
	KUNIT_ASSERT_EQ(test, start(request), 0);

	gossip_explain(&request->info, &error);
	KUNIT_EXPECT_PTR_EQ(test, request->extack._msg, &why[0]);
	KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
	KUNIT_EXPECT_EQ(test, nla_get_u32(request->extack.bad_attr), 77);

	error.what = "name";
	gossip_explain(&request->info, &error);
	KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
	KUNIT_EXPECT_EQ(test, nla_strcmp(request->extack.bad_attr, "n"), 0);

	error.what = "bind";
	gossip_explain(&request->info, &error);
	KUNIT_EXPECT_NULL(test, request->extack.bad_attr);
}

static int set(struct request *request)
{
	return request_validate(request, gossip_set_policy, GOSSIP_A_MESSAGE_INSTANCE) ?:
		       gossip_parse_set(&request->info, &request->change);
}

static void parse_set(struct kunit *test)
{
	struct request *request = test->priv;
	struct gossip_change *change = &request->change;
	struct sk_buff *skb = request->skb;
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);

	nla_put_u32(skb, GOSSIP_A_INSTANCE_SENSITIVITY,
		    GOSSIP_SENSITIVITY_FAST);
	put_config(skb, GOSSIP_A_CONFIG_REAP_AFTER, 77);
	nla_nest_end(skb, nest);

	KUNIT_ASSERT_EQ(test, set(request), 0);
	KUNIT_EXPECT_EQ(test, change->profile, -1);
	KUNIT_EXPECT_EQ(test, change->sensitivity, SWIM_FAST);
	KUNIT_EXPECT_EQ(test, change->config.reap_after, 77);
	KUNIT_EXPECT_EQ(test, change->config.probe_interval, 0);
}

static void parse_set_nothing(struct kunit *test)
{
	struct request *request = test->priv;

	memset(&request->change, 0x55, sizeof(request->change));
	KUNIT_ASSERT_EQ(test, set(request), 0);
	KUNIT_EXPECT_EQ(test, request->change.profile, -1);
	KUNIT_EXPECT_EQ(test, request->change.sensitivity, -1);
	KUNIT_EXPECT_NULL(test, memchr_inv(&request->change.config, 0,
					   sizeof(request->change.config)));
}

/* Each tunable's range is named, and the value that is not in it pointed at. */
static void parse_set_ranges(struct kunit *test)
{
	struct request *request = test->priv;
	const struct swim_tunable *row;
	struct nlattr *nest;
	char text[64];
	int i;

	for (i = 0; i < 2 * SWIM_NR_TUNABLES; i++) {
		row = &swim_tunables[i / 2];
		request_clear(request);
		nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_INSTANCE);
		put_config(request->skb, i / 2 + 1,
			   i % 2 ? row->max + 1 : row->min - 1);
		nla_nest_end(request->skb, nest);
		KUNIT_ASSERT_EQ(test, set(request), -ERANGE);
		snprintf(text, sizeof(text), "%s: %u to %u%s%s are allowed",
			 row->name, row->min, row->max, *row->unit ? " " : "",
			 row->unit);
		KUNIT_EXPECT_STREQ(test, request->extack._msg, text);
		KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
		KUNIT_EXPECT_EQ(test, nla_type(request->extack.bad_attr),
				i / 2 + 1);
	}
}

static void parse_set_refuses_name(struct kunit *test)
{
	struct request *request = test->priv;
	struct nlattr *nest =
		nla_nest_start(request->skb, GOSSIP_A_MESSAGE_INSTANCE);

	nla_put_string(request->skb, GOSSIP_A_INSTANCE_NAME, "n");
	nla_nest_end(request->skb, nest);
	KUNIT_EXPECT_EQ(test, set(request), -EINVAL);
	KUNIT_ASSERT_NOT_NULL(test, request->extack._msg);
	KUNIT_EXPECT_TRUE(test,
			  strstarts(request->extack._msg, "cannot change"));
}

/* @timeout_ms: -1 for none. */
static int ping(struct request *request, const char *name, s64 timeout_ms)
{
	char parsed[SWIM_NAME_MAX + 1];
	struct nlattr *nest;
	int err;

	request_clear(request);
	if (name)
		put_name(request->skb, name);
	if (timeout_ms >= 0) {
		nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_PING);
		nla_put_u32(request->skb, GOSSIP_A_PING_TIMEOUT, timeout_ms);
		nla_nest_end(request->skb, nest);
	}
	err = request_validate(request, gossip_ping_policy,
			       GOSSIP_A_MESSAGE_PING);
	if (!err)
		err = gossip_parse_ping(&request->info, parsed,
					&request->timeout_ms);
	return err ?: strcmp(parsed, name);
}

static void parse_ping(struct kunit *test)
{
	struct request *request = test->priv;

	KUNIT_EXPECT_EQ(test, ping(request, "n", -1), 0);
	KUNIT_EXPECT_EQ(test, request->timeout_ms, 1000);
	KUNIT_EXPECT_EQ(test, ping(request, "n", 1), 0);
	KUNIT_EXPECT_EQ(test, request->timeout_ms, 1);
	KUNIT_EXPECT_EQ(test, ping(request, "n", 10000), 0);
	KUNIT_EXPECT_EQ(test, request->timeout_ms, 10000);
	KUNIT_EXPECT_EQ(test, ping(request, "n", 0), -ERANGE);
	KUNIT_EXPECT_EQ(test, ping(request, "n", 10001), -ERANGE);
	KUNIT_EXPECT_EQ(test, ping(request, "a b", -1), -EINVAL);
	KUNIT_EXPECT_EQ(test, ping(request, NULL, 1), -EINVAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(parse_start_full),
	KUNIT_CASE(parse_start_empty),
	KUNIT_CASE_PARAM(parse_start_single, single_gen_params),
	KUNIT_CASE_PARAM(parse_bad_peer, bad_peer_gen_params),
	KUNIT_CASE(parse_join),
	KUNIT_CASE(parse_join_refuses_name),
	KUNIT_CASE(parse_find),
	KUNIT_CASE(parse_find_refuses_filter),
	KUNIT_CASE(parse_dump_refuses_name),
	KUNIT_CASE(parse_explain),
	KUNIT_CASE(parse_set),
	KUNIT_CASE(parse_set_nothing),
	KUNIT_CASE(parse_set_ranges),
	KUNIT_CASE(parse_set_refuses_name),
	KUNIT_CASE(parse_ping),
	{}
};

static struct kunit_suite suite = {
	.name = "gossip-netlink-parse",
	.init = request_init,
	.exit = request_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
