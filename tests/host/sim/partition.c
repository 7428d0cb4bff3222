// SPDX-License-Identifier: GPL-2.0
/*
 * Cuts that heal: a group is cut into two halves, into 5 and 95 %, and into
 * three thirds, for some time; then all can talk again.
 *
 *   heal    from the healing to the last instant at which not all views were
 *           equal, looked at every 10 ms for 30 s (120 s if they still differ)
 *   inside  changes to failed about a member on the listener's own side, ever
 *   late    changes to failed about anybody after the healing
 *
 * ROWS=trace prints each of these.
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>

#include "sim.h"

#define RUNS 100
#define WATCH 30000 /* ms */
#define WATCH_MAX 120000
#define STEP 10

static const char *const split_names[] = { "50/50", "5/95", "three-way" };
static const u64 durations[] = { 5, 15, 60, 3600 };

struct task {
	unsigned int n;
	unsigned int split;
	u64 seconds;
	u64 seed;
	bool trace;
};

struct result {
	double heal; /* s */
	double inside;
	double late;
	double apart; /* sides did not even agree among themselves */
};

struct watch {
	const struct task *task;
	struct result *result;
	bool healed;
};

static unsigned int side_of(const struct task *task, unsigned int index)
{
	switch (task->split) {
	case 0:
		return index < task->n / 2;
	case 1:
		return index < max(1U, task->n * 5 / 100);
	default:
		return index % 3;
	}
}

static void print_verdict(const struct net_node *node,
			  const struct swim_event *event,
			  const struct task *task, unsigned int subject)
{
	sim_print(
		"%9.3f n%u of %u: %s of %u failed, suspect %u ms, %u accusers (%s), pings %u, nacks %u, from %s",
		(double)node->net->now / NET_SECOND, node->index,
		side_of(task, node->index), event->info.name,
		side_of(task, subject), event->suspect_ms, event->accusers,
		event->accuser, event->pings, event->nacks, event->from);
}

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);

	if (event->type != SWIM_EV_FAILED)
		return;
	if (watch->task->trace && watch->healed)
		print_verdict(node, event, watch->task, subject);
	if (side_of(watch->task, subject) == side_of(watch->task, node->index))
		watch->result->inside++;
	if (watch->healed)
		watch->result->late++;
}

static double heal_time(struct net *net)
{
	u64 start = net->now, last = start, end = start + WATCH * NET_MS;

	while (net->now < end) {
		net_run(net, STEP);
		if (net_converged(net))
			continue;
		last = net->now;
		if (net->now >= end && end < start + WATCH_MAX * NET_MS)
			end += WATCH * NET_MS;
	}
	return (double)(last - start) / NET_SECOND;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct watch watch = { .task = task, .result = to };
	unsigned int i;

	net_group(net, task->n);
	net_run(net, 5000 + net_random(net, 1000));
	net->user = &watch;
	net->hooks.event = on_event;
	for (i = 0; i < task->n; i++)
		net->node[i].side = side_of(task, i);
	net_run(net, task->seconds * 1000);
	watch.result->apart = !net_converged(net);
	for (i = 0; i < task->n; i++)
		net->node[i].side = 0;
	watch.healed = true;
	watch.result->heal = heal_time(net);
	net->hooks.event = NULL;
	net_free(net);
}

static void report(const struct task *task, const struct result *result,
		   unsigned int runs, struct result *worst)
{
	double *heal = calloc(runs, sizeof(*heal));
	double inside = 0, late = 0, apart = 0;
	unsigned int i;

	for (i = 0; i < runs; i++) {
		heal[i] = result[i].heal;
		inside += result[i].inside;
		late += result[i].late;
		apart += result[i].apart;
	}
	sim_print("%-10s %6llu %6u %8.2f %8.2f %8.2f %8.0f %8.0f %8.0f",
		  split_names[task->split], (unsigned long long)task->seconds,
		  runs, sim_median(heal, runs), sim_percentile(heal, runs, 90),
		  sim_percentile(heal, runs, 100), inside, late, apart);
	worst->heal = fmax(worst->heal, sim_percentile(heal, runs, 100));
	worst->inside += inside;
	worst->late += task->seconds >= 15 ? late : 0;
	free(heal);
}

void sim_partition(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : RUNS;
	unsigned int cells = ARRAY_SIZE(durations) * ARRAY_SIZE(split_names);
	struct task *task = calloc(cells * runs, sizeof(*task));
	struct result *result, worst = { 0 };
	unsigned int i;

	for (i = 0; i < cells * runs; i++) {
		unsigned int cell = cells - 1 - i / runs; /* longest first */

		task[i].n = args->n ? args->n : 128;
		task[i].split = cell % ARRAY_SIZE(split_names);
		task[i].seconds = durations[cell / ARRAY_SIZE(split_names)];
		task[i].seed = sim_seed(args->seed, i);
		task[i].trace = sim_rows_are(args, "trace");
	}
	result = sim_map("partition", cells * runs, sizeof(*result), run, task);
	sim_print(
		"%u members; heal: s; changes to failed: inside a side, and after the healing",
		task->n);
	sim_print("%-10s %6s %6s %8s %8s %8s %8s %8s %8s", "cut", "s", "runs",
		  "heal", "90 %", "max", "inside", "late", "apart");
	for (i = cells; i-- > 0;)
		report(&task[i * runs], result + i * runs, runs, &worst);
	sim_key(worst.heal, "heal_max_s");
	sim_key(worst.inside, "fp_inside");
	sim_key(worst.late, "late");
	sim_unmap(result, cells * runs, sizeof(*result));
	free(task);
}
