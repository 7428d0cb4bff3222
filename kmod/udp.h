/* SPDX-License-Identifier: GPL-2.0 */
/* A kernel UDP socket that receives and sends in softirq. */
#ifndef _GOSSIP_UDP_H
#define _GOSSIP_UDP_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "stats.h"
#include "swim/swim.h"

struct gossip_udp;

/* Called in softirq, under RCU, for each datagram; @data is contiguous. */
typedef void (*gossip_udp_receive_t)(struct gossip_udp *udp,
				     const struct swim_addr *from,
				     const void *data, size_t len);

/**
 * struct gossip_udp - one socket
 * @net: the socket does not hold it; its owner closes the socket before it ends
 * @sock: from open() to close()
 * @bind: where it listens
 * @receive: told of each datagram, from open() to mute()
 * @oif: interface that the last datagram left by, 0 if none did
 * @counters: raised for each datagram that is dropped here
 *
 * Set by open() and constant from then on, but for @oif and the counters.
 */
struct gossip_udp {
	struct net *net;
	struct socket *sock;
	struct swim_addr bind;
	gossip_udp_receive_t receive;
	int oif;
	struct gossip_counters *counters;
};

/*
 * Process context. Once it is open, receive() is called; it is not called any
 * more, on any CPU, one RCU grace period after gossip_udp_mute().
 * -EADDRINUSE, -EADDRNOTAVAIL, -EPFNOSUPPORT, -ENOMEM.
 */
int gossip_udp_open(struct gossip_udp *udp, struct net *net,
		    const struct swim_addr *bind, gossip_udp_receive_t receive,
		    struct gossip_counters *counters);
void gossip_udp_mute(struct gossip_udp *udp);
void gossip_udp_close(struct gossip_udp *udp);
/* Whether the last datagram left by interface @ifindex. */
bool gossip_udp_sends_by(const struct gossip_udp *udp, int ifindex);
/* Datagrams that the socket itself has dropped, from open() to close(). */
u32 gossip_udp_drops(const struct gossip_udp *udp);

/* A datagram to be sent later, or NULL without memory. Any context. */
struct sk_buff *gossip_udp_build(const struct swim_addr *to, const void *data,
				 size_t len);
/*
 * Takes @skb in any case. Not to be called with locks held that receive()
 * takes. Negative if it could not be sent from here: no route, no link. An
 * address that nothing is sent to says nothing about this node: it is counted,
 * and that is all.
 */
int gossip_udp_send(struct gossip_udp *udp, struct sk_buff *skb);

/*
 * The source address that datagrams to @to have, or, if @to is NULL, an
 * address of this namespace that others can probably reach. The port is that
 * of @bind. Process context; looks routes up, so that no lock is to be held.
 * -EADDRNOTAVAIL if there is none.
 */
int gossip_udp_source(struct net *net, const struct swim_addr *bind,
		      const struct swim_addr *to, struct swim_addr *source);

#endif
