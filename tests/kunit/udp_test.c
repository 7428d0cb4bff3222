// SPDX-License-Identifier: GPL-2.0
/* Two sockets of the transport on loopback, and the ways out of a machine that has no other. */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/netdevice.h>

#include "../../kmod/route.h"
#include "../../kmod/seal.h"
#include "../../kmod/udp.h"
#include "../../kmod/swim/wire.h"
#include "loopback.h"

#define PORT 17948
#define OTHER_PORT 17949
#define CLOSED_PORT 17950
#define WAIT (5 * HZ)

/**
 * struct end - a socket, and what it was told last
 * @open: it is to be closed
 * @heard: a datagram came
 * @from: of that
 * @len: of that
 * @data: its first bytes, before it was overwritten
 * @closed: nobody listens at @at
 */
struct end {
	struct gossip_udp udp;
	struct gossip_counters counters;
	bool open;
	struct completion heard;
	struct swim_addr from;
	size_t len;
	u8 data[32];
	struct completion closed;
	struct swim_addr at;
};

static struct swim_addr loopback(u16 port)
{
	return (struct swim_addr){
		.family = 4,
		.ip = { 127, 0, 0, 1 },
		.port = port,
	};
}

/* As who opens what is sealed does, it writes to it. */
static void receive(struct gossip_udp *udp, const struct swim_addr *from,
		    void *data, size_t len)
{
	struct end *end = container_of(udp, struct end, udp);

	end->from = *from;
	end->len = len;
	memcpy(end->data, data, min(len, sizeof(end->data)));
	if (gossip_is_sealed(data, len))
		memset(data, 0, len);
	complete(&end->heard);
}

static void closed(struct gossip_udp *udp, const struct swim_addr *addr)
{
	struct end *end = container_of(udp, struct end, udp);

	end->at = *addr;
	complete(&end->closed);
}

static int open_at(struct end *end, const struct swim_addr *addr)
{
	int err;

	end->udp.receive = receive;
	end->udp.closed = closed;
	end->udp.counters = &end->counters;
	init_completion(&end->heard);
	init_completion(&end->closed);
	err = gossip_udp_open(&end->udp, &init_net, addr, SWIM_DATAGRAM_MIN);
	end->open = !err;
	return err;
}

static void close_end(struct end *end)
{
	if (!end->open)
		return;
	gossip_udp_mute(&end->udp);
	synchronize_rcu();
	gossip_udp_close(&end->udp);
	end->open = false;
}

static int send(struct end *end, struct sk_buff *skb)
{
	u32 room = U32_MAX;
	int err;

	if (!skb)
		return -ENOMEM;
	rcu_read_lock();
	err = gossip_udp_send(&end->udp, skb, &room);
	rcu_read_unlock();
	return err;
}

/* @len bytes, of which the first ones are @text. */
static struct sk_buff *build(struct kunit *test, struct end *end,
			     const struct swim_addr *to, const char *text,
			     size_t len)
{
	u8 *data = kunit_kzalloc(test, len, GFP_KERNEL);

	if (!data)
		return NULL;
	memcpy(data, text, min(len, strlen(text)));
	return gossip_udp_build(&end->udp, to, data, len);
}

static bool comes(struct end *end)
{
	return wait_for_completion_timeout(&end->heard, WAIT);
}

static void udp_send(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(OTHER_PORT), from = loopback(PORT);
	int lo = init_net.loopback_dev->ifindex;

	KUNIT_EXPECT_FALSE(test, gossip_udp_sends_by(&end[0].udp, lo));
	KUNIT_ASSERT_EQ(test, send(&end[0], build(test, end, &to, "hello", 5)),
			0);
	KUNIT_ASSERT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, end[1].len, 5);
	KUNIT_EXPECT_EQ(test, memcmp(end[1].data, "hello", 5), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&end[1].from, &from, sizeof(from)), 0);
	KUNIT_EXPECT_TRUE(test, gossip_udp_sends_by(&end[0].udp, lo));
	/* It had a link; that it is lost is news once. */
	KUNIT_EXPECT_TRUE(test, gossip_udp_lose_link(&end[0].udp));
	KUNIT_EXPECT_FALSE(test, gossip_udp_lose_link(&end[0].udp));
}

/* The longest that a member sends, sealed, and one byte more. */
static void udp_length(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(OTHER_PORT);
	size_t most = SWIM_DATAGRAM_MAX + GOSSIP_SEAL_SIZE;

	KUNIT_ASSERT_EQ(test, send(end, build(test, end, &to, "", most)), 0);
	KUNIT_ASSERT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, end[1].len, most);
	KUNIT_ASSERT_EQ(test, send(end, build(test, end, &to, "", most + 1)),
			0);
	KUNIT_ASSERT_EQ(test, send(end, build(test, end, &to, "", 0)), 0);
	KUNIT_ASSERT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, end[1].len, 0);
	KUNIT_EXPECT_EQ(test,
			gossip_counted(&end[1].counters, GOSSIP_RX_LENGTH), 1);
}

/* Who opens a datagram leaves alone what others look at. */
static void udp_shared(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(OTHER_PORT);
	char sealed[] = { [0 ... WIRE_HEADER + GOSSIP_SEAL_SIZE - 1] = 'a', 0 };
	struct sk_buff *skb, *other;

	sealed[WIRE_TYPE_AT] |= WIRE_SEALED;
	skb = build(test, end, &to, sealed, strlen(sealed));
	KUNIT_ASSERT_NOT_NULL(test, skb);
	other = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, send(end, skb), 0);
	KUNIT_EXPECT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, end[1].data[0], 'a');
	KUNIT_EXPECT_EQ(test, memcmp(other->data, sealed, strlen(sealed)), 0);
	kfree_skb(other);
}

/* ICMP comes back to who has sent. */
static void udp_closed(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(CLOSED_PORT);

	KUNIT_ASSERT_EQ(test, send(end, build(test, end, &to, "hello", 5)), 0);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&end->closed, WAIT),
			0);
	KUNIT_EXPECT_EQ(test, memcmp(&end->at, &to, sizeof(to)), 0);
	KUNIT_EXPECT_EQ(
		test, gossip_counted(&end->counters, GOSSIP_RX_UNREACHABLE), 1);
}

static void udp_no_way(struct kunit *test)
{
	struct end *end = test->priv;
	/* Of the documentation (RFC 5737); and of another family. */
	struct swim_addr to = { .family = 4, .ip = { 203, 0, 113, 1 } };
	struct swim_addr six = { .family = 6, .ip = { 0x20, 1 }, .port = 1 };

	to.port = PORT;
	KUNIT_EXPECT_LT(test, send(end, build(test, end, &to, "hello", 5)), 0);
	KUNIT_EXPECT_EQ(test, send(end, build(test, end, &six, "hello", 5)), 0);
	KUNIT_EXPECT_EQ(test, gossip_counted(&end->counters, GOSSIP_TX_REFUSED),
			1);
}

static void udp_mute(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(OTHER_PORT);

	gossip_udp_mute(&end[1].udp);
	synchronize_rcu();
	KUNIT_ASSERT_EQ(test, send(end, build(test, end, &to, "hello", 5)), 0);
	KUNIT_EXPECT_EQ(test,
			wait_for_completion_timeout(&end[1].heard, HZ / 10), 0);
}

static void udp_refused(struct kunit *test)
{
	struct end *third = kunit_kzalloc(test, sizeof(*third), GFP_KERNEL);
	struct swim_addr used = loopback(PORT), strange = used;

	KUNIT_ASSERT_NOT_NULL(test, third);
	strange.ip[0] = 203;
	KUNIT_EXPECT_EQ(test, open_at(third, &used), -EADDRINUSE);
	KUNIT_EXPECT_EQ(test, open_at(third, &strange), -EADDRNOTAVAIL);
}

/* From the reserve, as where there is no memory. */
static struct sk_buff *take(struct end *end, const struct swim_addr *to,
			    const void *data, size_t len)
{
	struct sk_buff *skb = gossip_reserve_take(&end->udp.reserve, data, len,
						  GOSSIP_SEAL_SIZE);

	if (skb)
		*(struct swim_addr *)skb->cb = *to;
	return skb;
}

/* The reserve is changed for a greater one, while a datagram of the old one is on its way. */
static void udp_reserve(struct kunit *test)
{
	struct end *end = test->priv;
	struct swim_addr to = loopback(OTHER_PORT);
	u8 *data = kunit_kzalloc(test, 8000, GFP_KERNEL);
	struct gossip_reserve reserve;
	struct sk_buff *before;

	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_NULL(test, take(end, &to, data, 8000));
	before = take(end, &to, "hello", 5);
	KUNIT_ASSERT_NOT_NULL(test, before);
	KUNIT_ASSERT_EQ(test, gossip_udp_make_reserve(&reserve, 8000), 0);
	gossip_udp_exchange(&end->udp, &reserve);
	gossip_reserve_free(&reserve);
	KUNIT_ASSERT_EQ(test, send(end, before), 0);
	KUNIT_ASSERT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, memcmp(end[1].data, "hello", 5), 0);

	KUNIT_ASSERT_EQ(test, send(end, take(end, &to, data, 8000)), 0);
	KUNIT_ASSERT_TRUE(test, comes(&end[1]));
	KUNIT_EXPECT_EQ(test, end[1].len, 8000);
}

static void udp_source(struct kunit *test)
{
	struct swim_addr any = { .family = 4, .port = PORT }, source;
	struct swim_addr to = loopback(OTHER_PORT), own = loopback(PORT);

	KUNIT_ASSERT_EQ(test,
			gossip_route_source(&init_net, &any, &to, &source), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&source, &own, sizeof(own)), 0);
}

static int init(struct kunit *test)
{
	struct end *end = kunit_kcalloc(test, 2, sizeof(*end), GFP_KERNEL);
	struct swim_addr addr = loopback(PORT), other = loopback(OTHER_PORT);

	test->priv = end;
	if (!end)
		return -ENOMEM;
	return open_at(&end[0], &addr) ?: open_at(&end[1], &other);
}

static void finish(struct kunit *test)
{
	struct end *end = test->priv;

	if (!end)
		return;
	close_end(&end[0]);
	close_end(&end[1]);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(udp_send),	 KUNIT_CASE(udp_length),
	KUNIT_CASE(udp_shared),	 KUNIT_CASE(udp_closed),
	KUNIT_CASE(udp_no_way),	 KUNIT_CASE(udp_mute),
	KUNIT_CASE(udp_refused), KUNIT_CASE(udp_reserve),
	KUNIT_CASE(udp_source),	 {}
};

static struct kunit_suite suite = {
	.name = "gossip-udp",
	.suite_init = loopback_up,
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
