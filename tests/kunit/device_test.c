// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of the device and of the address of an instance counts at once, as evidence
 * about this node.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/if_addr.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "../../kmod/namespace.h"

#define DEVICES 2
#define WAIT_MS 5000
#define ADDRESS 0xc0000201 /* 192.0.2.1; the second device has the next one */

/**
 * struct fixture - what a test has
 * @params: of the instance, at the address of the first device, by which it
 *	sends to a peer that is not there
 * @err: of the last refusal
 * @inst: a reference to it
 * @dev: two devices, up
 * @rtnl: by which addresses are set
 */
struct fixture {
	struct gossip_params params;
	struct gossip_error err;
	struct gossip_instance *inst;
	struct net_device *dev[DEVICES];
	struct socket *rtnl;
};

static netdev_tx_t discard(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops device_ops = {
	.ndo_start_xmit = discard,
};

static void setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &device_ops;
	dev->needs_free_netdev = true;
}

static int make_device(struct net_device **to)
{
	struct net_device *dev =
		alloc_netdev(0, "under_test%d", NET_NAME_UNKNOWN, setup);
	int err;

	if (!dev)
		return -ENOMEM;
	rtnl_lock();
	err = register_netdevice(dev);
	if (!err) {
		*to = dev;
		err = dev_open(dev, NULL);
	} else {
		free_netdev(dev);
	}
	rtnl_unlock();
	return err;
}

/* The error in it. */
static int answer(struct fixture *fixture)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
	} reply = {};
	struct kvec vec = { .iov_base = &reply, .iov_len = sizeof(reply) };
	struct msghdr msg = {};
	int ret = kernel_recvmsg(fixture->rtnl, &msg, &vec, 1, sizeof(reply),
				 MSG_DONTWAIT);

	if (ret < 0)
		return ret;
	return reply.head.nlmsg_type == NLMSG_ERROR ? reply.err.error : -EPROTO;
}

/* @type: RTM_NEWADDR or RTM_DELADDR. As ip-address(8) does it. */
static int change_address(struct fixture *fixture, unsigned int device,
			  u16 type)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = { .msg_name = &kernel,
			      .msg_namelen = sizeof(kernel) };
	struct sk_buff *skb = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct ifaddrmsg *head;
	struct nlmsghdr *nlh;
	struct kvec vec;
	int ret;

	if (!skb)
		return -ENOMEM;
	nlh = nlmsg_put(skb, 0, 0, type, sizeof(*head),
			NLM_F_REQUEST | NLM_F_ACK);
	head = nlmsg_data(nlh);
	*head = (struct ifaddrmsg){
		.ifa_family = AF_INET,
		.ifa_prefixlen = device ? 32 : 24,
		.ifa_index = fixture->dev[device]->ifindex,
	};
	nla_put_in_addr(skb, IFA_LOCAL, htonl(ADDRESS + device));
	nlmsg_end(skb, nlh);
	vec = (struct kvec){ .iov_base = skb->data, .iov_len = skb->len };
	ret = kernel_sendmsg(fixture->rtnl, &msg, &vec, 1, skb->len);
	kfree_skb(skb);
	return ret < 0 ? ret : answer(fixture);
}

static void close(struct net_device *dev)
{
	rtnl_lock();
	dev_close(dev);
	rtnl_unlock();
}

/* What is counted by now: links, addresses, and both as a fault of this node. */
static void expect(struct kunit *test, u32 links, u32 addresses)
{
	struct fixture *fixture = test->priv;
	struct gossip_instance *inst = fixture->inst;

	KUNIT_EXPECT_EQ(test, gossip_stat(inst, GOSSIP_LINK_LOST), links);
	KUNIT_EXPECT_EQ(test, gossip_stat(inst, GOSSIP_ADDRESS_LOST),
			addresses);
	/* It may have tried to send meanwhile. */
	KUNIT_EXPECT_GE(test, gossip_stat(inst, SWIM_TX_FAILED),
			links + addresses);
}

static bool await(struct gossip_instance *inst, unsigned int stat)
{
	u32 ms;

	for (ms = 0; ms < WAIT_MS; ms += 20) {
		if (gossip_stat(inst, stat))
			return true;
		msleep(20);
	}
	return false;
}

static void device_closed(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	expect(test, 0, 0);
	close(fixture->dev[0]);
	expect(test, 1, 0);
}

/* It is up, but its cable is not. */
static void device_no_carrier(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	netif_carrier_off(fixture->dev[0]);
	rtnl_lock();
	netdev_state_change(fixture->dev[0]);
	rtnl_unlock();
	expect(test, 1, 0);
	/* That is known. */
	close(fixture->dev[0]);
	expect(test, 1, 0);
}

/* The kernel tells of it when a datagram has found out already. */
static void device_told_late(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	netif_carrier_off(fixture->dev[0]);
	KUNIT_EXPECT_TRUE(test, await(fixture->inst, GOSSIP_TX_LINK_DOWN));
	rtnl_lock();
	netdev_state_change(fixture->dev[0]);
	rtnl_unlock();
	expect(test, 1, 0);
}

static void device_address_lost(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, change_address(fixture, 0, RTM_DELADDR), 0);
	expect(test, 0, 1);
}

/* What goes with it counts once for each, the link and the address. */
static void device_gone(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	rtnl_lock();
	unregister_netdevice(fixture->dev[0]);
	rtnl_unlock();
	fixture->dev[0] = NULL;
	expect(test, 1, 1);
}

/* What others lose is no concern, nor what this one gets. */
static void device_other(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, change_address(fixture, 1, RTM_DELADDR), 0);
	KUNIT_EXPECT_EQ(test, change_address(fixture, 1, RTM_NEWADDR), 0);
	close(fixture->dev[1]);
	expect(test, 0, 0);
}

static int make_devices(struct fixture *fixture)
{
	unsigned int i;
	int err;

	err = sock_create_kern(&init_net, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE,
			       &fixture->rtnl);
	for (i = 0; i < DEVICES && !err; i++) {
		err = make_device(&fixture->dev[i]);
		if (!err)
			err = change_address(fixture, i, RTM_NEWADDR);
	}
	return err;
}

static int init(struct kunit *test)
{
	struct fixture *fixture =
		kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	int err;

	test->priv = fixture;
	if (!fixture)
		return -ENOMEM;
	strscpy(fixture->params.name, "self", sizeof(fixture->params.name));
	fixture->params.profile = SWIM_LOCAL;
	fixture->params.sensitivity = SWIM_NORMAL;
	err = gossip_parse_addr("192.0.2.1:17946", &fixture->params.bind);
	if (!err)
		err = gossip_parse_addr("192.0.2.9:17946",
					&fixture->params.peer[0]);
	fixture->params.peers = 1;
	if (!err)
		err = make_devices(fixture);
	if (!err)
		err = gossip_start(&init_net, &fixture->params, &fixture->err);
	if (err)
		return err;
	fixture->inst = gossip_instance_get(&init_net);
	/* A link that no datagram has left by is not missed. */
	return await(fixture->inst, SWIM_TX) ? 0 : -ETIMEDOUT;
}

static void finish(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	unsigned int i;

	if (!fixture)
		return;
	if (fixture->inst)
		gossip_instance_put(fixture->inst);
	gossip_stop(&init_net, &fixture->err);
	rtnl_lock();
	for (i = 0; i < DEVICES; i++)
		if (fixture->dev[i])
			unregister_netdevice(fixture->dev[i]);
	rtnl_unlock();
	if (fixture->rtnl)
		sock_release(fixture->rtnl);
}

static struct kunit_case cases[] = { KUNIT_CASE(device_closed),
				     KUNIT_CASE(device_no_carrier),
				     KUNIT_CASE(device_told_late),
				     KUNIT_CASE(device_address_lost),
				     KUNIT_CASE(device_gone),
				     KUNIT_CASE(device_other),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip-device",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
