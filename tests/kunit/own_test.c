// SPDX-License-Identifier: GPL-2.0
/* What a member says of itself: tags and leases, and what becomes of both. */

#include <kunit/test.h>

#include "../../kmod/own.h"
#include "fake_net.h"

#define MS NSEC_PER_MSEC

/**
 * struct fixture - what a test has
 * @net: of one member
 * @own: its
 * @counters: of @own
 * @change: of tags, to be filled
 * @err: of the last refusal
 * @sk: two owners of leases
 */
struct fixture {
	struct fake_net *net;
	struct gossip_own own;
	struct gossip_counters counters;
	struct gossip_tags_change change;
	struct gossip_error err;
	struct sock *sk[2];
};

/* What the group is told: services, then tags, each with a space behind it. */
static void expect_told(struct kunit *test, const char *expected)
{
	static const enum gossip_meta_type types[] = { GOSSIP_META_SERVICE,
						       GOSSIP_META_TAG };
	struct fixture *fixture = test->priv;
	struct gossip_walk_meta walk;
	struct swim_info info;
	char text[256] = "";
	size_t i, len = 0;

	swim_self(fixture->own.swim, &info);
	for (i = 0; info.meta && i < ARRAY_SIZE(types); i++) {
		gossip_meta_first(&walk, types[i], info.meta->data,
				  info.meta->len);
		for (; walk.item.key; gossip_meta_next(&walk))
			len += scnprintf(text + len, sizeof(text) - len,
					 "%.*s ", walk.item.key_len,
					 walk.item.key);
	}
	swim_meta_put(info.meta);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

static int set_tag(struct fixture *fixture, const char *key, u32 value_len)
{
	static char value[GOSSIP_TAGS_MAX];

	memset(value, 'v', sizeof(value));
	memset(&fixture->change, 0, sizeof(fixture->change));
	memset(&fixture->err, 0, sizeof(fixture->err));
	return gossip_tags_add(&fixture->change.set, key, strlen(key), value, value_len) ?:
		       gossip_own_set_tags(&fixture->own, &fixture->change,
					   &fixture->err);
}

/* By owner @index; @ttl_ms 0 for none. */
static int open_lease(struct fixture *fixture, unsigned int index,
		      const char *service, u32 ttl_ms)
{
	struct gossip_lease *lease = kzalloc(sizeof(*lease), GFP_KERNEL);
	int ret;

	if (!lease)
		return -ENOMEM;
	memset(&fixture->err, 0, sizeof(fixture->err));
	lease->owner = fixture->sk[index];
	lease->ttl = ttl_ms * MS;
	strscpy(lease->service, service, sizeof(lease->service));
	ret = gossip_own_open(&fixture->own, lease, &fixture->err);
	if (ret)
		kfree(lease);
	return ret;
}

static void tick(struct fixture *fixture, u32 ms)
{
	fixture->own.now += ms * MS;
	gossip_own_tick(&fixture->own);
}

static void expect_error(struct kunit *test, const char *why)
{
	struct fixture *fixture = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, fixture->err.why);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(fixture->err.why, why), "%s",
				  fixture->err.why);
}

static void own_tags(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, set_tag(fixture, "zone", 4), 0);
	KUNIT_EXPECT_EQ(test, set_tag(fixture, "rack", 4), 0);
	expect_told(test, "rack zone ");
	/* Each fits, both do not. */
	KUNIT_EXPECT_EQ(test, set_tag(fixture, "more", GOSSIP_TAGS_MAX - 20),
			-ENOSPC);
	expect_error(test, "512 bytes in all");
	expect_told(test, "rack zone ");
}

static void own_leases(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_own *own = &fixture->own;
	const struct sock *sk = fixture->sk[0], *other = fixture->sk[1];

	KUNIT_EXPECT_EQ(test, set_tag(fixture, "zone", 4), 0);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 0), 0);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 1, "api", 0), 0);
	expect_told(test, "api web zone ");
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 0), -EEXIST);
	expect_error(test, "this socket holds a lease");
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 1, "web", 0), -EEXIST);
	expect_error(test, "another socket");
	KUNIT_EXPECT_EQ(test,
			gossip_own_renew(own, other, "web", 0, &fixture->err),
			-ENOENT);
	KUNIT_EXPECT_EQ(test,
			gossip_own_close(own, other, "web", &fixture->err),
			-ENOENT);
	expect_told(test, "api web zone ");
	KUNIT_EXPECT_EQ(test, gossip_own_close(own, sk, "web", &fixture->err),
			0);
	expect_told(test, "api zone ");
	KUNIT_EXPECT_EQ(test, own->deadline, SWIM_NEVER);
}

static void own_late(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_own *own = &fixture->own;

	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 100), 0);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "db", 0), 0);
	KUNIT_EXPECT_EQ(test, own->deadline, own->now + 100 * MS);
	tick(fixture, 99);
	/* As long as it was. */
	KUNIT_EXPECT_EQ(test,
			gossip_own_renew(own, fixture->sk[0], "web", 0,
					 &fixture->err),
			0);
	tick(fixture, 99);
	expect_told(test, "db web ");
	tick(fixture, 1);
	expect_told(test, "db ");
	KUNIT_EXPECT_EQ(
		test, gossip_counted(&fixture->counters, GOSSIP_LEASES_EXPIRED),
		1);
	KUNIT_EXPECT_EQ(test, own->deadline, SWIM_NEVER);

	/* One whose time is over is in nobody's way, even before the tick. */
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 100), 0);
	own->now += 100 * MS;
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 1, "web", 0), 0);
	expect_told(test, "db web ");
}

static void own_closed(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 0), 0);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "api", 0), 0);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 1, "db", 0), 0);
	sock_set_flag(fixture->sk[0], SOCK_DEAD);
	gossip_own_end_closed(&fixture->own);
	expect_told(test, "db ");
	KUNIT_EXPECT_EQ(test,
			gossip_counted(&fixture->counters, GOSSIP_LEASES_LOST),
			2);
}

/* Tags and services have a limit each, and a datagram may have room for less. */
static void own_no_room(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	char name[SWIM_NAME_MAX + 1] = "";

	KUNIT_ASSERT_EQ(test, set_tag(fixture, "k", 440), 0);
	memset(name, 'a', SWIM_NAME_MAX);
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, name, 100), -ENOSPC);
	expect_error(test, "too long for a datagram");
	KUNIT_EXPECT_EQ(test, fixture->own.leases.size, 0);
	KUNIT_EXPECT_EQ(test, fixture->own.deadline, SWIM_NEVER);
	expect_told(test, "k ");
	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "a", 0), 0);
	KUNIT_EXPECT_EQ(test, set_tag(fixture, "k", 500), -ENOSPC);
	expect_told(test, "a k ");
}

static void own_clear(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, open_lease(fixture, 0, "web", 100), 0);
	gossip_own_clear(&fixture->own);
	KUNIT_EXPECT_EQ(test, fixture->own.leases.size, 0);
	KUNIT_EXPECT_EQ(test, fixture->own.deadline, SWIM_NEVER);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	u32 i;

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(fixture->sk); i++) {
		fixture->sk[i] = kunit_kzalloc(test, sizeof(*fixture->sk[i]),
					       GFP_KERNEL);
		if (!fixture->sk[i])
			return -ENOMEM;
	}
	fixture->net = fake_net_new(1);
	if (!fixture->net)
		return -ENOMEM;
	fixture->net->config.max_datagram = SWIM_DATAGRAM_MIN;
	if (!fake_start(fixture->net, 0))
		return -ENOMEM;
	gossip_own_init(&fixture->own, fixture->net->node[0].swim,
			&fixture->counters);
	fixture->own.now = fixture->net->now;
	return 0;
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture || !fixture->net)
		return;
	if (fixture->own.swim)
		gossip_own_clear(&fixture->own);
	fake_net_free(fixture->net);
}

static struct kunit_case cases[] = { KUNIT_CASE(own_tags),
				     KUNIT_CASE(own_leases),
				     KUNIT_CASE(own_late),
				     KUNIT_CASE(own_closed),
				     KUNIT_CASE(own_no_room),
				     KUNIT_CASE(own_clear),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-own",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
