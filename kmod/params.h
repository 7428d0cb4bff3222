/* SPDX-License-Identifier: GPL-2.0 */
/* What a user can say of an instance, and whether it makes sense. */
#ifndef _GOSSIP_PARAMS_H
#define _GOSSIP_PARAMS_H

#include "swim/swim.h"

#define GOSSIP_PORT 7946

/**
 * struct gossip_params - what START and the module parameters can say
 * @name: empty for the host name
 * @cluster: empty for "default"
 * @bind: family 0 for 0.0.0.0:7946
 * @advertise: family 0 to find one
 * @config: 0 in a field takes the default of @profile and @sensitivity
 */
struct gossip_params {
	char name[SWIM_NAME_MAX + 1];
	char cluster[SWIM_NAME_MAX + 1];
	struct swim_addr bind;
	struct swim_addr advertise;
	struct swim_addr peer[SWIM_SEEDS_MAX];
	unsigned int peers;
	enum swim_profile profile;
	enum swim_sensitivity sensitivity;
	struct swim_config config;
};

/**
 * struct gossip_error - why a request was refused, for extack or the log
 * @what: parameter at fault, as the user wrote it, or NULL
 * @why: static text
 */
struct gossip_error {
	const char *what;
	const char *why;
};

int gossip_refuse(struct gossip_error *err, const char *what, const char *why,
		  int code);
/*
 * Completes @params with the defaults and checks them; process context, for
 * the host name is that of the caller. -EINVAL.
 */
int gossip_params_check(struct gossip_params *params, struct gossip_error *err);

/*
 * Reads "1.2.3.4", "1.2.3.4:7946", "[fd00::7]:7946" or "fd00::7"; the port is
 * GOSSIP_PORT if there is none. -EINVAL.
 */
int gossip_parse_addr(const char *text, struct swim_addr *addr);
/*
 * A list of such, separated by commas, each a unicast address. *@bad is set to
 * the one at fault, in @text, which is written to. -EINVAL, -E2BIG.
 */
int gossip_parse_peers(char *text, struct gossip_params *params,
		       const char **bad);

#endif
