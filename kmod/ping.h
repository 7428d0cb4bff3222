/* SPDX-License-Identifier: GPL-2.0 */
/* The netlink side of pings that are asked for. */
#ifndef _GOSSIP_PING_H
#define _GOSSIP_PING_H

struct genl_family;
struct genl_info;
struct gossip_instance;
struct sk_buff;
struct swim_pong;

/*
 * Does the request; the errors of swim_ping(), which the sender is told in
 * words. Process context.
 */
int gossip_ping_ask(struct gossip_instance *inst, struct genl_info *info);
/* The message to who asked, which its header names; -ENOMEM. Any context. */
struct sk_buff *gossip_ping_answer(const struct genl_family *family,
				   const struct swim_pong *pong);

#endif
