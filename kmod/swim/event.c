// SPDX-License-Identifier: GPL-2.0
/*
 * User events, told like news of members and beside them, and delivered once.
 *
 * Each has a number that counts the events of its origin, and each member keeps
 * a window of the last numbers that it heard of each origin (as of IPsec, RFC
 * 6479): one bit an event, and nothing for who sends none. The Lamport time
 * (CACM 21(7), 1978) only tells the order; nothing is dropped for it, so one
 * far ahead makes nobody deaf, and the clock does not follow it.
 *
 * A number far ahead, which only a forged event has, does move the window of
 * that one origin. But whatever is new is told to all, and who hears a number
 * of its own that it never gave goes beyond it: as with incarnations, the last
 * word is the origin's. Numbers are compared as RFC 1982 does, so there is none
 * that it could not go beyond.
 */

#include "core.h"

#define LTIME_JUMP BIT_ULL(40) /* no group has sent as many */

/**
 * struct swim_message - a user event that is being told
 * @node: in swim->events.queue
 * @sends: times that it was sent
 * @own: this member is its origin
 * @event: points to @data
 * @data: name and payload
 */
struct swim_message {
	struct list_head node;
	u8 sends;
	bool own;
	struct wire_event event;
	u8 data[];
};

static struct swim_message *message_of(struct list_head *node)
{
	return list_entry(node, struct swim_message, node);
}

/* It is in no queue. */
static void release(struct swim *swim, struct swim_message *message)
{
	swim->events.own -= message->own;
	kfree(message);
}

static void drop(struct swim *swim, struct swim_message *message)
{
	swim_queue_del(&swim->events.queue, &message->node, message->sends);
	release(swim, message);
}

void swim_events_drop(struct swim *swim)
{
	while (swim->events.queue.filled)
		drop(swim, message_of(swim_queue_least(&swim->events.queue)));
}

/* NULL without memory. */
static struct swim_message *new_message(const struct wire_event *event)
{
	struct swim_message *message = kmalloc(
		sizeof(*message) + event->name_len + event->len, SWIM_GFP);

	if (!message)
		return NULL;
	message->own = false;
	message->event = *event;
	message->event.name = (const char *)message->data;
	message->event.payload = message->data + event->name_len;
	memcpy(message->data, event->name, event->name_len);
	if (event->len)
		memcpy(message->data + event->name_len, event->payload,
		       event->len);
	return message;
}

static void tell(struct swim *swim, struct swim_message *message)
{
	message->sends = 0;
	swim_queue_add(&swim->events.queue, &message->node, 0);
	swim->events.own += message->own;
	swim_spread_news(swim);
}

static void deliver(struct swim *swim, const struct swim_member *origin,
		    const struct wire_event *event)
{
	char name[SWIM_NAME_MAX + 1] = "";
	struct swim_user_event told = {
		.uid = event->uid,
		.ltime = event->ltime,
		.origin = origin->name,
		.name = name,
		.payload = event->len ? event->payload : NULL,
		.len = event->len,
	};

	memcpy(name, event->name, event->name_len);
	if (swim->ops->user_event)
		swim->ops->user_event(swim->ctx, &told);
}

/* The window. */

#define WINDOW (2 * 64) /* bits of swim_extra.heard */

static void move_window(struct swim_extra *extra, u32 steps)
{
	u64 *heard = extra->heard;

	extra->newest += steps;
	if (steps >= 64) {
		heard[1] = heard[0];
		heard[0] = 0;
		steps -= 64;
	}
	if (steps >= 64) {
		heard[1] = 0;
	} else if (steps) {
		heard[1] = heard[1] << steps | heard[0] >> (64 - steps);
		heard[0] <<= steps;
	}
}

/* Numbers go round: what is exactly as far ahead as behind is behind. */
static bool is_ahead(const struct swim_extra *extra, u32 number)
{
	return (s32)(number - extra->newest) > 0;
}

/* Event @number of a member was heard before, or that cannot be told any more. */
static bool is_known(struct swim *swim, const struct swim_extra *extra,
		     u32 number)
{
	u32 behind = extra->newest - number;

	if ((!extra->heard[0] && !extra->heard[1]) || is_ahead(extra, number))
		return false;
	if (behind >= WINDOW) {
		swim_count_stat(swim, SWIM_USER_EVENTS_OLD);
		return true;
	}
	return extra->heard[behind / 64] >> behind % 64 & 1;
}

static void take_note(struct swim_extra *extra, u32 number)
{
	u32 behind;

	if (!extra->heard[0] && !extra->heard[1])
		extra->newest = number;
	else if (is_ahead(extra, number))
		move_window(extra, number - extra->newest);
	behind = extra->newest - number;
	extra->heard[behind / 64] |= 1ULL << behind % 64;
}

static void hear(struct swim *swim, struct swim_member *origin,
		 const struct wire_event *event)
{
	struct swim_events *events = &swim->events;
	struct swim_message *message;
	struct swim_extra *extra;

	if (origin == swim->self) {
		if ((s32)(event->number - events->number) > 0)
			events->number = event->number;
		return;
	}
	extra = swim_extra(origin);
	if (extra && is_known(swim, extra, event->number))
		return;
	/*
	 * Only what can be told on is taken, or the origin of a forged one might
	 * not hear of it. What is not is heard again, as a rule.
	 */
	if (events->queue.count - events->own >= SWIM_USER_EVENTS_MAX) {
		swim_count_stat(swim, SWIM_USER_EVENTS_UNTOLD);
		return;
	}
	message = extra ? new_message(event) : NULL;
	if (!message) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return;
	}
	take_note(extra, event->number);
	if (event->ltime > events->ltime &&
	    event->ltime - events->ltime <= LTIME_JUMP)
		events->ltime = event->ltime;
	swim_count_stat(swim, SWIM_USER_EVENTS_HEARD);
	deliver(swim, origin, event);
	tell(swim, message);
}

/*
 * The word of members only, of members only: it is the table that bounds the
 * windows, and nobody unknown can fill it.
 */
void swim_events_hear(struct swim *swim, const struct wire_message *msg,
		      const struct swim_addr *from)
{
	const struct swim_member *teller = NULL;
	struct swim_member *origin;
	struct wire_event event;
	u32 offset = 0;

	while (wire_next_event(msg, &offset, &event)) {
		if (swim->status == SWIM_CONFLICT)
			return;
		teller = teller ?: swim_by_uid(&swim->table, msg->header.uid);
		origin = swim_by_uid(&swim->table, event.uid);
		if (!origin || !teller || !swim_addr_equal(&teller->addr, from))
			swim_count_stat(swim, SWIM_USER_EVENTS_STRAY);
		else
			hear(swim, origin, &event);
	}
}

void swim_events_fill(struct swim *swim, struct wire_buf *buf)
{
	struct swim_queue *queue = &swim->events.queue;
	struct swim_message *message, *next;
	u32 limit = swim_send_limit(swim);
	LIST_HEAD(passed);
	LIST_HEAD(sent);
	u32 left = SWIM_PASSED_MAX;

	while (queue->filled && left) {
		message = message_of(swim_queue_least(queue));
		swim_queue_del(queue, &message->node, message->sends);
		if (wire_put_event(buf, &message->event)) {
			list_add_tail(&message->node, &sent);
		} else {
			list_add(&message->node, &passed);
			left--;
		}
	}
	list_for_each_entry_safe(message, next, &passed, node) {
		swim->spread.crowded = true;
		list_del(&message->node);
		swim_queue_return(queue, &message->node, message->sends);
	}
	list_for_each_entry_safe(message, next, &sent, node) {
		list_del(&message->node);
		if (++message->sends < limit)
			swim_queue_add(queue, &message->node, message->sends);
		else
			release(swim, message);
	}
}

int swim_send_event(struct swim *swim, u64 now, const char *name, u32 name_len,
		    const void *payload, u32 len, u64 *ltime)
{
	struct swim_events *events = &swim->events;
	struct wire_event event = {
		.uid = swim->self->uid,
		.name_len = name_len,
		.len = len,
		.name = name,
		.payload = payload,
	};
	struct swim_message *message;

	if (!swim_name_valid(name, name_len))
		return -EINVAL;
	if (len > SWIM_EVENT_MAX - name_len)
		return -EMSGSIZE;
	if (swim->status == SWIM_CONFLICT || swim->status == SWIM_LEAVING ||
	    swim->status == SWIM_GONE)
		return -ENOTCONN;
	if (events->own >= SWIM_USER_EVENTS_OWN) {
		swim_count_stat(swim, SWIM_USER_EVENTS_REFUSED);
		return -EAGAIN;
	}
	message = new_message(&event);
	if (!message)
		return -ENOMEM;
	swim_advance(swim, now);
	event.number = ++events->number;
	event.ltime = ++events->ltime;
	message->event.number = event.number;
	message->event.ltime = event.ltime;
	message->own = true;
	if (ltime)
		*ltime = event.ltime;
	swim_count_stat(swim, SWIM_USER_EVENTS_SENT);
	deliver(swim, swim->self, &event);
	tell(swim, message);
	return 0;
}
