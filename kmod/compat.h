/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, and nothing else. No name here is
 * one of the kernel's own: distributions backport those.
 */
#ifndef _GOSSIP_COMPAT_H
#define _GOSSIP_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/version.h>
#include <net/sock.h>
#include <net/udp_tunnel.h>

/* 6.16: the functions of a struct bin_attribute take it const. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define gossip_bin_attribute const struct bin_attribute
#else
#define gossip_bin_attribute struct bin_attribute
#endif

/* 6.5: softirqs are not left to ksoftirqd any more just because it runs. */
#define GOSSIP_KSOFTIRQD_HOLDS                           \
	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0) && \
	 !IS_ENABLED(CONFIG_PREEMPT_RT))

/* 6.13: hrtimer_setup() takes the function; hrtimer_init() goes in 6.15. */
static inline void
gossip_hrtimer_setup(struct hrtimer *timer,
		     enum hrtimer_restart (*function)(struct hrtimer *timer),
		     clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* 6.18: what a socket dropped is counted in more than one place. */
static inline u32 gossip_socket_drops(const struct sock *sk)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return sk_drops_read(sk);
#else
	return atomic_read(&sk->sk_drops);
#endif
}

/* 7.1: setup_udp_tunnel_sock() takes a struct sock. */
static inline void
gossip_setup_udp_tunnel_sock(struct net *net, struct socket *sock,
			     struct udp_tunnel_sock_cfg *config)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
	setup_udp_tunnel_sock(net, sock->sk, config);
#else
	setup_udp_tunnel_sock(net, sock, config);
#endif
}

/* 6.17: udp_tunnel_xmit_skb() takes flags for the control block. */
static inline void gossip_udp_tunnel_xmit(struct rtable *rt, struct sock *sk,
					  struct sk_buff *skb,
					  const struct flowi4 *flow, u8 ttl)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	udp_tunnel_xmit_skb(rt, sk, skb, flow->saddr, flow->daddr, 0, ttl,
			    htons(IP_DF), flow->fl4_sport, flow->fl4_dport,
			    false, false, 0);
#else
	udp_tunnel_xmit_skb(rt, sk, skb, flow->saddr, flow->daddr, 0, ttl,
			    htons(IP_DF), flow->fl4_sport, flow->fl4_dport,
			    false, false);
#endif
}

/* 6.17: so does udp_tunnel6_xmit_skb(). */
static inline void gossip_udp_tunnel6_xmit(struct dst_entry *dst,
					   struct sock *sk, struct sk_buff *skb,
					   struct flowi6 *flow, u8 ttl)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	udp_tunnel6_xmit_skb(dst, sk, skb, NULL, &flow->saddr, &flow->daddr, 0,
			     ttl, 0, flow->fl6_sport, flow->fl6_dport, false,
			     0);
#else
	udp_tunnel6_xmit_skb(dst, sk, skb, NULL, &flow->saddr, &flow->daddr, 0,
			     ttl, 0, flow->fl6_sport, flow->fl6_dport, false);
#endif
}

#endif
