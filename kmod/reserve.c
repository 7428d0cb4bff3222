// SPDX-License-Identifier: GPL-2.0
/* Socket buffers for a node without memory. */

#include "reserve.h"

int gossip_reserve_init(struct gossip_reserve *reserve, size_t headroom,
			size_t len)
{
	unsigned int i;

	*reserve = (struct gossip_reserve){};
	for (i = 0; i < GOSSIP_RESERVE; i++) {
		struct sk_buff *skb =
			alloc_skb_fclone(headroom + len, GFP_KERNEL);

		reserve->skb[i] = skb;
		if (!skb) {
			gossip_reserve_free(reserve);
			return -ENOMEM;
		}
		skb_reserve(skb, headroom);
		/* The headers before the data are the clone's, to be written. */
		__skb_header_release(skb);
	}
	return 0;
}

void gossip_reserve_free(struct gossip_reserve *reserve)
{
	unsigned int i;

	for (i = 0; i < GOSSIP_RESERVE; i++) {
		consume_skb(reserve->skb[i]);
		reserve->skb[i] = NULL;
	}
}

struct sk_buff *gossip_reserve_take(struct gossip_reserve *reserve,
				    const void *data, size_t len, size_t more)
{
	unsigned int i;

	for (i = 0; i < GOSSIP_RESERVE; i++) {
		struct sk_buff *skb = reserve->skb[i];

		/* Somebody still reads what was sent. */
		if (skb_cloned(skb))
			continue;
		skb_trim(skb, 0);
		if (len + more > skb_tailroom(skb))
			continue;
		skb_put_data(skb, data, len);
		/* It takes memory only while the last one is just being freed. */
		return skb_clone(skb, GFP_ATOMIC | __GFP_NOWARN);
	}
	return NULL;
}
