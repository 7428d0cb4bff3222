// SPDX-License-Identifier: GPL-2.0
/*
 * Joins, leaves and crashes all the time: each event is with equal chance a
 * join or not, and if not, a leave or a crash; intervals are exponential. Between
 * half of and one and a half times as many members as at first run. Who
 * joins has a name of its own and SEEDS seeds of equal chance: a member whose only
 * seed dies while it joins is of no group. Wall clocks are off by up to 500 ms and
 * drift by up to 1 in 1,000.
 *
 *   gap    time between two pings that reach a member, from its start and up to
 *          its end or that of the run; only the first pings of ordinary probes
 *          are counted, also of those that the member asked for, but not repeated
 *          and relayed ones, nor those of last calls
 *   first  from a crash until the first other member declares it failed;
 *          crashes of members that nobody knows yet and those in the last 15 s
 *          are not counted, and those never detected as the time that was left
 *   false  changes to failed about members that run
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../kmod/swim/wire.h"
#include "sim.h"

#define TAIL 15 /* s */
#define CRASHES_MAX 1500
#define SEEDS 3
#define SKEW 500 /* ms */
#define DRIFT 1000 /* ppm */

struct cell {
	unsigned int n;
	unsigned int rate; /* in a second */
	unsigned int seconds;
	unsigned int runs;
};

static const struct cell cells[] = {
	{ 1000, 10, 200, 2 },
	{ 1000, 1, 200, 2 },
	{ 128, 10, 300, 4 },
	{ 128, 1, 300, 4 },
};

struct task {
	const struct cell *cell;
	u64 seed;
};

/* Gaps are counted in tenths of an interval. */
#define GAPS 1000

struct result {
	u32 crashes;
	u32 missed;
	double first[CRASHES_MAX];
	double gap_max;
	double gaps[GAPS];
	double false_failures;
	double packets; /* of a member in an interval */
};

/**
 * struct member - one start
 * @pinged: when last, or when it started
 * @crash: number of its crash, or -1
 * @crashed: when
 */
struct member {
	u64 pinged;
	u64 crashed;
	int crash;
	bool detected;
	bool leaving;
};

struct watch {
	struct member *member;
	unsigned int used; /* members that ever were */
	u64 end;
	double member_seconds;
	struct result *result;
};

static double intervals(const struct net *net, u64 time)
{
	return (double)time / NET_MS / net->config.probe_interval;
}

static void add_gap(struct net *net, struct member *member)
{
	struct watch *watch = net->user;
	double gap = intervals(net, net->now - member->pinged);

	watch->result->gap_max = fmax(watch->result->gap_max, gap);
	watch->result->gaps[min((u32)(gap * 10), (u32)GAPS - 1)]++;
	member->pinged = net->now;
}

static bool on_deliver(struct net_node *node, const struct net_packet *packet)
{
	struct watch *watch = node->net->user;
	struct wire_message msg;

	if (!wire_parse(packet->data, packet->len, &msg) &&
	    msg.header.type == WIRE_PING &&
	    msg.header.flags & (WIRE_FIRST | WIRE_ASKED) &&
	    !watch->member[node->index].leaving)
		add_gap(node->net, &watch->member[node->index]);
	return false;
}

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);
	struct member *member = &watch->member[subject];

	if (event->type != SWIM_EV_FAILED)
		return;
	if (node->net->node[subject].swim && !member->leaving) {
		watch->result->false_failures++;
	} else if (member->crash >= 0 && !member->detected) {
		member->detected = true;
		watch->result->first[member->crash] =
			intervals(node->net, node->net->now - member->crashed);
	}
}

static bool runs(const struct net *net, unsigned int index)
{
	const struct watch *watch = net->user;

	return net->node[index].swim && !watch->member[index].leaving;
}

static u32 running(const struct net *net)
{
	const struct watch *watch = net->user;
	u32 count = 0;
	unsigned int i;

	for (i = 0; i < watch->used; i++)
		count += runs(net, i);
	return count;
}

/* One that runs and does not leave, of equal chance. */
static unsigned int any(struct net *net)
{
	const struct watch *watch = net->user;
	unsigned int i;

	do {
		i = net_random(net, watch->used);
	} while (!runs(net, i));
	return i;
}

static void set_clock(struct net_node *node)
{
	struct net *net = node->net;

	node->offset = (s64)net_random(net, 2 * SKEW * 1000) * 1000 -
		       (s64)SKEW * 1000000;
	node->drift = (s64)net_random(net, 2 * DRIFT) - DRIFT;
}

static void join(struct net *net)
{
	struct watch *watch = net->user;
	struct swim_addr seed[SEEDS];
	unsigned int i, index;

	for (i = 0; i < SEEDS; i++)
		seed[i] = addr_of(any(net));
	index = watch->used++;

	if (index >= net->nodes)
		abort();
	set_clock(&net->node[index]);
	watch->member[index].pinged = net->now;
	net_start_with(net, index, seed, SEEDS);
}

static bool known(const struct net *net, unsigned int index)
{
	struct swim_info info;
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		if (i != index && net_look(&net->node[i], index, &info))
			return true;
	return false;
}

static void crash(struct net *net, unsigned int index)
{
	struct watch *watch = net->user;
	struct member *member = &watch->member[index];

	add_gap(net, member);
	if (net->now + TAIL * NET_SECOND < watch->end && known(net, index) &&
	    watch->result->crashes < CRASHES_MAX) {
		member->crash = watch->result->crashes++;
		member->crashed = net->now;
	}
	net_crash(net, index);
}

static void leave(struct net *net, unsigned int index)
{
	struct watch *watch = net->user;

	add_gap(net, &watch->member[index]);
	watch->member[index].leaving = true;
	net_leave(net, index);
}

static void something(struct net *net, unsigned int n)
{
	u32 what = net_random(net, 4);
	u32 members = running(net);

	if ((what < 2 && members < n * 3 / 2) || members <= n / 2)
		join(net);
	else if (what % 2)
		leave(net, any(net));
	else
		crash(net, any(net));
}

/* Those that have left for good are no longer simulated. */
static u32 clean_up(struct net *net)
{
	const struct watch *watch = net->user;
	unsigned int i;
	u32 count = 0;

	for (i = 0; i < watch->used; i++) {
		const struct swim *swim = net->node[i].swim;

		if (swim && swim_status(swim) == SWIM_GONE)
			net_crash(net, i);
		else
			count += !!swim;
	}
	return count;
}

static void churn(struct net *net, const struct cell *cell)
{
	struct watch *watch = net->user;
	u64 second = net->now, next = net->now;

	while (net->now < watch->end) {
		double u = (net_random(net, 0) + 1.0) / 4294967297.0;

		next += -log(u) / cell->rate * NET_SECOND;
		while (second < min(next, watch->end)) {
			net_run_until(net, second);
			watch->member_seconds += clean_up(net);
			second += NET_SECOND;
		}
		net_run_until(net, min(next, watch->end));
		if (net->now < watch->end)
			something(net, cell->n);
	}
}

static void finish(struct net *net)
{
	struct watch *watch = net->user;
	unsigned int i;

	for (i = 0; i < watch->used; i++) {
		struct member *member = &watch->member[i];

		if (runs(net, i))
			add_gap(net, member);
		if (member->crash >= 0 && !member->detected) {
			watch->result->missed++;
			watch->result->first[member->crash] =
				intervals(net, net->now - member->crashed);
		}
	}
	watch->result->packets = net_total(net).sent / watch->member_seconds *
				 net->config.probe_interval / 1000;
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	const struct cell *cell = task->cell;
	unsigned int i, nodes = cell->n + cell->rate * cell->seconds;
	struct net *net = net_new(nodes, task->seed);
	struct watch watch = { .used = cell->n, .result = to };

	watch.member = calloc(nodes, sizeof(*watch.member));
	for (i = 0; i < nodes; i++) {
		watch.member[i].crash = -1;
		set_clock(&net->node[i]);
	}
	net_group(net, cell->n);
	net_run(net, 10000);
	for (i = 0; i < cell->n; i++)
		watch.member[i].pinged = net->now;
	net->user = &watch;
	net->hooks.event = on_event;
	net->hooks.deliver = on_deliver;
	net_reset_counters(net);
	watch.end = net->now + cell->seconds * NET_SECOND;
	churn(net, cell);
	finish(net);
	net->hooks.event = NULL;
	free(watch.member);
	net_free(net);
}

/* All but the longest are shorter, in tenths. */
static double gap_percentile(const double *gaps, double percent)
{
	double all = 0, sum = 0;
	unsigned int i;

	for (i = 0; i < GAPS; i++)
		all += gaps[i];
	for (i = 0; i < GAPS && sum < all * percent / 100; i++)
		sum += gaps[i];
	return i / 10.0;
}

struct figures {
	double gap_max;
	double p99;
	double false_failures;
};

static struct figures report(const struct cell *cell, unsigned int runs,
			     const struct result *result)
{
	double *first = calloc(runs * CRASHES_MAX, sizeof(*first));
	struct figures figures = { 0 };
	struct result sum = { 0 };
	unsigned int i, j;

	for (i = 0; i < runs; i++) {
		for (j = 0; j < result[i].crashes; j++)
			first[sum.crashes++] = result[i].first[j];
		for (j = 0; j < GAPS; j++)
			sum.gaps[j] += result[i].gaps[j];
		sum.missed += result[i].missed;
		sum.packets += result[i].packets / runs;
		figures.gap_max = fmax(figures.gap_max, result[i].gap_max);
		figures.false_failures += result[i].false_failures;
	}
	figures.p99 = sim_percentile(first, sum.crashes, 99);
	sim_print(
		"%6u %5u %6u %8u %6.2f %6.2f %6.2f %7u %6.1f %6.2f %7.0f %8.2f",
		cell->n, cell->rate, cell->seconds * runs, sum.crashes,
		sim_median(first, sum.crashes), figures.p99,
		sim_percentile(first, sum.crashes, 99.9), sum.missed,
		gap_percentile(sum.gaps, 99.9), figures.gap_max,
		figures.false_failures, sum.packets);
	free(first);
	return figures;
}

static struct figures measure(const struct cell *cell, unsigned int runs,
			      u64 seed)
{
	struct task *task = calloc(runs, sizeof(*task));
	struct figures figures;
	struct result *result;
	char what[64];
	unsigned int i;

	for (i = 0; i < runs; i++) {
		task[i].cell = cell;
		task[i].seed = sim_seed(seed, i);
	}
	snprintf(what, sizeof(what), "churn, N = %u, %u/s", cell->n,
		 cell->rate);
	result = sim_map(what, runs, sizeof(*result), run, task);
	figures = report(cell, runs, result);
	sim_unmap(result, runs, sizeof(*result));
	free(task);
	return figures;
}

void sim_churn(const struct sim_args *args)
{
	double gap_max = 0, p99 = 0, false_failures = 0;
	struct figures figures;
	unsigned int i;

	sim_check_size(args, &cells->n, ARRAY_SIZE(cells), sizeof(*cells));
	sim_print(
		"first detection and time unprobed in T; packets: of a member in T");
	sim_print("%6s %5s %6s %8s %6s %6s %6s %7s %6s %6s %7s %8s", "N", "1/s",
		  "s", "crashes", "first", "99 %", "99.9 %", "missed", "gap999",
		  "gapmax", "false", "packets");
	for (i = 0; i < ARRAY_SIZE(cells); i++) {
		if (args->n && args->n != cells[i].n)
			continue;
		figures = measure(&cells[i],
				  args->runs ? args->runs : cells[i].runs,
				  sim_seed(args->seed, i));
		gap_max = fmax(gap_max, figures.gap_max);
		false_failures += figures.false_failures;
		if (cells[i].rate == 10)
			p99 = fmax(p99, figures.p99);
	}
	sim_key(gap_max, "gap_max_T");
	sim_key(p99, "churn_p99_T");
	sim_key(false_failures, "churn_fp");
}
