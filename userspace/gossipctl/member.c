// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "abi.h"
#include "attr.h"
#include "macros.h"
#include "member.h"

bool member_get(const struct nlattr *nest, struct member *member)
{
	const struct nlattr *tb[GOSSIP_A_MEMBER_MAX + 1];

	attr_parse_nest(nest, tb, GOSSIP_A_MEMBER_MAX);
	memset(member, 0, sizeof(*member));
	attr_string(tb[GOSSIP_A_MEMBER_NAME], member->name,
		    sizeof(member->name));
	if (tb[GOSSIP_A_MEMBER_ADDRESS])
		addr_get(tb[GOSSIP_A_MEMBER_ADDRESS], &member->addr);
	member->uid = attr_u64(tb[GOSSIP_A_MEMBER_UID]);
	member->seq = attr_u64(tb[GOSSIP_A_MEMBER_SEQ]);
	member->generation = attr_u32(tb[GOSSIP_A_MEMBER_GENERATION], 0);
	member->incarnation = attr_u32(tb[GOSSIP_A_MEMBER_INCARNATION], 0);
	member->state = attr_u32(tb[GOSSIP_A_MEMBER_STATE], UINT32_MAX);
	member->health = attr_u32(tb[GOSSIP_A_MEMBER_HEALTH], 0);
	member->rtt_us = attr_optional_u32(tb[GOSSIP_A_MEMBER_RTT_US]);
	member->heard_ms = attr_optional_u32(tb[GOSSIP_A_MEMBER_HEARD_MS]);
	member->self = tb[GOSSIP_A_MEMBER_SELF];
	member->degraded = tb[GOSSIP_A_MEMBER_DEGRADED];
	member->probation = tb[GOSSIP_A_MEMBER_PROBATION];
	return member->name[0];
}

void reason_get(const struct nlattr *nest, struct reason *reason)
{
	const struct nlattr *tb[GOSSIP_A_REASON_MAX + 1];

	attr_parse_nest(nest, tb, GOSSIP_A_REASON_MAX);
	attr_string(tb[GOSSIP_A_REASON_FROM], reason->from,
		    sizeof(reason->from));
	attr_string(tb[GOSSIP_A_REASON_ACCUSER], reason->accuser,
		    sizeof(reason->accuser));
	reason->accusers = attr_u32(tb[GOSSIP_A_REASON_ACCUSERS], 0);
	reason->indirect = attr_u32(tb[GOSSIP_A_REASON_INDIRECT], 0);
	reason->suspect_ms = attr_optional_u32(tb[GOSSIP_A_REASON_SUSPECT_MS]);
	reason->pings = attr_u32(tb[GOSSIP_A_REASON_PINGS], 0);
	reason->nacks = attr_u32(tb[GOSSIP_A_REASON_NACKS], 0);
	reason->health = attr_u32(tb[GOSSIP_A_REASON_HEALTH], 0);
}

enum out_colour member_colour(uint32_t state)
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

static void show_optional(enum out_where where, const char *key, int64_t value)
{
	if (value < 0)
		out_null(where, key);
	else
		out_number(where, key, value);
}

void member_show(const struct member *member, bool row)
{
	enum out_where in_row = row ? OUT_BOTH : OUT_JSON;
	char addr[ADDR_TEXT_MAX], state[32];

	snprintf(state, sizeof(state), "%s%s%s",
		 abi_name(&abi_member_state, member->state),
		 !out_json && member->degraded ? "+degraded" : "",
		 !out_json && member->probation ? "+probation" : "");
	out_string(OUT_BOTH, "name", member->name);
	if (member->addr.family)
		out_string(OUT_BOTH, "address",
			   addr_format(&member->addr, addr));
	else
		out_null(OUT_BOTH, "address");
	out_word(in_row, "state", state, member_colour(member->state), 0);
	out_number(in_row, "incarnation", member->incarnation);
	show_optional(in_row, "rtt_us", member->rtt_us);
	out_number(in_row, "health", member->health);
	/* Services: the column is there as in sysfs, which has it already. */
	if (row)
		out_null(OUT_TEXT, "services");
	out_hex(OUT_JSON, "uid", member->uid);
	out_number(OUT_JSON, "generation", member->generation);
	show_optional(OUT_JSON, "heard_ms", member->heard_ms);
	out_number(OUT_JSON, "seq", member->seq);
	out_bool(OUT_JSON, "self", member->self);
	out_bool(OUT_JSON, "degraded", member->degraded);
	out_bool(OUT_JSON, "probation", member->probation);
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

static void reason_in_words(const struct reason *reason, bool failed,
			    const char *self)
{
	bool accuser = reason->accuser[0] && !strcmp(reason->accuser, self);
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
	if (reason->indirect)
		add_words(text, sizeof(text),
			  "%" PRIu32 " member%s asked in vain",
			  reason->indirect, reason->indirect == 1 ? "" : "s");
	if (reason->nacks)
		add_words(text, sizeof(text), "%" PRIu32 " of them said so",
			  reason->nacks);
	if (reason->suspect_ms >= 0)
		add_words(text, sizeof(text), "suspect for %" PRIi64 " ms",
			  reason->suspect_ms);
	out_string(OUT_TEXT, NULL, text);
}

void reason_show(const struct reason *reason, bool failed, const char *self)
{
	if (!out_json) {
		reason_in_words(reason, failed, self);
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
