// SPDX-License-Identifier: GPL-2.0
/* What the user asked for and cannot have. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

void sim_refuse(const char *format, ...)
{
	va_list args;

	fputs("sim: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

void sim_check_size(const struct sim_args *args, const unsigned int *size,
		    unsigned int count, size_t stride)
{
	char list[128] = "";
	size_t len = 0;
	unsigned int i, last = 0;

	for (i = 0; i < count; i++) {
		const unsigned int *n =
			(const void *)((const char *)size + i * stride);

		if (!args->n || args->n == *n)
			return;
		if (*n != last)
			len += snprintf(list + len, sizeof(list) - len, " %u",
					*n);
		last = *n;
	}
	sim_refuse("N=%u is none of:%s", args->n, list);
}

bool sim_rows_are(const struct sim_args *args, const char *name)
{
	if (!args->rows)
		return false;
	if (strcmp(args->rows, name))
		sim_refuse("ROWS is %s or not given", name);
	return true;
}
