/* SPDX-License-Identifier: GPL-2.0 */
/* The commands by which a member says something: tags, user events, leases. */
#ifndef _GOSSIP_NETLINK_OWN_H
#define _GOSSIP_NETLINK_OWN_H

#include <net/genetlink.h>

#include <uapi/linux/gossip.h>

extern const struct nla_policy gossip_meta_policy[GOSSIP_A_MESSAGE_META + 1];
extern const struct nla_policy
	gossip_event_policy[GOSSIP_A_MESSAGE_USER_EVENT + 1];
extern const struct nla_policy gossip_lease_policy[GOSSIP_A_MESSAGE_LEASE + 1];

int gossip_meta_set_doit(struct sk_buff *skb, struct genl_info *info);
int gossip_event_send_doit(struct sk_buff *skb, struct genl_info *info);
int gossip_lease_open_doit(struct sk_buff *skb, struct genl_info *info);
int gossip_lease_renew_doit(struct sk_buff *skb, struct genl_info *info);
int gossip_lease_close_doit(struct sk_buff *skb, struct genl_info *info);

/*
 * Watches for sockets that are closed: from before the first lease can be opened
 * until after the last one could. Process context.
 */
int gossip_leases_watch(void);
void gossip_leases_unwatch(void);

#endif
