// SPDX-License-Identifier: GPL-2.0
/*
 * Requests for tags, user events and leases: how bad ones are refused. Where
 * there is no instance, a good one is understood and ends with -ENODEV.
 */

#include "../../kmod/namespace.h"
#include "../../kmod/netlink_own.h"
#include "letters.h"
#include "request.h"

typedef int doit(struct sk_buff *skb, struct genl_info *info);

static int carry_out(struct request *request, const struct nla_policy *policy,
		     int maxtype, doit *doit)
{
	memset(&request->extack, 0, sizeof(request->extack));
	return request_validate(request, policy, maxtype) ?:
		       doit(request->skb, &request->info);
}

static int set_tags(struct request *request)
{
	return carry_out(request, gossip_meta_policy, GOSSIP_A_MESSAGE_META,
			 gossip_meta_set_doit);
}

static int send_event(struct request *request)
{
	return carry_out(request, gossip_event_policy,
			 GOSSIP_A_MESSAGE_USER_EVENT, gossip_event_send_doit);
}

static int open_lease(struct request *request)
{
	return carry_out(request, gossip_lease_policy, GOSSIP_A_MESSAGE_LEASE,
			 gossip_lease_open_doit);
}

static void put_tag(struct request *request, const char *key, const void *value,
		    int len)
{
	struct nlattr *nest = nla_nest_start(request->skb, GOSSIP_A_META_TAG);

	if (key)
		nla_put_string(request->skb, GOSSIP_A_TAG_KEY, key);
	if (value)
		nla_put(request->skb, GOSSIP_A_TAG_VALUE, len, value);
	nla_nest_end(request->skb, nest);
}

/**
 * struct tag_case - a change of one or two tags
 * @what: it is
 * @key: of a tag; NULL for none
 * @value: its; NULL for none
 * @len: bytes of @value
 * @second: key of another tag, or NULL
 * @deleted: key of one that is deleted, or NULL
 * @err: that is expected
 * @words: in the refusal
 * @bad: type of the attribute at fault; 0 for none
 */
struct tag_case {
	const char *what;
	const char *key;
	const char *value;
	int len;
	const char *second;
	const char *deleted;
	int err;
	const char *words;
	int bad;
};

static const char long_value[GOSSIP_TAGS_MAX] = { [0 ... 511] = 'v' };

static const struct tag_case tag_cases[] = {
	{ "key and value", "zone", "a", 1, NULL, NULL, -ENODEV, "no instance" },
	{ "terminated value", "zone", "a", 2, NULL, NULL, -ENODEV,
	  "no instance" },
	{ "no value", "zone", NULL, 0, NULL, NULL, -ENODEV, "no instance" },
	{ "longest key", LETTERS_63, "a", 1, NULL, NULL, -ENODEV,
	  "no instance" },
	{ "two, and one deleted", "zone", "a", 1, "rack", "row", -ENODEV,
	  "no instance" },
	{ "longest value", "k", long_value, 507, NULL, NULL, -ENODEV,
	  "no instance" },
	{ "too long", "k", long_value, 508, NULL, NULL, -ENOSPC,
	  "more than 512 bytes", GOSSIP_A_TAG_VALUE },
	{ "too long together", "k", long_value, 500, "second", NULL, -ENOSPC,
	  "more than 512 bytes" },
	{ "no key", NULL, "a", 1, NULL, NULL, -EINVAL, "a tag has a key",
	  GOSSIP_A_META_TAG },
	{ "key with a space", "a b", "a", 1, NULL, NULL, -EINVAL,
	  "1 to 63 characters", GOSSIP_A_TAG_KEY },
	{ "key of 64", LETTERS_63 "a", "a", 1, NULL, NULL, -EINVAL,
	  "1 to 63 characters", GOSSIP_A_TAG_KEY },
	{ "twice", "zone", "a", 1, "zone", NULL, -EINVAL, "there twice",
	  GOSSIP_A_TAG_KEY },
	{ "control character", "zone", "a\033b", 3, NULL, NULL, -EINVAL,
	  "without control characters", GOSSIP_A_TAG_VALUE },
	{ "zero within", "zone", "a\0b", 3, NULL, NULL, -EINVAL,
	  "without control characters", GOSSIP_A_TAG_VALUE },
	{ "no UTF-8", "zone", "a\xff", 2, NULL, NULL, -EINVAL, "is UTF-8",
	  GOSSIP_A_TAG_VALUE },
	{ "bad key to delete", "zone", "a", 1, NULL, "a=b", -EINVAL,
	  "1 to 63 characters", GOSSIP_A_META_DELETE },
};

static void describe_tag(const struct tag_case *row, char *desc)
{
	strscpy(desc, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tag, tag_cases, describe_tag);

static void own_netlink_tags(struct kunit *test)
{
	const struct tag_case *row = test->param_value;
	struct request *request = test->priv;
	struct nlattr *nest =
		nla_nest_start(request->skb, GOSSIP_A_MESSAGE_META);

	put_tag(request, row->key, row->value, row->len);
	if (row->second)
		put_tag(request, row->second, "b", 1);
	if (row->deleted)
		nla_put_string(request->skb, GOSSIP_A_META_DELETE,
			       row->deleted);
	nla_nest_end(request->skb, nest);
	KUNIT_EXPECT_EQ(test, set_tags(request), row->err);
	request_expect_words(test, row->words);
	if (!row->bad)
		return;
	KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
	KUNIT_EXPECT_EQ(test, nla_type(request->extack.bad_attr), row->bad);
}

static void own_netlink_tags_missing(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set_tags(test->priv), -EINVAL);
	request_expect_words(test, "is missing");
}

static void put_event(struct request *request, const char *name, int len)
{
	static const char payload[GOSSIP_USER_EVENT_MAX + 1] = { 'a', 0, 'b' };
	struct nlattr *nest =
		nla_nest_start(request->skb, GOSSIP_A_MESSAGE_USER_EVENT);

	if (name)
		nla_put_string(request->skb, GOSSIP_A_USER_EVENT_NAME, name);
	nla_put(request->skb, GOSSIP_A_USER_EVENT_PAYLOAD, len, payload);
	nla_nest_end(request->skb, nest);
}

static void own_netlink_event(struct kunit *test)
{
	struct request *request = test->priv;

	KUNIT_EXPECT_EQ(test, send_event(request), -EINVAL);
	request_expect_words(test, "name is missing");
	put_event(request, NULL, 3);
	KUNIT_EXPECT_EQ(test, send_event(request), -EINVAL);
	request_expect_words(test, "name is missing");
	KUNIT_EXPECT_EQ(test, request->extack.miss_type,
			GOSSIP_A_USER_EVENT_NAME);
	request_clear(request);
	put_event(request, "a b", 3);
	KUNIT_EXPECT_EQ(test, send_event(request), -EINVAL);
	request_expect_words(test, "1 to 63 characters");
	request_clear(request);
	put_event(request, "deploy", 3);
	KUNIT_EXPECT_EQ(test, send_event(request), -ENODEV);
	request_expect_words(test, "no instance");
}

/* It needs no network: nobody is to be reached. */
static int start(struct kunit *test)
{
	struct gossip_params *params =
		kunit_kzalloc(test, sizeof(*params), GFP_KERNEL);
	struct gossip_error error;

	if (!params)
		return -ENOMEM;
	strscpy(params->name, "own", sizeof(params->name));
	gossip_parse_addr("0.0.0.0:17946", &params->bind);
	gossip_parse_addr("10.0.0.1:17946", &params->advertise);
	return gossip_start(&init_net, params, &error);
}

static void expect_event(struct kunit *test, const char *name, int len, int err)
{
	struct request *request = test->priv;

	request_clear(request);
	put_event(request, name, len);
	KUNIT_EXPECT_EQ(test, send_event(request), err);
	if (!err)
		return;
	request_expect_words(test, "longer than 512 bytes");
	KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
	KUNIT_EXPECT_EQ(test, nla_type(request->extack.bad_attr),
			GOSSIP_A_USER_EVENT_PAYLOAD);
}

/* Of name and payload together. */
static void own_netlink_event_size(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, start(test), 0);
	expect_event(test, "deploy", 506, 0);
	expect_event(test, "deploy", 507, -EMSGSIZE);
	expect_event(test, "deploys", 506, -EMSGSIZE);
	expect_event(test, "d", 513, -EMSGSIZE);
}

static void put_tags(struct request *request, const char *key, int len)
{
	struct nlattr *nest;

	request_clear(request);
	nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_META);
	put_tag(request, key, long_value, len);
	nla_nest_end(request->skb, nest);
}

/* Where it is not one tag that takes too much, none is pointed at. */
static void own_netlink_tags_sum(struct kunit *test)
{
	struct request *request = test->priv;

	KUNIT_ASSERT_EQ(test, start(test), 0);
	put_tags(request, "a", 400);
	KUNIT_EXPECT_EQ(test, set_tags(request), 0);
	put_tags(request, "b", 103);
	KUNIT_EXPECT_EQ(test, set_tags(request), -ENOSPC);
	request_expect_words(test, "more than 512 bytes");
	KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr,
			    request->tb[GOSSIP_A_MESSAGE_META]);
	put_tags(request, "b", 102);
	KUNIT_EXPECT_EQ(test, set_tags(request), 0);
}

/* @ttl_ms: -1 for none. */
static int lease(struct request *request, const char *service, s64 ttl_ms)
{
	struct nlattr *nest;

	request_clear(request);
	nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_LEASE);
	if (service)
		nla_put_string(request->skb, GOSSIP_A_LEASE_SERVICE, service);
	if (ttl_ms >= 0)
		nla_put_u32(request->skb, GOSSIP_A_LEASE_TTL_MS, ttl_ms);
	nla_nest_end(request->skb, nest);
	return open_lease(request);
}

static void own_netlink_lease(struct kunit *test)
{
	struct request *request = test->priv;

	KUNIT_EXPECT_EQ(test, open_lease(request), -EINVAL);
	request_expect_words(test, "service's name is missing");
	KUNIT_EXPECT_EQ(test, lease(request, NULL, 1), -EINVAL);
	request_expect_words(test, "service's name is missing");
	KUNIT_EXPECT_EQ(test, lease(request, "", -1), -EINVAL);
	request_expect_words(test, "1 to 63 characters");
	KUNIT_EXPECT_EQ(test, lease(request, "web", 0), -EINVAL);
	request_expect_words(test, "1 ms or more");
	KUNIT_ASSERT_NOT_NULL(test, request->extack.bad_attr);
	KUNIT_EXPECT_EQ(test, nla_type(request->extack.bad_attr),
			GOSSIP_A_LEASE_TTL_MS);
	KUNIT_EXPECT_EQ(test, lease(request, "web", 1), -ENODEV);
	request_expect_words(test, "no instance");
	KUNIT_EXPECT_EQ(test, lease(request, LETTERS_63, -1), -ENODEV);
	request_expect_words(test, "no instance");
}

static void finish(struct kunit *test)
{
	struct gossip_error error;

	gossip_stop(&init_net, &error);
	request_exit(test);
}

static struct kunit_case cases[] = { KUNIT_CASE_PARAM(own_netlink_tags,
						      tag_gen_params),
				     KUNIT_CASE(own_netlink_tags_missing),
				     KUNIT_CASE(own_netlink_tags_sum),
				     KUNIT_CASE(own_netlink_event),
				     KUNIT_CASE(own_netlink_event_size),
				     KUNIT_CASE(own_netlink_lease),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-netlink-own",
	.init = request_init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
