// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

const char *error_command;
void (*error_prepare)(void);

void put_printable(FILE *file, const char *text)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if (c >= ' ' && c < 0x7f)
			putc(c, file);
		else
			fprintf(file, "\\x%02x", c);
	}
}

static __printf(1, 0) void put_line(const char *fmt, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, args);
	if (error_prepare)
		error_prepare();
	fflush(stdout);
	fputs("gossipctl: ", stderr);
	if (error_command)
		fprintf(stderr, "%s: ", error_command);
	put_printable(stderr, line);
	putc('\n', stderr);
}

void die(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(fmt, args);
	va_end(args);
	exit(status);
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(fmt, args);
	va_end(args);
}

void *resize(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new)
		die(EXIT_FAILED, "out of memory");
	return new;
}

char *copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(resize(NULL, size), text, size);
}
