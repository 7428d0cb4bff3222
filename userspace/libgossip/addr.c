// SPDX-License-Identifier: GPL-2.0

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "attr.h"
#include "number.h"

static const char no_address[] =
	"no address: ADDR, IPV4:PORT or [IPV6]:PORT is needed";

static const char *parse_port(const char *text, uint16_t *port)
{
	uint32_t value;

	if (!number_parse(text, &value) || !value || value > UINT16_MAX)
		return "the port must be 1 to 65535";
	*port = value;
	return NULL;
}

static const char *parse_scope(const char *text, struct gossip_addr *addr)
{
	if (addr->ip[0] != 0xfe || (addr->ip[1] & 0xc0) != 0x80)
		return "only a link-local address (fe80::/10) has a scope";
	addr->scope = if_nametoindex(text);
	if (!addr->scope && !number_parse(text, &addr->scope))
		return "no such interface";
	return addr->scope ? NULL : "no such interface";
}

static const char *parse_ipv6(char *text, struct gossip_addr *addr)
{
	char *scope = strchr(text, '%');

	if (scope)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, text, addr->ip) != 1)
		return no_address;
	addr->family = AF_INET6;
	return scope ? parse_scope(scope, addr) : NULL;
}

const char *addr_parse(const char *text, struct gossip_addr *addr)
{
	char buf[GOSSIP_ADDR_TEXT_MAX];
	char *ip = buf, *port, *end;
	const char *wrong;

	memset(addr, 0, sizeof(*addr));
	if (snprintf(buf, sizeof(buf), "%s", text) >= (int)sizeof(buf))
		return no_address;

	if (*ip == '[') {
		end = strchr(++ip, ']');
		if (!end || (end[1] && end[1] != ':'))
			return no_address;
		port = end[1] ? end + 2 : NULL;
		*end = '\0';
		wrong = parse_ipv6(ip, addr);
	} else {
		port = strchr(ip, ':');
		if (port && strchr(port + 1, ':'))
			return parse_ipv6(ip, addr);
		if (port)
			*port++ = '\0';
		wrong = inet_pton(AF_INET, ip, addr->ip) == 1 ? NULL :
								no_address;
		addr->family = AF_INET;
	}
	if (!wrong && port)
		wrong = parse_port(port, &addr->port);
	return wrong;
}

const char *gossip_addr_format(const struct gossip_addr *addr,
			       char text[GOSSIP_ADDR_TEXT_MAX])
{
	char ip[INET6_ADDRSTRLEN], name[IF_NAMESIZE];
	char scope[IF_NAMESIZE + 1] = "", port[8] = "";

	if (addr->scope && if_indextoname(addr->scope, name))
		snprintf(scope, sizeof(scope), "%%%s", name);
	else if (addr->scope)
		snprintf(scope, sizeof(scope), "%%%u", addr->scope);

	if (addr->port)
		snprintf(port, sizeof(port), ":%u", addr->port);

	if (addr->family == AF_INET)
		snprintf(text, GOSSIP_ADDR_TEXT_MAX, "%s%s",
			 inet_ntop(AF_INET, addr->ip, ip, sizeof(ip)), port);
	else if (addr->family == AF_INET6)
		snprintf(text, GOSSIP_ADDR_TEXT_MAX, "[%s%s]%s",
			 inet_ntop(AF_INET6, addr->ip, ip, sizeof(ip)), scope,
			 port);
	else
		snprintf(text, GOSSIP_ADDR_TEXT_MAX, "-");
	return text;
}

void addr_put(struct nlmsghdr *request, uint16_t type,
	      const struct gossip_addr *addr)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	if (addr->family == AF_INET)
		mnl_attr_put(request, GOSSIP_A_ADDRESS_IPV4, 4, addr->ip);
	else
		mnl_attr_put(request, GOSSIP_A_ADDRESS_IPV6, 16, addr->ip);
	if (addr->port)
		mnl_attr_put_u16(request, GOSSIP_A_ADDRESS_PORT, addr->port);
	if (addr->scope)
		mnl_attr_put_u32(request, GOSSIP_A_ADDRESS_SCOPE, addr->scope);
	mnl_attr_nest_end(request, nest);
}

void addr_get(const struct nlattr *nest, struct gossip_addr *addr)
{
	const struct nlattr *tb[GOSSIP_A_ADDRESS_MAX + 1];
	const struct nlattr *ipv4, *ipv6;

	memset(addr, 0, sizeof(*addr));
	attr_parse_nest(nest, tb, GOSSIP_A_ADDRESS_MAX);
	ipv4 = tb[GOSSIP_A_ADDRESS_IPV4];
	ipv6 = tb[GOSSIP_A_ADDRESS_IPV6];
	if (ipv4 && mnl_attr_get_payload_len(ipv4) == 4) {
		addr->family = AF_INET;
		memcpy(addr->ip, mnl_attr_get_payload(ipv4), 4);
	} else if (ipv6 && mnl_attr_get_payload_len(ipv6) == 16) {
		addr->family = AF_INET6;
		memcpy(addr->ip, mnl_attr_get_payload(ipv6), 16);
	}
	addr->port = attr_u16(tb[GOSSIP_A_ADDRESS_PORT]);
	addr->scope = attr_u32(tb[GOSSIP_A_ADDRESS_SCOPE], 0);
}
