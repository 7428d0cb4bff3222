/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interrupt on whose way out softirqs are done.
 *
 * What a softirq raises, as by sending over a veth, is done by the next round of
 * softirqs. There is none if a process waits for the CPU: ksoftirqd is to do it,
 * which is a process among others. With enough of them it waits for as long as
 * each runs, with one of a realtime class for a second. Before 6.5, moreover, a
 * kernel without PREEMPT_RT leaves all softirqs to ksoftirqd once that was
 * woken, except tasklets, and what is pending along with one.
 *
 * So such an interrupt follows work in softirq at once; and on the older kernels
 * it has a tasklet, and another one follows every millisecond while received
 * datagrams are seen to be held back on this CPU. In a flood that can leave
 * processes little of it.
 *
 * Under PREEMPT_RT softirqs are done by threads, whose priority is for the
 * administrator to set, and nothing happens here.
 */
#ifndef _GOSSIP_NUDGE_H
#define _GOSSIP_NUDGE_H

/* Once before and once after all others. */
void gossip_nudge_init(void);
void gossip_nudge_exit(void);
/* In softirq, after whatever may have raised another. */
void gossip_nudge(void);
/* In the interrupt of a timer, which is a chance to see what is held back. */
void gossip_nudge_look(void);

#endif
