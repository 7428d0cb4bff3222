// SPDX-License-Identifier: GPL-2.0
/*
 * One member lies about those that it should probe for others; it does all
 * else as the others do. What it does instead of relaying:
 *
 *   nacks    answers every request with a nack, at once
 *   silent   relays, but never sends a nack
 *   drops    ignores every request
 *   vouches  answers every request with an ack that it makes up
 *
 * Crashes of others are measured as in crash.c, and false failures are counted
 * in these runs and in ten minutes with 20 % loss.
 */
#include <linux/kernel.h>
#include <math.h>
#include <stdlib.h>

#include "../../../kmod/swim/wire.h"
#include "sim.h"

#define LIAR 0
#define MINUTES 10

enum lie { NONE, NACKS, SILENT, DROPS, VOUCHES, NR_LIES };

static const char *const lie_names[NR_LIES] = { "none", "nacks", "silent",
						"drops", "vouches" };
static const unsigned int sizes[] = { 5, 8, 16, 128 };

static void answer(struct net_node *node, const struct net_packet *packet,
		   const struct wire_message *msg, enum wire_type type)
{
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = msg->header;
	struct wire_body body = {
		.nonce = msg->body.nonce,
		.value = msg->body.value,
		.proof = net_random(node->net, 0),
	};
	struct swim_info self;

	swim_self(node->swim, &self);
	swim_meta_put(self.meta);
	header.type = type;
	header.uid = self.uid;
	header.view = swim_view(node->swim);
	header.lhm = 0;
	wire_put_message(&buf, &header, &body);
	net_post(node->net, node->index, packet->from, data, buf.len, 0);
}

static bool lie(struct net_node *node, const struct net_packet *packet,
		enum lie how)
{
	struct wire_message msg;

	if (node->index != LIAR ||
	    wire_parse(packet->data, packet->len, &msg) ||
	    msg.header.type != WIRE_PING_REQ)
		return false;
	if (how == NACKS)
		answer(node, packet, &msg, WIRE_NACK);
	if (how == VOUCHES)
		answer(node, packet, &msg, WIRE_ACK);
	return true;
}

static bool nack_at_once(struct net_node *node, const struct net_packet *packet)
{
	return lie(node, packet, NACKS);
}

static bool ignore(struct net_node *node, const struct net_packet *packet)
{
	return lie(node, packet, DROPS);
}

static bool vouch(struct net_node *node, const struct net_packet *packet)
{
	return lie(node, packet, VOUCHES);
}

/* At the receiver's end: the liar's nacks never come. */
static bool swallow_nacks(struct net_node *node,
			  const struct net_packet *packet)
{
	struct wire_message msg;

	return packet->from == LIAR &&
	       !wire_parse(packet->data, packet->len, &msg) &&
	       msg.header.type == WIRE_NACK;
}

static void prepare(struct net *net, const void *arg)
{
	static bool (*const hooks[NR_LIES])(struct net_node *,
					    const struct net_packet *) = {
		[NACKS] = nack_at_once,
		[SILENT] = swallow_nacks,
		[DROPS] = ignore,
		[VOUCHES] = vouch,
	};

	net->hooks.deliver = hooks[*(const enum lie *)arg];
}

struct task {
	unsigned int n;
	enum lie lie;
	u64 seed;
};

static void run_lossy(void *to, unsigned int index, const void *arg)
{
	const struct task *task = (const struct task *)arg + index;
	struct net *net = net_new(task->n, task->seed);
	double *failures = to;

	prepare(net, &task->lie);
	net_group(net, task->n);
	net_run(net, 5000);
	net_reset_counters(net);
	net->loss = 200;
	net_run(net, MINUTES * 60000);
	*failures = net_total(net).events[SWIM_EV_FAILED];
	net_free(net);
}

static double lossy(unsigned int n, enum lie how, unsigned int runs, u64 seed)
{
	struct task *task = calloc(runs, sizeof(*task));
	double *failures, sum = 0;
	unsigned int i;

	for (i = 0; i < runs; i++) {
		task[i].n = n;
		task[i].lie = how;
		task[i].seed = sim_seed(seed, i);
	}
	failures = sim_map("relay, loss", runs, sizeof(*failures), run_lossy,
			   task);
	for (i = 0; i < runs; i++)
		sum += failures[i];
	sim_unmap(failures, runs, sizeof(*failures));
	free(task);
	return sum;
}

/* One row; returns the 99th percentile of the first detection. */
static double measure(unsigned int n, enum lie how, unsigned int trials,
		      u64 seed, double *false_failures, double honest)
{
	struct sim_crashes crashes = {
		.n = n,
		.trials = trials,
		.safe = LIAR + 1,
		.prepare = prepare,
		.arg = &how,
	};
	struct sim_crash_figures f;
	double loss;

	sim_crash("relay", &crashes, seed, &f);
	loss = lossy(n, how, n > 16 ? 1 : 4, sim_seed(seed, 1));
	sim_print("%6u %-8s %6u %6.2f %6.2f %6.2f %6.2f %7u %7u %9.0f", n,
		  lie_names[how], f.detected, f.first[0], f.first[1],
		  f.first[2], f.first[1] / (honest ? honest : f.first[1]),
		  f.missed, f.false_failures, loss);
	*false_failures += f.false_failures + loss;
	/* What was never detected is no good time. */
	return f.missed ? INFINITY : f.first[1];
}

void sim_relay(const struct sim_args *args)
{
	unsigned int trials = args->runs ? args->runs : 500;
	double false_failures = 0, ratio = 0;
	unsigned int i;

	sim_check_size(args, sizes, ARRAY_SIZE(sizes), sizeof(*sizes));
	sim_print(
		"first detection in T; x: of that without a liar; false: without loss, and with 20 %%");
	sim_print("%6s %-8s %6s %6s %6s %6s %6s %7s %7s %9s", "N", "liar",
		  "trials", "first", "99 %", "99.9 %", "x", "missed", "false",
		  "with loss");
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 seed = sim_seed(args->seed, i);
		double honest = 0;
		enum lie how;

		if (args->n && args->n != sizes[i])
			continue;
		for (how = NONE; how < NR_LIES; how++) {
			double p99 = measure(sizes[i], how, trials, seed,
					     &false_failures, honest);

			if (how == NONE)
				honest = p99;
			ratio = fmax(ratio, p99 / honest);
		}
	}
	sim_key(false_failures, "relay_fp");
	sim_key(ratio, "relay_ratio");
}
