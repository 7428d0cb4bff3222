// SPDX-License-Identifier: GPL-2.0
/* Whole groups on the virtual network. */

#include <string.h>

#include "host.h"
#include "net.h"

static struct net *group(unsigned int nodes, u64 seed)
{
	struct net *net = net_new(nodes, seed);
	unsigned int i;

	for (i = 0; i < nodes; i++)
		net_start(net, i, 0);
	return net;
}

static u64 total(const struct net *net, enum swim_event_type type)
{
	return net_total(net).events[type];
}

static void test_join(unsigned int nodes)
{
	struct net *net = group(nodes, nodes);
	u64 start = net->now, sent;
	char name[64];

	snprintf(name, sizeof(name), "group: %u start at once and join", nodes);
	tap_check(net_until(net, 20000, net_whole), name);
	sent = net_total(net).sent / nodes;
	tap_check(sent < 200, "group: with a bounded number of datagrams");
	printf("# %u members: %llu datagrams each\n", nodes,
	       (unsigned long long)sent);
	printf("# %u members: equal views after %llu ms\n", nodes,
	       (unsigned long long)(net->now - start) / 1000000);
	net_run(net, 60000);
	tap_check(net_whole(net) && !total(net, SWIM_EV_SUSPECT),
		  "group: nobody is suspected in a quiet minute");
	net_free(net);
}

static bool n1_failed(const struct net *net)
{
	return net_seen(net, 1, SWIM_FAILED) == net->nodes - 1;
}

static void test_crash(void)
{
	struct net *net = group(16, 3);
	u64 start;

	net_until(net, 20000, net_whole);
	net_crash(net, 1);
	start = net->now;
	tap_check(net_until(net, 20000, n1_failed),
		  "group: a crash is seen by all");
	printf("# failed everywhere after %llu ms\n",
	       (unsigned long long)(net->now - start) / 1000000);
	tap_check(total(net, SWIM_EV_FAILED) == 15,
		  "group: each of the others reports it once");
	net_start(net, 1, 0);
	tap_check(net_until(net, 10000, net_whole),
		  "group: the same name comes back with a new start");
	net_free(net);
}

static bool n1_left(const struct net *net)
{
	return net_seen(net, 1, SWIM_LEFT) == net->nodes &&
	       swim_status(net->node[1].swim) == SWIM_GONE;
}

static void test_leave(void)
{
	struct net *net = group(16, 4);

	net_until(net, 20000, net_whole);
	net_leave(net, 1);
	tap_check(net_until(net, 2000, n1_left),
		  "group: a leave is seen by all");
	net_run(net, 30000);
	tap_check(!total(net, SWIM_EV_FAILED) && !total(net, SWIM_EV_SUSPECT),
		  "group: who left is not suspected");
	net_rejoin(net, 1);
	tap_check(net_until(net, 10000, net_whole),
		  "group: who left joins again without new seeds");
	net_free(net);
}

static void test_cut(u64 seconds)
{
	struct net *net = group(5, 5);
	char name[64];

	net_until(net, 20000, net_whole);
	net->node[1].side = 1;
	net_run(net, seconds * 1000);
	tap_check(net_seen(net, 1, SWIM_FAILED) == 4,
		  "group: who is cut off is failed on the others");
	net->node[1].side = 0;
	snprintf(name, sizeof(name), "group: a cut of %llu s heals",
		 (unsigned long long)seconds);
	tap_check(net_until(net, 30000, net_whole), name);
	net_free(net);
}

static void test_partition(void)
{
	struct net *net = group(32, 6);
	unsigned int i;

	net_until(net, 20000, net_whole);
	for (i = 0; i < 16; i++)
		net->node[i].side = 1;
	net_run(net, 120000);
	tap_check(net_converged(net), "group: each half agrees");
	tap_check(swim_count(net->node[0].swim, SWIM_FAILED) == 16,
		  "group: each half fails the other");
	for (i = 0; i < 16; i++)
		net->node[i].side = 0;
	tap_check(net_until(net, 60000, net_whole), "group: two halves heal");
	net_free(net);
}

static void test_loss(void)
{
	struct net *net = net_new(32, 7);
	unsigned int i;

	net->loss = 50;
	for (i = 0; i < 32; i++)
		net_start(net, i, 0);
	tap_check(net_until(net, 60000, net_whole),
		  "group: 32 join with 5 % loss");
	net_run(net, 600000);
	tap_check(!total(net, SWIM_EV_FAILED),
		  "group: no failure in ten minutes with 5 % loss");
	net_free(net);
}

static void test_no_gaps(void)
{
	struct net *net = group(24, 8);
	unsigned int i;
	bool gap = false;

	net->config.reap_after = 5;
	for (i = 0; i < 60; i++) {
		unsigned int victim = 1 + net_random(net, 23);

		net_run(net, 1000);
		if (net->node[victim].swim)
			net_crash(net, victim);
		else
			net_start(net, victim, 0);
	}
	for (i = 0; i < net->nodes; i++)
		gap |= net->node[i].gap;
	tap_check(!gap, "group: events are numbered without gaps");
	net_free(net);
}

static void test_reap(void)
{
	struct net *net = net_new(8, 9);
	struct swim_info info;
	unsigned int i, known = 0;

	net->config.reap_after = 20;
	for (i = 0; i < 8; i++)
		net_start(net, i, 0);
	net_until(net, 20000, net_whole);
	net_crash(net, 1);
	net_run(net, 90000);
	for (i = 2; i < 8; i++)
		known += swim_find(net->node[i].swim, "n1", &info);
	tap_check(!known && total(net, SWIM_EV_REAP) == 7,
		  "group: a failed member is forgotten after reap_after");
	net_run(net, 60000);
	tap_check(!net_seen(net, 1, SWIM_FAILED) && net_whole(net),
		  "group: who was forgotten does not come back");
	net_free(net);
}

static void test_memory(void)
{
	struct net *net = group(16, 10);

	net_until(net, 20000, net_whole);
	host_fail_allocations(300);
	net_crash(net, 3);
	net_run(net, 30000);
	host_fail_allocations(0);
	net_start(net, 3, 0);
	tap_check(net_until(net, 60000, net_whole),
		  "group: recovers when a third of the allocations failed");
	net_free(net);
}

static u64 refused(const struct swim *swim)
{
	return swim_stat(swim, SWIM_RX_MALFORMED) +
	       swim_stat(swim, SWIM_RX_VERSION) +
	       swim_stat(swim, SWIM_RX_CLUSTER);
}

static void test_garbage(void)
{
	struct net *net = group(8, 11);
	struct swim_addr from = addr_of(6);
	u64 view, before;
	unsigned int i, j;
	u8 data[200];

	net_until(net, 20000, net_whole);
	net_run(net, 5000);
	view = swim_view(net->node[0].swim);
	before = refused(net->node[0].swim);
	for (i = 0; i < 20000; i++) {
		u32 len = net_random(net, sizeof(data));

		for (j = 0; j < len; j++)
			data[j] = net_random(net, 256);
		net_inject(net, 0, &from, data, len);
	}
	tap_check(refused(net->node[0].swim) == before + 20000,
		  "group: 20,000 random datagrams are counted");
	tap_check(swim_view(net->node[0].swim) == view,
		  "group: and change nothing");
	net_free(net);
}

int main(void)
{
	test_join(2);
	test_join(5);
	test_join(64);
	test_join(250);
	test_crash();
	test_leave();
	test_cut(10);
	test_cut(300);
	test_partition();
	test_loss();
	test_no_gaps();
	test_reap();
	test_memory();
	test_garbage();
	tap_check(host_allocated() == 0, "group: nothing leaks");
	return tap_end();
}
