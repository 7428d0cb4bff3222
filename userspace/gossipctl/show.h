/* SPDX-License-Identifier: GPL-2.0 */
/* How members and reasons are shown. */
#ifndef _SHOW_H
#define _SHOW_H

#include <libgossip.h>

#include "out.h"

#define STATE_TEXT_MAX 40

enum out_colour show_colour(uint32_t state);
/* With what else is known of it, as in "alive+degraded". */
const char *show_state(const struct gossip_member *member,
		       char text[STATE_TEXT_MAX]);
/* "-", or null, if it is negative. */
void show_optional(enum out_where where, const char *key, int64_t value);
void show_addr(enum out_where where, const char *key,
	       const struct gossip_addr *addr);
/* Of a member: an array in JSON, and in text, if wanted, "-" for none. */
void show_services(enum out_where in_text, const struct gossip_member *member);
/* Of a member, in JSON: an object. */
void show_tags(const char *key, const struct gossip_member *member);
/* The fields of an open object. @row: in text all, not just who it is. */
void show_member(const struct gossip_member *member, bool row);
/* Of an event with a reason. @self: name of this instance. */
void show_reason(const struct gossip_event *event, const char *self);
/* RFC 3339, in local time with its distance from UTC. */
void show_time(enum out_where where, const char *key);

#endif
