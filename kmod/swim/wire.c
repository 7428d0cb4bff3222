// SPDX-License-Identifier: GPL-2.0
/* Datagrams to structs and back. */

#include "port.h"
#include "wire.h"

#define RECORD_HEADER 3

static u32 body_size(u8 type)
{
	switch (type) {
	case WIRE_GOSSIP:
		return 0;
	case WIRE_PING:
	case WIRE_ACK:
		return 16;
	case WIRE_PING_REQ:
		return 18;
	case WIRE_RELAY:
		return 24;
	default:
		return 12;
	}
}

/* The caller has made sure that @n bytes fit. */
static u8 *extend(struct wire_buf *buf, u32 n)
{
	u8 *p = buf->data + buf->len;

	buf->len += n;
	return p;
}

void wire_put_message(struct wire_buf *buf, const struct wire_header *header,
		      const struct wire_body *body)
{
	u8 *p = extend(buf, WIRE_HEADER);

	p[0] = WIRE_VERSION;
	p[1] = header->type;
	p[2] = header->flags;
	p[3] = header->lhm;
	put_unaligned_be32(header->cluster, p + 4);
	put_unaligned_be64(header->uid, p + 8);
	put_unaligned_be64(header->counter, p + 16);
	put_unaligned_be64(header->view, p + 24);
	put_unaligned_be16(header->live, p + 32);

	if (header->type == WIRE_GOSSIP)
		return;
	p = extend(buf, body_size(header->type));
	put_unaligned_be32(body->nonce, p);
	put_unaligned_be64(body->value, p + 4);
	switch (header->type) {
	case WIRE_PING:
		put_unaligned_be32(0, p + 12);
		break;
	case WIRE_ACK:
		put_unaligned_be32(body->proof, p + 12);
		break;
	case WIRE_PING_REQ:
		put_unaligned_be32(body->salt, p + 12);
		put_unaligned_be16(body->time_ms, p + 16);
		break;
	case WIRE_RELAY:
		put_unaligned_be64(body->asker, p + 12);
		put_unaligned_be32(body->salt, p + 20);
		break;
	}
}

void wire_set_value(struct wire_buf *buf, u64 value)
{
	put_unaligned_be64(value, buf->data + WIRE_HEADER + 4);
}

static bool accusable(u8 state)
{
	return state == SWIM_SUSPECT || state == SWIM_FAILED;
}

static u32 ip_size(u8 family)
{
	return family == 4 ? 4 : 16;
}

/* Bytes of a member record before its accusers, or its address. */
#define MEMBER_FIXED (1 + 1 + 1 + 8 + 4 + 4)

/* Bytes of the key and the length of metadata. */
#define META_FIXED (8 + 2)

static u32 member_size(const struct swim_record *record)
{
	return MEMBER_FIXED +
	       (accusable(record->state) ? 1 + 8 * record->accusers : 0) + 2 +
	       1 + ip_size(record->addr.family) + 1 + record->name_len +
	       (record->meta_key ? META_FIXED + record->meta_len : 0);
}

/* What a record can take in an empty datagram of @size bytes. */
static u32 room(u32 size)
{
	return size - WIRE_HEADER - body_size(WIRE_RELAY) - RECORD_HEADER;
}

bool wire_member_fits(const struct swim_record *record, u32 size)
{
	return member_size(record) <= room(size);
}

u32 wire_meta_room(u8 name_len, u32 size)
{
	/* The own address may become one of the longer family. */
	const struct swim_record longest = {
		.addr.family = 6,
		.name_len = name_len,
		.meta_key = 1,
	};

	return room(size) - member_size(&longest);
}

/* NULL if it does not fit. */
static u8 *put_record(struct wire_buf *buf, u8 type, u32 len)
{
	u8 *p;

	if (RECORD_HEADER + len > buf->size - buf->len)
		return NULL;
	p = extend(buf, RECORD_HEADER + len);
	p[0] = type;
	put_unaligned_be16(len, p + 1);
	return p + RECORD_HEADER;
}

bool wire_put_member(struct wire_buf *buf, const struct swim_record *record)
{
	u8 *p = put_record(buf, WIRE_MEMBER, member_size(record));
	u32 i;

	if (!p)
		return false;
	*p++ = record->state;
	*p++ = record->flags & WIRE_DEGRADED;
	*p++ = record->turn;
	put_unaligned_be64(record->uid, p);
	put_unaligned_be32(record->generation, p + 8);
	put_unaligned_be32(record->incarnation, p + 12);
	p += 16;
	if (accusable(record->state)) {
		*p++ = record->accusers;
		for (i = 0; i < record->accusers; i++, p += 8)
			put_unaligned_be64(record->accuser[i], p);
	}
	put_unaligned_be16(record->addr.port, p);
	p += 2;
	*p++ = record->addr.family;
	memcpy(p, record->addr.ip, ip_size(record->addr.family));
	p += ip_size(record->addr.family);
	*p++ = record->name_len;
	memcpy(p, record->name, record->name_len);
	if (record->meta_key) {
		p += record->name_len;
		put_unaligned_be64(record->meta_key, p);
		put_unaligned_be16(record->meta_len, p + 8);
		if (record->meta_len)
			memcpy(p + META_FIXED, record->meta, record->meta_len);
	}
	return true;
}

/* Bytes of an event record before its name. */
#define EVENT_FIXED (8 + 8 + 4 + 1)

bool wire_put_event(struct wire_buf *buf, const struct wire_event *event)
{
	u8 *p = put_record(buf, event->late ? WIRE_LATE : WIRE_EVENT,
			   EVENT_FIXED + event->name_len + 2 + event->len);

	if (!p)
		return false;
	put_unaligned_be64(event->uid, p);
	put_unaligned_be64(event->ltime, p + 8);
	put_unaligned_be32(event->number, p + 16);
	p[20] = event->name_len;
	p += EVENT_FIXED;
	memcpy(p, event->name, event->name_len);
	p += event->name_len;
	put_unaligned_be16(event->len, p);
	if (event->len)
		memcpy(p + 2, event->payload, event->len);
	return true;
}

#define RANGE_SIZE (8 + 4 + 8)

bool wire_put_range(struct wire_buf *buf, u8 type,
		    const struct wire_range *range)
{
	u8 *p = put_record(buf, type, RANGE_SIZE);

	if (!p)
		return false;
	put_unaligned_be64(range->uid, p);
	put_unaligned_be32(range->newest, p + 8);
	put_unaligned_be64(range->mask, p + 12);
	return true;
}

bool wire_put_buckets(struct wire_buf *buf, const u32 *bucket)
{
	u8 *p = put_record(buf, WIRE_BUCKETS, 4 * SWIM_BUCKETS);
	u32 i;

	if (!p)
		return false;
	for (i = 0; i < SWIM_BUCKETS; i++)
		put_unaligned_be32(bucket[i], p + 4 * i);
	return true;
}

/* The bytes of the accusers at @p, of which there are @left; or -EBADMSG. */
static int parse_accusers(const u8 *p, u32 left, struct swim_record *record)
{
	u32 i;

	if (!left || p[0] > SWIM_ACCUSERS_MAX || left - 1 < 8U * p[0])
		return -EBADMSG;
	for (i = 0; i < p[0]; i++) {
		u64 uid = get_unaligned_be64(p + 1 + 8 * i);

		if (swim_is_accuser(record->accuser, i, uid))
			return -EBADMSG;
		record->accuser[record->accusers++] = uid;
	}
	return 1 + 8 * p[0];
}

/* @left bytes follow the name. */
static int parse_meta(const u8 *p, u32 left, struct swim_record *record)
{
	if (!left)
		return 0;
	if (left < META_FIXED)
		return -EBADMSG;
	record->meta_key = get_unaligned_be64(p);
	record->meta_len = get_unaligned_be16(p + 8);
	record->meta = p + META_FIXED;
	if (record->meta_len > SWIM_META_MAX ||
	    record->meta_len > left - META_FIXED)
		return -EBADMSG;
	/* Nobody has set what has a key that was not yet his. */
	if (!record->meta_key ||
	    record->meta_key >
		    swim_key(record->generation, record->incarnation))
		return -EBADMSG;
	return 0;
}

static int parse_member(const u8 *p, u32 len, struct swim_record *record)
{
	const u8 *end = p + len;
	int used;

	memset(record, 0, sizeof(*record));
	if (len < MEMBER_FIXED || p[0] >= SWIM_NR_STATES)
		return -EBADMSG;
	record->state = *p++;
	record->flags = *p++ & WIRE_DEGRADED;
	record->turn = *p++;
	record->uid = get_unaligned_be64(p);
	record->generation = get_unaligned_be32(p + 8);
	record->incarnation = get_unaligned_be32(p + 12);
	p += 16;
	if (accusable(record->state)) {
		used = parse_accusers(p, end - p, record);
		if (used < 0)
			return used;
		p += used;
	}
	/* The port and the family. */
	if (end - p < 3)
		return -EBADMSG;
	record->addr.port = get_unaligned_be16(p);
	p += 2;
	record->addr.family = *p++;
	if (record->addr.family != 4 && record->addr.family != 6)
		return -EBADMSG;
	/* The address and the length of the name. */
	if (end - p < ip_size(record->addr.family) + 1)
		return -EBADMSG;
	memcpy(record->addr.ip, p, ip_size(record->addr.family));
	p += ip_size(record->addr.family);
	record->name_len = *p++;
	record->name = (const char *)p;
	if (end - p < record->name_len)
		return -EBADMSG;
	if (!record->uid || !swim_addr_valid(&record->addr) ||
	    !swim_name_valid(record->name, record->name_len))
		return -EBADMSG;
	p += record->name_len;
	return parse_meta(p, end - p, record);
}

static int parse_event(const u8 *p, u32 len, struct wire_event *event)
{
	if (len < EVENT_FIXED)
		return -EBADMSG;
	event->uid = get_unaligned_be64(p);
	event->ltime = get_unaligned_be64(p + 8);
	event->number = get_unaligned_be32(p + 16);
	event->name_len = p[20];
	event->name = (const char *)p + EVENT_FIXED;
	p += EVENT_FIXED;
	len -= EVENT_FIXED;
	/* The name and the length of the payload. */
	if (len < event->name_len + 2U)
		return -EBADMSG;
	p += event->name_len;
	len -= event->name_len + 2;
	event->len = get_unaligned_be16(p);
	event->payload = p + 2;
	if (event->len > len || event->name_len + event->len > SWIM_EVENT_MAX ||
	    !event->uid || !swim_name_valid(event->name, event->name_len))
		return -EBADMSG;
	return 0;
}

static void parse_body(const u8 *p, u8 type, struct wire_body *body)
{
	memset(body, 0, sizeof(*body));
	if (type == WIRE_GOSSIP)
		return;
	body->nonce = get_unaligned_be32(p);
	body->value = get_unaligned_be64(p + 4);
	switch (type) {
	case WIRE_ACK:
		body->proof = get_unaligned_be32(p + 12);
		break;
	case WIRE_PING_REQ:
		body->salt = get_unaligned_be32(p + 12);
		body->time_ms = get_unaligned_be16(p + 16);
		break;
	case WIRE_RELAY:
		body->asker = get_unaligned_be64(p + 12);
		body->salt = get_unaligned_be32(p + 20);
		break;
	}
}

static bool is_event(u8 type)
{
	return type == WIRE_EVENT || type == WIRE_LATE;
}

static int parse_record(const u8 *p, u32 left)
{
	struct swim_record record;
	struct wire_event event;
	u32 len;

	if (left < RECORD_HEADER)
		return -EBADMSG;
	len = get_unaligned_be16(p + 1);
	if (left - RECORD_HEADER < len)
		return -EBADMSG;
	if (p[0] == WIRE_MEMBER &&
	    parse_member(p + RECORD_HEADER, len, &record))
		return -EBADMSG;
	if (is_event(p[0]) && parse_event(p + RECORD_HEADER, len, &event))
		return -EBADMSG;
	if (p[0] == WIRE_BUCKETS && len < 4 * SWIM_BUCKETS)
		return -EBADMSG;
	if ((p[0] == WIRE_HAVE || p[0] == WIRE_WANT) && len < RANGE_SIZE)
		return -EBADMSG;
	return RECORD_HEADER + len;
}

int wire_parse(const u8 *data, size_t len, struct wire_message *msg)
{
	u32 body, offset;
	int used;

	if (len < WIRE_HEADER)
		return -EBADMSG;
	if (data[0] >> 4 != WIRE_VERSION >> 4)
		return -EPROTONOSUPPORT;
	msg->header.type = data[1];
	msg->header.flags = data[2];
	msg->header.lhm = data[3];
	msg->header.cluster = get_unaligned_be32(data + 4);
	msg->header.uid = get_unaligned_be64(data + 8);
	msg->header.counter = get_unaligned_be64(data + 16);
	msg->header.view = get_unaligned_be64(data + 24);
	msg->header.live = get_unaligned_be16(data + 32);
	if (!msg->header.type || msg->header.type >= WIRE_NR_TYPES ||
	    !msg->header.uid)
		return -EBADMSG;

	body = body_size(msg->header.type);
	if (len - WIRE_HEADER < body)
		return -EBADMSG;
	parse_body(data + WIRE_HEADER, msg->header.type, &msg->body);

	msg->records = data + WIRE_HEADER + body;
	msg->records_len = len - WIRE_HEADER - body;
	for (offset = 0; offset < msg->records_len; offset += used) {
		used = parse_record(msg->records + offset,
				    msg->records_len - offset);
		if (used < 0)
			return used;
	}
	return 0;
}

/*
 * The content of the next record of @type, late events being events, or NULL;
 * wire_parse() found it good.
 */
static const u8 *next_record(const struct wire_message *msg, u32 *offset,
			     u8 type, u32 *len)
{
	while (*offset < msg->records_len) {
		const u8 *p = msg->records + *offset;

		*len = get_unaligned_be16(p + 1);
		*offset += RECORD_HEADER + *len;
		if (p[0] == type || (is_event(p[0]) && is_event(type)))
			return p + RECORD_HEADER;
	}
	return NULL;
}

bool wire_next_member(const struct wire_message *msg, u32 *offset,
		      struct swim_record *record)
{
	u32 len;
	const u8 *p = next_record(msg, offset, WIRE_MEMBER, &len);

	return p && !parse_member(p, len, record);
}

bool wire_next_event(const struct wire_message *msg, u32 *offset,
		     struct wire_event *event)
{
	u32 len;
	const u8 *p = next_record(msg, offset, WIRE_EVENT, &len);

	if (!p)
		return false;
	event->late = p[-RECORD_HEADER] == WIRE_LATE;
	return !parse_event(p, len, event);
}

bool wire_next_range(const struct wire_message *msg, u32 *offset, u8 type,
		     struct wire_range *range)
{
	u32 len;
	const u8 *p = next_record(msg, offset, type, &len);

	if (!p)
		return false;
	range->uid = get_unaligned_be64(p);
	range->newest = get_unaligned_be32(p + 8);
	range->mask = get_unaligned_be64(p + 12);
	return true;
}

bool wire_get_buckets(const struct wire_message *msg, u32 *bucket)
{
	u32 offset = 0, len, i;
	const u8 *p = next_record(msg, &offset, WIRE_BUCKETS, &len);

	for (i = 0; p && i < SWIM_BUCKETS; i++)
		bucket[i] = get_unaligned_be32(p + 4 * i);
	return p;
}
