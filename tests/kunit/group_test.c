// SPDX-License-Identifier: GPL-2.0
/* Small groups: joining, suspicion, refutation, leaving, and no memory. */

#include <kunit/test.h>
#include <linux/sched.h>

#include "fake_net.h"

#define GROUP FAKE_NODES
/* With the defaults of a LAN: probe_interval, and six times as much. */
#define SUSPECT_MS 500
#define SUSPECT_MAX_MS 3000
#define FAILURES_MAX 200

static bool n2_suspect(const struct fake_net *net)
{
	return fake_last_is(net, SWIM_SUSPECT);
}

static bool n2_failed(const struct fake_net *net)
{
	return fake_last_is(net, SWIM_FAILED);
}

static bool n2_left(const struct fake_net *net)
{
	return fake_last_is(net, SWIM_LEFT) &&
	       swim_status(net->node[2].swim) == SWIM_GONE;
}

/* A group in which all know each other, and have been quiet for a while. */
static void make_group(struct kunit *test, u32 nodes)
{
	struct fake_net *net = test->priv;
	u32 i;

	for (i = 0; i < nodes; i++) {
		KUNIT_ASSERT_TRUE(test, fake_start(net, i));
		fake_join(net, i, 0);
	}
	KUNIT_ASSERT_TRUE(test, fake_until(net, 5000, fake_together));
	fake_run(net, 5000);
}

static void group_of_two(struct kunit *test)
{
	struct fake_net *net = test->priv;

	make_group(test, 2);
	KUNIT_EXPECT_EQ(test, net->node[0].events[SWIM_EV_JOIN], 2);
	KUNIT_EXPECT_EQ(test, net->node[1].events[SWIM_EV_JOIN], 2);
	KUNIT_EXPECT_FALSE(test, net->node[0].gap || net->node[1].gap);
}

static void group_quiet_hour(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim_info info;

	make_group(test, GROUP);
	fake_run(net, 3600000);
	KUNIT_EXPECT_TRUE(test, fake_together(net));
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_SUSPECT), 0);
	KUNIT_EXPECT_EQ(test, net->lost, 0);
	/* There and back. */
	KUNIT_ASSERT_TRUE(test, fake_seen(net, 0, 1, &info));
	KUNIT_EXPECT_GE(test, info.rtt_us, 2000);
	KUNIT_EXPECT_LE(test, info.rtt_us, 2001);
	KUNIT_EXPECT_LT(test, info.heard_ms, 1000);
}

/* A crash is seen, not too early, and the event says why. */
static void group_crash(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct fake_event *failed;
	bool by_others;
	u32 i;

	make_group(test, GROUP);
	fake_stop(net, 2);
	KUNIT_ASSERT_TRUE(test, fake_until(net, 10000, n2_failed));
	for (i = 0; i < 2; i++) {
		failed = &net->node[i].last[SWIM_EV_FAILED];
		KUNIT_EXPECT_EQ(test, net->node[i].events[SWIM_EV_SUSPECT], 1);
		KUNIT_EXPECT_EQ(test, net->node[i].events[SWIM_EV_FAILED], 1);
		KUNIT_EXPECT_STREQ(test, failed->event.info.name, "n2");
		KUNIT_EXPECT_GE(test, failed->event.accusers, 1);
		by_others = !strcmp(failed->accuser, "n0") ||
			    !strcmp(failed->accuser, "n1");
		KUNIT_EXPECT_TRUE(test, by_others);
		/* The one that is told hears of it a little later. */
		KUNIT_EXPECT_GE(test, failed->event.suspect_ms, SUSPECT_MS / 2);
		KUNIT_EXPECT_LE(test, failed->event.suspect_ms,
				SUSPECT_MAX_MS + 500);
	}
	KUNIT_EXPECT_FALSE(test, net->node[0].gap || net->node[1].gap);

	KUNIT_ASSERT_TRUE(test, fake_start(net, 2));
	fake_join(net, 2, 0);
	KUNIT_EXPECT_TRUE(test, fake_until(net, 10000, fake_together));
}

/* Who was cut off for a moment says so itself, and nobody fails it. */
static void group_refute(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim_info before, after;

	make_group(test, GROUP);
	swim_self(net->node[2].swim, &before);
	net->node[2].cut = true;
	KUNIT_ASSERT_TRUE(test, fake_until(net, 5000, n2_suspect));
	net->node[2].cut = false;
	KUNIT_ASSERT_TRUE(test, fake_until(net, 5000, fake_together));
	swim_self(net->node[2].swim, &after);
	KUNIT_EXPECT_GT(test, after.incarnation, before.incarnation);
	KUNIT_EXPECT_GE(test, swim_stat(net->node[2].swim, SWIM_REFUTED), 1);
	fake_run(net, 2 * SUSPECT_MAX_MS);
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_FAILED), 0);
	KUNIT_EXPECT_EQ(test, net->node[0].events[SWIM_EV_ALIVE], 1);
	KUNIT_EXPECT_EQ(test, net->node[1].events[SWIM_EV_ALIVE], 1);
}

static void group_leave(struct kunit *test)
{
	struct fake_net *net = test->priv;

	make_group(test, GROUP);
	swim_leave(net->node[2].swim, net->now);
	KUNIT_EXPECT_TRUE(test, fake_until(net, 2000, n2_left));
	fake_run(net, 10000);
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_SUSPECT), 0);
	KUNIT_EXPECT_EQ(test, fake_events(net, SWIM_EV_FAILED), 0);
	swim_join(net->node[2].swim, net->now, NULL, 0);
	KUNIT_EXPECT_TRUE(test, fake_until(net, 10000, fake_together));
}

static void group_other_cluster(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim_info info;

	net->node[1].cluster = "other";
	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	KUNIT_ASSERT_TRUE(test, fake_start(net, 1));
	fake_join(net, 0, 0);
	fake_join(net, 1, 0);
	fake_run(net, 10000);
	KUNIT_EXPECT_FALSE(test, fake_seen(net, 0, 1, &info));
	KUNIT_EXPECT_FALSE(test, fake_seen(net, 1, 0, &info));
	KUNIT_EXPECT_GT(test, swim_stat(net->node[0].swim, SWIM_RX_CLUSTER), 0);
	KUNIT_EXPECT_EQ(test, swim_status(net->node[1].swim), SWIM_JOINING);
}

#if IS_ENABLED(CONFIG_FAILSLAB)

/* A group comes together and notices a crash. */
static void form_and_crash(struct fake_net *net)
{
	u32 i;

	for (i = 0; i < GROUP; i++)
		if (fake_start(net, i))
			fake_join(net, i, 0);
	fake_run(net, 2000);
	fake_stop(net, 2);
	fake_run(net, 5000);
}

/* What failed is started again, as its user would. */
static void start_rest(struct kunit *test, struct fake_net *net)
{
	u32 i;

	for (i = 0; i < GROUP; i++)
		if (!net->node[i].swim) {
			KUNIT_ASSERT_TRUE(test, fake_start(net, i));
			fake_join(net, i, i ? 0 : 1);
		}
}

/*
 * Each of the allocations that cannot sleep fails in turn, whoever of the
 * group made it.
 */
static void group_no_memory(struct kunit *test)
{
	u32 nth, left = 0;

	for (nth = 1; !left && nth < FAILURES_MAX; nth++) {
		struct fake_net *net = test->priv;

		current->fail_nth = nth;
		form_and_crash(net);
		left = current->fail_nth;
		current->fail_nth = 0;
		start_rest(test, net);
		KUNIT_EXPECT_TRUE_MSG(test,
				      fake_until(net, 60000, fake_together),
				      "allocation %u", nth);
		KUNIT_EXPECT_FALSE_MSG(test, net->node[0].gap, "allocation %u",
				       nth);
		fake_net_free(net);
		test->priv = fake_net_new(nth);
		KUNIT_ASSERT_NOT_NULL(test, test->priv);
	}
	KUNIT_EXPECT_GT_MSG(test, nth, 10, "allocations did not fail");
	KUNIT_EXPECT_GT_MSG(test, left, 0, "not all were tried");
}

#else

static void group_no_memory(struct kunit *test)
{
	kunit_skip(test, "this kernel cannot make allocations fail");
}

#endif

static int init(struct kunit *test)
{
	test->priv = fake_net_new(1);
	return test->priv ? 0 : -ENOMEM;
}

static void finish(struct kunit *test)
{
	if (test->priv)
		fake_net_free(test->priv);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(group_of_two),    KUNIT_CASE(group_quiet_hour),
	KUNIT_CASE(group_crash),     KUNIT_CASE(group_refute),
	KUNIT_CASE(group_leave),     KUNIT_CASE(group_other_cluster),
	KUNIT_CASE(group_no_memory), {}
};

static struct kunit_suite suite = {
	.name = "gossip-group",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
