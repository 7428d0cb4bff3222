// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: commands, queries and events. gossip.yaml describes
 * it. The operations are written by hand, because Linux 6.1 has no split ones.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include <uapi/linux/gossip.h>

#include "event.h"
#include "keyring.h"
#include "namespace.h"
#include "netlink.h"
#include "netlink_dump.h"
#include "netlink_keys.h"
#include "netlink_own.h"
#include "netlink_parse.h"
#include "netlink_put.h"
#include "ping.h"

/* In groups[]. */
enum { GROUP_MEMBERS, GROUP_EVENTS };

static struct genl_family family;

/*
 * Whether the family is registered. Instances do not know and report events
 * at any time; they read it under RCU, gossip_netlink_exit() waits for them.
 */
static bool registered;

/* Commands */

static int start_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	struct gossip_params *params;
	int err;

	params = kzalloc(sizeof(*params), GFP_KERNEL);
	if (!params) {
		gossip_wipe_secrets(info, GOSSIP_A_MESSAGE_INSTANCE,
				    GOSSIP_A_INSTANCE_SECRET);
		return -ENOMEM;
	}

	err = gossip_parse_start(info, params);
	if (!err) {
		err = gossip_start(genl_info_net(info), params, &error);
		if (err)
			gossip_explain(info, &error);
	}

	kfree_sensitive(params);
	return err;
}

static int stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	int err;

	err = gossip_stop(genl_info_net(info), &error);
	if (err)
		gossip_explain(info, &error);
	return err;
}

static int join_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	struct gossip_params *params;
	int err;

	params = kzalloc(sizeof(*params), GFP_KERNEL);
	if (!params)
		return -ENOMEM;

	err = gossip_parse_join(info, params);
	if (!err) {
		err = gossip_join(genl_info_net(info), params->peer,
				  params->peers, &error);
		if (err)
			gossip_explain(info, &error);
	}

	kfree(params);
	return err;
}

static int leave_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	int err;

	err = gossip_leave(genl_info_net(info), &error);
	if (err)
		gossip_explain(info, &error);
	return err;
}

static int instance_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	struct gossip_change change;
	int err;

	err = gossip_parse_set(info, &change);
	if (err)
		return err;

	err = gossip_set(genl_info_net(info), &change, &error);
	if (err)
		gossip_explain(info, &error);
	return err;
}

/* Queries */

/* A reply without attributes yet, or NULL without memory. @size: of these. */
static struct sk_buff *new_reply(struct genl_info *info, u8 cmd, size_t size)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (!skb)
		return NULL;
	if (WARN_ON_ONCE(!genlmsg_put_reply(skb, info, &family, 0, cmd))) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/* @err: that of putting the attributes; @skb is consumed in any case. */
static int send_reply(struct sk_buff *skb, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	nlmsg_end(skb, nlmsg_hdr(skb));
	return genlmsg_reply(skb, info);
}

static int instance_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_instance *inst;
	struct gossip_summary *sum;
	struct sk_buff *reply;
	int err = -ENOMEM;

	sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;

	inst = gossip_instance_get(genl_info_net(info));
	if (inst) {
		gossip_summary(inst, sum);
		gossip_instance_put(inst);
	} else {
		sum->status = SWIM_OFF;
	}

	reply = new_reply(info, GOSSIP_CMD_INSTANCE_GET, GENLMSG_DEFAULT_SIZE);
	if (reply)
		err = send_reply(reply, info, gossip_put_instance(reply, sum));
	kfree(sum);
	return err;
}

static int member_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	char name[SWIM_NAME_MAX + 1];
	struct gossip_instance *inst;
	struct swim_info member;
	struct sk_buff *reply;
	bool found;
	int err;

	err = gossip_parse_find(info, name);
	if (err)
		return err;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst)
		return -ENODEV;

	found = gossip_find(inst, name, &member);
	gossip_instance_put(inst);
	if (!found) {
		NL_SET_ERR_MSG_ATTR(info->extack, gossip_find_name(info),
				    "no member of that name");
		return -ENOENT;
	}

	err = -ENOMEM;
	reply = new_reply(info, GOSSIP_CMD_MEMBER_GET,
			  gossip_member_size(&member));
	if (reply)
		err = send_reply(reply, info,
				 gossip_put_member(reply, &member));
	swim_meta_put(member.meta);
	return err;
}

static int stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_instance *inst;
	struct sk_buff *reply;
	int err = -ENOMEM;
	u64 *value;

	value = kcalloc(GOSSIP_NR_STATS, sizeof(*value), GFP_KERNEL);
	if (!value)
		return -ENOMEM;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst) {
		kfree(value);
		return -ENODEV;
	}
	gossip_stats(inst, value);
	gossip_instance_put(inst);

	reply = new_reply(info, GOSSIP_CMD_STATS_GET, GENLMSG_DEFAULT_SIZE);
	if (reply)
		err = send_reply(reply, info, gossip_put_stats(reply, value));
	kfree(value);
	return err;
}

static int key_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_key_list list;
	struct gossip_instance *inst;
	struct sk_buff *reply;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst)
		return -ENODEV;
	gossip_keys(inst, &list);
	gossip_instance_put(inst);

	reply = new_reply(info, GOSSIP_CMD_KEY_GET, GENLMSG_DEFAULT_SIZE);
	if (!reply)
		return -ENOMEM;
	return send_reply(reply, info, gossip_put_keys(reply, &list));
}

static int key_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_key_list added = { .count = 1, .primary = 1 };
	struct sk_buff *reply;
	int err;

	/* First, so that no key is added of which the caller is not told. */
	reply = new_reply(info, GOSSIP_CMD_KEY_ADD, GENLMSG_DEFAULT_SIZE);
	if (!reply) {
		gossip_wipe_secrets(info, GOSSIP_A_MESSAGE_KEY,
				    GOSSIP_A_KEY_SECRET);
		return -ENOMEM;
	}
	err = gossip_key_add(info, &added.id[0]);
	return send_reply(reply, info, err ?: gossip_put_keys(reply, &added));
}

static int ping_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_instance *inst;
	int err;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst)
		return -ENODEV;

	err = gossip_ping_ask(inst, info);
	gossip_instance_put(inst);
	return err;
}

static int members_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return gossip_dump_members(&family, skb, cb);
}

/* Events */

/* Under RCU. */
static bool is_heard(struct net *net, unsigned int group)
{
	return READ_ONCE(registered) && genl_has_listeners(&family, net, group);
}

/* An event's message without attributes yet, of which @size bytes will be. */
static struct sk_buff *new_event(u8 cmd, size_t size)
{
	struct sk_buff *skb;

	skb = genlmsg_new(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	if (WARN_ON_ONCE(!genlmsg_put(skb, 0, 0, &family, 0, cmd))) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/* @err: that of putting the attributes. */
static struct sk_buff *end_event(struct sk_buff *skb, int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return NULL;
	}
	nlmsg_end(skb, nlmsg_hdr(skb));
	return skb;
}

struct sk_buff *gossip_netlink_pong(struct net *net,
				    const struct swim_pong *pong)
{
	struct sk_buff *skb = NULL;

	rcu_read_lock();
	if (READ_ONCE(registered))
		skb = gossip_ping_answer(&family, pong);
	rcu_read_unlock();
	return skb;
}

/*
 * A pong is for the port in its header, which is 0 in an event. A listener that
 * misses a message is told so by netlink, as it is for it alone.
 */
static void deliver(struct net *net, struct sk_buff *skb, unsigned int group)
{
	u32 portid = nlmsg_hdr(skb)->nlmsg_pid;

	rcu_read_lock();
	if (!READ_ONCE(registered))
		nlmsg_free(skb);
	else if (portid)
		genlmsg_unicast(net, skb, portid);
	else
		genlmsg_multicast_netns(&family, net, skb, 0, group,
					GFP_ATOMIC);
	rcu_read_unlock();
}

struct sk_buff *gossip_netlink_build(struct net *net,
				     const struct gossip_event *ev)
{
	struct sk_buff *skb = NULL;

	rcu_read_lock();
	if (is_heard(net, GROUP_MEMBERS))
		skb = new_event(GOSSIP_CMD_MEMBER_NTF, gossip_event_size(ev));
	if (!IS_ERR_OR_NULL(skb))
		skb = end_event(skb, gossip_put_event(skb, ev));
	rcu_read_unlock();
	return skb;
}

void gossip_netlink_deliver(struct net *net, struct sk_buff *skb)
{
	deliver(net, skb, GROUP_MEMBERS);
}

/* As if the listeners' buffers had overflowed: they dump again. */
void gossip_netlink_lost(struct net *net, u64 seq)
{
	rcu_read_lock();
	if (READ_ONCE(registered))
		genl_set_err(&family, net, 0, GROUP_MEMBERS, -ENOBUFS);
	rcu_read_unlock();
}

struct sk_buff *gossip_netlink_user(struct net *net,
				    const struct swim_user_event *ev, u64 seq)
{
	struct sk_buff *skb = NULL;

	rcu_read_lock();
	if (is_heard(net, GROUP_EVENTS))
		skb = new_event(GOSSIP_CMD_EVENT_NTF,
				gossip_user_event_size(ev));
	if (!IS_ERR_OR_NULL(skb))
		skb = end_event(skb, gossip_put_user_event(skb, ev, seq));
	else if (skb)
		genl_set_err(&family, net, 0, GROUP_EVENTS, -ENOBUFS);
	rcu_read_unlock();
	return skb;
}

void gossip_netlink_deliver_user(struct net *net, struct sk_buff *skb)
{
	deliver(net, skb, GROUP_EVENTS);
}

/* The family */

static const struct genl_ops ops[] = {
	{
		.cmd = GOSSIP_CMD_START,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_start_policy,
		.maxattr = ARRAY_SIZE(gossip_start_policy) - 1,
		.doit = start_doit,
	},
	{
		.cmd = GOSSIP_CMD_STOP,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = stop_doit,
	},
	{
		.cmd = GOSSIP_CMD_INSTANCE_GET,
		.doit = instance_get_doit,
	},
	{
		.cmd = GOSSIP_CMD_MEMBER_GET,
		.policy = gossip_find_policy,
		.maxattr = ARRAY_SIZE(gossip_find_policy) - 1,
		.doit = member_get_doit,
		.start = gossip_dump_start,
		.dumpit = members_dumpit,
	},
	{
		.cmd = GOSSIP_CMD_JOIN,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_join_policy,
		.maxattr = ARRAY_SIZE(gossip_join_policy) - 1,
		.doit = join_doit,
	},
	{
		.cmd = GOSSIP_CMD_LEAVE,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = leave_doit,
	},
	{
		.cmd = GOSSIP_CMD_STATS_GET,
		.doit = stats_get_doit,
	},
	{
		.cmd = GOSSIP_CMD_META_SET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_meta_policy,
		.maxattr = ARRAY_SIZE(gossip_meta_policy) - 1,
		.doit = gossip_meta_set_doit,
	},
	{
		.cmd = GOSSIP_CMD_EVENT_SEND,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_event_policy,
		.maxattr = ARRAY_SIZE(gossip_event_policy) - 1,
		.doit = gossip_event_send_doit,
	},
	{
		.cmd = GOSSIP_CMD_LEASE_OPEN,
		.policy = gossip_lease_policy,
		.maxattr = ARRAY_SIZE(gossip_lease_policy) - 1,
		.doit = gossip_lease_open_doit,
	},
	{
		.cmd = GOSSIP_CMD_LEASE_RENEW,
		.policy = gossip_lease_policy,
		.maxattr = ARRAY_SIZE(gossip_lease_policy) - 1,
		.doit = gossip_lease_renew_doit,
	},
	{
		.cmd = GOSSIP_CMD_LEASE_CLOSE,
		.policy = gossip_lease_policy,
		.maxattr = ARRAY_SIZE(gossip_lease_policy) - 1,
		.doit = gossip_lease_close_doit,
	},
	{
		.cmd = GOSSIP_CMD_INSTANCE_SET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_set_policy,
		.maxattr = ARRAY_SIZE(gossip_set_policy) - 1,
		.doit = instance_set_doit,
	},
	{
		.cmd = GOSSIP_CMD_PING,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_ping_policy,
		.maxattr = ARRAY_SIZE(gossip_ping_policy) - 1,
		.doit = ping_doit,
	},
	{
		.cmd = GOSSIP_CMD_KEY_ADD,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_key_policy,
		.maxattr = ARRAY_SIZE(gossip_key_policy) - 1,
		.doit = key_add_doit,
	},
	{
		.cmd = GOSSIP_CMD_KEY_DEL,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_key_policy,
		.maxattr = ARRAY_SIZE(gossip_key_policy) - 1,
		.doit = gossip_key_del_doit,
	},
	{
		.cmd = GOSSIP_CMD_KEY_USE,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = gossip_key_policy,
		.maxattr = ARRAY_SIZE(gossip_key_policy) - 1,
		.doit = gossip_key_use_doit,
	},
	{
		.cmd = GOSSIP_CMD_KEY_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = key_get_doit,
	},
};

static const struct genl_multicast_group groups[] = {
	[GROUP_MEMBERS] = { .name = GOSSIP_MCGRP_MEMBERS },
	[GROUP_EVENTS] = { .name = GOSSIP_MCGRP_EVENTS },
};

/*
 * Operations run in parallel; none relies on the lock of generic netlink that
 * they would share with other families:
 * - What start, stop, join, leave and set change is under the mutex of their
 *   namespace, in namespace.c; what they read of a request is their own.
 * - Queries and dumps find an instance under RCU, hold a reference to it, and
 *   read it under its own lock. What is left of a dump between two calls is in
 *   its callback; the socket that asks runs one dump at a time.
 * - @registered is read under RCU; all else here is constant.
 * No operation waits for other members: cb_lock is held for reading meanwhile, and
 * while somebody waits to register or unregister any family, so does each request of
 * every family.
 */
static struct genl_family family __ro_after_init = {
	.name = GOSSIP_FAMILY_NAME,
	.version = GOSSIP_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/*
 * Who subscribed before @registered was set may have missed an event of an instance
 * that the module's parameters started, and dumps again.
 */
static void __init warn_early(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		genl_set_err(&family, net, 0, GROUP_MEMBERS, -ENOBUFS);
		genl_set_err(&family, net, 0, GROUP_EVENTS, -ENOBUFS);
	}
	up_read(&net_rwsem);
}

int __init gossip_netlink_init(void)
{
	int err;

	gossip_policy_init();
	err = gossip_leases_watch();
	if (err)
		return err;
	err = genl_register_family(&family);
	if (err) {
		gossip_leases_unwatch();
		return err;
	}
	WRITE_ONCE(registered, true);
	warn_early();
	return 0;
}

void gossip_netlink_exit(void)
{
	WRITE_ONCE(registered, false);
	synchronize_rcu();
	genl_unregister_family(&family);
	gossip_leases_unwatch();
}

MODULE_ALIAS_GENL_FAMILY(GOSSIP_FAMILY_NAME);
