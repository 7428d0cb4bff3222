// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include <number.h>

#include "duration.h"
#include "error.h"
#include "macros.h"

int64_t duration_parse(const char *what, const char *text)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 },
		      { "s", 1000 },
		      { "", 1000 },
		      { "m", 60000 },
		      { "h", 3600000 } };
	size_t digits = strspn(text, "0123456789"), i;
	char number[16];
	uint32_t value;

	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(units[i].unit, text + digits) &&
		    digits < sizeof(number) && number_parse(number, &value))
			return value * units[i].ms;
	die(EXIT_USAGE, "%s " QUOTED ": a time as 500ms, 10s or 2m is needed",
	    what, text);
}
