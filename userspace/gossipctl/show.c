// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "macros.h"
#include "show.h"

enum out_colour show_colour(uint32_t state)
{
	switch (state) {
	case GOSSIP_MEMBER_STATE_ALIVE:
		return OUT_GREEN;
	case GOSSIP_MEMBER_STATE_SUSPECT:
		return OUT_YELLOW;
	case GOSSIP_MEMBER_STATE_FAILED:
		return OUT_RED;
	default:
		return OUT_GREY;
	}
}

void show_optional(enum out_where where, const char *key, int64_t value)
{
	if (value < 0)
		out_null(where, key);
	else
		out_number(where, key, value);
}

const char *show_state(const struct gossip_member *member,
		       char text[STATE_TEXT_MAX])
{
	snprintf(text, STATE_TEXT_MAX, "%s%s%s",
		 gossip_name(GOSSIP_NAMES_STATE, member->state),
		 member->degraded ? "+degraded" : "",
		 member->probation ? "+probation" : "");
	return text;
}

void show_addr(enum out_where where, const char *key,
	       const struct gossip_addr *addr)
{
	char text[GOSSIP_ADDR_TEXT_MAX];

	if (addr->family)
		out_string(where, key, gossip_addr_format(addr, text));
	else
		out_null(where, key);
}

void show_services(enum out_where in_text, const struct gossip_member *member)
{
	char *list = copy(member->services), *rest = list;
	const char *name;

	if (*list)
		out_string(in_text, "services", list);
	else
		out_null(in_text, "services");
	out_array_open("services");
	while (*list && (name = strsep(&rest, ",")))
		out_string(OUT_JSON, NULL, name);
	out_array_close();
	free(list);
}

void show_tags(const char *key, const struct gossip_member *member)
{
	const char *tag = NULL, *value;

	out_object_open(key);
	while (gossip_next_tag(member, &tag, &value))
		out_string(OUT_JSON, tag, value);
	out_object_close();
}

void show_member(const struct gossip_member *member, bool row)
{
	enum out_where in_row = row ? OUT_BOTH : OUT_JSON;
	enum out_where in_text = row ? OUT_TEXT : 0;
	char state[STATE_TEXT_MAX];

	out_string(OUT_BOTH, "name", member->name);
	show_addr(OUT_BOTH, "address", &member->addr);
	out_string(OUT_JSON, "state",
		   gossip_name(GOSSIP_NAMES_STATE, member->state));
	out_word(in_text, "state", show_state(member, state),
		 show_colour(member->state), 0);
	out_number(in_row, "incarnation", member->incarnation);
	show_optional(in_row, "rtt_us", member->rtt_us);
	out_number(in_row, "health", member->health);
	show_services(in_text, member);
	show_tags("tags", member);
	out_hex(OUT_JSON, "uid", member->uid);
	out_number(OUT_JSON, "generation", member->generation);
	show_optional(OUT_JSON, "heard_ms", member->heard_ms);
	out_number(OUT_JSON, "seq", member->seq);
	out_bool(OUT_JSON, "self", member->self);
	out_bool(OUT_JSON, "degraded", member->degraded);
	out_bool(OUT_JSON, "probation", member->probation);
	if (member->agrees || member->differs)
		out_bool(OUT_JSON, "agrees", member->agrees);
	else
		out_null(OUT_JSON, "agrees");
}

static __printf(3, 4) void add_words(char *text, size_t size, const char *fmt,
				     ...)
{
	size_t len = strlen(text);
	va_list args;

	if (len && len + 2 < size)
		len = stpcpy(text + len, ", ") - text;
	va_start(args, fmt);
	vsnprintf(text + len, size - len, fmt, args);
	va_end(args);
}

/* Who decided it, if nobody told: a probe suspects, a timer convicts. */
static const char *own_doing(bool failed, bool accuser)
{
	if (!failed)
		return "by own probe";
	return accuser ? "by own timer after own probe" : "by own timer";
}

static void count_in_words(char *text, size_t size, uint32_t count,
			   const char *one, const char *what)
{
	if (count)
		add_words(text, size, "%" PRIu32 " %s%s %s", count, one,
			  count == 1 ? "" : "s", what);
}

/* Only what is known, and of health only what is not as it should be. */
static void reason_in_words(const struct gossip_event *event, const char *self)
{
	const struct gossip_reason *reason = event->reason;
	bool accuser = reason->accuser[0] && !strcmp(reason->accuser, self);
	bool failed = event->type == GOSSIP_EVENT_TYPE_FAILED;
	char text[512] = "";

	if (reason->from[0])
		add_words(text, sizeof(text), "told by %s", reason->from);
	else
		add_words(text, sizeof(text), "%s", own_doing(failed, accuser));
	if (reason->accuser[0] && (reason->from[0] || !accuser))
		add_words(text, sizeof(text), "accuser %s", reason->accuser);
	if (reason->accusers > 1)
		add_words(text, sizeof(text), "%" PRIu32 " accusers",
			  reason->accusers);
	count_in_words(text, sizeof(text), reason->pings, "ping", "unanswered");
	count_in_words(text, sizeof(text), reason->indirect, "member",
		       "asked in vain");
	if (reason->nacks)
		add_words(text, sizeof(text), "%" PRIu32 " of them said so",
			  reason->nacks);
	if (reason->suspect_ms >= 0)
		add_words(text, sizeof(text), "suspect for %" PRIi64 " ms",
			  reason->suspect_ms);
	if (event->member->heard_ms >= 0)
		add_words(text, sizeof(text), "last heard %" PRIi64 " ms ago",
			  event->member->heard_ms);
	if (reason->health)
		add_words(text, sizeof(text), "own health %" PRIu32,
			  reason->health);
	out_string(OUT_TEXT, NULL, text);
}

void show_reason(const struct gossip_event *event, const char *self)
{
	const struct gossip_reason *reason = event->reason;

	if (!out_json) {
		reason_in_words(event, self);
		return;
	}
	if (reason->from[0])
		out_string(OUT_JSON, "from", reason->from);
	if (reason->accuser[0])
		out_string(OUT_JSON, "accuser", reason->accuser);
	out_number(OUT_JSON, "accusers", reason->accusers);
	out_number(OUT_JSON, "indirect", reason->indirect);
	show_optional(OUT_JSON, "suspect_ms", reason->suspect_ms);
	out_number(OUT_JSON, "pings", reason->pings);
	out_number(OUT_JSON, "nacks", reason->nacks);
	out_number(OUT_JSON, "health", reason->health);
}

void show_time(enum out_where where, const char *key)
{
	char date[32], zone[8], text[64];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(text, sizeof(text), "%s.%03ld%.3s:%s", date,
		 now.tv_nsec / 1000000, zone, zone + 3);
	out_string(where, key, text);
}
