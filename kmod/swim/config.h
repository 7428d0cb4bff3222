/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tunables of the protocol: one table that feeds module parameters, sysfs
 * and netlink.
 */
#ifndef _SWIM_CONFIG_H
#define _SWIM_CONFIG_H

#include <linux/stddef.h>
#include <linux/types.h>

#include "tunables.h"

/**
 * struct swim_config - the tunables; see swim_tunables for ranges and defaults
 * @probe_interval: T: a member probes once in it, and is probed once, ms
 * @probe_timeout: longest wait for the answer to a ping, ms
 * @indirect_probes: k: members that are asked to ping in each attempt
 * @suspicion_mult: alpha of Lifeguard, in hundredths: the least time-out is
 *	this times log10(n), at least 1, times T
 * @gossip_interval: gap between rounds of gossip, ms; less at first where
 *	there was no news for two seconds, three times this if there are several
 * @gossip_fanout: members gossiped to in a round
 * @retransmit_mult: a change is sent this times ceil(log10(n + 1)) times
 * @heal_interval: gap between pings of failed members, and longest between
 *	tries of seeds that are not there, ms
 * @reap_after: a failed or left member is forgotten after this, s
 * @max_members: more are refused and counted
 * @max_datagram: UDP payload that is never exceeded, bytes
 * @probe_timeout_min: least wait for the answer to a ping, ms
 * @probe_attempts: pings of a probe, all but the first with indirect ones
 * @suspicion_max_mult: beta of Lifeguard: the longest time-out is this
 *	times the least
 * @suspicion_accusers: K of Lifeguard: confirmations that bring the
 *	time-out down to the least
 * @last_call_attempts: indirect attempts before a suspect is declared
 *	failed
 * @corroborators: members that check a suspicion at once, in the first wave
 * @rules: enum swim_rule; all; not a tunable
 */
struct swim_config {
	u32 probe_interval;
	u32 probe_timeout;
	u32 indirect_probes;
	u32 suspicion_mult;
	u32 gossip_interval;
	u32 gossip_fanout;
	u32 retransmit_mult;
	u32 heal_interval;
	u32 reap_after;
	u32 max_members;
	u32 max_datagram;
	u32 probe_timeout_min;
	u32 probe_attempts;
	u32 suspicion_max_mult;
	u32 suspicion_accusers;
	u32 last_call_attempts;
	u32 corroborators;
	u32 rules;
};

/*
 * What goes beyond SWIM, each for itself, so that what it buys can be
 * measured. All are on by default; without any, this is plain SWIM.
 */
enum swim_rule {
	/* Lifeguard (Dadgar, Phillips, Currey 2017), sections IV-A, B, C. */
	SWIM_RULE_HEALTH = 1 << 0,
	SWIM_RULE_DYNAMIC = 1 << 1,
	SWIM_RULE_BUDDY = 1 << 2,
	/* Of our own. */
	SWIM_RULE_ROTATION = 1 << 3,
	SWIM_RULE_SHORT = 1 << 4,
	SWIM_RULE_STALL = 1 << 5,
	SWIM_RULE_CONCLUSIVE = 1 << 6,
	SWIM_RULE_DEGRADED = 1 << 7,
	SWIM_RULE_LAST_CALL = 1 << 8,
	SWIM_RULE_CORROBORATE = 1 << 9,
	SWIM_RULE_PROBATION = 1 << 10,
	SWIM_RULE_DAMPING = 1 << 11,
	SWIM_RULE_PROOF = 1 << 12,
	SWIM_RULE_EAGER = 1 << 13,
	SWIM_RULE_COMPARE = 1 << 14,
	SWIM_RULE_HEAL = 1 << 15,
	SWIM_RULE_ASK = 1 << 16,
	SWIM_RULE_OFFER = 1 << 17,
	SWIM_RULES_LIFEGUARD = SWIM_RULE_HEALTH | SWIM_RULE_DYNAMIC |
			       SWIM_RULE_BUDDY,
	SWIM_RULES_ALL = (1 << 18) - 1
};

enum swim_profile { SWIM_LAN, SWIM_WAN, SWIM_LOCAL, SWIM_NR_PROFILES };
enum swim_sensitivity {
	SWIM_FAST,
	SWIM_NORMAL,
	SWIM_CALM,
	SWIM_NR_SENSITIVITIES
};

/**
 * struct swim_tunable - one row of the table that feeds parameters, sysfs and
 *	netlink
 * @name: as the user writes it
 * @unit: "ms", "s", "bytes", "%" (hundredths of a factor) or ""
 * @offset: of its u32 in struct swim_config
 * @min: smallest value accepted, never 0
 * @max: greatest value accepted
 * @value: default by profile, at normal sensitivity
 */
struct swim_tunable {
	const char *name;
	const char *unit;
	u16 offset;
	u32 min;
	u32 max;
	u32 value[SWIM_NR_PROFILES];
};

#define SWIM_NR_TUNABLES (offsetof(struct swim_config, rules) / sizeof(u32))

/* In the order of struct swim_config. */
extern const struct swim_tunable swim_tunables[SWIM_NR_TUNABLES];
extern const char *const swim_profile_names[SWIM_NR_PROFILES];
extern const char *const swim_sensitivity_names[SWIM_NR_SENSITIVITIES];

u32 *swim_config_value(struct swim_config *cfg, const struct swim_tunable *row);
void swim_config_defaults(struct swim_config *cfg, enum swim_profile profile,
			  enum swim_sensitivity sensitivity);
/* Row that is out of range, or NULL. */
const struct swim_tunable *swim_config_check(const struct swim_config *cfg);

#endif
