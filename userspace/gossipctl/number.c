// SPDX-License-Identifier: GPL-2.0

#include "number.h"

bool number_parse(const char *text, uint32_t *value)
{
	uint64_t number = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (*text - '0');
		if (number > UINT32_MAX)
			return false;
	}
	*value = number;
	return true;
}
