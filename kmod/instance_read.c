// SPDX-License-Identifier: GPL-2.0
/*
 * Reading an instance: under its lock, for a bounded time, with no effects. What
 * does not change after gossip_instance_make() is read without the lock.
 */

#include "instance_priv.h"

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
	swim_rival(inst->swim, &sum->holder);
	sum->status = swim_status(inst->swim);
	sum->view = swim_view(inst->swim);
	sum->view_ms = min_t(u64, U32_MAX,
			     div_u64(swim_view_age(inst->swim), NSEC_PER_MSEC));
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
