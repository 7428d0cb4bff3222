// SPDX-License-Identifier: GPL-2.0
/* The timer of an instance, as an hrtimer in softirq and by way of a tasklet. */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/timekeeping.h>

#include "../../kmod/ticker.h"

/**
 * struct fixture - what a test has
 * @ticker: initialised
 * @ticked: completed by each tick
 * @ticks: how many there were
 * @at: boot time of the last, ns
 * @in_softirq: whether it was called in one
 * @again: start anew from within, so often
 */
struct fixture {
	struct gossip_ticker ticker;
	struct completion ticked;
	int ticks;
	u64 at;
	bool in_softirq;
	int again;
};

static void tick(struct gossip_ticker *ticker)
{
	struct fixture *fixture = container_of(ticker, struct fixture, ticker);

	fixture->ticks++;
	fixture->at = ktime_get_boottime_ns();
	fixture->in_softirq = in_serving_softirq();
	if (fixture->again) {
		fixture->again--;
		gossip_ticker_start(ticker, fixture->at + NSEC_PER_MSEC);
	}
	complete(&fixture->ticked);
}

static struct fixture *fixture_of(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	const bool *hard = test->param_value;

	init_completion(&fixture->ticked);
	gossip_ticker_init(&fixture->ticker, tick, *hard);
	return fixture;
}

static bool wait(struct fixture *fixture)
{
	return wait_for_completion_timeout(&fixture->ticked, 5 * HZ);
}

static void ticks_when_due(struct kunit *test)
{
	struct fixture *fixture = fixture_of(test);
	u64 due = ktime_get_boottime_ns() + 20 * NSEC_PER_MSEC;

	gossip_ticker_start(&fixture->ticker, due);
	KUNIT_EXPECT_TRUE(test, wait(fixture));
	KUNIT_EXPECT_GE(test, fixture->at, due);
	KUNIT_EXPECT_TRUE(test, fixture->in_softirq);
	gossip_ticker_stop(&fixture->ticker);
	KUNIT_EXPECT_EQ(test, fixture->ticks, 1);
}

static void ticks_at_once_if_late(struct kunit *test)
{
	struct fixture *fixture = fixture_of(test);

	gossip_ticker_start(&fixture->ticker, 1);
	KUNIT_EXPECT_TRUE(test, wait(fixture));
	gossip_ticker_stop(&fixture->ticker);
}

static void starts_itself_anew(struct kunit *test)
{
	struct fixture *fixture = fixture_of(test);
	int i;

	fixture->again = 9;
	gossip_ticker_start(&fixture->ticker, 1);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_TRUE(test, wait(fixture));
	gossip_ticker_stop(&fixture->ticker);
	KUNIT_EXPECT_EQ(test, fixture->ticks, 10);
}

static void moves(struct kunit *test)
{
	struct fixture *fixture = fixture_of(test);
	u64 now = ktime_get_boottime_ns();

	gossip_ticker_start(&fixture->ticker, now + 3600 * NSEC_PER_SEC);
	gossip_ticker_start(&fixture->ticker, now + 10 * NSEC_PER_MSEC);
	KUNIT_EXPECT_TRUE(test, wait(fixture));
	gossip_ticker_stop(&fixture->ticker);
}

static void is_silent_when_cancelled(struct kunit *test)
{
	struct fixture *fixture = fixture_of(test);

	gossip_ticker_start(&fixture->ticker,
			    ktime_get_boottime_ns() + 50 * NSEC_PER_MSEC);
	gossip_ticker_cancel(&fixture->ticker);
	msleep(150);
	KUNIT_EXPECT_EQ(test, fixture->ticks, 0);
	gossip_ticker_stop(&fixture->ticker);
}

/* At whatever moment: nothing runs any more when it returns. */
static void is_silent_when_stopped(struct kunit *test)
{
	struct fixture *fixture;
	int i, ticks;

	for (i = 0; i < 50; i++) {
		fixture = fixture_of(test);
		fixture->again = INT_MAX;
		gossip_ticker_start(&fixture->ticker, 1);
		fsleep(37 * i);
		/* As the instance, which is muted first. */
		fixture->again = 0;
		gossip_ticker_stop(&fixture->ticker);
		ticks = fixture->ticks;
		fsleep(2000);
		KUNIT_EXPECT_EQ(test, fixture->ticks, ticks);
	}
}

static const bool modes[] = { false, true };

static void mode_name(const bool *hard, char *name)
{
	strscpy(name, *hard ? "tasklet" : "hrtimer", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, modes, mode_name);

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(ticks_when_due, mode_gen_params),
	KUNIT_CASE_PARAM(ticks_at_once_if_late, mode_gen_params),
	KUNIT_CASE_PARAM(starts_itself_anew, mode_gen_params),
	KUNIT_CASE_PARAM(moves, mode_gen_params),
	KUNIT_CASE_PARAM(is_silent_when_cancelled, mode_gen_params),
	KUNIT_CASE_PARAM(is_silent_when_stopped, mode_gen_params),
	{}
};

static int init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct fixture), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_suite suite = {
	.name = "gossip_ticker",
	.init = init,
	.test_cases = cases,
};

kunit_test_suite(suite);
