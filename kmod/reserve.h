/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Socket buffers for a node without memory: one that no longer answers would be
 * taken for dead, and that because of others who want its memory.
 */
#ifndef _GOSSIP_RESERVE_H
#define _GOSSIP_RESERVE_H

#include <linux/skbuff.h>

/* What one tick sends at most, less what can wait. */
#define GOSSIP_RESERVE 8

/**
 * struct gossip_reserve - buffers that are used again and again
 * @skb: ours for life; what is sent is a clone, for which each has room, as
 *	those of TCP do
 */
struct gossip_reserve {
	struct sk_buff *skb[GOSSIP_RESERVE];
};

/*
 * Room for @len bytes after @headroom in each. Process context; -ENOMEM, and
 * then there is nothing to free.
 */
int gossip_reserve_init(struct gossip_reserve *reserve, size_t headroom,
			size_t len);
/* What was taken may still be on its way. */
void gossip_reserve_free(struct gossip_reserve *reserve);
/*
 * A buffer that holds @data and has room for @more bytes behind it, or NULL if all
 * are on their way, or too small. The caller serialises these. Any context.
 */
struct sk_buff *gossip_reserve_take(struct gossip_reserve *reserve,
				    const void *data, size_t len, size_t more);

#endif
