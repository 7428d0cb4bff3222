// SPDX-License-Identifier: GPL-2.0

#include "utf8.h"

size_t utf8_next(const char *text, size_t size, uint32_t *character)
{
	/* The least that needs so many bytes: less is an overlong form. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = text[0];
	size_t len, i;

	if (first < 0x80)
		len = 1;
	else if (first >= 0xc0 && first < 0xf8)
		len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	else
		return 0;
	if (len > size)
		return 0;
	*character = len == 1 ? first : first & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (text[i] & 0x3f);
	}
	if (*character < least[len] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character < 0xe000))
		return 0;
	return len;
}

bool utf8_valid(const char *text, size_t size)
{
	uint32_t character;
	size_t len;

	for (; size; text += len, size -= len) {
		len = utf8_next(text, size, &character);
		if (!len)
			return false;
	}
	return true;
}
