/* SPDX-License-Identifier: GPL-2.0 */
/* A kernel UDP socket that receives and sends in softirq. */
#ifndef _GOSSIP_UDP_H
#define _GOSSIP_UDP_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "reserve.h"
#include "stats.h"
#include "swim/swim.h"

struct gossip_udp;

/*
 * Called in softirq, under RCU, for each datagram; @data is contiguous, and may be
 * written to if it is sealed.
 */
typedef void (*gossip_udp_receive_t)(struct gossip_udp *udp,
				     const struct swim_addr *from, void *data,
				     size_t len);

/* In softirq, for each report of ICMP that nobody listens at @addr. */
typedef void (*gossip_udp_closed_t)(struct gossip_udp *udp,
				    const struct swim_addr *addr);

/**
 * struct gossip_udp - one socket
 * @net: the socket does not hold it; its owner closes the socket before it ends
 * @sock: from open() to close()
 * @bind: where it listens
 * @receive: told of each datagram, from open() to mute()
 * @closed: likewise of addresses where nobody listens; anybody can send
 *	such a report, with a forged address too
 * @reserve: for want of memory; its users, build() and exchange(), are serialised
 * @copy: for want of memory, of a sealed datagram that others look at, until all
 *	that it brings is done: one that comes meanwhile is lost; SWIM_DATAGRAM_MAX
 *	bytes and what sealing adds
 * @copying: bit 0 is set, with lock semantics, by who uses @copy
 * @works: whether the last datagram had a link to leave by, and that was not
 *	lost since; not every processor exchanges less than an int at once
 * @scope: of the link-local address that was last heeded or sent to, or that of
 *	@bind: members tell others of such an address without it
 * @oif: interface that the last datagram left by, 0 if none did
 * @counters: raised for each datagram that is dropped here
 *
 * Set by open() and constant from then on, down to @closed.
 */
struct gossip_udp {
	struct net *net;
	struct socket *sock;
	struct swim_addr bind;
	gossip_udp_receive_t receive;
	gossip_udp_closed_t closed;
	struct gossip_reserve reserve;
	u8 *copy;
	unsigned long copying;
	int works;
	u32 scope;
	int oif;
	struct gossip_counters *counters;
};

/*
 * Process context; @udp has receive(), closed() and counters. Once it is
 * open, the first two are called; they are not called any more, on any CPU, one
 * RCU grace period after gossip_udp_mute(). @longest: bytes that every datagram
 * can have without memory. -EADDRINUSE, -EADDRNOTAVAIL, -EPFNOSUPPORT, -ENOMEM.
 */
int gossip_udp_open(struct gossip_udp *udp, struct net *net,
		    const struct swim_addr *bind, size_t longest);
void gossip_udp_mute(struct gossip_udp *udp);
void gossip_udp_close(struct gossip_udp *udp);
/*
 * Makes another reserve, for datagrams of up to @longest bytes. Process context;
 * -ENOMEM. It is exchanged for the one there is by who serialises build(), and what
 * is left freed with gossip_reserve_free().
 */
int gossip_udp_make_reserve(struct gossip_reserve *reserve, size_t longest);
void gossip_udp_exchange(struct gossip_udp *udp,
			 struct gossip_reserve *reserve);
/* A datagram from a link-local address with this scope, or 0, is heeded. Any context. */
void gossip_udp_note_scope(struct gossip_udp *udp, u32 scope);
/* Whether the last datagram left by interface @ifindex. */
bool gossip_udp_sends_by(const struct gossip_udp *udp, int ifindex);
/* The link is lost. False if that is known. */
bool gossip_udp_lose_link(struct gossip_udp *udp);
/* Datagrams that the socket itself has dropped, from open() to close(). */
u32 gossip_udp_drops(const struct gossip_udp *udp);

/*
 * A datagram to be sent later, or NULL without memory and with a few of them on
 * their way; it can be sealed in place. Any context; the caller serialises it.
 */
struct sk_buff *gossip_udp_build(struct gossip_udp *udp,
				 const struct swim_addr *to, const void *data,
				 size_t len);
/*
 * Takes @skb in any case. Under RCU since before mute(), which keeps the socket,
 * and not with locks held that receive() takes. Negative if it could not be sent
 * from here: no route, no link, a filter or a queue of this node. An address that
 * nothing is sent to says nothing about this node: it is counted, and that is all.
 * If the way does not take so long a datagram, *@room becomes the length that it
 * does take, unless it is less.
 */
int gossip_udp_send(struct gossip_udp *udp, struct sk_buff *skb, u32 *room);

#endif
