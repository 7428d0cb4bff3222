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
 *
 * Who was passed over by chance, or lost the datagrams, asks: for a while after
 * an event was told it is kept, and pings say which ones are; as each member is
 * pinged once a period by another one, it hears of what it lacks from several.
 * This is the lazy push of Plumtree (Leitao, Pereira, Rodrigues: "Epidemic
 * Broadcast Trees", SRDS 2007, section 3.2), with the bits of a window for ids.
 * What was asked for is told on like any other, as a late one, but nobody offers
 * it again: else it would go round for as long as members join that lack it.
 */

#include "core.h"

#define LTIME_JUMP BIT_ULL(40) /* no group has sent as many */
#define KEEP 10 /* probe intervals */
#define RANGES_MAX 16 /* told of in one datagram */
#define REPLIES_MAX 4 /* datagrams of events for one that asks for some */

/**
 * struct swim_message - a user event that is being told
 * @node: in swim->events.queue or .kept
 * @kept_at: when it was sent for the last time
 * @sends: times that it was sent
 * @own: this member is its origin
 * @event: points to @data
 * @data: name and payload
 */
struct swim_message {
	struct list_head node;
	u64 kept_at;
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

/* The oldest one is offered no more. */
static void drop_kept(struct swim_events *events)
{
	struct swim_message *message = message_of(events->kept.next);

	list_del(&message->node);
	events->keeping--;
	kfree(message);
}

/* It was told. */
static void keep(struct swim *swim, struct swim_message *message)
{
	struct swim_events *events = &swim->events;

	if (message->event.late) {
		release(swim, message);
		return;
	}
	events->own -= message->own;
	message->kept_at = swim->now;
	list_add_tail(&message->node, &events->kept);
	if (++events->keeping > SWIM_USER_EVENTS_KEPT)
		drop_kept(events);
}

void swim_events_drop(struct swim *swim)
{
	struct swim_events *events = &swim->events;

	while (events->queue.filled)
		drop(swim, message_of(swim_queue_least(&events->queue)));
	while (events->keeping)
		drop_kept(events);
}

void swim_events_init(struct swim_events *events)
{
	swim_queue_init(&events->queue);
	INIT_LIST_HEAD(&events->kept);
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

static bool has_heard(const struct swim_extra *extra)
{
	return extra && (extra->heard[0] || extra->heard[1]);
}

/* So far back that it cannot be told any more whether it was heard. */
static bool is_old(const struct swim_extra *extra, u32 number)
{
	return has_heard(extra) && !is_ahead(extra, number) &&
	       extra->newest - number >= WINDOW;
}

/* Event @number of a member was heard before, or is old. */
static bool is_known(const struct swim_extra *extra, u32 number)
{
	u32 behind;

	if (!has_heard(extra) || is_ahead(extra, number))
		return false;
	behind = extra->newest - number;
	return behind >= WINDOW || extra->heard[behind / 64] >> behind % 64 & 1;
}

static void take_note(struct swim_extra *extra, u32 number)
{
	u32 behind;

	if (!has_heard(extra))
		extra->newest = number;
	else if (is_ahead(extra, number))
		move_window(extra, number - extra->newest);
	behind = extra->newest - number;
	extra->heard[behind / 64] |= 1ULL << behind % 64;
}

/*
 * Delivered a short while ago, although the window does not say so: that is of one
 * start of a member, and where two claim the name it may take turns.
 */
static bool was_delivered(const struct swim_events *events,
			  const struct wire_event *event)
{
	u32 i;

	for (i = 0; i < SWIM_USER_EVENTS_KEPT; i++)
		if (events->delivered[i].uid == event->uid &&
		    events->delivered[i].number == event->number)
			return true;
	return false;
}

static void note_delivery(struct swim_events *events,
			  const struct wire_event *event)
{
	u32 at = events->deliveries++ % SWIM_USER_EVENTS_KEPT;

	events->delivered[at].uid = event->uid;
	events->delivered[at].number = event->number;
}

static bool is_full(const struct swim_events *events)
{
	return events->queue.count - events->own >= SWIM_USER_EVENTS_MAX;
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
	if (is_known(origin->extra, event->number)) {
		if (is_old(origin->extra, event->number))
			swim_count_stat(swim, SWIM_USER_EVENTS_OLD);
		return;
	}
	/*
	 * Only what can be told on is taken, or the origin of a forged one might
	 * not hear of it. What is not is heard again, as a rule.
	 */
	if (is_full(events)) {
		swim_count_stat(swim, SWIM_USER_EVENTS_UNTOLD);
		return;
	}
	extra = swim_extra(origin);
	if (extra && was_delivered(events, event)) {
		take_note(extra, event->number);
		return;
	}
	message = extra ? new_message(event) : NULL;
	if (!message) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return;
	}
	take_note(extra, event->number);
	note_delivery(events, event);
	if (event->ltime > events->ltime &&
	    event->ltime - events->ltime <= LTIME_JUMP)
		events->ltime = event->ltime;
	swim_count_stat(swim, SWIM_USER_EVENTS_HEARD);
	deliver(swim, origin, event);
	tell(swim, message);
}

/* Offers, and what is asked for. */

/* True if @range was changed so that it has @event in it. */
static bool widen(struct wire_range *range, const struct wire_event *event)
{
	u32 behind = range->newest - event->number;

	if (range->uid != event->uid)
		return false;
	if ((s32)behind < 0) {
		range->mask = -behind < 64 ? range->mask << -behind : 0;
		range->newest = event->number;
		behind = 0;
	}
	if (behind < 64)
		range->mask |= BIT_ULL(behind);
	return true;
}

static bool is_within(const struct wire_range *range,
		      const struct wire_event *event)
{
	u32 behind = range->newest - event->number;

	return range->uid == event->uid && behind < 64 &&
	       range->mask >> behind & 1;
}

/*
 * Each offer is good for one question, or whoever forges a member's address could
 * send it a thousand times what it sent itself.
 */
static void note_offer(struct swim_events *events, u64 uid)
{
	events->offered[events->offers++ & (SWIM_OFFERED_MAX - 1)] = uid;
}

static bool take_offer(struct swim_events *events, u64 uid)
{
	u32 i;

	for (i = 0; i < SWIM_OFFERED_MAX; i++) {
		if (events->offered[i] == uid) {
			events->offered[i] = 0;
			return true;
		}
	}
	return false;
}

void swim_events_offer(struct swim *swim, struct wire_buf *buf,
		       const struct swim_member *to)
{
	u64 time = KEEP * swim_interval(swim);
	struct wire_range range[RANGES_MAX];
	struct swim_message *message;
	u32 count = 0, i;

	while (swim->events.keeping &&
	       swim->now - message_of(swim->events.kept.next)->kept_at >= time)
		drop_kept(&swim->events);
	if (!swim_rule(swim, SWIM_RULE_OFFER))
		return;
	list_for_each_entry_reverse(message, &swim->events.kept, node) {
		const struct wire_event *event = &message->event;

		for (i = 0; i < count && !widen(&range[i], event); i++)
			;
		if (i == count && count < RANGES_MAX)
			range[count++] = (struct wire_range){
				.uid = event->uid,
				.mask = 1,
				.newest = event->number,
			};
	}
	for (i = 0; i < count; i++)
		wire_put_range(buf, WIRE_HAVE, &range[i]);
	if (count)
		note_offer(&swim->events, to->uid);
}

/* Leaves of @range, which somebody has, what this member lacks. */
static bool narrow(struct swim *swim, struct wire_range *range)
{
	const struct swim_member *origin =
		swim_by_uid(&swim->table, range->uid);
	u32 i;

	if (!origin || origin == swim->self)
		return false;
	for (i = 0; i < 64; i++)
		if (is_known(origin->extra, range->newest - i))
			range->mask &= ~BIT_ULL(i);
	return range->mask;
}

static u32 read_ranges(const struct wire_message *msg, u8 type,
		       struct wire_range range[RANGES_MAX])
{
	u32 offset = 0, count = 0;

	while (count < RANGES_MAX &&
	       wire_next_range(msg, &offset, type, &range[count]))
		count++;
	return count;
}

/* Asks for what is lacking. */
static void hear_offers(struct swim *swim, const struct wire_message *msg,
			const struct swim_addr *from)
{
	static const struct wire_body none;
	struct wire_range range[RANGES_MAX];
	u32 count = read_ranges(msg, WIRE_HAVE, range);
	bool begun = false;
	u32 i;

	if (is_full(&swim->events))
		return;
	for (i = 0; i < count; i++) {
		if (!narrow(swim, &range[i]))
			continue;
		if (!begun)
			swim_begin(swim, WIRE_GOSSIP, 0, &none);
		begun = true;
		wire_put_range(&swim->out, WIRE_WANT, &range[i]);
	}
	if (begun)
		swim_finish(swim, from, false);
}

static bool put_late(struct wire_buf *buf, const struct swim_message *message)
{
	struct wire_event event = message->event;

	event.late = true;
	return wire_put_event(buf, &event);
}

/*
 * Tells what was asked for, as far as it goes into a few datagrams: the rest is
 * asked for again, perhaps of another member.
 */
static void hear_wants(struct swim *swim, const struct wire_message *msg,
		       const struct swim_addr *from)
{
	static const struct wire_body none;
	struct wire_range range[RANGES_MAX];
	u32 count = read_ranges(msg, WIRE_WANT, range);
	struct swim_message *message;
	u32 datagrams = 0, i;

	if (!count || !take_offer(&swim->events, msg->header.uid))
		return;
	list_for_each_entry(message, &swim->events.kept, node) {
		for (i = 0; i < count; i++)
			if (is_within(&range[i], &message->event))
				break;
		if (i == count)
			continue;
		if (datagrams && put_late(&swim->out, message))
			continue;
		if (datagrams)
			swim_finish(swim, from, false);
		if (datagrams++ == REPLIES_MAX)
			return;
		swim_begin(swim, WIRE_GOSSIP, 0, &none);
		put_late(&swim->out, message);
	}
	if (datagrams)
		swim_finish(swim, from, false);
}

/*
 * The word of members only, of members only: it is the table that bounds the
 * windows, and nobody unknown can fill it.
 */
void swim_events_hear(struct swim *swim, const struct wire_message *msg,
		      const struct swim_addr *from)
{
	const struct swim_member *teller;
	struct swim_member *origin;
	struct wire_event event;
	u32 offset = 0;
	bool known;

	if (!msg->records_len)
		return;
	teller = swim_by_uid(&swim->table, msg->header.uid);
	known = teller && swim_addr_equal(&teller->addr, from);
	while (wire_next_event(msg, &offset, &event)) {
		if (swim->status == SWIM_CONFLICT)
			return;
		origin = swim_by_uid(&swim->table, event.uid);
		if (!origin || !known)
			swim_count_stat(swim, SWIM_USER_EVENTS_STRAY);
		else
			hear(swim, origin, &event);
	}
	if (!known || swim->status == SWIM_CONFLICT)
		return;
	hear_offers(swim, msg, from);
	hear_wants(swim, msg, from);
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
			keep(swim, message);
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
