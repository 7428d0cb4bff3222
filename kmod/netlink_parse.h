/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_NETLINK_PARSE_H
#define _GOSSIP_NETLINK_PARSE_H

#include <net/genetlink.h>

#include <uapi/linux/gossip.h>

#include "params.h"

struct gossip_instance;

extern const struct nla_policy
	gossip_start_policy[GOSSIP_A_MESSAGE_INSTANCE + 1];
extern const struct nla_policy gossip_join_policy[GOSSIP_A_MESSAGE_INSTANCE + 1];
extern const struct nla_policy gossip_find_policy[GOSSIP_A_MESSAGE_FILTER + 1];

/* For a policy: 1 to 63 of the alphabet of names. */
int gossip_check_name(const struct nlattr *attr,
		      struct netlink_ext_ack *extack);
#define GOSSIP_NAME_POLICY \
	NLA_POLICY_VALIDATE_FN(NLA_NUL_STRING, gossip_check_name)

extern const struct nla_policy gossip_set_policy[GOSSIP_A_MESSAGE_INSTANCE + 1];
extern const struct nla_policy gossip_ping_policy[GOSSIP_A_MESSAGE_PING + 1];

/* Writes the texts that name ranges; before the family is registered. */
void gossip_policy_init(void);

/*
 * Requests of one command each; 0, or an error that info->extack explains. No secret is
 * left in that of a start, whether it is taken or refused.
 */
int gossip_parse_start(struct genl_info *info, struct gossip_params *params);
int gossip_parse_join(struct genl_info *info, struct gossip_params *params);
int gossip_parse_find(struct genl_info *info, char name[SWIM_NAME_MAX + 1]);
/* The attribute that the name was found in. */
const struct nlattr *gossip_find_name(const struct genl_info *info);
int gossip_parse_set(struct genl_info *info, struct gossip_change *change);
int gossip_parse_ping(struct genl_info *info, char name[SWIM_NAME_MAX + 1],
		      u32 *timeout_ms);

/*
 * Zeroes all attributes @secret in all nests @nests of a request, which outlives its command.
 * (What generic netlink itself refuses is never read, and keeps them.)
 */
void gossip_wipe_secrets(const struct genl_info *info, int nests, int secret);

/* A reference to the instance of @net, or NULL with a message. */
struct gossip_instance *gossip_parse_net(struct net *net,
					 struct netlink_ext_ack *extack);

/* Tells the sender why its request was refused and what part of it is bad. */
void gossip_explain(struct genl_info *info, const struct gossip_error *error);

#endif
