// SPDX-License-Identifier: GPL-2.0
/* Ways to others, and the own address on them. */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "addr.h"
#include "route.h"

static bool is_any(const struct swim_addr *addr)
{
	return !memchr_inv(addr->ip, 0, sizeof(addr->ip));
}

bool gossip_has_ipv6(void)
{
	return IS_ENABLED(CONFIG_IPV6) && ipv6_mod_enabled();
}

struct rtable *gossip_route4(struct net *net, const struct swim_addr *bind,
			     const struct swim_addr *to, struct flowi4 *flow)
{
	*flow = (struct flowi4){
		.flowi4_proto = IPPROTO_UDP,
		.daddr = gossip_ipv4(to),
		.saddr = gossip_ipv4(bind),
		.fl4_sport = htons(bind->port),
		.fl4_dport = htons(to->port),
	};
	return ip_route_output_flow(net, flow, NULL);
}

struct dst_entry *gossip_route6(struct net *net, struct sock *sk,
				const struct swim_addr *bind,
				const struct swim_addr *to, struct flowi6 *flow)
{
	/* Older kernels that were booted without it have no tables to look at. */
	if (!gossip_has_ipv6())
		return ERR_PTR(-EPFNOSUPPORT);
	*flow = (struct flowi6){
		.flowi6_proto = IPPROTO_UDP,
		.daddr = gossip_ipv6(to),
		.saddr = gossip_ipv6(bind),
		.flowi6_oif = to->scope ?: bind->scope,
		.fl6_sport = htons(bind->port),
		.fl6_dport = htons(to->port),
	};
	return ip6_dst_lookup_flow(net, sk, flow, NULL);
}

static bool route_source(struct net *net, const struct swim_addr *bind,
			 const struct swim_addr *to, struct swim_addr *source)
{
	if (to->family == 4) {
		struct flowi4 flow;
		struct rtable *rt = gossip_route4(net, bind, to, &flow);

		if (IS_ERR(rt))
			return false;
		ip_rt_put(rt);
		memcpy(source->ip, &flow.saddr, 4);
	} else {
		struct flowi6 flow;
		struct dst_entry *dst =
			gossip_route6(net, NULL, bind, to, &flow);

		if (IS_ERR(dst))
			return false;
		dst_release(dst);
		memcpy(source->ip, &flow.saddr, 16);
		if (gossip_is_link_local(source))
			source->scope = to->scope;
	}
	return true;
}

/* First address that is not of the host or link only. */
static bool device_source4(const struct net_device *dev, struct swim_addr *addr)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (ifa->ifa_scope != RT_SCOPE_UNIVERSE)
			continue;
		memcpy(addr->ip, &ifa->ifa_local, 4);
		return true;
	}
	return false;
}

static bool device_source6(struct net *net, const struct net_device *dev,
			   struct swim_addr *addr)
{
#if IS_ENABLED(CONFIG_IPV6)
	/* Any global address as destination will do. */
	static const struct in6_addr far = { .s6_addr = { 0x20, 0x01, 0x0d,
							  0xb8 } };
	struct in6_addr found;

	if (ipv6_dev_get_saddr(net, dev, &far, 0, &found) ||
	    ipv6_addr_type(&found) & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK))
		return false;
	memcpy(addr->ip, &found, 16);
	return true;
#else
	return false;
#endif
}

static bool device_source(struct net *net, struct swim_addr *source)
{
	struct net_device *dev;
	bool found = false;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		/* It may go down meanwhile. */
		unsigned int flags = READ_ONCE(dev->flags);

		if (!(flags & IFF_UP) || flags & IFF_LOOPBACK)
			continue;
		found = source->family == 4 ? device_source4(dev, source) :
					      device_source6(net, dev, source);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

int gossip_route_source(struct net *net, const struct swim_addr *bind,
			const struct swim_addr *to, struct swim_addr *source)
{
	might_sleep();
	if (bind->family == 6 && !gossip_has_ipv6())
		return -EPFNOSUPPORT;
	*source = *bind;
	if (!is_any(bind))
		return 0;
	if (to && to->family == bind->family &&
	    route_source(net, bind, to, source))
		return 0;
	if (device_source(net, source))
		return 0;
	return -EADDRNOTAVAIL;
}
