// SPDX-License-Identifier: GPL-2.0
/*
 * What others can ask of a member has limits: each is reached, what goes beyond
 * it is counted, and afterwards there is room again. Those of tables, of user
 * events and of a user's own pings are in merge_test.c, event_test.c, ping_test.c.
 */

#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define STRANGER 1000 /* no node is there */

static struct wire_buf begin(const struct net *net, u64 uid, u8 type,
			     const struct wire_body *body, u8 *data)
{
	struct wire_buf buf = { .data = data, .size = SWIM_DATAGRAM_MIN };
	struct wire_header header = {
		.type = type,
		.cluster = net->node[0].swim->cluster,
		.uid = uid,
	};

	wire_put_message(&buf, &header, body);
	return buf;
}

/* To node 0, from @from, by one with @uid. */
static void send(struct net *net, const struct swim_addr *from, u64 uid,
		 u8 type, const struct wire_body *body)
{
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = begin(net, uid, type, body, data);

	net_inject(net, 0, from, buf.data, buf.len);
}

/* How many of @count pings by one with @uid are answered at once. */
static u64 pings(struct net *net, const struct swim_addr *from, u64 uid,
		 u32 count)
{
	struct wire_body body = { .nonce = 1,
				  .value = swim_uid(net->node[0].swim) };
	u64 before = net->node[0].sent;

	while (count--)
		send(net, from, uid, WIRE_PING, &body);
	return net->node[0].sent - before;
}

static u64 stat(const struct net *net, enum swim_stat stat)
{
	return swim_stat(net->node[0].swim, stat);
}

static void test_strangers(void)
{
	struct net *net = net_settled(8, 1);
	struct swim_addr from = addr_of(STRANGER), member = addr_of(1);
	struct wire_body none = { .nonce = 1 };
	u64 answered, excess = stat(net, SWIM_RX_EXCESS);
	struct swim_info info;
	u32 i;

	net_look(&net->node[0], 1, &info);
	answered = pings(net, &from, 4711, 10000);
	tap_check(
		answered == SWIM_ANSWERS_MAX &&
			stat(net, SWIM_RX_EXCESS) - excess ==
				10000 - SWIM_ANSWERS_MAX,
		"bounds: a stranger is answered so often, the rest is counted");
	from.port++;
	send(net, &from, 4711, WIRE_SYNC, &none);
	tap_check(stat(net, SWIM_RX_EXCESS) - excess ==
			  10001 - SWIM_ANSWERS_MAX,
		  "bounds: nor by another port, or to join");
	tap_check(pings(net, &from, info.uid, 10) == 0,
		  "bounds: nor as a member that is elsewhere");
	tap_check(pings(net, &member, info.uid, 10000) == 10000,
		  "bounds: a member is always answered");
	from = addr_of(STRANGER + 1);
	tap_check(pings(net, &from, 4711, 10) == 10,
		  "bounds: and so is another stranger");
	net_run(net, 1100);
	from = addr_of(STRANGER);
	tap_check(pings(net, &from, 4711, 10) == 10,
		  "bounds: a second later the first one is again");

	net_run(net, 1100);
	for (i = 0, answered = 0; i < 200000; i++) {
		from = addr_of(STRANGER + i);
		answered += pings(net, &from, 4711, 1);
	}
	printf("# %u pings from as many addresses: %llu answered\n", i,
	       (unsigned long long)answered);
	tap_check(answered <= SWIM_STRANGERS * SWIM_ANSWERS_MAX,
		  "bounds: however many there are, there is a limit to all");
	net_run(net, 5000);
	tap_check(net_whole(net) && !net_total(net).events[SWIM_EV_SUSPECT],
		  "bounds: and nobody was suspected meanwhile");
	net_free(net);
}

/* Both steps of a sync: with the cookie that node 0 has given. */
static void sync_from(struct net *net, unsigned int index)
{
	const struct swim_sync *sync = &net->node[0].swim->sync;
	struct swim_addr from = addr_of(index);
	struct wire_body body = { .nonce = index };
	u32 i;

	send(net, &from, 4711, WIRE_SYNC, &body);
	for (i = 0; i < SWIM_COOKIES_MAX; i++)
		if (swim_addr_equal(&sync->cookie[i].peer, &from))
			body.value = sync->cookie[i].value;
	send(net, &from, 4711, WIRE_SYNC, &body);
}

static void test_syncs(void)
{
	struct net *net = net_settled(64, 2);
	const struct swim *swim = net->node[0].swim;
	u64 busy = stat(net, SWIM_BUSY), sent = net->node[0].sent;
	u32 i;

	for (i = 0; i < 5 * SWIM_STREAMS_MAX; i++)
		sync_from(net, STRANGER + i);
	tap_check(
		swim->sync.streaming == SWIM_STREAMS_MAX &&
			stat(net, SWIM_BUSY) - busy == 4 * SWIM_STREAMS_MAX,
		"bounds: so many get the whole table at once, the rest is counted");
	/* Each a cookie, and who comes too late a few members. */
	tap_check(net->node[0].sent - sent == 9 * SWIM_STREAMS_MAX,
		  "bounds: which gets one datagram");
	sync_from(net, STRANGER);
	tap_check(swim->sync.streaming == SWIM_STREAMS_MAX &&
			  stat(net, SWIM_BUSY) - busy == 4 * SWIM_STREAMS_MAX,
		  "bounds: and nobody gets it twice at a time");
	net_run(net, 1000);
	sync_from(net, STRANGER);
	tap_check(swim->sync.streaming == 1,
		  "bounds: afterwards there is room for others");
	net_run(net, 1000);
	tap_check(!swim->sync.streaming && net_whole(net),
		  "bounds: and the group is as it was");
	net_free(net);
}

static void test_relays(void)
{
	struct net *net = net_settled(8, 3);
	const struct swim *swim = net->node[0].swim;
	struct swim_addr from = addr_of(1);
	struct wire_body body = { .nonce = 1, .time_ms = 500 };
	struct swim_info asker, target;
	u64 busy = stat(net, SWIM_BUSY);
	u32 i;

	net_look(&net->node[0], 1, &asker);
	net_look(&net->node[0], 2, &target);
	body.value = target.uid;
	for (i = 0; i < 2 * SWIM_RELAYS_MAX; i++)
		send(net, &from, asker.uid, WIRE_PING_REQ, &body);
	tap_check(
		swim->relaying == SWIM_RELAYS_MAX &&
			stat(net, SWIM_BUSY) - busy == SWIM_RELAYS_MAX,
		"bounds: so many are probed for others at once, the rest is counted");
	net_run(net, 20);
	tap_check(!swim->relaying, "bounds: answers make room");
	net->node[2].side = 1;
	for (i = 0; i < SWIM_RELAYS_MAX; i++)
		send(net, &from, asker.uid, WIRE_PING_REQ, &body);
	net_run(net, 600);
	/* The other six may have found out themselves. */
	tap_check(swim->relaying <= 6 * 3, "bounds: and so does time");
	net_free(net);
}

/* A stranger asks to have somebody probed. */
static void test_strange_relays(void)
{
	struct net *net = net_settled(8, 4);
	const struct swim *swim = net->node[0].swim;
	struct swim_addr from = addr_of(STRANGER);
	struct wire_body body = { .nonce = 1, .time_ms = 500 };
	u64 sent = net->node[0].sent, stray = stat(net, SWIM_RX_STRAY);
	u64 excess = stat(net, SWIM_RX_EXCESS);
	struct swim_info target;
	u32 i;

	net_look(&net->node[0], 2, &target);
	body.value = target.uid;
	send(net, &from, 4711, WIRE_PING_REQ, &body);
	tap_check(!swim->relaying && net->node[0].sent == sent &&
			  stat(net, SWIM_RX_STRAY) == stray + 1,
		  "bounds: nobody is probed for a stranger");
	/* Such as an earlier start of a member. */
	body.value = 4712;
	for (i = 0; i < 10000; i++)
		send(net, &from, 4711, WIRE_PING_REQ, &body);
	tap_check(net->node[0].sent - sent == SWIM_ANSWERS_MAX &&
			  stat(net, SWIM_RX_EXCESS) - excess ==
				  10000 - SWIM_ANSWERS_MAX,
		  "bounds: who is told, so often, that one is not known");
	net_free(net);
}

/* Member 1 asks to be probed, and with the ping is told which events there are. */
static void be_offered(struct net *net, const struct swim_addr *from, u64 uid)
{
	struct wire_body body = { .nonce = 1,
				  .value = swim_uid(net->node[0].swim) };
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = begin(net, uid, WIRE_PING, &body, data);

	data[2] = WIRE_ASK;
	net_run(net, 2 * net->config.probe_interval);
	net_inject(net, 0, from, buf.data, buf.len);
}

/* A datagram of member 1 that asks member 0 for all that it may have of member 2. */
static u64 asked(struct net *net, const struct swim_addr *from, u64 uid,
		 u64 origin)
{
	static const struct wire_body none;
	struct wire_range range = { .uid = origin, .mask = ~0ULL };
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = begin(net, uid, WIRE_GOSSIP, &none, data);
	u64 before = net->node[0].sent;

	for (range.newest = 64; range.newest <= 128; range.newest += 64)
		wire_put_range(&buf, WIRE_WANT, &range);
	net_inject(net, 0, from, buf.data, buf.len);
	return net->node[0].sent - before;
}

static void test_events(void)
{
	struct net *net = net_settled(8, 4);
	struct swim_addr member = addr_of(1), from = addr_of(STRANGER);
	static const u8 payload[100];
	u64 uid = swim_uid(net->node[1].swim);
	u64 origin = swim_uid(net->node[2].swim), again = 0;
	u32 i;

	for (i = 0; i < 2 * SWIM_USER_EVENTS_KEPT; i++) {
		while (swim_send_event(net->node[2].swim, net->now, "deploy", 6,
				       payload, sizeof(payload), NULL))
			net_run(net, 10);
		net_touch(&net->node[2]);
	}
	net_run(net, 1000);
	tap_check(net->node[0].swim->events.keeping == SWIM_USER_EVENTS_KEPT,
		  "bounds: so many events are kept for who has missed them");
	tap_check(!asked(net, &from, uid, origin) &&
			  !asked(net, &from, 4711, origin),
		  "bounds: none is told to a stranger");
	be_offered(net, &member, uid);
	tap_check(!asked(net, &member, uid, uid),
		  "bounds: nor what there never was");
	be_offered(net, &member, uid);
	tap_check(asked(net, &member, uid, origin) == 4,
		  "bounds: nor more than four datagrams at a time");
	for (i = 0; i < 1000; i++)
		again += asked(net, &member, uid, origin);
	tap_check(again <= SWIM_OFFERED_MAX * 4,
		  "bounds: nor more often than they were offered");
	net_run(net, 10000);
	tap_check(!net->node[0].swim->events.keeping, "bounds: nor any later");
	net_free(net);
}

/*
 * A datagram of a stranger that makes node 0 suspect as many as it has room for,
 * none of which it knew, and says that it was node 0 that accused them.
 */
static u32 accuse_many(struct net *net, const struct swim_addr *from)
{
	static const struct wire_body none;
	struct swim_record record = { .state = SWIM_SUSPECT,
				      .name_len = 5,
				      .accuser = { swim_uid(net->node[0].swim) },
				      .accusers = 1 };
	struct wire_buf buf;
	u8 data[SWIM_DATAGRAM_MAX];
	u32 count;

	buf = begin(net, 4711, WIRE_GOSSIP, &none, data);
	buf.size = sizeof(data);
	for (count = 0;; count++) {
		char name[6];

		snprintf(name, sizeof(name), "s%04u", count % 10000);
		record.name = name;
		record.uid = 5000 + count;
		record.addr = addr_of(STRANGER + 1 + count);
		if (!wire_put_member(&buf, &record))
			break;
	}
	net_inject(net, 0, from, buf.data, buf.len);
	return count;
}

/*
 * Where timers are as coarse as the kernel's clock, what one datagram brought takes
 * longer than a member may be late.
 */
static void test_backlog(void)
{
	struct net *net = net_settled(8, 5);
	struct swim *swim = net->node[0].swim;
	struct swim_config config = net->config;
	struct swim_addr from = addr_of(STRANGER);
	u64 now = net->now;
	u32 ticks;

	config.max_members = 1024;
	net_set(&net->node[0], &config);
	accuse_many(net, &from);
	for (ticks = 0; swim_deadline(swim) <= now; ticks++) {
		now += 20 * SWIM_MS;
		swim_tick(swim, now);
	}
	printf("# %u suspects: %u ticks\n", swim->table.count[SWIM_SUSPECT],
	       ticks);
	tap_check(ticks > 10 && !swim_stat(swim, SWIM_STALLS),
		  "bounds: who has much to do does not take it for a stall");
	swim_tick(swim, swim_deadline(swim) + SWIM_SECOND);
	tap_check(swim_stat(swim, SWIM_STALLS) == 1,
		  "bounds: and knows one afterwards");
	net_free(net);
}

static void test_accusations(void)
{
	struct net *net = net_settled(8, 5);
	const struct swim *swim = net->node[0].swim;
	struct swim_addr from = addr_of(STRANGER);
	u64 sent = net->node[0].sent;
	u32 count = accuse_many(net, &from);

	tap_check(
		count > 100 &&
			swim->table.count[SWIM_SUSPECT] ==
				net->config.max_members - 8 &&
			net->node[0].sent == sent,
		"bounds: hundreds of suspects in one datagram: it answers none");
	/* A few are probed, with the help of others, and the group is told. */
	net_run(net, net->config.probe_interval);
	printf("# %u suspects: %llu datagrams within a period\n", count,
	       (unsigned long long)(net->node[0].sent - sent));
	tap_check(net->node[0].sent - sent < 60,
		  "bounds: nor are all of them told, in whoever's name");
	net_free(net);
}

/* To node 0: a member with this uid. */
static void tell_of(struct net *net, u64 uid)
{
	static const struct wire_body none;
	struct swim_record record = { .uid = uid,
				      .addr = addr_of(STRANGER),
				      .name_len = 16 };
	struct swim_addr from = addr_of(1);
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = begin(net, swim_uid(net->node[1].swim),
				    WIRE_GOSSIP, &none, data);
	char name[17];

	snprintf(name, sizeof(name), "%016llx", (unsigned long long)uid);
	record.name = name;
	wire_put_member(&buf, &record);
	net_inject(net, 0, &from, buf.data, buf.len);
}

/* Whoever knows how the table is made chooses uids that are all in one place. */
static void test_crowd(void)
{
	struct net *net = net_settled(8, 7);
	const struct swim_table *table = &net->node[0].swim->table;
	struct swim_config config = net->config;
	u32 tries, count = 0, known, shift;

	config.max_members = 1024;
	net_set(&net->node[0], &config);
	shift = 32 - table->bits;
	for (tries = 1; count < 200; tries++) {
		if (jhash_2words(tries, 1, table->cluster) >> shift)
			continue;
		count++;
		tell_of(net, (u64)1 << 32 | tries);
	}
	known = table->ring.size - 7;
	printf("# %u of %u are known\n", known, count);
	tap_check(
		known > 50 && known <= 64 &&
			stat(net, SWIM_RX_STRAY) == count - known,
		"bounds: of uids that are alike some are taken, the rest is counted");
	while (!(jhash_2words(tries, 1, table->cluster) >> shift))
		tries++;
	tell_of(net, (u64)1 << 32 | tries);
	tap_check(table->ring.size == known + 8,
		  "bounds: and others are as before");
	net_free(net);
}

int main(void)
{
	/* What kmalloc() has room for, with a name of 15 letters. */
	tap_check(sizeof(struct swim_member) + 16 <= 192,
		  "bounds: a member takes 192 bytes");
	test_strangers();
	test_syncs();
	test_relays();
	test_strange_relays();
	test_events();
	test_accusations();
	test_backlog();
	test_crowd();
	tap_check(host_allocated() == 0, "bounds: nothing leaks");
	return tap_end();
}
