/* SPDX-License-Identifier: GPL-2.0 */
/* What a request can say of an instance. */
#ifndef _INSTANCE_H
#define _INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/gossip.h>

#include "addr.h"
#include "nl.h"

/**
 * struct instance - the parameters of an instance
 * @name: NULL for the default; so is @cluster
 * @bind: family 0 for the default; so is @advertise
 * @profile: -1 for the default; so is @sensitivity
 * @tunable: by attribute of the set "config", where @tunable_set
 */
struct instance {
	const char *name;
	const char *cluster;
	struct addr bind;
	struct addr advertise;
	struct addr peer[GOSSIP_PEERS_MAX];
	unsigned int peers;
	int profile;
	int sensitivity;
	uint32_t tunable[GOSSIP_A_CONFIG_MAX + 1];
	bool tunable_set[GOSSIP_A_CONFIG_MAX + 1];
};

void instance_init(struct instance *instance);
/*
 * Sets a parameter of the module by its name; as there, an empty value means
 * the default. Dies if there is no such parameter, or @value is not allowed.
 * @value is kept.
 */
void instance_set(struct instance *instance, const char *key,
		  const char *value);
void instance_set_tunable(struct instance *instance, const char *key,
			  const char *value);
/* @peers: addresses, with commas between them */
void instance_add_peers(struct instance *instance, const char *peers);
void instance_put(struct nlmsghdr *request, const struct instance *instance);

#endif
