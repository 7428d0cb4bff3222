// SPDX-License-Identifier: GPL-2.0
/*
 * A link or an own address that is lost is evidence about this node, and none
 * about others: the instance learns of it at once, and does not wait until
 * nobody answers. Datagrams that it sends from then on fail in udp.c.
 *
 * What was found says nothing: the protocol sees by itself that answers come.
 */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "addr.h"
#include "device.h"
#include "namespace.h"

/* Whether that is @addr, on @dev: a link-local address may be on others too. */
static bool is_it(const struct swim_addr *addr, const struct net_device *dev,
		  u8 family, const void *ip)
{
	return addr->family == family &&
	       !memcmp(addr->ip, ip, family == 4 ? 4 : 16) &&
	       (!addr->scope || addr->scope == dev->ifindex);
}

/* Whether it is told to others, or bound to. */
static bool owns(struct gossip_instance *inst, const struct net_device *dev,
		 u8 family, const void *ip)
{
	struct swim_addr self;

	gossip_own_addr(inst, &self);
	return is_it(&self, dev, family, ip) ||
	       is_it(gossip_bind(inst), dev, family, ip);
}

static bool has_own4(struct gossip_instance *inst, const struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (owns(inst, dev, 4, &ifa->ifa_local))
			return true;
	return false;
}

#if IS_ENABLED(CONFIG_IPV6)
static bool has6(const struct net_device *dev, const struct swim_addr *addr)
{
	struct in6_addr ip = gossip_ipv6(addr);

	return addr->family == 6 &&
	       (!addr->scope || addr->scope == dev->ifindex) &&
	       ipv6_chk_addr(dev_net(dev), &ip, dev, 1);
}
#endif

/* Of those that a device loses when it goes down on_ipv6() is told. */
static bool has_own6(struct gossip_instance *inst, const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_IPV6)
	struct swim_addr self;

	gossip_own_addr(inst, &self);
	return has6(dev, &self) || has6(dev, gossip_bind(inst));
#else
	return false;
#endif
}

/* Under RTNL. */
static int on_device(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct gossip_instance *inst;

	if (event != NETDEV_DOWN &&
	    (event != NETDEV_CHANGE || netif_carrier_ok(dev)))
		return NOTIFY_DONE;

	rcu_read_lock();
	inst = gossip_instance_rcu(dev_net(dev));
	if (inst &&
	    (gossip_sends_by(inst, dev->ifindex) || has_own4(inst, dev) ||
	     has_own6(inst, dev)) &&
	    gossip_lose_link(inst))
		gossip_fault(inst, GOSSIP_LINK_LOST);
	rcu_read_unlock();
	return NOTIFY_DONE;
}

static void lost_address(const struct net_device *dev, u8 family,
			 const void *ip)
{
	struct gossip_instance *inst;

	rcu_read_lock();
	inst = gossip_instance_rcu(dev_net(dev));
	if (inst && owns(inst, dev, family, ip))
		gossip_fault(inst, GOSSIP_ADDRESS_LOST);
	rcu_read_unlock();
}

static bool is_there4(struct net *net, __be32 ip)
{
	bool found;

	rcu_read_lock();
	found = __ip_dev_find(net, ip, false);
	rcu_read_unlock();
	return found;
}

/* Under RTNL. */
static int on_ipv4(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct net_device *dev = ifa->ifa_dev->dev;

	/* It may be on another device by now. */
	if (event == NETDEV_DOWN && !is_there4(dev_net(dev), ifa->ifa_local))
		lost_address(dev, 4, &ifa->ifa_local);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = { .notifier_call = on_device };
static struct notifier_block ipv4_notifier = { .notifier_call = on_ipv4 };

#if IS_ENABLED(CONFIG_IPV6)
/* May be in softirq. */
static int on_ipv6(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;
	const struct net_device *dev = ifa->idev->dev;
	/* A link-local one is another one on each. */
	bool local = ipv6_addr_type(&ifa->addr) & IPV6_ADDR_LINKLOCAL;

	if (event == NETDEV_DOWN &&
	    !ipv6_chk_addr(dev_net(dev), &ifa->addr, local ? dev : NULL, 1))
		lost_address(dev, 6, &ifa->addr);
	return NOTIFY_DONE;
}

static struct notifier_block ipv6_notifier = { .notifier_call = on_ipv6 };

static int register_ipv6(void)
{
	return register_inet6addr_notifier(&ipv6_notifier);
}

static void unregister_ipv6(void)
{
	unregister_inet6addr_notifier(&ipv6_notifier);
}
#else
static int register_ipv6(void)
{
	return 0;
}

static void unregister_ipv6(void)
{
}
#endif

int __init gossip_device_init(void)
{
	int err;

	err = register_netdevice_notifier(&device_notifier);
	if (err)
		return err;
	err = register_inetaddr_notifier(&ipv4_notifier);
	if (err)
		goto unregister_device;
	err = register_ipv6();
	if (err)
		goto unregister_ipv4;
	return 0;

unregister_ipv4:
	unregister_inetaddr_notifier(&ipv4_notifier);
unregister_device:
	unregister_netdevice_notifier(&device_notifier);
	return err;
}

/* The last one tells of all devices as if they went down. */
void gossip_device_exit(void)
{
	unregister_ipv6();
	unregister_inetaddr_notifier(&ipv4_notifier);
	unregister_netdevice_notifier(&device_notifier);
}
