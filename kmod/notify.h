/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_NOTIFY_H
#define _GOSSIP_NOTIFY_H

#include <net/net_namespace.h>

struct sk_buff;
struct gossip_event;

/* Before the first instance, and after the last. */
int gossip_notify_init(void);
void gossip_notify_exit(void);

/* For struct gossip_adapter, which says in what context. */
struct sk_buff *gossip_notify_build(struct net *net,
				    const struct gossip_event *ev);
void gossip_notify_deliver(struct net *net, struct sk_buff *skb);

#endif
