// SPDX-License-Identifier: GPL-2.0
/*
 * The decoder on any bytes: it reads none beyond their end, and what it takes
 * is written and read again as the same message.
 */

#include <linux/kernel.h>
#include <string.h>

#include "../record.h"
#include "input.h"

/* Room for the longest datagram, and for what a later minor may leave out. */
static u8 first[2 * SWIM_DATAGRAM_MAX], second[2 * SWIM_DATAGRAM_MAX];

static u32 encode(const struct wire_message *msg, u8 *data, u32 size)
{
	struct wire_buf buf = { .data = data, .size = size };
	struct swim_record record;
	struct wire_event event;
	struct wire_range range;
	u32 bucket[SWIM_BUCKETS];
	u32 offset = 0;
	u8 type;

	wire_put_message(&buf, &msg->header, &msg->body);
	while (wire_next_member(msg, &offset, &record)) {
		fuzz_check(swim_name_valid(record.name, record.name_len),
			   "length %u", record.name_len);
		fuzz_check(swim_addr_valid(&record.addr), "family %u",
			   record.addr.family);
		fuzz_check(record.uid && record.state < SWIM_NR_STATES,
			   "state %u", record.state);
		fuzz_check(record.accusers <= SWIM_ACCUSERS_MAX, "%u",
			   record.accusers);
		fuzz_check(record.meta_len <= SWIM_META_MAX, "%u",
			   record.meta_len);
		fuzz_check(wire_put_member(&buf, &record), "at %u", buf.len);
	}
	for (offset = 0; wire_next_event(msg, &offset, &event);) {
		fuzz_check(swim_name_valid(event.name, event.name_len),
			   "length %u", event.name_len);
		fuzz_check(event.name_len + event.len <= SWIM_EVENT_MAX, "%u",
			   event.len);
		fuzz_check(wire_put_event(&buf, &event), "at %u", buf.len);
	}
	for (type = WIRE_HAVE; type <= WIRE_WANT; type++)
		for (offset = 0; wire_next_range(msg, &offset, type, &range);)
			fuzz_check(wire_put_range(&buf, type, &range), "at %u",
				   buf.len);
	if (wire_get_buckets(msg, bucket))
		fuzz_check(wire_put_buckets(&buf, bucket), "at %u", buf.len);
	return buf.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_message msg, again;
	u32 len;

	if (size > SWIM_DATAGRAM_MAX || wire_parse(data, size, &msg))
		return 0;
	len = encode(&msg, first, sizeof(first));
	fuzz_check(!wire_parse(first, len, &again), "%u bytes", len);
	fuzz_check(message_equal(&msg, &again), "type %u", msg.header.type);
	fuzz_check(encode(&again, second, sizeof(second)) == len &&
			   !memcmp(first, second, len),
		   "type %u", msg.header.type);
	return 0;
}
