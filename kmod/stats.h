/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of an instance: those of the core, enum swim_stat, and after
 * them those of what ties it to the kernel. gossip.yaml documents each.
 */
#ifndef _GOSSIP_STATS_H
#define _GOSSIP_STATS_H

#include <linux/atomic.h>

#include "swim/stat.h"

enum gossip_stat {
	GOSSIP_RX_NOT_UNICAST = SWIM_NR_STATS,
	GOSSIP_RX_LENGTH,
	GOSSIP_RX_NO_MEMORY,
	GOSSIP_TX_NO_MEMORY,
	GOSSIP_TX_NO_ROUTE,
	GOSSIP_TX_REFUSED,
	GOSSIP_SOCKET_DROPS,
	GOSSIP_EVENTS_LOST,
	GOSSIP_TX_LINK_DOWN,
	GOSSIP_LINK_LOST,
	GOSSIP_ADDRESS_LOST,
	GOSSIP_TX_TOO_LONG,
	GOSSIP_TX_DISCARDED,
	GOSSIP_RX_UNREACHABLE,
	GOSSIP_META_MALFORMED,
	GOSSIP_META_DEFERRED,
	GOSSIP_LEASES_LOST,
	GOSSIP_LEASES_EXPIRED,
	GOSSIP_USER_EVENTS_LOST,
	GOSSIP_EVENTS_EXCESS,
	GOSSIP_RX_PLAIN,
	GOSSIP_RX_UNKNOWN_KEY,
	GOSSIP_RX_FORGED,
	GOSSIP_NR_STATS
};

/**
 * struct gossip_stat_row - how a counter is called
 * @name: of its file, and of the reason for which a datagram was dropped
 * @attr: of netlink, GOSSIP_A_STATS_*
 */
struct gossip_stat_row {
	const char *name;
	u16 attr;
};

/* By enum swim_stat and enum gossip_stat. */
extern const struct gossip_stat_row gossip_stat_rows[GOSSIP_NR_STATS];

/**
 * struct gossip_counters - the counters that are not the core's
 * @value: by enum gossip_stat less SWIM_NR_STATS; raised on any CPU at once
 */
struct gossip_counters {
	atomic64_t value[GOSSIP_NR_STATS - SWIM_NR_STATS];
};

static inline void gossip_count(struct gossip_counters *counters,
				enum gossip_stat stat)
{
	atomic64_inc(&counters->value[stat - SWIM_NR_STATS]);
}

static inline u64 gossip_counted(const struct gossip_counters *counters,
				 enum gossip_stat stat)
{
	return atomic64_read(&counters->value[stat - SWIM_NR_STATS]);
}

#endif
