/* SPDX-License-Identifier: GPL-2.0 */
/* How keys are shown. */
#ifndef _KEY_H
#define _KEY_H

#include <libgossip.h>

#include "out.h"

/* 8 hexadecimal digits */
#define KEY_TEXT_MAX 9

/* Returns @text. */
const char *key_format(uint32_t id, char text[KEY_TEXT_MAX]);
/* An array, of which text has the elements only. */
void key_show(enum out_where where, const char *name,
	      const struct gossip_keys *keys);

#endif
