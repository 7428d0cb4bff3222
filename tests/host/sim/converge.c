// SPDX-License-Identifier: GPL-2.0
/*
 * One new fact into a quiet group: a member takes another port, and listens at
 * both, so that nothing but the fact is to be dealt with. Measured is the time
 * until the last member has heard of it, in ms, and in rounds of gossip begun:
 * with the eager first rounds off, and with them on.
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define TRIALS_MAX 10 /* in one group */
#define LIMIT 60000

struct task {
	unsigned int n;
	unsigned int trials;
	u32 rules;
	u64 seed;
};

struct result {
	u32 known;
	u32 missed;
	double half[TRIALS_MAX]; /* ms */
	double all[TRIALS_MAX];
};

struct fact {
	unsigned int subject;
	u16 port;
	u32 heard;
	u64 half;
	u64 all;
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct fact *fact = node->net->user;

	if (event->type != SWIM_EV_UPDATE || event->info.self ||
	    addr_index(&event->info.addr) != fact->subject ||
	    event->info.addr.port != fact->port)
		return;
	fact->heard++;
	if (fact->heard == node->net->nodes / 2)
		fact->half = node->net->now;
	fact->all = node->net->now;
}

static bool all_heard(const struct net *net)
{
	const struct fact *fact = net->user;

	return fact->heard == net->nodes - 1;
}

static void one_trial(struct net *net, struct fact *fact, struct result *result)
{
	struct swim_addr addr;
	u64 start;

	net_run(net, 5000 + net_random(net, 1000));
	fact->subject = net_random(net, net->nodes);
	addr = net->node[fact->subject].addr;
	net->node[fact->subject].former = addr.port;
	fact->port = ++addr.port;
	fact->heard = 0;
	start = net->now;
	net_readdress(net, fact->subject, &addr);
	if (!net_until(net, LIMIT, all_heard)) {
		result->missed++;
		return;
	}
	result->half[result->known] = (double)(fact->half - start) / NET_MS;
	result->all[result->known++] = (double)(fact->all - start) / NET_MS;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct fact fact = { 0 };
	unsigned int i;

	net->config.rules = task->rules;
	net_group(net, task->n);
	net->user = &fact;
	net->hooks.event = on_event;
	for (i = 0; i < task->trials; i++)
		one_trial(net, &fact, to);
	net->hooks.event = NULL;
	net_free(net);
}

/* Gives the 99th percentile and the maximum of the time to all. */
static void measure(const struct sim_args *args, bool eager, double *p99,
		    double *most)
{
	unsigned int n = args->n ? args->n : 1000;
	unsigned int trials = args->runs ? args->runs : 200;
	unsigned int i, count = (trials + TRIALS_MAX - 1) / TRIALS_MAX;
	struct task *task = calloc(count, sizeof(*task));
	double *half = calloc(trials, sizeof(*half));
	double *all = calloc(trials, sizeof(*all));
	u32 known = 0, missed = 0;
	struct result *result;

	for (i = 0; i < count; i++) {
		task[i].n = n;
		task[i].trials = sim_share(trials, count, i);
		task[i].rules = SWIM_RULES_ALL & ~(eager ? 0 : SWIM_RULE_EAGER);
		task[i].seed = sim_seed(args->seed, i);
	}
	result = sim_map("converge", count, sizeof(*result), run, task);
	for (i = 0; i < count; i++) {
		memcpy(half + known, result[i].half,
		       result[i].known * sizeof(*half));
		memcpy(all + known, result[i].all,
		       result[i].known * sizeof(*all));
		known += result[i].known;
		missed += result[i].missed;
	}
	*p99 = sim_percentile(all, known, 99);
	/* What was never known to all is no good time. */
	*most = missed ? LIMIT : sim_percentile(all, known, 100);
	sim_print("%6u %-6s %6u %8.1f %8.1f %8.1f %8.1f %7u", n,
		  eager ? "on" : "off", known, sim_median(half, known),
		  sim_median(all, known), *p99, *most, missed);
	sim_unmap(result, count, sizeof(*result));
	free(task);
	free(half);
	free(all);
}

void sim_converge(const struct sim_args *args)
{
	struct swim_config config;
	double p99, most;

	swim_config_defaults(&config, SWIM_LAN, SWIM_NORMAL);
	sim_print("ms until one fact is known to half and to all");
	sim_print("%6s %-6s %6s %8s %8s %8s %8s %7s", "N", "burst", "trials",
		  "half", "all", "99 %", "max", "missed");
	measure(args, false, &p99, &most);
	sim_key(ceil(most / config.gossip_interval), "rounds_max");
	measure(args, true, &p99, &most);
	sim_key(p99, "ms_p99");
}
