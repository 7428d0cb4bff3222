// SPDX-License-Identifier: GPL-2.0
/* UDP sockets: receive hook, transmit. */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/udp.h>
#include <net/udp_tunnel.h>

#include "addr.h"
#include "compat.h"
#include "route.h"
#include "seal.h"
#include "trace.h"
#include "udp.h"

/* Room for what the lower layers put in front. */
#define HEADROOM                                                              \
	ALIGN(sizeof(struct ipv6hdr) + sizeof(struct udphdr) + LL_MAX_HEADER, \
	      16)

void gossip_udp_note_scope(struct gossip_udp *udp, u32 scope)
{
	if (scope && !udp->bind.scope && READ_ONCE(udp->scope) != scope)
		WRITE_ONCE(udp->scope, scope);
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
	if (gossip_is_link_local(from))
		from->scope = inet6_iif(skb);
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
 * Others look at the datagram, as who captures does, and who sent it on this
 * machine for want of memory; nor is there memory for a copy: there is one for all.
 */
static bool receive_copy(struct gossip_udp *udp, const struct swim_addr *from,
			 const void *data, size_t len)
{
	if (test_and_set_bit_lock(0, &udp->copying))
		return false;
	memcpy(udp->copy, data, len);
	udp->receive(udp, from, udp->copy, len);
	clear_bit_unlock(0, &udp->copying);
	return true;
}

/* A sealed one is opened in place. */
static bool may_be_opened(struct sk_buff *skb, size_t len)
{
	return !gossip_is_sealed(skb->data + sizeof(struct udphdr),
				 len - sizeof(struct udphdr)) ||
	       !skb_ensure_writable(skb, len);
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
	void *data;
	bool own;

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
	    len > SWIM_DATAGRAM_MAX + GOSSIP_SEAL_SIZE +
			    sizeof(struct udphdr)) {
		drop_received(udp, skb, GOSSIP_RX_LENGTH);
		return 0;
	}
	/* What is there to be pulled is missing for want of memory only. */
	if (!pskb_may_pull(skb, len)) {
		drop_received(udp, skb, GOSSIP_RX_NO_MEMORY);
		return 0;
	}
	own = may_be_opened(skb, len);
	data = skb->data + sizeof(struct udphdr);
	len -= sizeof(struct udphdr);
	source_of(skb, &from);
	trace_gossip_received(udp->net, &from, len);
	if (own) {
		udp->receive(udp, &from, data, len);
	} else if (!receive_copy(udp, &from, data, len)) {
		drop_received(udp, skb, GOSSIP_RX_NO_MEMORY);
		return 0;
	}
	consume_skb(skb);
	return 0;
}

/*
 * @header: of the datagram that ICMP is about, and that this socket seems to
 * have sent. What it says of the path's MTU the route knows by now.
 */
static void hear_icmp(struct sock *sk, struct sk_buff *skb,
		      const struct udphdr *header)
{
	struct gossip_udp *udp = rcu_dereference_sk_user_data(sk);
	struct swim_addr to = { .port = ntohs(header->dest) };

	if (!udp)
		return;
	if (udp->bind.family == 4) {
		const struct iphdr *ip = (const struct iphdr *)skb->data;

		if (icmp_hdr(skb)->type != ICMP_DEST_UNREACH ||
		    icmp_hdr(skb)->code != ICMP_PORT_UNREACH)
			return;
		to.family = 4;
		memcpy(to.ip, &ip->daddr, 4);
	} else {
		const struct ipv6hdr *ip = (const struct ipv6hdr *)skb->data;

		if (icmp6_hdr(skb)->icmp6_type != ICMPV6_DEST_UNREACH ||
		    icmp6_hdr(skb)->icmp6_code != ICMPV6_PORT_UNREACH)
			return;
		to.family = 6;
		memcpy(to.ip, &ip->daddr, 16);
	}
	gossip_count(udp->counters, GOSSIP_RX_UNREACHABLE);
	udp->closed(udp, &to);
}

GOSSIP_ENCAP_ERR_RCV(icmp_error, hear_icmp);

int gossip_udp_open(struct gossip_udp *udp, struct net *net,
		    const struct swim_addr *bind, size_t longest)
{
	struct udp_tunnel_sock_cfg tunnel = {
		.sk_user_data = udp,
		.encap_type = 1,
		.encap_rcv = encap_rcv,
		.encap_err_rcv = icmp_error,
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
	if (bind->family == 6 && !gossip_has_ipv6())
		return -EPFNOSUPPORT;
	if (bind->family == 4)
		port.local_ip.s_addr = gossip_ipv4(bind);
#if IS_ENABLED(CONFIG_IPV6)
	else
		port.local_ip6 = gossip_ipv6(bind);
#endif
	udp->copy = kmalloc(SWIM_DATAGRAM_MAX + GOSSIP_SEAL_SIZE, GFP_KERNEL);
	if (!udp->copy)
		return -ENOMEM;
	err = gossip_udp_make_reserve(&udp->reserve, longest);
	if (err)
		goto free_copy;
	err = udp_sock_create(net, &port, &udp->sock);
	if (err)
		goto free_reserve;
	udp->copying = 0;
	udp->net = net;
	udp->bind = *bind;
	udp->oif = 0;
	udp->scope = bind->scope;
	udp->works = 0;
	udp->sock->sk->sk_allocation = GFP_ATOMIC;
	/* Nothing is cut in pieces on its way. */
	ip_sock_set_mtu_discover(udp->sock->sk, IP_PMTUDISC_DO);
	gossip_setup_udp_tunnel_sock(net, udp->sock, &tunnel);
	return 0;

free_reserve:
	gossip_reserve_free(&udp->reserve);
free_copy:
	kfree(udp->copy);
	return err;
}

void gossip_udp_mute(struct gossip_udp *udp)
{
	rcu_assign_sk_user_data(udp->sock->sk, NULL);
}

void gossip_udp_close(struct gossip_udp *udp)
{
	kernel_sock_shutdown(udp->sock, SHUT_RDWR);
	sock_release(udp->sock);
	gossip_reserve_free(&udp->reserve);
	kfree_sensitive(udp->copy);
}

int gossip_udp_make_reserve(struct gossip_reserve *reserve, size_t longest)
{
	return gossip_reserve_init(reserve, HEADROOM,
				   longest + GOSSIP_SEAL_SIZE);
}

void gossip_udp_exchange(struct gossip_udp *udp, struct gossip_reserve *reserve)
{
	swap(udp->reserve, *reserve);
}

struct sk_buff *gossip_udp_build(struct gossip_udp *udp,
				 const struct swim_addr *to, const void *data,
				 size_t len)
{
	struct sk_buff *skb = alloc_skb(HEADROOM + len + GOSSIP_SEAL_SIZE,
					GFP_ATOMIC | __GFP_NOWARN);

	if (skb) {
		skb_reserve(skb, HEADROOM);
		skb_put_data(skb, data, len);
	} else {
		skb = gossip_reserve_take(&udp->reserve, data, len,
					  GOSSIP_SEAL_SIZE);
		if (!skb)
			return NULL;
	}
	BUILD_BUG_ON(sizeof(*to) > sizeof(skb->cb));
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

bool gossip_udp_lose_link(struct gossip_udp *udp)
{
	return xchg(&udp->works, 0);
}

/*
 * What is given to a device without a carrier is lost without an error. Under
 * RCU, which keeps the device of a route. That it is lost is for the notifier to
 * find, which comes later: it would take for known what was noted here.
 */
static bool link_works(struct gossip_udp *udp, const struct dst_entry *dst)
{
	const struct net_device *dev = READ_ONCE(dst->dev);

	bool works = netif_running(dev) && netif_carrier_ok(dev);

	WRITE_ONCE(udp->oif, dev->ifindex);
	if (works && !READ_ONCE(udp->works))
		WRITE_ONCE(udp->works, 1);
	return works;
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

/*
 * Whether the way takes a datagram of this length. That of the least size every
 * host takes, and every way, at worst in pieces (RFC 791, section 3.1): else a
 * forged report of a narrow path could cut two members off from one another.
 */
static bool fits(const struct dst_entry *dst, struct sk_buff *skb,
		 size_t headers, u32 *room)
{
	u32 mtu = dst_mtu(dst);

	if (skb->len + headers <= mtu)
		return true;
	if (skb->len <= SWIM_DATAGRAM_MIN + GOSSIP_SEAL_SIZE) {
		skb->ignore_df = 1;
		return true;
	}
	*room = min_t(u32, *room, mtu > headers ? mtu - headers : 0);
	return false;
}

static void push_header(struct gossip_udp *udp, struct sk_buff *skb,
			const struct swim_addr *to)
{
	struct udphdr *header = __skb_push(skb, sizeof(*header));

	skb_reset_transport_header(skb);
	header->source = htons(udp->bind.port);
	header->dest = htons(to->port);
	header->len = htons(skb->len);
	header->check = 0;
}

/*
 * What became of it: a filter of this node, or a queue that is full, is no
 * fault of others.
 */
static int outcome(struct gossip_udp *udp, const struct swim_addr *to,
		   size_t len, int err)
{
	if (err > 0)
		err = net_xmit_errno(err);
	if (err)
		drop(udp, to, len, GOSSIP_TX_DISCARDED);
	return err;
}

static int send4(struct gossip_udp *udp, struct sk_buff *skb,
		 const struct swim_addr *to, u32 *room)
{
	size_t len = skb->len;
	struct flowi flow;
	struct rtable *rt;

	rt = gossip_route4(udp->net, &udp->bind, to, &flow.u.ip4);
	if (IS_ERR(rt))
		return refuse(udp, skb, to, GOSSIP_TX_NO_ROUTE, PTR_ERR(rt));
	skb_dst_set(skb, &rt->dst);
	/* An address cannot tell that it is a subnet's broadcast; a route can. */
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST))
		return refuse(udp, skb, to, GOSSIP_TX_REFUSED, REFUSED);
	if (!link_works(udp, &rt->dst))
		return refuse(udp, skb, to, GOSSIP_TX_LINK_DOWN, -ENETDOWN);
	if (!fits(&rt->dst, skb, sizeof(struct iphdr) + sizeof(struct udphdr),
		  room))
		return refuse(udp, skb, to, GOSSIP_TX_TOO_LONG, -EMSGSIZE);
	push_header(udp, skb, to);
	udp_set_csum(false, skb, flow.u.ip4.saddr, flow.u.ip4.daddr, skb->len);
	return outcome(udp, to, len, ip_queue_xmit(udp->sock->sk, skb, &flow));
}

static int send6(struct gossip_udp *udp, struct sk_buff *skb,
		 const struct swim_addr *to, u32 *room)
{
	struct sock *sk = udp->sock->sk;
	struct dst_entry *dst;
	size_t len = skb->len;
	struct flowi6 flow;

	dst = gossip_route6(udp->net, sk, &udp->bind, to, &flow);
	if (IS_ERR(dst))
		return refuse(udp, skb, to, GOSSIP_TX_NO_ROUTE, PTR_ERR(dst));
	skb_dst_set(skb, dst);
	if (!link_works(udp, dst))
		return refuse(udp, skb, to, GOSSIP_TX_LINK_DOWN, -ENETDOWN);
	if (!fits(dst, skb, sizeof(struct ipv6hdr) + sizeof(struct udphdr),
		  room))
		return refuse(udp, skb, to, GOSSIP_TX_TOO_LONG, -EMSGSIZE);
	/* The linker looks for what follows. */
	if (!IS_ENABLED(CONFIG_IPV6))
		return refuse(udp, skb, to, GOSSIP_TX_REFUSED, -EPFNOSUPPORT);
	push_header(udp, skb, to);
	udp6_set_csum(false, skb, &flow.saddr, &flow.daddr, skb->len);
	return outcome(udp, to, len, ip6_xmit(sk, skb, &flow, 0, NULL, 0, 0));
}

int gossip_udp_send(struct gossip_udp *udp, struct sk_buff *skb, u32 *room)
{
	size_t len = skb->len;
	struct swim_addr to;
	int err;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "nothing keeps the socket");
	memcpy(&to, skb->cb, sizeof(to));
	if (gossip_is_link_local(&to)) {
		gossip_udp_note_scope(udp, to.scope);
		to.scope = to.scope ?: READ_ONCE(udp->scope);
	}
	if (to.family != udp->bind.family)
		return refuse(udp, skb, &to, GOSSIP_TX_REFUSED, 0);
	memset(skb->cb, 0, sizeof(skb->cb));
	rcu_read_lock_bh();
	err = to.family == 4 ? send4(udp, skb, &to, room) :
			       send6(udp, skb, &to, room);
	rcu_read_unlock_bh();
	if (!err)
		trace_gossip_sent(udp->net, &to, len);
	return min(err, 0);
}
