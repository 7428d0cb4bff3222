// SPDX-License-Identifier: GPL-2.0
/* The socket buffers for a node without memory. */

#include <kunit/test.h>

#include "../../kmod/reserve.h"

#define HEADROOM 64
#define ROOM 1400
#define MORE 20

/**
 * struct fixture - what a test has
 * @reserve: full
 * @taken: of it
 */
struct fixture {
	struct gossip_reserve reserve;
	struct sk_buff *taken[GOSSIP_RESERVE];
};

static struct sk_buff *take(struct fixture *fixture, u8 byte, size_t len)
{
	static u8 data[2 * ROOM];

	memset(data, byte, len);
	return gossip_reserve_take(&fixture->reserve, data, len, MORE);
}

static void take_all(struct kunit *test, size_t len)
{
	struct fixture *fixture = test->priv;
	u32 i;

	for (i = 0; i < GOSSIP_RESERVE; i++) {
		fixture->taken[i] = take(fixture, i, len);
		KUNIT_ASSERT_NOT_NULL(test, fixture->taken[i]);
	}
}

static void give_all(struct fixture *fixture)
{
	u32 i;

	for (i = 0; i < GOSSIP_RESERVE; i++) {
		kfree_skb(fixture->taken[i]);
		fixture->taken[i] = NULL;
	}
}

/* Each has what it was taken for, and room in front of it. */
static void expect_data(struct kunit *test, size_t len)
{
	struct fixture *fixture = test->priv;
	u32 i;

	for (i = 0; i < GOSSIP_RESERVE; i++) {
		const struct sk_buff *skb = fixture->taken[i];

		KUNIT_EXPECT_EQ(test, skb->len, len);
		KUNIT_EXPECT_NULL(test, memchr_inv(skb->data, i, len));
		KUNIT_EXPECT_GE(test, skb_headroom(skb), HEADROOM);
		KUNIT_EXPECT_GE(test, skb_tailroom(skb), MORE);
		/* What the lower layers write there is the clone's. */
		KUNIT_EXPECT_EQ(test, skb_header_cloned(skb), 0);
	}
}

static void reserve_limit(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	take_all(test, ROOM);
	expect_data(test, ROOM);
	KUNIT_EXPECT_NULL(test, take(fixture, 0, 1));
}

static void reserve_again(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct sk_buff *skb;

	take_all(test, ROOM);
	kfree_skb(fixture->taken[3]);
	fixture->taken[3] = take(fixture, 3, ROOM);
	KUNIT_ASSERT_NOT_NULL(test, fixture->taken[3]);
	/* It is that one, and none that is still on its way. */
	expect_data(test, ROOM);
	skb = take(fixture, 0, 1);
	KUNIT_EXPECT_NULL(test, skb);
	give_all(fixture);

	/* Used for the headers, and for other lengths. */
	take_all(test, 50);
	skb_push(fixture->taken[0], HEADROOM);
	give_all(fixture);
	take_all(test, ROOM);
	expect_data(test, ROOM);
}

static void reserve_too_long(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	const struct sk_buff *skb = fixture->reserve.skb[0];

	/* What the allocator has rounded up to is room, too. */
	KUNIT_EXPECT_NULL(test, take(fixture, 0, skb_tailroom(skb) - MORE + 1));
	take_all(test, skb_tailroom(skb) - MORE);
	expect_data(test, skb_headlen(fixture->taken[0]));
}

/* What is on its way outlives the reserve. */
static void reserve_freed(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	take_all(test, ROOM);
	gossip_reserve_free(&fixture->reserve);
	expect_data(test, ROOM);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	return gossip_reserve_init(&fixture->reserve, HEADROOM, ROOM + MORE);
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture)
		return;
	give_all(fixture);
	gossip_reserve_free(&fixture->reserve);
}

static struct kunit_case cases[] = { KUNIT_CASE(reserve_limit),
				     KUNIT_CASE(reserve_again),
				     KUNIT_CASE(reserve_too_long),
				     KUNIT_CASE(reserve_freed),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-reserve",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
