/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tunables of the protocol: one table that feeds module parameters, sysfs
 * and netlink.
 */
#ifndef _SWIM_CONFIG_H
#define _SWIM_CONFIG_H

#include <linux/types.h>

/**
 * struct swim_config - the tunables; see swim_tunables for units and ranges
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

#define SWIM_NR_TUNABLES (sizeof(struct swim_config) / sizeof(u32))

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
