/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DURATION_H
#define _DURATION_H

#include <stdint.h>

/* Milliseconds of "500ms", "10", "10s", "2m", "1h"; dies of @what else. */
int64_t duration_parse(const char *what, const char *text);

#endif
