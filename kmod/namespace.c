// SPDX-License-Identifier: GPL-2.0
/*
 * Which instance runs in which network namespace, and the commands that start,
 * stop, join, leave and set. What a namespace's commands change is serialised by its
 * mutex; readers find the instance under RCU and take a reference.
 */

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <net/netns/generic.h>

#include "namespace.h"

#define EXIT_WAIT (HZ / 2)

/**
 * struct gossip_net - what a network namespace has
 * @config: serialises changes; taken after all_lock
 * @instance: the running one, or NULL; written under @config
 * @ending: the one that net_pre_exit() has taken away
 * @node: in all_nets, under all_lock
 */
struct gossip_net {
	struct mutex config; /* protects the next two */
	struct gossip_instance __rcu *instance;
	struct gossip_instance *ending;
	struct list_head node;
};

static unsigned int gossip_net_id __read_mostly;

/* All namespaces, for module exit. */
static LIST_HEAD(all_nets);
static DEFINE_MUTEX(all_lock);
/*
 * The module is being removed. Who reads it under a config before that is seen
 * there by leave_all(), which takes each config after it was written.
 */
static bool closing;

/*
 * The owner's reference is dropped a grace period after the pointer was taken
 * away, by stop() or between net_pre_exit() and net_exit().
 */
struct gossip_instance *gossip_instance_rcu(struct net *net)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);

	return rcu_dereference(gn->instance);
}

struct gossip_instance *gossip_instance_get(struct net *net)
{
	struct gossip_instance *inst;

	rcu_read_lock();
	inst = gossip_instance_rcu(net);
	if (inst && !gossip_instance_tryget(inst))
		inst = NULL;
	rcu_read_unlock();
	return inst;
}

static struct gossip_instance *running(struct gossip_net *gn)
{
	return rcu_dereference_protected(gn->instance,
					 lockdep_is_held(&gn->config));
}

static int refuse_without(struct gossip_error *err)
{
	return gossip_refuse(err, NULL,
			     "no instance runs in this namespace: start one",
			     -ENODEV);
}

/* A grace period later it can be ended. */
static void take_away(struct gossip_net *gn, struct gossip_instance *inst)
{
	/* It has left yet, unless it was told to join again, or in haste. */
	gossip_instance_leave_now(inst);
	RCU_INIT_POINTER(gn->instance, NULL);
	gossip_instance_mute(inst);
}

static int start(struct gossip_net *gn, struct net *net,
		 const struct gossip_params *params, struct gossip_error *err)
{
	struct gossip_instance *inst;

	if (READ_ONCE(closing))
		return gossip_refuse(err, NULL, "the module is being removed",
				     -ESHUTDOWN);
	if (running(gn))
		return gossip_refuse(
			err, NULL,
			"an instance already runs in this namespace: stop it first",
			-EBUSY);
	inst = gossip_instance_make(net, params, err);
	if (IS_ERR(inst))
		return PTR_ERR(inst);
	rcu_assign_pointer(gn->instance, inst);
	return gossip_instance_join(inst, params->peer, params->peers, err);
}

int gossip_start(struct net *net, const struct gossip_params *params,
		 struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	int ret;

	mutex_lock(&gn->config);
	ret = start(gn, net, params, err);
	mutex_unlock(&gn->config);
	return ret;
}

int gossip_join(struct net *net, const struct swim_addr *peer,
		unsigned int peers, struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;
	int ret;

	mutex_lock(&gn->config);
	inst = running(gn);
	if (!inst)
		ret = refuse_without(err);
	else if (READ_ONCE(closing))
		ret = gossip_refuse(err, NULL, "the module is being removed",
				    -ESHUTDOWN);
	else
		ret = gossip_instance_join(inst, peer, peers, err);
	mutex_unlock(&gn->config);
	return ret;
}

int gossip_set(struct net *net, const struct gossip_change *change,
	       struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;
	int ret;

	mutex_lock(&gn->config);
	inst = running(gn);
	ret = inst ? gossip_instance_set(inst, change, err) :
		     refuse_without(err);
	mutex_unlock(&gn->config);
	return ret;
}

int gossip_change_key(struct net *net, const struct gossip_key_change *change,
		      struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;
	int ret;

	mutex_lock(&gn->config);
	inst = running(gn);
	ret = inst ? gossip_instance_key(inst, change, err) :
		     refuse_without(err);
	mutex_unlock(&gn->config);
	return ret;
}

int gossip_leave(struct net *net, struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;
	int ret = 0;

	mutex_lock(&gn->config);
	inst = running(gn);
	if (inst)
		gossip_instance_leave(inst);
	else
		ret = refuse_without(err);
	mutex_unlock(&gn->config);
	return ret;
}

int gossip_stop(struct net *net, struct gossip_error *err)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;
	int ret = 0;

	mutex_lock(&gn->config);
	inst = running(gn);
	if (inst) {
		take_away(gn, inst);
		synchronize_rcu();
		gossip_instance_end(inst);
	} else {
		ret = refuse_without(err);
	}
	mutex_unlock(&gn->config);
	return ret;
}

static int __net_init net_init(struct net *net)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);

	mutex_init(&gn->config);
	mutex_lock(&all_lock);
	list_add(&gn->node, &all_nets);
	mutex_unlock(&all_lock);
	return 0;
}

/*
 * The namespace's processes are gone, its devices still work. A grace period
 * passes before net_exit().
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);
	struct gossip_instance *inst;

	mutex_lock(&gn->config);
	inst = running(gn);
	if (inst) {
		take_away(gn, inst);
		gn->ending = inst;
	}
	mutex_unlock(&gn->config);
}

static void __net_exit net_exit(struct net *net)
{
	struct gossip_net *gn = net_generic(net, gossip_net_id);

	mutex_lock(&all_lock);
	list_del(&gn->node);
	mutex_unlock(&all_lock);
	if (gn->ending)
		gossip_instance_end(gn->ending);
	mutex_destroy(&gn->config);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &gossip_net_id,
	.size = sizeof(struct gossip_net),
};

int gossip_namespace_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void gossip_namespace_leave_all(void)
{
	unsigned long until = jiffies + EXIT_WAIT;
	struct gossip_instance *inst;
	struct gossip_net *gn;

	mutex_lock(&all_lock);
	WRITE_ONCE(closing, true);
	/* All at the same time, so that many take no longer than one. */
	list_for_each_entry(gn, &all_nets, node) {
		mutex_lock(&gn->config);
		inst = running(gn);
		if (inst)
			gossip_instance_leave(inst);
		mutex_unlock(&gn->config);
	}
	list_for_each_entry(gn, &all_nets, node) {
		mutex_lock(&gn->config);
		inst = running(gn);
		if (inst) {
			gossip_instance_wait_gone(
				inst, max_t(long, until - jiffies, 0));
			gossip_instance_leave_now(inst);
		}
		mutex_unlock(&gn->config);
	}
	mutex_unlock(&all_lock);
}

void gossip_namespace_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
