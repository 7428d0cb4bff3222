/* SPDX-License-Identifier: GPL-2.0 */
/* News to be told a number of times each, the least told first. */
#ifndef _SWIM_QUEUE_H
#define _SWIM_QUEUE_H

#include "port.h"

#define SWIM_SENDS_MAX 64 /* bits of swim_queue.filled */
/* News that have to wait for a datagram with more room, looked at in one. */
#define SWIM_PASSED_MAX 4

/**
 * struct swim_queue - pieces of news
 * @told: by the number of times that it was sent
 * @filled: bit i is set if told[i] is not empty
 * @count: pieces in all
 */
struct swim_queue {
	struct list_head told[SWIM_SENDS_MAX];
	u64 filled;
	u32 count;
};

static inline void swim_queue_init(struct swim_queue *queue)
{
	unsigned int i;

	for (i = 0; i < SWIM_SENDS_MAX; i++)
		INIT_LIST_HEAD(&queue->told[i]);
}

static inline void swim_queue_add(struct swim_queue *queue,
				  struct list_head *node, u8 sends)
{
	list_add_tail(node, &queue->told[sends]);
	queue->filled |= 1ULL << sends;
	queue->count++;
}

static inline void swim_queue_del(struct swim_queue *queue,
				  struct list_head *node, u8 sends)
{
	list_del_init(node);
	if (list_empty(&queue->told[sends]))
		queue->filled &= ~(1ULL << sends);
	queue->count--;
}

/* It had no room: it is the next one of its number. */
static inline void swim_queue_return(struct swim_queue *queue,
				     struct list_head *node, u8 sends)
{
	swim_queue_add(queue, node, sends);
	list_move(node, &queue->told[sends]);
}

/* The piece that was told the fewest times. The queue is not empty. */
static inline struct list_head *swim_queue_least(struct swim_queue *queue)
{
	return queue->told[ilog2(queue->filled & -queue->filled)].next;
}

#endif
