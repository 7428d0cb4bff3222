// SPDX-License-Identifier: GPL-2.0
/*
 * Crashes. A trial: in a quiet group, at an instant that is uniform in the
 * probe interval, one member of equal chance stops without a goodbye.
 *
 *   first  time until the first other member declares it failed
 *   full   time until the last one has heard of it
 *
 * Trials follow one another in the same group: the member comes back under its
 * name, and the next trial begins ten intervals after all views are equal, and
 * everybody's local health multiplier is back at its least. Failures of others,
 * and of one that is back, are counted as false.
 */
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#define QUIET 10 /* intervals */
#define LIMIT 200

/**
 * struct trial - what is seen of one crash
 * @crashed: when, or 0 between trials
 * @saw: by member
 */
struct trial {
	unsigned int victim;
	u64 crashed;
	u64 first;
	u64 full;
	u32 seen;
	bool *saw;
	struct crash_result *result;
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct trial *trial = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);

	if (event->type != SWIM_EV_FAILED)
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

static bool is_quiet(const struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		if (swim_health(net->node[i].swim))
			return false;
	return net_complete(net);
}

static void come_back(struct net *net, struct trial *trial)
{
	unsigned int n = net->nodes;

	trial->crashed = 0;
	net_start(net, trial->victim,
		  (trial->victim + 1 + net_random(net, n - 1)) % n);
}

/* False if the group does not get quiet. */
static bool one_trial(struct net *net, struct trial *trial, unsigned int safe)
{
	u64 period = net->config.probe_interval * NET_MS;
	struct crash_result *result = trial->result;

	if (!net_until(net, 120000, is_quiet))
		return false;
	net_run_until(net, net->now + QUIET * period +
				   net_random(net, period / 1000) * 1000);
	trial->victim = safe + net_random(net, net->nodes - safe);
	trial->crashed = net->now;
	trial->seen = 0;
	memset(trial->saw, 0, net->nodes * sizeof(*trial->saw));
	net_crash(net, trial->victim);
	if (net_until(net, LIMIT * period / NET_MS, all_saw)) {
		result->first[result->detected] =
			(double)(trial->first - trial->crashed) / period;
		result->full[result->detected++] =
			(double)(trial->full - trial->crashed) / period;
	} else {
		result->missed++;
	}
	come_back(net, trial);
	return true;
}

static void run_group(void *to, unsigned int index, const void *arg)
{
	const struct crash_group *group =
		(const struct crash_group *)arg + index;
	const struct sim_crashes *crashes = group->crashes;
	struct net *net = net_new(crashes->n, group->seed);
	struct trial trial = { .result = to };
	unsigned int i;

	trial.saw = calloc(crashes->n, sizeof(*trial.saw));
	net->user = &trial;
	net->hooks.event = on_event;
	crashes->prepare(net, crashes->arg);
	net_group(net, crashes->n);
	for (i = 0; i < group->trials; i++) {
		if (!one_trial(net, &trial, crashes->safe)) {
			trial.result->stuck++;
			break;
		}
	}
	net->hooks.event = NULL;
	net_free(net);
	free(trial.saw);
}

static void percentiles(double *value, u32 count, double *to)
{
	to[0] = sim_median(value, count);
	to[1] = sim_percentile(value, count, 99);
	to[2] = sim_percentile(value, count, 99.9);
}

void crash_sum_up(const struct crash_result *result, unsigned int count,
		  struct sim_crash_figures *sum)
{
	double *first = calloc(count * CRASH_TRIALS_MAX, sizeof(*first));
	double *full = calloc(count * CRASH_TRIALS_MAX, sizeof(*full));
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < count; i++) {
		memcpy(first + sum->detected, result[i].first,
		       result[i].detected * sizeof(*first));
		memcpy(full + sum->detected, result[i].full,
		       result[i].detected * sizeof(*full));
		sum->detected += result[i].detected;
		sum->missed += result[i].missed;
		sum->stuck += result[i].stuck;
		sum->false_failures += result[i].false_failures;
		sum->unmodelled += result[i].unmodelled;
		sum->odd += result[i].odd;
	}
	percentiles(first, sum->detected, sum->first);
	percentiles(full, sum->detected, sum->full);
	free(first);
	free(full);
}

void crash_map(const char *what, const struct sim_crashes *crashes,
	       unsigned int each, u64 seed,
	       void (*run)(void *result, unsigned int index, const void *arg),
	       struct sim_crash_figures *figures)
{
	unsigned int count = (crashes->trials + each - 1) / each;
	struct crash_group *group = calloc(count, sizeof(*group));
	struct crash_result *result;
	unsigned int i;

	for (i = 0; i < count; i++) {
		group[i].crashes = crashes;
		group[i].trials = sim_share(crashes->trials, count, i);
		group[i].seed = sim_seed(seed, i);
	}
	result = sim_map(what, count, sizeof(*result), run, group);
	crash_sum_up(result, count, figures);
	sim_unmap(result, count, sizeof(*result));
	free(group);
}

void sim_crash(const char *what, const struct sim_crashes *crashes, u64 seed,
	       struct sim_crash_figures *figures)
{
	/* A large group takes long to make, and much memory. */
	unsigned int each = crashes->n > 1000 ? 8 : CRASH_TRIALS_MAX;

	crash_map(what, crashes, each, seed, run_group, figures);
}
