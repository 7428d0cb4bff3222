// SPDX-License-Identifier: GPL-2.0
/*
 * Lifeguard's experiment with stalled members ("Interval", section V-B of the
 * paper): of 128 members, C stall together for D ms, run for I ms, stall
 * again, and so on for at least 105 s, over a grid of C, D and I. How they
 * stall is said at enum net_stall: blocking (the paper's), nonblocking (sends
 * that never block, as a kernel's), dropped (no traffic: a link that is down).
 *
 *   FP       changes to failed about members that never stall, at any member
 *   FP-      those seen at members that never stall
 *   TP       changes to failed about members that do
 *   changes  of what members that never stall see of those that do: ok, or
 *            not; ok is alive or suspect, and not on probation
 *
 * Packets and bytes are those that all members sent while members stalled, and
 * until they ran again. T is 1 s in every row, as in the paper. In each model,
 * figures are compared with plain SWIM's in the same runs; the keys for
 * packets, bytes and changes are of the blocking model, which is the paper's.
 *
 * ROWS: a pattern of names of rows, as of the shell: *, or @(plain|ours)*. GRID=sub:
 * 5 x 6 x 6 of the 9 x 6 x 8; GRID=mini: 3 x 4 x 4. MODEL: one of them only.
 */
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define MEMBERS 128
#define WARM_UP 5000 /* ms */
#define LENGTH 105000
#define GRID_MAX 16

static const char *const model_names[] = {
	[NET_BLOCKING] = "blocking",
	[NET_NONBLOCKING] = "nonblocking",
	[NET_DROPPED] = "dropped",
};

struct grid {
	const char *name;
	u32 c[GRID_MAX];
	u32 d[GRID_MAX];
	u32 i[GRID_MAX];
};

static const struct grid grids[] = {
	{ "",
	  { 1, 4, 8, 12, 16, 20, 24, 28, 32 },
	  { 128, 512, 2048, 8192, 16384, 32768 },
	  { 1, 4, 16, 64, 256, 1024, 4096, 16384 } },
	{ "sub",
	  { 1, 4, 8, 16, 32 },
	  { 128, 512, 2048, 8192, 16384, 32768 },
	  { 1, 16, 256, 1024, 4096, 16384 } },
	{ "mini",
	  { 4, 16, 32 },
	  { 512, 2048, 8192, 32768 },
	  { 1, 64, 1024, 16384 } },
	{ "tiny", { 4, 32 }, { 16384 }, { 16, 64 } },
};

/* One cell of the grid. */
struct task {
	const struct sim_variant *variant;
	enum net_stall model;
	u32 n;
	u32 c;
	u32 d;
	u32 i;
	u64 seed;
};

struct result {
	double fp;
	double fp_healthy;
	double tp;
	double suspicions;
	double changes;
	double packets;
	double bytes;
	double seconds;
};

/**
 * struct watch - one run
 * @stalling: members 0 to @stalling - 1 stall
 * @ok: for each pair of listener and stalling member, how it is shown
 */
struct watch {
	u32 stalling;
	bool *ok;
	struct result *result;
};

static void see_stalling(struct watch *watch, unsigned int listener,
			 unsigned int subject, const struct swim_info *info)
{
	bool ok = info->state <= SWIM_SUSPECT &&
		  !(info->flags & SWIM_FLAG_PROBATION);
	bool *shown = &watch->ok[listener * watch->stalling + subject];

	if (listener < watch->stalling)
		return;
	watch->result->changes += *shown != ok;
	*shown = ok;
}

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct watch *watch = node->net->user;
	unsigned int subject = addr_index(&event->info.addr);
	bool failed = event->type == SWIM_EV_FAILED;

	if (subject < watch->stalling) {
		see_stalling(watch, node->index, subject, &event->info);
		watch->result->tp += failed;
		return;
	}
	watch->result->fp += failed;
	watch->result->fp_healthy += failed && node->index >= watch->stalling;
	watch->result->suspicions += event->type == SWIM_EV_SUSPECT;
}

static void stall_and_run(struct net *net, const struct task *task)
{
	u32 i;

	for (i = 0; i < task->c; i++)
		net_stall(&net->node[i], task->model);
	net_run(net, task->d);
	for (i = 0; i < task->c; i++)
		net_resume(&net->node[i]);
	net_run(net, task->i);
}

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	struct watch watch = { .stalling = task->c, .result = to };
	struct net_total total;
	u64 start;

	sim_paper_config(net, task->variant);
	net_group(net, task->n);
	net_run_about(net, WARM_UP);
	net_reset_counters(net);
	watch.ok = malloc(task->n * task->c);
	memset(watch.ok, true, task->n * task->c);
	net->user = &watch;
	net->hooks.event = on_event;
	start = net->now;
	while (net->now - start < LENGTH * NET_MS)
		stall_and_run(net, task);
	net->hooks.event = NULL;
	total = net_total(net);
	watch.result->packets = total.sent;
	watch.result->bytes = total.bytes;
	watch.result->seconds = (double)(net->now - start) / NET_SECOND;
	free(watch.ok);
	net_free(net);
}

static const struct grid *grid_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(grids); i++)
		if (!strcmp(grids[i].name, name ?: ""))
			return &grids[i];
	sim_refuse("GRID is sub, mini, tiny or not given");
}

/* Writes the cells of one row, and returns how many there are. */
static unsigned int fill(struct task *task, const struct grid *grid,
			 const struct task *row, u64 seed)
{
	const u32 *c, *d, *i;
	unsigned int count = 0;

	for (c = grid->c; *c; c++) {
		for (d = grid->d; *d; d++) {
			for (i = grid->i; *i; i++, count++) {
				if (!task)
					continue;
				task[count] = *row;
				task[count].c = *c;
				task[count].d = *d;
				task[count].i = *i;
				task[count].seed = sim_seed(seed, count);
			}
		}
	}
	return count;
}

static struct result sum_of(const struct result *result, unsigned int cells)
{
	struct result sum = { 0 };
	unsigned int i;

	for (i = 0; i < cells; i++) {
		sum.fp += result[i].fp;
		sum.fp_healthy += result[i].fp_healthy;
		sum.tp += result[i].tp;
		sum.suspicions += result[i].suspicions;
		sum.changes += result[i].changes;
		sum.packets += result[i].packets;
		sum.bytes += result[i].bytes;
		sum.seconds += result[i].seconds;
	}
	return sum;
}

static void print_row(const struct task *row, const struct result *sum,
		      const struct result *plain)
{
	double scale = 1 / sum->seconds / row->n;

	sim_print(
		"%-11s %-22s %9.0f %8.3f %8.0f %9.0f %9.0f %9.0f %6.3f %6.2f %6.3f %6.0f %6.3f",
		model_names[row->model], row->variant->name, sum->fp,
		100 * sum->fp / plain->fp, sum->fp_healthy, sum->tp,
		sum->suspicions, sum->changes, sum->changes / plain->changes,
		sum->packets * scale, sum->packets / plain->packets,
		sum->bytes * scale, sum->bytes / plain->bytes);
}

static void give_keys(enum net_stall model, const struct result *ours,
		      const struct result *plain)
{
	static double fpneg;

	fpneg = model == NET_BLOCKING ? 0 : fpneg;
	fpneg += ours->fp_healthy;
	if (model == NET_BLOCKING) {
		sim_key(100 * ours->fp / plain->fp, "fp_pct_blocking");
		sim_key(ours->packets / plain->packets, "packets_ratio");
		sim_key(ours->bytes / plain->bytes, "bytes_ratio");
		sim_key(ours->changes / plain->changes,
			"stalled_changes_ratio");
	} else if (model == NET_NONBLOCKING) {
		sim_key(100 * ours->fp / plain->fp, "fp_pct_nonblocking");
	} else {
		sim_key(100 * ours->fp / plain->fp, "fp_pct_dropped");
		sim_key(fpneg, "fpneg");
	}
}

/* One model: a row at a time, as each takes minutes. */
static void run_model(const struct sim_args *args, const struct grid *grid,
		      enum net_stall model)
{
	struct task row = { .model = model, .n = args->n ? args->n : MEMBERS };
	unsigned int cells = fill(NULL, grid, &row, 0);
	struct result plain = { 0 }, sum;
	struct task *task;
	unsigned int i;

	if (args->model && strcmp(args->model, model_names[model]))
		return;
	task = calloc(cells, sizeof(*task));
	for (i = 0; i < sim_nr_variants; i++) {
		struct result *result;
		char what[64];

		if (!sim_wanted(args, i))
			continue;
		row.variant = &sim_variants[i];
		fill(task, grid, &row, args->seed);
		snprintf(what, sizeof(what), "lifeguard, %s, %s",
			 model_names[model], row.variant->name);
		result = sim_map(what, cells, sizeof(*result), run, task);
		sum = sum_of(result, cells);
		sim_unmap(result, cells, sizeof(*result));
		if (i == SIM_PLAIN)
			plain = sum;
		print_row(&row, &sum, &plain);
		if (i == SIM_OURS)
			give_keys(model, &sum, &plain);
	}
	free(task);
}

static void check_model(const char *model)
{
	unsigned int i;

	for (i = NET_BLOCKING; i < ARRAY_SIZE(model_names); i++)
		if (!model || !strcmp(model, model_names[i]))
			return;
	sim_refuse("MODEL is blocking, nonblocking, dropped or not given");
}

void sim_lifeguard(const struct sim_args *args)
{
	const struct grid *grid = grid_of(args->grid);

	sim_check_rows(args);
	check_model(args->model);
	sim_print("packets, bytes: per member and second; x: of plain SWIM's");
	sim_print("%-11s %-22s %9s %8s %8s %9s %9s %9s %6s %6s %6s %6s %6s",
		  "model", "row", "FP", "% FP", "FP-", "TP", "false susp",
		  "changes", "x", "packets", "x", "bytes", "x");
	run_model(args, grid, NET_BLOCKING);
	run_model(args, grid, NET_NONBLOCKING);
	run_model(args, grid, NET_DROPPED);
}
