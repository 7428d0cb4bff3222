/* SPDX-License-Identifier: GPL-2.0 */
/* The instance of each network namespace. */
#ifndef _GOSSIP_NAMESPACE_H
#define _GOSSIP_NAMESPACE_H

#include "instance.h"

/*
 * Process context. On refusal they fill @err and return -ENODEV without an
 * instance, -EBUSY with one, -ESHUTDOWN while the module is being removed,
 * -EINVAL for what makes no sense, -EADDRINUSE, -EADDRNOTAVAIL,
 * -EPFNOSUPPORT, -ENOMEM. None waits for other members: after leave
 * it takes up to 2 s until the instance has left; stop tells all at once that it
 * leaves.
 */
int gossip_start(struct net *net, const struct gossip_params *params,
		 struct gossip_error *err);
int gossip_stop(struct net *net, struct gossip_error *err);
int gossip_join(struct net *net, const struct swim_addr *peer,
		unsigned int peers, struct gossip_error *err);
int gossip_leave(struct net *net, struct gossip_error *err);
int gossip_set(struct net *net, const struct gossip_change *change,
	       struct gossip_error *err);
/* Besides -EEXIST, -ENOENT, -ENOSPC. */
int gossip_change_key(struct net *net, const struct gossip_key_change *change,
		      struct gossip_error *err);

/* A reference to the namespace's instance, or NULL; any context. */
struct gossip_instance *gossip_instance_get(struct net *net);
/* The same under RCU, for as long as that; it need not be put. */
struct gossip_instance *gossip_instance_rcu(struct net *net);

/*
 * Module init and exit. After leave_all() no member is in a group and none can
 * start; exit() is for when nobody can call the functions above any more.
 */
int gossip_namespace_init(void);
void gossip_namespace_leave_all(void);
void gossip_namespace_exit(void);

#endif
