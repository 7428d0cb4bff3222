/* SPDX-License-Identifier: GPL-2.0 */
/* What a request can say of an instance. */
#ifndef _PARAMS_H
#define _PARAMS_H

#include <libmnl/libmnl.h>

#include "libgossip.h"

/* @params: NULL for the defaults. The request may then have a secret in it. */
void params_put(struct nlmsghdr *request, const struct gossip_params *params);

#endif
