// SPDX-License-Identifier: GPL-2.0
/*
 * Uniform loss of all packets, in a group where nothing else is wrong: every
 * failure that a member declares or hears of is false, and so is every member
 * that calls itself degraded. A run lasts ten minutes; one hour at 20 and at
 * 30 %, that is six runs.
 */
#include <linux/kernel.h>
#include <stdlib.h>

#include "sim.h"

#define MINUTES 10
#define RUNS 6

static const unsigned int losses[] = { 5, 10, 20, 30, 40 };

struct task {
	unsigned int n;
	unsigned int percent;
	u64 seed;
};

struct result {
	u64 failures;
	u64 suspicions;
	u64 degraded; /* times that a member became so */
	u64 sent;
	u64 bytes;
};

static bool degraded(const struct net_node *node)
{
	struct swim_info info;

	swim_self(node->swim, &info);
	swim_meta_put(info.meta);
	return info.flags & SWIM_FLAG_DEGRADED ||
	       swim_status(node->swim) == SWIM_DEGRADED;
}

static u64 newly_degraded(struct net *net, bool *was)
{
	unsigned int i;
	u64 count = 0;

	for (i = 0; i < net->nodes; i++) {
		bool is = degraded(&net->node[i]);

		count += is && !was[i];
		was[i] = is;
	}
	return count;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	bool *was = calloc(task->n, sizeof(*was));
	struct result *result = to;
	struct net_total total;
	unsigned int i;

	net_group(net, task->n);
	net_run(net, 5000);
	net_reset_counters(net);
	net->loss = task->percent * 10;
	for (i = 0; i < MINUTES * 120; i++) {
		net_run(net, 500);
		result->degraded += newly_degraded(net, was);
	}
	total = net_total(net);
	result->failures = total.events[SWIM_EV_FAILED];
	result->suspicions = total.events[SWIM_EV_SUSPECT];
	result->sent = total.sent;
	result->bytes = total.bytes;
	free(was);
	net_free(net);
}

static void report(unsigned int percent, const struct result *result,
		   unsigned int runs, unsigned int n)
{
	double hours = runs * MINUTES / 60.0;
	struct result sum = { 0 };
	unsigned int i;

	for (i = 0; i < runs; i++) {
		sum.failures += result[i].failures;
		sum.suspicions += result[i].suspicions;
		sum.degraded += result[i].degraded;
		sum.sent += result[i].sent;
		sum.bytes += result[i].bytes;
	}
	sim_print("%5u%% %8.0f %9llu %11llu %10.3f %9.2f %9.0f", percent,
		  hours * 60, (unsigned long long)sum.failures,
		  (unsigned long long)sum.suspicions, sum.degraded / hours / n,
		  sum.sent / hours / 3600 / n, sum.bytes / hours / 3600 / n);
	if (percent == 20) {
		sim_key(sum.failures, "fp_loss20");
		sim_key(sum.degraded / hours / n, "degraded_loss20");
	} else if (percent == 30) {
		sim_key(sum.failures, "fp_loss30");
	}
}

void sim_loss(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : RUNS;
	unsigned int n = args->n ? args->n : 128;
	unsigned int i, count = ARRAY_SIZE(losses) * runs;
	struct task *task = calloc(count, sizeof(*task));
	struct result *result;

	for (i = 0; i < count; i++) {
		task[i].n = n;
		task[i].percent = losses[i / runs];
		task[i].seed = sim_seed(args->seed, i);
	}
	result = sim_map("loss", count, sizeof(*result), run, task);
	sim_print(
		"%u members; degraded: per member-hour; packets and bytes: per member and second",
		n);
	sim_print("%6s %8s %9s %11s %10s %9s %9s", "loss", "minutes",
		  "failures", "suspicions", "degraded", "packets", "bytes");
	for (i = 0; i < ARRAY_SIZE(losses); i++)
		report(losses[i], result + i * runs, runs, n);
	sim_unmap(result, count, sizeof(*result));
	free(task);
}
