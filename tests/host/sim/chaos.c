// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once, by seed: 3 to 24 members join, crash, restart, leave,
 * come back, take other addresses, tell metadata and user events; the network
 * loses, duplicates, reorders and replays, is cut into sides and deaf in one
 * direction; nodes stall in each of the ways there are, their clocks jump, and
 * memory runs out. With odd seeds all datagrams are authentic. invariant.c watches.
 * Then all of that ends, and who runs must agree within CALM; after that nothing
 * happens any more.
 *
 * Run i has the seed SEED + i: RUNS=1 SEED=... shows one again. ROWS=trace
 * prints what happens in it.
 *
 *   calm  time from the end of the chaos until all views are equal and right
 */
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../host.h"
#include "invariant.h"
#include "sim.h"

#define RUNS 2000
#define NODES_MAX 24
#define SEEDS 3 /* members that the others join through */
#define CALM 120000 /* ms */
#define AFTER 20000
#define SPREAD 5000
#define REPLAYS 16
#define SHOWN 20

struct result {
	double calm; /* ms */
	double packets;
	double failures;
	char text[INVARIANT_TEXT];
};

/**
 * struct chaos - one run
 * @kept: datagrams to replay
 */
struct chaos {
	struct net *net;
	struct invariants *inv;
	bool trace;
	struct {
		unsigned int from;
		unsigned int to;
		size_t len;
		u8 data[SWIM_DATAGRAM_MAX];
	} kept[REPLAYS];
};

static struct chaos *current; /* for the network's hook */

/* What @what happens to n@index. */
static void say(const struct chaos *chaos, const char *what, unsigned int index)
{
	if (chaos->trace)
		sim_print("%9.3f n%u %s", (double)chaos->net->now / NET_SECOND,
			  index, what);
}

static u32 roll(struct chaos *chaos, u32 bound)
{
	return net_random(chaos->net, bound);
}

static bool keep_some(struct net_node *node, const struct net_packet *packet)
{
	u32 i = net_random(node->net, REPLAYS * 20);

	if (i < REPLAYS) {
		current->kept[i].from = packet->from;
		current->kept[i].to = packet->to;
		current->kept[i].len = packet->len;
		memcpy(current->kept[i].data, packet->data, packet->len);
	}
	return false;
}

/* A restart takes what it has to a new life: no stall, no cut of its own. */
static void start(struct chaos *chaos, unsigned int index)
{
	struct swim_addr seed[SEEDS];
	unsigned int i;

	for (i = 0; i < SEEDS; i++)
		seed[i] = addr_of(i);
	say(chaos, "starts", index);
	invariants_start(chaos->inv, index);
	net_start_with(chaos->net, index, seed, SEEDS);
}

static void stop(struct chaos *chaos, unsigned int index)
{
	say(chaos, "crashes", index);
	net_crash(chaos->net, index);
}

static void take_port(struct chaos *chaos, struct net_node *node, u16 port)
{
	struct swim_addr addr = node->addr;

	addr.port = port;
	say(chaos, "takes another port", node->index);
	net_readdress(chaos->net, node->index, &addr);
}

static void live_or_die(struct chaos *chaos, struct net_node *node)
{
	if (!node->swim) {
		start(chaos, node->index);
		return;
	}
	/* What stands still does nothing of its own will. */
	switch (roll(chaos, node->stall == NET_PAUSED ? 2 : 4)) {
	case 0:
		stop(chaos, node->index);
		break;
	case 1:
		stop(chaos, node->index);
		start(chaos, node->index);
		break;
	case 2:
		if (swim_status(node->swim) == SWIM_GONE) {
			say(chaos, "comes back", node->index);
			net_rejoin(chaos->net, node->index);
		} else {
			say(chaos, "leaves", node->index);
			net_leave(chaos->net, node->index);
		}
		break;
	default:
		take_port(chaos, node, 1024 + roll(chaos, 60000));
		break;
	}
}

static void stall(struct chaos *chaos, struct net_node *node)
{
	if (!node->swim)
		return;
	if (node->stall != NET_RUNS) {
		say(chaos, "resumes", node->index);
		net_resume(node);
	} else {
		say(chaos, "stalls", node->index);
		net_stall(node, NET_BLOCKING + roll(chaos, 4));
	}
}

static void move_clock(struct chaos *chaos, struct net_node *node)
{
	static const s64 jumps[] = { 1, 300, 10000, 3600000 }; /* ms */
	s64 jump = jumps[roll(chaos, ARRAY_SIZE(jumps))] * (s64)NET_MS;

	say(chaos, "has its clock set", node->index);
	node->offset += roll(chaos, 2) ? jump : -jump;
	node->drift = (s64)roll(chaos, 2000) - 1000;
}

/* Mostly none, sometimes some, seldom all; per mille. */
static u32 some_loss(struct chaos *chaos)
{
	switch (roll(chaos, 4)) {
	case 0:
		return roll(chaos, 300);
	case 1:
		return roll(chaos, 2) * roll(chaos, 1001);
	default:
		return 0;
	}
}

static void take_sides(struct chaos *chaos)
{
	unsigned int i, sides = roll(chaos, 2) ? 1 : 1 + roll(chaos, 3);

	say(chaos, "and others are cut into sides, or joined again", 0);
	for (i = 0; i < chaos->net->nodes; i++)
		chaos->net->node[i].side = roll(chaos, sides);
}

static void disturb(struct chaos *chaos, struct net_node *node)
{
	struct net *net = chaos->net;

	switch (roll(chaos, 5)) {
	case 0:
		take_sides(chaos);
		break;
	case 1:
		net->loss = some_loss(chaos) / 2;
		break;
	case 2:
		node->loss_in = some_loss(chaos);
		node->loss_out = some_loss(chaos);
		say(chaos, "hears or is heard otherwise", node->index);
		break;
	case 3:
		net->duplicate = some_loss(chaos) / 4;
		net->reorder = some_loss(chaos) / 2;
		net->reorder_ms = 1 + roll(chaos, 1000);
		break;
	default:
		host_fail_allocations(roll(chaos, 3) ? 0 : roll(chaos, 300));
		break;
	}
}

static void replay(struct chaos *chaos)
{
	u32 i = roll(chaos, REPLAYS);

	if (chaos->kept[i].len)
		net_post(chaos->net, chaos->kept[i].from, chaos->kept[i].to,
			 chaos->kept[i].data, chaos->kept[i].len, 0);
}

static void tell(struct chaos *chaos, struct net_node *node)
{
	u8 meta[SWIM_META_MAX];

	/* What stands still does nothing of its own will. */
	if (!node->swim || node->stall == NET_PAUSED)
		return;
	if (roll(chaos, 2)) {
		say(chaos, "sends a user event", node->index);
		invariants_send(chaos->inv, node->index, roll(chaos, 500));
		return;
	}
	say(chaos, "changes its metadata", node->index);
	memset(meta, roll(chaos, 256), sizeof(meta));
	swim_set_meta(node->swim, chaos->net->now, meta,
		      roll(chaos, 4) * roll(chaos, 257));
	net_touch(node);
}

/* One tunable from a quarter of what is usual to four times that. */
static void retune(struct chaos *chaos, struct net_node *node)
{
	const struct swim_tunable *row =
		&swim_tunables[roll(chaos, SWIM_NR_TUNABLES)];
	struct swim_config config = chaos->net->config;
	u32 *value = swim_config_value(&config, row);

	if (!node->swim || node->stall == NET_PAUSED)
		return;
	say(chaos, row->name, node->index);
	*value =
		clamp(*value / 4 + roll(chaos, *value * 4), row->min, row->max);
	/* Without memory it stays as it is. */
	net_set(node, &config);
}

static void something(struct chaos *chaos)
{
	struct net_node *node =
		&chaos->net->node[roll(chaos, chaos->net->nodes)];

	switch (roll(chaos, 11)) {
	case 0:
	case 1:
		live_or_die(chaos, node);
		break;
	case 2:
	case 3:
		stall(chaos, node);
		break;
	case 4:
		move_clock(chaos, node);
		break;
	case 5:
		replay(chaos);
		break;
	case 6:
	case 7:
		tell(chaos, node);
		break;
	case 8:
		retune(chaos, node);
		break;
	default:
		disturb(chaos, node);
		break;
	}
}

/* Clocks stay as they are: nothing but the even pace hangs on them. */
static void calm_down(struct chaos *chaos)
{
	struct net *net = chaos->net;
	unsigned int i;

	net->loss = 0;
	net->duplicate = 0;
	net->reorder = 0;
	net->hooks.deliver = NULL;
	host_fail_allocations(0);
	for (i = 0; i < net->nodes; i++) {
		struct net_node *node = &net->node[i];

		node->side = 0;
		node->loss_in = 0;
		node->loss_out = 0;
		if (node->stall != NET_RUNS)
			net_resume(node);
		if (node->swim)
			net_set(node, &net->config);
		/* Who seeks its seeds does so until it has found them. */
		if (i < SEEDS && !node->swim)
			start(chaos, i);
		else if (i < SEEDS && swim_status(node->swim) >= SWIM_LEAVING)
			net_rejoin(net, i);
		if (i < SEEDS)
			take_port(chaos, node, addr_of(i).port);
	}
	say(chaos, "and all others have calm", 0);
}

/* Those that have left for good do not count. */
static bool is_well(const struct swim *swim, unsigned int running, u64 view)
{
	return net_takes_part(swim) && swim_view(swim) == view &&
	       !swim_count(swim, SWIM_SUSPECT) &&
	       swim_count(swim, SWIM_ALIVE) == running;
}

static bool agree(const struct net *net)
{
	const struct swim *some = NULL;
	unsigned int i, running = 0;

	for (i = 0; i < net->nodes; i++) {
		const struct swim *swim = net->node[i].swim;

		if (!swim || swim_status(swim) == SWIM_GONE)
			continue;
		some = swim;
		running++;
	}
	for (i = 0; i < net->nodes; i++) {
		const struct swim *swim = net->node[i].swim;

		if (swim && swim_status(swim) != SWIM_GONE &&
		    !is_well(swim, running, swim_view(some)))
			return false;
	}
	return true;
}

static void until_agreed(struct chaos *chaos, u64 ms)
{
	u64 end = chaos->net->now + ms * NET_MS;

	invariants_check(chaos->inv);
	while (!agree(chaos->net) && chaos->net->now < end) {
		net_run(chaos->net, 100);
		invariants_check(chaos->inv);
	}
}

static void calm(struct chaos *chaos, struct result *result)
{
	struct net *net = chaos->net;
	u64 start = net->now;

	calm_down(chaos);
	until_agreed(chaos, CALM);
	result->calm = (double)(net->now - start) / NET_MS;
	invariants_check_end(chaos->inv);
	invariants_calm(chaos->inv);
	net_run(net, AFTER);
	/* One may just have said that it is no longer degraded. */
	until_agreed(chaos, SPREAD);
	invariants_check_end(chaos->inv);
}

static void set_up(struct chaos *chaos, u64 seed, char *text)
{
	unsigned int nodes = 3 + (sim_seed(seed, 0) >> 33) % (NODES_MAX - 2);
	struct net *net = net_new(nodes, seed);
	unsigned int i;

	chaos->net = net;
	net->sealed = seed & 1;
	net_config(net, roll(chaos, SWIM_NR_SENSITIVITIES));
	if (!roll(chaos, 4))
		net->config.reap_after = 20 + roll(chaos, 60);
	if (!roll(chaos, 4))
		net->config.max_datagram = SWIM_DATAGRAM_MIN;
	chaos->inv = invariants_new(net, text, chaos->trace);
	net->hooks.deliver = keep_some;
	for (i = 0; i < nodes; i++)
		if (i < SEEDS || roll(chaos, 3))
			start(chaos, i);
}

struct task {
	u64 seed;
	bool trace;
};

static void run(void *to, unsigned int index, const void *arg)
{
	const struct task *task = arg;
	struct chaos *chaos = calloc(1, sizeof(*chaos));
	struct result *result = to;
	long allocated = host_allocated();
	unsigned int i, events;
	struct net_total total;

	current = chaos;
	chaos->trace = task->trace;
	host_seed_allocations(task->seed + index);
	set_up(chaos, task->seed + index, result->text);
	events = 20 + roll(chaos, 100);
	for (i = 0; i < events && !*result->text; i++) {
		net_run(chaos->net, 1 + roll(chaos, 20) * roll(chaos, 100));
		something(chaos);
		invariants_check(chaos->inv);
	}
	calm(chaos, result);
	total = net_total(chaos->net);
	result->packets = total.sent;
	result->failures = total.events[SWIM_EV_FAILED];
	invariants_free(chaos->inv);
	net_free(chaos->net);
	free(chaos);
	if (host_allocated() != allocated && !*result->text)
		snprintf(result->text, INVARIANT_TEXT, "memory leaks");
}

void sim_chaos(const struct sim_args *args)
{
	unsigned int count = args->runs ? args->runs : RUNS;
	struct task task = { .seed = args->seed,
			     .trace = sim_rows_are(args, "trace") };
	double *calm = calloc(count, sizeof(*calm));
	double packets = 0, failures = 0;
	struct result *result;
	unsigned int i, bad = 0;

	result = sim_map("chaos", count, sizeof(*result), run, &task);
	for (i = 0; i < count; i++) {
		calm[i] = result[i].calm / 1000;
		packets += result[i].packets;
		failures += result[i].failures;
		if (!*result[i].text)
			continue;
		if (++bad > SHOWN)
			continue;
		sim_print("seed %llu: %s", (unsigned long long)args->seed + i,
			  result[i].text);
	}
	sim_print(
		"%u seeds, %u with a broken invariant; %.0f packets, %.0f changes to failed",
		count, bad, packets, failures);
	sim_print("calm after: median %.1f s, 99 %% %.1f s, max %.1f s",
		  sim_median(calm, count), sim_percentile(calm, count, 99),
		  sim_percentile(calm, count, 100));
	sim_key(count, "seeds");
	sim_key(bad, "broken");
	sim_key(sim_percentile(calm, count, 100), "calm_max_s");
	sim_unmap(result, count, sizeof(*result));
	free(calm);
}
