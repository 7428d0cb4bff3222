/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_NETLINK_H
#define _GOSSIP_NETLINK_H

#include <net/net_namespace.h>

struct gossip_event;
struct sk_buff;
struct swim_pong;
struct swim_user_event;

int gossip_netlink_init(void);
void gossip_netlink_exit(void);

/*
 * For struct gossip_adapter, which says in what context; may also be called
 * before gossip_netlink_init() and after gossip_netlink_exit().
 */
struct sk_buff *gossip_netlink_build(struct net *net,
				     const struct gossip_event *ev);
struct sk_buff *gossip_netlink_pong(struct net *net,
				    const struct swim_pong *pong);
void gossip_netlink_deliver(struct net *net, struct sk_buff *skb);
void gossip_netlink_lost(struct net *net, u64 seq);
struct sk_buff *gossip_netlink_user(struct net *net,
				    const struct swim_user_event *ev, u64 seq);
void gossip_netlink_deliver_user(struct net *net, struct sk_buff *skb);

#endif
