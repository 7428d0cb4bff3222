// SPDX-License-Identifier: GPL-2.0
/*
 * What a group costs: packets that a member sends in a probe interval, and
 * bytes of UDP payload and NET_OVERHEAD each.
 *
 *   idle   nothing happens; after twenty intervals, over sixty or fewer
 *   churn  each second one member crashes and starts anew under its name
 *
 * Of more than SIM_CORES_MAX members SAMPLE have a core, and the others answer
 * and ping these, see light.c; no churn then.
 */
#include <linux/kernel.h>
#include <math.h>

#include "../light.h"
#include "sim.h"

#define SAMPLE 100

static const unsigned int sizes[] = { 16384, 4096, 1024, 128, 16 };

struct result {
	double sent;
	double bytes;
	double churn_sent;
	double churn_bytes;
};

struct task {
	unsigned int n;
	u64 seed;
};

static void measure(struct net *net, double periods, double *sent,
		    double *bytes)
{
	struct net_total total = net_total(net);

	*sent = total.sent / periods / net->nodes;
	*bytes = total.bytes / periods / net->nodes;
}

static void run_large(struct net *net, struct result *result)
{
	struct light_group *lights = light_new(net);
	struct net_story *story = net_story_new(net);
	unsigned int interval = net->config.probe_interval;
	double sent = 0, bytes = 0, periods = 60;
	unsigned int i;

	net_story_start(net, story, 0);
	light_begin(lights, net->node[0].swim);
	for (i = 1; i <= SAMPLE; i++)
		net_story_start(net, story, i);
	net_run(net, 20 * interval);
	net_reset_counters(net);
	net_run(net, periods * interval);
	/* Light members have no view in which the first one is to be probed. */
	for (i = 1; i <= SAMPLE; i++) {
		sent += net->node[i].sent;
		bytes += net->node[i].bytes;
	}
	result->sent = sent / periods / SAMPLE;
	result->bytes = bytes / periods / SAMPLE;
	net_story_free(story);
	net_free(net);
	light_free(lights);
}

static void churn(struct net *net, unsigned int seconds)
{
	unsigned int i;

	for (i = 0; i < seconds; i++) {
		unsigned int victim = net_random(net, net->nodes);

		net_crash(net, victim);
		net_run(net, 500);
		net_start(net, victim, (victim + 1) % net->nodes);
		net_run(net, 500);
	}
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	unsigned int interval = net->config.probe_interval;
	unsigned int seconds = task->n > 2000 ? 10 : 60;
	unsigned int periods = task->n > 2000 ? 20 : 60;
	struct result *result = to;

	if (task->n > SIM_CORES_MAX) {
		run_large(net, result);
		return;
	}
	net_group(net, task->n);
	net_run(net, 20 * interval);
	net_reset_counters(net);
	net_run(net, periods * interval);
	measure(net, periods, &result->sent, &result->bytes);
	net_reset_counters(net);
	churn(net, seconds);
	measure(net, seconds * 1000.0 / interval, &result->churn_sent,
		&result->churn_bytes);
	net_free(net);
}

void sim_load(const struct sim_args *args)
{
	double least = INFINITY, most = 0;
	struct task task[ARRAY_SIZE(sizes)];
	struct result *result;
	unsigned int i, count = 0;

	sim_check_size(args, sizes, ARRAY_SIZE(sizes), sizeof(*sizes));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (args->n && args->n != sizes[i])
			continue;
		task[count].n = sizes[i];
		task[count++].seed = sim_seed(args->seed, i);
	}
	result = sim_map("load", count, sizeof(*result), run, task);
	sim_print("each member, in each probe interval, sends");
	sim_print("%6s %12s %12s %12s %12s", "N", "idle packets", "bytes",
		  "churn packets", "bytes");
	for (i = 0; i < count; i++) {
		sim_print("%6u %12.3f %12.0f %12.3f %12.0f", task[i].n,
			  result[i].sent, result[i].bytes, result[i].churn_sent,
			  result[i].churn_bytes);
		least = fmin(least, result[i].sent);
		most = fmax(most, result[i].sent);
	}
	sim_key(least, "idle_sent_min");
	sim_key(most, "idle_sent_max");
	sim_unmap(result, count, sizeof(*result));
}
