/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Group membership for other parts of the kernel: what members are there, and
 * a call whenever that changes. All of it concerns the instance of gossip that
 * runs in one network namespace, if one does.
 *
 * A module that uses these functions holds gossip.ko in place, and can itself
 * be removed at any time once it has unregistered its notifiers.
 *
 * To follow membership: register the notifier, then walk. What changes
 * meanwhile is in both. A notice is best taken as a hint to ask for the present
 * state, for notices can be lost where there is no memory, or where one datagram
 * has very many changes: then there is one of GOSSIP_NOTICES_LOST, and who needs
 * to know walks again.
 */
#ifndef _LINUX_GOSSIP_H
#define _LINUX_GOSSIP_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/notifier.h>
#include <linux/socket.h>
#include <linux/types.h>

#include <uapi/linux/gossip.h>

struct net;

/**
 * struct gossip_member - what is believed of one member
 * @name: unique in the group
 * @addr: where it listens; for printk("%pISpc")
 * @addr.sa: for its family
 * @addr.in: IPv4
 * @addr.in6: IPv6
 * @uid: random, of this start of the member
 * @seq: number of the event that last changed it
 * @generation: grows with every start of the member
 * @incarnation: grows whenever the member refutes or changes
 * @state: of the four
 * @self: this is the instance itself
 */
struct gossip_member {
	char name[GOSSIP_NAME_MAX + 1];
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} addr;
	u64 uid;
	u64 seq;
	u32 generation;
	u32 incarnation;
	enum gossip_member_state state;
	bool self;
};

/*
 * Instead of an enum gossip_event_type: there was no memory for one or more
 * notices, or there were too many at once. Of the notice only @net is there, and
 * @seq, which is that of the last one lost.
 */
#define GOSSIP_NOTICES_LOST (~0UL)

/**
 * struct gossip_notice - what a notifier is told
 * @net: whose instance this is about
 * @seq: number of the event, one more than the last; a new instance begins anew
 * @event: what has happened, the second argument of the notifier too
 * @member: the member after that. With GOSSIP_EVENT_TYPE_ISOLATED and _JOINED
 *	it is the instance itself, with _CONFLICT the other one of the name, with
 *	_REAP one that is not known any more
 * @service: with GOSSIP_EVENT_TYPE_SERVICE_UP and _DOWN its name, else empty.
 *	The services of a member that joins, fails, leaves or comes back have
 *	notices of their own, after the member's
 */
struct gossip_notice {
	struct net *net;
	u64 seq;
	enum gossip_event_type event;
	struct gossip_member member;
	char service[GOSSIP_NAME_MAX + 1];
};

/**
 * gossip_register_notifier() - be told of each change of a member
 * @net: namespace, which the caller keeps alive until it has unregistered: it
 *	is of a pernet_operations, or holds a reference
 * @nb: called with an enum gossip_event_type, or GOSSIP_NOTICES_LOST, and a
 *	struct gossip_notice, which is valid until it returns
 *
 * It makes no difference whether an instance runs: the notifier is for all that
 * will. There is no call for what is so already, see gossip_for_each_member().
 *
 * @nb is called in the order of the events, one at a time for each namespace,
 * soon after the change, with BH disabled, in softirq or in process context. It
 * must not sleep, and ought to be brief: the next event waits for it. No lock
 * that the functions of this header take is held, so it may call any of them
 * but gossip_unregister_notifier(). What it returns is of no consequence, but
 * NOTIFY_STOP_MASK keeps the event from others: return NOTIFY_OK.
 *
 * When an instance leaves or is stopped there is a GOSSIP_EVENT_TYPE_LEFT of
 * its own, with @self set, and none for the others.
 *
 * Context: not in hard interrupt.
 * Return: 0, or -EEXIST, with a warning, if @nb is registered already.
 */
int gossip_register_notifier(struct net *net, struct notifier_block *nb);

/**
 * gossip_unregister_notifier() - no more calls
 * @net: that it was registered with
 * @nb: is not called any more, on any CPU, after this returns
 *
 * Context: process, may sleep; not from within a notifier.
 * Return: 0, or -ENOENT if it is not registered.
 */
int gossip_unregister_notifier(struct net *net, struct notifier_block *nb);

/**
 * gossip_member_state() - how a member is
 * @net: namespace
 * @name: of the member
 *
 * Takes the same time however many members there are, and does not sleep.
 *
 * Context: not in hard interrupt, and not with interrupts disabled.
 * Return: an enum gossip_member_state; -ENOENT if there is no such member,
 * -ENODEV if no instance runs in @net.
 */
int gossip_member_state(struct net *net, const char *name);

/**
 * gossip_member_service() - whether a service is up
 * @net: namespace
 * @name: of the member that may have it
 * @service: its name
 *
 * Takes the same time however many members there are, and does not sleep.
 *
 * Context: not in hard interrupt, and not with interrupts disabled.
 * Return: 1 if the member is alive or suspect and has it up, else 0; -ENOENT
 * if there is no such member, -ENODEV if no instance runs in @net.
 */
int gossip_member_service(struct net *net, const char *name,
			  const char *service);

/**
 * gossip_view() - a digest of the live members, suspects among them
 * @net: namespace
 *
 * Context: not in hard interrupt, and not with interrupts disabled.
 * Return: a number that is equal on two nodes exactly when they agree which
 * members are there, each in which start and incarnation, and with which tags
 * and services; 0 if no instance runs in @net.
 */
u64 gossip_view(struct net *net);

/**
 * struct gossip_walk - a walk over all members
 * @member: the present one
 * @seq: number of the last event when the walk began; what has a greater one
 *	may or may not be seen in it
 */
struct gossip_walk {
	struct gossip_member member;
	u64 seq;
	/* private: */
	struct net *net;
	u64 uid;
	u32 slot;
};

/* For gossip_for_each_member() alone. */
void gossip_walk_begin(struct gossip_walk *walk, struct net *net);
bool gossip_walk_next(struct gossip_walk *walk);

/**
 * gossip_for_each_member() - walk over all members, those failed and left too
 * @walk: struct gossip_walk *; its @member is one after the other
 * @net: namespace, which the caller keeps alive
 *
 * Members come in no order, each as it is when it is come to. Who is there all
 * the time is seen once; who comes or is forgotten meanwhile may be missed, and
 * there is an event for that. If the instance is stopped the walk ends.
 *
 * Nothing is held between two members: the body may do what its own context
 * allows, sleep, and leave the loop.
 *
 * Context: not in hard interrupt, and not with interrupts disabled.
 */
#define gossip_for_each_member(walk, net) \
	for (gossip_walk_begin(walk, net); gossip_walk_next(walk);)

#endif
