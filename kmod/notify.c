// SPDX-License-Identifier: GPL-2.0
/*
 * Membership for other modules: notifiers and look-ups, include/linux/gossip.h.
 *
 * Why what is used here is still there:
 * - This module: whoever calls a function that it exports holds it in place.
 * - A namespace's chain: its memory goes after the exit functions of all
 *   pernet operations have run, and no instance reports an event after its own
 *   namespace's; callers of the rest keep the namespace alive, by their word.
 * - A notifier: the chain is walked under RCU, and who unregisters waits for a
 *   grace period. An event that was queued before finds it gone.
 * - An instance: it is found under RCU, and what is behind a pointer so found
 *   is not ended before a grace period has passed (namespace.c). So look-ups
 *   hold no reference, and none of them is the one that frees it.
 *
 * Look-ups take the instance's lock. The state of a member is one step in a
 * hash table, and the lock is never held for longer than one datagram takes,
 * whatever the number of members; a copy of the table for RCU readers alone
 * would double the memory of each member, and would have to be renewed, or
 * fail to be, with every change. A walk takes the lock for one member at a time.
 */

#include <linux/err.h>
#include <linux/export.h>
#include <linux/gossip.h>
#include <linux/skbuff.h>
#include <net/netns/generic.h>

#include "addr.h"
#include "event.h"
#include "meta.h"
#include "namespace.h"
#include "notify.h"

/**
 * struct notify_net - what a namespace has
 * @chain: of notifiers; has a lock of its own for changes
 */
struct notify_net {
	struct atomic_notifier_head chain;
};

static unsigned int notify_net_id __read_mostly;

static struct atomic_notifier_head *chain_of(struct net *net)
{
	struct notify_net *nn = net_generic(net, notify_net_id);

	return &nn->chain;
}

static void fill_member(struct gossip_member *member,
			const struct swim_info *info)
{
	BUILD_BUG_ON(sizeof(member->name) != sizeof(info->name));
	memcpy(member->name, info->name, sizeof(member->name));
	gossip_sockaddr(&info->addr, &member->addr);
	member->uid = info->uid;
	member->seq = info->seq;
	member->generation = info->generation;
	member->incarnation = info->incarnation;
	/* The same numbers: netlink_put.c sees to that. */
	member->state = (enum gossip_member_state)info->state;
	member->self = info->self;
}

/* Events */

struct sk_buff *gossip_notify_build(struct net *net,
				    const struct gossip_event *ev)
{
	struct gossip_notice *notice;
	struct sk_buff *skb;

	/* Who registers just now need not be told of what was before. */
	if (!rcu_access_pointer(chain_of(net)->head))
		return NULL;

	skb = alloc_skb(sizeof(*notice), GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return ERR_PTR(-ENOMEM);

	notice = skb_put_zero(skb, sizeof(*notice));
	notice->net = net;
	notice->seq = ev->seq;
	notice->event = ev->type;
	fill_member(&notice->member, &ev->cause->info);
	if (ev->service)
		strscpy(notice->service, ev->service, sizeof(notice->service));
	return skb;
}

void gossip_notify_deliver(struct net *net, struct sk_buff *skb)
{
	struct gossip_notice *notice = (struct gossip_notice *)skb->data;

	atomic_notifier_call_chain(chain_of(net), notice->event, notice);
	consume_skb(skb);
}

int gossip_register_notifier(struct net *net, struct notifier_block *nb)
{
	return atomic_notifier_chain_register(chain_of(net), nb);
}
EXPORT_SYMBOL_GPL(gossip_register_notifier);

int gossip_unregister_notifier(struct net *net, struct notifier_block *nb)
{
	return atomic_notifier_chain_unregister(chain_of(net), nb);
}
EXPORT_SYMBOL_GPL(gossip_unregister_notifier);

/* Look-ups */

int gossip_member_state(struct net *net, const char *name)
{
	struct gossip_instance *inst;
	struct swim_info info;
	int ret = -ENODEV;

	rcu_read_lock();
	inst = gossip_instance_rcu(net);
	if (inst && gossip_find(inst, name, &info)) {
		swim_meta_put(info.meta);
		ret = info.state;
	} else if (inst) {
		ret = -ENOENT;
	}
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(gossip_member_state);

int gossip_member_service(struct net *net, const char *name,
			  const char *service)
{
	struct gossip_instance *inst;
	struct swim_info info;
	int ret = -ENODEV;

	rcu_read_lock();
	inst = gossip_instance_rcu(net);
	if (inst && gossip_find(inst, name, &info)) {
		ret = gossip_has_service(&info, service);
		swim_meta_put(info.meta);
	} else if (inst) {
		ret = -ENOENT;
	}
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(gossip_member_service);

u64 gossip_view(struct net *net)
{
	struct gossip_instance *inst;
	u64 view = 0;

	rcu_read_lock();
	inst = gossip_instance_rcu(net);
	if (inst)
		view = gossip_digest(inst);
	rcu_read_unlock();
	return view;
}
EXPORT_SYMBOL_GPL(gossip_view);

void gossip_walk_begin(struct gossip_walk *walk, struct net *net)
{
	struct gossip_instance *inst;
	struct gossip_mark mark;

	memset(walk, 0, sizeof(*walk));
	walk->net = net;
	rcu_read_lock();
	inst = gossip_instance_rcu(net);
	if (inst) {
		gossip_recent(inst, SWIM_NEVER, NULL, 0, &mark);
		walk->seq = mark.seq;
		walk->uid = mark.uid;
	}
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(gossip_walk_begin);

bool gossip_walk_next(struct gossip_walk *walk)
{
	struct gossip_instance *inst;
	struct gossip_mark mark = {};
	struct swim_slot found;
	bool end = false;
	u32 count = 0;

	rcu_read_lock();
	inst = gossip_instance_rcu(walk->net);
	if (inst)
		gossip_recent(inst, SWIM_NEVER, NULL, 0, &mark);
	/* The slots of another instance are others. */
	if (inst && mark.uid == walk->uid)
		while (!count && !end)
			count = gossip_scan(inst, 0, &walk->slot, &found, 1,
					    &end);
	rcu_read_unlock();
	if (!count)
		return false;
	fill_member(&walk->member, &found.info);
	swim_meta_put(found.info.meta);
	return true;
}
EXPORT_SYMBOL_GPL(gossip_walk_next);

static int __net_init notify_net_init(struct net *net)
{
	ATOMIC_INIT_NOTIFIER_HEAD(chain_of(net));
	return 0;
}

static void __net_exit notify_net_exit(struct net *net)
{
	WARN_ON_ONCE(rcu_access_pointer(chain_of(net)->head));
}

static struct pernet_operations notify_net_ops = {
	.init = notify_net_init,
	.exit = notify_net_exit,
	.id = &notify_net_id,
	.size = sizeof(struct notify_net),
};

int __init gossip_notify_init(void)
{
	return register_pernet_subsys(&notify_net_ops);
}

void gossip_notify_exit(void)
{
	unregister_pernet_subsys(&notify_net_ops);
}
