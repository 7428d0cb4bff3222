// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "addr.h"
#include "macros.h"
#include "name.h"
#include "number.h"
#include "params.h"

/**
 * struct gossip_params - the parameters of an instance
 * @name: "" for the default; so is @cluster
 * @bind: family 0 for the default; so is @advertise
 * @profile: -1 for the default; so is @sensitivity
 * @tunable: by attribute of the set "config"; -1 for the default
 * @uids: whether there are users that may hold leases: @first_uid to @last_uid
 * @sealed: whether there is a key, of which @secret is
 */
struct gossip_params {
	char name[GOSSIP_NAME_MAX + 1];
	char cluster[GOSSIP_NAME_MAX + 1];
	struct gossip_addr bind;
	struct gossip_addr advertise;
	struct gossip_addr peer[GOSSIP_PEERS_MAX];
	unsigned int peers;
	int profile;
	int sensitivity;
	int64_t tunable[GOSSIP_A_CONFIG_MAX + 1];
	bool uids;
	uint32_t first_uid;
	uint32_t last_uid;
	bool sealed;
	uint8_t secret[GOSSIP_SECRET_SIZE];
	char error[512];
};

struct gossip_params *gossip_params_new(void)
{
	struct gossip_params *params = calloc(1, sizeof(*params));
	unsigned int i;

	if (!params)
		return NULL;
	params->profile = -1;
	params->sensitivity = -1;
	for (i = 0; i <= GOSSIP_A_CONFIG_MAX; i++)
		params->tunable[i] = -1;
	return params;
}

void gossip_params_free(struct gossip_params *params)
{
	if (params)
		explicit_bzero(params->secret, sizeof(params->secret));
	free(params);
}

const char *gossip_params_error(const struct gossip_params *params)
{
	return params->error;
}

static __printf(2, 3) int refuse(struct gossip_params *params, const char *fmt,
				 ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(params->error, sizeof(params->error), fmt, args);
	va_end(args);
	return -EINVAL;
}

static int set_name(struct gossip_params *params, char *name, const char *key,
		    const char *value)
{
	if (!name_valid(value))
		return refuse(params, "%s " QUOTED ": " NAME_RULE, key, value,
			      GOSSIP_NAME_MAX);
	stpcpy(name, value);
	return 0;
}

static int set_addr(struct gossip_params *params, struct gossip_addr *addr,
		    const char *key, const char *value)
{
	struct gossip_addr parsed = { 0 };
	const char *wrong = *value ? addr_parse(value, &parsed) : NULL;

	if (wrong)
		return refuse(params, "%s " QUOTED ": %s", key, value, wrong);
	*addr = parsed;
	return 0;
}

static int set_choice(struct gossip_params *params, int *choice,
		      const struct abi_enum *set, const char *key,
		      const char *value)
{
	int found = *value ? abi_value(set, value) : -1;
	char names[128];

	if (found < 0 && *value) {
		abi_names(set, names, sizeof(names));
		return refuse(params, "%s " QUOTED ": %s are allowed", key,
			      value, names);
	}
	*choice = found;
	return 0;
}

static int set_tunable(struct gossip_params *params, unsigned int type,
		       const char *key, const char *value)
{
	uint32_t number;

	if (!*value) {
		params->tunable[type] = -1;
		return 0;
	}
	if (!number_parse(value, &number))
		return refuse(params,
			      "%s " QUOTED ": a number of 0 to %u is needed",
			      key, value, UINT32_MAX);
	params->tunable[type] = number;
	return 0;
}

/* FIRST-LAST, or one. */
static int set_uids(struct gossip_params *params, const char *key,
		    const char *value)
{
	const char *dash = strchrnul(value, '-');
	char first[16];

	params->uids = *value;
	if (!*value)
		return 0;
	snprintf(first, sizeof(first), "%.*s", (int)(dash - value), value);
	if (dash - value >= (ptrdiff_t)sizeof(first) ||
	    !number_parse(first, &params->first_uid) ||
	    !number_parse(*dash ? dash + 1 : first, &params->last_uid) ||
	    params->first_uid > params->last_uid) {
		params->uids = false;
		return refuse(params,
			      "%s " QUOTED
			      ": user ids as 1000-2000, or one, are needed",
			      key, value);
	}
	return 0;
}

static int add_peer(struct gossip_params *params, const char *peer, size_t len,
		    const char *peers)
{
	char text[GOSSIP_ADDR_TEXT_MAX + 1];
	int err;

	if (!len)
		return refuse(params,
			      "peers " QUOTED
			      ": an address is missing before or after a comma",
			      peers);
	snprintf(text, sizeof(text), "%.*s", (int)len, peer);
	if (params->peers == GOSSIP_PEERS_MAX)
		return refuse(params,
			      "peer " QUOTED ": no more than %d are allowed",
			      text, GOSSIP_PEERS_MAX);
	err = set_addr(params, &params->peer[params->peers], "peer", text);
	if (!err)
		params->peers++;
	return err;
}

static int add_peers(struct gossip_params *params, const char *peers)
{
	unsigned int before = params->peers;
	const char *peer = peers;
	size_t len;
	int err;

	if (!*peers)
		return 0;
	for (;; peer += len + 1) {
		len = strcspn(peer, ",");
		err = add_peer(params, peer, len, peers);
		if (err)
			params->peers = before;
		if (err || !peer[len])
			return err;
	}
}

int gossip_params_set(struct gossip_params *params, const char *key,
		      const char *value)
{
	unsigned int tunable = abi_attr_type(&abi_config, key);

	params->error[0] = '\0';
	if (!strcmp(key, "name"))
		return set_name(params, params->name, key, value);
	if (!strcmp(key, "cluster"))
		return set_name(params, params->cluster, key, value);
	if (!strcmp(key, "bind"))
		return set_addr(params, &params->bind, key, value);
	if (!strcmp(key, "advertise"))
		return set_addr(params, &params->advertise, key, value);
	if (!strcmp(key, "peers"))
		return add_peers(params, value);
	if (!strcmp(key, "profile"))
		return set_choice(params, &params->profile, &abi_profile, key,
				  value);
	if (!strcmp(key, "sensitivity"))
		return set_choice(params, &params->sensitivity,
				  &abi_sensitivity, key, value);
	if (!strcmp(key, "lease_uids"))
		return set_uids(params, key, value);
	if (tunable)
		return set_tunable(params, tunable, key, value);
	refuse(params, "no such parameter " QUOTED, key);
	return -ENOENT;
}

void gossip_params_set_secret(struct gossip_params *params, const void *secret)
{
	params->sealed = secret;
	if (secret)
		memcpy(params->secret, secret, sizeof(params->secret));
	else
		explicit_bzero(params->secret, sizeof(params->secret));
}

static void put_config(struct nlmsghdr *request,
		       const struct gossip_params *params)
{
	struct nlattr *nest = NULL;
	unsigned int i;

	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++) {
		if (params->tunable[i] < 0)
			continue;
		if (!nest)
			nest = mnl_attr_nest_start(request,
						   GOSSIP_A_INSTANCE_CONFIG);
		mnl_attr_put_u32(request, i, params->tunable[i]);
	}
	if (nest)
		mnl_attr_nest_end(request, nest);
}

static void put_set(struct nlmsghdr *request,
		    const struct gossip_params *params)
{
	struct nlattr *nest;
	unsigned int i;

	if (params->name[0])
		mnl_attr_put_strz(request, GOSSIP_A_INSTANCE_NAME,
				  params->name);
	if (params->cluster[0])
		mnl_attr_put_strz(request, GOSSIP_A_INSTANCE_CLUSTER,
				  params->cluster);
	if (params->bind.family)
		addr_put(request, GOSSIP_A_INSTANCE_BIND, &params->bind);
	if (params->advertise.family)
		addr_put(request, GOSSIP_A_INSTANCE_ADVERTISE,
			 &params->advertise);
	for (i = 0; i < params->peers; i++)
		addr_put(request, GOSSIP_A_INSTANCE_PEER, &params->peer[i]);
	if (params->profile >= 0)
		mnl_attr_put_u32(request, GOSSIP_A_INSTANCE_PROFILE,
				 params->profile);
	if (params->sensitivity >= 0)
		mnl_attr_put_u32(request, GOSSIP_A_INSTANCE_SENSITIVITY,
				 params->sensitivity);
	put_config(request, params);
	if (params->sealed)
		mnl_attr_put(request, GOSSIP_A_INSTANCE_SECRET,
			     sizeof(params->secret), params->secret);
	if (!params->uids)
		return;
	nest = mnl_attr_nest_start(request, GOSSIP_A_INSTANCE_LEASE_UIDS);
	mnl_attr_put_u32(request, GOSSIP_A_UID_RANGE_FIRST, params->first_uid);
	mnl_attr_put_u32(request, GOSSIP_A_UID_RANGE_LAST, params->last_uid);
	mnl_attr_nest_end(request, nest);
}

void params_put(struct nlmsghdr *request, const struct gossip_params *params)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(request, GOSSIP_A_MESSAGE_INSTANCE);
	if (params)
		put_set(request, params);
	mnl_attr_nest_end(request, nest);
}
