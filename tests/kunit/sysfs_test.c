// SPDX-License-Identifier: GPL-2.0
/* The listing that each reader of /sys/kernel/gossip/members has to itself. */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <net/net_namespace.h>

#include "../../kmod/namespace.h"
#include "../../kmod/sysfs_members.h"

/* As README.md promises: one that is slower than so many others is told so. */
#define READERS 32
#define LINE "self 127.0.0.1:17946 alive 0 - 0 -\n"

/**
 * struct fixture - what a test has
 * @params: of an instance named "self", which runs
 * @err: of the last refusal
 * @file: stand for readers; never looked into
 * @stranger: another one, which never begins
 * @buf: what was read last
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct file file[READERS + 1];
	struct file stranger;
	char buf[128];
};

/* Of reader @reader, from its listing. */
static ssize_t read(struct fixture *fixture, unsigned int reader, loff_t off,
		    size_t count)
{
	memset(fixture->buf, 0, sizeof(fixture->buf));
	return gossip_members_read(&init_net, &fixture->file[reader],
				   fixture->buf, off, count);
}

static ssize_t read_all(struct fixture *fixture, unsigned int reader)
{
	return read(fixture, reader, 0, sizeof(fixture->buf) - 1);
}

static int start(struct fixture *fixture, const char *name)
{
	strscpy(fixture->params.name, name, sizeof(fixture->params.name));
	return gossip_start(&init_net, &fixture->params, &fixture->err);
}

/* A reader goes on with what it began, whatever becomes of the members. */
static void sysfs_one_instant(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, read(fixture, 0, 0, 4), 4);
	KUNIT_EXPECT_STREQ(test, fixture->buf, "self");
	gossip_stop(&init_net, &fixture->err);
	KUNIT_EXPECT_EQ(test, read_all(fixture, 1), 0);
	KUNIT_ASSERT_EQ(test, start(fixture, "other"), 0);
	KUNIT_EXPECT_EQ(test, read_all(fixture, 1), strlen(LINE) + 1);
	KUNIT_EXPECT_TRUE(test, strstarts(fixture->buf, "other "));

	KUNIT_EXPECT_EQ(test, read(fixture, 0, 4, 100), strlen(LINE) - 4);
	KUNIT_EXPECT_STREQ(test, fixture->buf, LINE + 4);
	/* Until it begins anew. */
	KUNIT_EXPECT_EQ(test, read_all(fixture, 0), strlen(LINE) + 1);
	KUNIT_EXPECT_TRUE(test, strstarts(fixture->buf, "other "));
}

/* pread() of any part, in any order, and past the end. */
static void sysfs_pread(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, read_all(fixture, 0), strlen(LINE));
	KUNIT_EXPECT_STREQ(test, fixture->buf, LINE);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 21, 5), 5);
	KUNIT_EXPECT_STREQ(test, fixture->buf, "alive");
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 5, 9), 9);
	KUNIT_EXPECT_STREQ(test, fixture->buf, "127.0.0.1");
	KUNIT_EXPECT_EQ(test, read(fixture, 0, strlen(LINE) - 1, 10), 1);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, strlen(LINE), 10), 0);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 1000, 10), 0);
	/* Who has seen the end is not expected to go back. */
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 5, 9), -ESTALE);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, strlen(LINE), 10), 0);
}

/* Nobody gets what another one reads. */
static void sysfs_stranger(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, read_all(fixture, 0), strlen(LINE));
	KUNIT_EXPECT_EQ(test,
			gossip_members_read(&init_net, &fixture->stranger,
					    fixture->buf, 5, 9),
			-ESTALE);
	KUNIT_EXPECT_EQ(test, read(fixture, 1, 0, 4), 4);
	KUNIT_EXPECT_EQ(test, read(fixture, 1, 5, 9), 9);
}

/* Of too many at once the one that has not read for longest is told so. */
static void sysfs_slow_reader(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	unsigned int i;

	for (i = 0; i < READERS; i++)
		KUNIT_ASSERT_EQ(test, read(fixture, i, 0, 1), 1);
	for (i = 0; i < READERS; i++)
		KUNIT_EXPECT_EQ(test, read(fixture, i, 1, 1), 1);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 2, 1), 1);

	KUNIT_EXPECT_EQ(test, read(fixture, READERS, 0, 1), 1);
	KUNIT_EXPECT_EQ(test, read(fixture, 1, 2, 1), -ESTALE);
	KUNIT_EXPECT_EQ(test, read(fixture, 0, 3, 1), 1);
	KUNIT_EXPECT_STREQ(test, fixture->buf, "f");
	for (i = 2; i <= READERS; i++)
		KUNIT_EXPECT_EQ(test, read(fixture, i, 2, 1), 1);
	/* It may begin anew. */
	KUNIT_EXPECT_EQ(test, read_all(fixture, 1), strlen(LINE));
	KUNIT_EXPECT_EQ(test, read(fixture, 1, 2, 1), 1);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	int err;

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	fixture->params.profile = SWIM_LOCAL;
	fixture->params.sensitivity = SWIM_NORMAL;
	err = gossip_parse_addr("127.0.0.1:17946", &fixture->params.bind);
	return err ?: start(fixture, "self");
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (fixture)
		gossip_stop(&init_net, &fixture->err);
}

static struct kunit_case cases[] = { KUNIT_CASE(sysfs_one_instant),
				     KUNIT_CASE(sysfs_pread),
				     KUNIT_CASE(sysfs_stranger),
				     KUNIT_CASE(sysfs_slow_reader),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-sysfs",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
