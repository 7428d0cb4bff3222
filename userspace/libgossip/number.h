/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMBER_H
#define _NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits and nothing else; false if it is not, or is too large. */
static inline bool number_parse(const char *text, uint32_t *value)
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

#endif
