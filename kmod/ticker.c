// SPDX-License-Identifier: GPL-2.0
/* The timer of an instance; see ticker.h for why it is more than an hrtimer. */

#include "compat.h"
#include "nudge.h"
#include "ticker.h"

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	struct gossip_ticker *ticker =
		container_of(timer, struct gossip_ticker, timer);

	ticker->tick(ticker);
	gossip_nudge();
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	struct gossip_ticker *ticker =
		container_of(timer, struct gossip_ticker, timer);

	gossip_nudge_look();
	if (!READ_ONCE(ticker->stopped))
		tasklet_hi_schedule(&ticker->tasklet);
	return HRTIMER_NORESTART;
}

static void run(struct tasklet_struct *tasklet)
{
	struct gossip_ticker *ticker = from_tasklet(ticker, tasklet, tasklet);

	ticker->tick(ticker);
	gossip_nudge();
}

static enum hrtimer_mode mode(const struct gossip_ticker *ticker)
{
	return ticker->hard ? HRTIMER_MODE_ABS_HARD : HRTIMER_MODE_ABS_SOFT;
}

void gossip_ticker_init(struct gossip_ticker *ticker,
			void (*tick)(struct gossip_ticker *ticker), bool hard)
{
	*ticker = (struct gossip_ticker){ .tick = tick, .hard = hard };
	tasklet_setup(&ticker->tasklet, run);
	gossip_hrtimer_setup(&ticker->timer, hard ? fire_hard : fire_soft,
			     CLOCK_BOOTTIME, mode(ticker));
}

void gossip_ticker_start(struct gossip_ticker *ticker, u64 boottime_ns)
{
	hrtimer_start(&ticker->timer, ns_to_ktime(boottime_ns), mode(ticker));
}

void gossip_ticker_cancel(struct gossip_ticker *ticker)
{
	hrtimer_try_to_cancel(&ticker->timer);
}

/*
 * Once cancelled, the timer schedules the tasklet no more, for it looks at
 * @stopped; the tasklet, if it ran meanwhile, may have started it.
 */
void gossip_ticker_stop(struct gossip_ticker *ticker)
{
	WRITE_ONCE(ticker->stopped, true);
	hrtimer_cancel(&ticker->timer);
	tasklet_kill(&ticker->tasklet);
	hrtimer_cancel(&ticker->timer);
}
