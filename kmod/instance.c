// SPDX-License-Identifier: GPL-2.0
/*
 * One running member: the lock, the timer, the core and the outbox.
 *
 * What comes from outside - a datagram, a tick, a command - is done between
 * lock_core() and unlock_core(). The core's effects are queued meanwhile, and
 * carried out by unlock_core() after the lock was dropped.
 *
 * An instance ends in two steps. gossip_instance_mute() lets nothing in or
 * out any more; after a grace period no datagram is in work, and
 * gossip_instance_end() closes the socket and drops the owner's reference.
 * Readers that hold another one can still look at the core; the last
 * reference frees it.
 */

#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "compat.h"
#include "event.h"
#include "instance.h"
#include "route.h"
#include "service.h"
#include "ticker.h"
#include "trace.h"
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
 * @lost: number of the last event of which a message could not be made, and
 *	nobody was told yet; 0 if there is none
 * @armed: when the timer fires, SWIM_NEVER if it does not
 * @changed: there were events since unlock_core()
 * @full: the log has it that members are refused
 * @muted: ended; nothing is sent, the timer is not armed again
 * @watch: from lock_core() to unlock_core()
 * @deliver_lock: held while @events are delivered, so that they keep their
 *	order; taken before @lock
 * @ticker: calls the core's tick
 * @udp: the socket
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
	u64 lost;
	u64 armed;
	bool changed;
	bool full;
	bool muted;
	struct gossip_watch watch;

	spinlock_t deliver_lock; /* keeps @events in order */
	struct gossip_ticker ticker;
	struct gossip_udp udp;
	struct gossip_counters counters;
	struct net *net;
	struct gossip_params params;
	siphash_key_t secret;
	wait_queue_head_t gone;
	struct kref ref;
};

static u64 now(void)
{
	return ktime_get_boottime_ns();
}

/* The core's effects. */

static void queue_datagram(void *ctx, const struct swim_addr *to,
			   const void *data, size_t len)
{
	struct gossip_instance *inst = ctx;
	struct sk_buff *skb;

	lockdep_assert_held(&inst->lock);
	skb = gossip_udp_build(&inst->udp, to, data, len);
	if (skb) {
		__skb_queue_tail(&inst->outbox, skb);
		return;
	}
	gossip_count(&inst->counters, GOSSIP_TX_NO_MEMORY);
	trace_gossip_dropped(inst->net, to, len,
			     gossip_stat_rows[GOSSIP_TX_NO_MEMORY].name);
	swim_send_failed(inst->swim);
}

/* @lost listeners get nothing: they see a gap, and ask again. */
static void count_lost(struct gossip_instance *inst, enum gossip_stat stat,
		       unsigned int lost)
{
	while (lost--)
		gossip_count(&inst->counters, stat);
}

static void tell(struct gossip_instance *inst, const struct gossip_event *event)
{
	unsigned int lost = gossip_event_build(inst->net, event, &inst->events);

	if (lost)
		inst->lost = event->seq;
	count_lost(inst, GOSSIP_EVENTS_LOST, lost);
}

static void queue_services(struct gossip_instance *inst,
			   const struct swim_event *cause)
{
	struct gossip_event event = { .cause = cause };
	struct gossip_services services;

	gossip_services_begin(&services, cause);
	while (gossip_services_next(&services)) {
		event.type = services.up ? GOSSIP_EVENT_TYPE_SERVICE_UP :
					   GOSSIP_EVENT_TYPE_SERVICE_DOWN;
		event.seq = swim_number(inst->swim);
		event.service = services.service;
		trace_gossip_service(inst->net, &event);
		tell(inst, &event);
	}
}

static bool has_bad_meta(const struct swim_event *event)
{
	const struct swim_meta *meta = event->info.meta;

	return meta && meta != event->had &&
	       !gossip_meta_valid(meta->data, meta->len);
}

static void queue_event(void *ctx, const struct swim_event *cause)
{
	struct gossip_instance *inst = ctx;
	struct gossip_event event = {
		/* The same numbers: netlink_put.c sees to that. */
		.type = (enum gossip_event_type)cause->type,
		.seq = cause->seq,
		.cause = cause,
	};

	trace_gossip_state(inst->net, cause);
	if (has_bad_meta(cause))
		gossip_count(&inst->counters, GOSSIP_META_MALFORMED);
	tell(inst, &event);
	queue_services(inst, cause);
	inst->changed = true;
}

static void queue_user_event(void *ctx, const struct swim_user_event *event)
{
	struct gossip_instance *inst = ctx;

	inst->user_seq++;
	trace_gossip_user_event(inst->net, event, inst->user_seq);
	count_lost(inst, GOSSIP_USER_EVENTS_LOST,
		   gossip_event_user(inst->net, event, inst->user_seq,
				     &inst->events));
}

static void queue_pong(void *ctx, const struct swim_pong *pong)
{
	struct gossip_instance *inst = ctx;

	/* Who asked has a time-out of its own. */
	count_lost(inst, GOSSIP_EVENTS_LOST,
		   gossip_event_pong(inst->net, pong, &inst->events));
}

static u32 random(void *ctx)
{
	return get_random_u32();
}

static u32 prf(void *ctx, u64 a, u64 b)
{
	const struct gossip_instance *inst = ctx;

	return siphash_2u64(a, b, &inst->secret);
}

static u64 wall(void *ctx)
{
	return ktime_get_real_ns();
}

static const struct swim_ops core_ops = {
	.send = queue_datagram,
	.event = queue_event,
	.user_event = queue_user_event,
	.random = random,
	.prf = prf,
	.wall = wall,
	.pong = queue_pong,
};

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
	lost = inst->lost;
	inst->lost = 0;
	spin_unlock(&inst->lock);
	gossip_event_deliver(inst->net, &batch);
	if (lost)
		gossip_event_lost(inst->net, lost);
	spin_unlock_bh(&inst->deliver_lock);
}

/* That a member was refused is said once; max_members then, and 0 otherwise. */
static u32 newly_full(struct gossip_instance *inst)
{
	lockdep_assert_held(&inst->lock);
	if (inst->full || !swim_stat(inst->swim, SWIM_TABLE_FULL))
		return 0;
	inst->full = true;
	return inst->params.config.max_members;
}

static void lock_core(struct gossip_instance *inst) __acquires(&inst->lock)
{
	spin_lock_bh(&inst->lock);
	gossip_watch_begin(&inst->watch, inst->swim);
}

static void unlock_core(struct gossip_instance *inst) __releases(&inst->lock)
{
	struct sk_buff_head outbox;
	struct sk_buff *skb;
	bool changed, events, gone;
	u32 room = SWIM_DATAGRAM_MAX;
	u32 failed = 0;
	u32 full;

	__skb_queue_head_init(&outbox);
	gossip_watch_end(&inst->watch, inst->swim, inst->net, NULL, 0);
	arm(inst);
	skb_queue_splice_init(&inst->outbox, &outbox);
	events = !skb_queue_empty(&inst->events) || inst->lost;
	changed = inst->changed;
	inst->changed = false;
	gone = swim_status(inst->swim) == SWIM_GONE;
	full = newly_full(inst);
	spin_unlock_bh(&inst->lock);

	while ((skb = __skb_dequeue(&outbox)))
		if (gossip_udp_send(&inst->udp, skb, &room))
			failed++;
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

static void receive(struct gossip_udp *udp, const struct swim_addr *from,
		    const void *data, size_t len)
{
	struct gossip_instance *inst =
		container_of(udp, struct gossip_instance, udp);

	lock_core(inst);
	if (!inst->muted)
		swim_receive(inst->swim, now(), from, data, len);
	gossip_watch_end(&inst->watch, inst->swim, inst->net, from, len);
	unlock_core(inst);
}

static void port_closed(struct gossip_udp *udp, const struct swim_addr *addr)
{
	struct gossip_instance *inst =
		container_of(udp, struct gossip_instance, udp);

	lock_core(inst);
	if (!inst->muted)
		swim_unreachable(inst->swim, now(), addr);
	unlock_core(inst);
}

/* Armed anew by unlock_core(), so it never restarts itself. */
static void tick(struct gossip_ticker *ticker)
{
	struct gossip_instance *inst =
		container_of(ticker, struct gossip_instance, ticker);

	lock_core(inst);
	inst->armed = SWIM_NEVER;
	if (!inst->muted) {
		inst->own.now = now();
		gossip_own_tick(&inst->own);
		swim_tick(inst->swim, inst->own.now);
	}
	unlock_core(inst);
}

/* References. */

static void free_instance(struct kref *ref)
{
	struct gossip_instance *inst =
		container_of(ref, struct gossip_instance, ref);

	swim_destroy(inst->swim);
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

static int find_own_address(struct net *net, const struct gossip_params *params,
			    struct swim_addr *addr, struct gossip_error *err)
{
	*addr = params->advertise;
	if (addr->family)
		return 0;
	if (gossip_route_source(net, &params->bind,
				params->peers ? &params->peer[0] : NULL,
				addr) ||
	    !swim_addr_valid(addr))
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
		return gossip_refuse(err, "bind",
				     "IPv6 is disabled on this node", ret);
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
	inst->swim = swim_create(&core, &core_ops, inst, now());
	if (!inst->swim) {
		ret = gossip_refuse(err, NULL, "out of memory", -ENOMEM);
		goto free_inst;
	}
	gossip_own_init(&inst->own, inst->swim, &inst->counters);
	ret = open_socket(inst, err);
	if (ret)
		goto free_swim;
	return inst;

free_swim:
	swim_destroy(inst->swim);
	__skb_queue_purge(&inst->events);
free_inst:
	kfree(inst);
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
	lock_core(inst);
	if (found)
		swim_readdress(inst->swim, now(), &addr);
	swim_join(inst->swim, now(), peer, peers);
	inst->changed = true;
	unlock_core(inst);
	/* Who waits for the end of a leave waits in vain. */
	wake_up_all(&inst->gone);
	return 0;
}

int gossip_instance_set(struct gossip_instance *inst,
			const struct gossip_change *change,
			struct gossip_error *err)
{
	struct gossip_params *params;
	int ret;

	/* Nobody else changes them: the namespace has its mutex. */
	params = kmemdup(&inst->params, sizeof(*params), GFP_KERNEL);
	if (!params)
		return gossip_refuse(err, NULL, "out of memory", -ENOMEM);
	ret = gossip_params_change(params, change, err);
	if (ret)
		goto free_params;

	lock_core(inst);
	ret = swim_set_config(inst->swim, now(), &params->config);
	if (!ret) {
		/* The rest is read without the lock. */
		inst->params.profile = params->profile;
		inst->params.sensitivity = params->sensitivity;
		inst->params.config = params->config;
		inst->params.given = params->given;
	}
	unlock_core(inst);
	if (ret == -EMSGSIZE)
		gossip_refuse(
			err, "max_datagram",
			"the own tags and services would not fit: take some away first",
			ret);
	else if (ret)
		gossip_refuse(err, NULL, "out of memory", ret);
free_params:
	kfree(params);
	return ret;
}

int gossip_ping(struct gossip_instance *inst, const char *name, u32 timeout_ms,
		u64 cookie)
{
	int ret = -ENETDOWN;

	lock_core(inst);
	if (!inst->muted)
		ret = swim_ping(inst->swim, now(), name, timeout_ms, cookie);
	unlock_core(inst);
	return ret;
}

void gossip_instance_leave(struct gossip_instance *inst)
{
	lock_core(inst);
	swim_leave(inst->swim, now());
	inst->changed = true;
	unlock_core(inst);
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

	lock_core(inst);
	/* The timer may have sent the last one: nothing is due then. */
	if (swim_status(inst->swim) != SWIM_GONE) {
		due = swim_deadline(inst->swim);
		more = !WARN_ON_ONCE(due == SWIM_NEVER);
		if (more)
			swim_tick(inst->swim, due);
	}
	unlock_core(inst);
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
	lock_core(inst);
	inst->muted = true;
	gossip_own_clear(&inst->own);
	atomic64_set(&inst->counters.value[GOSSIP_SOCKET_DROPS - SWIM_NR_STATS],
		     gossip_udp_drops(&inst->udp));
	inst->changed = true;
	unlock_core(inst);
	/* Nobody arms it any more. */
	gossip_ticker_stop(&inst->ticker);
}

void gossip_instance_end(struct gossip_instance *inst)
{
	gossip_udp_close(&inst->udp);
	__skb_queue_purge(&inst->outbox);
	__skb_queue_purge(&inst->events);
	gossip_instance_put(inst);
}

void gossip_fault(struct gossip_instance *inst, enum gossip_stat stat)
{
	lock_core(inst);
	if (!inst->muted) {
		gossip_count(&inst->counters, stat);
		swim_send_failed(inst->swim);
	}
	unlock_core(inst);
}

/* What this member says. */

struct gossip_own *gossip_own_lock(struct gossip_instance *inst)
{
	lock_core(inst);
	if (inst->muted) {
		unlock_core(inst);
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
	unlock_core(inst);
}

int gossip_send_user_event(struct gossip_instance *inst, const char *name,
			   const void *payload, u32 len)
{
	int ret = -ENODEV;

	lock_core(inst);
	if (!inst->muted)
		ret = swim_send_event(inst->swim, now(), name, strlen(name),
				      payload, len, NULL);
	unlock_core(inst);
	return ret;
}

/* Reading. */

const struct swim_addr *gossip_bind(const struct gossip_instance *inst)
{
	return &inst->params.bind;
}

const struct gossip_uids *gossip_lease_uids(const struct gossip_instance *inst)
{
	return &inst->params.lease_uids;
}

bool gossip_sends_by(const struct gossip_instance *inst, int ifindex)
{
	return gossip_udp_sends_by(&inst->udp, ifindex);
}

bool gossip_lose_link(struct gossip_instance *inst)
{
	return gossip_udp_lose_link(&inst->udp);
}

void gossip_summary(struct gossip_instance *inst, struct gossip_summary *sum)
{
	unsigned int i;

	spin_lock_bh(&inst->lock);
	sum->params = inst->params;
	sum->uid = swim_uid(inst->swim);
	swim_own_addr(inst->swim, &sum->advertise);
	sum->status = swim_status(inst->swim);
	sum->view = swim_view(inst->swim);
	sum->seq = swim_seq(inst->swim);
	sum->user_seq = inst->user_seq;
	sum->health = swim_health(inst->swim);
	for (i = 0; i < SWIM_NR_STATES; i++)
		sum->count[i] = swim_count(inst->swim, i);
	spin_unlock_bh(&inst->lock);
}

static u64 read_stat(const struct gossip_instance *inst, unsigned int stat)
{
	lockdep_assert_held(&inst->lock);
	if (stat < SWIM_NR_STATS)
		return swim_stat(inst->swim, stat);
	/* The socket is closed only after @muted was set. */
	if (stat == GOSSIP_SOCKET_DROPS && !inst->muted)
		return gossip_udp_drops(&inst->udp);
	return gossip_counted(&inst->counters, stat);
}

u64 gossip_stat(struct gossip_instance *inst, unsigned int stat)
{
	u64 value;

	spin_lock_bh(&inst->lock);
	value = read_stat(inst, stat);
	spin_unlock_bh(&inst->lock);
	return value;
}

void gossip_stats(struct gossip_instance *inst, u64 *value)
{
	unsigned int i;

	spin_lock_bh(&inst->lock);
	for (i = 0; i < GOSSIP_NR_STATS; i++)
		value[i] = read_stat(inst, i);
	spin_unlock_bh(&inst->lock);
}

u64 gossip_digest(struct gossip_instance *inst)
{
	u64 view;

	spin_lock_bh(&inst->lock);
	view = swim_view(inst->swim);
	spin_unlock_bh(&inst->lock);
	return view;
}

void gossip_own_addr(struct gossip_instance *inst, struct swim_addr *addr)
{
	spin_lock_bh(&inst->lock);
	swim_own_addr(inst->swim, addr);
	spin_unlock_bh(&inst->lock);
}

void gossip_self(struct gossip_instance *inst, struct swim_info *info)
{
	spin_lock_bh(&inst->lock);
	swim_self(inst->swim, info);
	spin_unlock_bh(&inst->lock);
}

bool gossip_find(struct gossip_instance *inst, const char *name,
		 struct swim_info *info)
{
	bool found;

	spin_lock_bh(&inst->lock);
	found = swim_find(inst->swim, name, info);
	spin_unlock_bh(&inst->lock);
	return found;
}

u32 gossip_scan(struct gossip_instance *inst, u64 since, u32 *slot,
		struct swim_slot *out, u32 max, bool *end)
{
	u32 count;

	spin_lock_bh(&inst->lock);
	count = swim_scan(inst->swim, since, slot, out, max);
	*end = *slot >= swim_slots(inst->swim);
	spin_unlock_bh(&inst->lock);
	return count;
}

u32 gossip_recent(struct gossip_instance *inst, u64 since,
		  struct swim_slot *out, u32 max, struct gossip_mark *mark)
{
	u32 count;

	spin_lock_bh(&inst->lock);
	count = swim_recent(inst->swim, since, out, max);
	mark->uid = swim_uid(inst->swim);
	mark->seq = swim_seq(inst->swim);
	mark->reaped = swim_reaped(inst->swim);
	mark->slots = swim_slots(inst->swim);
	spin_unlock_bh(&inst->lock);
	return count;
}
