// SPDX-License-Identifier: GPL-2.0
/* The one table of counters: sysfs, netlink and tracepoints take it from here. */

#include <linux/build_bug.h>

#include <uapi/linux/gossip.h>

#include "stats.h"

#define ROW(NAME, label) .name = #label, .attr = GOSSIP_A_STATS_##NAME

const struct gossip_stat_row gossip_stat_rows[GOSSIP_NR_STATS] = {
	[SWIM_RX] = { ROW(RX_DATAGRAMS, rx_datagrams) },
	[SWIM_RX_MALFORMED] = { ROW(RX_MALFORMED, rx_malformed) },
	[SWIM_RX_VERSION] = { ROW(RX_VERSION, rx_version) },
	[SWIM_RX_CLUSTER] = { ROW(RX_CLUSTER, rx_cluster) },
	[SWIM_RX_OWN] = { ROW(RX_OWN, rx_own) },
	[SWIM_RX_STRAY] = { ROW(RX_STRAY, rx_stray) },
	[SWIM_RX_EXCESS] = { ROW(RX_EXCESS, rx_excess) },
	[SWIM_RX_REPLAYED] = { ROW(RX_REPLAYED, rx_replayed) },
	[SWIM_TX] = { ROW(TX_DATAGRAMS, tx_datagrams) },
	[SWIM_TX_FAILED] = { ROW(TX_FAILED, tx_failed) },
	[SWIM_PROBES] = { ROW(PROBES, probes) },
	[SWIM_PROBES_FAILED] = { ROW(PROBES_FAILED, probes_failed) },
	[SWIM_RELAYED] = { ROW(PROBES_RELAYED, probes_relayed) },
	[SWIM_REFUTED] = { ROW(REFUTED, refuted) },
	[SWIM_SYNCS] = { ROW(SYNCS, syncs) },
	[SWIM_STALLS] = { ROW(STALLS, stalls) },
	[SWIM_NO_MEMORY] = { ROW(NO_MEMORY, no_memory) },
	[SWIM_TABLE_FULL] = { ROW(TABLE_FULL, table_full) },
	[SWIM_BUSY] = { ROW(BUSY, busy) },
	[SWIM_INCONCLUSIVE] = { ROW(PROBES_INCONCLUSIVE, probes_inconclusive) },
	[SWIM_LAST_CALLS] = { ROW(LAST_CALLS, last_calls) },
	[SWIM_CORROBORATIONS] = { ROW(CORROBORATIONS, corroborations) },
	[SWIM_CONFLICTS] = { ROW(CONFLICTS, conflicts) },
	[SWIM_USER_EVENTS_SENT] = { ROW(USER_EVENTS_SENT, user_events_sent) },
	[SWIM_USER_EVENTS_HEARD] = { ROW(USER_EVENTS_HEARD,
					 user_events_heard) },
	[SWIM_USER_EVENTS_REFUSED] = { ROW(USER_EVENTS_REFUSED,
					   user_events_refused) },
	[SWIM_USER_EVENTS_OLD] = { ROW(USER_EVENTS_OLD, user_events_old) },
	[SWIM_USER_EVENTS_STRAY] = { ROW(USER_EVENTS_STRAY,
					 user_events_stray) },
	[SWIM_USER_EVENTS_UNTOLD] = { ROW(USER_EVENTS_UNTOLD,
					  user_events_untold) },
	[GOSSIP_RX_NOT_UNICAST] = { ROW(RX_NOT_UNICAST, rx_not_unicast) },
	[GOSSIP_RX_LENGTH] = { ROW(RX_LENGTH, rx_length) },
	[GOSSIP_RX_NO_MEMORY] = { ROW(RX_NO_MEMORY, rx_no_memory) },
	[GOSSIP_TX_NO_MEMORY] = { ROW(TX_NO_MEMORY, tx_no_memory) },
	[GOSSIP_TX_NO_ROUTE] = { ROW(TX_NO_ROUTE, tx_no_route) },
	[GOSSIP_TX_REFUSED] = { ROW(TX_REFUSED, tx_refused) },
	[GOSSIP_SOCKET_DROPS] = { ROW(SOCKET_DROPS, socket_drops) },
	[GOSSIP_EVENTS_LOST] = { ROW(EVENTS_LOST, events_lost) },
	[GOSSIP_TX_LINK_DOWN] = { ROW(TX_LINK_DOWN, tx_link_down) },
	[GOSSIP_LINK_LOST] = { ROW(LINK_LOST, link_lost) },
	[GOSSIP_ADDRESS_LOST] = { ROW(ADDRESS_LOST, address_lost) },
	[GOSSIP_TX_TOO_LONG] = { ROW(TX_TOO_LONG, tx_too_long) },
	[GOSSIP_TX_DISCARDED] = { ROW(TX_DISCARDED, tx_discarded) },
	[GOSSIP_RX_UNREACHABLE] = { ROW(RX_UNREACHABLE, rx_unreachable) },
	[GOSSIP_META_MALFORMED] = { ROW(META_MALFORMED, meta_malformed) },
	[GOSSIP_META_DEFERRED] = { ROW(META_DEFERRED, meta_deferred) },
	[GOSSIP_LEASES_LOST] = { ROW(LEASES_LOST, leases_lost) },
	[GOSSIP_LEASES_EXPIRED] = { ROW(LEASES_EXPIRED, leases_expired) },
	[GOSSIP_USER_EVENTS_LOST] = { ROW(USER_EVENTS_LOST, user_events_lost) },
	[GOSSIP_EVENTS_EXCESS] = { ROW(EVENTS_EXCESS, events_excess) },
	[GOSSIP_RX_PLAIN] = { ROW(RX_PLAIN, rx_plain) },
	[GOSSIP_RX_UNKNOWN_KEY] = { ROW(RX_UNKNOWN_KEY, rx_unknown_key) },
	[GOSSIP_RX_FORGED] = { ROW(RX_FORGED, rx_forged) },
};

/* A counter without a row, or without its words in gossip.yaml, is noticed. */
static_assert(GOSSIP_A_STATS_MAX - GOSSIP_A_STATS_PAD == GOSSIP_NR_STATS);
