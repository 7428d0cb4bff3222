/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UTF8_H
#define _UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The first character of @text, which has @size bytes: how many of them it takes,
 * 0 if they are no UTF-8 (RFC 3629).
 */
size_t utf8_next(const char *text, size_t size, uint32_t *character);
bool utf8_valid(const char *text, size_t size);

#endif
