/* SPDX-License-Identifier: GPL-2.0 */
/* Where the events of all instances go. */
#ifndef _GOSSIP_EVENT_H
#define _GOSSIP_EVENT_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

struct swim_event;

/**
 * struct gossip_adapter - one kind of listener
 * @build: makes the message for one event; NULL where nobody listens,
 *	-ENOMEM; called under the instance's lock
 * @deliver: sends such messages in the order of their events; not under the
 *	instance's lock, but with BH disabled
 * @lost: a message could not be made, of the event @seq at the latest; called
 *	as @deliver is, and after it; it needs no memory
 * @changed: the listing is no longer what it was; no lock held, softirq or
 *	process context; not once for each event
 *
 * Both of the first two may be NULL, and so may each of the others.
 */
struct gossip_adapter {
	struct sk_buff *(*build)(struct net *net, const struct swim_event *ev);
	void (*deliver)(struct net *net, struct sk_buff *skb);
	void (*lost)(struct net *net, u64 seq);
	void (*changed)(void);
};

/* Before any other function of this header; they stay until the module ends. */
void gossip_event_init(const struct gossip_adapter *adapter,
		       unsigned int count);

/* Appends to @queue what listeners are to get. Returns how many get nothing. */
unsigned int gossip_event_build(struct net *net, const struct swim_event *event,
				struct sk_buff_head *queue);
/* Empties @queue. */
void gossip_event_deliver(struct net *net, struct sk_buff_head *queue);
void gossip_event_lost(struct net *net, u64 seq);
void gossip_event_changed(void);

#endif
