// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "error.h"
#include "instance.h"
#include "number.h"

#define NAME_LETTERS                 \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789._-"

void instance_init(struct instance *instance)
{
	*instance = (struct instance){ .profile = -1, .sensitivity = -1 };
}

static const char *check_name(const char *key, const char *value)
{
	size_t len = strlen(value);

	if (len > GOSSIP_NAME_MAX || strspn(value, NAME_LETTERS) != len)
		die(EXIT_USAGE,
		    "%s \"%s\": 1 to %d characters of A-Z a-z 0-9 . _ - are allowed",
		    key, value, GOSSIP_NAME_MAX);
	return len ? value : NULL;
}

static void set_addr(struct addr *addr, const char *key, const char *value)
{
	const char *wrong = *value ? addr_parse(value, addr) : NULL;

	if (wrong)
		die(EXIT_USAGE, "%s \"%s\": %s", key, value, wrong);
}

static int choose(const struct abi_enum *set, const char *key,
		  const char *value)
{
	int choice = abi_value(set, value);

	if (choice < 0)
		die(EXIT_USAGE, "%s \"%s\": %s are allowed", key, value,
		    abi_names(set));
	return choice;
}

void instance_set_tunable(struct instance *instance, const char *key,
			  const char *value)
{
	unsigned int type = abi_attr_type(&abi_config, key);

	if (!type)
		die(EXIT_USAGE,
		    "no such tunable \"%s\": see \"gossipctl start --help\"",
		    key);
	if (!number_parse(value, &instance->tunable[type]))
		die(EXIT_USAGE, "%s \"%s\": a number of 0 to %u is needed", key,
		    value, UINT32_MAX);
	instance->tunable_set[type] = true;
}

void instance_add_peers(struct instance *instance, const char *peers)
{
	char *list = copy(peers), *rest = list;
	const char *peer;

	while (*peers && (peer = strsep(&rest, ","))) {
		if (instance->peers == GOSSIP_PEERS_MAX)
			die(EXIT_USAGE,
			    "peer \"%s\": no more than %d are allowed", peer,
			    GOSSIP_PEERS_MAX);
		if (!*peer)
			die(EXIT_USAGE,
			    "peers \"%s\": an address is missing before or after a comma",
			    peers);
		set_addr(&instance->peer[instance->peers++], "peer", peer);
	}
	free(list);
}

void instance_set(struct instance *instance, const char *key, const char *value)
{
	if (!strcmp(key, "name"))
		instance->name = check_name(key, value);
	else if (!strcmp(key, "cluster"))
		instance->cluster = check_name(key, value);
	else if (!strcmp(key, "bind"))
		set_addr(&instance->bind, key, value);
	else if (!strcmp(key, "advertise"))
		set_addr(&instance->advertise, key, value);
	else if (!strcmp(key, "peers"))
		instance_add_peers(instance, value);
	else if (!strcmp(key, "profile"))
		instance->profile = choose(&abi_profile, key, value);
	else if (!strcmp(key, "sensitivity"))
		instance->sensitivity = choose(&abi_sensitivity, key, value);
	else if (abi_attr_type(&abi_config, key))
		instance_set_tunable(instance, key, value);
	else
		die(EXIT_USAGE,
		    "no such parameter \"%s\": see \"gossipctl start --help\"",
		    key);
}

static void put_config(struct nlmsghdr *request,
		       const struct instance *instance)
{
	struct nlattr *nest;
	unsigned int i;

	nest = mnl_attr_nest_start(request, GOSSIP_A_INSTANCE_CONFIG);
	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++)
		if (instance->tunable_set[i])
			mnl_attr_put_u32(request, i, instance->tunable[i]);
	mnl_attr_nest_end(request, nest);
}

void instance_put(struct nlmsghdr *request, const struct instance *instance)
{
	struct nlattr *nest;
	unsigned int i;

	nest = mnl_attr_nest_start(request, GOSSIP_A_MESSAGE_INSTANCE);
	if (instance->name)
		mnl_attr_put_strz(request, GOSSIP_A_INSTANCE_NAME,
				  instance->name);
	if (instance->cluster)
		mnl_attr_put_strz(request, GOSSIP_A_INSTANCE_CLUSTER,
				  instance->cluster);
	if (instance->bind.family)
		addr_put(request, GOSSIP_A_INSTANCE_BIND, &instance->bind);
	if (instance->advertise.family)
		addr_put(request, GOSSIP_A_INSTANCE_ADVERTISE,
			 &instance->advertise);
	for (i = 0; i < instance->peers; i++)
		addr_put(request, GOSSIP_A_INSTANCE_PEER, &instance->peer[i]);
	if (instance->profile >= 0)
		mnl_attr_put_u32(request, GOSSIP_A_INSTANCE_PROFILE,
				 instance->profile);
	if (instance->sensitivity >= 0)
		mnl_attr_put_u32(request, GOSSIP_A_INSTANCE_SENSITIVITY,
				 instance->sensitivity);
	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++) {
		if (instance->tunable_set[i]) {
			put_config(request, instance);
			break;
		}
	}
	mnl_attr_nest_end(request, nest);
}
