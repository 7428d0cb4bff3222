// SPDX-License-Identifier: GPL-2.0
/*
 * Members that hear or are heard badly, after Rapid (Suresh et al., ATC 2018,
 * section 7): of N members one in a hundred is faulty, for five minutes:
 *
 *   in 80    80 % of what it should receive is lost
 *   out 80   80 % of what it sends is lost
 *   in flip  for 20 s it receives nothing, for 20 s everything, and so on
 *   out flip the same with what it sends
 *
 * A listener shows a member as ok if it is alive or suspect, and neither on
 * probation nor degraded. A faulty member is flagged when 99 % of the healthy
 * ones do not show it as ok.
 *
 *   removed  changes to failed about healthy members, at any member
 *   flagged  time from the beginning of the fault, s
 *   flaps    changes between ok and not ok, for each listener and faulty
 *            member, in a minute
 *   bad      share of the time that healthy listeners did not show it as ok
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define LENGTH 300 /* s */
#define FLIP 20
#define LIMIT 90 /* s until a faulty member is to be flagged */
#define FAULTY_MAX 100
#define RUNS 2

static const char *const kind_names[] = { "in 80", "out 80", "in flip",
					  "out flip" };

struct task {
	unsigned int n;
	unsigned int kind;
	u64 seed;
};

struct result {
	double removed;
	double removed_healthy; /* seen at healthy members */
	double changes;
	double bad; /* member-seconds */
	double flagged[FAULTY_MAX]; /* 0 if never */
};

/**
 * struct watch - one run
 * @faulty: members 0 to @faulty - 1 are
 * @ok: for each pair of faulty member and listener
 * @hidden: listeners that do not show a faulty member as ok
 */
struct watch {
	unsigned int n;
	unsigned int faulty;
	bool *ok;
	u32 hidden[FAULTY_MAX];
	u64 start;
	struct result *result;
};

static unsigned int faulty_of(unsigned int n)
{
	return clamp(n / 100, 1U, (unsigned int)FAULTY_MAX);
}

static void see(struct watch *watch, const struct net_node *node,
		unsigned int subject, const struct swim_info *info)
{
	bool ok = info->state <= SWIM_SUSPECT &&
		  !(info->flags & (SWIM_FLAG_PROBATION | SWIM_FLAG_DEGRADED));
	bool *shown = &watch->ok[subject * watch->n + node->index];
	u32 listeners = watch->n - watch->faulty;

	if (node->index < watch->faulty || *shown == ok)
		return;
	*shown = ok;
	watch->result->changes++;
	watch->hidden[subject] += ok ? -1 : 1;
	if (watch->hidden[subject] * 100 >= listeners * 99 &&
	    !watch->result->flagged[subject])
		watch->result->flagged[subject] =
			(double)(node->net->now - watch->start) / NET_SECOND;
}

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);

	if (subject < watch->faulty) {
		see(watch, node, subject, &event->info);
		return;
	}
	if (event->type == SWIM_EV_FAILED) {
		watch->result->removed++;
		watch->result->removed_healthy += node->index >= watch->faulty;
	}
}

/* What changes without an event, such as the end of a probation. */
static void look(struct net *net, struct watch *watch)
{
	struct swim_info info;
	unsigned int i, j;

	for (i = 0; i < watch->faulty; i++) {
		watch->result->bad += watch->hidden[i];
		for (j = watch->faulty; j < watch->n; j++)
			if (net_look(&net->node[j], i, &info))
				see(watch, &net->node[j], i, &info);
	}
}

static void set_fault(struct net_node *node, unsigned int kind,
		      unsigned int second)
{
	bool flip = second / FLIP % 2 == 0;

	switch (kind) {
	case 0:
		node->loss_in = 800;
		break;
	case 1:
		node->loss_out = 800;
		break;
	case 2:
		node->loss_in = flip ? 1000 : 0;
		break;
	default:
		node->loss_out = flip ? 1000 : 0;
		break;
	}
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct watch watch = { .n = task->n, .result = to };
	unsigned int i, second;

	watch.faulty = faulty_of(task->n);
	watch.ok = malloc(watch.faulty * task->n);
	memset(watch.ok, true, watch.faulty * task->n);
	net_group(net, task->n);
	net_run(net, 5000 + net_random(net, 1000));
	net->user = &watch;
	net->hooks.event = on_event;
	watch.start = net->now;
	for (second = 0; second < LENGTH; second++) {
		for (i = 0; i < watch.faulty; i++)
			set_fault(&net->node[i], task->kind, second);
		net_run(net, 1000);
		look(net, &watch);
	}
	net->hooks.event = NULL;
	free(watch.ok);
	net_free(net);
}

struct worst {
	double removed;
	double unflagged;
	double median;
	double max;
	double flaps;
};

static void report(const struct task *task, const struct result *result,
		   unsigned int runs, struct worst *worst)
{
	unsigned int faulty = faulty_of(task->n);
	double pairs = (double)(task->n - faulty) * faulty * runs;
	double *flagged = calloc(runs * faulty, sizeof(*flagged));
	double unflagged = 0, removed = 0, healthy = 0, changes = 0, bad = 0;
	double median, most;
	unsigned int i, j;

	for (i = 0; i < runs; i++) {
		removed += result[i].removed;
		healthy += result[i].removed_healthy;
		changes += result[i].changes;
		bad += result[i].bad;
		for (j = 0; j < faulty; j++) {
			double at = result[i].flagged[j];

			unflagged += !at || at > LIMIT;
			flagged[i * faulty + j] = at ? at : LENGTH;
		}
	}
	median = sim_median(flagged, runs * faulty);
	most = sim_percentile(flagged, runs * faulty, 100);
	changes /= pairs * LENGTH / 60;
	sim_print("%-9s %6u %8.0f %8.0f %10.0f %8.1f %8.1f %8.3f %6.1f",
		  kind_names[task->kind], runs * faulty, removed, healthy,
		  unflagged, median, most, changes,
		  100 * bad / (pairs * LENGTH));
	worst->removed += removed;
	worst->unflagged += unflagged;
	worst->median = fmax(worst->median, median);
	worst->max = fmax(worst->max, most);
	worst->flaps = fmax(worst->flaps, changes);
	free(flagged);
}

void sim_oneway(const struct sim_args *args)
{
	unsigned int runs = args->runs ? args->runs : RUNS;
	unsigned int count = ARRAY_SIZE(kind_names) * runs;
	struct task *task = calloc(count, sizeof(*task));
	struct worst worst = { 0 };
	struct result *result;
	unsigned int i;

	for (i = 0; i < count; i++) {
		task[i].n = args->n ? args->n : 1000;
		task[i].kind = i / runs;
		task[i].seed = sim_seed(args->seed, i);
	}
	result = sim_map("oneway", count, sizeof(*result), run, task);
	sim_print(
		"%u members; removed: changes to failed about healthy ones; flagged: s; flaps: a minute",
		task->n);
	sim_print("%-9s %6s %8s %8s %10s %8s %8s %8s %6s", "fault", "faulty",
		  "removed", "at hlthy", "not in 90s", "flagged", "max",
		  "flaps", "% bad");
	for (i = 0; i < ARRAY_SIZE(kind_names); i++)
		report(&task[i * runs], result + i * runs, runs, &worst);
	sim_key(worst.removed, "healthy_removed");
	sim_key(worst.unflagged, "faulty_unflagged");
	sim_key(worst.flaps, "flaps_per_min");
	sim_key(worst.median, "flagged_median_s");
	sim_key(worst.max, "flagged_max_s");
	sim_unmap(result, count, sizeof(*result));
	free(task);
}
