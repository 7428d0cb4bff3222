/* SPDX-License-Identifier: GPL-2.0 */
/* Names of members, groups, services, user events and tags. */
#ifndef _NAME_H
#define _NAME_H

#include <stdbool.h>
#include <string.h>

#include <linux/gossip.h>

#include "quoted.h"

#define NAME_RULE "1 to %d characters of A-Z a-z 0-9 . _ - are allowed"

/* The empty name is valid where it stands for a default. */
static inline bool name_valid(const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if ((*c < 'a' || *c > 'z') && (*c < 'A' || *c > 'Z') &&
		    (*c < '0' || *c > '9') && !strchr("._-", *c))
			return false;
	return c - name <= GOSSIP_NAME_MAX;
}

#endif
