// SPDX-License-Identifier: GPL-2.0
/*
 * The files of /sys/kernel/gossip, and the listing that each reader of members has
 * to itself.
 */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <net/net_namespace.h>

#include "../../kmod/namespace.h"
#include "../../kmod/sysfs_members.h"

/* As README.md promises: one that is slower than so many others is told so. */
#define READERS 32
#define DIR "kernel/gossip/"
#define LINE "self 127.0.0.1:17946 alive 0 - 0 -\n"

/**
 * struct fixture - what a test has
 * @params: of an instance named "self", which runs
 * @err: of the last refusal
 * @file: stand for readers; never looked into
 * @stranger: another one, which never begins
 * @buf: what was read last
 * @sysfs: as a file system of the test's own, which need not be mounted for others
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct file file[READERS + 1];
	struct file stranger;
	char buf[128];
	struct vfsmount *sysfs;
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

static struct file *open(struct fixture *fixture, const char *name, int flags)
{
	struct path root = {
		.mnt = fixture->sysfs,
		.dentry = fixture->sysfs->mnt_root,
	};

	return file_open_root(&root, name, flags, 0);
}

/* What file @name says. */
static const char *says(struct fixture *fixture, const char *name)
{
	struct file *file = open(fixture, name, O_RDONLY);
	loff_t pos = 0;

	if (IS_ERR(file))
		return "nothing";
	memset(fixture->buf, 0, sizeof(fixture->buf));
	if (kernel_read(file, fixture->buf, sizeof(fixture->buf) - 1, &pos) < 0)
		strscpy(fixture->buf, "an error", sizeof(fixture->buf));
	filp_close(file, NULL);
	return fixture->buf;
}

static ssize_t write(struct fixture *fixture, const char *name,
		     const char *text)
{
	struct file *file = open(fixture, name, O_WRONLY);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, text, strlen(text), &pos);
	filp_close(file, NULL);
	return ret;
}

static void sysfs_values(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "state"), "alive\n");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "alive"), "1\n");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "failed"), "0\n");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "self"), LINE);
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "stats/rx_malformed"),
			   "0\n");
	gossip_stop(&init_net, &fixture->err);
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "state"), "off\n");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "alive"), "0\n");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "self"), "");
	KUNIT_EXPECT_STREQ(test, says(fixture, DIR "config/probe_interval"),
			   "an error");
}

static void sysfs_config(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	static const char file[] = DIR "config/probe_interval";

	KUNIT_EXPECT_EQ(test, write(fixture, file, "600\n"), 4);
	KUNIT_EXPECT_STREQ(test, says(fixture, file), "600\n");
	KUNIT_EXPECT_EQ(test, write(fixture, file, "4"), -EINVAL);
	KUNIT_EXPECT_EQ(test, write(fixture, file, "six"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, says(fixture, file), "600\n");
	gossip_stop(&init_net, &fixture->err);
	KUNIT_EXPECT_EQ(test, write(fixture, file, "600"), -ENODEV);
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
	fixture->sysfs = kern_mount(get_fs_type("sysfs"));
	if (IS_ERR(fixture->sysfs))
		return PTR_ERR(fixture->sysfs);
	err = gossip_parse_addr("127.0.0.1:17946", &fixture->params.bind);
	return err ?: start(fixture, "self");
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture)
		return;
	gossip_stop(&init_net, &fixture->err);
	if (!IS_ERR_OR_NULL(fixture->sysfs))
		kern_unmount(fixture->sysfs);
}

static struct kunit_case cases[] = { KUNIT_CASE(sysfs_one_instant),
				     KUNIT_CASE(sysfs_pread),
				     KUNIT_CASE(sysfs_stranger),
				     KUNIT_CASE(sysfs_slow_reader),
				     KUNIT_CASE(sysfs_values),
				     KUNIT_CASE(sysfs_config),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-sysfs",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
