// SPDX-License-Identifier: GPL-2.0
/* Defaults, checks, and the text form of addresses. */

#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "params.h"

int gossip_refuse(struct gossip_error *err, const char *what, const char *why,
		  int code)
{
	err->what = what;
	err->why = why;
	return code;
}

static void default_name(struct gossip_params *params)
{
	if (params->name[0])
		return;
	/* Its lock is not for modules: one that changes now is checked below. */
	strscpy(params->name, utsname()->nodename, sizeof(params->name));
}

static int default_config(struct gossip_params *params,
			  struct gossip_error *err)
{
	const struct swim_tunable *row;
	struct swim_config config;
	unsigned int i;

	swim_config_defaults(&config, params->profile, params->sensitivity);
	for (i = 0; i < SWIM_NR_TUNABLES; i++) {
		u32 *value =
			swim_config_value(&params->config, &swim_tunables[i]);

		if (!*value)
			*value = *swim_config_value(&config, &swim_tunables[i]);
	}
	row = swim_config_check(&params->config);
	if (row)
		return gossip_refuse(err, row->name, "value is out of range",
				     -EINVAL);
	return 0;
}

/* Completes and checks what the user said. */
int gossip_params_check(struct gossip_params *params, struct gossip_error *err)
{
	unsigned int i;

	default_name(params);
	if (!swim_name_valid(params->name, strlen(params->name)))
		return gossip_refuse(err, "name",
				     "a name is 1 to 63 of A-Z a-z 0-9 . _ -",
				     -EINVAL);
	if (!params->cluster[0])
		strscpy(params->cluster, "default", sizeof(params->cluster));
	if (!swim_name_valid(params->cluster, strlen(params->cluster)))
		return gossip_refuse(
			err, "cluster",
			"a cluster is 1 to 63 of A-Z a-z 0-9 . _ -", -EINVAL);
	if (!params->bind.family)
		params->bind.family = 4;
	if (!params->bind.port)
		params->bind.port = GOSSIP_PORT;
	if (params->advertise.family && !params->advertise.port)
		params->advertise.port = params->bind.port;
	if (params->advertise.family &&
	    (!swim_addr_valid(&params->advertise) ||
	     params->advertise.family != params->bind.family))
		return gossip_refuse(
			err, "advertise",
			"not a unicast address of the family of bind", -EINVAL);
	for (i = 0; i < params->peers; i++)
		if (!swim_addr_valid(&params->peer[i]) ||
		    params->peer[i].family != params->bind.family)
			return gossip_refuse(
				err, "peers",
				"not a unicast address of the family of bind",
				-EINVAL);
	return default_config(params, err);
}

/* Splits "[host]:port", "host:port" or "host"; *@port is NULL if there is none. */
static int split(char *text, char **host, char **port)
{
	char *colon = strchr(text, ':');
	char *end;

	*host = text;
	*port = NULL;
	if (text[0] == '[') {
		*host = text + 1;
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -EINVAL;
		if (end[1])
			*port = end + 2;
		*end = '\0';
	} else if (colon && !strchr(colon + 1, ':')) {
		/* With two colons it is IPv6 without a port. */
		*port = colon + 1;
		*colon = '\0';
	}
	return 0;
}

int gossip_parse_addr(const char *text, struct swim_addr *addr)
{
	/* An IPv6 address, a scope, brackets and a port. */
	char copy[INET6_ADDRSTRLEN + 32];
	struct sockaddr_storage ss = {};
	u16 number = GOSSIP_PORT;
	sa_family_t family;
	char *host, *port;

	memset(addr, 0, sizeof(*addr));
	if (strscpy(copy, text, sizeof(copy)) < 0 || split(copy, &host, &port))
		return -EINVAL;
	if (port && (kstrtou16(port, 10, &number) || !number))
		return -EINVAL;
	/* Told the family: for IPv4 it would take "1.2.3.4:5:6", up to the colon. */
	family = strchr(host, ':') ? AF_INET6 : AF_INET;
	if (inet_pton_with_scope(&init_net, family, host, NULL, &ss))
		return -EINVAL;
	addr->port = number;
	if (ss.ss_family == AF_INET) {
		addr->family = 4;
		memcpy(addr->ip, &((struct sockaddr_in *)&ss)->sin_addr, 4);
	} else {
		struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&ss;

		addr->family = 6;
		addr->scope = sin6->sin6_scope_id;
		memcpy(addr->ip, &sin6->sin6_addr, 16);
	}
	return 0;
}

int gossip_parse_peers(char *text, struct gossip_params *params,
		       const char **bad)
{
	char *peer;

	while ((peer = strsep(&text, ","))) {
		*bad = peer;
		if (params->peers == SWIM_SEEDS_MAX)
			return -E2BIG;
		if (gossip_parse_addr(peer, &params->peer[params->peers]) ||
		    !swim_addr_valid(&params->peer[params->peers]))
			return -EINVAL;
		params->peers++;
	}
	*bad = NULL;
	return 0;
}
