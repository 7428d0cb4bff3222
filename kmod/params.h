/* SPDX-License-Identifier: GPL-2.0 */
/* What a user can say of an instance, and whether it makes sense. */
#ifndef _GOSSIP_PARAMS_H
#define _GOSSIP_PARAMS_H

#include "seal.h"
#include "swim/swim.h"

#define GOSSIP_PORT 7946

/**
 * struct gossip_uids - who may hold leases without CAP_NET_ADMIN
 * @any: whether anybody; else the rest is 0
 * @first: user id, as the user namespace that owns the network namespace has it
 * @last: included
 */
struct gossip_uids {
	bool any;
	u32 first;
	u32 last;
};

/**
 * struct gossip_params - what START and the module parameters can say
 * @name: empty for the host name
 * @cluster: empty for "default"
 * @bind: family 0 for 0.0.0.0:7946
 * @advertise: family 0 to find one
 * @peer: members to join
 * @peers: how many of them there are
 * @profile: what the group's network is like
 * @sensitivity: how soon a silent member is declared failed
 * @lease_uids: users that may hold leases
 * @sealed: whether @secret is there, of a first key, the primary one; an
 *	instance does not keep either
 * @secret: its bytes
 * @config: 0 in a field takes the default of @profile and @sensitivity
 * @given: the tunables that a user gave, 0 in the others; kept by
 *	gossip_params_check() and gossip_params_change()
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
	struct gossip_uids lease_uids;
	bool sealed;
	u8 secret[GOSSIP_SECRET_SIZE];
	struct swim_config config;
	struct swim_config given;
};

/**
 * struct gossip_change - what can be said of an instance that runs
 * @profile: enum swim_profile, or -1 to keep it
 * @sensitivity: enum swim_sensitivity, or -1 to keep it
 * @config: 0 in a field keeps the value
 */
struct gossip_change {
	int profile;
	int sensitivity;
	struct swim_config config;
};

/* Parts of an address. */
enum gossip_part { GOSSIP_WHOLE, GOSSIP_IP, GOSSIP_SCOPE };

/**
 * struct gossip_error - why a request was refused, for extack or the log
 * @what: parameter at fault, as the user wrote it, or NULL
 * @index: which of its values, where it can have several
 * @part: which part of it is wrong, or is missing
 * @why: static text
 */
struct gossip_error {
	const char *what;
	unsigned int index;
	enum gossip_part part;
	const char *why;
};

/* "10 to 7200000 ms": what @row allows. Returns @text. */
#define GOSSIP_RANGE_TEXT 40
const char *gossip_range(const struct swim_tunable *row,
			 char text[GOSSIP_RANGE_TEXT]);
int gossip_refuse(struct gossip_error *err, const char *what, const char *why,
		  int code);
/*
 * Completes @params with the defaults and checks them; process context, for
 * the host name is that of the caller. -EINVAL.
 */
int gossip_params_check(struct gossip_params *params, struct gossip_error *err);
/*
 * Takes @change into complete @params: what users gave stays or is changed, all
 * other tunables are the defaults of profile and sensitivity. -EINVAL, and then
 * @params is of no use.
 */
int gossip_params_change(struct gossip_params *params,
			 const struct gossip_change *change,
			 struct gossip_error *err);
/* Of the check only the addresses; and peers alone, of an instance of @family. */
int gossip_addrs_check(struct gossip_params *params, struct gossip_error *err);
int gossip_peers_check(const struct swim_addr *peer, unsigned int peers,
		       u8 family, struct gossip_error *err);

/*
 * Reads "1.2.3.4", "1.2.3.4:7946", "[fd00::7]:7946", "fd00::7" or, with the
 * name or index of an interface of the initial namespace, "fe80::7%eth0"; the
 * port is GOSSIP_PORT if there is none. Any address will do, for the functions
 * above to check. -EINVAL; -ENODEV if there is no such interface.
 */
int gossip_parse_addr(const char *text, struct swim_addr *addr);
/*
 * A list of such, separated by commas. *@bad is set to the one at fault, in
 * @text, which is written to. -EINVAL, -ENODEV, -E2BIG.
 */
int gossip_parse_peers(char *text, struct gossip_params *params,
		       const char **bad);
/* Reads "1000-2000" or "1000". -EINVAL. */
int gossip_parse_uids(const char *text, struct gossip_uids *uids);

#endif
