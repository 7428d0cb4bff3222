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

static u32 member_size(const struct swim_record *record)
{
	return MEMBER_FIXED +
	       (accusable(record->state) ? 1 + 8 * record->accusers : 0) + 2 +
	       1 + ip_size(record->addr.family) + 1 + record->name_len;
}

/* Bytes before the metadata. */
#define META_HEADER (8 + 2)

u32 wire_meta_room(u8 name_len, u32 size)
{
	/* The longest address, as the own one may change. */
	return size - WIRE_HEADER - body_size(WIRE_RELAY) - RECORD_HEADER -
	       (MEMBER_FIXED + 2 + 1 + 16 + 1 + name_len) - META_HEADER;
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

static int parse_record(const u8 *p, u32 left)
{
	struct swim_record record;
	u32 len;

	if (left < RECORD_HEADER)
		return -EBADMSG;
	len = get_unaligned_be16(p + 1);
	if (left - RECORD_HEADER < len)
		return -EBADMSG;
	if (p[0] == WIRE_MEMBER &&
	    parse_member(p + RECORD_HEADER, len, &record))
		return -EBADMSG;
	if (p[0] == WIRE_BUCKETS && len < 4 * SWIM_BUCKETS)
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

bool wire_next_member(const struct wire_message *msg, u32 *offset,
		      struct swim_record *record)
{
	while (*offset < msg->records_len) {
		const u8 *p = msg->records + *offset;
		u16 len = get_unaligned_be16(p + 1);

		*offset += RECORD_HEADER + len;
		/* wire_parse() has found it good. */
		if (p[0] == WIRE_MEMBER &&
		    !parse_member(p + RECORD_HEADER, len, record))
			return true;
	}
	return false;
}

bool wire_get_buckets(const struct wire_message *msg, u32 *bucket)
{
	u32 offset = 0, i;

	while (offset < msg->records_len) {
		const u8 *p = msg->records + offset;

		offset += RECORD_HEADER + get_unaligned_be16(p + 1);
		if (p[0] != WIRE_BUCKETS)
			continue;
		for (i = 0; i < SWIM_BUCKETS; i++)
			bucket[i] =
				get_unaligned_be32(p + RECORD_HEADER + 4 * i);
		return true;
	}
	return false;
}
