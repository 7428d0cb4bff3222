// SPDX-License-Identifier: GPL-2.0
/* UDP sockets: receive hook, route look-up, transmit. */

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/udp.h>
#include <net/udp_tunnel.h>

#include "compat.h"
#include "trace.h"
#include "udp.h"

/* Room for what the lower layers put in front. */
#define HEADROOM                                                              \
	ALIGN(sizeof(struct ipv6hdr) + sizeof(struct udphdr) + LL_MAX_HEADER, \
	      16)

static __be32 ipv4(const struct swim_addr *addr)
{
	__be32 ip;

	memcpy(&ip, addr->ip, sizeof(ip));
	return ip;
}

static struct in6_addr ipv6(const struct swim_addr *addr)
{
	struct in6_addr ip;

	memcpy(&ip, addr->ip, sizeof(ip));
	return ip;
}

static bool is_any(const struct swim_addr *addr)
{
	return !memchr_inv(addr->ip, 0, sizeof(addr->ip));
}

static void source_of(const struct sk_buff *skb, struct swim_addr *from)
{
	memset(from, 0, sizeof(*from));
	from->port = ntohs(udp_hdr(skb)->source);
	if (ip_hdr(skb)->version == 4) {
		from->family = 4;
		memcpy(from->ip, &ip_hdr(skb)->saddr, 4);
		return;
	}
	from->family = 6;
	memcpy(from->ip, &ipv6_hdr(skb)->saddr, 16);
	if (ipv6_addr_type(&ipv6_hdr(skb)->saddr) & IPV6_ADDR_LINKLOCAL)
		from->scope = skb->skb_iif;
}

static void drop(struct gossip_udp *udp, const struct swim_addr *addr,
		 size_t len, enum gossip_stat why)
{
	gossip_count(udp->counters, why);
	trace_gossip_dropped(udp->net, addr, len, gossip_stat_rows[why].name);
}

static void drop_received(struct gossip_udp *udp, struct sk_buff *skb,
			  enum gossip_stat why)
{
	struct swim_addr from;

	source_of(skb, &from);
	drop(udp, &from, skb->len - sizeof(struct udphdr), why);
	kfree_skb(skb);
}

/*
 * The checksum has been verified, and the header with it is there. Returns 0:
 * @skb is always consumed.
 */
static int encap_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct gossip_udp *udp = rcu_dereference_sk_user_data(sk);
	struct swim_addr from;
	size_t len;

	if (!udp || !pskb_may_pull(skb, sizeof(struct udphdr))) {
		kfree_skb(skb);
		return 0;
	}
	/* No member sends to more than one. */
	if (skb->pkt_type == PACKET_BROADCAST ||
	    skb->pkt_type == PACKET_MULTICAST) {
		drop_received(udp, skb, GOSSIP_RX_NOT_UNICAST);
		return 0;
	}
	len = ntohs(udp_hdr(skb)->len);
	/* Longer than any member sends: spare the copy. */
	if (len < sizeof(struct udphdr) || len > skb->len ||
	    len > SWIM_DATAGRAM_MAX + sizeof(struct udphdr)) {
		drop_received(udp, skb, GOSSIP_RX_LENGTH);
		return 0;
	}
	/* What is there to be pulled is missing for want of memory only. */
	if (!pskb_may_pull(skb, len)) {
		drop_received(udp, skb, GOSSIP_RX_NO_MEMORY);
		return 0;
	}
	source_of(skb, &from);
	trace_gossip_received(udp->net, &from, len - sizeof(struct udphdr));
	udp->receive(udp, &from, skb->data + sizeof(struct udphdr),
		     len - sizeof(struct udphdr));
	consume_skb(skb);
	return 0;
}

int gossip_udp_open(struct gossip_udp *udp, struct net *net,
		    const struct swim_addr *bind, gossip_udp_receive_t receive,
		    struct gossip_counters *counters)
{
	struct udp_tunnel_sock_cfg tunnel = {
		.sk_user_data = udp,
		.encap_type = 1,
		.encap_rcv = encap_rcv,
	};
	struct udp_port_cfg port = {
		.family = bind->family == 4 ? AF_INET : AF_INET6,
		.local_udp_port = htons(bind->port),
		.bind_ifindex = bind->scope,
		.use_udp_checksums = 1,
		.use_udp6_tx_checksums = 1,
		.use_udp6_rx_checksums = 1,
		.ipv6_v6only = 1,
	};
	int err;

	/* Some kernels' stub without IPv6 reports success. */
	if (bind->family == 6 &&
	    (!IS_ENABLED(CONFIG_IPV6) || !ipv6_mod_enabled()))
		return -EPFNOSUPPORT;
	if (bind->family == 4)
		port.local_ip.s_addr = ipv4(bind);
#if IS_ENABLED(CONFIG_IPV6)
	else
		port.local_ip6 = ipv6(bind);
#endif
	err = udp_sock_create(net, &port, &udp->sock);
	if (err)
		return err;
	udp->net = net;
	udp->bind = *bind;
	udp->receive = receive;
	udp->oif = 0;
	udp->counters = counters;
	udp->sock->sk->sk_allocation = GFP_ATOMIC;
	gossip_setup_udp_tunnel_sock(net, udp->sock, &tunnel);
	return 0;
}

void gossip_udp_mute(struct gossip_udp *udp)
{
	rcu_assign_sk_user_data(udp->sock->sk, NULL);
}

void gossip_udp_close(struct gossip_udp *udp)
{
	kernel_sock_shutdown(udp->sock, SHUT_RDWR);
	sock_release(udp->sock);
}

struct sk_buff *gossip_udp_build(const struct swim_addr *to, const void *data,
				 size_t len)
{
	struct sk_buff *skb =
		alloc_skb(HEADROOM + len, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	BUILD_BUG_ON(sizeof(*to) > sizeof(skb->cb));
	skb_reserve(skb, HEADROOM);
	skb_put_data(skb, data, len);
	/* The tunnel code takes its distance from here for the length. */
	skb_set_inner_network_header(skb, 0);
	memcpy(skb->cb, to, sizeof(*to));
	return skb;
}

u32 gossip_udp_drops(const struct gossip_udp *udp)
{
	return gossip_socket_drops(udp->sock->sk);
}

bool gossip_udp_sends_by(const struct gossip_udp *udp, int ifindex)
{
	return READ_ONCE(udp->oif) == ifindex;
}

/*
 * What is given to a device without a carrier is lost without an error. Under
 * RCU, which keeps the device of a route.
 */
static bool link_works(struct gossip_udp *udp, const struct dst_entry *dst)
{
	const struct net_device *dev = READ_ONCE(dst->dev);

	WRITE_ONCE(udp->oif, dev->ifindex);
	return netif_running(dev) && netif_carrier_ok(dev);
}

/* Nothing is sent to such an address, from wherever. */
#define REFUSED 1

/* Returns @err. */
static int refuse(struct gossip_udp *udp, struct sk_buff *skb,
		  const struct swim_addr *to, enum gossip_stat why, int err)
{
	drop(udp, to, skb->len, why);
	kfree_skb(skb);
	return err;
}

static struct rtable *route4(struct net *net, const struct swim_addr *bind,
			     const struct swim_addr *to, struct flowi4 *flow)
{
	*flow = (struct flowi4){
		.flowi4_proto = IPPROTO_UDP,
		.daddr = ipv4(to),
		.saddr = ipv4(bind),
		.fl4_sport = htons(bind->port),
		.fl4_dport = htons(to->port),
	};
	return ip_route_output_flow(net, flow, NULL);
}

static int send4(struct gossip_udp *udp, struct sk_buff *skb,
		 const struct swim_addr *to)
{
	struct flowi4 flow;
	struct rtable *rt;

	rt = route4(udp->net, &udp->bind, to, &flow);
	if (IS_ERR(rt))
		return refuse(udp, skb, to, GOSSIP_TX_NO_ROUTE, PTR_ERR(rt));
	/* An address cannot tell that it is a subnet's broadcast; a route can. */
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST)) {
		ip_rt_put(rt);
		return refuse(udp, skb, to, GOSSIP_TX_REFUSED, REFUSED);
	}
	if (!link_works(udp, &rt->dst)) {
		ip_rt_put(rt);
		return refuse(udp, skb, to, GOSSIP_TX_LINK_DOWN, -ENETDOWN);
	}
	gossip_udp_tunnel_xmit(rt, udp->sock->sk, skb, &flow,
			       ip4_dst_hoplimit(&rt->dst));
	return 0;
}

static struct dst_entry *route6(struct net *net, struct sock *sk,
				const struct swim_addr *bind,
				const struct swim_addr *to, struct flowi6 *flow)
{
	*flow = (struct flowi6){
		.flowi6_proto = IPPROTO_UDP,
		.daddr = ipv6(to),
		.saddr = ipv6(bind),
		.flowi6_oif = to->scope ?: bind->scope,
		.fl6_sport = htons(bind->port),
		.fl6_dport = htons(to->port),
	};
	return ip6_dst_lookup_flow(net, sk, flow, NULL);
}

static int send6(struct gossip_udp *udp, struct sk_buff *skb,
		 const struct swim_addr *to)
{
	struct dst_entry *dst;
	struct flowi6 flow;

	dst = route6(udp->net, udp->sock->sk, &udp->bind, to, &flow);
	if (IS_ERR(dst))
		return refuse(udp, skb, to, GOSSIP_TX_NO_ROUTE, PTR_ERR(dst));
	if (!link_works(udp, dst)) {
		dst_release(dst);
		return refuse(udp, skb, to, GOSSIP_TX_LINK_DOWN, -ENETDOWN);
	}
	gossip_udp_tunnel6_xmit(dst, udp->sock->sk, skb, &flow,
				ip6_dst_hoplimit(dst));
	return 0;
}

int gossip_udp_send(struct gossip_udp *udp, struct sk_buff *skb)
{
	size_t len = skb->len;
	struct swim_addr to;
	int err;

	memcpy(&to, skb->cb, sizeof(to));
	if (to.family != udp->bind.family)
		return refuse(udp, skb, &to, GOSSIP_TX_REFUSED, 0);
	memset(skb->cb, 0, sizeof(skb->cb));
	rcu_read_lock_bh();
	err = to.family == 4 ? send4(udp, skb, &to) : send6(udp, skb, &to);
	rcu_read_unlock_bh();
	if (!err)
		trace_gossip_sent(udp->net, &to, len);
	return min(err, 0);
}

static bool route_source(struct net *net, const struct swim_addr *bind,
			 const struct swim_addr *to, struct swim_addr *source)
{
	if (to->family == 4) {
		struct flowi4 flow;
		struct rtable *rt = route4(net, bind, to, &flow);

		if (IS_ERR(rt))
			return false;
		ip_rt_put(rt);
		memcpy(source->ip, &flow.saddr, 4);
	} else {
		struct flowi6 flow;
		struct dst_entry *dst = route6(net, NULL, bind, to, &flow);

		if (IS_ERR(dst))
			return false;
		dst_release(dst);
		memcpy(source->ip, &flow.saddr, 16);
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
		if (!(dev->flags & IFF_UP) || dev->flags & IFF_LOOPBACK)
			continue;
		found = source->family == 4 ? device_source4(dev, source) :
					      device_source6(net, dev, source);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

int gossip_udp_source(struct net *net, const struct swim_addr *bind,
		      const struct swim_addr *to, struct swim_addr *source)
{
	might_sleep();
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
