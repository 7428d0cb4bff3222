// SPDX-License-Identifier: GPL-2.0
/* What goes out: netlink attributes, and the line of a member. */

#include <kunit/test.h>
#include <linux/mm.h>
#include <net/netlink.h>

#include <uapi/linux/gossip.h>

#include "../../kmod/event.h"
#include "../../kmod/instance.h"
#include "../../kmod/meta.h"
#include "../../kmod/netlink_put.h"
#include "../../kmod/sysfs_members.h"
#include "letters.h"

#define FULL_ADDRESS "[2001:db8:1111:2222:3333:4444:5555:6666]:65535"

/* All that a member can have. */
static const struct swim_info full = {
	.uid = U64_MAX,
	.seq = U64_MAX - 1,
	.generation = U32_MAX,
	.incarnation = U32_MAX - 1,
	.addr = {
		.ip = { 0x20, 1, 0xd, 0xb8, 0x11, 0x11, 0x22, 0x22,
			0x33, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66 },
		.scope = 3,
		.port = 65535,
		.family = 6,
	},
	.rtt_us = U32_MAX - 2,
	.heard_ms = U32_MAX - 3,
	.state = SWIM_FAILED,
	.lhm = 255,
	.self = true,
	.name = LETTERS_63,
	.flags = SWIM_FLAG_DEGRADED | SWIM_FLAG_PROBATION | SWIM_FLAG_AGREES,
};

static const struct swim_info bare = {
	.uid = 1,
	.seq = 2,
	.generation = 3,
	.addr = { .ip = { 10, 0, 0, 7 }, .port = 7946, .family = 4 },
	.heard_ms = SWIM_UNHEARD,
	.name = "web-7",
	.flags = SWIM_FLAG_DIFFERS,
};

static struct nlattr *parse(struct kunit *test, const struct nlattr *attr,
			    struct nlattr **tb, int maxtype)
{
	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, nla_type(attr) & ~NLA_TYPE_MASK, 0);
	KUNIT_ASSERT_EQ(test, nla_parse_nested(tb, maxtype, attr, NULL, NULL),
			0);
	return tb[0];
}

static void expect_address(struct kunit *test, const struct nlattr *attr,
			   const struct swim_addr *addr)
{
	struct nlattr *tb[GOSSIP_A_ADDRESS_MAX + 1];
	struct nlattr *ip;

	parse(test, attr, tb, GOSSIP_A_ADDRESS_MAX);
	ip = tb[addr->family == 4 ? GOSSIP_A_ADDRESS_IPV4 :
				    GOSSIP_A_ADDRESS_IPV6];
	KUNIT_ASSERT_NOT_NULL(test, ip);
	KUNIT_EXPECT_EQ(test, nla_len(ip), addr->family == 4 ? 4 : 16);
	KUNIT_EXPECT_EQ(test, memcmp(nla_data(ip), addr->ip, nla_len(ip)), 0);
	KUNIT_ASSERT_NOT_NULL(test, tb[GOSSIP_A_ADDRESS_PORT]);
	KUNIT_EXPECT_EQ(test, nla_get_u16(tb[GOSSIP_A_ADDRESS_PORT]),
			addr->port);
	KUNIT_EXPECT_EQ(test, !!tb[GOSSIP_A_ADDRESS_SCOPE], !!addr->scope);
	if (addr->scope)
		KUNIT_EXPECT_EQ(test, nla_get_u32(tb[GOSSIP_A_ADDRESS_SCOPE]),
				addr->scope);
}

static u32 get_u32(struct kunit *test, const struct nlattr *attr)
{
	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, nla_len(attr), 4);
	return nla_get_u32(attr);
}

static u64 get_u64(struct kunit *test, const struct nlattr *attr)
{
	KUNIT_ASSERT_NOT_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, nla_len(attr), 8);
	return nla_get_u64(attr);
}

static void expect_member(struct kunit *test, const struct nlattr *attr,
			  const struct swim_info *info)
{
	struct nlattr *tb[GOSSIP_A_MEMBER_MAX + 1];

	parse(test, attr, tb, GOSSIP_A_MEMBER_MAX);
	KUNIT_ASSERT_NOT_NULL(test, tb[GOSSIP_A_MEMBER_NAME]);
	KUNIT_EXPECT_STREQ(test, nla_data(tb[GOSSIP_A_MEMBER_NAME]),
			   info->name);
	KUNIT_EXPECT_EQ(test, get_u64(test, tb[GOSSIP_A_MEMBER_UID]),
			info->uid);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MEMBER_GENERATION]),
			info->generation);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MEMBER_INCARNATION]),
			info->incarnation);
	expect_address(test, tb[GOSSIP_A_MEMBER_ADDRESS], &info->addr);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MEMBER_STATE]),
			info->state);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MEMBER_HEALTH]),
			info->lhm);
	KUNIT_EXPECT_EQ(test, get_u64(test, tb[GOSSIP_A_MEMBER_SEQ]),
			info->seq);
	KUNIT_EXPECT_EQ(test, !!tb[GOSSIP_A_MEMBER_SELF], info->self);
	KUNIT_EXPECT_EQ(test, !!tb[GOSSIP_A_MEMBER_AGREES],
			!!(info->flags & SWIM_FLAG_AGREES));
	KUNIT_EXPECT_EQ(test, !!tb[GOSSIP_A_MEMBER_DIFFERS],
			!!(info->flags & SWIM_FLAG_DIFFERS));
	/* What was never measured is left out. */
	KUNIT_ASSERT_EQ(test, !!tb[GOSSIP_A_MEMBER_RTT_US], !!info->rtt_us);
	if (info->rtt_us)
		KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MEMBER_RTT_US]),
				info->rtt_us);
	KUNIT_ASSERT_EQ(test, !!tb[GOSSIP_A_MEMBER_HEARD_MS],
			info->heard_ms != SWIM_UNHEARD);
	if (info->heard_ms != SWIM_UNHEARD)
		KUNIT_EXPECT_EQ(test,
				get_u32(test, tb[GOSSIP_A_MEMBER_HEARD_MS]),
				info->heard_ms);
}

static void parse_message(struct kunit *test, struct nlattr **tb)
{
	struct sk_buff *skb = test->priv;

	KUNIT_ASSERT_EQ(test,
			nla_parse(tb, GOSSIP_A_MESSAGE_MAX, (void *)skb->data,
				  skb->len, NULL, NULL),
			0);
}

static void put_member(struct kunit *test)
{
	static const struct swim_info *const infos[] = { &full, &bare };
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct sk_buff *skb = test->priv;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(infos); i++) {
		skb_trim(skb, 0);
		KUNIT_ASSERT_EQ(test, gossip_put_member(skb, infos[i]), 0);
		parse_message(test, tb);
		expect_member(test, tb[GOSSIP_A_MESSAGE_MEMBER], infos[i]);
	}
}

static const struct swim_event cause = {
	.type = SWIM_EV_FAILED,
	.seq = U64_MAX,
	.info = full,
	.from = LETTERS_63,
	.accuser = LETTERS_63,
	.accusers = 4,
	.indirect = 3,
	.suspect_ms = 2500,
	.pings = 5,
	.nacks = 3,
	.lhm = 1,
};

static const struct gossip_event failure = {
	.type = GOSSIP_EVENT_TYPE_FAILED,
	.seq = U64_MAX,
	.cause = &cause,
};

static void put_event(struct kunit *test)
{
	struct nlattr *reason[GOSSIP_A_REASON_MAX + 1];
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct sk_buff *skb = test->priv;

	KUNIT_ASSERT_EQ(test, gossip_put_event(skb, &failure), 0);
	parse_message(test, tb);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MESSAGE_EVENT]),
			GOSSIP_EVENT_TYPE_FAILED);
	KUNIT_EXPECT_EQ(test, get_u64(test, tb[GOSSIP_A_MESSAGE_SEQ]),
			failure.seq);
	expect_member(test, tb[GOSSIP_A_MESSAGE_MEMBER], &full);

	parse(test, tb[GOSSIP_A_MESSAGE_REASON], reason, GOSSIP_A_REASON_MAX);
	KUNIT_ASSERT_NOT_NULL(test, reason[GOSSIP_A_REASON_FROM]);
	KUNIT_EXPECT_STREQ(test, nla_data(reason[GOSSIP_A_REASON_FROM]),
			   cause.from);
	KUNIT_ASSERT_NOT_NULL(test, reason[GOSSIP_A_REASON_ACCUSER]);
	KUNIT_EXPECT_STREQ(test, nla_data(reason[GOSSIP_A_REASON_ACCUSER]),
			   cause.accuser);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_ACCUSERS]),
			cause.accusers);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_INDIRECT]),
			cause.indirect);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_PINGS]),
			cause.pings);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_NACKS]),
			cause.nacks);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_HEALTH]),
			cause.lhm);
	KUNIT_EXPECT_EQ(test, get_u32(test, reason[GOSSIP_A_REASON_SUSPECT_MS]),
			cause.suspect_ms);
}

/* A reason is only given for a suspicion and for a failure. */
static void put_event_reasons(struct kunit *test)
{
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct swim_event *reason =
		kunit_kzalloc(test, sizeof(*reason), GFP_KERNEL);
	struct gossip_event event = { .cause = reason };
	struct sk_buff *skb = test->priv;
	u32 type;

	KUNIT_ASSERT_NOT_NULL(test, reason);
	*reason = cause;
	for (type = SWIM_EV_JOIN; type < SWIM_NR_EVENTS; type++) {
		reason->type = type;
		event.type = (enum gossip_event_type)type;
		skb_trim(skb, 0);
		KUNIT_ASSERT_EQ(test, gossip_put_event(skb, &event), 0);
		parse_message(test, tb);
		KUNIT_EXPECT_EQ_MSG(test, !!tb[GOSSIP_A_MESSAGE_REASON],
				    type == SWIM_EV_SUSPECT ||
					    type == SWIM_EV_FAILED,
				    "event %u", type);
	}
}

/* That of a service has its name, and no reason: the member's has that. */
static void put_event_service(struct kunit *test)
{
	static const struct gossip_event down = {
		.type = GOSSIP_EVENT_TYPE_SERVICE_DOWN,
		.seq = 7,
		.cause = &cause,
		.service = LETTERS_63,
	};
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct sk_buff *skb = test->priv;

	KUNIT_ASSERT_EQ(test, gossip_put_event(skb, &down), 0);
	KUNIT_EXPECT_LE(test, skb->len, gossip_event_size(&down));
	parse_message(test, tb);
	KUNIT_EXPECT_EQ(test, get_u32(test, tb[GOSSIP_A_MESSAGE_EVENT]),
			GOSSIP_EVENT_TYPE_SERVICE_DOWN);
	KUNIT_EXPECT_EQ(test, get_u64(test, tb[GOSSIP_A_MESSAGE_SEQ]), 7);
	KUNIT_EXPECT_NULL(test, tb[GOSSIP_A_MESSAGE_REASON]);
	KUNIT_ASSERT_NOT_NULL(test, tb[GOSSIP_A_MESSAGE_SERVICE]);
	KUNIT_EXPECT_STREQ(test, nla_data(tb[GOSSIP_A_MESSAGE_SERVICE]),
			   LETTERS_63);
}

/* The largest event needs what gossip_event_size() says, and not less. */
static void put_event_size(struct kunit *test)
{
	size_t size = gossip_event_size(&failure);
	struct sk_buff *skb = test->priv;

	KUNIT_ASSERT_EQ(test, gossip_put_event(skb, &failure), 0);
	KUNIT_EXPECT_LE(test, skb->len, size);
	/* What is kept for padding of 64-bit numbers may be left. */
	KUNIT_EXPECT_GE(test, skb->len + 3 * nla_total_size(0), size);
}

/* Whatever the room, it is used or refused, and never exceeded. */
static void put_event_no_room(struct kunit *test)
{
	struct sk_buff *skb = test->priv;
	unsigned int room, tail, need;

	KUNIT_ASSERT_EQ(test, gossip_put_event(skb, &failure), 0);
	need = skb->len;
	for (room = 0; room < need; room += 4) {
		skb_trim(skb, 0);
		tail = skb_tailroom(skb);
		skb_reserve(skb, tail - room);
		KUNIT_EXPECT_EQ(test, gossip_put_event(skb, &failure),
				-EMSGSIZE);
		skb_trim(skb, 0);
		skb->data -= tail - room;
		skb_reset_tail_pointer(skb);
	}
}

static void put_instance_off(struct kunit *test)
{
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	u32 i, attrs = 0;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	KUNIT_ASSERT_EQ(test, gossip_put_instance(test->priv, sum), 0);
	parse_message(test, tb);
	parse(test, tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
	      GOSSIP_A_INSTANCE_MAX);
	KUNIT_EXPECT_EQ(test, get_u32(test, instance[GOSSIP_A_INSTANCE_STATUS]),
			GOSSIP_STATUS_OFF);
	for (i = 1; i <= GOSSIP_A_INSTANCE_MAX; i++)
		attrs += !!instance[i];
	KUNIT_EXPECT_EQ(test, attrs, 1);
}

/* The largest instance fits into the message that a reply is. */
static void put_instance_full(struct kunit *test)
{
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	sum->status = SWIM_RUNNING;
	strscpy(sum->params.name, LETTERS_63, sizeof(sum->params.name));
	strscpy(sum->params.cluster, LETTERS_63, sizeof(sum->params.cluster));
	sum->params.bind = full.addr;
	sum->advertise = full.addr;
	sum->holder = full.addr;
	sum->view_ms = U32_MAX;
	sum->params.peers = SWIM_SEEDS_MAX;
	sum->params.sealed = true;
	memset(sum->params.secret, 0xa5, sizeof(sum->params.secret));
	for (i = 0; i < SWIM_SEEDS_MAX; i++)
		sum->params.peer[i] = full.addr;
	sum->params.lease_uids = (struct gossip_uids){ true, 1000, 2000 };
	sum->count[SWIM_ALIVE] = 65536;
	sum->uid = U64_MAX;
	KUNIT_ASSERT_EQ(test, gossip_put_instance(test->priv, sum), 0);

	parse_message(test, tb);
	parse(test, tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
	      GOSSIP_A_INSTANCE_MAX);
	/* All but a secret, whatever there is. */
	for (i = GOSSIP_A_INSTANCE_PAD + 1; i <= GOSSIP_A_INSTANCE_MAX; i++)
		KUNIT_EXPECT_EQ_MSG(test, !instance[i],
				    i == GOSSIP_A_INSTANCE_SECRET,
				    "attribute %u", i);
	expect_address(test, instance[GOSSIP_A_INSTANCE_BIND], &full.addr);
	expect_address(test, instance[GOSSIP_A_INSTANCE_HOLDER], &full.addr);
	KUNIT_EXPECT_EQ(test,
			get_u32(test, instance[GOSSIP_A_INSTANCE_VIEW_MS]),
			U32_MAX);
	KUNIT_EXPECT_EQ(test, get_u32(test, instance[GOSSIP_A_INSTANCE_ALIVE]),
			65536);
	KUNIT_EXPECT_EQ(test, get_u64(test, instance[GOSSIP_A_INSTANCE_UID]),
			U64_MAX);
}

/* Each counter has an attribute of its own, and the core's keep its names. */
static void put_stats(struct kunit *test)
{
	struct nlattr *stats[GOSSIP_A_STATS_MAX + 1];
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct gossip_stat_row *row;
	u64 *value;
	u32 i;

	value = kunit_kcalloc(test, GOSSIP_NR_STATS, sizeof(*value),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, value);
	for (i = 0; i < GOSSIP_NR_STATS; i++)
		value[i] = U64_MAX - i;
	KUNIT_ASSERT_EQ(test, gossip_put_stats(test->priv, value), 0);

	parse_message(test, tb);
	parse(test, tb[GOSSIP_A_MESSAGE_STATS], stats, GOSSIP_A_STATS_MAX);
	for (i = 0; i < GOSSIP_NR_STATS; i++) {
		row = &gossip_stat_rows[i];
		KUNIT_ASSERT_NOT_NULL_MSG(test, row->name, "counter %u", i);
		KUNIT_EXPECT_GT(test, row->attr, GOSSIP_A_STATS_PAD);
		KUNIT_EXPECT_LE(test, row->attr, GOSSIP_A_STATS_MAX);
		/* Two of one attribute would differ in their values. */
		KUNIT_EXPECT_EQ(test, get_u64(test, stats[row->attr]),
				value[i]);
		if (i < SWIM_NR_STATS)
			KUNIT_EXPECT_STREQ(test, row->name, swim_stat_names[i]);
	}
}

/* name, address, state, incarnation, rtt_us, health, services */
static void put_line(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	static const char bare_line[] = "web-7 10.0.0.7:7946 alive 0 - 0 -\n";
	static const char full_line[] = LETTERS_63
		" " FULL_ADDRESS
		" failed+degraded+probation 4294967294 4294967293 255 -\n";

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, gossip_member_line(buf, &bare),
			sizeof(bare_line) - 1);
	KUNIT_EXPECT_STREQ(test, buf, bare_line);
	KUNIT_EXPECT_EQ(test, gossip_member_line(buf, &full),
			sizeof(full_line) - 1);
	KUNIT_EXPECT_STREQ(test, buf, full_line);
}

static int init(struct kunit *test)
{
	test->priv = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void finish(struct kunit *test)
{
	nlmsg_free(test->priv);
}

static struct kunit_case cases[] = { KUNIT_CASE(put_member),
				     KUNIT_CASE(put_event),
				     KUNIT_CASE(put_event_reasons),
				     KUNIT_CASE(put_event_size),
				     KUNIT_CASE(put_event_no_room),
				     KUNIT_CASE(put_instance_off),
				     KUNIT_CASE(put_instance_full),
				     KUNIT_CASE(put_stats),
				     KUNIT_CASE(put_line),
				     KUNIT_CASE(put_event_service),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-put",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
