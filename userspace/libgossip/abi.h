/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of what the netlink ABI numbers. The tables are made from
 * kmod/gossip.yaml by abi.awk. Names have underscores, as module parameters.
 */
#ifndef _ABI_H
#define _ABI_H

#include <stddef.h>
#include <stdint.h>

struct abi_entry {
	const char *name;
	const char *doc;
};

struct abi_enum {
	unsigned int count;
	const struct abi_entry *entry;
};

enum abi_type { ABI_OTHER, ABI_U16, ABI_U32, ABI_U64, ABI_STRING, ABI_NEST };

struct abi_attr {
	const char *name;
	const char *doc;
	enum abi_type type;
	const struct abi_set *nested;
	uint32_t min;
	uint32_t max; /* 0: any */
};

/* Attributes are numbered from 1 to max; what is not there has no name. */
struct abi_set {
	unsigned int max;
	const struct abi_attr *attr;
};

extern const struct abi_enum abi_profile;
extern const struct abi_enum abi_sensitivity;
extern const struct abi_enum abi_member_state;
extern const struct abi_enum abi_status;
extern const struct abi_enum abi_event_type;
extern const struct abi_enum abi_ping_result;

extern const struct abi_set abi_address;
extern const struct abi_set abi_config;
extern const struct abi_set abi_key;
extern const struct abi_set abi_message;
extern const struct abi_set abi_stats;

/* "unknown" for what a newer module may say. */
const char *abi_name(const struct abi_enum *set, uint32_t value);
const char *abi_doc(const struct abi_enum *set, uint32_t value);
/* -1 if there is no such name. */
int abi_value(const struct abi_enum *set, const char *name);
/* All names, as in "lan, wan, local". */
void abi_names(const struct abi_enum *set, char *text, size_t size);
/* NULL if there is no such attribute. */
const struct abi_attr *abi_attr(const struct abi_set *set, unsigned int type);
/* 0 if there is no such name. */
unsigned int abi_attr_type(const struct abi_set *set, const char *name);
/* The unit at the end of what is said of an attribute, as "ms", or "". */
const char *abi_unit(const struct abi_attr *attr);

#endif
