// SPDX-License-Identifier: GPL-2.0
/*
 * Reads datagrams, each a line of hexadecimal digits, and prints what a member makes of
 * each: "ok", "malformed" or "other_version".
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* In a block of its own, of its size, where a tool sees what is read beyond it. */
static int look(const char *hex, size_t len)
{
	struct wire_message message;
	u8 *data = malloc(len + 1);
	size_t i;
	int ret;

	if (!data)
		return -ENOMEM;
	for (i = 0; i < len; i++)
		data[i] = digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]);
	ret = wire_parse(data, len, &message);
	free(data);
	return ret;
}

int main(void)
{
	static char line[1 << 16];

	while (fgets(line, sizeof(line), stdin)) {
		switch (look(line, strspn(line, "0123456789abcdef") / 2)) {
		case 0:
			puts("ok");
			break;
		case -EBADMSG:
			puts("malformed");
			break;
		case -EPROTONOSUPPORT:
			puts("other_version");
			break;
		default:
			return 1;
		}
	}
	return 0;
}
