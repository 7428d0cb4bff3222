/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one table of tunables: it makes module parameters, the files in sysfs and
 * the ranges of netlink, and the client's tests hold gossip.yaml and gossip(7)
 * against it. Numbers only, so that any program can read it.
 *
 * ROW(name, unit, least, greatest, default for lan, wan, local, what it is)
 *
 * In the order of struct swim_config and of the attributes of netlink. The unit
 * is "ms", "s", "bytes", "%" (hundredths of a factor) or "". Two hours, the
 * longest of most times, are more than is sensible and far from an overflow.
 */
#ifndef _SWIM_TUNABLES_H
#define _SWIM_TUNABLES_H

/* clang-format off */
#define SWIM_TUNABLES(ROW)                                                     \
	ROW(probe_interval, "ms", 10, 7200000, 500, 2000, 100,                 \
	    "Time between two probes, the protocol period T")                  \
	ROW(probe_timeout, "ms", 1, 7200000, 250, 1000, 50,                    \
	    "Longest wait for a direct answer before others are asked")        \
	ROW(indirect_probes, "", 1, 8, 3, 3, 3,                                \
	    "Members asked to probe on our behalf, k")                         \
	ROW(suspicion_mult, "%", 10, 10000, 100, 100, 100,                     \
	    "Suspicion time-out as a multiple of T times log10 of the group's size, at least 1") \
	ROW(gossip_interval, "ms", 5, 7200000, 200, 500, 100,                  \
	    "Time between two rounds of gossip while there is news")           \
	ROW(gossip_fanout, "", 1, 8, 3, 4, 3,                                  \
	    "Members told in one round of gossip")                             \
	ROW(retransmit_mult, "", 1, 12, 4, 4, 4,                               \
	    "Times an update is sent, as a multiple of the digits of the group's size") \
	ROW(heal_interval, "ms", 100, 7200000, 10000, 30000, 5000,             \
	    "Time between two pings to a failed member or lost seed")          \
	ROW(reap_after, "s", 1, 2592000, 86400, 86400, 86400,                  \
	    "Time for which failed and left members are remembered")           \
	ROW(max_members, "", 2, 65536, 16384, 16384, 16384,                    \
	    "Members held at most; more are refused and counted")              \
	ROW(max_datagram, "bytes", 576, 8952, 1400, 1400, 1400,                \
	    "Largest UDP payload sent")                                        \
	ROW(probe_timeout_min, "ms", 1, 7200000, 20, 100, 10,                  \
	    "Shortest wait for a direct answer, however short the round-trip time is") \
	ROW(probe_attempts, "", 2, 8, 3, 3, 2,                                 \
	    "Pings without an answer, all but the first with indirect ones, before a member is suspected") \
	ROW(suspicion_max_mult, "", 1, 100, 6, 6, 6,                           \
	    "Longest suspicion time-out, while nobody confirms it, as a multiple of the shortest") \
	ROW(suspicion_accusers, "", 1, 3, 3, 3, 3,                             \
	    "Confirmations that bring the suspicion time-out down to the shortest, K") \
	ROW(last_call_attempts, "", 1, 8, 5, 5, 5,                             \
	    "Rounds of direct and indirect pings to a suspect before it is declared failed") \
	ROW(corroborators, "", 1, 64, 4, 4, 4,                                 \
	    "Members that check at once whether an accusation is true")
/* clang-format on */

#endif
