/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core decided, for the tracepoints. It has none itself: what it did
 * with a datagram or a tick is seen by the counters that it raised.
 */
#ifndef _GOSSIP_WATCH_H
#define _GOSSIP_WATCH_H

#include <net/net_namespace.h>

#include "swim/swim.h"

/**
 * enum gossip_verdict - on a probe that nobody answered
 * @GOSSIP_UNREACHED: others were reached, so the target is to blame
 * @GOSSIP_INCONCLUSIVE: nobody else was reached either
 */
enum gossip_verdict {
	GOSSIP_UNREACHED,
	GOSSIP_INCONCLUSIVE,
};

/**
 * struct gossip_watch - the core as it was before
 * @on: whether anybody wants to know, and was not told yet
 * @now: the time
 * @due: when the next tick was
 * @stat: its counters
 */
struct gossip_watch {
	bool on;
	u64 now;
	u64 due;
	u64 stat[SWIM_NR_STATS];
};

/* Around one call of the core, under the lock that protects it. */
void gossip_watch_begin(struct gossip_watch *watch, const struct swim *swim);
/*
 * @from is NULL, and @len 0, if the call was none of swim_receive(). Nothing is
 * told twice.
 */
void gossip_watch_end(struct gossip_watch *watch, const struct swim *swim,
		      const struct net *net, const struct swim_addr *from,
		      size_t len);

#endif
