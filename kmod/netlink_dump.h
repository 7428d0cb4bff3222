/* SPDX-License-Identifier: GPL-2.0 */
/* The dump of members by netlink, for struct genl_ops. */
#ifndef _GOSSIP_NETLINK_DUMP_H
#define _GOSSIP_NETLINK_DUMP_H

struct genl_family;
struct netlink_callback;
struct sk_buff;

/* Process context. -EINVAL, -ENODEV: what is asked makes no sense. */
int gossip_dump_start(struct netlink_callback *cb);
/* -ENOMEM; else the length of @skb, which is 0 at the end. */
int gossip_dump_members(const struct genl_family *family, struct sk_buff *skb,
			struct netlink_callback *cb);

#endif
