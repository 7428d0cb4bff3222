// SPDX-License-Identifier: GPL-2.0
/* Tunables, their ranges, and the defaults of each profile. */

#include "core.h"

#define TUNABLE(field, unit_, min_, max_, lan, wan, local)                  \
	{                                                                   \
		.name = #field, .unit = unit_,                              \
		.offset = offsetof(struct swim_config, field), .min = min_, \
		.max = max_, .value = { lan, wan, local },                  \
	}

/* Two hours are more than any sensible time and far from an overflow. */
#define MS_MAX 7200000

const struct swim_tunable swim_tunables[SWIM_NR_TUNABLES] = {
	TUNABLE(probe_interval, "ms", 10, MS_MAX, 500, 2000, 100),
	TUNABLE(probe_timeout, "ms", 1, MS_MAX, 250, 1000, 50),
	TUNABLE(indirect_probes, "", 1, SWIM_INDIRECT_MAX, 3, 3, 3),
	TUNABLE(suspicion_mult, "%", 10, 10000, 100, 100, 100),
	TUNABLE(gossip_interval, "ms", 5, MS_MAX, 200, 500, 100),
	TUNABLE(gossip_fanout, "", 1, SWIM_FANOUT_MAX, 3, 4, 3),
	TUNABLE(retransmit_mult, "", 1, 12, 4, 4, 4),
	TUNABLE(heal_interval, "ms", 100, MS_MAX, 10000, 30000, 5000),
	TUNABLE(reap_after, "s", 1, 2592000, 86400, 86400, 86400),
	TUNABLE(max_members, "", 2, SWIM_MEMBERS_MAX, 16384, 16384, 16384),
	TUNABLE(max_datagram, "bytes", SWIM_DATAGRAM_MIN, SWIM_DATAGRAM_MAX,
		1400, 1400, 1400),
	TUNABLE(probe_timeout_min, "ms", 1, MS_MAX, 20, 100, 10),
	TUNABLE(probe_attempts, "", 2, 8, 3, 3, 2),
	TUNABLE(suspicion_max_mult, "", 1, 100, 6, 6, 6),
	TUNABLE(suspicion_accusers, "", 1, SWIM_ACCUSERS_MAX - 1, 3, 3, 3),
	TUNABLE(last_call_attempts, "", 1, 8, 5, 5, 5),
	TUNABLE(corroborators, "", 1, 64, 4, 4, 4),
};

const char *const swim_profile_names[SWIM_NR_PROFILES] = {
	[SWIM_LAN] = "lan",
	[SWIM_WAN] = "wan",
	[SWIM_LOCAL] = "local",
};

const char *const swim_sensitivity_names[SWIM_NR_SENSITIVITIES] = {
	[SWIM_FAST] = "fast",
	[SWIM_NORMAL] = "normal",
	[SWIM_CALM] = "calm",
};

u32 *swim_config_value(struct swim_config *cfg, const struct swim_tunable *row)
{
	return (u32 *)((u8 *)cfg + row->offset);
}

void swim_config_defaults(struct swim_config *cfg, enum swim_profile profile,
			  enum swim_sensitivity sensitivity)
{
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		*swim_config_value(cfg, &swim_tunables[i]) =
			swim_tunables[i].value[profile];
	cfg->rules = SWIM_RULES_ALL;
	if (sensitivity == SWIM_FAST) {
		cfg->suspicion_mult /= 2;
		cfg->corroborators *= 2;
	} else if (sensitivity == SWIM_CALM) {
		cfg->suspicion_mult *= 2;
	}
}

const struct swim_tunable *swim_config_check(const struct swim_config *cfg)
{
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++) {
		const struct swim_tunable *row = &swim_tunables[i];
		u32 value = *(const u32 *)((const u8 *)cfg + row->offset);

		if (value < row->min || value > row->max)
			return row;
	}
	return NULL;
}

bool swim_name_valid(const char *name, size_t len)
{
	size_t i;

	if (!len || len > SWIM_NAME_MAX)
		return false;
	for (i = 0; i < len; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return true;
}

bool swim_addr_valid(const struct swim_addr *addr)
{
	static const u8 zero[16];

	if (!addr->port)
		return false;
	switch (addr->family) {
	case 4:
		/* Not this network, multicast, reserved or broadcast. */
		return addr->ip[0] && addr->ip[0] < 224;
	case 6:
		return addr->ip[0] != 0xff && memcmp(addr->ip, zero, 16);
	default:
		return false;
	}
}
