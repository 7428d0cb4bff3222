// SPDX-License-Identifier: GPL-2.0
/* Metadata in whole groups: they reach all, whatever their size and the network. */
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/string.h>
#include <stdio.h>

#include "../../kmod/swim/core.h"
#include "../../kmod/swim/meta.h"
#include "host.h"
#include "net.h"

static u64 updates[2000];

static void count_updates(struct net_node *node, const struct swim_event *event)
{
	if (event->type == SWIM_EV_UPDATE)
		updates[node->index]++;
}

static int set(struct net *net, unsigned int index, u8 byte, u32 len)
{
	u8 data[SWIM_META_MAX + 1];
	int err;

	memset(data, byte, sizeof(data));
	err = swim_set_meta(net->node[index].swim, net->now, data, len);
	net_touch(&net->node[index]);
	return err;
}

/* Node @index has @len bytes of @byte in the view of @node. */
static bool shows(const struct net_node *node, unsigned int index, u8 byte,
		  u32 len)
{
	struct swim_info info;
	char name[16];
	bool ok;
	u32 i;

	snprintf(name, sizeof(name), "n%u", index);
	if (!swim_find(node->swim, name, &info))
		return false;
	ok = info.meta ? info.meta->len == len : !len;
	for (i = 0; ok && i < len; i++)
		ok = info.meta->data[i] == byte;
	swim_meta_put(info.meta);
	return ok;
}

static unsigned int shown(const struct net *net, unsigned int index, u8 byte,
			  u32 len)
{
	unsigned int i, count = 0;

	for (i = 0; i < net->nodes; i++)
		count += net->node[i].swim &&
			 shows(&net->node[i], index, byte, len);
	return count;
}

/* Runs until all show it; the time, or 0 if not within @ms. */
static u64 until_shown(struct net *net, unsigned int index, u8 byte, u32 len,
		       u64 ms)
{
	u64 start = net->now;

	while (net->now - start < ms * NET_MS) {
		net_run(net, 10);
		if (shown(net, index, byte, len) == net->nodes)
			return (net->now - start) / NET_MS;
	}
	return 0;
}

static void test_change(unsigned int nodes, unsigned int loss)
{
	struct net *net = net_settled(nodes, nodes + loss);
	char name[80];
	u64 ms;
	u32 i, more = 0, none = 0;

	net->hooks.event = count_updates;
	net->loss = loss;
	memset(updates, 0, sizeof(updates));
	tap_check(!set(net, 5, 'a', SWIM_META_MAX),
		  "meta: the largest is taken");
	ms = until_shown(net, 5, 'a', SWIM_META_MAX, 5000);
	snprintf(name, sizeof(name),
		 "meta: %u members, %u %% loss: known to all", nodes,
		 loss / 10);
	tap_check(ms, name);
	printf("# %u members, %u %% loss: known to all after %llu ms\n", nodes,
	       loss / 10, (unsigned long long)ms);
	for (i = 0; i < nodes; i++) {
		more += updates[i] > 1;
		none += !updates[i];
	}
	tap_check(!more && !none, "meta: each tells of the change once");
	tap_check(!set(net, 5, 'a', 0) && until_shown(net, 5, 0, 0, 5000),
		  "meta: that there are none any more is known to all as well");
	net->loss = 0;
	tap_check(net_until(net, 5000, net_whole), "meta: the views are equal");
	net_free(net);
}

static void test_limits(void)
{
	struct net *net = net_settled(2, 1);
	struct swim *swim = net->node[0].swim;
	struct swim_info before, after;
	u64 view;

	tap_check(set(net, 0, 'x', SWIM_META_MAX + 1) == -EMSGSIZE &&
			  swim_meta_max(swim) == SWIM_META_MAX,
		  "meta: what is too long is refused");
	set(net, 0, 'x', 10);
	view = swim_view(swim);
	swim_self(swim, &before);
	set(net, 0, 'x', 10);
	swim_self(swim, &after);
	tap_check(view == swim_view(swim) && before.seq == after.seq &&
			  before.incarnation == after.incarnation,
		  "meta: the same again is no change");
	set(net, 0, 'y', 10);
	tap_check(before.meta->data[9] == 'x' && swim_view(swim) != view,
		  "meta: who has them keeps them when they change");
	swim_meta_put(before.meta);
	swim_meta_put(after.meta);
	net_free(net);
}

/* Every second node has datagrams too small for the others' metadata. */
static void test_small(void)
{
	struct net *net = net_new(32, 7);
	unsigned int i;
	bool all = true;
	u32 max;

	for (i = 0; i < 32; i++) {
		net->config.max_datagram = i % 2 ? SWIM_DATAGRAM_MIN : 1400;
		net_start(net, i, 0);
	}
	net_until(net, 20000, net_whole);
	net_run(net, 5000);
	max = swim_meta_max(net->node[1].swim);
	printf("# %u bytes of metadata with datagrams of %u\n", max,
	       SWIM_DATAGRAM_MIN);
	tap_check(max >= 400 && set(net, 1, 's', max + 1) == -EMSGSIZE,
		  "meta: a small datagram bounds them");
	/* Longer names leave one byte less. */
	max--;
	for (i = 0; i < 32; i++)
		all &= !set(net, i, 'a' + i, i % 2 ? max : SWIM_META_MAX);
	tap_check(all, "meta: all set the largest they can");
	net_run(net, 20000);
	for (i = 0; i < 32; i++)
		all &= shown(net, i, 'a' + i, i % 2 ? max : SWIM_META_MAX) ==
		       32;
	tap_check(all && net_whole(net),
		  "meta: they reach all, who can tell them or not");
	tap_check(!net_total(net).events[SWIM_EV_FAILED],
		  "meta: and no member is lost for it");
	net_crash(net, 3);
	net->config.max_datagram = SWIM_DATAGRAM_MIN;
	net_start(net, 3, 1);
	tap_check(until_shown(net, 3, 0, 0, 10000),
		  "meta: another start does not have them");
	net_run(net, 20000);
	all = true;
	for (i = 0; i < 32; i++)
		all &= i == 3 || shows(&net->node[3], i, 'a' + i,
				       i % 2 ? max : SWIM_META_MAX);
	tap_check(
		all,
		"meta: who joins a member that cannot tell them all gets all");
	net_free(net);
}

static void test_partition(void)
{
	struct net *net = net_settled(32, 9);
	unsigned int i;
	bool all = true;

	for (i = 0; i < 32; i++)
		set(net, i, 'A', 300);
	net_run(net, 5000);
	for (i = 0; i < 32; i++)
		net->node[i].side = i % 2;
	net_run(net, 30000);
	for (i = 0; i < 8; i++)
		set(net, i, 'B', 100 + i);
	net_run(net, 5000);
	for (i = 0; i < 32; i++)
		net->node[i].side = 0;
	tap_check(net_until(net, 60000, net_whole),
		  "meta: a cut group heals to equal views");
	for (i = 0; i < 32; i++)
		all &= shown(net, i, i < 8 ? 'B' : 'A',
			     i < 8 ? 100 + i : 300) == 32;
	tap_check(all, "meta: and to equal metadata, changed on both sides");
	net_free(net);
}

/* What one member says of another, with metadata. */
static void say(struct net *net, unsigned int to, unsigned int about, u8 state,
		u32 raise, u64 key, u8 byte)
{
	static const struct wire_body none;
	struct swim_info teller, info;
	u8 data[600], meta[100];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = jhash(NET_CLUSTER, strlen(NET_CLUSTER), 0),
	};
	struct swim_record record = {
		.state = state,
		.meta = meta,
		.meta_len = sizeof(meta),
	};

	memset(meta, byte, sizeof(meta));
	net_look(&net->node[(about + 1) % net->nodes], (about + 1) % net->nodes,
		 &teller);
	net_look(&net->node[about], about, &info);
	header.uid = teller.uid;
	record.uid = info.uid;
	record.generation = info.generation;
	record.incarnation = info.incarnation + raise;
	record.addr = info.addr;
	record.name = info.name;
	record.name_len = strlen(info.name);
	record.meta_key =
		key ?: swim_key(record.generation, record.incarnation);
	if (key == 1)
		record.meta_key = 0;
	wire_put_message(&buf, &header, &none);
	wire_put_member(&buf, &record);
	net_inject(net, to, &teller.addr, data, buf.len);
}

static void test_survive(void)
{
	struct net *net = net_settled(8, 10);
	struct swim_addr addr = net->node[2].addr;

	set(net, 2, 'm', 50);
	net_run(net, 3000);
	say(net, 2, 2, SWIM_SUSPECT, 3, 1, 0);
	net_run(net, 5000);
	tap_check(shown(net, 2, 'm', 50) == 8 && net_whole(net),
		  "meta: they survive a refutation");
	net_leave(net, 2);
	net_run(net, 3000);
	tap_check(!set(net, 2, 'n', 60), "meta: who has left can set them");
	net_rejoin(net, 2);
	net_run(net, 5000);
	tap_check(shown(net, 2, 'n', 60) == 8 && net_whole(net),
		  "meta: they survive a return");
	addr.port++;
	net_readdress(net, 2, &addr);
	net_run(net, 5000);
	tap_check(shown(net, 2, 'n', 60) == 8 && net_whole(net),
		  "meta: they survive another address");
	net_crash(net, 7);
	net_start(net, 7, 0);
	say(net, 7, 2, SWIM_SUSPECT, 0, 1, 0);
	net_run(net, 10000);
	tap_check(
		shown(net, 2, 'n', 60) == 8 && net_whole(net),
		"meta: who first hears of a suspect has them of anti-entropy");
	net_free(net);
}

static void test_forged(void)
{
	struct net *net = net_settled(8, 11);

	set(net, 2, 'm', 50);
	net_run(net, 3000);
	say(net, 5, 2, SWIM_ALIVE, 1, 0, 'f');
	tap_check(shows(&net->node[5], 2, 'f', 100),
		  "meta: others' are believed");
	net_run(net, 5000);
	tap_check(shown(net, 2, 'm', 50) == 8 && net_whole(net),
		  "meta: and refuted by the member");
	say(net, 5, 3, SWIM_ALIVE, 5, 0, 'f');
	net_run(net, 5000);
	tap_check(shown(net, 3, 0, 0) == 8 && net_whole(net),
		  "meta: by one that has none as well");
	net_free(net);
}

static u32 reaped;

/* Reads what a listener is told, as the adapters do. */
static void read_reaped(struct net_node *node, const struct swim_event *event)
{
	const struct swim_meta *meta = event->info.meta;
	u32 i, equal = 0;

	if (event->type != SWIM_EV_REAP || !meta)
		return;
	for (i = 0; i < meta->len; i++)
		equal += meta->data[i] == 'r';
	reaped += equal == 300;
}

/* What is said of a member that is forgotten is there while it is said. */
static void test_reaped(void)
{
	struct net *net = net_new(4, 11);
	unsigned int i;

	net->config.reap_after = 20;
	net->hooks.event = read_reaped;
	for (i = 0; i < 4; i++)
		net_start(net, i, 0);
	net_until(net, 20000, net_whole);
	set(net, 1, 'r', 300);
	until_shown(net, 1, 'r', 300, 5000);
	net_crash(net, 1);
	net_run(net, 90000);
	tap_check(reaped == 3,
		  "meta: listeners read those of who is forgotten");
	net_free(net);
}

/* A suspicion of n1 reaches n0 with its metadata, and n0 has no memory for it. */
static void test_no_memory(void)
{
	static const struct wire_body none;
	struct net *net = net_settled(4, 12);
	struct swim *swim = net->node[0].swim;
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = { .type = WIRE_GOSSIP };
	const struct swim_member *member;
	struct swim_record record;
	struct swim_addr from = addr_of(2);

	set(net, 1, 's', 100);
	until_shown(net, 1, 's', 100, 5000);
	member = swim_by_name(&swim->table, "n1", 2);
	swim_record_of(member, &record);
	record.state = SWIM_SUSPECT;
	record.incarnation++;
	record.meta_key = swim_key(record.generation, record.incarnation);
	record.accuser[record.accusers++] = swim_uid(net->node[2].swim);
	header.cluster = swim->cluster;
	header.uid = swim_uid(net->node[2].swim);
	wire_put_message(&buf, &header, &none);
	wire_put_member(&buf, &record);
	host_fail_allocations(1000);
	net_inject(net, 0, &from, buf.data, buf.len);
	host_fail_allocations(0);
	tap_check(
		member->state == SWIM_ALIVE &&
			swim_meta_key(member) <= swim_key(member->generation,
							  member->incarnation),
		"meta: none is taken of a record that there is no memory for");
	net_free(net);
}

int main(void)
{
	test_change(16, 0);
	test_change(128, 0);
	test_change(128, 200);
	test_limits();
	test_small();
	test_partition();
	test_survive();
	test_forged();
	test_reaped();
	test_no_memory();
	tap_check(!host_allocated(), "meta: nothing leaks");
	return tap_end();
}
