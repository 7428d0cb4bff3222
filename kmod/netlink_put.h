/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_NETLINK_PUT_H
#define _GOSSIP_NETLINK_PUT_H

#include <linux/types.h>

struct gossip_event;
struct gossip_summary;
struct sk_buff;
struct swim_info;
struct swim_user_event;

/*
 * Each appends one attribute of a message. After -EMSGSIZE the attribute may
 * stand there in part: the caller cancels the message.
 */
int gossip_put_instance(struct sk_buff *skb, struct gossip_summary *sum);
int gossip_put_member(struct sk_buff *skb, const struct swim_info *info);
int gossip_put_seq(struct sk_buff *skb, u64 seq);
/* @value: GOSSIP_NR_STATS of them. */
int gossip_put_stats(struct sk_buff *skb, const u64 *value);

/* What gossip_put_member() takes at most. */
size_t gossip_member_size(const struct swim_info *info);

/* All attributes of an event, and how many bytes they take at most. */
int gossip_put_event(struct sk_buff *skb, const struct gossip_event *ev);
size_t gossip_event_size(const struct gossip_event *ev);
int gossip_put_user_event(struct sk_buff *skb, const struct swim_user_event *ev,
			  u64 seq);
size_t gossip_user_event_size(const struct swim_user_event *ev);

#endif
