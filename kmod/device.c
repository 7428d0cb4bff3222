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

#include "device.h"
#include "namespace.h"

/* Whether an own address is that one, of @family and as long as that has it. */
static bool owns(struct gossip_instance *inst, u8 family, const void *ip)
{
	const struct swim_addr *bind = gossip_bind(inst);
	size_t len = family == 4 ? 4 : 16;
	struct swim_info self;

	gossip_self(inst, &self);
	return (self.addr.family == family && !memcmp(self.addr.ip, ip, len)) ||
	       (bind->family == family && !memcmp(bind->ip, ip, len));
}

static bool has_own4(struct gossip_instance *inst, const struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (owns(inst, 4, &ifa->ifa_local))
			return true;
	return false;
}

/* Of those that a device loses when it goes down on_ipv6() is told. */
static bool has_own6(struct gossip_instance *inst, const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_IPV6)
	struct swim_info self;
	struct in6_addr ip;

	gossip_self(inst, &self);
	if (self.addr.family != 6)
		return false;
	memcpy(&ip, self.addr.ip, sizeof(ip));
	return ipv6_chk_addr(dev_net(dev), &ip, dev, 1);
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
	if (inst && (gossip_sends_by(inst, dev->ifindex) ||
		     has_own4(inst, dev) || has_own6(inst, dev)))
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
	if (inst && owns(inst, family, ip))
		gossip_fault(inst, GOSSIP_ADDRESS_LOST);
	rcu_read_unlock();
}

/* Under RTNL. */
static int on_ipv4(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	if (event == NETDEV_DOWN)
		lost_address(ifa->ifa_dev->dev, 4, &ifa->ifa_local);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = { .notifier_call = on_device };
static struct notifier_block ipv4_notifier = { .notifier_call = on_ipv4 };

#if IS_ENABLED(CONFIG_IPV6)
/* May be in softirq. */
static int on_ipv6(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	if (event == NETDEV_DOWN)
		lost_address(ifa->idev->dev, 6, &ifa->addr);
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
