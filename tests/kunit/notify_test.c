// SPDX-License-Identifier: GPL-2.0
/* What other modules are told, and may ask, of the instance in this namespace. */

#include <kunit/test.h>
#include <linux/gossip.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "../../kmod/namespace.h"

/**
 * struct listener - a notifier, and what it was told
 * @notifier: registered
 * @calls: by event; written by the notifier alone
 * @last: the last notice
 * @state: what a look-up within the notifier said of the member
 */
struct listener {
	struct notifier_block notifier;
	u32 calls[SWIM_NR_EVENTS];
	struct gossip_notice last;
	int state;
};

/**
 * struct fixture - what a test has
 * @params: of an instance named "self"
 * @err: of the last refusal
 * @listener: not registered yet
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct listener listener;
};

static int on_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct listener *listener = container_of(nb, struct listener, notifier);

	listener->last = *(struct gossip_notice *)data;
	listener->state =
		gossip_member_state(&init_net, listener->last.member.name);
	if (event < SWIM_NR_EVENTS)
		listener->calls[event]++;
	return NOTIFY_OK;
}

static int start(struct fixture *fixture)
{
	return gossip_start(&init_net, &fixture->params, &fixture->err);
}

static int stop(struct fixture *fixture)
{
	return gossip_stop(&init_net, &fixture->err);
}

static u32 members(void)
{
	struct gossip_walk walk;
	u32 count = 0;

	gossip_for_each_member(&walk, &init_net) count++;
	return count;
}

/* Nothing is there: no member, and no reason to fail. */
static void notify_none(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "self"), -ENODEV);
	KUNIT_EXPECT_EQ(test, gossip_view(&init_net), 0);
	KUNIT_EXPECT_EQ(test, members(), 0);
}

static void notify_look_up(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_walk walk;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "self"),
			GOSSIP_MEMBER_STATE_ALIVE);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "selves"),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, ""), -ENOENT);
	KUNIT_EXPECT_NE(test, gossip_view(&init_net), 0);

	gossip_walk_begin(&walk, &init_net);
	KUNIT_ASSERT_TRUE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_STREQ(test, walk.member.name, "self");
	KUNIT_EXPECT_TRUE(test, walk.member.self);
	KUNIT_EXPECT_EQ(test, walk.member.addr.in.sin_family, AF_INET);
	KUNIT_EXPECT_EQ(test, ntohs(walk.member.addr.in.sin_port), 17946);
	KUNIT_EXPECT_EQ(test, walk.member.addr.in.sin_addr.s_addr,
			htonl(INADDR_LOOPBACK));
	KUNIT_EXPECT_LE(test, walk.member.seq, walk.seq);
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
}

/* A walk that began with one instance does not go on with another. */
static void notify_walk_ends(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_walk walk;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	gossip_walk_begin(&walk, &init_net);
	KUNIT_ASSERT_EQ(test, stop(fixture), 0);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_EQ(test, members(), 1);
}

/* Registered before there is an instance, it is told when that leaves. */
static void notify_told(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct listener *listener = &fixture->listener;

	KUNIT_ASSERT_EQ(
		test, gossip_register_notifier(&init_net, &listener->notifier),
		0);
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(
		test,
		gossip_unregister_notifier(&init_net, &listener->notifier), 0);
	KUNIT_EXPECT_EQ(test, listener->calls[GOSSIP_EVENT_TYPE_LEFT], 1);
	KUNIT_EXPECT_EQ(test, listener->last.event, GOSSIP_EVENT_TYPE_LEFT);
	KUNIT_EXPECT_PTR_EQ(test, listener->last.net, &init_net);
	KUNIT_EXPECT_STREQ(test, listener->last.member.name, "self");
	KUNIT_EXPECT_TRUE(test, listener->last.member.self);
	KUNIT_EXPECT_EQ(test, listener->last.member.state,
			GOSSIP_MEMBER_STATE_LEFT);
	/* And could ask meanwhile. */
	KUNIT_EXPECT_EQ(test, listener->state, GOSSIP_MEMBER_STATE_LEFT);
}

/* Once unregistered, it is told nothing. */
static void notify_unregistered(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct listener *listener = &fixture->listener;

	KUNIT_ASSERT_EQ(
		test, gossip_register_notifier(&init_net, &listener->notifier),
		0);
	KUNIT_EXPECT_EQ(
		test,
		gossip_unregister_notifier(&init_net, &listener->notifier), 0);
	KUNIT_EXPECT_EQ(test,
			gossip_unregister_notifier(&init_net,
						   &listener->notifier),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(test, listener->calls[GOSSIP_EVENT_TYPE_LEFT], 0);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	fixture->listener.notifier.notifier_call = on_event;
	strscpy(fixture->params.name, "self", sizeof(fixture->params.name));
	fixture->params.profile = SWIM_LOCAL;
	fixture->params.sensitivity = SWIM_NORMAL;
	return gossip_parse_addr("127.0.0.1:17946", &fixture->params.bind);
}

static void finish(struct kunit *test)
{
	if (test->priv)
		stop(test->priv);
}

/* The machine may not have set its network up. */
static int bring_loopback_up(struct kunit_suite *suite)
{
	int err;

	rtnl_lock();
	err = dev_open(init_net.loopback_dev, NULL);
	rtnl_unlock();
	return err;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(notify_none),	 KUNIT_CASE(notify_look_up),
	KUNIT_CASE(notify_walk_ends),	 KUNIT_CASE(notify_told),
	KUNIT_CASE(notify_unregistered), {}
};

static struct kunit_suite suite = {
	.name = "gossip-notify",
	.suite_init = bring_loopback_up,
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
