// SPDX-License-Identifier: GPL-2.0
/* What a user writes: addresses, lists of them, ranges of user ids. */

#include <kunit/test.h>

#include "../../kmod/params.h"
#include "letters.h"

#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"
#define LONG_TEXT "10.0.0.1:" ZEROS_60 "000000008080"

/*
 * Addresses: a good one has a family, and is written in full as @canonical; the
 * others are refused with @err, or -EINVAL.
 */
static const struct text {
	const char *text;
	u8 family;
	u16 port;
	const char *canonical;
	u32 scope;
	int err;
} texts[] = {
	{ "10.0.0.1", 4, 7946, "10.0.0.1" },
	{ "10.0.0.1:1", 4, 1, "10.0.0.1" },
	{ "10.0.0.1:65535", 4, 65535, "10.0.0.1" },
	{ "0.0.0.0:9", 4, 9, "0.0.0.0" },
	{ "fd00::7", 6, 7946, "fd00:0000:0000:0000:0000:0000:0000:0007" },
	{ "::", 6, 7946, "0000:0000:0000:0000:0000:0000:0000:0000" },
	{ "::1", 6, 7946, "0000:0000:0000:0000:0000:0000:0000:0001" },
	{ "[::1]", 6, 7946, "0000:0000:0000:0000:0000:0000:0000:0001" },
	{ "[fd00::7]:80", 6, 80, "fd00:0000:0000:0000:0000:0000:0000:0007" },
	{ "2001:db8:1111:2222:3333:4444:5555:6666", 6, 7946,
	  "2001:0db8:1111:2222:3333:4444:5555:6666" },
	{ "fe80::1", 6, 7946, "fe80:0000:0000:0000:0000:0000:0000:0001" },
	{ "fe80::1%lo", 6, 7946, "fe80:0000:0000:0000:0000:0000:0000:0001", 1 },
	{ "fe80::1%7", 6, 7946, "fe80:0000:0000:0000:0000:0000:0000:0001", 7 },
	{ "[fe80::1%lo]:80", 6, 80, "fe80:0000:0000:0000:0000:0000:0000:0001",
	  1 },
	{ "fd00::7%lo", 6, 7946, "fd00:0000:0000:0000:0000:0000:0000:0007", 1 },
	{ "::ffff:10.0.0.1", 6, 7946,
	  "0000:0000:0000:0000:0000:ffff:0a00:0001" },
	{ "" },
	{ ":" },
	{ ":80" },
	{ "[]" },
	{ "[]:80" },
	{ "10.0.0" },
	{ "10.0.0.256" },
	{ "10.0.0.1.2" },
	{ " 10.0.0.1" },
	{ "10.0.0.1 " },
	{ "10.0.0.1x" },
	{ "10.0.0.1/8" },
	{ "10.0.0.1:" },
	{ "10.0.0.1:0" },
	{ "10.0.0.1:65536" },
	{ "10.0.0.1:70000" },
	{ "10.0.0.1:-1" },
	{ "10.0.0.1:80x" },
	{ "10.0.0.1:0x50" },
	{ "10.0.0.1: 80" },
	{ "10.0.0.1:80:80" },
	{ "10.0.0.1:+80" },
	{ "10.0.0.1:80\n" },
	{ "10.0.0.1\n" },
	{ "10.0.0.1\nfoo" },
	{ "10.0.0.1%lo" },
	{ "[10.0.0.1]" },
	{ "[10.0.0.1]:80" },
	{ "localhost" },
	{ "fd00::7::1" },
	{ "fd00:::7" },
	{ "1:2:3:4:5:6:7" },
	{ "1:2:3:4:5:6:7:8:9" },
	{ "[fd00::7" },
	{ "fd00::7]" },
	{ "[fd00::7]80" },
	{ "[fd00::7]:" },
	{ "[fd00::7]:0" },
	{ "[fd00::7]:70000" },
	{ "[[fd00::7]]" },
	{ "fd00::7\n" },
	{ "fd00::7\nfoo" },
	{ "fe80::1%lo\n" },
	{ "fe80::1%7\n" },
	{ "fe80::1%", .err = -ENODEV },
	{ "fe80::1%0", .err = -ENODEV },
	{ "fe80::1%+7", .err = -ENODEV },
	{ "fe80::1%-7", .err = -ENODEV },
	{ "fe80::1%7x", .err = -ENODEV },
	{ "fe80::1%nosuch", .err = -ENODEV },
	{ "fe80::1%lo%lo", .err = -ENODEV },
	{ LETTERS_63 LETTERS_63 },
	/* Cut to any length it would be good. */
	{ LONG_TEXT },
};

static void describe_text(const struct text *text, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'",
		  (int)strlen(text->text), text->text);
}

KUNIT_ARRAY_PARAM(text, texts, describe_text);

static void text_parse_addr(struct kunit *test)
{
	const struct text *text = test->param_value;
	struct swim_addr addr;
	char back[40];

	/* Unused bytes must be zero whatever was there. */
	memset(&addr, 0xff, sizeof(addr));
	KUNIT_ASSERT_EQ(test, gossip_parse_addr(text->text, &addr),
			text->family ? 0 :
			text->err    ?:
				       -EINVAL);
	if (!text->family)
		return;
	KUNIT_EXPECT_EQ(test, addr.family, text->family);
	KUNIT_EXPECT_EQ(test, addr.port, text->port);
	KUNIT_EXPECT_EQ(test, addr.scope, text->scope);
	scnprintf(back, sizeof(back), text->family == 4 ? "%pI4" : "%pI6",
		  addr.ip);
	KUNIT_EXPECT_STREQ(test, back, text->canonical);
	if (addr.family == 4)
		KUNIT_EXPECT_TRUE(test, !memchr_inv(addr.ip + 4, 0, 12));
}

/* Lists: @bad is the element at fault, as it was written. */
static const struct list {
	const char *text;
	unsigned int peers;
	int err;
	const char *bad;
} lists[] = {
	{ "10.0.0.1", 1, 0 },
	{ "10.0.0.1,10.0.0.2:9,fd00::7,[fd00::8]:9", 4, 0 },
	{ "", 0, -EINVAL, "" },
	{ ",", 0, -EINVAL, "" },
	{ "10.0.0.1,", 1, -EINVAL, "" },
	{ "10.0.0.1,,10.0.0.2", 1, -EINVAL, "" },
	{ "10.0.0.1, 10.0.0.2", 1, -EINVAL, " 10.0.0.2" },
	{ "10.0.0.1,nonsense,10.0.0.2", 1, -EINVAL, "nonsense" },
	{ "10.0.0.1\n,10.0.0.2", 0, -EINVAL, "10.0.0.1\n" },
	{ "10.0.0.1,fe80::1%nosuch", 1, -ENODEV, "fe80::1%nosuch" },
};

static void describe_list(const struct list *list, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'",
		  (int)strlen(list->text), list->text);
}

KUNIT_ARRAY_PARAM(list, lists, describe_list);

static void text_parse_peers(struct kunit *test)
{
	const struct list *list = test->param_value;
	struct gossip_params *params = test->priv;
	const char *bad = "unset";
	char text[64];

	strscpy(text, list->text, sizeof(text));
	KUNIT_EXPECT_EQ(test, gossip_parse_peers(text, params, &bad),
			list->err);
	KUNIT_EXPECT_EQ(test, params->peers, list->peers);
	if (!list->bad) {
		KUNIT_EXPECT_NULL(test, bad);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, bad);
	KUNIT_EXPECT_STREQ(test, bad, list->bad);
}

static void text_too_many_peers(struct kunit *test)
{
	struct gossip_params *params = test->priv;
	char *text = kunit_kzalloc(test, 1024, GFP_KERNEL);
	const char *bad = NULL;
	size_t len = 0;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 1; i <= SWIM_SEEDS_MAX; i++)
		len += scnprintf(text + len, 1024 - len, ",10.0.0.%u", i);
	KUNIT_EXPECT_EQ(test, gossip_parse_peers(text + 1, params, &bad), 0);
	KUNIT_EXPECT_EQ(test, params->peers, SWIM_SEEDS_MAX);
	KUNIT_EXPECT_EQ(test, params->peer[31].ip[3], 32);

	strscpy(text, "10.0.0.99", 1024);
	KUNIT_EXPECT_EQ(test, gossip_parse_peers(text, params, &bad), -E2BIG);
	KUNIT_EXPECT_STREQ(test, bad, "10.0.0.99");
	KUNIT_EXPECT_EQ(test, params->peers, SWIM_SEEDS_MAX);
}

/**
 * struct uids - a range of user ids
 * @text: as the user writes it
 * @valid: if it is one
 * @first: then
 * @last: then
 */
struct uids {
	const char *text;
	bool valid;
	u32 first;
	u32 last;
};

static const struct uids uid_ranges[] = {
	{ "1000", true, 1000, 1000 },
	{ "1000-2000", true, 1000, 2000 },
	{ "0-4294967295", true, 0, 4294967295 },
	{ "7-7", true, 7, 7 },
	{ "2000-1000" },
	{ "" },
	{ "-" },
	{ "-5" },
	{ "5-" },
	{ "1-2-3" },
	{ "4294967296" },
	{ "0-4294967296" },
	{ "00000000001000" },
	{ "+5" },
	{ "5-+6" },
	{ " 5" },
	{ "5\n" },
	{ "0x10" },
	{ "1,2" },
	{ "root" },
};

static void describe_uids(const struct uids *range, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "%*pE", (int)strlen(range->text),
		  range->text);
}

KUNIT_ARRAY_PARAM(uids, uid_ranges, describe_uids);

static void text_uids(struct kunit *test)
{
	const struct uids *range = test->param_value;
	struct gossip_uids uids = {};

	KUNIT_EXPECT_EQ(test, gossip_parse_uids(range->text, &uids),
			range->valid ? 0 : -EINVAL);
	if (!range->valid)
		return;
	KUNIT_EXPECT_TRUE(test, uids.any);
	KUNIT_EXPECT_EQ(test, uids.first, range->first);
	KUNIT_EXPECT_EQ(test, uids.last, range->last);
}

static int init(struct kunit *test)
{
	test->priv =
		kunit_kzalloc(test, sizeof(struct gossip_params), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(text_parse_addr, text_gen_params),
	KUNIT_CASE_PARAM(text_parse_peers, list_gen_params),
	KUNIT_CASE(text_too_many_peers),
	KUNIT_CASE_PARAM(text_uids, uids_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "gossip-text",
	.init = init,
	.test_cases = cases,
};

kunit_test_suite(suite);
