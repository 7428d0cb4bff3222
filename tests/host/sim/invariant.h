/* SPDX-License-Identifier: GPL-2.0 */
/* What must hold whatever happens. */
#ifndef _INVARIANT_H
#define _INVARIANT_H

#include "../net.h"

#define INVARIANT_TEXT 160

/*
 * Watches all that happens on @net; the first thing that is wrong is written
 * to @text, INVARIANT_TEXT bytes, which is empty before. All is printed if
 * @trace.
 */
struct invariants *invariants_new(struct net *net, char *text, bool trace);
void invariants_free(struct invariants *inv);
/* From now on nobody is to be declared failed, and nothing dead to be seen. */
void invariants_calm(struct invariants *inv);
/* To be called for a node before it starts: all it knew is forgotten. */
void invariants_start(struct invariants *inv, unsigned int index);
/* Sends a user event of 4 + @len bytes of payload. */
void invariants_send(struct invariants *inv, unsigned int index, u32 len);
/* To be called now and then: tables and queues are bounded. */
void invariants_check(struct invariants *inv);
/* Those that run know one another, as they are now, and nobody else. */
void invariants_check_end(struct invariants *inv);

#endif
