// SPDX-License-Identifier: GPL-2.0
/*
 * Many that start. Nothing is taken for granted here: members find one another
 * through their seeds.
 *
 *   join     N members start at one instant, all with the first one as seed;
 *            until all know all and all views are equal
 *   restart  every member of a running group stops at a random instant within
 *            nine seconds, and starts again one second later under its name,
 *            with three seeds that do the same; from the last start until all
 *            views are equal, and every member is known as it is now
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>

#include "sim.h"

#define LIMIT 600000 /* ms */
#define RESTART 9000
#define DOWN 1000
#define SEEDS 3

static const unsigned int sizes[] = { 1000, 128, 16 };

struct task {
	unsigned int n;
	u64 seed;
};

struct result {
	double seconds; /* LIMIT if it did not end */
	double packets; /* of each member */
	double bytes;
	double most; /* bytes of the one that sent most */
	double failures;
};

static void measure(struct net *net, u64 start, struct result *result)
{
	struct net_total total;
	unsigned int i;

	result->seconds = LIMIT / 1000;
	if (net_until(net, LIMIT, net_complete))
		result->seconds = (double)(net->now - start) / NET_SECOND;
	total = net_total(net);
	result->packets = (double)total.sent / net->nodes;
	result->bytes = (double)total.bytes / net->nodes;
	result->failures = total.events[SWIM_EV_FAILED];
	for (i = 0; i < net->nodes; i++)
		result->most = fmax(result->most, net->node[i].bytes);
}

static void run_join(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	unsigned int i;

	for (i = 0; i < task->n; i++)
		net_start(net, i, 0);
	measure(net, net->now, to);
	net_free(net);
}

/* When a member stops. */
struct stop {
	u64 at;
	unsigned int member;
};

static int compare(const void *a, const void *b)
{
	const struct stop *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Both lists are in the order of time: stops, and starts a second later. */
static void restart_all(struct net *net, const struct stop *stop)
{
	struct swim_addr seed[SEEDS];
	unsigned int stopped = 0, started = 0, i;

	for (i = 0; i < SEEDS; i++)
		seed[i] = addr_of(i);
	while (started < net->nodes) {
		u64 next = stop[started].at + DOWN * NET_MS;

		if (stopped < net->nodes && stop[stopped].at < next) {
			net_run_until(net, stop[stopped].at);
			net_crash(net, stop[stopped++].member);
		} else {
			net_run_until(net, next);
			net_start_with(net, stop[started++].member, seed,
				       min(SEEDS, (int)net->nodes));
		}
	}
}

static void run_restart(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct stop *stop = calloc(task->n, sizeof(*stop));
	unsigned int i;

	net_group(net, task->n);
	net_run(net, 2000);
	net_reset_counters(net);
	for (i = 0; i < task->n; i++) {
		stop[i].member = i;
		stop[i].at =
			net->now + net_random(net, RESTART * 1000) * NET_US;
	}
	qsort(stop, task->n, sizeof(*stop), compare);
	restart_all(net, stop);
	measure(net, net->now, to);
	free(stop);
	net_free(net);
}

static double run(const char *what,
		  void (*function)(void *, unsigned int, const void *),
		  unsigned int n, unsigned int runs, u64 seed,
		  struct result *sum)
{
	struct task *task = calloc(runs, sizeof(*task));
	struct result *result;
	double worst = 0;
	unsigned int i;

	for (i = 0; i < runs; i++) {
		task[i].n = n;
		task[i].seed = sim_seed(seed, i);
	}
	*sum = (struct result){ 0 };
	result = sim_map(what, runs, sizeof(*result), function, task);
	for (i = 0; i < runs; i++) {
		worst = fmax(worst, result[i].seconds);
		sum->seconds += result[i].seconds / runs;
		sum->packets += result[i].packets / runs;
		sum->bytes += result[i].bytes / runs;
		sum->most = fmax(sum->most, result[i].most);
		sum->failures += result[i].failures;
	}
	sim_print("%6u %6u %8.2f %8.2f %10.0f %12.0f %12.0f %10.0f", n, runs,
		  sum->seconds, worst, sum->packets, sum->bytes, sum->most,
		  sum->failures);
	sim_unmap(result, runs, sizeof(*result));
	free(task);
	return worst;
}

static void head(void)
{
	sim_print(
		"s until all views are equal; packets and bytes of each member, and of the one that sent most");
	sim_print("%6s %6s %8s %8s %10s %12s %12s %10s", "N", "runs", "mean",
		  "max", "packets", "bytes", "most bytes", "failures");
}

void sim_join(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : 4;
	struct result sum;
	unsigned int i;

	head();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned int n = args->n ? args->n : sizes[i];
		double worst = run("join", run_join, n, runs,
				   sim_seed(args->seed, i), &sum);

		sim_key(worst, "join%u_s", n);
		sim_key(sum.bytes, "join%u_bytes", n);
		if (args->n)
			break;
	}
}

void sim_restart(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : 1;
	unsigned int n = args->n ? args->n : 4096;
	struct result sum;

	head();
	sim_key(run("restart", run_restart, n, runs, args->seed, &sum),
		"restart_s");
	sim_key(sum.bytes, "restart_bytes");
}
