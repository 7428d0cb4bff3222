/* SPDX-License-Identifier: GPL-2.0 */
/* Metadata of members: bytes that only the member itself changes. */
#ifndef _SWIM_META_H
#define _SWIM_META_H

#include "member.h"

/* What is shown of it; the member keeps the reference. */
static inline const struct swim_meta *
swim_meta_of(const struct swim_member *member)
{
	return member->meta;
}

#endif
