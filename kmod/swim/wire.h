/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire format, version 1. A datagram is a header, a body of fixed size by
 * type, and records. All numbers are big endian; nothing is aligned.
 *
 *  header, 34 bytes
 *	u8	version		major << 4 | minor; minors interoperate
 *	u8	type		enum wire_type
 *	u8	flags		WIRE_QUIET; of a PING WIRE_FIRST,
 *				WIRE_REPEAT, WIRE_ASK, WIRE_ASKED
 *	u8	lhm		the sender's local health multiplier
 *	be32	cluster		hash of the cluster's name
 *	be64	uid		the sender's
 *	be64	counter		of the sender's datagrams
 *	be64	view		digest of the sender's live members
 *	be16	live		how many these are; 65535 for more
 *
 *  bodies
 *	PING	  be32 nonce, be64 target's uid, be32 0: as long as its answer
 *	RELAY	  be32 nonce, be64 target's uid, be64 asker's uid, be32 salt:
 *		  a ping on behalf of the asker
 *	ACK	  be32 nonce, be64 uid of who answered, be32 proof
 *	PING_REQ  be32 nonce, be64 target's uid, be32 salt, be16 time allowed in ms
 *	NACK	  be32 nonce, be64 target's uid
 *	GOSSIP	  none
 *	SYNC	  be32 nonce, be64 cookie or 0
 *	COOKIE	  be32 nonce, be64 cookie
 *	STATE	  be32 nonce, be64 WIRE_LAST or 0; the last one has buckets
 *	CONFLICT  be32 0, be64 uid of the member that holds the receiver's name,
 *		  whose record follows
 *
 *  record
 *	u8	type		one that is not known is skipped
 *	be16	length		of what follows
 *
 *  member record; more at its end is for later minors
 *	u8	state
 *	u8	flags		WIRE_DEGRADED
 *	u8	turn		counts the changes of the flags
 *	be64	uid
 *	be32	generation
 *	be32	incarnation
 *	u8	accusers	suspect and failed only; up to SWIM_ACCUSERS_MAX
 *	be64[]	their uids	the first accuser first
 *	be16	port
 *	u8	family		4 or 6
 *	u8[]	address		4 or 16 bytes
 *	u8	length of the name
 *	u8[]	name
 *	be64	generation << 32 | incarnation with which the metadata were
 *		set; from here on only if the metadata are told
 *	be16	length of the metadata, up to SWIM_META_MAX
 *	u8[]	metadata
 *
 *  event record; more at its end is for later minors
 *	be64	uid of the member that sent it first
 *	be64	Lamport time
 *	be32	number of it among those of this uid
 *	u8	length of the name
 *	u8[]	name
 *	be16	length of the payload; with the name up to SWIM_EVENT_MAX
 *	u8[]	payload
 *
 *  late event record: the same, of an event that was told to all before, and
 *  asked for by one that had missed it
 *
 *  have record: user events of one origin that the sender can tell again; and
 *  want record: those of them that its receiver asks for. More at the end of
 *  either is for later minors.
 *	be64	uid of the origin
 *	be32	number of the newest of them
 *	be64	bit i: that one less i
 *
 *  buckets record
 *	be32[64] digest of the live members in each bucket
 *
 * The proof in an ACK is a function of the nonce, of the asker, and of a secret
 * of who answers. The asker keeps it with the nonce, its salt. An ACK that comes
 * through a relay has the proof for the asker's salt in it again: only one who
 * is alive now can tell it to the relay, and it is good for once.
 */
#ifndef _SWIM_WIRE_H
#define _SWIM_WIRE_H

#include "swim.h"

#define WIRE_VERSION 0x10
#define WIRE_HEADER 34
/*
 * For who seals datagrams: places in the header, and a bit of the type, which is
 * never set in what is parsed here.
 */
#define WIRE_TYPE_AT 1
#define WIRE_UID_AT 8
#define WIRE_COUNTER_AT 16
#define WIRE_SEALED 0x80
#define WIRE_QUIET 0x01 /* view of the sender is a second old or more */
#define WIRE_FIRST 0x02 /* first ping of a round's probe */
#define WIRE_REPEAT 0x04 /* the asker's earlier ping was not answered */
#define WIRE_ASK 0x08 /* nobody has probed the sender for a while */
#define WIRE_ASKED 0x10 /* first ping of a probe that the target asked for */
#define WIRE_LAST 0x01 /* of this STATE */
#define WIRE_DEGRADED SWIM_FLAG_DEGRADED
#define WIRE_MEMBER 1
#define WIRE_BUCKETS 2
#define WIRE_EVENT 3
#define WIRE_HAVE 4
#define WIRE_WANT 5
#define WIRE_LATE 6
#define WIRE_EVENT_SIZE (3 + 8 + 8 + 4 + 1 + 2 + SWIM_EVENT_MAX)

#define SWIM_ACCUSERS_MAX 4
#define SWIM_BUCKETS 64

enum wire_type {
	WIRE_PING = 1,
	WIRE_ACK,
	WIRE_PING_REQ,
	WIRE_NACK,
	WIRE_GOSSIP,
	WIRE_SYNC,
	WIRE_COOKIE,
	WIRE_STATE,
	WIRE_RELAY,
	WIRE_CONFLICT,
	WIRE_NR_TYPES
};

struct wire_header {
	u8 type;
	u8 flags;
	u8 lhm;
	u32 cluster;
	u64 uid;
	u64 counter;
	u64 view;
	u16 live;
};

/**
 * struct wire_body - the fixed part of a message; unused fields are zero
 * @nonce: echoed by the answer
 * @value: uid, cookie or flags, by type
 * @asker: of RELAY
 * @salt: of RELAY and PING_REQ
 * @proof: of ACK
 * @time_ms: of PING_REQ
 */
struct wire_body {
	u32 nonce;
	u64 value;
	u64 asker;
	u32 salt;
	u32 proof;
	u16 time_ms;
};

/**
 * struct swim_record - one member as it is told
 * @uid: of this start of the member
 * @accuser: uids of @accusers members whose probes went unanswered
 * @generation: of the total order, see merge.c
 * @incarnation: likewise
 * @addr: where it listens
 * @name: @name_len bytes, not terminated, in the datagram or in a member
 * @name_len: 1 to SWIM_NAME_MAX
 * @state: enum swim_state
 * @flags: WIRE_DEGRADED or 0
 * @turn: counts the changes of @flags within an incarnation
 * @accusers: how many, up to SWIM_ACCUSERS_MAX
 * @meta_len: bytes of @meta
 * @meta: metadata, in the datagram or in a member
 * @meta_key: their generation << 32 | incarnation; 0 if they are not told
 */
struct swim_record {
	u64 uid;
	u64 accuser[SWIM_ACCUSERS_MAX];
	u32 generation;
	u32 incarnation;
	struct swim_addr addr;
	const char *name;
	u8 name_len;
	u8 state;
	u8 flags;
	u8 turn;
	u8 accusers;
	u16 meta_len;
	const u8 *meta;
	u64 meta_key;
};

/**
 * struct wire_event - a user event
 * @uid: of its origin
 * @ltime: Lamport time
 * @number: counts the events of @uid; compared as RFC 1982 does, so that there
 *	is no last one
 * @name_len: bytes of @name
 * @late: in a late event record
 * @len: bytes of @payload
 * @name: not terminated, in the datagram
 * @payload: likewise
 */
struct wire_event {
	u64 uid;
	u64 ltime;
	u32 number;
	u8 name_len;
	bool late;
	u16 len;
	const char *name;
	const u8 *payload;
};

/**
 * struct wire_range - some user events of one origin
 * @uid: of the origin
 * @mask: bit i stands for number @newest - i
 * @newest: as number of struct wire_event
 */
struct wire_range {
	u64 uid;
	u64 mask;
	u32 newest;
};

/* One number for the two, in the same order. */
static inline u64 swim_key(u32 generation, u32 incarnation)
{
	return (u64)generation << 32 | incarnation;
}

static inline bool swim_is_accuser(const u64 *accuser, u32 accusers, u64 uid)
{
	while (accusers--)
		if (accuser[accusers] == uid)
			return true;
	return false;
}

/* A datagram being written. */
struct wire_buf {
	u8 *data;
	u32 len;
	u32 size;
};

/* A datagram that was checked from end to end. */
struct wire_message {
	struct wire_header header;
	struct wire_body body;
	const u8 *records;
	u32 records_len;
};

void wire_put_message(struct wire_buf *buf, const struct wire_header *header,
		      const struct wire_body *body);
/*
 * How long the metadata of a member with a name of @name_len bytes can be, so
 * that its record fits the longest body in a datagram of @size bytes.
 */
u32 wire_meta_room(u8 name_len, u32 size);
/* Replaces the value of a body that was already written. */
void wire_set_value(struct wire_buf *buf, u64 value);
/* Whether @record fits the longest body in a datagram of @size bytes. */
bool wire_member_fits(const struct swim_record *record, u32 size);
/* These: false, with @buf as it was, if the record does not fit. */
bool wire_put_member(struct wire_buf *buf, const struct swim_record *record);
bool wire_put_event(struct wire_buf *buf, const struct wire_event *event);
/* @type: WIRE_HAVE or WIRE_WANT. */
bool wire_put_range(struct wire_buf *buf, u8 type,
		    const struct wire_range *range);
bool wire_put_buckets(struct wire_buf *buf, const u32 *bucket);

/*
 * 0, or -EBADMSG if malformed in any part, or -EPROTONOSUPPORT for another
 * major version. Looks at no byte beyond @len.
 */
int wire_parse(const u8 *data, size_t len, struct wire_message *msg);
/*
 * Takes the next member record out of a parsed message; false at the end.
 * Start with *@offset = 0.
 */
bool wire_next_member(const struct wire_message *msg, u32 *offset,
		      struct swim_record *record);
/* Likewise, of user events, late or not. */
bool wire_next_event(const struct wire_message *msg, u32 *offset,
		     struct wire_event *event);
/* Likewise, of the records of @type, WIRE_HAVE or WIRE_WANT. */
bool wire_next_range(const struct wire_message *msg, u32 *offset, u8 type,
		     struct wire_range *range);
/* The first record of buckets in a parsed message; false if there is none. */
bool wire_get_buckets(const struct wire_message *msg, u32 *bucket);

#endif
