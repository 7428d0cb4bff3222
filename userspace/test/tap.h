/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TAP_H
#define _TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "macros.h"

static int tap_tests, tap_failed;

static inline __printf(2, 3) void tap_ok(bool ok, const char *fmt, ...)
{
	va_list args;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_tests);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	tap_failed += !ok;
}

static inline int tap_end(void)
{
	printf("1..%d\n", tap_tests);
	return tap_failed != 0;
}

#endif
