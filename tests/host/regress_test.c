// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong in other implementations, in groups: each test is named
 * after the thread in which it was seen. Figures are those of the default
 * parameters.
 * What one member does alone is in regress_core_test.c, and what becomes of two with
 * one name in names_test.c.
 */

#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

/* Events of one type: about node @victim, about the others, and at it. */
struct tally {
	enum swim_event_type type;
	unsigned int victim;
	u64 about_it;
	u64 about_others;
	u64 at_it;
};

static void count_event(struct net_node *node, const struct swim_event *event)
{
	struct tally *tally = node->net->user;
	char name[16];

	if (event->type != tally->type)
		return;
	snprintf(name, sizeof(name), "n%u", tally->victim);
	if (node->index == tally->victim)
		tally->at_it++;
	else if (!strcmp(event->info.name, name))
		tally->about_it++;
	else
		tally->about_others++;
}

static void watch(struct net *net, struct tally *tally,
		  enum swim_event_type type, unsigned int victim)
{
	memset(tally, 0, sizeof(*tally));
	tally->type = type;
	tally->victim = victim;
	net->user = tally;
	net->hooks.event = count_event;
}

/* The clocks of half of them went back by an hour meanwhile. */
static void test_mass_restart(void)
{
	struct net *net = net_settled(128, 311);
	unsigned int i, at;

	for (i = 0; i < 128; i++)
		net_crash(net, i);
	for (at = 0; at < 100; at++) {
		for (i = at; i < 128; i += 100) {
			if (i & 1)
				net->node[i].offset = -3600 * (s64)NET_SECOND;
			net_start(net, i, i ? 0 : 1);
		}
		net_run(net, 100);
	}
	tap_check(
		net_until(net, 10000, net_whole),
		"regress: memberlist #311, PR #345: all restart, some with earlier clocks, and all are back");
	net_free(net);
}

static u32 known(const struct net *net, unsigned int index)
{
	unsigned int i, count = 0;
	struct swim_info info;

	for (i = 0; i < net->nodes; i++)
		count += net_look(&net->node[i], index, &info);
	return count;
}

/*
 * Some forget the dead sooner than others, and all the time newcomers ask for
 * everything that those know.
 */
static void test_reaped(void)
{
	struct net *net = net_new(54, 312);
	unsigned int i, newcomer;
	u32 seen = 0;

	net->config.reap_after = 30;
	net_group(net, 50);
	net_run(net, 15000);
	net_leave(net, 2);
	net_run(net, 3000);
	net_crash(net, 2);
	net_crash(net, 1);
	/* One that does not hear of it, and comes back when others forgot it. */
	net->node[3].side = 1;
	for (i = 0; i < 60; i++) {
		newcomer = 50 + i % 4;
		if (net->node[newcomer].swim)
			net_crash(net, newcomer);
		net_run(net, 2000);
		net_start(net, newcomer, i % 2 ? 4 : 50 + (i + 3) % 4);
		net_run(net, 5000);
		if (i == 9)
			net->node[3].side = 0;
		if (i >= 30)
			seen += known(net, 1) + known(net, 2);
	}
	tap_check(
		!seen && net_until(net, 10000, net_whole),
		"regress: memberlist #312, #253: who was reaped, failed or left, does not come back in a sync");
	net_free(net);
}

/* Names come and go; the table has place for 64. */
static void test_table_room(void)
{
	struct net *net = net_new(400, 253);
	unsigned int i;

	net->config.reap_after = 5;
	net->config.max_members = 64;
	net_group(net, 8);
	for (i = 8; i < 400; i++) {
		net_start(net, i, i % 8);
		net_run(net, 1000);
		net_leave(net, i);
		net_run(net, 500);
		net_crash(net, i);
	}
	tap_check(
		!swim_stat(net->node[0].swim, SWIM_TABLE_FULL) &&
			swim_slots(net->node[0].swim) <= 64,
		"regress: memberlist #253: those that left make room for new ones");
	net_free(net);
}

static struct swim_addr elsewhere(unsigned int index)
{
	struct swim_addr addr = addr_of(index);

	/* The network looks at the address only. */
	addr.port++;
	return addr;
}

static bool n1_moved(const struct net *net)
{
	struct swim_addr there = elsewhere(1);
	struct swim_info info;
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		if (!net_look(&net->node[i], 1, &info) ||
		    info.state != SWIM_ALIVE ||
		    memcmp(&info.addr, &there, sizeof(there)))
			return false;
	return true;
}

/* Who is the last to look for the old start asks others, who know a new one. */
static void test_new_address(void)
{
	struct swim_addr there = elsewhere(1);
	bool moved = true, agreed = true;
	u64 start, longest = 0;
	u32 seed;

	for (seed = 0; seed < 12; seed++) {
		struct net *net = net_settled(16, 157 + seed);

		net_crash(net, 1);
		net_start(net, 1, 0);
		net_readdress(net, 1, &there);
		start = net->now;
		moved &= net_until(net, 5000, n1_moved);
		longest = max(longest, net->now - start);
		agreed &= net_until(net, 5000, net_whole);
		net_free(net);
	}
	printf("# a new address is known to all after %llu ms at most\n",
	       (unsigned long long)longest / NET_MS);
	tap_check(
		moved && longest <= NET_SECOND,
		"regress: memberlist #157, consul #6897, #733: the same name is back at another address within a second");
	tap_check(agreed, "regress: memberlist #157: and all agree");
}

/* The only seed is gone, but another member has this one for its seed. */
static void test_seed_is_gone(void)
{
	struct net *net = net_new(3, 44);

	net_start(net, 0, 2);
	net_run(net, 1000);
	net_start(net, 1, 0);
	net_run(net, 120000);
	tap_check(
		net_takes_part(net->node[0].swim) && net_whole(net),
		"regress: a member whose seed is gone is in the group that comes to it");
	net_free(net);
}

static void test_deaf(void)
{
	struct net *net = net_settled(16, 88);
	struct tally suspects;

	watch(net, &suspects, SWIM_EV_SUSPECT, 1);
	net->node[1].loss_in = 1000;
	net_run(net, 60000);
	tap_check(
		!suspects.about_others && !suspects.at_it,
		"regress: restate, ScyllaDB: who hears nothing accuses nobody");
	tap_check(swim_status(net->node[1].swim) == SWIM_ISOLATED &&
			  net->node[1].events[SWIM_EV_ISOLATED],
		  "regress: restate, ScyllaDB: and says that it is isolated");
	net->node[1].loss_in = 0;
	tap_check(net_until(net, 6000, net_whole),
		  "regress: restate, ScyllaDB: and comes back");
	net_free(net);
}

static void test_half_cut(void)
{
	struct net *net = net_settled(64, 5928);
	struct tally failed;
	u64 quiet;

	net_reset_counters(net);
	net_run(net, 60000);
	quiet = net_total(net).sent;
	net_reset_counters(net);
	watch(net, &failed, SWIM_EV_FAILED, 1);
	net->node[1].loss_in = 500;
	net->node[1].loss_out = 500;
	net_run(net, 300000);
	tap_check(
		!failed.about_others && !failed.at_it,
		"regress: consul #5928, #5567, #9283: one bad node, and no healthy one fails");
	printf("# one bad node of 64: %llu %% of the quiet traffic\n",
	       (unsigned long long)(net_total(net).sent * 20 / quiet));
	tap_check(
		net_total(net).sent / 5 <= 3 * quiet,
		"regress: consul #5928, #5567, #9283: and at most three times the datagrams");
	net_free(net);
}

/* For @seconds; how long node 1 took to be shown as bad, s. */
static u32 time_to_flag(struct net *net, u32 seconds, bool flips)
{
	struct swim_info info;
	u32 i, at = ~0U;

	for (i = 0; i < seconds; i++) {
		if (flips)
			net->node[1].loss_in = i / 20 % 2 ? 0 : 1000;
		net_run(net, 1000);
		if (at == ~0U && net_look(&net->node[0], 1, &info) &&
		    (info.state == SWIM_FAILED || info.flags))
			at = i;
	}
	return at;
}

static void test_one_way(bool flips)
{
	struct net *net = net_settled(64, 18 + flips);
	struct tally failed;
	char name[128];
	u32 at;

	watch(net, &failed, SWIM_EV_FAILED, 1);
	if (!flips)
		net->node[1].loss_in = 800;
	at = time_to_flag(net, 300, flips);
	snprintf(name, sizeof(name),
		 "regress: Rapid section 7: %s: no healthy one is removed",
		 flips ? "cut one way, on and off" : "80 % of inbound loss");
	tap_check(!failed.about_others && !failed.at_it, name);
	printf("# flagged after %d s\n", (int)at);
	snprintf(name, sizeof(name),
		 "regress: Rapid section 7: %s: it is flagged within 90 s",
		 flips ? "cut one way, on and off" : "80 % of inbound loss");
	tap_check(at <= 90, name);
	net_free(net);
}

static void test_suspend(void)
{
	struct net *net = net_settled(16, 77);
	struct tally suspects;

	watch(net, &suspects, SWIM_EV_SUSPECT, 1);
	net_stall(&net->node[1], NET_PAUSED);
	net_run(net, 600000);
	tap_check(net_seen(net, 1, SWIM_FAILED) == 15,
		  "regress: suspend: the others notice");
	net_resume(&net->node[1]);
	tap_check(net_until(net, 1000, net_whole),
		  "regress: suspend: it is back within a second");
	net_run(net, 10000);
	tap_check(!suspects.at_it && !suspects.about_others,
		  "regress: suspend: who was suspended accuses nobody");
	net_free(net);
}

static void test_heal(u32 seconds, unsigned int cut)
{
	struct net *net = net_settled(32, seconds + cut);
	struct tally failed;
	char name[128];
	unsigned int i;
	u64 start;

	for (i = 0; i < cut; i++)
		net->node[i].side = 1;
	net_run(net, seconds * 1000ULL);
	for (i = 0; i < cut; i++)
		net->node[i].side = 0;
	watch(net, &failed, SWIM_EV_FAILED, 0);
	start = net->now;
	snprintf(
		name, sizeof(name),
		"regress: serf #333, #605, metallb #589: %u of 32 cut off for %u s are back within 6 s",
		cut, seconds);
	tap_check(net_until(net, 6000, net_whole), name);
	printf("# after %llu ms\n",
	       (unsigned long long)(net->now - start) / NET_MS);
	net_free(net);
}

static bool n1_gone(const struct net *net)
{
	return swim_status(net->node[1].swim) == SWIM_GONE;
}

static void test_leave(void)
{
	struct net *net = net_settled(16, 140);
	unsigned int i, round;
	bool bounded = true;

	/* With nobody there to hear it. */
	net->node[1].side = 1;
	net_leave(net, 1);
	tap_check(net_until(net, 2100, n1_gone),
		  "regress: memberlist #140: a leave that nobody hears ends");
	net->node[1].side = 0;
	net_rejoin(net, 1);
	tap_check(net_until(net, 10000, net_whole),
		  "regress: memberlist #217: who left can join again");
	/* Leaves and starts at once, over and over. */
	for (round = 0; round < 20; round++) {
		i = 1 + net_random(net, 15);
		net_leave(net, i);
		net_run(net, net_random(net, 300));
		if (round & 1)
			net_crash(net, i);
		if (round & 1)
			net_start(net, i, 0);
		else
			net_rejoin(net, i);
		bounded &= swim_slots(net->node[0].swim) == 16;
	}
	tap_check(
		net_until(net, 10000, net_whole) && bounded,
		"regress: serf #638, #662: leaves and restarts together end with all alive");
	net_free(net);
}

static bool half_left(const struct net *net)
{
	unsigned int i;

	for (i = net->nodes / 2; i < net->nodes; i++)
		if (swim_count(net->node[i].swim, SWIM_ALIVE) != net->nodes / 2)
			return false;
	return true;
}

static void test_mass_leave(void)
{
	struct net *net = net_settled(128, 9927);
	struct tally failed;
	unsigned int i;
	u64 start = net->now;

	watch(net, &failed, SWIM_EV_FAILED, 128);
	net_reset_counters(net);
	for (i = 0; i < 64; i++)
		net_leave(net, i);
	tap_check(
		net_until(net, 10000, half_left) && !failed.about_others,
		"regress: memberlist #243, consul #9927, #9962: half leave at once, and nobody fails");
	net_run(net, 20000);
	printf("# %llu datagrams each in %llu s\n",
	       (unsigned long long)net_total(net).sent / 128,
	       (unsigned long long)((net->now - start) / NET_SECOND));
	tap_check(net_total(net).sent / 128 < 1000 && !failed.about_others,
		  "regress: consul #9927: with a bounded number of datagrams");
	net_free(net);
}

int main(void)
{
	test_mass_restart();
	test_reaped();
	test_table_room();
	test_new_address();
	test_seed_is_gone();
	test_deaf();
	test_half_cut();
	test_one_way(false);
	test_one_way(true);
	test_suspend();
	test_heal(5, 16);
	test_heal(15, 2);
	test_heal(60, 16);
	test_heal(3600, 16);
	test_heal(3600, 1);
	test_leave();
	test_mass_leave();
	tap_check(host_allocated() == 0, "regress: nothing leaks");
	return tap_end();
}
