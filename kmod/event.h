/* SPDX-License-Identifier: GPL-2.0 */
/* Where the events of all instances go. */
#ifndef _GOSSIP_EVENT_H
#define _GOSSIP_EVENT_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include <uapi/linux/gossip.h>

struct swim_event;
struct swim_pong;
struct swim_user_event;

/**
 * struct gossip_event - a change of a member, or of a service of it
 * @type: what happened
 * @seq: one more than that of the event before
 * @cause: what the core says of it; that of a service's is the one before
 * @service: name of the service; NULL if it is not of one
 */
struct gossip_event {
	enum gossip_event_type type;
	u64 seq;
	const struct swim_event *cause;
	const char *service;
};

/**
 * struct gossip_adapter - one kind of listener
 * @build: makes the message for one event; NULL where nobody listens,
 *	-ENOMEM; called under the instance's lock
 * @user: likewise for a user event, which has a number of its own
 * @pong: makes the message for what came of one way of a ping, for who asked for
 *	it; as @build
 * @deliver: sends such messages in the order of their events; not under the
 *	instance's lock, but with BH disabled
 * @lost: a message was not made, of the event @seq at the latest, for want of
 *	memory or because too many wait; called as @deliver is, and after it; it
 *	needs no memory
 * @changed: the listing is no longer what it was; no lock held, softirq or
 *	process context; not once for each event
 *
 * Each may be NULL; @deliver only where the first three are.
 */
struct gossip_adapter {
	struct sk_buff *(*build)(struct net *net,
				 const struct gossip_event *ev);
	struct sk_buff *(*user)(struct net *net,
				const struct swim_user_event *ev, u64 seq);
	struct sk_buff *(*pong)(struct net *net, const struct swim_pong *pong);
	void (*deliver)(struct net *net, struct sk_buff *skb);
	void (*lost)(struct net *net, u64 seq);
	void (*changed)(void);
};

/* Before any other function of this header; they stay until the module ends. */
void gossip_event_init(const struct gossip_adapter *adapter,
		       unsigned int count);

/* Append to @queue what listeners are to get. Return how many get nothing. */
unsigned int gossip_event_build(struct net *net,
				const struct gossip_event *event,
				struct sk_buff_head *queue);
unsigned int gossip_event_user(struct net *net,
			       const struct swim_user_event *event, u64 seq,
			       struct sk_buff_head *queue);
unsigned int gossip_event_pong(struct net *net, const struct swim_pong *pong,
			       struct sk_buff_head *queue);
/* Empties @queue. */
void gossip_event_deliver(struct net *net, struct sk_buff_head *queue);
void gossip_event_lost(struct net *net, u64 seq);
void gossip_event_changed(void);

#endif
