// SPDX-License-Identifier: GPL-2.0
/* The public side of the tables of names. */

#include <errno.h>
#include <string.h>

#include "abi.h"
#include "libgossip.h"
#include "macros.h"

static const struct abi_entry own_events[] = {
	{ "exists", "was there when the subscription began" },
	{ "listed", "all that were there have been told" },
	{ "resync", "events were lost; the difference follows" },
};

static const struct abi_enum *enum_of(enum gossip_names names)
{
	switch (names) {
	case GOSSIP_NAMES_STATE:
		return &abi_member_state;
	case GOSSIP_NAMES_STATUS:
		return &abi_status;
	case GOSSIP_NAMES_EVENT:
		return &abi_event_type;
	case GOSSIP_NAMES_PROFILE:
		return &abi_profile;
	case GOSSIP_NAMES_SENSITIVITY:
		return &abi_sensitivity;
	case GOSSIP_NAMES_PING:
		return &abi_ping_result;
	default:
		return NULL;
	}
}

/* Of those that are not an enum. */
static const struct abi_set *set_of(enum gossip_names names)
{
	return names == GOSSIP_NAMES_STAT ? &abi_stats : &abi_config;
}

static const struct abi_entry *own_event(enum gossip_names names,
					 uint32_t value)
{
	if (names != GOSSIP_NAMES_EVENT || value < GOSSIP_EVENT_EXISTS ||
	    value - GOSSIP_EVENT_EXISTS >= ARRAY_SIZE(own_events))
		return NULL;
	return &own_events[value - GOSSIP_EVENT_EXISTS];
}

const char *gossip_name(enum gossip_names names, uint32_t value)
{
	const struct abi_entry *event = own_event(names, value);
	const struct abi_enum *set = enum_of(names);
	const struct abi_attr *attr;

	if (event)
		return event->name;
	if (set)
		return abi_name(set, value);
	attr = abi_attr(set_of(names), value);
	return attr ? attr->name : "unknown";
}

const char *gossip_doc(enum gossip_names names, uint32_t value)
{
	const struct abi_entry *event = own_event(names, value);
	const struct abi_enum *set = enum_of(names);
	const struct abi_attr *attr;

	if (event)
		return event->doc;
	if (set)
		return abi_doc(set, value);
	attr = abi_attr(set_of(names), value);
	return attr ? attr->doc : "";
}

int gossip_value(enum gossip_names names, const char *name)
{
	const struct abi_enum *set = enum_of(names);
	size_t i;
	int value;

	for (i = 0; names == GOSSIP_NAMES_EVENT && i < ARRAY_SIZE(own_events);
	     i++)
		if (!strcmp(own_events[i].name, name))
			return GOSSIP_EVENT_EXISTS + i;
	if (set) {
		value = abi_value(set, name);
		return value < 0 ? -ENOENT : value;
	}
	value = abi_attr_type(set_of(names), name);
	return value ? value : -ENOENT;
}

const char *gossip_unit(uint32_t tunable)
{
	const struct abi_attr *attr = abi_attr(&abi_config, tunable);

	return attr ? abi_unit(attr) : "";
}

int gossip_range(uint32_t tunable, uint32_t *min, uint32_t *max)
{
	const struct abi_attr *attr = abi_attr(&abi_config, tunable);

	if (!attr)
		return -ENOENT;
	*min = attr->min;
	*max = attr->max;
	return 0;
}
