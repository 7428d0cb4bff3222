// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include "services.h"

/* Where @name is in @list, or NULL. */
static char *find(const char *list, const char *name)
{
	size_t len = strlen(name), size;

	for (; *list; list += size + (list[size] == ',')) {
		size = strcspn(list, ",");
		if (size == len && !memcmp(list, name, len))
			return (char *)list;
	}
	return NULL;
}

bool services_have(const char *list, const char *name)
{
	return find(list, name);
}

void services_add(char *list, const char *name)
{
	size_t len = strlen(list);

	if (find(list, name) || len + 1 + strlen(name) >= GOSSIP_SERVICES_MAX ||
	    !*name)
		return;
	snprintf(list + len, GOSSIP_SERVICES_MAX - len, "%s%s", len ? "," : "",
		 name);
}

void services_remove(char *list, const char *name)
{
	char *from = find(list, name), *after;

	if (!from)
		return;
	after = from + strlen(name);
	if (*after == ',')
		after++;
	else if (from > list)
		from--;
	memmove(from, after, strlen(after) + 1);
}

bool services_differ(const char *list, const char *other,
		     char name[GOSSIP_NAME_MAX + 1])
{
	size_t size;

	for (; *list; list += size + (list[size] == ',')) {
		size = strcspn(list, ",");
		snprintf(name, GOSSIP_NAME_MAX + 1, "%.*s", (int)size, list);
		if (!find(other, name))
			return true;
	}
	return false;
}

bool gossip_has_service(const struct gossip_member *member, const char *service)
{
	return services_have(member->services, service);
}
