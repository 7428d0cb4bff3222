// SPDX-License-Identifier: GPL-2.0
/*
 * A crash. A trial: in a quiet group, at an instant that is uniform in the
 * probe interval, one member of equal chance stops without a goodbye.
 *
 *   first  time until the first other member declares it failed
 *   full   time until the last one has heard of it
 *
 * Trials follow one another in the same group: the member comes back under its
 * name, and the next trial begins when all views are equal and ten intervals
 * went by without anything. Failures of others are counted as false.
 *
 * ROWS=paper: plain SWIM and Lifeguard at T = 1 s, to compare with the paper.
 */
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define TRIALS_MAX 50 /* in one group */
#define QUIET 10 /* intervals */
#define LIMIT 100

/**
 * struct kind - one row of the table
 * @variant: of the paper, or NULL for the defaults
 * @prefix: of the keys
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
	{ "", SWIM_NORMAL, NULL, 16, 1000 },
	{ "fast_", SWIM_FAST, NULL, 16, 1000 },
	{ "", SWIM_NORMAL, NULL, 1024, 100 },
	{ "fast_", SWIM_FAST, NULL, 1024, 100 },
	{ "", SWIM_NORMAL, NULL, 4096, 16 },
};

static const struct kind paper_kinds[] = {
	{ "", SWIM_NORMAL, &sim_variants[SIM_PLAIN], 128, 1000 },
	{ "", SWIM_NORMAL, &sim_variants[SIM_A5B6], 128, 1000 },
	{ "", SWIM_NORMAL, &sim_variants[SIM_A2B2], 128, 1000 },
	{ "", SWIM_NORMAL, &sim_variants[SIM_OURS], 128, 1000 },
};

/* One group: some of the trials of a kind. */
struct group {
	const struct kind *kind;
	unsigned int trials;
	u64 seed;
};

/* Times in units of T; those that were never detected are not in it. */
struct result {
	u32 detected;
	u32 missed;
	u32 stuck; /* groups that did not get quiet */
	u32 false_failures;
	double first[TRIALS_MAX];
	double full[TRIALS_MAX];
};

struct trial {
	unsigned int victim;
	u64 crashed;
	u64 first;
	u64 full;
	u32 seen;
	bool *saw;
	struct result *result;
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct trial *trial = node->net->user;
	unsigned int subject = net_index(&event->info.addr);

	if (event->type != SWIM_EV_FAILED || !trial->result)
		return;
	if (subject != trial->victim || !trial->crashed) {
		trial->result->false_failures++;
		return;
	}
	if (!trial->seen)
		trial->first = node->net->now;
	if (!trial->saw[node->index]) {
		trial->saw[node->index] = true;
		trial->full = node->net->now;
		trial->seen++;
	}
}

static bool all_saw(const struct net *net)
{
	const struct trial *trial = net->user;

	return trial->seen == net->nodes - 1;
}

/* False if the group does not get quiet. */
static bool one_trial(struct net *net, struct trial *trial)
{
	u64 period = net->config.probe_interval * NET_MS;
	struct result *result = trial->result;
	unsigned int seed;

	if (!net_until(net, 120000, net_complete))
		return false;
	net_run_until(net, net->now + QUIET * period +
				   net_random(net, period / 1000) * 1000);
	trial->victim = net_random(net, net->nodes);
	trial->crashed = net->now;
	trial->seen = 0;
	memset(trial->saw, 0, net->nodes * sizeof(*trial->saw));
	net_crash(net, trial->victim);
	net_until(net, LIMIT * period / NET_MS, all_saw);
	if (all_saw(net)) {
		result->first[result->detected] =
			(double)(trial->first - trial->crashed) / period;
		result->full[result->detected++] =
			(double)(trial->full - trial->crashed) / period;
	} else {
		result->missed++;
	}
	trial->crashed = 0;
	seed = (trial->victim + 1 + net_random(net, net->nodes - 1)) %
	       net->nodes;
	net_start(net, trial->victim, seed);
	return true;
}

static void run_group(void *to, unsigned int index, const void *arg)
{
	const struct group *group = (const struct group *)arg + index;
	const struct kind *kind = group->kind;
	struct net *net = net_new(kind->n, group->seed);
	struct trial trial = { .result = to };
	unsigned int i;

	if (kind->variant)
		sim_paper_config(net, kind->variant);
	else
		net_config(net, kind->sensitivity);
	trial.saw = calloc(kind->n, sizeof(*trial.saw));
	net->user = &trial;
	net->hooks.event = on_event;
	net_group(net, kind->n);
	for (i = 0; i < group->trials; i++) {
		if (!one_trial(net, &trial)) {
			trial.result->stuck++;
			break;
		}
	}
	trial.result = NULL;
	net_free(net);
	free(trial.saw);
}

static void print_kind(const struct kind *kind, const struct result *sum,
		       double *first, double *full, double period)
{
	double first_median = sim_median(first, sum->detected);
	double first_p99 = sim_percentile(first, sum->detected, 99);
	double first_p999 = sim_percentile(first, sum->detected, 99.9);
	double full_median = sim_median(full, sum->detected);
	double full_p99 = sim_percentile(full, sum->detected, 99);
	double full_p999 = sim_percentile(full, sum->detected, 99.9);
	static char key[32][48];
	static unsigned int used;
	char size[16] = "";

	sim_print("%-16s %6u %6u  %5.2f %5.2f %5.2f  %5.2f %5.2f %5.2f  "
		  "%6.0f %6.0f %6.0f  %4u %4u %4u",
		  kind->variant ? kind->variant->name :
				  swim_sensitivity_names[kind->sensitivity],
		  kind->n, sum->detected, first_median, first_p99, first_p999,
		  full_median, full_p99, full_p999, first_median * period,
		  first_p999 * period, full_p999 * period, sum->missed,
		  sum->false_failures, sum->stuck);
	if (kind->variant || used + 3 > 32)
		return;
	if (kind->n != 128)
		snprintf(size, sizeof(size), "n%u_", kind->n);
	snprintf(key[used], 48, "%s%sfirst_median_T", kind->prefix, size);
	sim_key(key[used++], first_median);
	snprintf(key[used], 48, "%s%sfirst_p999_T", kind->prefix, size);
	sim_key(key[used++], first_p999);
	snprintf(key[used], 48, "%s%sfull_p999_T", kind->prefix, size);
	sim_key(key[used++], full_p999);
}

static void sum_up(const struct kind *kind, const struct result *result,
		   unsigned int groups)
{
	struct result sum = { 0 };
	double *first = calloc(groups * TRIALS_MAX, sizeof(*first));
	double *full = calloc(groups * TRIALS_MAX, sizeof(*full));
	unsigned int i;

	for (i = 0; i < groups; i++) {
		memcpy(first + sum.detected, result[i].first,
		       result[i].detected * sizeof(*first));
		memcpy(full + sum.detected, result[i].full,
		       result[i].detected * sizeof(*full));
		sum.detected += result[i].detected;
		sum.missed += result[i].missed;
		sum.stuck += result[i].stuck;
		sum.false_failures += result[i].false_failures;
	}
	print_kind(kind, &sum, first, full, kind->variant ? 1000 : 500);
	free(first);
	free(full);
}

/* As many groups as are needed, for two processors at least. */
static unsigned int groups_of(const struct kind *kind)
{
	unsigned int size = kind->n > 1000 ? 8 : TRIALS_MAX;

	return (kind->trials + size - 1) / size;
}

static void run_kind(const struct kind *kind, u64 seed)
{
	unsigned int i, count = groups_of(kind);
	struct group *group = calloc(count, sizeof(*group));
	struct result *result;
	char what[64];

	for (i = 0; i < count; i++) {
		group[i].kind = kind;
		group[i].trials = kind->trials * (i + 1) / count -
				  kind->trials * i / count;
		group[i].seed = sim_seed(seed, i);
	}
	snprintf(what, sizeof(what), "detect, N = %u", kind->n);
	result = sim_map(what, count, sizeof(*result), run_group, group);
	sum_up(kind, result, count);
	sim_unmap(result, count, sizeof(*result));
	free(group);
}

void sim_detect(const struct sim_args *args)
{
	bool paper = !strcmp(args->rows, "paper");
	const struct kind *table = paper ? paper_kinds : kinds;
	unsigned int i,
		count = paper ? ARRAY_SIZE(paper_kinds) : ARRAY_SIZE(kinds);

	sim_print("T: probe interval. first, full: in T, and in ms");
	sim_print("%-16s %6s %6s  %5s %5s %5s  %5s %5s %5s  %6s %6s %6s  "
		  "%4s %4s %4s",
		  "", "N", "trials", "first", "99", "99.9", "full", "99",
		  "99.9", "first", "99.9", "full99.9", "miss", "fals", "stuk");
	for (i = 0; i < count; i++) {
		struct kind kind = table[i];

		if (args->n && args->n != kind.n)
			continue;
		if (args->runs)
			kind.trials = args->runs;
		run_kind(&kind, sim_seed(args->seed, i));
	}
}
