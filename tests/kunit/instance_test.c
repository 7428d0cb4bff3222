// SPDX-License-Identifier: GPL-2.0
/*
 * The module's own instance in the initial namespace, on loopback: starting,
 * stopping, what is refused, and the listing.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <net/udp_tunnel.h>

#include "../../kmod/instance_priv.h"
#include "../../kmod/namespace.h"
#include "../../kmod/swim/wire.h"
#include "loopback.h"

#define PORT 17946
#define OTHER_PORT 17947
#define WAIT_MS 5000

/**
 * struct fixture - what a test has
 * @params: good ones, to be spoiled
 * @err: of the last refusal
 * @sock: another user of the network, or NULL
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct socket *sock;
};

static int start(struct fixture *fixture)
{
	fixture->err = (struct gossip_error){};
	return gossip_start(&init_net, &fixture->params, &fixture->err);
}

static int stop(struct fixture *fixture)
{
	fixture->err = (struct gossip_error){};
	return gossip_stop(&init_net, &fixture->err);
}

static void bind_to(struct kunit *test, struct fixture *fixture,
		    const char *text)
{
	KUNIT_ASSERT_EQ(test, gossip_parse_addr(text, &fixture->params.bind),
			0);
	fixture->params.advertise = fixture->params.bind;
}

static int open_socket(struct fixture *fixture, u16 port)
{
	struct udp_port_cfg config = {
		.family = AF_INET,
		.local_ip.s_addr = htonl(INADDR_LOOPBACK),
		.local_udp_port = htons(port),
	};

	return udp_sock_create(&init_net, &config, &fixture->sock);
}

static void instance_start_stop(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	KUNIT_EXPECT_NULL(test, gossip_instance_get(&init_net));
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	gossip_summary(inst, sum);
	KUNIT_EXPECT_EQ(test, sum->status, SWIM_RUNNING);
	KUNIT_EXPECT_STREQ(test, sum->params.name, "middle");
	KUNIT_EXPECT_STREQ(test, sum->params.cluster, "default");
	KUNIT_EXPECT_EQ(test, sum->advertise.port, PORT);
	KUNIT_EXPECT_EQ(test, sum->count[SWIM_ALIVE], 1);

	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_NULL(test, gossip_instance_get(&init_net));
	/* Who still holds it can still look. */
	gossip_summary(inst, sum);
	KUNIT_EXPECT_EQ(test, sum->status, SWIM_GONE);
	gossip_instance_put(inst);
}

/* What came and could not be looked at says that this node has too much to do. */
static void instance_overload(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;
	u32 waited = 0;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	/* It looks for others, or its timer would not fire. */
	fixture->params.peer[0] = fixture->params.bind;
	fixture->params.peer[0].port = OTHER_PORT;
	fixture->params.peers = 1;
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	gossip_summary(inst, sum);
	KUNIT_EXPECT_EQ(test, sum->health, 0);
	gossip_count(&inst->counters, GOSSIP_RX_NO_MEMORY);
	while (!sum->health && waited < WAIT_MS) {
		msleep(20);
		waited += 20;
		gossip_summary(inst, sum);
	}
	KUNIT_EXPECT_EQ(test, sum->health, 1);
	gossip_instance_put(inst);
}

/* Without an instance every command but start says so. */
static void instance_none(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, stop(fixture), -ENODEV);
	KUNIT_EXPECT_NOT_NULL(test, fixture->err.why);
	KUNIT_EXPECT_EQ(test, gossip_leave(&init_net, &fixture->err), -ENODEV);
	KUNIT_EXPECT_EQ(test,
			gossip_join(&init_net, &fixture->params.bind, 1,
				    &fixture->err),
			-ENODEV);
}

static void instance_set(struct kunit *test)
{
	struct gossip_change change = { .profile = -1, .sensitivity = -1 };
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	change.config.max_datagram = 8000;
	change.config.max_members = 65536;
	KUNIT_EXPECT_EQ(test, gossip_set(&init_net, &change, &fixture->err),
			-ENODEV);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, gossip_set(&init_net, &change, &fixture->err), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	gossip_summary(inst, sum);
	KUNIT_EXPECT_EQ(test, sum->params.config.max_datagram, 8000);
	KUNIT_EXPECT_EQ(test, sum->params.config.max_members, 65536);
	KUNIT_EXPECT_EQ(test, sum->params.config.gossip_interval, 100);

	KUNIT_EXPECT_EQ(test, gossip_ping(inst, "middle", 10, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, gossip_ping(inst, "other", 10, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(test, gossip_ping(inst, "other", 10, 0), -ENETDOWN);
	gossip_instance_put(inst);
}

static void instance_second_start(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_instance *inst, *same;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_EXPECT_EQ(test, start(fixture), -EBUSY);
	KUNIT_EXPECT_NOT_NULL(test, fixture->err.why);
	/* The first one is not disturbed. */
	same = gossip_instance_get(&init_net);
	KUNIT_EXPECT_PTR_EQ(test, same, inst);
	gossip_instance_put(same);
	gossip_instance_put(inst);
}

/* What was in use is free again, at once. */
static void instance_again(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	u32 i;

	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, start(fixture), 0);
		KUNIT_ASSERT_EQ(test, stop(fixture), 0);
	}
}

static void instance_ipv6(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!IS_ENABLED(CONFIG_IPV6) || !ipv6_mod_enabled())
		kunit_skip(test, "no IPv6");
	bind_to(test, fixture, "[::1]:17946");
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
}

/* Without another word the own address is that of the route to a peer. */
static void instance_own_address(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_params *params = &fixture->params;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	params->peer[params->peers++] = params->bind;
	memset(params->bind.ip, 0, sizeof(params->bind.ip));
	memset(&params->advertise, 0, sizeof(params->advertise));
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	gossip_summary(inst, sum);
	KUNIT_EXPECT_MEMEQ(test, &sum->advertise, &params->peer[0],
			   sizeof(sum->advertise));
	/* It is found once more, as it may be another one by now. */
	KUNIT_EXPECT_EQ(test,
			gossip_join(&init_net, params->peer, 1, &fixture->err),
			0);
	gossip_summary(inst, sum);
	KUNIT_EXPECT_MEMEQ(test, &sum->advertise, &params->peer[0],
			   sizeof(sum->advertise));
	gossip_instance_put(inst);
}

static void instance_port_in_use(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_ASSERT_EQ(test, open_socket(fixture, PORT), 0);
	KUNIT_EXPECT_EQ(test, start(fixture), -EADDRINUSE);
	KUNIT_EXPECT_STREQ(test, fixture->err.what, "bind");
	KUNIT_EXPECT_EQ(test, stop(fixture), -ENODEV);

	fixture->params.bind.port = OTHER_PORT;
	KUNIT_EXPECT_EQ(test, start(fixture), 0);
}

/* Refused, with the parameter at fault, and nothing is left behind. */
static const struct refusal {
	const char *bind;
	const char *advertise;
	const char *peer;
	u32 fanout;
	int err;
	const char *what;
} refusals[] = {
	{ "192.0.2.1", "192.0.2.1", NULL, 0, -EADDRNOTAVAIL, "bind" },
	{ "2001:db8::1", "2001:db8::1", NULL, 0, -EADDRNOTAVAIL, "bind" },
	{ "224.0.0.1", NULL, NULL, 0, -EINVAL, "bind" },
	{ "127.0.0.1", "224.0.0.1", NULL, 0, -EINVAL, "advertise" },
	{ "127.0.0.1", "::1", NULL, 0, -EINVAL, "advertise" },
	{ "127.0.0.1", NULL, "::1", 0, -EINVAL, "peers" },
	{ "127.0.0.1", NULL, NULL, 99, -EINVAL, "gossip_fanout" },
};

static void describe(const struct refusal *refusal, char *text)
{
	scnprintf(text, KUNIT_PARAM_DESC_SIZE, "%s: bind %s, advertise %s",
		  refusal->what, refusal->bind, refusal->advertise ?: "-");
}

KUNIT_ARRAY_PARAM(refusal, refusals, describe);

static void instance_refused(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct fixture *fixture = test->priv;
	struct gossip_params *params = &fixture->params;

	bind_to(test, fixture, refusal->bind);
	memset(&params->advertise, 0, sizeof(params->advertise));
	if (refusal->advertise)
		KUNIT_ASSERT_EQ(test,
				gossip_parse_addr(refusal->advertise,
						  &params->advertise),
				0);
	if (refusal->peer)
		KUNIT_ASSERT_EQ(
			test,
			gossip_parse_addr(refusal->peer,
					  &params->peer[params->peers++]),
			0);
	params->config.gossip_fanout = refusal->fanout;
	KUNIT_EXPECT_EQ(test, start(fixture), refusal->err);
	KUNIT_EXPECT_STREQ(test, fixture->err.what, refusal->what);
	KUNIT_EXPECT_NULL(test, gossip_instance_get(&init_net));
}

/* Whom to join is refused as it is on starting. */
static void instance_join_refused(struct kunit *test)
{
	static const char *const texts[] = { "::1", "224.0.0.1", "0.0.0.0",
					     "::ffff:127.0.0.1", "fe80::1" };
	struct fixture *fixture = test->priv;
	struct swim_addr peer[2];
	u32 i;

	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_ASSERT_EQ(test, gossip_parse_addr("127.0.0.1:9", &peer[0]), 0);
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		KUNIT_ASSERT_EQ(test, gossip_parse_addr(texts[i], &peer[1]), 0);
		KUNIT_EXPECT_EQ(test,
				gossip_join(&init_net, peer, 2, &fixture->err),
				-EINVAL);
		KUNIT_EXPECT_STREQ(test, fixture->err.what, "peers");
		KUNIT_EXPECT_EQ(test, fixture->err.index, 1);
	}
}

/* A datagram of gossip about members of these names. */
static u32 write_gossip(u8 *data, u32 size, const char *const *names, u32 count)
{
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = jhash("default", strlen("default"), 0),
		.uid = 99,
	};
	struct wire_buf buf = { .data = data, .size = size };
	struct wire_body body = {};
	u32 i;

	wire_put_message(&buf, &header, &body);
	for (i = 0; i < count; i++) {
		struct swim_record record = {
			.uid = 100 + i,
			.generation = 1,
			.addr = { .ip = { 127, 0, 0, 1 },
				  .family = 4,
				  .port = OTHER_PORT },
			.name = names[i],
			.name_len = strlen(names[i]),
		};

		wire_put_member(&buf, &record);
	}
	return buf.len;
}

static int send_to_instance(struct fixture *fixture, void *data, u32 len)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct msghdr msg = { .msg_name = &to, .msg_namelen = sizeof(to) };
	struct kvec vec = { .iov_base = data, .iov_len = len };

	return kernel_sendmsg(fixture->sock, &msg, &vec, 1, len);
}

static bool wait_for(struct gossip_instance *inst, const char *name)
{
	struct swim_info info;
	u32 ms;

	for (ms = 0; ms < WAIT_MS; ms += 20) {
		if (gossip_find(inst, name, &info))
			return true;
		msleep(20);
	}
	return false;
}

static void expect_listing(struct kunit *test, struct gossip_instance *inst)
{
	static const char *const order[] = { "middle", "Zoe",	"a1",  "a10",
					     "a2",     "alpha", "zeta" };
	struct gossip_listing *listing = gossip_list(inst);
	u32 i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(listing));
	KUNIT_EXPECT_EQ(test, listing->count, ARRAY_SIZE(order));
	for (i = 0; i < min_t(u32, listing->count, ARRAY_SIZE(order)); i++) {
		KUNIT_EXPECT_STREQ(test, listing->member[i].name, order[i]);
		KUNIT_EXPECT_EQ(test, listing->member[i].self, !i);
		KUNIT_EXPECT_LE(test, listing->member[i].seq, listing->seq);
	}
	gossip_listing_free(listing);
}

/* Starts an instance that knows of others; returns a reference to it. */
static struct gossip_instance *start_with_others(struct kunit *test)
{
	static const char *const names[] = { "zeta", "a2",  "alpha",
					     "a10",  "Zoe", "a1" };
	struct fixture *fixture = test->priv;
	u8 *data = kunit_kzalloc(test, SWIM_DATAGRAM_MIN, GFP_KERNEL);
	struct gossip_instance *inst;
	u32 len;

	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_ASSERT_EQ(test, open_socket(fixture, OTHER_PORT), 0);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	len = write_gossip(data, SWIM_DATAGRAM_MIN, names, ARRAY_SIZE(names));
	KUNIT_EXPECT_EQ(test, send_to_instance(fixture, data, len), len);
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	KUNIT_EXPECT_TRUE(test, wait_for(inst, names[ARRAY_SIZE(names) - 1]));
	return inst;
}

/* Through the socket into the core, and out: oneself first, then by name. */
static void instance_listing(struct kunit *test)
{
	struct gossip_instance *inst = start_with_others(test);

	expect_listing(test, inst);
	gossip_instance_put(inst);
}

/* What is not gossip is counted, and does nothing else. */
static void instance_garbage(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_instance *inst;
	u8 data[] = "GET / HTTP/1.1\r\n\r\n";
	u32 ms;

	KUNIT_ASSERT_EQ(test, open_socket(fixture, OTHER_PORT), 0);
	KUNIT_ASSERT_EQ(test, start(fixture), 0);
	KUNIT_EXPECT_EQ(test, send_to_instance(fixture, data, 0), 0);
	KUNIT_EXPECT_EQ(test, send_to_instance(fixture, data, sizeof(data)),
			sizeof(data));
	inst = gossip_instance_get(&init_net);
	KUNIT_ASSERT_NOT_NULL(test, inst);
	for (ms = 0; ms < WAIT_MS && gossip_stat(inst, SWIM_RX) < 2; ms += 20)
		msleep(20);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, SWIM_RX), 2);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, SWIM_RX_MALFORMED), 2);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, SWIM_TX), 0);
	gossip_instance_put(inst);
}

static enum swim_status status_of(struct gossip_instance *inst,
				  struct gossip_summary *sum)
{
	gossip_summary(inst, sum);
	return sum->status;
}

/* Returns a reference to an instance that has begun to leave. */
static struct gossip_instance *begin_leaving(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_instance *inst;

	/* So that it takes half a second and more. */
	fixture->params.config.gossip_fanout = 1;
	fixture->params.config.retransmit_mult = 12;
	inst = start_with_others(test);
	KUNIT_EXPECT_EQ(test, gossip_leave(&init_net, &fixture->err), 0);
	return inst;
}

/* No request waits for one that leaves; what is stopped has left. */
static void instance_while_leaving(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	inst = begin_leaving(test);
	KUNIT_EXPECT_EQ(test, status_of(inst, sum), SWIM_LEAVING);
	KUNIT_EXPECT_EQ(test, start(fixture), -EBUSY);
	KUNIT_EXPECT_EQ(test, gossip_leave(&init_net, &fixture->err), 0);
	KUNIT_EXPECT_EQ(test, status_of(inst, sum), SWIM_LEAVING);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(test, status_of(inst, sum), SWIM_GONE);
	KUNIT_EXPECT_EQ(test, stop(fixture), -ENODEV);
	gossip_instance_put(inst);
}

/* It leaves by itself, and the instance stays. */
static void instance_leaves(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;
	u32 ms;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	inst = begin_leaving(test);
	for (ms = 0; ms < WAIT_MS && status_of(inst, sum) != SWIM_GONE;
	     ms += 20)
		msleep(20);
	KUNIT_EXPECT_EQ(test, status_of(inst, sum), SWIM_GONE);
	KUNIT_EXPECT_EQ(test, start(fixture), -EBUSY);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	gossip_instance_put(inst);
}

/* What is stopped has left, even if it was told to join again meanwhile. */
static void instance_join_while_leaving(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	struct gossip_summary *sum =
		kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);
	struct gossip_instance *inst;

	KUNIT_ASSERT_NOT_NULL(test, sum);
	inst = begin_leaving(test);
	KUNIT_EXPECT_EQ(test, gossip_join(&init_net, NULL, 0, &fixture->err),
			0);
	KUNIT_EXPECT_NE(test, status_of(inst, sum), SWIM_LEAVING);
	KUNIT_EXPECT_EQ(test, stop(fixture), 0);
	KUNIT_EXPECT_EQ(test, status_of(inst, sum), SWIM_GONE);
	gossip_instance_put(inst);
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	strscpy(fixture->params.name, "middle", sizeof(fixture->params.name));
	fixture->params.profile = SWIM_LOCAL;
	fixture->params.sensitivity = SWIM_NORMAL;
	bind_to(test, fixture, "127.0.0.1:17946");
	return 0;
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (!fixture)
		return;
	stop(fixture);
	if (fixture->sock)
		sock_release(fixture->sock);
}

static struct kunit_case cases[] = { KUNIT_CASE(instance_start_stop),
				     KUNIT_CASE(instance_overload),
				     KUNIT_CASE(instance_none),
				     KUNIT_CASE(instance_second_start),
				     KUNIT_CASE(instance_set),
				     KUNIT_CASE(instance_again),
				     KUNIT_CASE(instance_ipv6),
				     KUNIT_CASE(instance_own_address),
				     KUNIT_CASE(instance_port_in_use),
				     KUNIT_CASE_PARAM(instance_refused,
						      refusal_gen_params),
				     KUNIT_CASE(instance_join_refused),
				     KUNIT_CASE(instance_listing),
				     KUNIT_CASE(instance_garbage),
				     KUNIT_CASE(instance_while_leaving),
				     KUNIT_CASE(instance_leaves),
				     KUNIT_CASE(instance_join_while_leaving),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-instance",
	.suite_init = loopback_up,
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
