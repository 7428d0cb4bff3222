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
	case WIRE_PING_REQ:
		return 14;
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

	if (header->type == WIRE_GOSSIP)
		return;
	p = extend(buf, body_size(header->type));
	put_unaligned_be32(body->nonce, p);
	put_unaligned_be64(body->value, p + 4);
	if (header->type == WIRE_PING_REQ)
		put_unaligned_be16(body->time_ms, p + 12);
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

/* Bytes of a member record before its address. */
static u32 fixed_size(u8 state)
{
	return 1 + 8 + 4 + 4 + (accusable(state) ? 8 : 0) + 2 + 1;
}

bool wire_put_member(struct wire_buf *buf, const struct swim_record *record)
{
	u32 len = fixed_size(record->state) + ip_size(record->addr.family) + 1 +
		  record->name_len;
	u8 *p;

	if (RECORD_HEADER + len > buf->size - buf->len)
		return false;
	p = extend(buf, RECORD_HEADER + len);
	*p++ = WIRE_MEMBER;
	put_unaligned_be16(len, p);
	p += 2;
	*p++ = record->state;
	put_unaligned_be64(record->uid, p);
	put_unaligned_be32(record->generation, p + 8);
	put_unaligned_be32(record->incarnation, p + 12);
	p += 16;
	if (accusable(record->state)) {
		put_unaligned_be64(record->accuser, p);
		p += 8;
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

static int parse_member(const u8 *p, u32 len, struct swim_record *record)
{
	const u8 *end = p + len;

	memset(record, 0, sizeof(*record));
	if (!len || p[0] >= SWIM_NR_STATES || len < fixed_size(p[0]))
		return -EBADMSG;
	record->state = *p++;
	record->uid = get_unaligned_be64(p);
	record->generation = get_unaligned_be32(p + 8);
	record->incarnation = get_unaligned_be32(p + 12);
	p += 16;
	if (accusable(record->state)) {
		record->accuser = get_unaligned_be64(p);
		p += 8;
	}
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

int wire_parse(const u8 *data, size_t len, struct wire_message *msg)
{
	struct swim_record record;
	u32 body, offset;

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
	if (!msg->header.type || msg->header.type >= WIRE_NR_TYPES ||
	    !msg->header.uid)
		return -EBADMSG;

	memset(&msg->body, 0, sizeof(msg->body));
	body = body_size(msg->header.type);
	if (len - WIRE_HEADER < body)
		return -EBADMSG;
	if (body) {
		msg->body.nonce = get_unaligned_be32(data + WIRE_HEADER);
		msg->body.value = get_unaligned_be64(data + WIRE_HEADER + 4);
	}
	if (msg->header.type == WIRE_PING_REQ)
		msg->body.time_ms = get_unaligned_be16(data + WIRE_HEADER + 12);

	msg->records = data + WIRE_HEADER + body;
	msg->records_len = len - WIRE_HEADER - body;
	offset = 0;
	while (offset < msg->records_len) {
		const u8 *p = msg->records + offset;
		u32 left = msg->records_len - offset;

		if (left < RECORD_HEADER ||
		    left - RECORD_HEADER < get_unaligned_be16(p + 1))
			return -EBADMSG;
		if (p[0] == WIRE_MEMBER &&
		    parse_member(p + RECORD_HEADER, get_unaligned_be16(p + 1),
				 &record))
			return -EBADMSG;
		offset += RECORD_HEADER + get_unaligned_be16(p + 1);
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
