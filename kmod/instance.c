// SPDX-License-Identifier: GPL-2.0
/*
 * One running member: the lock, the timer, the core and the outbox. What reads it
 * is in instance_read.c, what changes its tunables in instance_set.c, what the core
 * does to others in instance_effects.c.
 *
 * What comes from outside - a datagram, a tick, a command - is done between
 * gossip_core_lock() and gossip_core_unlock(). The core's effects are queued
 * meanwhile, and carried out by the latter after the lock was dropped.
 *
 * An instance ends in two steps. gossip_instance_mute() lets nothing in or
 * out any more; after a grace period no datagram is in work, as what is received
 * and what is sent is so under RCU, and gossip_instance_end() closes the socket
 * and drops the owner's reference. Who holds another one can still look at the
 * core, and deliver the events of a command of its own, which was carried out
 * before; the last reference frees all.
 */

#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "compat.h"
#include "event.h"
#include "instance_priv.h"
#include "route.h"
#include "trace.h"

static u64 now(void)
{
	return ktime_get_boottime_ns();
}

/* The lock and what follows it. */

/* What is due at once waits for this long, so that others run in between. */
#define PAUSE (50 * NSEC_PER_USEC)

static void arm(struct gossip_instance *inst)
{
	u64 deadline = min(swim_deadline(inst->swim), inst->own.deadline);

	lockdep_assert_held(&inst->lock);
	if (deadline == inst->armed || inst->muted)
		return;
	inst->armed = deadline;
	if (deadline == SWIM_NEVER)
		gossip_ticker_cancel(&inst->ticker);
	else
		gossip_ticker_start(&inst->ticker,
				    max(deadline, now() + PAUSE));
}

static void deliver_events(struct gossip_instance *inst)
{
	struct sk_buff_head batch;
	u64 lost;

	__skb_queue_head_init(&batch);
	spin_lock_bh(&inst->deliver_lock);
	spin_lock(&inst->lock);
	skb_queue_splice_init(&inst->events, &batch);
	inst->waiting = 0;
	lost = inst->lost;
	inst->lost = 0;
	spin_unlock(&inst->lock);
	gossip_event_deliver(inst->net, &batch);
	if (lost)
		gossip_event_lost(inst->net, lost);
	spin_unlock_bh(&inst->deliver_lock);
}

/*
 * That a member was refused is said once, and once more when max_members was
 * raised and is reached: that then, and 0 otherwise.
 */
static u32 newly_full(struct gossip_instance *inst)
{
	lockdep_assert_held(&inst->lock);
	if (inst->refused >= swim_stat(inst->swim, SWIM_TABLE_FULL))
		return 0;
	inst->refused = U64_MAX;
	return inst->params.config.max_members;
}

void gossip_core_lock(struct gossip_instance *inst) __acquires(&inst->lock)
{
	spin_lock_bh(&inst->lock);
	gossip_watch_begin(&inst->watch, inst->swim);
}

void gossip_core_unlock(struct gossip_instance *inst) __releases(&inst->lock)
{
	struct sk_buff_head outbox;
	struct sk_buff *skb;
	const struct gossip_key *key;
	bool changed, events, gone;
	u32 room = SWIM_DATAGRAM_MAX + GOSSIP_SEAL_SIZE;
	u32 failed = 0;
	u32 full;

	__skb_queue_head_init(&outbox);
	gossip_watch_end(&inst->watch, inst->swim, inst->net, NULL, 0);
	arm(inst);
	skb_queue_splice_init(&inst->outbox, &outbox);
	events = !skb_queue_empty(&inst->events) || inst->lost;
	if (!events)
		inst->waiting = 0;
	changed = inst->changed;
	inst->changed = false;
	gone = swim_status(inst->swim) == SWIM_GONE;
	full = newly_full(inst);
	/*
	 * A reference alone does not keep the socket. While there is something
	 * to send, @muted is not set yet: end() waits for what began before that.
	 */
	rcu_read_lock();
	spin_unlock_bh(&inst->lock);

	key = gossip_keyring_primary(rcu_dereference(inst->keyring));
	while ((skb = __skb_dequeue(&outbox))) {
		if (key)
			gossip_seal_skb(key, skb);
		if (gossip_udp_send(&inst->udp, skb, &room))
			failed++;
	}
	if (key)
		room -= min_t(u32, room, GOSSIP_SEAL_SIZE);
	rcu_read_unlock();
	if (events)
		deliver_events(inst);
	if (changed)
		gossip_event_changed();
	if (gone)
		wake_up_all(&inst->gone);
	if (full)
		pr_notice_ratelimited(
			"%s: a member is refused, %u are known: raise max_members; stats/table_full counts those that come\n",
			inst->params.name, full);
	if (!failed)
		return;
	spin_lock_bh(&inst->lock);
	if (room < SWIM_DATAGRAM_MAX)
		swim_narrow(inst->swim, room);
	while (failed--)
		swim_send_failed(inst->swim);
	spin_unlock_bh(&inst->lock);
}

static void refuse(struct gossip_instance *inst, const struct swim_addr *from,
		   size_t len, enum gossip_stat why)
{
	gossip_count(&inst->counters, why);
	trace_gossip_dropped(inst->net, from, len, gossip_stat_rows[why].name);
}

/*
 * Opens a datagram that is sealed. False if it is not to be heeded; else *@len is
 * what the core is to see.
 */
static bool open(struct gossip_instance *inst, const struct swim_addr *from,
		 void *data, size_t *len, bool *authentic)
{
	const struct gossip_keyring *ring = rcu_dereference(inst->keyring);
	const struct gossip_key *key;
	size_t opened;

	*authentic = gossip_is_sealed(data, *len);
	if (!*authentic) {
		if (!gossip_keyring_is_strict(ring))
			return true;
		refuse(inst, from, *len, GOSSIP_RX_PLAIN);
		return false;
	}
	key = gossip_keyring_find(ring, gossip_seal_id(data, *len));
	if (!key) {
		refuse(inst, from, *len, GOSSIP_RX_UNKNOWN_KEY);
		return false;
	}
	opened = gossip_open(key, data, *len);
	if (!opened) {
		refuse(inst, from, *len, GOSSIP_RX_FORGED);
		return false;
	}
	*len = opened;
	return true;
}

static void receive(struct gossip_udp *udp, const struct swim_addr *from,
		    void *data, size_t len)
{
	struct gossip_instance *inst =
		container_of(udp, struct gossip_instance, udp);
	bool authentic;

	if (!open(inst, from, data, &len, &authentic))
		return;
	gossip_udp_note_scope(udp, from->scope);
	gossip_core_lock(inst);
	if (!inst->muted)
		swim_receive(inst->swim, now(), from, data, len, authentic);
	gossip_watch_end(&inst->watch, inst->swim, inst->net, from, len);
	gossip_core_unlock(inst);
}

static void port_closed(struct gossip_udp *udp, const struct swim_addr *addr)
{
	struct gossip_instance *inst =
		container_of(udp, struct gossip_instance, udp);

	gossip_core_lock(inst);
	if (!inst->muted)
		swim_unreachable(inst->swim, now(), addr);
	gossip_core_unlock(inst);
}

/*
 * The socket's own drops do not count as overload. Nothing ever waits in it, so
 * there is no queue to overflow: what it drops has a wrong checksum, which anybody
 * can send, from anywhere, to make a node slow to notice failures.
 */
static void note_overload(struct gossip_instance *inst)
{
	u64 lost = gossip_counted(&inst->counters, GOSSIP_RX_NO_MEMORY);

	if (lost == inst->rx_lost)
		return;
	inst->rx_lost = lost;
	swim_overloaded(inst->swim);
}

/* Armed anew by gossip_core_unlock(), so it never restarts itself. */
static void tick(struct gossip_ticker *ticker)
{
	struct gossip_instance *inst =
		container_of(ticker, struct gossip_instance, ticker);

	gossip_core_lock(inst);
	inst->armed = SWIM_NEVER;
	if (!inst->muted) {
		inst->own.now = now();
		gossip_own_tick(&inst->own);
		note_overload(inst);
		swim_tick(inst->swim, inst->own.now);
	}
	gossip_core_unlock(inst);
}

/* References. */

static void free_instance(struct kref *ref)
{
	struct gossip_instance *inst =
		container_of(ref, struct gossip_instance, ref);

	swim_destroy(inst->swim);
	/* A command that holds a reference may have been delivering until now. */
	__skb_queue_purge(&inst->outbox);
	__skb_queue_purge(&inst->events);
	gossip_keyring_free(rcu_dereference_protected(inst->keyring, true));
	kfree_rcu(inst, rcu);
}

bool gossip_instance_tryget(struct gossip_instance *inst)
{
	return kref_get_unless_zero(&inst->ref);
}

void gossip_instance_put(struct gossip_instance *inst)
{
	kref_put(&inst->ref, free_instance);
}

/* Life. */

static int refuse_ipv6(struct gossip_error *err)
{
	return gossip_refuse(err, "bind", "IPv6 is disabled on this node",
			     -EPFNOSUPPORT);
}

static int find_own_address(struct net *net, const struct gossip_params *params,
			    struct swim_addr *addr, struct gossip_error *err)
{
	int ret;

	*addr = params->advertise;
	if (addr->family)
		return 0;
	ret = gossip_route_source(net, &params->bind,
				  params->peers ? &params->peer[0] : NULL,
				  addr);
	if (ret == -EPFNOSUPPORT)
		return refuse_ipv6(err);
	if (ret || !swim_addr_valid(addr))
		return gossip_refuse(
			err, "advertise",
			"no address of this node to tell others: bring an interface up or name one",
			-EADDRNOTAVAIL);
	return 0;
}

static int open_socket(struct gossip_instance *inst, struct gossip_error *err)
{
	int ret;

	inst->udp.receive = receive;
	inst->udp.closed = port_closed;
	inst->udp.counters = &inst->counters;
	ret = gossip_udp_open(&inst->udp, inst->net, &inst->params.bind,
			      inst->params.config.max_datagram);
	switch (ret) {
	case 0:
		return 0;
	case -EADDRINUSE:
		return gossip_refuse(
			err, "bind",
			"address and port are in use by another socket: choose another port",
			ret);
	case -EADDRNOTAVAIL:
		return gossip_refuse(err, "bind",
				     "address is not one of this node's", ret);
	case -EPFNOSUPPORT:
		return refuse_ipv6(err);
	case -ENOMEM:
		return gossip_refuse(err, NULL, "out of memory", ret);
	default:
		return gossip_refuse(err, "bind",
				     "the socket could not be opened", ret);
	}
}

struct gossip_instance *gossip_instance_make(struct net *net,
					     const struct gossip_params *params,
					     struct gossip_error *err)
{
	struct gossip_instance *inst = kzalloc(sizeof(*inst), GFP_KERNEL);
	struct swim_params core;
	int ret;

	if (!inst)
		return ERR_PTR(
			gossip_refuse(err, NULL, "out of memory", -ENOMEM));
	inst->params = *params;
	inst->net = net;
	inst->armed = SWIM_NEVER;
	get_random_bytes(&inst->secret, sizeof(inst->secret));
	spin_lock_init(&inst->lock);
	spin_lock_init(&inst->deliver_lock);
	__skb_queue_head_init(&inst->outbox);
	__skb_queue_head_init(&inst->events);
	init_waitqueue_head(&inst->gone);
	kref_init(&inst->ref);
	gossip_ticker_init(&inst->ticker, tick, GOSSIP_KSOFTIRQD_HOLDS);

	ret = gossip_params_check(&inst->params, err);
	if (!ret)
		ret = find_own_address(net, &inst->params, &core.addr, err);
	if (ret)
		goto free_inst;
	core.name = inst->params.name;
	core.cluster = inst->params.cluster;
	core.config = inst->params.config;
	core.generation = ktime_get_real_seconds();
	inst->swim = swim_create(&core, &gossip_effects, inst, now());
	if (!inst->swim) {
		ret = gossip_refuse(err, NULL, "out of memory", -ENOMEM);
		goto free_inst;
	}
	gossip_own_init(&inst->own, inst->swim, &inst->counters);
	ret = gossip_instance_key_first(inst, err);
	if (ret)
		goto free_swim;
	ret = open_socket(inst, err);
	if (ret)
		goto free_keyring;
	return inst;

free_keyring:
	gossip_keyring_free(rcu_dereference_protected(inst->keyring, true));
free_swim:
	swim_destroy(inst->swim);
	__skb_queue_purge(&inst->events);
free_inst:
	kfree_sensitive(inst);
	return ERR_PTR(ret);
}

/* The own address may be another one by now: a DHCP lease, a first peer. */
static bool find_new_address(struct gossip_instance *inst,
			     const struct swim_addr *peer,
			     struct swim_addr *addr)
{
	return !inst->params.advertise.family &&
	       !gossip_route_source(inst->net, &inst->params.bind, peer,
				    addr) &&
	       swim_addr_valid(addr);
}

int gossip_instance_join(struct gossip_instance *inst,
			 const struct swim_addr *peer, unsigned int peers,
			 struct gossip_error *err)
{
	u8 family = inst->params.bind.family;
	struct swim_addr addr;
	bool found;
	int ret;

	ret = gossip_peers_check(peer, peers, family, err);
	if (ret)
		return ret;
	found = peers && find_new_address(inst, &peer[0], &addr);
	gossip_core_lock(inst);
	if (found)
		swim_readdress(inst->swim, now(), &addr);
	swim_join(inst->swim, now(), peer, peers);
	inst->changed = true;
	gossip_core_unlock(inst);
	/* Who waits for the end of a leave waits in vain. */
	wake_up_all(&inst->gone);
	return 0;
}

int gossip_ping(struct gossip_instance *inst, const char *name, u32 timeout_ms,
		u64 cookie)
{
	int ret = -ENETDOWN;

	gossip_core_lock(inst);
	if (!inst->muted)
		ret = swim_ping(inst->swim, now(), name, timeout_ms, cookie);
	gossip_core_unlock(inst);
	return ret;
}

void gossip_instance_leave(struct gossip_instance *inst)
{
	gossip_core_lock(inst);
	swim_leave(inst->swim, now());
	inst->changed = true;
	gossip_core_unlock(inst);
}

static bool is_leaving(struct gossip_instance *inst)
{
	bool leaving;

	spin_lock_bh(&inst->lock);
	leaving = swim_status(inst->swim) == SWIM_LEAVING;
	spin_unlock_bh(&inst->lock);
	return leaving;
}

void gossip_instance_wait_gone(struct gossip_instance *inst, long timeout)
{
	wait_event_killable_timeout(inst->gone, !is_leaving(inst), timeout);
}

/* Sends one of the rounds of gossip that are left; false if none is. */
static bool leave_step(struct gossip_instance *inst)
{
	bool more = false;
	u64 due;

	gossip_core_lock(inst);
	/* The timer may have sent the last one: nothing is due then. */
	if (swim_status(inst->swim) != SWIM_GONE) {
		due = swim_deadline(inst->swim);
		more = !WARN_ON_ONCE(due == SWIM_NEVER);
		if (more)
			swim_tick(inst->swim, due);
	}
	gossip_core_unlock(inst);
	return more;
}

void gossip_instance_leave_now(struct gossip_instance *inst)
{
	gossip_instance_leave(inst);
	while (leave_step(inst))
		;
}

void gossip_instance_mute(struct gossip_instance *inst)
{
	gossip_udp_mute(&inst->udp);
	gossip_core_lock(inst);
	inst->muted = true;
	gossip_own_clear(&inst->own);
	atomic64_set(&inst->counters.value[GOSSIP_SOCKET_DROPS - SWIM_NR_STATS],
		     gossip_udp_drops(&inst->udp));
	inst->changed = true;
	gossip_core_unlock(inst);
	/* Nobody arms it any more. */
	gossip_ticker_stop(&inst->ticker);
}

void gossip_instance_end(struct gossip_instance *inst)
{
	gossip_udp_close(&inst->udp);
	gossip_instance_put(inst);
}

void gossip_fault(struct gossip_instance *inst, enum gossip_stat stat)
{
	gossip_core_lock(inst);
	if (!inst->muted) {
		gossip_count(&inst->counters, stat);
		swim_link_lost(inst->swim, now());
	}
	gossip_core_unlock(inst);
}

/* What this member says. */

struct gossip_own *gossip_own_lock(struct gossip_instance *inst)
{
	gossip_core_lock(inst);
	if (inst->muted) {
		gossip_core_unlock(inst);
		return NULL;
	}
	inst->own.now = now();
	/* Sparse knows no lock that is taken on a condition. */
	__release(&inst->lock);
	return &inst->own;
}

void gossip_own_unlock(struct gossip_instance *inst)
{
	__acquire(&inst->lock);
	gossip_core_unlock(inst);
}

int gossip_send_user_event(struct gossip_instance *inst, const char *name,
			   const void *payload, u32 len)
{
	int ret = -ENODEV;

	gossip_core_lock(inst);
	if (!inst->muted)
		ret = swim_send_event(inst->swim, now(), name, strlen(name),
				      payload, len, NULL);
	gossip_core_unlock(inst);
	return ret;
}
