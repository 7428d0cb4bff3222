// SPDX-License-Identifier: GPL-2.0
/* What other modules are told, and may ask, of the instance in this namespace. */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/gossip.h>
#include <linux/jhash.h>
#include <net/udp_tunnel.h>

#include "../../kmod/namespace.h"
#include "../../kmod/swim/wire.h"
#include "loopback.h"

#define PORT 17946
#define OTHER_PORT 17947
#define WAIT_MS 5000

/* As in kmod/instance_effects.c. */
#define EVENTS_MAX 512
/* Of each, one character of the alphabet; a member and they are 65 events. */
#define SERVICES 64
#define OTHERS 10

/**
 * struct listener - a notifier, and what it was told
 * @notifier: registered
 * @calls: by event; written by the notifier alone
 * @told: notices of whatever event
 * @gap: the number of one was not that of the one before, and one more
 * @lost: of the last GOSSIP_NOTICES_LOST
 * @last: the last notice of an event
 * @state: what a look-up within the notifier said of the member
 */
struct listener {
	struct notifier_block notifier;
	u32 calls[SWIM_NR_EVENTS];
	u32 told;
	bool gap;
	u64 lost;
	struct gossip_notice last;
	int state;
};

/**
 * struct fixture - what a test has
 * @params: of an instance named "self"
 * @err: of the last refusal
 * @listener: not registered yet
 * @sock: from which others talk to the instance, or NULL
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct listener listener;
	struct socket *sock;
};

static int on_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct listener *listener = container_of(nb, struct listener, notifier);
	const struct gossip_notice *notice = data;

	if (event == GOSSIP_NOTICES_LOST) {
		listener->lost = notice->seq;
		return NOTIFY_OK;
	}
	if (listener->told++ && notice->seq != listener->last.seq + 1)
		listener->gap = true;
	listener->last = *notice;
	listener->state =
		gossip_member_state(&init_net, listener->last.member.name);
	if (event < SWIM_NR_EVENTS)
		listener->calls[event]++;
	return NOTIFY_OK;
}

static int start(struct fixture *fixture)
{
	return gossip_start(&init_net, &fixture->params, &fixture->err);
}

static int stop(struct fixture *fixture)
{
	return gossip_stop(&init_net, &fixture->err);
}

static u32 members(void)
{
	struct gossip_walk walk;
	u32 count = 0;

	gossip_for_each_member(&walk, &init_net) count++;
	return count;
}

/* Nothing is there: no member, and no reason to fail. */
static void notify_none(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "self"), -ENODEV);
	KUNIT_EXPECT_EQ(test, gossip_view(&init_net), 0);
	KUNIT_EXPECT_EQ(test, members(), 0);
}

static void notify_look_up(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_walk walk;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "self"),
			GOSSIP_MEMBER_STATE_ALIVE);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, "selves"),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, gossip_member_state(&init_net, ""), -ENOENT);
	KUNIT_EXPECT_NE(test, gossip_view(&init_net), 0);

	gossip_walk_begin(&walk, &init_net);
	KUNIT_ASSERT_TRUE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_STREQ(test, walk.member.name, "self");
	KUNIT_EXPECT_TRUE(test, walk.member.self);
	KUNIT_EXPECT_EQ(test, walk.member.addr.in.sin_family, AF_INET);
	KUNIT_EXPECT_EQ(test, ntohs(walk.member.addr.in.sin_port), 17946);
	KUNIT_EXPECT_EQ(test, walk.member.addr.in.sin_addr.s_addr,
			htonl(INADDR_LOOPBACK));
	KUNIT_EXPECT_LE(test, walk.member.seq, walk.seq);
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
}

/* A walk that began with one instance does not go on with another. */
static void notify_walk_ends(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_walk walk;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	gossip_walk_begin(&walk, &init_net);
	KUNIT_ASSERT_EQ(test, stop(fixture), 0);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_FALSE(test, gossip_walk_next(&walk));
	KUNIT_EXPECT_EQ(test, members(), 1);
}

/* Registered before there is an instance, it is told when that leaves. */
static void notify_told(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct listener *listener = &fixture->listener;

	KUNIT_ASSERT_EQ(
		test, gossip_register_notifier(&init_net, &listener->notifier),
		0);
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(
		test,
		gossip_unregister_notifier(&init_net, &listener->notifier), 0);
	KUNIT_EXPECT_EQ(test, listener->calls[GOSSIP_EVENT_TYPE_LEFT], 1);
	KUNIT_EXPECT_EQ(test, listener->last.event, GOSSIP_EVENT_TYPE_LEFT);
	KUNIT_EXPECT_PTR_EQ(test, listener->last.net, &init_net);
	KUNIT_EXPECT_STREQ(test, listener->last.member.name, "self");
	KUNIT_EXPECT_TRUE(test, listener->last.member.self);
	KUNIT_EXPECT_EQ(test, listener->last.member.state,
			GOSSIP_MEMBER_STATE_LEFT);
	/* And could ask meanwhile. */
	KUNIT_EXPECT_EQ(test, listener->state, GOSSIP_MEMBER_STATE_LEFT);
}

/* Once unregistered, it is told nothing. */
static void notify_unregistered(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct listener *listener = &fixture->listener;

	KUNIT_ASSERT_EQ(
		test, gossip_register_notifier(&init_net, &listener->notifier),
		0);
	KUNIT_EXPECT_EQ(
		test,
		gossip_unregister_notifier(&init_net, &listener->notifier), 0);
	KUNIT_EXPECT_EQ(test,
			gossip_unregister_notifier(&init_net,
						   &listener->notifier),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(test, listener->calls[GOSSIP_EVENT_TYPE_LEFT], 0);
}

/* A datagram of gossip about @count others, each with SERVICES. */
static u32 write_others(u8 *data, u32 size, u32 count, u8 state,
			u32 incarnation)
{
	static const char alphabet[] =
		"-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = jhash("default", strlen("default"), 0),
		.uid = 99,
	};
	struct wire_buf buf = { .data = data, .size = size };
	struct wire_body body = {};
	u8 meta[SERVICES][4];
	char name[4];
	u32 i;

	for (i = 0; i < SERVICES; i++)
		memcpy(meta[i], (u8[]){ 1, 0, 1, alphabet[i] }, 4);
	wire_put_message(&buf, &header, &body);
	for (i = 0; i < count; i++) {
		struct swim_record record = {
			.uid = 100 + i,
			.generation = 1,
			.incarnation = incarnation,
			.state = state,
			.addr = { .ip = { 127, 0, 0, 1 },
				  .family = 4,
				  .port = OTHER_PORT },
			.name = name,
			.meta = meta[0],
			.meta_len = sizeof(meta),
			.meta_key = 1ULL << 32 | 1,
		};

		record.name_len = scnprintf(name, sizeof(name), "m%u", i);
		wire_put_member(&buf, &record);
	}
	return buf.len;
}

/* Tells the instance, and waits until so many are in this state. */
static void tell_of(struct kunit *test, struct gossip_instance *inst,
		    struct gossip_summary *sum, u32 count,
		    enum swim_state state, u32 incarnation, u32 then)
{
	struct fixture *fixture = test->priv;
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct msghdr msg = { .msg_name = &to, .msg_namelen = sizeof(to) };
	u8 *data = kunit_kzalloc(test, SWIM_DATAGRAM_MAX, GFP_KERNEL);
	struct kvec vec = { .iov_base = data };
	u32 ms;

	KUNIT_ASSERT_NOT_NULL(test, data);
	vec.iov_len = write_others(data, SWIM_DATAGRAM_MAX, count, state,
				   incarnation);
	KUNIT_ASSERT_EQ(
		test, kernel_sendmsg(fixture->sock, &msg, &vec, 1, vec.iov_len),
		vec.iov_len);
	for (ms = 0; ms < WAIT_MS; ms += 20) {
		gossip_summary(inst, sum);
		if (sum->count[state] == then)
			return;
		msleep(20);
	}
	KUNIT_FAIL(test, "not told");
}

/*
 * One datagram with more changes than listeners are told of one by one: they
 * are told that something is missing, and of all that comes later. What came
 * while nobody listened does not count.
 */
static void notify_excess(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct listener *listener = &fixture->listener;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct udp_port_cfg config = {
		.family = AF_INET,
		.local_ip.s_addr = htonl(INADDR_LOOPBACK),
		.local_udp_port = htons(OTHER_PORT),
	};
	struct gossip_instance *inst;
	u64 before;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	KUNIT_ASSERT_EQ(test,
			udp_sock_create(&init_net, &config, &fixture->sock), 0);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	tell_of(test, inst, sum, OTHERS / 2, SWIM_ALIVE, 1, OTHERS / 2 + 1);
	tell_of(test, inst, sum, OTHERS, SWIM_ALIVE, 1, OTHERS + 1);
	before = sum->seq;
	KUNIT_EXPECT_GT(test, before, EVENTS_MAX);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, GOSSIP_EVENTS_EXCESS), 0);
	KUNIT_EXPECT_EQ(test, gossip_member_service(&init_net, "m9", "a"), 1);

	gossip_register_notifier(&init_net, &listener->notifier);
	tell_of(test, inst, sum, OTHERS, SWIM_LEFT, 2, OTHERS);
	KUNIT_EXPECT_EQ(test, listener->told, EVENTS_MAX);
	KUNIT_EXPECT_EQ(test, listener->last.seq, before + EVENTS_MAX);
	KUNIT_EXPECT_EQ(test, listener->lost, sum->seq);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, GOSSIP_EVENTS_EXCESS),
			sum->seq - listener->last.seq);
	/* Of those that were not told too. */
	KUNIT_EXPECT_EQ(test, gossip_member_service(&init_net, "m9", "a"), 0);

	before = sum->seq;
	listener->lost = 0;
	listener->told = 0;
	tell_of(test, inst, sum, 1, SWIM_ALIVE, 3, 2);
	gossip_unregister_notifier(&init_net, &listener->notifier);
	KUNIT_EXPECT_EQ(test, sum->seq, before + 1 + SERVICES);
	KUNIT_EXPECT_EQ(test, listener->last.seq, sum->seq);
	KUNIT_EXPECT_EQ(test, listener->told, 1 + SERVICES);
	KUNIT_EXPECT_FALSE(test, listener->gap);
	KUNIT_EXPECT_EQ(test, listener->lost, 0);
	gossip_instance_put(inst);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	fixture->listener.notifier.notifier_call = on_event;
	strscpy(fixture->params.name, "self", sizeof(fixture->params.name));
	fixture->params.profile = SWIM_LOCAL;
	fixture->params.sensitivity = SWIM_NORMAL;
	return gossip_parse_addr("127.0.0.1:17946", &fixture->params.bind);
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture)
		return;
	stop(fixture);
	gossip_unregister_notifier(&init_net, &fixture->listener.notifier);
	if (fixture->sock)
		sock_release(fixture->sock);
}

static struct kunit_case cases[] = { KUNIT_CASE(notify_none),
				     KUNIT_CASE(notify_look_up),
				     KUNIT_CASE(notify_walk_ends),
				     KUNIT_CASE(notify_told),
				     KUNIT_CASE(notify_unregistered),
				     KUNIT_CASE(notify_excess),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-notify",
	.suite_init = loopback_up,
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
