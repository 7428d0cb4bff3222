/* SPDX-License-Identifier: GPL-2.0 */
/* Ways to others, and the own address on them. */
#ifndef _GOSSIP_ROUTE_H
#define _GOSSIP_ROUTE_H

#include <net/net_namespace.h>

#include "swim/swim.h"

struct dst_entry;
struct flowi4;
struct flowi6;
struct rtable;
struct sock;

/* This kernel was built with it, and booted with it. */
bool gossip_has_ipv6(void);

/*
 * The route of datagrams from @bind to @to, with a reference, and an error
 * pointer if there is none; @flow then has their addresses. Any context.
 */
struct rtable *gossip_route4(struct net *net, const struct swim_addr *bind,
			     const struct swim_addr *to, struct flowi4 *flow);
/* @sk: the socket that sends, or NULL. */
struct dst_entry *gossip_route6(struct net *net, struct sock *sk,
				const struct swim_addr *bind,
				const struct swim_addr *to,
				struct flowi6 *flow);

/*
 * The source address that datagrams to @to have, or, if @to is NULL, an
 * address of this namespace that others can probably reach. The port is that
 * of @bind. Process context; looks routes up, so that no lock is to be held.
 * -EADDRNOTAVAIL if there is none, -EPFNOSUPPORT if that of @bind is one of
 * IPv6 and there is no such thing.
 */
int gossip_route_source(struct net *net, const struct swim_addr *bind,
			const struct swim_addr *to, struct swim_addr *source);

#endif
