// SPDX-License-Identifier: GPL-2.0
/*
 * What requests may contain: policies, and parsing into the structs of
 * params.h. Whatever a policy can say stands in the policy: userspace can
 * read it with CTRL_CMD_GETPOLICY, and an error carries the part that was
 * violated. But for the ranges of tunables: they are checked here, so that the
 * error says in words what is allowed; gossip.yaml has them. Whether what was
 * said makes sense is for params.c to check.
 */
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/string.h>

#include "namespace.h"
#include "netlink_parse.h"

#define PING_TIMEOUT 1000 /* ms */

/* Texts below name these. */
static_assert(SWIM_NAME_MAX == 63 && GOSSIP_NAME_MAX == 63);
static_assert(SWIM_SEEDS_MAX == 32 && GOSSIP_PEERS_MAX == 32);

static_assert((int)SWIM_LAN == GOSSIP_PROFILE_LAN);
static_assert((int)SWIM_WAN == GOSSIP_PROFILE_WAN);
static_assert((int)SWIM_LOCAL == GOSSIP_PROFILE_LOCAL);
static_assert(SWIM_NR_PROFILES - 1 == (int)GOSSIP_PROFILE_LOCAL);
static_assert((int)SWIM_FAST == GOSSIP_SENSITIVITY_FAST);
static_assert((int)SWIM_NORMAL == GOSSIP_SENSITIVITY_NORMAL);
static_assert((int)SWIM_CALM == GOSSIP_SENSITIVITY_CALM);
static_assert(SWIM_NR_SENSITIVITIES - 1 == (int)GOSSIP_SENSITIVITY_CALM);

/* Attribute i + 1 of the config set is row i of swim_tunables. */
#define ASSERT_TUNABLE(field, attr)                          \
	static_assert(offsetof(struct swim_config, field) == \
		      sizeof(u32) * (GOSSIP_A_CONFIG_##attr - 1))
ASSERT_TUNABLE(probe_interval, PROBE_INTERVAL);
ASSERT_TUNABLE(probe_timeout, PROBE_TIMEOUT);
ASSERT_TUNABLE(indirect_probes, INDIRECT_PROBES);
ASSERT_TUNABLE(suspicion_mult, SUSPICION_MULT);
ASSERT_TUNABLE(gossip_interval, GOSSIP_INTERVAL);
ASSERT_TUNABLE(gossip_fanout, GOSSIP_FANOUT);
ASSERT_TUNABLE(retransmit_mult, RETRANSMIT_MULT);
ASSERT_TUNABLE(heal_interval, HEAL_INTERVAL);
ASSERT_TUNABLE(reap_after, REAP_AFTER);
ASSERT_TUNABLE(max_members, MAX_MEMBERS);
ASSERT_TUNABLE(max_datagram, MAX_DATAGRAM);
ASSERT_TUNABLE(probe_timeout_min, PROBE_TIMEOUT_MIN);
ASSERT_TUNABLE(probe_attempts, PROBE_ATTEMPTS);
ASSERT_TUNABLE(suspicion_max_mult, SUSPICION_MAX_MULT);
ASSERT_TUNABLE(suspicion_accusers, SUSPICION_ACCUSERS);
ASSERT_TUNABLE(last_call_attempts, LAST_CALL_ATTEMPTS);
ASSERT_TUNABLE(corroborators, CORROBORATORS);
static_assert(GOSSIP_A_CONFIG_MAX == SWIM_NR_TUNABLES);

int gossip_check_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);

	if (swim_name_valid(name, strnlen(name, nla_len(attr))))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a name is 1 to 63 characters of A-Za-z0-9._-");
	return -EINVAL;
}

static const struct nla_policy address_policy[GOSSIP_A_ADDRESS_MAX + 1] = {
	[GOSSIP_A_ADDRESS_IPV4] = { .type = NLA_U32 },
	[GOSSIP_A_ADDRESS_IPV6] = NLA_POLICY_EXACT_LEN(16),
	[GOSSIP_A_ADDRESS_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[GOSSIP_A_ADDRESS_SCOPE] = { .type = NLA_U32 },
};

/* "probe_interval: 10 to 7200000 ms are allowed" */
static char range_text[SWIM_NR_TUNABLES][64] __ro_after_init;

static int check_tunable(const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	unsigned int i = nla_type(attr) - 1;
	u32 value = nla_get_u32(attr);

	if (value >= swim_tunables[i].min && value <= swim_tunables[i].max)
		return 0;
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = range_text[i];
	return -ERANGE;
}

static const struct nla_policy config_policy[GOSSIP_A_CONFIG_MAX + 1] = {
	[1 ... GOSSIP_A_CONFIG_MAX] =
		NLA_POLICY_VALIDATE_FN(NLA_U32, check_tunable),
};

static const struct nla_policy uids_policy[GOSSIP_A_UID_RANGE_MAX + 1] = {
	[GOSSIP_A_UID_RANGE_FIRST] = { .type = NLA_U32 },
	[GOSSIP_A_UID_RANGE_LAST] = { .type = NLA_U32 },
};

static const struct nla_policy start_policy[GOSSIP_A_INSTANCE_SECRET + 1] = {
	[GOSSIP_A_INSTANCE_NAME] = GOSSIP_NAME_POLICY,
	[GOSSIP_A_INSTANCE_CLUSTER] = GOSSIP_NAME_POLICY,
	[GOSSIP_A_INSTANCE_BIND] = NLA_POLICY_NESTED(address_policy),
	[GOSSIP_A_INSTANCE_ADVERTISE] = NLA_POLICY_NESTED(address_policy),
	[GOSSIP_A_INSTANCE_PEER] = NLA_POLICY_NESTED(address_policy),
	[GOSSIP_A_INSTANCE_PROFILE] =
		NLA_POLICY_MAX(NLA_U32, SWIM_NR_PROFILES - 1),
	[GOSSIP_A_INSTANCE_SENSITIVITY] =
		NLA_POLICY_MAX(NLA_U32, SWIM_NR_SENSITIVITIES - 1),
	[GOSSIP_A_INSTANCE_CONFIG] = NLA_POLICY_NESTED(config_policy),
	[GOSSIP_A_INSTANCE_LEASE_UIDS] = NLA_POLICY_NESTED(uids_policy),
	[GOSSIP_A_INSTANCE_SECRET] = NLA_POLICY_EXACT_LEN(GOSSIP_SECRET_SIZE),
};

#define NOT_WHILE_IT_RUNS                                                                   \
	{                                                                                   \
		.type = NLA_REJECT,                                                         \
		.reject_message =                                                           \
			"cannot change while the instance runs: stop it and start it anew", \
	}

static const struct nla_policy set_policy[GOSSIP_A_INSTANCE_SECRET + 1] = {
	[GOSSIP_A_INSTANCE_NAME] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_CLUSTER] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_BIND] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_ADVERTISE] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_PEER] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_PROFILE] =
		NLA_POLICY_MAX(NLA_U32, SWIM_NR_PROFILES - 1),
	[GOSSIP_A_INSTANCE_SENSITIVITY] =
		NLA_POLICY_MAX(NLA_U32, SWIM_NR_SENSITIVITIES - 1),
	[GOSSIP_A_INSTANCE_CONFIG] = NLA_POLICY_NESTED(config_policy),
	[GOSSIP_A_INSTANCE_LEASE_UIDS] = NOT_WHILE_IT_RUNS,
	[GOSSIP_A_INSTANCE_SECRET] = NOT_WHILE_IT_RUNS,
};

static const struct nla_policy ping_policy[GOSSIP_A_PING_TIMEOUT + 1] = {
	[GOSSIP_A_PING_TIMEOUT] =
		NLA_POLICY_RANGE(NLA_U32, 1, SWIM_PING_MS_MAX),
};

static const struct nla_policy join_policy[GOSSIP_A_INSTANCE_PEER + 1] = {
	[GOSSIP_A_INSTANCE_PEER] = NLA_POLICY_NESTED(address_policy),
};

static const struct nla_policy find_policy[GOSSIP_A_MEMBER_NAME + 1] = {
	[GOSSIP_A_MEMBER_NAME] = GOSSIP_NAME_POLICY,
};

static const struct nla_policy filter_policy[GOSSIP_A_FILTER_MAX + 1] = {
	[GOSSIP_A_FILTER_STATE] = NLA_POLICY_MAX(NLA_U32, SWIM_NR_STATES - 1),
	[GOSSIP_A_FILTER_SERVICE] = GOSSIP_NAME_POLICY,
};

const struct nla_policy gossip_start_policy[GOSSIP_A_MESSAGE_INSTANCE + 1] = {
	[GOSSIP_A_MESSAGE_INSTANCE] = NLA_POLICY_NESTED(start_policy),
};

const struct nla_policy gossip_join_policy[GOSSIP_A_MESSAGE_INSTANCE + 1] = {
	[GOSSIP_A_MESSAGE_INSTANCE] = NLA_POLICY_NESTED(join_policy),
};

const struct nla_policy gossip_find_policy[GOSSIP_A_MESSAGE_FILTER + 1] = {
	[GOSSIP_A_MESSAGE_MEMBER] = NLA_POLICY_NESTED(find_policy),
	[GOSSIP_A_MESSAGE_FILTER] = NLA_POLICY_NESTED(filter_policy),
};

const struct nla_policy gossip_set_policy[GOSSIP_A_MESSAGE_INSTANCE + 1] = {
	[GOSSIP_A_MESSAGE_INSTANCE] = NLA_POLICY_NESTED(set_policy),
};

const struct nla_policy gossip_ping_policy[GOSSIP_A_MESSAGE_PING + 1] = {
	[GOSSIP_A_MESSAGE_MEMBER] = NLA_POLICY_NESTED(find_policy),
	[GOSSIP_A_MESSAGE_PING] = NLA_POLICY_NESTED(ping_policy),
};

void __init gossip_policy_init(void)
{
	char range[GOSSIP_RANGE_TEXT];
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		snprintf(range_text[i], sizeof(range_text[i]),
			 "%s: %s are allowed", swim_tunables[i].name,
			 gossip_range(&swim_tunables[i], range));
}

static int parse_address(const struct nlattr *nest, struct swim_addr *addr,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GOSSIP_A_ADDRESS_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GOSSIP_A_ADDRESS_MAX, nest, address_policy,
			       extack);
	if (err)
		return err;

	if (!tb[GOSSIP_A_ADDRESS_IPV4] == !tb[GOSSIP_A_ADDRESS_IPV6]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "an address has one of ipv4 and ipv6");
		return -EINVAL;
	}

	memset(addr, 0, sizeof(*addr));
	if (tb[GOSSIP_A_ADDRESS_IPV4]) {
		addr->family = 4;
		memcpy(addr->ip, nla_data(tb[GOSSIP_A_ADDRESS_IPV4]), 4);
	} else {
		addr->family = 6;
		memcpy(addr->ip, nla_data(tb[GOSSIP_A_ADDRESS_IPV6]), 16);
	}
	addr->port = GOSSIP_PORT;
	if (tb[GOSSIP_A_ADDRESS_PORT])
		addr->port = nla_get_u16(tb[GOSSIP_A_ADDRESS_PORT]);
	if (tb[GOSSIP_A_ADDRESS_SCOPE])
		addr->scope = nla_get_u32(tb[GOSSIP_A_ADDRESS_SCOPE]);
	return 0;
}

static int parse_peers(const struct nlattr *instance,
		       struct gossip_params *params,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int err, rem;

	params->peers = 0;
	nla_for_each_nested(attr, instance, rem) {
		if (nla_type(attr) != GOSSIP_A_INSTANCE_PEER)
			continue;
		if (params->peers == SWIM_SEEDS_MAX) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "more than 32 peers");
			return -E2BIG;
		}
		err = parse_address(attr, &params->peer[params->peers], extack);
		if (err)
			return err;
		params->peers++;
	}
	return 0;
}

static int parse_config(const struct nlattr *nest, struct swim_config *config,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GOSSIP_A_CONFIG_MAX + 1];
	unsigned int i;
	int err;

	err = nla_parse_nested(tb, GOSSIP_A_CONFIG_MAX, nest, config_policy,
			       extack);
	if (err)
		return err;

	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		if (tb[i + 1])
			*swim_config_value(config, &swim_tunables[i]) =
				nla_get_u32(tb[i + 1]);
	return 0;
}

static int parse_uids(const struct nlattr *nest, struct gossip_uids *uids,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GOSSIP_A_UID_RANGE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GOSSIP_A_UID_RANGE_MAX, nest, uids_policy,
			       extack);
	if (err)
		return err;

	if (!tb[GOSSIP_A_UID_RANGE_FIRST] || !tb[GOSSIP_A_UID_RANGE_LAST]) {
		NL_SET_ERR_MSG_ATTR(
			extack, nest,
			"a range of user ids has a first and a last");
		return -EINVAL;
	}

	uids->any = true;
	uids->first = nla_get_u32(tb[GOSSIP_A_UID_RANGE_FIRST]);
	uids->last = nla_get_u32(tb[GOSSIP_A_UID_RANGE_LAST]);
	return 0;
}

static int take_secret(const struct nlattr *attr, struct gossip_params *params,
		       struct netlink_ext_ack *extack)
{
	if (gossip_secret_is_null(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "all bytes of the secret are zero");
		return -EINVAL;
	}
	params->sealed = true;
	memcpy(params->secret, nla_data(attr), sizeof(params->secret));
	return 0;
}

void gossip_wipe_secrets(const struct genl_info *info, int nests, int secret)
{
	struct nlattr *nest, *attr;
	int rem, left;

	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nest) != nests)
			continue;
		nla_for_each_nested(attr, nest, left)
			if (nla_type(attr) == secret)
				memzero_explicit(nla_data(attr), nla_len(attr));
	}
}

static int parse_start(struct genl_info *info, struct gossip_params *params)
{
	struct nlattr *tb[ARRAY_SIZE(start_policy)];
	struct netlink_ext_ack *extack = info->extack;
	const struct nlattr *nest;
	int err;

	memset(params, 0, sizeof(*params));
	params->profile = SWIM_LAN;
	params->sensitivity = SWIM_NORMAL;

	nest = info->attrs[GOSSIP_A_MESSAGE_INSTANCE];
	if (!nest)
		return 0;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, start_policy,
			       extack);
	if (err)
		return err;

	if (tb[GOSSIP_A_INSTANCE_NAME])
		nla_strscpy(params->name, tb[GOSSIP_A_INSTANCE_NAME],
			    sizeof(params->name));
	if (tb[GOSSIP_A_INSTANCE_CLUSTER])
		nla_strscpy(params->cluster, tb[GOSSIP_A_INSTANCE_CLUSTER],
			    sizeof(params->cluster));
	if (tb[GOSSIP_A_INSTANCE_PROFILE])
		params->profile = nla_get_u32(tb[GOSSIP_A_INSTANCE_PROFILE]);
	if (tb[GOSSIP_A_INSTANCE_SENSITIVITY])
		params->sensitivity =
			nla_get_u32(tb[GOSSIP_A_INSTANCE_SENSITIVITY]);

	if (tb[GOSSIP_A_INSTANCE_BIND])
		err = parse_address(tb[GOSSIP_A_INSTANCE_BIND], &params->bind,
				    extack);
	if (!err && tb[GOSSIP_A_INSTANCE_ADVERTISE])
		err = parse_address(tb[GOSSIP_A_INSTANCE_ADVERTISE],
				    &params->advertise, extack);
	if (!err && tb[GOSSIP_A_INSTANCE_CONFIG])
		err = parse_config(tb[GOSSIP_A_INSTANCE_CONFIG],
				   &params->config, extack);
	if (!err && tb[GOSSIP_A_INSTANCE_LEASE_UIDS])
		err = parse_uids(tb[GOSSIP_A_INSTANCE_LEASE_UIDS],
				 &params->lease_uids, extack);
	if (!err && tb[GOSSIP_A_INSTANCE_SECRET])
		err = take_secret(tb[GOSSIP_A_INSTANCE_SECRET], params, extack);
	return err ?: parse_peers(nest, params, extack);
}

int gossip_parse_start(struct genl_info *info, struct gossip_params *params)
{
	int err = parse_start(info, params);

	gossip_wipe_secrets(info, GOSSIP_A_MESSAGE_INSTANCE,
			    GOSSIP_A_INSTANCE_SECRET);
	return err;
}

int gossip_parse_join(struct genl_info *info, struct gossip_params *params)
{
	const struct nlattr *nest = info->attrs[GOSSIP_A_MESSAGE_INSTANCE];

	/* Without peers it comes back to those that it knows. */
	return nest ? parse_peers(nest, params, info->extack) : 0;
}

int gossip_parse_find(struct genl_info *info, char name[SWIM_NAME_MAX + 1])
{
	struct nlattr *tb[ARRAY_SIZE(find_policy)];
	struct netlink_ext_ack *extack = info->extack;
	const struct nlattr *nest;
	int err;

	if (info->attrs[GOSSIP_A_MESSAGE_FILTER]) {
		NL_SET_ERR_MSG_ATTR(extack,
				    info->attrs[GOSSIP_A_MESSAGE_FILTER],
				    "a filter is for a dump");
		return -EINVAL;
	}

	if (GENL_REQ_ATTR_CHECK(info, GOSSIP_A_MESSAGE_MEMBER)) {
		NL_SET_ERR_MSG(extack, "the member's name is missing");
		return -EINVAL;
	}

	nest = info->attrs[GOSSIP_A_MESSAGE_MEMBER];
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, find_policy,
			       extack);
	if (err)
		return err;

	if (NL_REQ_ATTR_CHECK(extack, nest, tb, GOSSIP_A_MEMBER_NAME)) {
		NL_SET_ERR_MSG(extack, "the member's name is missing");
		return -EINVAL;
	}

	nla_strscpy(name, tb[GOSSIP_A_MEMBER_NAME], SWIM_NAME_MAX + 1);
	return 0;
}

const struct nlattr *gossip_find_name(const struct genl_info *info)
{
	return nla_find_nested(info->attrs[GOSSIP_A_MESSAGE_MEMBER],
			       GOSSIP_A_MEMBER_NAME);
}

struct gossip_instance *gossip_parse_net(struct net *net,
					 struct netlink_ext_ack *extack)
{
	struct gossip_instance *inst = gossip_instance_get(net);

	if (!inst)
		NL_SET_ERR_MSG(extack,
			       "no instance runs in this namespace: start one");
	return inst;
}

int gossip_parse_set(struct genl_info *info, struct gossip_change *change)
{
	const struct nlattr *nest = info->attrs[GOSSIP_A_MESSAGE_INSTANCE];
	struct nlattr *tb[ARRAY_SIZE(set_policy)];
	int err;

	memset(change, 0, sizeof(*change));
	change->profile = -1;
	change->sensitivity = -1;
	if (!nest)
		return 0;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, set_policy,
			       info->extack);
	if (err)
		return err;

	if (tb[GOSSIP_A_INSTANCE_PROFILE])
		change->profile = nla_get_u32(tb[GOSSIP_A_INSTANCE_PROFILE]);
	if (tb[GOSSIP_A_INSTANCE_SENSITIVITY])
		change->sensitivity =
			nla_get_u32(tb[GOSSIP_A_INSTANCE_SENSITIVITY]);
	if (tb[GOSSIP_A_INSTANCE_CONFIG])
		err = parse_config(tb[GOSSIP_A_INSTANCE_CONFIG],
				   &change->config, info->extack);
	return err;
}

int gossip_parse_ping(struct genl_info *info, char name[SWIM_NAME_MAX + 1],
		      u32 *timeout_ms)
{
	const struct nlattr *nest = info->attrs[GOSSIP_A_MESSAGE_PING];
	struct nlattr *tb[ARRAY_SIZE(ping_policy)];
	int err;

	err = gossip_parse_find(info, name);
	if (err)
		return err;

	*timeout_ms = PING_TIMEOUT;
	if (!nest)
		return 0;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, ping_policy,
			       info->extack);
	if (!err && tb[GOSSIP_A_PING_TIMEOUT])
		*timeout_ms = nla_get_u32(tb[GOSSIP_A_PING_TIMEOUT]);
	return err;
}

/* The attribute that a value came from; NULL if it was not given. */
static const struct nlattr *find_value(const struct nlattr *instance,
				       const struct gossip_error *error)
{
	static const struct {
		const char *what;
		int attr;
	} map[] = {
		{ "name", GOSSIP_A_INSTANCE_NAME },
		{ "cluster", GOSSIP_A_INSTANCE_CLUSTER },
		{ "bind", GOSSIP_A_INSTANCE_BIND },
		{ "advertise", GOSSIP_A_INSTANCE_ADVERTISE },
		{ "peers", GOSSIP_A_INSTANCE_PEER },
		{ "lease_uids", GOSSIP_A_INSTANCE_LEASE_UIDS },
	};
	unsigned int i, index = error->index;
	const struct nlattr *attr;
	int type = 0, rem;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (!strcmp(error->what, map[i].what))
			type = map[i].attr;
	nla_for_each_nested(attr, instance, rem)
		if (nla_type(attr) == type && !index--)
			return attr;

	attr = nla_find_nested(instance, GOSSIP_A_INSTANCE_CONFIG);
	for (i = 0; attr && i < SWIM_NR_TUNABLES; i++)
		if (!strcmp(error->what, swim_tunables[i].name))
			return nla_find_nested(attr, i + 1);
	return NULL;
}

/* A part that is wrong; or that is missing, and then what it is missing from. */
static void point_at_part(struct netlink_ext_ack *extack,
			  const struct nlattr *address, enum gossip_part part)
{
	const struct nlattr *scope, *ip;

	scope = nla_find_nested(address, GOSSIP_A_ADDRESS_SCOPE);
	ip = nla_find_nested(address, GOSSIP_A_ADDRESS_IPV4) ?:
		     nla_find_nested(address, GOSSIP_A_ADDRESS_IPV6);
	if (part == GOSSIP_SCOPE && !scope)
		NL_SET_ERR_ATTR_MISS(extack, address, GOSSIP_A_ADDRESS_SCOPE);
	NL_SET_BAD_ATTR(extack, part == GOSSIP_SCOPE && scope ? scope : ip);
}

void gossip_explain(struct genl_info *info, const struct gossip_error *error)
{
	struct netlink_ext_ack *extack = info->extack;
	const struct nlattr *value = NULL;

	if (!extack || !error->why)
		return;

	/* Static, too, but not a literal: NL_SET_ERR_MSG() takes no pointer. */
	extack->_msg = error->why;
	if (error->what && info->attrs &&
	    info->attrs[GOSSIP_A_MESSAGE_INSTANCE])
		value = find_value(info->attrs[GOSSIP_A_MESSAGE_INSTANCE],
				   error);
	NL_SET_BAD_ATTR(extack, value);
	if (value && error->part != GOSSIP_WHOLE)
		point_at_part(extack, value, error->part);
}
