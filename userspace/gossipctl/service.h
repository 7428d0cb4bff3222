/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SERVICE_H
#define _SERVICE_H

#include <libgossip.h>

/* @members: on how many the service is up */
typedef void service_fn(const char *name, size_t members, void *ctx);

/* Calls @fn once for each service of the members that were listed. */
void service_each(struct gossip *gossip, service_fn *fn, void *ctx);

#endif
