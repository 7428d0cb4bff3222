// SPDX-License-Identifier: GPL-2.0
/*
 * Many at once. In a quiet group, at one instant:
 *
 *   mass      25 %, then in other runs 50 %, of the members crash; until every
 *             one of the others has heard of every one of them as failed
 *   survivor  all but one of a group of 2, 3 and 4 crash; until the last one
 *             has declared all others failed
 *   leave     50 % of the members leave; until all others have heard of it
 *
 * False are changes to failed about members that still run, and in a leave all.
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>

#include "sim.h"

#define LIMIT 300000 /* ms */

struct task {
	unsigned int n;
	unsigned int gone;
	bool leave;
	u64 seed;
};

struct result {
	double ms; /* LIMIT if it did not end */
	double false_failures;
	double packets; /* of those that stay */
};

/**
 * struct watch - one run
 * @gone: members below it crash or leave
 * @heard: of pairs of such a member and one that stays
 */
struct watch {
	unsigned int gone;
	bool leave;
	u64 heard;
	u64 wanted;
	u64 last;
	struct result *result;
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);
	bool failed = event->type == SWIM_EV_FAILED;

	if (failed && (subject >= watch->gone || watch->leave))
		watch->result->false_failures++;
	if (subject >= watch->gone || node->index < watch->gone)
		return;
	if (watch->leave ? event->type == SWIM_EV_LEFT : failed) {
		watch->heard++;
		watch->last = node->net->now;
	}
}

static bool all_heard(const struct net *net)
{
	const struct watch *watch = net->user;

	return watch->heard >= watch->wanted;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct result *result = to;
	struct watch watch = {
		.gone = task->gone,
		.leave = task->leave,
		.wanted = (u64)task->gone * (task->n - task->gone),
		.result = to,
	};
	unsigned int i;
	u64 start;

	net_group(net, task->n);
	net_run_about(net, 10000);
	net->user = &watch;
	net->hooks.event = on_event;
	start = net->now;
	for (i = 0; i < task->gone; i++) {
		if (task->leave)
			net_leave(net, i);
		else
			net_crash(net, i);
	}
	net_reset_counters(net);
	result->ms = LIMIT;
	if (net_until(net, LIMIT, all_heard))
		result->ms = (double)(watch.last - start) / NET_MS;
	for (i = task->gone; i < task->n; i++)
		result->packets += net->node[i].sent;
	/* What is wrong may show only now. */
	net_run(net, 10000);
	net->hooks.event = NULL;
	net_free(net);
}

struct figures {
	double median;
	double max;
	double false_failures;
};

/* One row of a table. */
static struct figures measure(const char *what, const struct task *kind,
			      unsigned int runs, u64 seed)
{
	struct task *task = calloc(runs, sizeof(*task));
	double *ms = calloc(runs, sizeof(*ms));
	struct figures figures = { 0 };
	struct result *result;
	double packets = 0;
	unsigned int i;

	for (i = 0; i < runs; i++) {
		task[i] = *kind;
		task[i].seed = sim_seed(seed, i);
	}
	result = sim_map(what, runs, sizeof(*result), run, task);
	for (i = 0; i < runs; i++) {
		ms[i] = result[i].ms;
		packets += result[i].packets / (kind->n - kind->gone) / runs;
		figures.false_failures += result[i].false_failures;
	}
	figures.median = sim_median(ms, runs);
	figures.max = sim_percentile(ms, runs, 100);
	sim_print("%6u %6u %6u %10.0f %10.0f %10.0f %8.0f %10.0f", kind->n,
		  kind->gone, runs, figures.median,
		  sim_percentile(ms, runs, 99), figures.max,
		  figures.false_failures, packets);
	sim_unmap(result, runs, sizeof(*result));
	free(task);
	free(ms);
	return figures;
}

static double interval(void)
{
	struct swim_config config;

	swim_config_defaults(&config, SWIM_LAN, SWIM_NORMAL);
	return config.probe_interval;
}

static void head(void)
{
	sim_print(
		"ms until all that stay know of all that are gone; packets: of each, until then");
	sim_print("%6s %6s %6s %10s %10s %10s %8s %10s", "N", "gone", "runs",
		  "median", "99 %", "max", "false", "packets");
}

void sim_mass(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : 100;
	struct task kind = { .n = args->n ? args->n : 128 };
	struct figures quarter, half;

	head();
	kind.gone = kind.n / 4;
	quarter = measure("mass, 25 %", &kind, runs, args->seed);
	kind.gone = kind.n / 2;
	half = measure("mass, 50 %", &kind, runs, sim_seed(args->seed, 1));
	sim_key(quarter.median / interval(), "mass25_T");
	sim_key(half.median / interval(), "mass50_T");
	sim_key(quarter.false_failures + half.false_failures, "mass_fp");
}

void sim_survivor(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : 100;
	struct figures figures;
	double worst = 0;
	unsigned int n;

	head();
	for (n = 2; n <= 4; n++) {
		struct task kind = { .n = n, .gone = n - 1 };

		figures = measure("survivor", &kind, runs,
				  sim_seed(args->seed, n));
		worst = fmax(worst, figures.max / 1000);
		if (n == 2)
			sim_key(figures.max / interval(), "survivor2_max_T");
	}
	sim_key(worst, "survivor_max_s");
}

void sim_leave(const struct sim_args *args)
{
	struct task kind = { .n = args->n ? args->n : 128, .leave = true };
	unsigned int runs = args->runs ? args->runs : 50;
	struct figures figures;

	kind.gone = kind.n / 2;
	head();
	figures = measure("leave", &kind, runs, args->seed);
	sim_key(figures.median / 1000, "leave_s");
	sim_key(figures.max / 1000, "leave_max_s");
	sim_key(figures.false_failures, "leave_fp");
}
