// SPDX-License-Identifier: GPL-2.0
/* Defaults, checks, and the text form of addresses. */

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>

#include "params.h"

int gossip_refuse(struct gossip_error *err, const char *what, const char *why,
		  int code)
{
	*err = (struct gossip_error){ .what = what, .why = why };
	return code;
}

static int check_name(struct gossip_params *params, struct gossip_error *err)
{
	if (swim_name_valid(params->name, strlen(params->name)))
		return 0;
	return gossip_refuse(err, "name",
			     "a name is 1 to 63 of A-Z a-z 0-9 . _ -", -EINVAL);
}

/* A host name can be longer than a name, and of other characters. */
static int default_name(struct gossip_params *params, struct gossip_error *err)
{
	ssize_t len;

	/* Its lock is not for modules: one that changes now is checked, too. */
	len = strscpy(params->name, utsname()->nodename, sizeof(params->name));
	if (len >= 0 && swim_name_valid(params->name, strlen(params->name)))
		return 0;
	return gossip_refuse(
		err, "name",
		"the host name is not 1 to 63 of A-Z a-z 0-9 . _ -: give a name",
		-EINVAL);
}

static int default_config(struct gossip_params *params,
			  struct gossip_error *err)
{
	const struct swim_tunable *row;
	struct swim_config config;
	unsigned int i;

	swim_config_defaults(&config, params->profile, params->sensitivity);
	/* Not for users to choose. */
	params->config.rules = config.rules;
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

static bool is_link_local(const struct in6_addr *ip)
{
	int type = ipv6_addr_type(ip);

	return (type & IPV6_ADDR_LINKLOCAL) && (type & IPV6_ADDR_UNICAST);
}

/* Why an address will not do, or NULL. @any: to listen on, all will do, too. */
static const char *addr_fault(const struct swim_addr *addr, bool any,
			      enum gossip_part *part)
{
	struct in6_addr ip = {};

	if (addr->family == 6)
		memcpy(&ip, addr->ip, sizeof(ip));

	*part = GOSSIP_SCOPE;
	if (addr->scope && !is_link_local(&ip))
		return "only an IPv6 link-local address has a scope";
	if (!addr->scope && is_link_local(&ip))
		return "a link-local address needs a scope, as in fe80::1%eth0";

	*part = GOSSIP_IP;
	/* Others may know the same node by its IPv4 address. */
	if (ipv6_addr_v4mapped(&ip))
		return "an IPv4-mapped address must be given as IPv4";
	if (swim_addr_valid(addr))
		return NULL;
	if (!any)
		return "must be a unicast address";
	if (memchr_inv(addr->ip, 0, sizeof(addr->ip)))
		return "must be a unicast address, or 0.0.0.0 or :: for all";
	return NULL;
}

static int check_addr(const struct swim_addr *addr, bool any, u8 family,
		      const char *what, struct gossip_error *err)
{
	enum gossip_part part;
	const char *why;

	why = addr_fault(addr, any, &part);
	if (!why && addr->family != family) {
		part = GOSSIP_WHOLE;
		why = family == 4 ? "must be an IPv4 address, as bind is" :
				    "must be an IPv6 address, as bind is";
	}
	if (!why)
		return 0;
	gossip_refuse(err, what, why, -EINVAL);
	err->part = part;
	return -EINVAL;
}

int gossip_peers_check(const struct swim_addr *peer, unsigned int peers,
		       u8 family, struct gossip_error *err)
{
	unsigned int i;
	int ret;

	for (i = 0; i < peers; i++) {
		ret = check_addr(&peer[i], false, family, "peers", err);
		if (ret) {
			err->index = i;
			return ret;
		}
	}
	return 0;
}

int gossip_addrs_check(struct gossip_params *params, struct gossip_error *err)
{
	struct swim_addr *advertise = &params->advertise;
	struct swim_addr *bind = &params->bind;
	int ret;

	if (!bind->family)
		bind->family = 4;
	if (!bind->port)
		bind->port = GOSSIP_PORT;
	if (advertise->family && !advertise->port)
		advertise->port = bind->port;

	ret = check_addr(bind, true, bind->family, "bind", err);
	if (!ret && advertise->family)
		ret = check_addr(advertise, false, bind->family, "advertise",
				 err);
	if (!ret)
		ret = gossip_peers_check(params->peer, params->peers,
					 bind->family, err);
	return ret;
}

int gossip_params_check(struct gossip_params *params, struct gossip_error *err)
{
	int ret;

	if (params->name[0])
		ret = check_name(params, err);
	else
		ret = default_name(params, err);
	if (ret)
		return ret;
	if (!params->cluster[0])
		strscpy(params->cluster, "default", sizeof(params->cluster));
	if (!swim_name_valid(params->cluster, strlen(params->cluster)))
		return gossip_refuse(
			err, "cluster",
			"a cluster is 1 to 63 of A-Z a-z 0-9 . _ -", -EINVAL);
	ret = gossip_addrs_check(params, err);
	if (ret)
		return ret;
	if (params->lease_uids.first > params->lease_uids.last)
		return gossip_refuse(
			err, "lease_uids",
			"the first user id is greater than the last", -EINVAL);
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

/* @text: name or index of an interface. */
static int parse_scope(const char *text, u32 *scope)
{
	struct net_device *dev = dev_get_by_name(&init_net, text);

	if (dev) {
		*scope = dev->ifindex;
		dev_put(dev);
		return 0;
	}
	if (!isdigit(*text) || kstrtou32(text, 10, scope) || !*scope)
		return -ENODEV;
	return 0;
}

static int parse_port(const char *text, u16 *port)
{
	if (!isdigit(*text) || kstrtou16(text, 10, port) || !*port)
		return -EINVAL;
	return 0;
}

int gossip_parse_addr(const char *text, struct swim_addr *addr)
{
	/* An IPv6 address, a scope, brackets and a port. */
	char copy[INET6_ADDRSTRLEN + 32];
	char *host, *port;
	const char *end;

	memset(addr, 0, sizeof(*addr));
	/* kstrtou16() and its like overlook a newline. */
	if (strchr(text, '\n') || strscpy(copy, text, sizeof(copy)) < 0 ||
	    split(copy, &host, &port))
		return -EINVAL;
	addr->port = GOSSIP_PORT;
	if (port && parse_port(port, &addr->port))
		return -EINVAL;
	if (text[0] != '[' && !strchr(host, ':')) {
		addr->family = 4;
		return in4_pton(host, -1, addr->ip, '\0', NULL) ? 0 : -EINVAL;
	}
	addr->family = 6;
	if (!in6_pton(host, -1, addr->ip, '%', &end))
		return -EINVAL;
	return *end ? parse_scope(end + 1, &addr->scope) : 0;
}

int gossip_parse_peers(char *text, struct gossip_params *params,
		       const char **bad)
{
	char *peer;
	int ret;

	while ((peer = strsep(&text, ","))) {
		*bad = peer;
		if (params->peers == SWIM_SEEDS_MAX)
			return -E2BIG;
		ret = gossip_parse_addr(peer, &params->peer[params->peers]);
		if (ret)
			return ret;
		params->peers++;
	}
	*bad = NULL;
	return 0;
}

int gossip_parse_uids(const char *text, struct gossip_uids *uids)
{
	const char *dash = strchrnul(text, '-');
	char first[sizeof("4294967295")];

	uids->any = true;
	/* kstrtou32() takes signs, and overlooks a newline. */
	if (strspn(text, "0123456789-") != strlen(text) ||
	    dash - text >= sizeof(first))
		return -EINVAL;
	memcpy(first, text, dash - text);
	first[dash - text] = '\0';
	if (kstrtou32(first, 10, &uids->first) ||
	    kstrtou32(*dash ? dash + 1 : first, 10, &uids->last))
		return -EINVAL;
	return uids->first <= uids->last ? 0 : -EINVAL;
}
