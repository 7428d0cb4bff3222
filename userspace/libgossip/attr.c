// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include <linux/genetlink.h>

#include "attr.h"

static void parse(const void *payload, int len, const struct nlattr **tb,
		  unsigned int max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	for (attr = payload; mnl_attr_ok(attr, len);
	     attr = mnl_attr_next(attr)) {
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
		len -= MNL_ALIGN(mnl_attr_get_len(attr));
	}
}

void attr_parse(const struct nlmsghdr *nlh, const struct nlattr **tb,
		unsigned int max)
{
	int len = mnl_nlmsg_get_payload_len(nlh);

	parse(mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN), len - GENL_HDRLEN,
	      tb, max);
}

void attr_parse_nest(const struct nlattr *nest, const struct nlattr **tb,
		     unsigned int max)
{
	if (nest)
		parse(mnl_attr_get_payload(nest),
		      mnl_attr_get_payload_len(nest), tb, max);
	else
		memset(tb, 0, (max + 1) * sizeof(*tb));
}

static const struct nlattr *valid(const struct nlattr *nest, const void *attr)
{
	const char *end = (const char *)nest + mnl_attr_get_len(nest);

	return mnl_attr_ok(attr, end - (const char *)attr) ? attr : NULL;
}

const struct nlattr *attr_first(const struct nlattr *nest)
{
	return valid(nest, mnl_attr_get_payload(nest));
}

const struct nlattr *attr_next(const struct nlattr *nest,
			       const struct nlattr *attr)
{
	return valid(nest, mnl_attr_next(attr));
}

static bool has(const struct nlattr *attr, size_t size)
{
	return attr && mnl_attr_get_payload_len(attr) == size;
}

uint16_t attr_u16(const struct nlattr *attr)
{
	return has(attr, sizeof(uint16_t)) ? mnl_attr_get_u16(attr) : 0;
}

uint32_t attr_u32(const struct nlattr *attr, uint32_t absent)
{
	return has(attr, sizeof(uint32_t)) ? mnl_attr_get_u32(attr) : absent;
}

int64_t attr_optional_u32(const struct nlattr *attr)
{
	return has(attr, sizeof(uint32_t)) ? (int64_t)mnl_attr_get_u32(attr) :
					     -1;
}

uint64_t attr_u64(const struct nlattr *attr)
{
	return has(attr, sizeof(uint64_t)) ? mnl_attr_get_u64(attr) : 0;
}

void attr_string(const struct nlattr *attr, char *text, size_t size)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (len >= size)
		len = size - 1;
	if (len)
		memcpy(text, mnl_attr_get_payload(attr), len);
	text[len] = '\0';
}
