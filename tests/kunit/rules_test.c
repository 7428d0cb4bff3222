// SPDX-License-Identifier: GPL-2.0
/*
 * The rules by which a small group goes on when something is wrong with one of its
 * members: its link, its clock, its name, its memory. And what a user sends by it.
 */

#include <kunit/test.h>

#include "../../kmod/swim/core.h"
#include "fake_net.h"

#define GROUP FAKE_NODES
/* What a member that lost its link waits for; with the defaults of a LAN. */
#define PERIOD_MS 500

static bool n2_isolated(const struct fake_net *net)
{
	return swim_status(net->node[2].swim) == SWIM_ISOLATED;
}

static bool n2_failed(const struct fake_net *net)
{
	return fake_last_is(net, SWIM_FAILED);
}

/* Who is cut off says so, and convicts nobody; afterwards both sides are one. */
static void rules_cut_off(struct kunit *test)
{
	struct fake_net *net = test->priv;

	net->node[2].cut = true;
	KUNIT_EXPECT_TRUE(test, fake_until(net, 5000, n2_isolated));
	KUNIT_EXPECT_TRUE(test, fake_until(net, 10000, n2_failed));
	fake_run(net, 20000);
	KUNIT_EXPECT_EQ(test, net->node[2].events[SWIM_EV_FAILED], 0);
	net->node[2].cut = false;
	KUNIT_EXPECT_TRUE(test, fake_until(net, 60000, fake_together));
	KUNIT_EXPECT_EQ(test, net->node[2].events[SWIM_EV_FAILED], 0);
}

/* Sooner where the device says so. */
static void rules_link_lost(struct kunit *test)
{
	struct fake_net *net = test->priv;

	net->node[2].cut = true;
	swim_link_lost(net->node[2].swim, net->now);
	KUNIT_EXPECT_TRUE(test, fake_until(net, PERIOD_MS + 10, n2_isolated));
	net->node[2].cut = false;
	KUNIT_EXPECT_TRUE(test, fake_until(net, 60000, fake_together));
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_FAILED), 0);
}

/* Who did not run for a while holds nobody's silence against it. */
static void rules_stall(struct kunit *test)
{
	struct fake_net *net = test->priv;

	net->node[2].asleep = true;
	fake_run(net, 500);
	net->node[2].asleep = false;
	KUNIT_EXPECT_TRUE(test, fake_until(net, 5000, fake_together));
	KUNIT_EXPECT_EQ(test, swim_stat(net->node[2].swim, SWIM_STALLS), 1);
	KUNIT_EXPECT_EQ(test, net->node[2].events[SWIM_EV_SUSPECT], 0);
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_FAILED), 0);
}

static bool n2_healthy(const struct fake_net *net)
{
	return !swim_health(net->node[2].swim);
}

static void rules_overload(struct kunit *test)
{
	struct fake_net *net = test->priv;

	KUNIT_ASSERT_TRUE(test, n2_healthy(net));
	swim_overloaded(net->node[2].swim);
	KUNIT_EXPECT_FALSE(test, n2_healthy(net));
	KUNIT_EXPECT_TRUE(test, fake_until(net, 5000, n2_healthy));
}

static bool n2_in_conflict(const struct fake_net *net)
{
	return swim_status(net->node[2].swim) == SWIM_CONFLICT;
}

/* A name is held by who had it first, and the other one knows by whom. */
static void rules_conflict(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim_addr holder, first = fake_addr(0);

	fake_stop(net, 2);
	KUNIT_ASSERT_TRUE(test, fake_until(net, 10000, n2_failed));
	KUNIT_ASSERT_TRUE(test, fake_start_as(net, 2, "n0"));
	fake_join(net, 2, 1);
	KUNIT_ASSERT_TRUE(test, fake_until(net, 10000, n2_in_conflict));
	swim_rival(net->node[2].swim, &holder);
	KUNIT_EXPECT_TRUE(test, swim_addr_equal(&holder, &first));
	KUNIT_EXPECT_EQ(test, swim_status(net->node[0].swim), SWIM_RUNNING);
}

/* To each once, though each datagram comes twice. */
static void rules_user_event(struct kunit *test)
{
	struct fake_net *net = test->priv;
	u64 ltime = 0;
	u32 i;

	net->twice = true;
	KUNIT_ASSERT_EQ(test,
			swim_send_event(net->node[0].swim, net->now, "deploy",
					6, "v1", 2, &ltime),
			0);
	KUNIT_EXPECT_GT(test, ltime, 0);
	fake_run(net, 5000);
	for (i = 0; i < GROUP; i++)
		KUNIT_EXPECT_EQ(test, net->node[i].user_events, 1);
}

static void rules_ping(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct fake_node *node = &net->node[0];

	KUNIT_ASSERT_EQ(test, swim_ping(node->swim, net->now, "n1", 100, 7), 0);
	fake_run(net, 200);
	KUNIT_EXPECT_GE(test, node->pongs[SWIM_PONG_ACK], 1);
	KUNIT_EXPECT_EQ(test, node->pongs[SWIM_PONG_END], 1);
	net->node[1].cut = true;
	KUNIT_ASSERT_EQ(test, swim_ping(node->swim, net->now, "n1", 100, 7), 0);
	fake_run(net, 200);
	KUNIT_EXPECT_GE(test, node->pongs[SWIM_PONG_SILENT], 1);
	KUNIT_EXPECT_EQ(test, node->pongs[SWIM_PONG_END], 2);
	KUNIT_EXPECT_EQ(test, swim_ping(node->swim, net->now, "n0", 100, 7),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, swim_ping(node->swim, net->now, "n7", 100, 7),
			-ENOENT);
}

/* What is sealed comes once; a second time it is an attack. */
static void rules_replay(struct kunit *test)
{
	struct fake_net *net = test->priv;
	u32 i;

	net->authentic = true;
	fake_run(net, 5000);
	for (i = 0; i < GROUP; i++)
		KUNIT_EXPECT_EQ(test,
				swim_stat(net->node[i].swim, SWIM_RX_REPLAYED),
				0);
	net->twice = true;
	fake_run(net, 5000);
	for (i = 0; i < GROUP; i++)
		KUNIT_EXPECT_GE(test,
				swim_stat(net->node[i].swim, SWIM_RX_REPLAYED),
				10);
	KUNIT_EXPECT_TRUE(test, fake_together(net));
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_SUSPECT), 0);
}

/* Others are told of a path that takes little in short datagrams. */
static void rules_narrow(struct kunit *test)
{
	struct fake_net *net = test->priv;
	static const u8 meta[600] = { 1 };
	u32 i;

	for (i = 0; i < GROUP; i++) {
		KUNIT_ASSERT_EQ(test,
				swim_set_meta(net->node[i].swim, net->now, meta,
					      sizeof(meta)),
				0);
		swim_narrow(net->node[i].swim, 700);
	}
	net->longest = 0;
	swim_join(net->node[2].swim, net->now, NULL, 0);
	fake_run(net, 60000);
	KUNIT_EXPECT_GT(test, net->longest, 600);
	KUNIT_EXPECT_LE(test, net->longest, 700);
	KUNIT_EXPECT_TRUE(test, fake_together(net));
}

/* Three that know each other, and have been quiet for a while. */
static int init(struct kunit *test)
{
	struct fake_net *net = fake_net_new(1);
	u32 i;

	test->priv = net;
	if (!net)
		return -ENOMEM;
	for (i = 0; i < GROUP; i++) {
		if (!fake_start(net, i))
			return -ENOMEM;
		fake_join(net, i, 0);
	}
	if (!fake_until(net, 5000, fake_together))
		return -ETIME;
	fake_run(net, 5000);
	return 0;
}

static void finish(struct kunit *test)
{
	if (test->priv)
		fake_net_free(test->priv);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rules_cut_off),  KUNIT_CASE(rules_link_lost),
	KUNIT_CASE(rules_stall),    KUNIT_CASE(rules_overload),
	KUNIT_CASE(rules_conflict), KUNIT_CASE(rules_user_event),
	KUNIT_CASE(rules_ping),	    KUNIT_CASE(rules_replay),
	KUNIT_CASE(rules_narrow),   {}
};

static struct kunit_suite suite = {
	.name = "gossip-rules",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
