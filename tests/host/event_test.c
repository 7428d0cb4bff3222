// SPDX-License-Identifier: GPL-2.0
/* User events: to all, once, whatever the network and whoever forges. */
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/string.h>
#include <stdio.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define NODES 400
#define EVENTS 64

/* How often each node was told of each event, by a number in its payload. */
static u8 told[NODES][EVENTS];
static u64 twice, all_told, last_ltime[NODES];

static void count(struct net_node *node, const struct swim_user_event *event)
{
	u32 id = 0;

	if (event->len >= sizeof(id))
		memcpy(&id, event->payload, sizeof(id));
	all_told++;
	last_ltime[node->index] = event->ltime;
	if (id < EVENTS && told[node->index][id]++)
		twice++;
}

static void watch(struct net *net)
{
	net->hooks.user_event = count;
	memset(told, 0, sizeof(told));
	twice = 0;
	all_told = 0;
}

static int send_long(struct net *net, unsigned int from, u32 id, u32 len)
{
	u32 payload[128] = { id };
	int err = swim_send_event(net->node[from].swim, net->now, "deploy", 6,
				  payload, len, NULL);

	net_touch(&net->node[from]);
	return err;
}

static int send(struct net *net, unsigned int from, u32 id)
{
	return send_long(net, from, id, 100);
}

static u32 reached(const struct net *net, u32 id)
{
	u32 i, count = 0;

	for (i = 0; i < net->nodes; i++)
		count += net->node[i].swim && told[i][id];
	return count;
}

static void test_delivery(unsigned int nodes, unsigned int loss)
{
	struct net *net = net_settled(nodes, nodes + loss);
	u32 i, total = 0;
	char name[80];

	watch(net);
	net->loss = loss;
	for (i = 0; i < 20; i++) {
		send(net, net_random(net, nodes), i);
		net_run(net, 100);
	}
	net_run(net, 10000);
	for (i = 0; i < 20; i++)
		total += reached(net, i);
	printf("# %u members, %u %% loss: %u of %u deliveries\n", nodes,
	       loss / 10, total, 20 * nodes);
	snprintf(name, sizeof(name),
		 "event: %u members, %u %% loss: all are told of all", nodes,
		 loss / 10);
	tap_check(total == 20 * nodes, name);
	tap_check(!twice, "event: and never twice");
	net_free(net);
}

/* Where gossip is short, chance alone passes one of 250 over. */
static void test_small(void)
{
	u32 seed, i, total = 0;

	for (seed = 0; seed < 50; seed++) {
		struct net *net = net_settled(5 + seed % 5, 100 + seed);

		watch(net);
		for (i = 0; i < 20; i++) {
			send(net, i % net->nodes, i);
			net_run(net, 100);
		}
		net_run(net, 5000);
		for (i = 0; i < 20; i++)
			total += net->nodes - reached(net, i);
		net_free(net);
	}
	printf("# 50 small groups: %u deliveries of 7,000 failed\n", total);
	tap_check(!total, "event: in small groups all are told of all");
}

/* How many of @events node 3 hears that it cannot while they are told. */
static u32 heard_late(u32 rules, u32 events, u32 len, u32 seed)
{
	struct net *net = net_settled(8, seed);
	u32 i, count = 0;

	for (i = 0; i < 8; i++)
		net->node[i].swim->config.rules = rules;
	watch(net);
	net->node[3].loss_in = 1000;
	for (i = 0; i < events; i++) {
		send_long(net, i % 2, i, len);
		net_run(net, 1500 / events);
	}
	net_run(net, 500);
	net->node[3].loss_in = 0;
	net_run(net, 3000);
	for (i = 0; i < events; i++)
		count += told[3][i];
	net_free(net);
	return count;
}

/*
 * By chance all who ping it in that time may have asked for one themselves, and who
 * has asked does not offer it.
 */
static void test_offers(void)
{
	u32 seed, with = 0, without = 0;

	tap_check(heard_late(SWIM_RULES_ALL, 1, 100, 12) == 1,
		  "event: who heard nothing for two seconds asks");
	for (seed = 1; seed <= 25; seed++) {
		with += heard_late(SWIM_RULES_ALL, 40, 500, seed);
		without += heard_late(SWIM_RULES_ALL & ~SWIM_RULE_OFFER, 40,
				      500, seed);
	}
	printf("# of 1000 that it missed it is told of %u, without the rule %u\n",
	       with, without);
	tap_check(with >= 995, "event: and is told of many large ones");
	tap_check(without < 500, "event: which it is not without the rule");
}

/* Members fail and start anew the whole time (memberlist #299). */
static void test_churn(void)
{
	struct net *net = net_settled(128, 5);
	u32 i, j, there = 0, reached = 0;
	bool stays[128];

	watch(net);
	net->loss = 50;
	for (j = 0; j < 128; j++)
		stays[j] = j < 64;
	for (i = 0; i < 40; i++) {
		u32 victim = 64 + i % 64;

		send(net, net_random(net, 64), i);
		if (net->node[victim].swim)
			net_crash(net, victim);
		net_run(net, 250);
		/* Another start may be told of what is still going round. */
		memset(told[victim], 0, sizeof(told[victim]));
		net_start(net, victim, 0);
		net_run(net, 250);
	}
	net_run(net, 10000);
	for (i = 0; i < 40; i++)
		for (j = 0; j < 128; j++) {
			there += stays[j];
			reached += stays[j] && told[j][i];
		}
	printf("# churn of 2 a second, 5 %% loss: %u of %u deliveries\n",
	       reached, there);
	tap_check(reached == there, "event: all are delivered during churn");
	tap_check(!twice, "event: and none twice");
	tap_check(net_until(net, 20000, net_whole),
		  "event: and the views are equal");
	net_free(net);
}

/* Both want more than each datagram has room for. */
static void test_budget(void)
{
	struct net *net = net_settled(64, 6);
	struct swim_info info;
	u32 i, j, sent = 0, known = 0, refused = 0;
	u8 meta[SWIM_META_MAX];

	watch(net);
	for (i = 0; i < 100; i++) {
		/* Large metadata of all, and events as fast as they are taken. */
		memset(meta, i, sizeof(meta));
		swim_set_meta(net->node[i % 64].swim, net->now, meta,
			      sizeof(meta));
		net_touch(&net->node[i % 64]);
		for (j = 0; j < 4 && sent < EVENTS; j++) {
			if (!send_long(net, i % 8, sent, 500))
				sent++;
			else
				refused++;
		}
		net_run(net, 20);
	}
	net_run(net, 20000);
	for (i = 0; i < sent; i++)
		known += reached(net, i);
	printf("# %u events, %u refused, with 100 changes of metadata: %u of %u deliveries\n",
	       sent, refused, known, sent * 64);
	tap_check(sent == EVENTS && known == sent * 64,
		  "event: news of members do not starve events");
	for (i = 0, known = 0; i < 64; i++) {
		for (j = 0; j < 64; j++) {
			char name[16];

			snprintf(name, sizeof(name), "n%u", j);
			swim_find(net->node[i].swim, name, &info);
			known += info.meta &&
				 info.meta->data[0] == (j < 36 ? 64 + j : j);
			swim_meta_put(info.meta);
		}
	}
	tap_check(known == 64 * 64 && net_whole(net),
		  "event: nor events news of members");
	tap_check(!net_total(net).events[SWIM_EV_SUSPECT],
		  "event: and nobody is suspected");
	net_free(net);
}

static void test_limits(void)
{
	struct net *net = net_settled(8, 7);
	struct swim *swim = net->node[0].swim;
	u64 first = 0, second = 0;
	char name[64];
	u32 i = 0;

	watch(net);
	memset(name, 'e', sizeof(name));
	tap_check(swim_send_event(swim, net->now, name, 64, "", 0, NULL) ==
				  -EINVAL &&
			  swim_send_event(swim, net->now, "a b", 3, "", 0,
					  NULL) == -EINVAL &&
			  swim_send_event(swim, net->now, "", 0, "", 0, NULL) ==
				  -EINVAL,
		  "event: a bad name is refused");
	tap_check(send_long(net, 0, 0, SWIM_EVENT_MAX - 5) == -EMSGSIZE,
		  "event: what is too long is refused");
	tap_check(!swim_send_event(swim, net->now, name, 63, NULL, 0, &first) &&
			  !swim_send_event(swim, net->now, "e", 1, NULL, 0,
					   &second) &&
			  second > first && all_told == 2,
		  "event: who sends it is told of it at once");
	while (!send(net, 0, 1) && i < 1000)
		i++;
	tap_check(i == SWIM_USER_EVENTS_OWN - 2 && send(net, 0, 1) == -EAGAIN &&
			  swim_stat(swim, SWIM_USER_EVENTS_REFUSED) == 2,
		  "event: too many at once are refused and counted");
	net_run(net, 2000);
	tap_check(!send(net, 0, 2), "event: and soon there is room again");
	net_run(net, 2000);
	tap_check(reached(net, 2) == 8 && last_ltime[5] == 33,
		  "event: with the Lamport time that it was sent at");
	send(net, 5, 3);
	tap_check(last_ltime[5] == 34,
		  "event: which who heard it goes on from");
	net_leave(net, 0);
	tap_check(send(net, 0, 3) == -ENOTCONN, "event: who leaves sends none");
	net_free(net);
}

/* An event that @origin has not sent, as if @teller told it. */
static void forge(struct net *net, unsigned int to, unsigned int teller,
		  u64 uid, u32 number, u64 ltime, u32 id)
{
	static const struct wire_body none;
	struct swim_info info;
	u8 data[600];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = jhash(NET_CLUSTER, strlen(NET_CLUSTER), 0),
	};
	struct wire_event event = {
		.uid = uid,
		.ltime = ltime,
		.number = number,
		.name = "forged",
		.name_len = 6,
		.payload = (u8 *)&id,
		.len = sizeof(id),
	};

	net_look(&net->node[teller], teller, &info);
	header.uid = info.uid;
	wire_put_message(&buf, &header, &none);
	wire_put_event(&buf, &event);
	net_inject(net, to, &info.addr, data, buf.len);
}

static u64 uid_of(const struct net *net, unsigned int index)
{
	struct swim_info info;

	net_look(&net->node[index], index, &info);
	return info.uid;
}

static void test_hostile(void)
{
	struct net *net = net_settled(16, 8);
	const struct swim *victim = net->node[3].swim;
	u64 uid = uid_of(net, 1);
	u32 i;

	watch(net);
	send(net, 1, 1);
	net_run(net, 3000);
	for (i = 0; i < 300; i++)
		forge(net, 3, 2, uid, 1, 1, 1);
	tap_check(told[3][1] == 1, "event: a replay is not delivered");
	for (i = 0; i < 150; i++) {
		send(net, 1, 2);
		net_run(net, 100);
	}
	net_run(net, 3000);
	twice = 0;
	forge(net, 3, 2, uid, 1, 1, 1);
	tap_check(told[3][1] == 1 &&
			  swim_stat(victim, SWIM_USER_EVENTS_OLD) == 1,
		  "event: nor is a late one, which is counted");

	/* As far ahead as can be, in both senses. */
	forge(net, 3, 2, uid, 0x7fffff00, ~0ULL, 3);
	net_run(net, 5000);
	tap_check(reached(net, 3) == 15,
		  "event: a forged one reaches all but its alleged origin");
	send(net, 1, 4);
	net_run(net, 5000);
	tap_check(reached(net, 4) == 16,
		  "event: which goes beyond its number and is heard");
	tap_check(last_ltime[3] < 1000,
		  "event: no clock has followed its time");
	send(net, 9, 5);
	net_run(net, 5000);
	tap_check(reached(net, 5) == 16, "event: and others are heard");

	/* As far ahead of its last one as behind it. */
	forge(net, 3, 2, uid_of(net, 9), 0x80000001, 1, 7);
	tap_check(swim_stat(victim, SWIM_USER_EVENTS_OLD) == 2,
		  "event: half way round is behind");

	/* A flood: of nobody, of one without an address here, of a member. */
	all_told = 0;
	for (i = 0; i < 10000; i++)
		forge(net, 3, 2, 0xbad + i, i, 1, 6);
	tap_check(!all_told &&
			  swim_stat(victim, SWIM_USER_EVENTS_STRAY) == 10000,
		  "event: those of nobody are counted and dropped");
	for (i = 0; i < 10000; i++)
		forge(net, 3, 2, uid_of(net, 4), i, 1, 0);
	tap_check(
		swim_stat(victim, SWIM_USER_EVENTS_UNTOLD) >= 9000,
		"event: what is more than the queue holds is counted and dropped");
	send(net, 3, 7);
	net_run(net, 10000);
	tap_check(reached(net, 7) == 16,
		  "event: an own one finds place among them");
	send(net, 4, 8);
	net_run(net, 5000);
	tap_check(reached(net, 8) == 16 && net_whole(net),
		  "event: and whose name was used is heard after it");
	net_free(net);
}

static void test_joiner(void)
{
	struct net *net = net_settled(16, 9);

	watch(net);
	net_crash(net, 15);
	send(net, 1, 1);
	net_run(net, 10000);
	net_start(net, 15, 0);
	net_run(net, 10000);
	tap_check(reached(net, 1) == 15,
		  "event: a joiner is not told old ones");
	send(net, 15, 2);
	net_run(net, 3000);
	tap_check(reached(net, 2) == 16, "event: but all of those it sends");
	net_free(net);
}

/* Members start anew one after the other: each lacks what was told before. */
static void test_restarts(void)
{
	struct net *net = net_settled(64, 11);
	u32 i;

	watch(net);
	send(net, 0, 1);
	for (i = 0; i < 120; i++) {
		u32 victim = 1 + i % 63;

		net_crash(net, victim);
		net_run(net, 100);
		net_start(net, victim, 0);
		net_run(net, 150);
		/* Told, kept for ten periods, and told again. */
		if (i == 40)
			all_told = 0;
	}
	tap_check(!all_told,
		  "event: it does not go round for as long as members join");
	net_free(net);
}

static void test_no_memory(void)
{
	struct net *net = net_settled(16, 10);
	long before;

	watch(net);
	before = host_allocated();
	host_fail_allocations(300);
	send(net, 1, 1);
	net_run(net, 5000);
	host_fail_allocations(0);
	net_run(net, 5000);
	tap_check(!twice, "event: without memory none comes twice");
	send(net, 2, 2);
	/* Told, and no more kept for who may ask. */
	net_run(net, 10000);
	tap_check(reached(net, 2) == 16, "event: and with it all come again");
	/* A window for each origin that was heard, at each member, and no more. */
	tap_check(host_allocated() - before <= 16 * 2,
		  "event: nothing is left of those that were told");
	net_free(net);
}

int main(void)
{
	test_delivery(128, 0);
	test_delivery(128, 200);
	test_delivery(NODES, 200);
	test_small();
	test_offers();
	test_churn();
	test_budget();
	test_limits();
	test_hostile();
	test_joiner();
	test_restarts();
	test_no_memory();
	tap_check(!host_allocated(), "event: nothing leaks");
	return tap_end();
}
