// SPDX-License-Identifier: GPL-2.0
/* Tunables that change while a group runs. */

#include <errno.h>
#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define NODES 8

/* One of them on all nodes; false if one refuses it. */
static bool set_all(struct net *net, const struct swim_tunable *row, u32 value)
{
	unsigned int i;
	bool ok = true;

	*swim_config_value(&net->config, row) = value;
	for (i = 0; i < net->nodes; i++)
		if (net->node[i].swim && net_set(&net->node[i], &net->config))
			ok = false;
	return ok;
}

static const struct swim_tunable *row_of(const char *name)
{
	unsigned int i;

	for (i = 0; strcmp(swim_tunables[i].name, name); i++)
		;
	return &swim_tunables[i];
}

static u64 failures(const struct net *net)
{
	return net_total(net).events[SWIM_EV_FAILED];
}

static u64 probes(const struct net *net)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		sum += swim_stat(net->node[i].swim, SWIM_PROBES);
	return sum;
}

/* What a value far from the default does is the user's; it must not stay. */
static void test_each(const struct swim_tunable *row)
{
	struct net *net = net_settled(NODES, row->offset + 1);
	u32 usual = *swim_config_value(&net->config, row);
	char name[96];
	bool ok;
	u64 was;

	ok = set_all(net, row, row->min);
	net_run(net, 5000);
	ok = ok && set_all(net, row, row->max);
	net_run(net, 20000);
	ok = ok && set_all(net, row, usual);
	snprintf(name, sizeof(name), "config: %s: least, greatest, as before",
		 row->name);
	tap_check(ok && !failures(net), name);

	net_run(net, 2000);
	was = probes(net);
	net_run(net, 10 * net->config.probe_interval);
	snprintf(name, sizeof(name), "config: %s: all probe as before",
		 row->name);
	tap_check(probes(net) - was >= 8 * NODES, name);
	snprintf(name, sizeof(name), "config: %s: all agree", row->name);
	tap_check(net_until(net, 60000, net_whole) && !failures(net), name);
	net_free(net);
}

/* One node after the other, as an administrator does it. */
static void test_one_by_one(void)
{
	struct net *net = net_settled(NODES, 5);
	u64 suspicions = net_total(net).events[SWIM_EV_SUSPECT];
	unsigned int i;
	u64 was;

	net->config.probe_interval = 100;
	for (i = 0; i < net->nodes; i++) {
		net_set(&net->node[i], &net->config);
		net_run(net, 200);
	}
	net_run(net, 1000);
	was = probes(net);
	net_run(net, 10000);
	tap_check(probes(net) - was >= 95 * NODES &&
			  probes(net) - was <= 105 * NODES,
		  "config: a fifth of the interval is five times the probes");
	net_run(net, 60000);
	tap_check(net_whole(net) &&
			  net_total(net).events[SWIM_EV_SUSPECT] == suspicions,
		  "config: and nobody is suspected, or says it is degraded");
	net_free(net);
}

static bool n1_failed(const struct net *net)
{
	return net_seen(net, 1, SWIM_FAILED) == net->nodes - 1;
}

static bool n1_suspect(const struct net *net)
{
	return net_seen(net, 1, SWIM_SUSPECT) == net->nodes - 1;
}

static void test_shorter(void)
{
	struct net *net = net_settled(NODES, 9);

	set_all(net, row_of("suspicion_mult"), 10000);
	net_crash(net, 1);
	tap_check(net_until(net, 10000, n1_suspect),
		  "config: a member is suspect");
	net_run(net, 20000);
	tap_check(n1_suspect(net), "config: and stays so with a long time-out");
	set_all(net, row_of("suspicion_mult"), 100);
	tap_check(net_until(net, 3000, n1_failed),
		  "config: a shorter time-out holds for it at once");
	net_free(net);
}

#define HOURS 7200000

/* A probe that waits for two hours, and then as long as is usual. */
static void test_probe_waits(void)
{
	struct net *net = net_settled(NODES, 11);

	set_all(net, row_of("probe_timeout_min"), HOURS);
	net->node[1].side = 1;
	net_run(net, 60000);
	tap_check(!net_seen(net, 1, SWIM_SUSPECT) && !failures(net),
		  "config: who waits for hours finds nothing out");
	/* No other probe begins. */
	set_all(net, row_of("probe_interval"), HOURS);
	set_all(net, row_of("probe_timeout_min"), 20);
	net_run(net, 2000);
	tap_check(net_seen(net, 1, SWIM_SUSPECT),
		  "config: a wait that is shorter now ends");
	net_free(net);
}

static void test_gossip_waits(void)
{
	struct net *net = net_settled(NODES, 12);

	/* Nothing else carries news. */
	set_all(net, row_of("probe_interval"), HOURS);
	net_run(net, 20000);
	set_all(net, row_of("gossip_interval"), HOURS);
	/* What follows other news is not told eagerly. */
	net_crash(net, 6);
	net_crash(net, 7);
	net_start(net, 7, 0);
	net_run(net, 500);
	net_start(net, 6, 0);
	net_run(net, 20000);
	tap_check(!net_converged(net), "config: news waits for hours");
	set_all(net, row_of("gossip_interval"), 200);
	net_run(net, 5000);
	tap_check(net_converged(net), "config: and then is told");
	net_free(net);
}

static void test_heal_waits(void)
{
	struct net *net = net_settled(NODES, 14);
	unsigned int i;

	for (i = 0; i < NODES / 2; i++)
		net->node[i].side = 1;
	net_run(net, 60000);
	set_all(net, row_of("heal_interval"), HOURS);
	net_run(net, 60000);
	for (i = 0; i < NODES / 2; i++)
		net->node[i].side = 0;
	net_run(net, 120000);
	tap_check(!net_whole(net), "config: a cut is healed after hours");
	set_all(net, row_of("heal_interval"), 10000);
	tap_check(net_until(net, 15000, net_whole),
		  "config: and at once with a shorter interval");
	net_free(net);
}

static bool knows_all(const struct net *net, unsigned int index)
{
	struct swim_info info;
	unsigned int i;
	char name[16];

	for (i = 0; i < net->nodes; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		if (!swim_find(net->node[index].swim, name, &info))
			return false;
	}
	return true;
}

static void test_members(void)
{
	struct net *net = net_new(64, 13);
	unsigned int i;
	bool all = true;

	net->config.max_members = 8;
	for (i = 0; i < net->nodes; i++)
		net_start(net, i, 0);
	net_run(net, 10000);
	tap_check(swim_slots(net->node[0].swim) == 8 &&
			  swim_stat(net->node[0].swim, SWIM_TABLE_FULL),
		  "config: a table of 8 members is full");
	tap_check(set_all(net, row_of("max_members"), 65536) &&
			  net_until(net, 60000, net_whole),
		  "config: a larger one takes the others");
	set_all(net, row_of("max_members"), 2);
	net_run(net, 30000);
	for (i = 0; i < net->nodes; i++)
		all = all && knows_all(net, i);
	tap_check(all && net_whole(net),
		  "config: less than there are makes none go");
	net_crash(net, 63);
	net_run(net, 20000);
	tap_check(net_seen(net, 63, SWIM_FAILED) == 63,
		  "config: and they are probed as before");
	net_free(net);
}

static u32 largest;

static bool measure(struct net_node *node, const struct net_packet *packet)
{
	largest = max(largest, packet->len);
	return false;
}

/* The largest datagram of a member that learns of 63 others at once. */
static u32 largest_of_join(struct net *net, unsigned int index)
{
	largest = 0;
	net_start(net, index, 0);
	net_run(net, 10000);
	return largest;
}

static void test_datagram(void)
{
	struct net *net = net_settled(64, 17);
	bool ok;

	net->hooks.deliver = measure;
	net_crash(net, 63);
	net_run(net, 20000);
	set_all(net, row_of("max_datagram"), 576);
	ok = largest_of_join(net, 63) <= 576;
	net_crash(net, 63);
	net_run(net, 20000);
	set_all(net, row_of("max_datagram"), 8952);
	ok = ok && largest_of_join(net, 63) > 1400;
	tap_check(ok && largest <= 8952,
		  "config: datagrams are as large as they may be now");
	tap_check(net_until(net, 10000, net_whole), "config: and all join");
	net_free(net);
}

static void test_reap(void)
{
	struct net *net = net_settled(NODES, 19);

	net_crash(net, 1);
	net_run(net, 30000);
	tap_check(n1_failed(net), "config: one failed");
	set_all(net, row_of("reap_after"), 1);
	/* The time to the next round of healing, and a tenth of it. */
	net_run(net, 11000);
	tap_check(!net_seen(net, 1, SWIM_FAILED),
		  "config: and is forgotten as soon as that is due now");
	net_free(net);
}

static void test_memory(void)
{
	struct net *net = net_settled(NODES, 23);
	struct swim *swim = net->node[0].swim;
	struct swim_config more = net->config;
	long before = host_allocated();
	int err;

	more.max_datagram = 8952;
	more.max_members = 65536;
	more.gossip_fanout = 8;
	host_fail_allocations(1000);
	err = net_set(&net->node[0], &more);
	host_fail_allocations(0);
	tap_check(err == -ENOMEM && host_allocated() == before &&
			  !memcmp(&swim->config, &net->config, sizeof(more)),
		  "config: without memory nothing has changed");
	tap_check(!net_set(&net->node[0], &more) &&
			  !memcmp(&swim->config, &more, sizeof(more)) &&
			  knows_all(net, 0),
		  "config: with it all has");
	net_free(net);
}

/* Nothing starts to run in a member that does not take part. */
static void test_gone(void)
{
	struct net *net = net_settled(NODES, 29);
	u64 sent;

	net_leave(net, 1);
	net_run(net, 3000);
	sent = net->node[1].sent;
	set_all(net, row_of("probe_interval"), 100);
	net_run(net, 10000);
	tap_check(net->node[1].sent == sent &&
			  swim_status(net->node[1].swim) == SWIM_GONE,
		  "config: who has left stays away");
	net_rejoin(net, 1);
	tap_check(net_until(net, 10000, net_whole),
		  "config: and comes back when told to");
	net_free(net);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		test_each(&swim_tunables[i]);
	test_one_by_one();
	test_shorter();
	test_probe_waits();
	test_gossip_waits();
	test_heal_waits();
	test_members();
	test_datagram();
	test_reap();
	test_memory();
	test_gone();
	tap_check(!host_allocated(), "config: no memory leaks");
	return tap_end();
}
