// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "addr.h"
#include "attr.h"
#include "member.h"
#include "services.h"
#include "tags.h"

static void get_meta(const struct nlattr *nest, struct gossip_member *member)
{
	const struct nlattr *tag[GOSSIP_A_TAG_MAX + 1];
	char text[GOSSIP_NAME_MAX + 1], value[GOSSIP_TAGS_MAX];
	const struct nlattr *attr;

	for (attr = nest ? attr_first(nest) : NULL; attr;
	     attr = attr_next(nest, attr)) {
		switch (mnl_attr_get_type(attr)) {
		case GOSSIP_A_MEMBER_SERVICE:
			attr_string(attr, text, sizeof(text));
			services_add(member->services, text);
			break;
		case GOSSIP_A_MEMBER_TAG:
			attr_parse_nest(attr, tag, GOSSIP_A_TAG_MAX);
			attr_string(tag[GOSSIP_A_TAG_KEY], text, sizeof(text));
			attr_string(tag[GOSSIP_A_TAG_VALUE], value,
				    sizeof(value));
			tags_add(member->tags, text, value);
			break;
		}
	}
}

bool member_get(const struct nlattr *nest, struct gossip_member *member)
{
	const struct nlattr *tb[GOSSIP_A_MEMBER_MAX + 1];

	attr_parse_nest(nest, tb, GOSSIP_A_MEMBER_MAX);
	memset(member, 0, sizeof(*member));
	attr_string(tb[GOSSIP_A_MEMBER_NAME], member->name,
		    sizeof(member->name));
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
	member->agrees = tb[GOSSIP_A_MEMBER_AGREES];
	member->differs = tb[GOSSIP_A_MEMBER_DIFFERS];
	get_meta(nest, member);
	return member->name[0];
}

void reason_get(const struct nlattr *nest, struct gossip_reason *reason)
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

static void get_arrays(const struct nlattr *nest, const struct nlattr *config,
		       struct gossip_instance *instance,
		       struct instance_space *space)
{
	const struct nlattr *tb[GOSSIP_A_CONFIG_MAX + 1];
	const struct nlattr *attr;
	unsigned int i;

	for (attr = nest ? attr_first(nest) : NULL; attr;
	     attr = attr_next(nest, attr))
		if (mnl_attr_get_type(attr) == GOSSIP_A_INSTANCE_PEER &&
		    instance->peers < GOSSIP_PEERS_MAX)
			addr_get(attr, &space->peer[instance->peers++]);
	attr_parse_nest(config, tb, GOSSIP_A_CONFIG_MAX);
	for (i = 0; i <= GOSSIP_A_CONFIG_MAX; i++)
		space->tunable[i] = attr_optional_u32(tb[i]);
	instance->peer = space->peer;
	instance->tunable = space->tunable;
	instance->tunables = GOSSIP_A_CONFIG_MAX + 1;
}

void instance_get(const struct nlattr *nest, struct gossip_instance *instance,
		  struct instance_space *space)
{
	const struct nlattr *tb[GOSSIP_A_INSTANCE_MAX + 1];

	memset(instance, 0, sizeof(*instance));
	attr_parse_nest(nest, tb, GOSSIP_A_INSTANCE_MAX);
	attr_string(tb[GOSSIP_A_INSTANCE_NAME], instance->name,
		    sizeof(instance->name));
	attr_string(tb[GOSSIP_A_INSTANCE_CLUSTER], instance->cluster,
		    sizeof(instance->cluster));
	addr_get(tb[GOSSIP_A_INSTANCE_BIND], &instance->bind);
	addr_get(tb[GOSSIP_A_INSTANCE_ADVERTISE], &instance->advertise);
	instance->status =
		attr_u32(tb[GOSSIP_A_INSTANCE_STATUS], GOSSIP_STATUS_OFF);
	instance->profile = attr_u32(tb[GOSSIP_A_INSTANCE_PROFILE], 0);
	instance->sensitivity = attr_u32(tb[GOSSIP_A_INSTANCE_SENSITIVITY], 0);
	instance->health = attr_u32(tb[GOSSIP_A_INSTANCE_HEALTH], 0);
	instance->alive = attr_u32(tb[GOSSIP_A_INSTANCE_ALIVE], 0);
	instance->suspect = attr_u32(tb[GOSSIP_A_INSTANCE_SUSPECT], 0);
	instance->failed = attr_u32(tb[GOSSIP_A_INSTANCE_FAILED], 0);
	instance->left = attr_u32(tb[GOSSIP_A_INSTANCE_LEFT], 0);
	instance->uid = attr_u64(tb[GOSSIP_A_INSTANCE_UID]);
	instance->view = attr_u64(tb[GOSSIP_A_INSTANCE_VIEW]);
	instance->seq = attr_u64(tb[GOSSIP_A_INSTANCE_SEQ]);
	instance->user_seq = attr_u64(tb[GOSSIP_A_INSTANCE_USER_SEQ]);
	addr_get(tb[GOSSIP_A_INSTANCE_HOLDER], &instance->holder);
	instance->view_ms = attr_optional_u32(tb[GOSSIP_A_INSTANCE_VIEW_MS]);
	get_arrays(nest, tb[GOSSIP_A_INSTANCE_CONFIG], instance, space);
}
