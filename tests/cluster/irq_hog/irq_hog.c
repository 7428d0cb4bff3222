// SPDX-License-Identifier: GPL-2.0
/*
 * A module that keeps a processor in a hard interrupt, again and again, as a bad
 * driver or firmware does: no softirq and no timer runs there meanwhile.
 */

#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include "../../../kmod/compat.h"

static unsigned int cpu;
module_param(cpu, uint, 0444);
MODULE_PARM_DESC(cpu, "the processor");

static unsigned int busy_ms = 300;
module_param(busy_ms, uint, 0444);
MODULE_PARM_DESC(busy_ms, "how long it is kept each time");

static unsigned int every_ms = 1000;
module_param(every_ms, uint, 0444);
MODULE_PARM_DESC(every_ms, "from one time to the next");

static struct hrtimer timer;

/* By the clock: how fast an emulated processor is may change. */
static enum hrtimer_restart keep(struct hrtimer *timer)
{
	u64 end = ktime_get_ns() + busy_ms * NSEC_PER_MSEC;

	while (ktime_get_ns() < end)
		cpu_relax();
	hrtimer_forward_now(timer, ms_to_ktime(every_ms));
	return HRTIMER_RESTART;
}

static void start(void *unused)
{
	hrtimer_start(&timer, ms_to_ktime(every_ms),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

static int __init irq_hog_init(void)
{
	if (busy_ms >= every_ms)
		return -EINVAL;
	gossip_hrtimer_setup(&timer, keep, CLOCK_MONOTONIC,
			     HRTIMER_MODE_REL_PINNED_HARD);
	return smp_call_function_single(cpu, start, NULL, 1);
}

static void __exit irq_hog_exit(void)
{
	hrtimer_cancel(&timer);
}

module_init(irq_hog_init);
module_exit(irq_hog_exit);
MODULE_DESCRIPTION("Keeps a processor in hard interrupts");
MODULE_LICENSE("GPL");
