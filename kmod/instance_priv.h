/* SPDX-License-Identifier: GPL-2.0 */
/* What an instance is made of: for the files of it, instance*.c, alone. */
#ifndef _GOSSIP_INSTANCE_PRIV_H
#define _GOSSIP_INSTANCE_PRIV_H

#include <linux/kref.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "instance.h"
#include "keyring.h"
#include "ticker.h"
#include "udp.h"
#include "watch.h"

/**
 * struct gossip_instance - one running member
 * @rcu: for freeing; kfree_rcu() wants it in the first 4 KiB
 * @lock: protects all down to @watch, and the part of @params that changes
 * @swim: the core
 * @own: tags and leases
 * @user_seq: number of the last user event
 * @outbox: datagrams to be sent after the lock was dropped
 * @events: messages of events and pongs, in order, likewise
 * @waiting: changes of members since @events was taken, whether or not
 *	somebody listens
 * @lost: number of the last event of which a message could not be made, or
 *	was one too many, and nobody was told yet; 0 if there is none
 * @rx_lost: datagrams that had come and were lost for want of memory, as of the
 *	last tick
 * @armed: when the timer fires, SWIM_NEVER if it does not
 * @changed: there were events since gossip_core_unlock()
 * @refused: members that were, of which the log has nothing to say: all once it
 *	has said so
 * @muted: ended; nothing is sent, the timer is not armed again
 * @watch: from gossip_core_lock() to gossip_core_unlock()
 * @deliver_lock: held while @events are delivered, so that they keep their
 *	order; taken before @lock
 * @ticker: calls the core's tick
 * @udp: the socket
 * @keyring: NULL without keys; the namespace's mutex serialises changes
 * @counters: those that are not the core's
 * @net: its namespace, which outlives it
 * @params: complete; profile, sensitivity and tunables change under @lock and
 *	the namespace's mutex, the rest does not
 * @secret: of the core's pseudo-random function; does not change
 * @gone: woken when the core has left the group, or joins it again
 * @ref: one of the namespace, one of each reader
 */
struct gossip_instance {
	struct rcu_head rcu;
	spinlock_t lock; /* taken with _bh; never while sending */
	struct swim *swim;
	struct gossip_own own;
	u64 user_seq;
	struct sk_buff_head outbox;
	struct sk_buff_head events;
	u32 waiting;
	u64 lost;
	u64 rx_lost;
	u64 armed;
	u64 refused;
	bool changed;
	bool muted;
	struct gossip_watch watch;

	spinlock_t deliver_lock; /* keeps @events in order */
	struct gossip_ticker ticker;
	struct gossip_udp udp;
	struct gossip_keyring __rcu *keyring;
	struct gossip_counters counters;
	struct net *net;
	struct gossip_params params;
	siphash_key_t secret;
	wait_queue_head_t gone;
	struct kref ref;
};

/*
 * Around each call of the core that may have effects: process or softirq context, not
 * under the lock. Unlocking carries them out: sends, delivers events, arms the timer.
 */
void gossip_core_lock(struct gossip_instance *inst) __acquires(&inst->lock);
void gossip_core_unlock(struct gossip_instance *inst) __releases(&inst->lock);

/* Takes the secret out of the parameters, if there is one. Before the socket is open. */
int gossip_instance_key_first(struct gossip_instance *inst,
			      struct gossip_error *err);

/* Its context is the instance. */
extern const struct swim_ops gossip_effects;

#endif
