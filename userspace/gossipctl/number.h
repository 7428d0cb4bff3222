/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMBER_H
#define _NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits and nothing else; false if it is not, or is too large. */
bool number_parse(const char *text, uint32_t *value);

#endif
