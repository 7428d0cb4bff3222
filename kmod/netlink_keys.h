/* SPDX-License-Identifier: GPL-2.0 */
/* The commands about keys. */
#ifndef _GOSSIP_NETLINK_KEYS_H
#define _GOSSIP_NETLINK_KEYS_H

#include <net/genetlink.h>

#include <uapi/linux/gossip.h>

struct gossip_key_list;

extern const struct nla_policy gossip_key_policy[GOSSIP_A_MESSAGE_KEY + 1];

/* Adds the key of the request, and tells its fingerprint. */
int gossip_key_add(struct genl_info *info, u32 *id);
int gossip_key_del_doit(struct sk_buff *skb, struct genl_info *info);
int gossip_key_use_doit(struct sk_buff *skb, struct genl_info *info);
/* Appends the attributes of a reply. -EMSGSIZE. */
int gossip_put_keys(struct sk_buff *skb, const struct gossip_key_list *list);

#endif
