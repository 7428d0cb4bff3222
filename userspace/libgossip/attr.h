/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading attributes. An attribute may be NULL or of a wrong length: both count
 * as absent.
 */
#ifndef _ATTR_H
#define _ATTR_H

#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* @tb has @max + 1 entries; those of attributes that are absent become NULL. */
void attr_parse(const struct nlmsghdr *nlh, const struct nlattr **tb,
		unsigned int max);
void attr_parse_nest(const struct nlattr *nest, const struct nlattr **tb,
		     unsigned int max);

/* The attributes of a nest one by one; NULL after the last. */
const struct nlattr *attr_first(const struct nlattr *nest);
const struct nlattr *attr_next(const struct nlattr *nest,
			       const struct nlattr *attr);

uint16_t attr_u16(const struct nlattr *attr);
uint32_t attr_u32(const struct nlattr *attr, uint32_t absent);
/* -1 if absent */
int64_t attr_optional_u32(const struct nlattr *attr);
uint64_t attr_u64(const struct nlattr *attr);
/* Cuts what is too long for @text. */
void attr_string(const struct nlattr *attr, char *text, size_t size);

#endif
