/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of services, as struct gossip_member has them: names with commas. */
#ifndef _SERVICES_H
#define _SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "libgossip.h"

bool services_have(const char *list, const char *name);
/* What does not fit is left out. @list has GOSSIP_SERVICES_MAX bytes. */
void services_add(char *list, const char *name);
void services_remove(char *list, const char *name);
/* The first of @list that is not in @other; false if there is none. */
bool services_differ(const char *list, const char *other,
		     char name[GOSSIP_NAME_MAX + 1]);

#endif
