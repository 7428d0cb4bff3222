/* SPDX-License-Identifier: GPL-2.0 */
/* UDP endpoints: their text, and the attribute set "address". */
#ifndef _ADDR_H
#define _ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* "[" IPv6 "%" interface "]:" port */
#define ADDR_TEXT_MAX 80

/**
 * struct addr - a UDP endpoint; unused bytes are zero, so that memcmp()
 *	compares
 * @ip: in network byte order; the first four bytes for IPv4
 * @scope: interface index of an IPv6 link-local address, or 0
 * @port: in host byte order, 0 for the default
 * @family: AF_INET, AF_INET6, or 0 for no address
 */
struct addr {
	uint8_t ip[16];
	uint32_t scope;
	uint16_t port;
	uint16_t family;
};

/*
 * Understands 10.0.0.1, 10.0.0.1:7946, fd00::7, [fd00::7]:7946 and
 * [fe80::1%eth0]. Returns NULL, or what is wrong with @text. Interfaces are
 * those of the process's network namespace.
 */
const char *addr_parse(const char *text, struct addr *addr);
const char *addr_format(const struct addr *addr, char text[ADDR_TEXT_MAX]);

void addr_put(struct nlmsghdr *request, uint16_t type, const struct addr *addr);
/* Without a valid address, family is 0 afterwards. */
void addr_get(const struct nlattr *nest, struct addr *addr);

#endif
