// SPDX-License-Identifier: GPL-2.0
/* The rows of the tables: SWIM, Lifeguard and ours are one core. */
#include <linux/kernel.h>
#include <fnmatch.h>

#include "sim.h"

#define LESS(rule)                                                     \
	{                                                              \
		"ours less " #rule, SWIM_RULES_ALL & ~SWIM_RULE_##rule \
	}

const struct sim_variant sim_variants[] = {
	[SIM_PLAIN] = { "plain SWIM a5", 0, 500, 1 },
	[SIM_A5B6] = { "Lifeguard a5 b6", SWIM_RULES_LIFEGUARD, 500, 6 },
	[SIM_A4B6] = { "Lifeguard a4 b6", SWIM_RULES_LIFEGUARD, 400, 6 },
	[SIM_A2B2] = { "Lifeguard a2 b2", SWIM_RULES_LIFEGUARD, 200, 2 },
	[SIM_OURS] = { "ours", SWIM_RULES_ALL },
	[SIM_LESS] = LESS(HEALTH),
	LESS(DYNAMIC),
	LESS(BUDDY),
	LESS(ROTATION),
	LESS(SHORT),
	LESS(STALL),
	LESS(CONCLUSIVE),
	LESS(DEGRADED),
	LESS(LAST_CALL),
	LESS(CORROBORATE),
	LESS(PROBATION),
	LESS(DAMPING),
	LESS(PROOF),
	LESS(EAGER),
	LESS(COMPARE),
	LESS(HEAL),
	LESS(ASK),
	LESS(OFFER),
};

const unsigned int sim_nr_variants = ARRAY_SIZE(sim_variants);

void sim_paper_config(struct net *net, const struct sim_variant *variant)
{
	net_config(net, SWIM_NORMAL);
	net->config.probe_interval = 1000;
	net->config.probe_timeout = 500;
	net->config.rules = variant->rules;
	if (variant->mult) {
		net->config.suspicion_mult = variant->mult;
		net->config.suspicion_max_mult = variant->max_mult;
	}
}

void sim_check_rows(const struct sim_args *args)
{
	unsigned int i;

	for (i = 0; i < sim_nr_variants; i++)
		if (sim_wanted(args, i))
			return;
	sim_refuse("ROWS=%s fits no row: 'plain SWIM a5', 'ours', ...",
		   args->rows);
}

bool sim_wanted(const struct sim_args *args, unsigned int variant)
{
	if (args->rows)
		return !fnmatch(args->rows, sim_variants[variant].name,
				FNM_EXTMATCH);
	return variant == SIM_PLAIN || variant == SIM_OURS;
}
