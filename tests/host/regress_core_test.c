// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong in other implementations, and is seen at one member: each
 * test is named after the thread in which it was seen. See regress_test.c.
 */

#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

/* A datagram of node @from to node 0, so far without records. */
static struct wire_buf begin(struct net *net, unsigned int from, u8 type,
			     const struct wire_body *body, u8 *data)
{
	struct wire_buf buf = { .data = data, .size = SWIM_DATAGRAM_MAX };
	struct wire_header header = {
		.type = type,
		.cluster = net->node[0].swim->cluster,
		.view = swim_view(net->node[0].swim),
		.live = net->nodes,
	};
	struct swim_info info;

	net_look(&net->node[0], from, &info);
	header.uid = info.uid;
	wire_put_message(&buf, &header, body);
	return buf;
}

/* Node 1 was declared failed, does not know it, and goes on talking. */
static void test_turn_undead(void)
{
	struct net *net = net_settled(8, 25);
	static const struct wire_body none;
	struct swim_addr from = addr_of(1);
	u8 data[SWIM_DATAGRAM_MAX];
	struct wire_buf buf;
	unsigned int i;
	u64 sent;

	net->node[1].side = 1;
	net_run(net, 60000);
	tap_check(net_seen(net, 1, SWIM_FAILED) == 7,
		  "regress: foca #25: one is believed failed");
	sent = net->node[0].sent;
	for (i = 0; i < 10000; i++) {
		buf = begin(net, 1, WIRE_GOSSIP, &none, data);
		net_inject(net, 0, &from, buf.data, buf.len);
		net_run(net, i % 10 == 0);
	}
	/* In a second a member sends a few of its own, too. */
	printf("# %llu answers to 10,000 datagrams in a second\n",
	       (unsigned long long)(net->node[0].sent - sent));
	tap_check(
		net->node[0].sent - sent <= 20,
		"regress: foca #25: and is told so once a second, however much it talks");
	net_free(net);
}

/* Each link is up with a chance of one half; which, changes each minute. */
static bool mesh(struct net_node *node, const struct net_packet *packet)
{
	u64 minute = node->net->now / (60 * NET_SECOND);
	u32 low = min(node->index, packet->from);
	u32 high = max(node->index, packet->from);
	u64 link = (minute << 16 | low << 8 | high) * 0x9e3779b97f4a7c15ULL;

	return link >> 63;
}

static void test_partial_mesh(void)
{
	struct net *net = net_settled(24, 187);
	long idle = host_allocated();
	long most = 0;
	unsigned int i;

	net->hooks.deliver = mesh;
	for (i = 0; i < 600; i++) {
		net_run(net, 1000);
		most = max(most, host_allocated());
	}
	printf("# %ld allocations, %ld in a partial mesh\n", idle, most);
	/* A suspicion and a history for each record, and a few dozen relays. */
	tap_check(
		most - idle <= 24 * (2 * 24 + 40),
		"regress: scalecube #187: memory is bounded in a partial mesh");
	net->hooks.deliver = NULL;
	tap_check(net_until(net, 20000, net_complete),
		  "regress: scalecube #187: and all agree after it");
	net_free(net);
}

/* What node 0 was sent. */
struct tape {
	struct {
		struct swim_addr from;
		u32 len;
		u8 data[SWIM_DATAGRAM_MIN * 3];
	} heard[4000];
	u32 count;
};

static bool record(struct net_node *node, const struct net_packet *packet)
{
	struct tape *tape = node->net->user;

	if (node->index == 0 && tape->count < ARRAY_SIZE(tape->heard)) {
		tape->heard[tape->count].from = packet->source;
		tape->heard[tape->count].len = packet->len;
		memcpy(tape->heard[tape->count++].data, packet->data,
		       packet->len);
	}
	return false;
}

static void test_replay(void)
{
	struct net *net = net_new(8, 1000);
	struct tape *tape = calloc(1, sizeof(*tape));
	struct swim_info before, after;
	u32 i, changes = 0;
	u64 view;

	net->hooks.deliver = record;
	net->user = tape;
	for (i = 0; i < 8; i++)
		net_start(net, i, i ? 0 : 1);
	net_run(net, 10000);
	net_crash(net, 1);
	net_run(net, 15000);
	net_start(net, 1, 0);
	net_leave(net, 2);
	net_run(net, 5000);
	net_rejoin(net, 2);
	net->node[3].side = 1;
	net_run(net, 10000);
	net->node[3].side = 0;
	net_run(net, 60000);
	net->hooks.deliver = NULL;
	tap_check(net_complete(net) && tape->count > 300,
		  "regress: replay: a group with a past");
	view = swim_view(net->node[0].swim);
	swim_self(net->node[0].swim, &before);
	for (i = 0; i < tape->count; i++) {
		u64 seq = swim_seq(net->node[0].swim);

		net_inject(net, 0, &tape->heard[i].from, tape->heard[i].data,
			   tape->heard[i].len);
		changes += swim_seq(net->node[0].swim) != seq;
	}
	swim_self(net->node[0].swim, &after);
	tap_check(
		!changes && swim_view(net->node[0].swim) == view &&
			before.incarnation == after.incarnation,
		"regress: memberlist SECURITY.md: replayed datagrams change nothing");
	net_run(net, 5000);
	tap_check(net_complete(net),
		  "regress: memberlist SECURITY.md: nor later");
	free(tape);
	net_free(net);
}

/*
 * An old refusal, heard again by a member that has its name by right now: the
 * one who held it is gone.
 */
static void test_replayed_refusal(void)
{
	struct net *net = net_settled(8, 1001);
	struct wire_body body = { .value = 4711 };
	struct swim_addr from = addr_of(1);
	struct swim_record holder;
	u8 data[SWIM_DATAGRAM_MAX];
	struct wire_buf buf = begin(net, 1, WIRE_CONFLICT, &body, data);

	swim_record_of(net->node[0].swim->self, &holder);
	holder.uid = 4711;
	holder.generation--;
	holder.addr = addr_of(99);
	wire_put_member(&buf, &holder);
	net_inject(net, 0, &from, buf.data, buf.len);
	net_run(net, 100);
	tap_check(
		swim_status(net->node[0].swim) == SWIM_RUNNING,
		"regress: memberlist SECURITY.md: a refusal that nobody is waiting for does not take a name away");
	net_free(net);
}

/* @record, which is not true, told to all by others. */
static void spread_lie(struct net *net, const struct swim_record *record)
{
	static const struct wire_body none;
	u8 data[SWIM_DATAGRAM_MAX];
	unsigned int i;

	for (i = 0; i < net->nodes; i++) {
		struct swim_addr from = addr_of(i ? 1 : 2);
		struct wire_buf buf =
			begin(net, i ? 1 : 2, WIRE_GOSSIP, &none, data);

		if (i == 1)
			continue;
		wire_put_member(&buf, record);
		net_inject(net, i, &from, buf.data, buf.len);
	}
}

/* A start of node @about with @generation that never was, told to all others. */
static void forge(struct net *net, unsigned int about, u32 generation, u64 uid)
{
	struct swim_record record;

	swim_record_of(net->node[about].swim->self, &record);
	record.uid = uid ?: record.uid;
	record.generation = generation;
	record.incarnation = ~0U;
	record.meta_key = 0;
	spread_lie(net, &record);
}

/* All see node 3 as it is, and it its name. */
static bool holds_name(struct net *net)
{
	struct swim_info info;
	unsigned int i, same = 0;
	u64 uid = net->node[3].swim->self->uid;

	net_run(net, 60000);
	for (i = 0; i < net->nodes; i++)
		same += net_look(&net->node[i], 3, &info) && info.uid == uid &&
			info.state == SWIM_ALIVE;
	return same == net->nodes && net_whole(net);
}

/* Whose generation is the greatest could never be superseded. */
static void test_last_generation(void)
{
	struct net *net = net_new(8, 1002);
	u32 ahead = 10 * 365 * 86400, now;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		net->node[i].offset = 1800000000 * (s64)NET_SECOND;
		net_start(net, i, 0);
	}
	net_until(net, 20000, net_whole);
	forge(net, 3, ~0U, 0);
	tap_check(
		holds_name(net) && net->node[3].swim->self->generation < ~0U,
		"regress: a forged word of the last incarnation of all does not shut a member out");
	forge(net, 3, ~0U, 4711);
	tap_check(holds_name(net),
		  "regress: nor does a forged start of its name");
	now = net_wall(&net->node[3]) / NET_SECOND;
	forge(net, 3, now + ahead, 4712);
	tap_check(holds_name(net) &&
			  net->node[3].swim->self->generation > now + ahead,
		  "regress: one as far ahead as is believed is superseded");
	for (i = 0; i < 1000; i++)
		forge(net, 3, net->node[3].swim->self->generation, 0);
	tap_check(holds_name(net),
		  "regress: nor is a member driven further ahead by its own");
	net_free(net);

	/* The clock of one was never set: it believes the others. */
	net = net_new(8, 1003);
	for (i = 0; i < 8; i++) {
		if (i != 5)
			net->node[i].offset = 1800000000 * (s64)NET_SECOND;
		net_start(net, i, 0);
	}
	tap_check(net_until(net, 20000, net_whole),
		  "regress: who has no clock is in the group");
	net_free(net);
}

/*
 * Node 3 is told to have started anew, so that its uid is free, and that is told to be
 * another member's, at @addr, who then may leave.
 */
static void steal_uid(struct net *net, const struct swim_addr *addr, u32 ahead,
		      bool leaves)
{
	const struct swim_member *victim = net->node[3].swim->self;
	struct swim_record record;

	swim_record_of(victim, &record);
	record.name = "evil";
	record.name_len = 4;
	record.generation += ahead;
	record.addr = *addr;
	record.meta_key = 1;
	record.meta = (const u8 *)"\2\0\3a=b";
	record.meta_len = 6;
	forge(net, 3, victim->generation + 1, 4713);
	spread_lie(net, &record);
	if (!leaves)
		return;
	record.state = SWIM_LEFT;
	spread_lie(net, &record);
}

static void test_stolen_uid(void)
{
	struct swim_addr own = addr_of(3), nowhere = addr_of(999);
	struct net *net;
	u32 ahead;

	for (ahead = 0; ahead < 3; ahead += 2) {
		net = net_settled(8, 1004 + ahead);
		steal_uid(net, &own, ahead, false);
		tap_check(
			holds_name(net),
			"regress: a forged member with the uid of another one does not shut that out");
		steal_uid(net, &nowhere, ahead, false);
		tap_check(holds_name(net),
			  "regress: nor does one that is failed by now");
		net_free(net);
		net = net_settled(8, 1005 + ahead);
		steal_uid(net, &own, ahead, true);
		tap_check(holds_name(net),
			  "regress: nor does one that has left");
		net_free(net);
	}
}

/* tipc_mon_rcv() read counts before it checked lengths. */
static void test_counts(void)
{
	struct net *net = net_settled(3, 435);
	static const struct wire_body none;
	struct swim *swim = net->node[0].swim;
	struct swim_addr from = addr_of(1);
	struct swim_record record = { .state = SWIM_SUSPECT, .uid = 9 };
	u8 data[SWIM_DATAGRAM_MAX], *exact;
	struct wire_buf buf;
	u64 malformed = swim_stat(swim, SWIM_RX_MALFORMED);
	u32 count, cut, refused = 0, start;

	record.addr = addr_of(9);
	record.name = "n9";
	record.name_len = 2;
	buf = begin(net, 1, WIRE_GOSSIP, &none, data);
	start = buf.len;
	wire_put_member(&buf, &record);
	/* Its accusers are counted by the byte before port, family and address. */
	for (count = 0; count < 256; count++) {
		data[buf.len - 2 - 1 - 4 - 3 - 1] = count;
		for (cut = start + 1; cut <= buf.len; cut++, refused++) {
			exact = malloc(cut);
			memcpy(exact, data, cut);
			net_inject(net, 0, &from, exact, cut);
			free(exact);
		}
	}
	/* All but the one that is as it was written. */
	tap_check(swim_stat(swim, SWIM_RX_MALFORMED) - malformed == refused - 1,
		  "regress: CVE-2022-0435: counts are checked against lengths");
	net_free(net);
}

/* The last record of a datagram is garbled; the first is a suspicion. */
static void test_garbled(void)
{
	struct net *net = net_settled(3, 336);
	static const struct wire_body none;
	struct swim *swim = net->node[0].swim;
	struct swim_addr from = addr_of(1);
	u64 seq = swim_seq(swim), refuted = swim_stat(swim, SWIM_REFUTED);
	struct swim_record record;
	u8 data[SWIM_DATAGRAM_MAX];
	struct wire_buf buf = begin(net, 1, WIRE_GOSSIP, &none, data);
	u32 good;

	swim_record_of(swim->self, &record);
	record.state = SWIM_SUSPECT;
	record.accuser[record.accusers++] = 5;
	wire_put_member(&buf, &record);
	good = buf.len;
	wire_put_member(&buf, &record);
	data[good + 3] = SWIM_NR_STATES;
	net_inject(net, 0, &from, buf.data, buf.len);
	tap_check(
		swim_seq(swim) == seq &&
			swim_stat(swim, SWIM_REFUTED) == refuted,
		"regress: serf #336: of a malformed datagram nothing is believed");
	/* The own word about itself, as in the thread: suspect, by itself. */
	record.accuser[0] = swim->self->uid;
	buf.len = good;
	data[good + 3] = 0;
	net_inject(net, 0, &from, buf.data, buf.len);
	tap_check(swim_stat(swim, SWIM_REFUTED) == refuted + 1 &&
			  swim_status(swim) == SWIM_RUNNING,
		  "regress: serf #336: a suspicion of oneself is refuted once");
	net_inject(net, 0, &from, buf.data, buf.len);
	tap_check(swim_stat(swim, SWIM_REFUTED) == refuted + 1,
		  "regress: serf #336: and not again");
	net_free(net);
}

/* A node that has no memory answers. */
static void test_no_memory(void)
{
	struct net *net = net_settled(8, 2);
	struct net_total total;

	host_fail_allocations(1000);
	net_reset_counters(net);
	net_run(net, 120000);
	total = net_total(net);
	host_fail_allocations(0);
	tap_check(
		!total.events[SWIM_EV_SUSPECT] &&
			!total.events[SWIM_EV_FAILED] && net_complete(net),
		"regress: o2hb: two minutes without any memory, and nobody is suspected");
	net_free(net);
}

/* A link that is lost at any time of the period, and one of two. */
static void test_lost_link(void)
{
	struct net *net = net_settled(6, 61);
	struct net_node *node = &net->node[5];
	u64 lost, longest = 0, period = net->config.probe_interval * NET_MS;
	unsigned int i;

	for (i = 0; i < 50; i++) {
		net_run(net, 7000 + 37 * i);
		swim_link_lost(node->swim, net->now);
		net_touch(node);
	}
	tap_check(
		!node->events[SWIM_EV_ISOLATED],
		"regress: memberlist #242: who still hears others does not mind a lost link");
	for (i = 0; i < 50; i++) {
		net_run(net, 7000 + 37 * i);
		node->loss_in = 1000;
		node->loss_out = 1000;
		swim_link_lost(node->swim, net->now);
		net_touch(node);
		lost = net->now;
		while (swim_status(node->swim) != SWIM_ISOLATED &&
		       net->now - lost < 10 * period)
			net_run(net, 1);
		longest = max(longest, net->now - lost);
		node->loss_in = 0;
		node->loss_out = 0;
	}
	printf("# isolated after %llu ms at most\n", longest / NET_MS);
	tap_check(
		longest <= period + 2 * NET_MS,
		"regress: memberlist #242: else it says within a period that it is cut off");
	tap_check(!node->events[SWIM_EV_FAILED],
		  "regress: memberlist #242: and accuses nobody to death");
	net_free(net);
}

/* Two on one cable: when one dies, the other one's link is down as well. */
static void test_dead_cable(void)
{
	struct net *net = net_settled(2, 60);
	struct net_node *node = &net->node[0];
	struct swim_info peer;
	unsigned int i;

	net_crash(net, 1);
	for (i = 0; i < 12000; i++) {
		swim_send_failed(node->swim);
		net_touch(node);
		net_run(net, 10);
	}
	tap_check(net_look(node, 1, &peer) && peer.state == SWIM_FAILED,
		  "regress: a sole survivor whose link is down concludes");
	tap_check(node->events[SWIM_EV_ISOLATED] == 1,
		  "regress: and says once that it is cut off");
	net_free(net);
}

/*
 * What is lost in this node makes its health worse, by one a round, which is what a
 * probe that is answered makes better.
 */
static void test_overload(void)
{
	struct net *net = net_settled(8, 33);
	struct swim *swim = net->node[0].swim;
	u32 round = net->config.probe_interval;
	u32 felt = 0, worst = 0, most, i, j;

	tap_check(!swim_health(swim), "overload: there is none");
	for (i = 0; i < 20; i++) {
		most = 0;
		for (j = 0; j < round; j += 10) {
			net_run(net, 10);
			swim_overloaded(swim);
			most = max(most, swim_health(swim));
		}
		felt += most > 0;
		worst = max(worst, most);
	}
	tap_check(felt == 20 && worst <= 2,
		  "overload: health is worse by one in each round of it");
	net_run(net, 60 * round);
	tap_check(!swim_health(swim),
		  "overload: and is good again when it is over");
	net_free(net);
}

/*
 * What is longer than the path takes would be lost for ever: nothing longer is
 * written, until the path may be another one.
 */
static void test_narrow_path(void)
{
	struct net *net = net_settled(4, 31);
	struct swim *swim = net->node[0].swim;
	u32 most = swim->config.max_datagram;

	swim_narrow(swim, 700);
	net_run(net, 1000);
	tap_check(swim->out.size == 700,
		  "a narrow path: nothing longer is written");
	swim_narrow(swim, 100);
	tap_check(swim->out.size == SWIM_DATAGRAM_MIN,
		  "nor anything shorter than every path takes");
	swim_narrow(swim, 1000);
	net_run(net, 590000);
	tap_check(swim->out.size == SWIM_DATAGRAM_MIN,
		  "the narrowest path decides, for ten minutes");
	net_run(net, 20000);
	tap_check(swim->out.size == most, "and no longer");
	net_free(net);
}

int main(void)
{
	test_turn_undead();
	test_narrow_path();
	test_overload();
	test_partial_mesh();
	test_replay();
	test_counts();
	test_garbled();
	test_no_memory();
	test_replayed_refusal();
	test_lost_link();
	test_dead_cable();
	test_last_generation();
	test_stolen_uid();
	tap_check(host_allocated() == 0, "regress: nothing leaks");
	return tap_end();
}
