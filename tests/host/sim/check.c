// SPDX-License-Identifier: GPL-2.0
/*
 * Short forms of the experiments, as tests: smaller or fewer than what gives
 * the figures, and held to the same bars.
 */
#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>

#include "../host.h"
#include "sim.h"

struct bar {
	const char *key;
	double most;
};

struct check {
	void (*run)(const struct sim_args *args);
	struct sim_args args;
	struct bar bar[4];
};

#define ARGS(...)                      \
	{                              \
		.seed = 1, __VA_ARGS__ \
	}

static const struct check checks[] = {
	{ sim_chaos, ARGS(.runs = 200), { { "broken", 0 } } },
	/* Two starts of one name took turns while its event was being told. */
	{ sim_chaos, { .seed = 638, .runs = 1 }, { { "broken", 0 } } },
	{ sim_detect,
	  ARGS(.n = 128, .runs = 150),
	  { { "first_median_T", 3.1 },
	    { "first_p999_T", 3.9 },
	    { "full_p999_T", 4.2 },
	    { "fast_first_median_T", 2.0 } } },
	{ sim_load, ARGS(.n = 128), { { "idle_sent_max", 2.2 } } },
	{ sim_converge,
	  ARGS(.runs = 10),
	  { { "rounds_max", 10 }, { "ms_p99", 60 } } },
	{ sim_loss, ARGS(.n = 32, .runs = 1), { { "fp_loss20", 0 } } },
	{ sim_partition,
	  ARGS(.n = 32, .runs = 2),
	  { { "heal_max_s", 6 }, { "fp_inside", 0 }, { "late", 0 } } },
	{ sim_oneway,
	  ARGS(.n = 100, .runs = 24),
	  { { "healthy_removed", 0 },
	    { "faulty_unflagged", 0 },
	    { "flaps_per_min", 0.3 } } },
	{ sim_mass, ARGS(.runs = 10), { { "mass25_T", 7 }, { "mass_fp", 0 } } },
	{ sim_survivor,
	  ARGS(.runs = 20),
	  { { "survivor_max_s", 70 }, { "survivor2_max_T", 10 } } },
	{ sim_restart, ARGS(.n = 256), { { "restart_s", 10 } } },
	{ sim_relay,
	  ARGS(.n = 8, .runs = 200),
	  { { "relay_fp", 0 }, { "relay_ratio", 1.2 } } },
	{ sim_leave, ARGS(.runs = 10), { { "leave_fp", 0 } } },
	{ sim_lifeguard,
	  ARGS(.grid = "tiny"),
	  { { "fp_pct_blocking", 0.05 },
	    { "fp_pct_nonblocking", 0.05 },
	    { "fp_pct_dropped", 0.05 },
	    { "fpneg", 0 } } },
};

static const char *name_of(const struct check *check)
{
	const struct sim_experiment *exp;

	for (exp = sim_experiments; exp->name; exp++)
		if (exp->run == check->run)
			return exp->name;
	return "";
}

static void hold_to(const char *name, const struct bar *bar)
{
	double value = sim_value(bar->key);
	char text[128];

	snprintf(text, sizeof(text), "%s: %s is %g, at most %g", name, bar->key,
		 value, bar->most);
	/* What is not a number is no good either. */
	tap_check(value <= bar->most, text);
}

int sim_check(const char *only)
{
	unsigned int i, j;
	bool known = false;

	sim_quiet();
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		const struct check *check = &checks[i];

		if (only && strcmp(only, name_of(check)))
			continue;
		known = true;
		sim_forget_keys();
		check->run(&check->args);
		for (j = 0; j < ARRAY_SIZE(check->bar); j++)
			if (check->bar[j].key)
				hold_to(name_of(check), &check->bar[j]);
	}
	if (only && !known)
		sim_refuse("no experiment called '%s' is checked", only);
	return tap_end();
}
