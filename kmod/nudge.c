// SPDX-License-Identifier: GPL-2.0
/* An interrupt on whose way out softirqs are done; see nudge.h. */

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "compat.h"
#include "nudge.h"

/* How soon, in ns; and how often softirqs that are held back are looked for. */
#define SOON 50000
#define OFTEN 1000000
/* How many times more, once some were held back. */
#define TIMES 1000
/*
 * The longest rest from softirqs that are at work anyway, in ns. A flood does not
 * lead there: what halves the rest then comes as often as what doubles it.
 */
#define RARELY 8000000

/**
 * struct nudge - of one CPU, which alone uses it
 * @timer: is the interrupt
 * @tasklet: does nothing
 * @wait: until @timer fires again, in ns
 * @left: how often it is to fire yet because of what was held back
 */
struct nudge {
	struct hrtimer timer;
	struct tasklet_struct tasklet;
	u32 wait;
	u32 left;
};

static DEFINE_PER_CPU(struct nudge, nudges);

/*
 * An interrupt that comes while no softirq runs finds one pending only if the
 * interrupt before it left it to ksoftirqd. The other kinds are raised by the
 * interrupt of the clock itself, perhaps a moment ago.
 */
static bool is_held(void)
{
	return GOSSIP_KSOFTIRQD_HOLDS && !in_softirq() &&
	       (local_softirq_pending() & BIT(NET_RX_SOFTIRQ));
}

void gossip_nudge_look(void)
{
	if (is_held())
		this_cpu_write(nudges.left, TIMES);
}

static enum hrtimer_restart fire(struct hrtimer *timer)
{
	struct nudge *nudge = container_of(timer, struct nudge, timer);

	/* Its CPU went away, and others took over what was there. */
	if (nudge != this_cpu_ptr(&nudges))
		return HRTIMER_NORESTART;
	if (in_softirq()) {
		/* The round that it interrupts may be the last one, and takes long. */
		nudge->wait = min_t(u32, 2 * nudge->wait, RARELY);
	} else if (is_held()) {
		/* What is done now may raise more: a datagram, and its answer. */
		nudge->wait = max_t(u32, nudge->wait / 2, SOON);
		nudge->left = TIMES;
	} else {
		nudge->wait = min_t(u32, 2 * nudge->wait, OFTEN);
	}
	if (!in_softirq()) {
		if (!nudge->left)
			return HRTIMER_NORESTART;
		nudge->left--;
		tasklet_hi_schedule(&nudge->tasklet);
	}
	hrtimer_forward_now(timer, nudge->wait);
	return HRTIMER_RESTART;
}

/* On an idle CPU ksoftirqd runs at once. */
void gossip_nudge(void)
{
	struct nudge *nudge;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return;
	nudge = this_cpu_ptr(&nudges);
	if (is_idle_task(current) && !READ_ONCE(nudge->left))
		return;
	WRITE_ONCE(nudge->wait, SOON);
	hrtimer_start(&nudge->timer, SOON, HRTIMER_MODE_REL_PINNED_HARD);
}

static void nothing(struct tasklet_struct *tasklet)
{
}

void gossip_nudge_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct nudge *nudge = per_cpu_ptr(&nudges, cpu);

		gossip_hrtimer_setup(&nudge->timer, fire, CLOCK_MONOTONIC,
				     HRTIMER_MODE_REL_PINNED_HARD);
		tasklet_setup(&nudge->tasklet, nothing);
	}
}

void gossip_nudge_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct nudge *nudge = per_cpu_ptr(&nudges, cpu);

		hrtimer_cancel(&nudge->timer);
		tasklet_kill(&nudge->tasklet);
	}
}
