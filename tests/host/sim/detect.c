// SPDX-License-Identifier: GPL-2.0
/*
 * How fast a crash is detected, by size and sensitivity; crash.c says what
 * exactly is measured. Of more than SIM_CORES_MAX members only a sample has a
 * core: large.c says which, and what the others do.
 *
 * ROWS=paper: plain SWIM, Lifeguard and ours at T = 1 s, to compare with the
 * papers. N, RUNS: only that size, so many trials.
 */
#include <linux/kernel.h>
#include <stdio.h>

#include "sim.h"

/**
 * struct kind - one row of the table
 * @prefix: of its keys
 * @variant: of the paper, or NULL for the defaults at @sensitivity
 */
struct kind {
	const char *prefix;
	enum swim_sensitivity sensitivity;
	const struct sim_variant *variant;
	unsigned int n;
	unsigned int trials;
};

static const struct kind kinds[] = {
	{ "", SWIM_NORMAL, NULL, 128, 2000 },
	{ "fast_", SWIM_FAST, NULL, 128, 2000 },
	{ "calm_", SWIM_CALM, NULL, 128, 1000 },
	{ "n16_", SWIM_NORMAL, NULL, 16, 2000 },
	{ "fast_n16_", SWIM_FAST, NULL, 16, 2000 },
	{ "n1024_", SWIM_NORMAL, NULL, 1024, 96 },
	{ "fast_n1024_", SWIM_FAST, NULL, 1024, 96 },
	{ "n4096_", SWIM_NORMAL, NULL, 4096, 16 },
	{ "n16384_", SWIM_NORMAL, NULL, 16384, 40 },
};

static const struct kind paper_kinds[] = {
	{ "plain_", 0, &sim_variants[SIM_PLAIN], 128, 1000 },
	{ "a5b6_", 0, &sim_variants[SIM_A5B6], 128, 1000 },
	{ "a2b2_", 0, &sim_variants[SIM_A2B2], 128, 1000 },
	{ "ours_", 0, &sim_variants[SIM_OURS], 128, 1000 },
};

static void prepare(struct net *net, const void *arg)
{
	const struct kind *kind = arg;

	if (kind->variant)
		sim_paper_config(net, kind->variant);
	else
		net_config(net, kind->sensitivity);
}

static void print(const struct kind *kind, double ms,
		  const struct sim_crash_figures *f)
{
	sim_print(
		"%-16s %6u %6u  %5.2f %5.2f %5.2f  %5.2f %5.2f %5.2f  %6.0f %6.0f %6.0f  %6u %5u %5u",
		kind->variant ? kind->variant->name :
				swim_sensitivity_names[kind->sensitivity],
		kind->n, f->detected, f->first[0], f->first[1], f->first[2],
		f->full[0], f->full[1], f->full[2], f->first[0] * ms,
		f->first[2] * ms, f->full[2] * ms, f->missed, f->false_failures,
		f->stuck);
	sim_key(f->first[0], "%sfirst_median_T", kind->prefix);
	sim_key(f->first[2], "%sfirst_p999_T", kind->prefix);
	sim_key(f->full[2], "%sfull_p999_T", kind->prefix);
}

static void run(const struct kind *kind, unsigned int trials, u64 seed)
{
	struct sim_crashes crashes = {
		.n = kind->n,
		.trials = trials ? trials : kind->trials,
		.prepare = prepare,
		.arg = kind,
	};
	struct sim_crash_figures figures;
	struct swim_config config;
	char what[64];

	swim_config_defaults(&config, SWIM_LAN, kind->sensitivity);
	snprintf(what, sizeof(what), "detect, N = %u", kind->n);
	if (kind->n > SIM_CORES_MAX)
		sim_crash_large(what, &crashes, seed, &figures);
	else
		sim_crash(what, &crashes, seed, &figures);
	print(kind, kind->variant ? 1000 : config.probe_interval, &figures);
}

void sim_detect(const struct sim_args *args)
{
	bool paper = sim_rows_are(args, "paper");
	const struct kind *table = paper ? paper_kinds : kinds;
	unsigned int i,
		count = paper ? ARRAY_SIZE(paper_kinds) : ARRAY_SIZE(kinds);

	sim_check_size(args, &table->n, count, sizeof(*table));
	sim_print(
		"time to first detection, and until known to all: median, 99 and 99.9 %%, in T, and in ms");
	sim_print(
		"%-16s %6s %6s  %5s %5s %5s  %5s %5s %5s  %6s %6s %6s  %6s %5s %5s",
		"", "N", "trials", "first", "99", "99.9", "full", "99", "99.9",
		"first", "99.9", "f 99.9", "missed", "false", "stuck");
	for (i = 0; i < count; i++)
		if (!args->n || args->n == table[i].n)
			run(&table[i], args->runs, sim_seed(args->seed, i));
}
