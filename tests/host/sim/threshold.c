// SPDX-License-Identifier: GPL-2.0
/*
 * Lifeguard's "Threshold" experiment (section V-A of the paper): of 128
 * members, C stall once, together, for D = 32.768 s; blocking, T = 1 s. For
 * each of them, in seconds from the beginning of the stall:
 *
 *   first  until the first member that does not stall declares it failed
 *   full   until the last of these has heard of it
 *
 * Those that are not declared failed while they stall are missed.
 */
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#define MEMBERS 128
#define WARM_UP 5000 /* ms */
#define STALL 32768
#define STALLING_MAX 32
#define RUNS 5 /* for each C */

_Static_assert(STALLING_MAX <= CRASH_TRIALS_MAX, "all of a run's times");

static const u32 concurrent[] = { 1, 4, 8, 12, 16, 20, 24, 28, 32 };

struct task {
	const struct sim_variant *variant;
	u32 n;
	u32 c;
	u64 seed;
};

struct watch {
	u32 stalling;
	u64 first[STALLING_MAX];
	u64 full[STALLING_MAX];
	u32 heard[STALLING_MAX];
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);

	if (event->type != SWIM_EV_FAILED || subject >= watch->stalling ||
	    node->index < watch->stalling)
		return;
	if (!watch->heard[subject]++)
		watch->first[subject] = node->net->now;
	/* Who hears of it again was told in between that it is alive. */
	if (watch->heard[subject] == node->net->nodes - watch->stalling)
		watch->full[subject] = node->net->now;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct watch watch = { .stalling = task->c };
	struct crash_result *result = to;
	u64 start;
	u32 i;

	sim_paper_config(net, task->variant);
	net_group(net, task->n);
	net_run_about(net, WARM_UP);
	net->user = &watch;
	net->hooks.event = on_event;
	start = net->now;
	for (i = 0; i < task->c; i++)
		net_stall(&net->node[i], NET_BLOCKING);
	net_run(net, STALL);
	net->hooks.event = NULL;
	for (i = 0; i < task->c; i++) {
		if (!watch.full[i]) {
			result->missed++;
			continue;
		}
		result->first[result->detected] =
			(double)(watch.first[i] - start) / NET_SECOND;
		result->full[result->detected++] =
			(double)(watch.full[i] - start) / NET_SECOND;
	}
	net_free(net);
}

static void report(const struct sim_variant *variant,
		   const struct crash_result *result, unsigned int count)
{
	struct sim_crash_figures f;

	crash_sum_up(result, count, &f);
	sim_print("%-22s %8u %6.2f %6.2f %6.2f  %6.2f %6.2f %6.2f %7u",
		  variant->name, f.detected, f.first[0], f.first[1], f.first[2],
		  f.full[0], f.full[1], f.full[2], f.missed);
	if (variant == &sim_variants[SIM_OURS]) {
		sim_key(f.first[0], "stalled_first_median_s");
		sim_key(f.full[2], "stalled_full_p999_s");
	}
}

void sim_threshold(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : RUNS;
	unsigned int i, v, count = ARRAY_SIZE(concurrent) * runs;
	struct task *task = calloc(count, sizeof(*task));
	struct crash_result *result;

	sim_check_rows(args);
	sim_print("detection of stalled members, s");
	sim_print("%-22s %8s %6s %6s %6s  %6s %6s %6s %7s", "row", "detected",
		  "first", "99 %", "99.9 %", "full", "99 %", "99.9 %",
		  "missed");
	for (v = 0; v < sim_nr_variants; v++) {
		if (!sim_wanted(args, v))
			continue;
		for (i = 0; i < count; i++) {
			task[i].variant = &sim_variants[v];
			task[i].n = args->n ? args->n : MEMBERS;
			task[i].c = concurrent[i / runs];
			task[i].seed = sim_seed(args->seed, i);
		}
		result =
			sim_map("threshold", count, sizeof(*result), run, task);
		report(&sim_variants[v], result, count);
		sim_unmap(result, count, sizeof(*result));
	}
	free(task);
}
