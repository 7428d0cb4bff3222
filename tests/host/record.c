// SPDX-License-Identifier: GPL-2.0
/* Whether two messages of the wire are the same, field by field. */
#include <linux/kernel.h>
#include <string.h>

#include "record.h"

bool record_equal(const struct swim_record *a, const struct swim_record *b)
{
	return a->state == b->state && a->uid == b->uid &&
	       a->generation == b->generation &&
	       a->incarnation == b->incarnation && a->flags == b->flags &&
	       a->turn == b->turn && a->accusers == b->accusers &&
	       !memcmp(a->accuser, b->accuser,
		       a->accusers * sizeof(*a->accuser)) &&
	       !memcmp(&a->addr, &b->addr, sizeof(a->addr)) &&
	       a->name_len == b->name_len &&
	       !memcmp(a->name, b->name, a->name_len) &&
	       a->meta_key == b->meta_key && a->meta_len == b->meta_len &&
	       (!a->meta_len || !memcmp(a->meta, b->meta, a->meta_len));
}

static bool header_equal(const struct wire_header *a,
			 const struct wire_header *b)
{
	return a->type == b->type && a->flags == b->flags && a->lhm == b->lhm &&
	       a->cluster == b->cluster && a->uid == b->uid &&
	       a->counter == b->counter && a->view == b->view &&
	       a->live == b->live;
}

static bool body_equal(const struct wire_body *a, const struct wire_body *b)
{
	return a->nonce == b->nonce && a->value == b->value &&
	       a->asker == b->asker && a->salt == b->salt &&
	       a->proof == b->proof && a->time_ms == b->time_ms;
}

static bool buckets_equal(const struct wire_message *a,
			  const struct wire_message *b)
{
	u32 one[SWIM_BUCKETS], other[SWIM_BUCKETS];
	bool has = wire_get_buckets(a, one);

	return has == wire_get_buckets(b, other) &&
	       (!has || !memcmp(one, other, sizeof(one)));
}

bool meta_equal(const struct swim_meta *a, const struct swim_meta *b)
{
	if (!a || !b)
		return a == b;
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

bool event_equal(const struct wire_event *a, const struct wire_event *b)
{
	return a->uid == b->uid && a->ltime == b->ltime &&
	       a->number == b->number && a->late == b->late &&
	       a->name_len == b->name_len &&
	       !memcmp(a->name, b->name, a->name_len) && a->len == b->len &&
	       (!a->len || !memcmp(a->payload, b->payload, a->len));
}

static bool events_equal(const struct wire_message *a,
			 const struct wire_message *b)
{
	struct wire_event one, other;
	u32 at = 0, other_at = 0;

	while (wire_next_event(a, &at, &one))
		if (!wire_next_event(b, &other_at, &other) ||
		    !event_equal(&one, &other))
			return false;
	return !wire_next_event(b, &other_at, &other);
}

bool message_equal(const struct wire_message *a, const struct wire_message *b)
{
	struct swim_record one, other;
	u32 at = 0, other_at = 0;

	if (!header_equal(&a->header, &b->header) ||
	    !body_equal(&a->body, &b->body))
		return false;
	while (wire_next_member(a, &at, &one))
		if (!wire_next_member(b, &other_at, &other) ||
		    !record_equal(&one, &other))
			return false;
	return !wire_next_member(b, &other_at, &other) && events_equal(a, b) &&
	       buckets_equal(a, b);
}
