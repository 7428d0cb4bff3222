/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A timer whose function runs in softirq, on time whatever processes do; so does,
 * thanks to a nudge, what that sends to another namespace of this host. Where
 * ksoftirqd holds softirqs back but not tasklets, see nudge.h, the timer is of
 * the hard kind and schedules a tasklet.
 *
 * Its clock, CLOCK_BOOTTIME, goes on during suspend, but wakes nobody: what was due
 * meanwhile ticks once, on resume, and the core sees from the time that it was away.
 */
#ifndef _GOSSIP_TICKER_H
#define _GOSSIP_TICKER_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/types.h>

/**
 * struct gossip_ticker - the timer
 * @timer: fires when asked to
 * @tasklet: runs @tick, where @timer may not do so itself
 * @stopped: nothing is scheduled any more
 * @hard: softirqs can be held back here
 * @tick: what to call
 */
struct gossip_ticker {
	struct hrtimer timer;
	struct tasklet_struct tasklet;
	bool stopped;
	bool hard;
	void (*tick)(struct gossip_ticker *ticker);
};

/*
 * @tick is called in softirq, and never twice at once. @hard: as this kernel
 * needs it, which is GOSSIP_KSOFTIRQD_HOLDS; both ways work everywhere.
 */
void gossip_ticker_init(struct gossip_ticker *ticker,
			void (*tick)(struct gossip_ticker *ticker), bool hard);
/*
 * These two take no lock of the caller's; any context but hard interrupt. A
 * call of tick() can be under way meanwhile and afterwards.
 */
void gossip_ticker_start(struct gossip_ticker *ticker, u64 boottime_ns);
void gossip_ticker_cancel(struct gossip_ticker *ticker);
/* For good; waits for tick(). The caller starts it no more. Process context. */
void gossip_ticker_stop(struct gossip_ticker *ticker);

#endif
