// SPDX-License-Identifier: GPL-2.0
/* Look-up in the tables of names. */

#include <stdio.h>
#include <string.h>

#include "abi.h"

const char *abi_name(const struct abi_enum *set, uint32_t value)
{
	return value < set->count ? set->entry[value].name : "unknown";
}

const char *abi_doc(const struct abi_enum *set, uint32_t value)
{
	return value < set->count ? set->entry[value].doc : "";
}

int abi_value(const struct abi_enum *set, const char *name)
{
	unsigned int i;

	for (i = 0; i < set->count; i++)
		if (!strcmp(set->entry[i].name, name))
			return i;
	return -1;
}

void abi_names(const struct abi_enum *set, char *text, size_t size)
{
	unsigned int i;
	size_t len = 0;

	text[0] = '\0';
	for (i = 0; i < set->count && len < size; i++)
		len += snprintf(text + len, size - len, "%s%s", i ? ", " : "",
				set->entry[i].name);
}

const struct abi_attr *abi_attr(const struct abi_set *set, unsigned int type)
{
	if (!type || type > set->max || !set->attr[type].name)
		return NULL;
	return &set->attr[type];
}

unsigned int abi_attr_type(const struct abi_set *set, const char *name)
{
	const struct abi_attr *attr;
	unsigned int type;

	for (type = 1; type <= set->max; type++) {
		attr = abi_attr(set, type);
		if (attr && !strcmp(attr->name, name))
			return type;
	}
	return 0;
}

const char *abi_unit(const struct abi_attr *attr)
{
	const char *comma = strrchr(attr->doc, ',');

	return comma && !strncmp(comma, ", in ", 5) ? comma + 5 : "";
}
