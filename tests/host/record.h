/* SPDX-License-Identifier: GPL-2.0 */
/* Random messages of the wire, and whether two are the same. */
#ifndef _RECORD_H
#define _RECORD_H

#include "../../kmod/swim/wire.h"

bool record_equal(const struct swim_record *a, const struct swim_record *b);
/* Headers, bodies and all member records; records that are not known do not count. */
bool message_equal(const struct wire_message *a, const struct wire_message *b);

#endif
