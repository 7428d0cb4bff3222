// SPDX-License-Identifier: GPL-2.0
/* What goes back over netlink to who has asked an instance: members, pongs, refusals. */

#include <kunit/test.h>
#include <net/sock.h>

#include "../../kmod/namespace.h"
#include "../../kmod/netlink_dump.h"
#include "../../kmod/netlink_parse.h"
#include "../../kmod/ping.h"
#include "request.h"

static const struct genl_family family = { .id = NLMSG_MIN_TYPE };

/* It needs no network: nobody is to be reached. */
static int start(struct kunit *test)
{
	struct request *request = test->priv;
	struct gossip_params *params = &request->params;
	struct gossip_error error;

	memset(params, 0, sizeof(*params));
	strscpy(params->name, "alone", sizeof(params->name));
	gossip_parse_addr("0.0.0.0:17946", &params->bind);
	gossip_parse_addr("10.0.0.1:17946", &params->advertise);
	return gossip_start(&init_net, params, &error);
}

static void stop(void)
{
	struct gossip_error error;

	gossip_stop(&init_net, &error);
}

/* The dump that the request asks for, as far as gossip_dump_start(). */
static struct netlink_callback *begin(struct kunit *test)
{
	struct request *request = test->priv;
	struct netlink_callback *cb =
		kunit_kzalloc(test, sizeof(*cb), GFP_KERNEL);

	if (!cb)
		return NULL;
	nlmsg_end(request->skb, nlmsg_hdr(request->skb));
	/* Only looked at, and taken back by finish(). */
	request->skb->sk = init_net.genl_sock;
	cb->skb = request->skb;
	cb->nlh = nlmsg_hdr(request->skb);
	cb->extack = &request->extack;
	return gossip_dump_start(cb) ? NULL : cb;
}

/* One message of it, or NULL at the end. */
static struct sk_buff *next(struct kunit *test, struct netlink_callback *cb)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	int len;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	len = gossip_dump_members(&family, skb, cb);
	KUNIT_EXPECT_EQ(test, len, skb->len);
	if (len)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void dump_one(struct kunit *test)
{
	struct netlink_callback *cb;
	const struct nlattr *member;
	struct sk_buff *skb;

	KUNIT_ASSERT_EQ(test, start(test), 0);
	cb = begin(test);
	KUNIT_ASSERT_NOT_NULL(test, cb);
	skb = next(test, cb);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, nlmsg_hdr(skb)->nlmsg_len, skb->len);
	KUNIT_EXPECT_EQ(test, nlmsg_hdr(skb)->nlmsg_flags, NLM_F_MULTI);
	member = nlmsg_find_attr(nlmsg_hdr(skb), GENL_HDRLEN,
				 GOSSIP_A_MESSAGE_MEMBER);
	KUNIT_ASSERT_NOT_NULL(test, member);
	KUNIT_EXPECT_EQ(
		test,
		nla_strcmp(nla_find_nested(member, GOSSIP_A_MEMBER_NAME),
			   "alone"),
		0);
	nlmsg_free(skb);
	KUNIT_EXPECT_NULL(test, next(test, cb));
	/* Nothing has changed meanwhile. */
	KUNIT_EXPECT_EQ(test, cb->seq, cb->prev_seq);
}

static void dump_filtered(struct kunit *test)
{
	struct request *request = test->priv;
	struct netlink_callback *cb;
	struct nlattr *nest;

	KUNIT_ASSERT_EQ(test, start(test), 0);
	nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_FILTER);
	nla_put_u32(request->skb, GOSSIP_A_FILTER_STATE, SWIM_FAILED);
	nla_nest_end(request->skb, nest);
	cb = begin(test);
	KUNIT_ASSERT_NOT_NULL(test, cb);
	KUNIT_EXPECT_NULL(test, next(test, cb));
}

static void dump_nothing(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, begin(test));
	request_expect_words(test, "no instance");
}

/* Half of one group and half of another would be a lie. */
static void dump_interrupted(struct kunit *test)
{
	struct netlink_callback *cb;

	KUNIT_ASSERT_EQ(test, start(test), 0);
	cb = begin(test);
	KUNIT_ASSERT_NOT_NULL(test, cb);
	stop();
	KUNIT_EXPECT_NULL(test, next(test, cb));
	KUNIT_EXPECT_NE(test, cb->seq, cb->prev_seq);
	KUNIT_ASSERT_EQ(test, start(test), 0);
	KUNIT_EXPECT_NULL(test, next(test, cb));
	KUNIT_EXPECT_NE(test, cb->seq, cb->prev_seq);
}

static void pong_answer(struct kunit *test)
{
	static const struct swim_pong pong = {
		.cookie = 0x1700000005ULL,
		.result = SWIM_PONG_ACK,
		.via = "relay",
		.rtt_us = 250,
	};
	struct sk_buff *skb = gossip_ping_answer(&family, &pong);
	const struct nlattr *nest, *attr;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, nlmsg_hdr(skb)->nlmsg_pid, 0x17);
	KUNIT_EXPECT_EQ(test, nlmsg_hdr(skb)->nlmsg_seq, 5);
	nest = nlmsg_find_attr(nlmsg_hdr(skb), GENL_HDRLEN,
			       GOSSIP_A_MESSAGE_PING);
	KUNIT_ASSERT_NOT_NULL(test, nest);
	attr = nla_find_nested(nest, GOSSIP_A_PING_VIA);
	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_EXPECT_EQ(test, nla_strcmp(attr, "relay"), 0);
	attr = nla_find_nested(nest, GOSSIP_A_PING_RTT_US);
	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_EXPECT_EQ(test, nla_get_u32(attr), 250);
	nlmsg_free(skb);
}

static int ping(struct request *request, const char *name)
{
	struct gossip_instance *inst = gossip_instance_get(&init_net);
	struct nlattr *nest;
	int err;

	if (!inst)
		return -ENODEV;
	request_clear(request);
	nest = nla_nest_start(request->skb, GOSSIP_A_MESSAGE_MEMBER);
	nla_put_string(request->skb, GOSSIP_A_MEMBER_NAME, name);
	nla_nest_end(request->skb, nest);
	err = request_validate(request, gossip_ping_policy, GOSSIP_A_MESSAGE_PING) ?:
		      gossip_ping_ask(inst, &request->info);
	gossip_instance_put(inst);
	return err;
}

static void ping_refused(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, start(test), 0);
	KUNIT_EXPECT_EQ(test, ping(test->priv, "alone"), -EINVAL);
	request_expect_words(test, "this member itself");
	KUNIT_EXPECT_EQ(test, ping(test->priv, "other"), -ENOENT);
	request_expect_words(test, "no member of that name");
}

static void finish(struct kunit *test)
{
	struct request *request = test->priv;

	stop();
	if (request && request->skb)
		request->skb->sk = NULL;
	request_exit(test);
}

static struct kunit_case cases[] = { KUNIT_CASE(dump_one),
				     KUNIT_CASE(dump_filtered),
				     KUNIT_CASE(dump_nothing),
				     KUNIT_CASE(dump_interrupted),
				     KUNIT_CASE(pong_answer),
				     KUNIT_CASE(ping_refused),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-netlink-answer",
	.init = request_init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
