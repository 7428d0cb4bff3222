/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tags of a member: key, value, key, value, each with its final NUL, and one
 * NUL more.
 */
#ifndef _TAGS_H
#define _TAGS_H

#include "libgossip.h"

/* What does not fit is left out. @tags has GOSSIP_TAGS_MAX bytes, all zero. */
void tags_add(char *tags, const char *key, const char *value);

#endif
