// SPDX-License-Identifier: GPL-2.0
/*
 * A module that follows membership in every network namespace: what a cluster
 * file system or a storage target would do. Each change is a line in the log;
 * /proc/net/gossip_follower is the view and the members of its reader's
 * namespace.
 */

#include <linux/gossip.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

/**
 * struct follower - what a namespace has
 * @notifier: registered as long as the namespace lives, or this module does
 */
struct follower {
	struct notifier_block notifier;
};

static unsigned int follower_id;

static const char *const states[] = {
	[GOSSIP_MEMBER_STATE_ALIVE] = "alive",
	[GOSSIP_MEMBER_STATE_SUSPECT] = "suspect",
	[GOSSIP_MEMBER_STATE_FAILED] = "failed",
	[GOSSIP_MEMBER_STATE_LEFT] = "left",
};

static const char *state_name(int state)
{
	return state < 0 ? "unknown" : states[state];
}

/* In softirq. The member may have changed once more since. */
static int on_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct gossip_notice *notice = data;
	const struct gossip_member *member = &notice->member;
	int now;

	if (event == GOSSIP_NOTICES_LOST) {
		pr_info("netns=%u seq=%llu lost\n", notice->net->ns.inum,
			notice->seq);
		return NOTIFY_OK;
	}
	now = gossip_member_state(notice->net, member->name);
	pr_info("netns=%u seq=%llu event=%lu member=%s%s addr=%pISpc state=%s now=%s\n",
		notice->net->ns.inum, notice->seq, event, member->name,
		member->self ? " (self)" : "", &member->addr,
		state_name(member->state), state_name(now));
	return NOTIFY_OK;
}

static int show(struct seq_file *seq, void *v)
{
	struct net *net = seq->private;
	struct gossip_walk walk;

	seq_printf(seq, "view %016llx\n", gossip_view(net));
	gossip_for_each_member(&walk, net)
		seq_printf(seq, "%s %pISpc %s\n", walk.member.name,
			   &walk.member.addr, state_name(walk.member.state));
	return 0;
}

static int __net_init follower_init(struct net *net)
{
	struct follower *follower = net_generic(net, follower_id);
	int err;

	if (!proc_create_net_single("gossip_follower", 0444, net->proc_net,
				    show, NULL))
		return -ENOMEM;
	follower->notifier.notifier_call = on_event;
	err = gossip_register_notifier(net, &follower->notifier);
	if (err)
		remove_proc_entry("gossip_follower", net->proc_net);
	return err;
}

static void __net_exit follower_exit(struct net *net)
{
	struct follower *follower = net_generic(net, follower_id);

	gossip_unregister_notifier(net, &follower->notifier);
	remove_proc_entry("gossip_follower", net->proc_net);
}

static struct pernet_operations follower_ops = {
	.init = follower_init,
	.exit = follower_exit,
	.id = &follower_id,
	.size = sizeof(struct follower),
};

static int __init follower_load(void)
{
	return register_pernet_subsys(&follower_ops);
}

static void __exit follower_unload(void)
{
	unregister_pernet_subsys(&follower_ops);
}

module_init(follower_load);
module_exit(follower_unload);

MODULE_DESCRIPTION("Follows the membership of gossip: a sample, and a test");
MODULE_LICENSE("GPL");
