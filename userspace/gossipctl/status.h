/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STATUS_H
#define _STATUS_H

#include <libgossip.h>

/* What a command that changes the instance prints: with --json its status. */
void status_report(struct gossip *gossip);

#endif
