// SPDX-License-Identifier: GPL-2.0
/* The timer of an instance; see ticker.h for why it is more than an hrtimer. */

#include <linux/bits.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "ticker.h"

/* How often what is held back is done, and how long after it was last seen. */
#define NUDGE NSEC_PER_MSEC
#define NUDGES_FOR NSEC_PER_SEC

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	struct gossip_ticker *ticker =
		container_of(timer, struct gossip_ticker, timer);

	ticker->tick(ticker);
	return HRTIMER_NORESTART;
}

/*
 * An interrupt that comes while no softirq runs finds one pending only if the
 * interrupt before it left it to ksoftirqd. The other kinds are raised by the
 * interrupt of the clock itself, perhaps a moment ago.
 */
static void raise(struct gossip_ticker *ticker)
{
	if (READ_ONCE(ticker->stopped))
		return;
	if (GOSSIP_KSOFTIRQD_HOLDS && !in_softirq() &&
	    (local_softirq_pending() & BIT(NET_RX_SOFTIRQ)))
		WRITE_ONCE(ticker->held, true);
	tasklet_hi_schedule(&ticker->tasklet);
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	raise(container_of(timer, struct gossip_ticker, timer));
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart fire_nudge(struct hrtimer *timer)
{
	raise(container_of(timer, struct gossip_ticker, nudge));
	return HRTIMER_NORESTART;
}

/*
 * Softirqs that are raised here, by what the tick sends, are left to ksoftirqd
 * if a process waits for this CPU.
 */
static void run(struct tasklet_struct *tasklet)
{
	struct gossip_ticker *ticker = from_tasklet(ticker, tasklet, tasklet);
	u64 now = ktime_get_boottime_ns();

	ticker->tick(ticker);
	if (need_resched() || READ_ONCE(ticker->held))
		ticker->until = now + NUDGES_FOR;
	WRITE_ONCE(ticker->held, false);
	if (now < ticker->until && !READ_ONCE(ticker->stopped))
		hrtimer_start(&ticker->nudge, ns_to_ktime(now + NUDGE),
			      HRTIMER_MODE_ABS_PINNED_HARD);
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
	gossip_hrtimer_setup(&ticker->nudge, fire_nudge, CLOCK_BOOTTIME,
			     HRTIMER_MODE_ABS_PINNED_HARD);
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
 * Once cancelled, both timers schedule the tasklet no more, for they look at
 * @stopped; the tasklet, if it ran meanwhile, may have started one of them.
 */
void gossip_ticker_stop(struct gossip_ticker *ticker)
{
	WRITE_ONCE(ticker->stopped, true);
	hrtimer_cancel(&ticker->timer);
	hrtimer_cancel(&ticker->nudge);
	tasklet_kill(&ticker->tasklet);
	hrtimer_cancel(&ticker->timer);
	hrtimer_cancel(&ticker->nudge);
}
