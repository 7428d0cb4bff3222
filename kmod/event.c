// SPDX-License-Identifier: GPL-2.0
/*
 * Events on their way to listeners. Each message is in a socket buffer,
 * whoever it is for, so that one queue keeps all in order.
 */

#include <linux/err.h>

#include "event.h"

static const struct gossip_adapter *adapter __read_mostly;
static unsigned int adapters __read_mostly;

/* Whose message this is, while it is queued. */
static const struct gossip_adapter **owner(struct sk_buff *skb)
{
	return (const struct gossip_adapter **)skb->cb;
}

/* False where there is no message for want of memory. */
static bool enqueue(struct sk_buff *skb, const struct gossip_adapter *of,
		    struct sk_buff_head *queue)
{
	if (IS_ERR(skb))
		return false;
	if (skb) {
		*owner(skb) = of;
		__skb_queue_tail(queue, skb);
	}
	return true;
}

unsigned int gossip_event_build(struct net *net,
				const struct gossip_event *event,
				struct sk_buff_head *queue)
{
	unsigned int i, lost = 0;

	for (i = 0; i < adapters; i++)
		if (adapter[i].build &&
		    !enqueue(adapter[i].build(net, event), &adapter[i], queue))
			lost++;
	return lost;
}

unsigned int gossip_event_user(struct net *net,
			       const struct swim_user_event *event, u64 seq,
			       struct sk_buff_head *queue)
{
	unsigned int i, lost = 0;

	for (i = 0; i < adapters; i++)
		if (adapter[i].user &&
		    !enqueue(adapter[i].user(net, event, seq), &adapter[i],
			     queue))
			lost++;
	return lost;
}

unsigned int gossip_event_pong(struct net *net, const struct swim_pong *pong,
			       struct sk_buff_head *queue)
{
	unsigned int i, lost = 0;

	for (i = 0; i < adapters; i++)
		if (adapter[i].pong &&
		    !enqueue(adapter[i].pong(net, pong), &adapter[i], queue))
			lost++;
	return lost;
}

void gossip_event_deliver(struct net *net, struct sk_buff_head *queue)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(queue))) {
		const struct gossip_adapter *to = *owner(skb);

		/* Netlink takes what is there for the sender's credentials. */
		*owner(skb) = NULL;
		to->deliver(net, skb);
	}
}

void gossip_event_lost(struct net *net, u64 seq)
{
	unsigned int i;

	for (i = 0; i < adapters; i++)
		if (adapter[i].lost)
			adapter[i].lost(net, seq);
}

void gossip_event_changed(void)
{
	unsigned int i;

	for (i = 0; i < adapters; i++)
		if (adapter[i].changed)
			adapter[i].changed();
}

void gossip_event_init(const struct gossip_adapter *to, unsigned int count)
{
	adapter = to;
	adapters = count;
}
