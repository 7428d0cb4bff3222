// SPDX-License-Identifier: GPL-2.0
/*
 * Two members with one name: who keeps it, who waits for it, and who gets it when it is
 * free. Each test is named after the thread in which it was seen.
 */

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

/* Another one that calls itself n1, at the address of @index. */
static void start_namesake(struct net *net, unsigned int index,
			   unsigned int seed_index)
{
	struct swim_addr seed = addr_of(seed_index);

	net_start_as(net, index, "n1", &seed, 1);
}

static void test_name_conflict(void)
{
	struct net *net = net_new(9, 40);
	struct swim_info before, after;
	u32 conflicts = 0;
	unsigned int i;
	bool kept = true;

	net_group(net, 8);
	net_run(net, 15000);
	net_look(&net->node[0], 1, &before);
	start_namesake(net, 8, 0);
	for (i = 0; i < 60; i++) {
		net_run(net, 500);
		kept &= net_look(&net->node[0], 1, &after) &&
			after.uid == before.uid && after.state == SWIM_ALIVE;
	}
	for (i = 0; i < 8; i++) {
		conflicts += net->node[i].events[SWIM_EV_CONFLICT];
		kept &= !net->node[i].events[SWIM_EV_FAILED];
	}
	tap_check(
		kept,
		"regress: serf, two live nodes with one name: the first one keeps it");
	tap_check(
		swim_status(net->node[8].swim) == SWIM_CONFLICT &&
			net->node[8].events[SWIM_EV_CONFLICT] && conflicts,
		"regress: serf, two live nodes with one name: the second one is told, and both sides see it");
	net_crash(net, 1);
	net_run(net, 60000);
	tap_check(
		net_takes_part(net->node[8].swim) &&
			net_look(&net->node[0], 1, &after) &&
			after.uid != before.uid && after.state == SWIM_ALIVE,
		"regress: serf, two live nodes with one name: the second one gets it when the first one is gone");
	net_free(net);
}

/* Two groups, with an n1 in each, become one. */
static void test_two_groups(void)
{
	struct swim_addr other = addr_of(0);
	struct net *net = net_new(6, 43);
	unsigned int i;

	for (i = 0; i < 6; i++)
		net->node[i].side = i / 3;
	for (i = 0; i < 3; i++)
		net_start(net, i, 0);
	net_run(net, 3000);
	for (i = 3; i < 5; i++)
		net_start(net, i, 3);
	start_namesake(net, 5, 3);
	net_run(net, 15000);
	tap_check(
		swim_status(net->node[5].swim) == SWIM_RUNNING,
		"regress: serf, two groups with one name each become one: before, both have it");
	for (i = 3; i < 6; i++)
		net->node[i].side = 0;
	swim_join(net->node[3].swim, net->now, &other, 1);
	net_touch(&net->node[3]);
	net_run(net, 15000);
	tap_check(
		swim_status(net->node[1].swim) == SWIM_RUNNING &&
			swim_status(net->node[5].swim) == SWIM_CONFLICT,
		"regress: serf, two groups with one name each become one: the older one keeps it");
	net_free(net);
}

/* Two that nobody is a seed of have one name, and the older one comes to the other. */
static void test_no_seeds(void)
{
	struct swim_addr second = addr_of(1);
	struct net *net = net_new(3, 45);
	struct swim *loser;
	u64 sent;

	net_start_as(net, 0, "same", &second, 0);
	net_run(net, 3000);
	net_start_as(net, 1, "same", &second, 0);
	net_start(net, 2, 1);
	net_run(net, 5000);
	swim_join(net->node[0].swim, net->now, &second, 1);
	net_touch(&net->node[0]);
	loser = net->node[1].swim;
	net_run(net, 5000);
	tap_check(
		swim_status(net->node[0].swim) == SWIM_RUNNING &&
			swim_status(loser) == SWIM_CONFLICT,
		"regress: two without seeds have one name: the older one keeps it");
	sent = swim_stat(loser, SWIM_TX);
	net_run(net, 60000);
	tap_check(
		swim_stat(loser, SWIM_TX) - sent < 300,
		"regress: two without seeds have one name: the other one asks, and does not flood");
	net_crash(net, 0);
	net_run(net, 60000);
	tap_check(
		net_takes_part(loser) && net_whole(net),
		"regress: two without seeds have one name: it has it when the first one is gone");
	net_free(net);
}

/* Machines made from one image: one name, and each has all for its seeds. */
static void test_images(void)
{
	struct swim_addr seeds[] = { addr_of(0), addr_of(1), addr_of(2) };
	struct net *net = net_new(3, 46);
	u32 conflicts = 0, running, i;

	for (i = 0; i < 3; i++)
		net_start_as(net, i, "image", seeds, 3);
	net_run(net, 30000);
	for (i = 0; i < 3; i++)
		conflicts += swim_status(net->node[i].swim) == SWIM_CONFLICT;
	tap_check(
		conflicts == 2,
		"regress: three start with one name: two are told that it is taken");
	for (i = 0; i < 3; i++)
		if (swim_status(net->node[i].swim) != SWIM_CONFLICT)
			net_crash(net, i);
	net_run(net, 180000);
	for (i = 0, conflicts = 0, running = 0; i < 3; i++) {
		if (!net->node[i].swim)
			continue;
		conflicts += swim_status(net->node[i].swim) == SWIM_CONFLICT;
		running += swim_status(net->node[i].swim) == SWIM_RUNNING;
	}
	tap_check(
		conflicts == 1 && running == 1,
		"regress: three start with one name: when the first one is gone, one of the others gets it");
	net_free(net);
}

/* Whom it knew, and who could tell that the name is free, is gone with it. */
static void test_holder_is_gone(void)
{
	struct swim_addr first = addr_of(0);
	struct net *net = net_new(3, 47);
	struct swim *loser;

	net_start_as(net, 0, "same", &first, 0);
	net_run(net, 1000);
	net_start_as(net, 1, "same", &first, 1);
	net_run(net, 10000);
	loser = net->node[1].swim;
	tap_check(swim_status(loser) == SWIM_CONFLICT,
		  "regress: the only member has one's name");
	net_crash(net, 0);
	net_run(net, 180000);
	net_start(net, 2, 1);
	tap_check(
		net_until(net, 30000, net_whole) && net_takes_part(loser) &&
			net->node[1].events[SWIM_EV_JOINED] == 1,
		"regress: the only member has one's name: when it is gone, who comes finds a group");
	net_free(net);
}

/*
 * A member starts twice within a second, at two addresses, and who knows the
 * second start has never heard of the first one.
 */
static void test_two_starts(void)
{
	struct net *net = net_new(4, 41);
	unsigned int i;

	for (i = 0; i < 3; i++)
		net_start(net, i, i ? 0 : 1);
	net_run(net, 400);
	net->node[2].side = 1;
	net_crash(net, 0);
	net_crash(net, 1);
	net_start(net, 0, 3);
	start_namesake(net, 3, 0);
	net_run(net, 5000);
	net->node[2].side = 0;
	tap_check(
		net_until(net, 30000, net_whole),
		"regress: two starts in one second: all agree on one of them");
	net_free(net);
}

int main(void)
{
	test_name_conflict();
	test_two_groups();
	test_no_seeds();
	test_images();
	test_holder_is_gone();
	test_two_starts();
	tap_check(host_allocated() == 0, "regress: nothing leaks");
	return tap_end();
}
