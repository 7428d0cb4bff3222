// SPDX-License-Identifier: GPL-2.0
/* The tracepoints, and those hits that have to be inferred. */

#include <linux/ktime.h>

#include "stats.h"
#include "watch.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* Why the core does not heed a datagram. */
static const u8 drops[] = {
	SWIM_RX_MALFORMED, SWIM_RX_VERSION, SWIM_RX_CLUSTER,  SWIM_RX_OWN,
	SWIM_RX_STRAY,	   SWIM_RX_EXCESS,  SWIM_RX_REPLAYED,
};

void gossip_watch_begin(struct gossip_watch *watch, const struct swim *swim)
{
	unsigned int i;

	watch->on = trace_gossip_dropped_enabled() ||
		    trace_gossip_probe_enabled() ||
		    trace_gossip_stall_enabled();
	if (!watch->on)
		return;
	watch->now = ktime_get_boottime_ns();
	watch->due = swim_deadline(swim);
	for (i = 0; i < SWIM_NR_STATS; i++)
		watch->stat[i] = swim_stat(swim, i);
}

static u64 grown(const struct gossip_watch *watch, const struct swim *swim,
		 enum swim_stat stat)
{
	return swim_stat(swim, stat) - watch->stat[stat];
}

static void tell_probes(const struct gossip_watch *watch,
			const struct swim *swim, const struct net *net,
			enum swim_stat stat, enum gossip_verdict verdict)
{
	u64 count = grown(watch, swim, stat);

	while (count--)
		trace_gossip_probe(net, verdict, swim_health(swim));
}

void gossip_watch_end(struct gossip_watch *watch, const struct swim *swim,
		      const struct net *net, const struct swim_addr *from,
		      size_t len)
{
	unsigned int i;

	if (!watch->on)
		return;
	watch->on = false;
	/* One datagram can raise the same counter more than once. */
	for (i = 0; from && i < ARRAY_SIZE(drops); i++)
		if (grown(watch, swim, drops[i]))
			trace_gossip_dropped(net, from, len,
					     gossip_stat_rows[drops[i]].name);
	tell_probes(watch, swim, net, SWIM_PROBES_FAILED, GOSSIP_UNREACHED);
	tell_probes(watch, swim, net, SWIM_INCONCLUSIVE, GOSSIP_INCONCLUSIVE);
	if (grown(watch, swim, SWIM_STALLS))
		trace_gossip_stall(net, watch->now - watch->due);
}
