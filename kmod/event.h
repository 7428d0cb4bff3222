/* SPDX-License-Identifier: GPL-2.0 */
/* Where the events of all instances go. */
#ifndef _GOSSIP_EVENT_H
#define _GOSSIP_EVENT_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

struct swim_event;
struct swim_pong;

/**
 * struct gossip_adapter - one kind of listener
 * @build: makes the message for one event; NULL where nobody listens,
 *	-ENOMEM; called under the instance's lock
 * @pong: makes the message for what came of one way of a ping, for who asked for
 *	it; likewise
 * @deliver: sends such messages in the order of their events; not under the
 *	instance's lock, but with BH disabled
 * @changed: the listing is no longer what it was; no lock held, softirq or
 *	process context; not once for each event
 *
 * @build and @deliver may both be NULL, and so may each of the others; @pong
 * needs @deliver.
 */
struct gossip_adapter {
	struct sk_buff *(*build)(struct net *net, const struct swim_event *ev);
	struct sk_buff *(*pong)(struct net *net, const struct swim_pong *pong);
	void (*deliver)(struct net *net, struct sk_buff *skb);
	void (*changed)(void);
};

/* Before any other function of this header; they stay until the module ends. */
void gossip_event_init(const struct gossip_adapter *adapter,
		       unsigned int count);

/* Appends to @queue what listeners are to get. Returns how many get nothing. */
unsigned int gossip_event_build(struct net *net, const struct swim_event *event,
				struct sk_buff_head *queue);
/* The same of a pong. False if who asked gets nothing. */
bool gossip_event_pong(struct net *net, const struct swim_pong *pong,
		       struct sk_buff_head *queue);
/* Empties @queue. */
void gossip_event_deliver(struct net *net, struct sk_buff_head *queue);
void gossip_event_changed(void);

#endif
