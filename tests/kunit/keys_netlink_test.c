// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about keys: how bad ones are refused, and that no secret is left in
 * one. There is no instance, so a good one is understood and ends with -ENODEV.
 */

#include "../../kmod/keyring.h"
#include "../../kmod/netlink_keys.h"
#include "../../kmod/netlink_parse.h"
#include "request.h"

#define KEYS 2

static int add(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;

	return gossip_key_add(info, &id);
}

/**
 * struct key_case - a request with some keys
 * @what: it is
 * @doit: carries it out
 * @keys: how many there are, all alike
 * @secret: bytes of the secret, 0 for none
 * @attr: another attribute of the key, a number or a flag, or 0
 * @err: that is expected
 * @words: in the refusal
 * @bad: type of the attribute at fault, or 0
 * @missing: type of the one that is not there, or 0
 */
struct key_case {
	const char *what;
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	unsigned int keys;
	int secret;
	int attr;
	int err;
	const char *words;
	int bad;
	int missing;
};

static const struct key_case key_cases[] = {
	{ "add", add, 1, 32, 0, -ENODEV, "no instance" },
	{ "add without a key", add, 0, 0, 0, -EINVAL, "secret is missing",
	  .missing = GOSSIP_A_MESSAGE_KEY },
	{ "add without a secret", add, 1, 0, 0, -EINVAL, "secret is missing",
	  .missing = GOSSIP_A_KEY_SECRET },
	{ "add an id", add, 1, 0, GOSSIP_A_KEY_ID, -EINVAL, "secret is missing",
	  .missing = GOSSIP_A_KEY_SECRET },
	{ "add 31 bytes", add, 1, 31, 0, -ERANGE, "out of range",
	  GOSSIP_A_KEY_SECRET },
	{ "add 33 bytes", add, 1, 33, 0, -ERANGE, "out of range",
	  GOSSIP_A_KEY_SECRET },
	{ "add as primary", add, 1, 32, GOSSIP_A_KEY_PRIMARY, -EINVAL,
	  "nsupported attribute", GOSSIP_A_KEY_PRIMARY },
	{ "add what is unknown", add, 1, 32, GOSSIP_A_KEY_MAX + 1, -EINVAL,
	  "nknown attribute", GOSSIP_A_KEY_MAX + 1 },
	{ "add two", add, 2, 32, 0, -EINVAL, "one key, and no more",
	  GOSSIP_A_MESSAGE_KEY },
	{ "delete", gossip_key_del_doit, 1, 0, GOSSIP_A_KEY_ID, -ENODEV,
	  "no instance" },
	{ "delete without a key", gossip_key_del_doit, 0, 0, 0, -EINVAL,
	  "id is missing", .missing = GOSSIP_A_MESSAGE_KEY },
	{ "delete without an id", gossip_key_del_doit, 1, 0, 0, -EINVAL,
	  "id is missing", .missing = GOSSIP_A_KEY_ID },
	{ "delete two", gossip_key_del_doit, 2, 0, GOSSIP_A_KEY_ID, -EINVAL,
	  "one key, and no more", GOSSIP_A_MESSAGE_KEY },
	{ "use", gossip_key_use_doit, 1, 0, GOSSIP_A_KEY_ID, -ENODEV,
	  "no instance" },
	{ "use none", gossip_key_use_doit, 0, 0, 0, -ENODEV, "no instance" },
	{ "use without an id", gossip_key_use_doit, 1, 0,
	  GOSSIP_A_KEY_PERMISSIVE, -EINVAL, "id is missing",
	  .missing = GOSSIP_A_KEY_ID },
	{ "use two", gossip_key_use_doit, 2, 0, GOSSIP_A_KEY_ID, -EINVAL,
	  "one key, and no more", GOSSIP_A_MESSAGE_KEY },
};

static void describe(const struct key_case *row, char *desc)
{
	strscpy(desc, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(key, key_cases, describe);

/* Returns the secret's attribute, or NULL. */
static const struct nlattr *put_key(struct sk_buff *skb,
				    const struct key_case *row)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_KEY);
	struct nlattr *secret = NULL;

	if (row->secret) {
		secret = nla_reserve(skb, GOSSIP_A_KEY_SECRET, row->secret);
		memset(nla_data(secret), 0x55, row->secret);
	}
	if (row->attr == GOSSIP_A_KEY_ID)
		nla_put_u32(skb, row->attr, 7);
	else if (row->attr)
		nla_put_flag(skb, row->attr);
	nla_nest_end(skb, nest);
	return secret;
}

static void expect_wiped(struct kunit *test, const struct nlattr *secret)
{
	KUNIT_EXPECT_NULL(test,
			  memchr_inv(nla_data(secret), 0, nla_len(secret)));
}

static void keys_netlink(struct kunit *test)
{
	const struct key_case *row = test->param_value;
	struct request *request = test->priv;
	const struct netlink_ext_ack *extack = &request->extack;
	const struct nlattr *secret[KEYS];
	unsigned int i;
	int err;

	for (i = 0; i < row->keys; i++)
		secret[i] = put_key(request->skb, row);
	err = request_validate(request, gossip_key_policy,
			       GOSSIP_A_MESSAGE_KEY);
	/* What is not let through is not read, and left to who sent it. */
	if (!err) {
		err = row->doit(request->skb, &request->info);
		for (i = 0; i < row->keys && row->secret; i++)
			expect_wiped(test, secret[i]);
	}
	KUNIT_EXPECT_EQ(test, err, row->err);
	request_expect_words(test, row->words);
	KUNIT_EXPECT_EQ(test, extack->miss_type, row->missing);
	if (row->bad) {
		KUNIT_ASSERT_NOT_NULL(test, extack->bad_attr);
		KUNIT_EXPECT_EQ(test, nla_type(extack->bad_attr), row->bad);
	}
}

/* Of the family @family, or of both if 0. */
static void put_bind(struct sk_buff *skb, int family)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_INSTANCE_BIND);

	if (family != 6)
		nla_put_in_addr(skb, GOSSIP_A_ADDRESS_IPV4, 0);
	if (family != 4)
		nla_put_in6_addr(skb, GOSSIP_A_ADDRESS_IPV6, &in6addr_any);
	nla_nest_end(skb, nest);
}

/* @null: what is refused of the secret is that all of its bytes are zero. */
static void start(struct kunit *test, int family, bool null, int err)
{
	struct request *request = test->priv;
	struct gossip_params *params = &request->params;
	struct nlattr *secret, *nest;

	nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_INSTANCE);
	secret = nla_reserve(request->skb, GOSSIP_A_INSTANCE_SECRET,
			     GOSSIP_SECRET_SIZE);
	memset(nla_data(secret), null ? 0 : 0x55, nla_len(secret));
	put_bind(request->skb, family);
	nla_nest_end(request->skb, nest);
	KUNIT_ASSERT_EQ(test,
			request_validate(request, gossip_start_policy,
					 GOSSIP_A_MESSAGE_INSTANCE),
			0);
	KUNIT_EXPECT_EQ(test, gossip_parse_start(&request->info, params), err);
	KUNIT_EXPECT_EQ(test, params->sealed, !err);
	expect_wiped(test, secret);
}

static void start_taken(struct kunit *test)
{
	start(test, 4, false, 0);
}

/* Before the secret is looked at. */
static void start_refused(struct kunit *test)
{
	start(test, 0, false, -EINVAL);
}

static void start_null(struct kunit *test)
{
	start(test, 4, true, -EINVAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(keys_netlink, key_gen_params),
	KUNIT_CASE(start_taken),
	KUNIT_CASE(start_refused),
	KUNIT_CASE(start_null),
	{},
};

static struct kunit_suite suite = {
	.name = "gossip-netlink-keys",
	.init = request_init,
	.exit = request_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
