// SPDX-License-Identifier: GPL-2.0
/*
 * The merge laws, on random records: whatever the order, grouping and
 * repetition in which a member hears of others, it ends with the same table.
 */

#include <kunit/test.h>

#include "../../kmod/swim/core.h"
#include "fake_net.h"

#define TRIALS 1000
#define RECORDS 12
#define NAMES 3
#define MEMBERS_MAX 20

static const char *const names[NAMES] = { "a", "b", "c" };

static void tell(struct fake_net *net, u32 node,
		 const struct swim_record *record)
{
	struct swim_source source = { .addr = fake_addr(77) };

	swim_merge(net->node[node].swim, record, &source, false);
}

static struct swim_record stranger(const char *name, u64 uid)
{
	return (struct swim_record){
		.name = name,
		.name_len = strlen(name),
		.uid = uid,
		.addr = fake_addr(uid),
	};
}

/* All names are known first: who is unknown and dead is not taken up. */
static void introduce(struct fake_net *net, u32 node)
{
	u32 i;

	for (i = 0; i < NAMES; i++) {
		struct swim_record record = stranger(names[i], 50 + i);

		tell(net, node, &record);
	}
}

static void random_records(struct fake_net *net, struct swim_record *records)
{
	u32 i;

	for (i = 0; i < RECORDS; i++) {
		u32 r = prandom_u32_state(&net->random);
		u32 name = (r & 0xff) % NAMES, generation = 1 + (r >> 8 & 1);

		/* Equal keys mean equal records: a start has one uid. */
		records[i] =
			stranger(names[name], 100 * (name + 1) + generation);
		records[i].generation = generation;
		records[i].incarnation = (r >> 9 & 0xff) % 3;
		records[i].state = (r >> 17 & 0xff) % SWIM_NR_STATES;
		records[i].accuser[0] = 99;
		records[i].accusers = 1;
	}
}

static void expect_same_tables(struct kunit *test, struct fake_net *net,
			       u32 trial)
{
	struct swim_info a, b;
	u32 i;

	for (i = 0; i < NAMES; i++) {
		KUNIT_ASSERT_TRUE(test,
				  swim_find(net->node[0].swim, names[i], &a));
		KUNIT_ASSERT_TRUE(test,
				  swim_find(net->node[1].swim, names[i], &b));
		KUNIT_ASSERT_TRUE_MSG(
			test,
			a.uid == b.uid && a.generation == b.generation &&
				a.incarnation == b.incarnation &&
				a.state == b.state,
			"trial %u, %s: %u.%u %s and %u.%u %s", trial, names[i],
			a.generation, a.incarnation, swim_state_names[a.state],
			b.generation, b.incarnation, swim_state_names[b.state]);
	}
}

static void one_trial(struct kunit *test, struct swim_record *records,
		      u32 trial)
{
	struct fake_net *net = test->priv;
	u64 own[2], seen[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_TRUE(test, fake_start(net, i));
		own[i] = swim_view(net->node[i].swim);
		introduce(net, i);
	}
	random_records(net, records);
	for (i = 0; i < RECORDS; i++)
		tell(net, 0, &records[i]);
	/* The other way round, and some of them in between and again. */
	for (i = RECORDS; i--;) {
		tell(net, 1,
		     &records[prandom_u32_state(&net->random) % RECORDS]);
		tell(net, 1, &records[i]);
	}
	expect_same_tables(test, net, trial);
	for (i = 0; i < 2; i++) {
		seen[i] = own[i] ^ swim_view(net->node[i].swim);
		fake_stop(net, i);
	}
	/* Of the others alone: the two themselves differ. */
	KUNIT_ASSERT_EQ_MSG(test, seen[0], seen[1], "views in trial %u", trial);
}

static void merge_laws(struct kunit *test)
{
	struct swim_record *records =
		kunit_kcalloc(test, RECORDS, sizeof(*records), GFP_KERNEL);
	u32 trial;

	KUNIT_ASSERT_NOT_NULL(test, records);
	for (trial = 0; trial < TRIALS; trial++)
		one_trial(test, records, trial);
}

/* The digest kept step by step is the digest of what is there. */
static void merge_view_follows(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim *swim;
	u64 own, all;
	u32 i;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	swim = net->node[0].swim;
	own = swim_view(swim);
	introduce(net, 0);
	all = swim_view(swim);
	KUNIT_EXPECT_NE(test, all, own);
	for (i = 0; i < NAMES; i++) {
		struct swim_record gone = stranger(names[i], 900 + i);
		struct swim_info info;

		KUNIT_ASSERT_TRUE(test, swim_find(swim, names[i], &info));
		gone.uid = info.uid;
		gone.addr = info.addr;
		gone.generation = 9;
		gone.state = SWIM_LEFT;
		tell(net, 0, &gone);
	}
	KUNIT_EXPECT_EQ(test, swim_view(swim), own);
	KUNIT_EXPECT_EQ(test, swim_count(swim, SWIM_LEFT), NAMES);
}

static void merge_dead_and_unknown(struct kunit *test)
{
	struct swim_record record = stranger("x", 5);
	struct fake_net *net = test->priv;
	struct swim_info info;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	record.state = SWIM_FAILED;
	tell(net, 0, &record);
	record.state = SWIM_LEFT;
	tell(net, 0, &record);
	KUNIT_EXPECT_FALSE(test, swim_find(net->node[0].swim, "x", &info));
}

static void merge_two_names_one_uid(struct kunit *test)
{
	struct swim_record x = stranger("x", 5), y = stranger("y", 5);
	struct fake_net *net = test->priv;
	struct swim *swim;
	struct swim_info info;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	swim = net->node[0].swim;
	tell(net, 0, &x);
	tell(net, 0, &y);
	KUNIT_EXPECT_TRUE(test, swim_find(swim, "x", &info));
	KUNIT_EXPECT_FALSE(test, swim_find(swim, "y", &info));
	KUNIT_EXPECT_EQ(test, swim_stat(swim, SWIM_RX_STRAY), 1);
}

static void merge_table_is_bounded(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim *swim;
	char name[8];
	u32 i;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	swim = net->node[0].swim;
	for (i = 0; i < 2 * MEMBERS_MAX; i++) {
		struct swim_record record;

		scnprintf(name, sizeof(name), "m%u", i);
		record = stranger(name, 1000 + i);
		tell(net, 0, &record);
	}
	KUNIT_EXPECT_EQ(test, swim_count(swim, SWIM_ALIVE), MEMBERS_MAX);
	KUNIT_EXPECT_EQ(test, swim_stat(swim, SWIM_TABLE_FULL),
			MEMBERS_MAX + 1);
}

/* What others say of this member itself. */
static const struct claim {
	const char *what;
	u8 state;
	u32 incarnation;
	u32 raised;
} claims[] = {
	{ "suspect", SWIM_SUSPECT, 0, 1 },
	{ "failed", SWIM_FAILED, 0, 1 },
	{ "left", SWIM_LEFT, 0, 1 },
	{ "alive as it is", SWIM_ALIVE, 0, 0 },
	{ "a greater incarnation", SWIM_ALIVE, 7, 8 },
	{ "suspect and much greater", SWIM_SUSPECT, 1000, 1001 },
};

static void describe(const struct claim *claim, char *text)
{
	strscpy(text, claim->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(claim, claims, describe);

static void merge_refutes(struct kunit *test)
{
	const struct claim *claim = test->param_value;
	struct fake_net *net = test->priv;
	struct swim_record record;
	struct swim_info after;
	struct swim *swim;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	swim = net->node[0].swim;
	swim_record_of(swim->self, &record);
	record.accuser[record.accusers++] = 42;
	record.state = claim->state;
	record.incarnation = claim->incarnation;
	tell(net, 0, &record);
	swim_self(swim, &after);
	KUNIT_EXPECT_EQ(test, after.state, SWIM_ALIVE);
	KUNIT_EXPECT_EQ(test, after.incarnation, claim->raised);
	KUNIT_EXPECT_EQ(test, swim_stat(swim, SWIM_REFUTED), !!claim->raised);
}

static void merge_greatest_incarnation(struct kunit *test)
{
	struct fake_net *net = test->priv;
	struct swim_record record;
	struct swim_info after;
	struct swim *swim;

	KUNIT_ASSERT_TRUE(test, fake_start(net, 0));
	swim = net->node[0].swim;
	swim_record_of(swim->self, &record);
	record.accuser[record.accusers++] = 42;
	record.state = SWIM_FAILED;
	record.incarnation = U32_MAX;
	tell(net, 0, &record);
	swim_self(swim, &after);
	KUNIT_EXPECT_EQ(test, after.state, SWIM_ALIVE);
	KUNIT_EXPECT_EQ(test, after.incarnation, 0);
	KUNIT_EXPECT_EQ(test, after.generation, record.generation + 1);
}

static int init(struct kunit *test)
{
	struct fake_net *net = fake_net_new(1);

	test->priv = net;
	if (!net)
		return -ENOMEM;
	net->config.max_members = MEMBERS_MAX;
	return 0;
}

static void finish(struct kunit *test)
{
	if (test->priv)
		fake_net_free(test->priv);
}

static struct kunit_case cases[] = { KUNIT_CASE(merge_laws),
				     KUNIT_CASE(merge_view_follows),
				     KUNIT_CASE(merge_dead_and_unknown),
				     KUNIT_CASE(merge_two_names_one_uid),
				     KUNIT_CASE(merge_table_is_bounded),
				     KUNIT_CASE_PARAM(merge_refutes,
						      claim_gen_params),
				     KUNIT_CASE(merge_greatest_incarnation),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-merge",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
