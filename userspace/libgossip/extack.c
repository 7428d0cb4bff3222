// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "abi.h"
#include "addr.h"
#include "attr.h"
#include "extack.h"

/* A place in the request: the set of attributes that begin at @first. */
struct place {
	const struct abi_set *set;
	const struct nlattr *first;
	size_t len;
};

static struct place place_top(const struct nlmsghdr *request)
{
	return (struct place){
		.set = &abi_message,
		.first = mnl_nlmsg_get_payload_offset(request, GENL_HDRLEN),
		.len = mnl_nlmsg_get_payload_len(request) - GENL_HDRLEN,
	};
}

static struct place place_in(const struct nlattr *nest,
			     const struct abi_attr *desc)
{
	return (struct place){
		.set = desc->nested,
		.first = mnl_attr_get_payload(nest),
		.len = mnl_attr_get_payload_len(nest),
	};
}

/* The attribute of @place that holds byte @offset of the request. */
static const struct nlattr *holder(const struct place *place,
				   const struct nlmsghdr *request,
				   uint32_t offset)
{
	const char *byte = (const char *)request + offset;
	const struct nlattr *attr = place->first;
	int left = place->len;

	for (; mnl_attr_ok(attr, left); attr = mnl_attr_next(attr)) {
		int size = MNL_ALIGN(mnl_attr_get_len(attr));

		if (byte >= (const char *)attr &&
		    byte < (const char *)attr + size)
			return attr;
		left -= size;
	}
	return NULL;
}

static void describe(const struct nlattr *attr, const struct abi_attr *desc,
		     char *text, size_t size)
{
	char value[128];
	struct gossip_addr addr;

	if (desc->type == ABI_STRING) {
		attr_string(attr, value, sizeof(value));
		snprintf(text, size, "%s \"%s\"", desc->name, value);
	} else if (desc == abi_attr(&abi_key, GOSSIP_A_KEY_ID)) {
		snprintf(text, size, "%s %08x", desc->name, attr_u32(attr, 0));
	} else if (desc->type == ABI_U32) {
		snprintf(text, size, "%s %u", desc->name, attr_u32(attr, 0));
	} else if (desc->nested == &abi_address) {
		addr_get(attr, &addr);
		snprintf(text, size, "%s \"%s\"", desc->name,
			 gossip_addr_format(&addr, value));
	}
}

/* An address is one thing to the user: its parts are not named, nor are nests. */
static void locate(const struct nlmsghdr *request, uint32_t offset, char *text,
		   size_t size)
{
	struct place place = place_top(request);
	const struct abi_attr *desc;
	const struct nlattr *attr;

	for (;;) {
		attr = holder(&place, request, offset);
		desc = attr ? abi_attr(place.set, mnl_attr_get_type(attr)) :
			      NULL;
		if (!desc)
			return;
		describe(attr, desc, text, size);
		if ((const char *)attr == (const char *)request + offset ||
		    !desc->nested || desc->nested == &abi_address)
			return;
		place = place_in(attr, desc);
	}
}

/* @nest: where the nest begins that lacks the attribute; 0 for the message. */
static void name_missing(const struct nlmsghdr *request, uint32_t type,
			 uint32_t nest, char *text, size_t size)
{
	struct place place = place_top(request);
	const struct abi_attr *desc;
	const struct nlattr *attr;

	while (nest) {
		attr = holder(&place, request, nest);
		desc = attr ? abi_attr(place.set, mnl_attr_get_type(attr)) :
			      NULL;
		if (!desc || !desc->nested)
			return;
		place = place_in(attr, desc);
		if ((const char *)attr == (const char *)request + nest)
			break;
	}
	desc = abi_attr(place.set, type);
	if (desc)
		snprintf(text, size, "%s is missing", desc->name);
}

/* The kernel says "integer out of range", and the range apart from it. */
static void add_range(const struct nlattr *policy, char *text, size_t size)
{
	const struct nlattr *tb[NL_POLICY_TYPE_ATTR_MAX + 1];
	const struct nlattr *min, *max;
	size_t len = strlen(text);

	attr_parse_nest(policy, tb, NL_POLICY_TYPE_ATTR_MAX);
	min = tb[NL_POLICY_TYPE_ATTR_MIN_VALUE_U];
	max = tb[NL_POLICY_TYPE_ATTR_MAX_VALUE_U];
	if (min && max)
		snprintf(text + len, size - len,
			 ": %" PRIu64 " to %" PRIu64 " are allowed",
			 attr_u64(min), attr_u64(max));
}

/* The kernel names the attribute, too, for those that cannot: "name: text". */
static void drop_name(struct extack *extack)
{
	size_t len = strcspn(extack->attr, " ");
	char *text = extack->message;

	if (len && !strncmp(text, extack->attr, len) &&
	    !strncmp(text + len, ": ", 2))
		memmove(text, text + len + 2, strlen(text + len + 2) + 1);
}

void extack_read(const struct nlmsghdr *answer, const struct nlmsghdr *request,
		 struct extack *extack)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(answer);
	int len = mnl_nlmsg_get_payload_len(answer);
	const struct nlattr *attr;
	int skip = sizeof(int);

	memset(extack, 0, sizeof(*extack));
	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (answer->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*err);
		if (len < skip)
			return;
		if (err->error && !(answer->nlmsg_flags & NLM_F_CAPPED))
			skip += mnl_nlmsg_get_payload_len(&err->msg);
	}
	/* A length that the answer itself gives may be any. */
	if (skip < 0 || skip > len)
		return;

	memset(tb, 0, sizeof(tb));
	attr = mnl_nlmsg_get_payload_offset(answer, skip);
	for (len -= MNL_ALIGN(skip); mnl_attr_ok(attr, len);
	     attr = mnl_attr_next(attr)) {
		if (mnl_attr_get_type(attr) <= NLMSGERR_ATTR_MAX)
			tb[mnl_attr_get_type(attr)] = attr;
		len -= MNL_ALIGN(mnl_attr_get_len(attr));
	}
	attr_string(tb[NLMSGERR_ATTR_MSG], extack->message,
		    sizeof(extack->message));
	add_range(tb[NLMSGERR_ATTR_POLICY], extack->message,
		  sizeof(extack->message));
	if (tb[NLMSGERR_ATTR_OFFS])
		locate(request, attr_u32(tb[NLMSGERR_ATTR_OFFS], 0),
		       extack->attr, sizeof(extack->attr));
	drop_name(extack);
	if (tb[NLMSGERR_ATTR_MISS_TYPE] && !extack->attr[0])
		name_missing(request, attr_u32(tb[NLMSGERR_ATTR_MISS_TYPE], 0),
			     attr_u32(tb[NLMSGERR_ATTR_MISS_NEST], 0),
			     extack->attr, sizeof(extack->attr));
}
