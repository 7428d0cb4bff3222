/* SPDX-License-Identifier: GPL-2.0 */
/* Errors: one line on stderr, and an exit status. */
#ifndef _ERROR_H
#define _ERROR_H

#include <stdio.h>

#include "macros.h"
#include "quoted.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* refused, or not possible */
	EXIT_USAGE = 2,
	EXIT_ABSENT = 3, /* module or instance not there */
};

/* Set once it is known, for the errors that follow. */
extern const char *error_command;
/* Called before a line is written, if something else has the terminal. */
extern void (*error_prepare)(void);

/* @fmt: what failed, on what: why: what to do. */
_Noreturn __printf(2, 3) void die(int status, const char *fmt, ...);
__printf(1, 2) void warn(const char *fmt, ...);

/* What comes from others may hold control sequences: writes them as \xNN. */
void put_printable(FILE *file, const char *text);

/* These die when there is no memory. */
void *resize(void *old, size_t size);
char *copy(const char *text);

#endif
