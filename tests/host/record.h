/* SPDX-License-Identifier: GPL-2.0 */
/* Whether two messages of the wire are the same. */
#ifndef _RECORD_H
#define _RECORD_H

#include "../../kmod/swim/wire.h"

bool record_equal(const struct swim_record *a, const struct swim_record *b);
/* NULL is none. */
bool meta_equal(const struct swim_meta *a, const struct swim_meta *b);
bool event_equal(const struct wire_event *a, const struct wire_event *b);
/*
 * Headers, bodies, all records of members and events and the first buckets;
 * records that are not known do not count.
 */
bool message_equal(const struct wire_message *a, const struct wire_message *b);

#endif
