/* SPDX-License-Identifier: GPL-2.0 */
/* The attribute sets "member", "reason" and "instance". */
#ifndef _MEMBER_H
#define _MEMBER_H

#include <libmnl/libmnl.h>

#include "libgossip.h"

/* Where an instance's arrays are. */
struct instance_space {
	struct gossip_addr peer[GOSSIP_PEERS_MAX];
	int64_t tunable[GOSSIP_A_CONFIG_MAX + 1];
};

/* False without a name. */
bool member_get(const struct nlattr *nest, struct gossip_member *member);
void reason_get(const struct nlattr *nest, struct gossip_reason *reason);
/* Without @nest it is one that is off. */
void instance_get(const struct nlattr *nest, struct gossip_instance *instance,
		  struct instance_space *space);

#endif
