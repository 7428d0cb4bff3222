// SPDX-License-Identifier: GPL-2.0
/* Reading a member's state from outside. */

#include "core.h"

/* Of a view that was heard before the own one changed nothing is known. */
static u8 agreement(const struct swim *swim, const struct swim_member *member)
{
	if (!member->heard)
		return 0;
	if (member->view == (u32)swim->table.digest)
		return SWIM_FLAG_AGREES;
	return swim_age(swim, member->heard) < swim->now - swim->changed_at ?
		       SWIM_FLAG_DIFFERS :
		       0;
}

void swim_info_of(const struct swim *swim, const struct swim_member *member,
		  struct swim_info *info)
{
	memset(info, 0, sizeof(*info));
	info->uid = member->uid;
	info->seq = member->seq;
	info->generation = member->generation;
	info->incarnation = member->incarnation;
	info->addr = member->addr;
	info->rtt_us = member->srtt;
	info->state = member->state;
	info->self = member == swim->self;
	info->lhm = info->self ? swim->lhm : member->lhm;
	/* Of no meaning for who is not there. */
	if (swim_is_live(member->state))
		info->flags = member->flags | agreement(swim, member);
	info->heard_ms = SWIM_UNHEARD;
	if (info->self)
		info->heard_ms = 0;
	else if (member->heard)
		info->heard_ms =
			min_t(u64, SWIM_UNHEARD - 1,
			      div_u64(swim_age(swim, member->heard), SWIM_MS));
	info->meta = swim_meta_of(member);
	memcpy(info->name, member->name, member->name_len);
}

/* For callers from outside, which may keep it. */
static void copy_info(const struct swim *swim, const struct swim_member *member,
		      struct swim_info *info)
{
	swim_info_of(swim, member, info);
	swim_meta_get(info->meta);
}

enum swim_status swim_status(const struct swim *swim)
{
	if (swim->status != SWIM_RUNNING)
		return swim->status;
	if (swim->isolation.isolated)
		return SWIM_ISOLATED;
	if (swim->self->flags & SWIM_FLAG_DEGRADED)
		return SWIM_DEGRADED;
	return SWIM_RUNNING;
}

u64 swim_view(const struct swim *swim)
{
	return swim->table.digest;
}

u64 swim_view_age(const struct swim *swim)
{
	return swim->now - swim->changed_at;
}

u64 swim_uid(const struct swim *swim)
{
	return swim->self->uid;
}

void swim_own_addr(const struct swim *swim, struct swim_addr *addr)
{
	*addr = swim->self->addr;
}

void swim_rival(const struct swim *swim, struct swim_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (swim->status == SWIM_CONFLICT)
		*addr = swim->sync.rival;
}

u64 swim_seq(const struct swim *swim)
{
	return swim->table.seq;
}

u64 swim_number(struct swim *swim)
{
	return ++swim->table.seq;
}

u64 swim_reaped(const struct swim *swim)
{
	return swim->table.reaped;
}

u32 swim_health(const struct swim *swim)
{
	return swim->lhm;
}

u32 swim_count(const struct swim *swim, enum swim_state state)
{
	return swim->table.count[state];
}

u64 swim_stat(const struct swim *swim, enum swim_stat stat)
{
	return swim->stat[stat];
}

void swim_self(const struct swim *swim, struct swim_info *info)
{
	copy_info(swim, swim->self, info);
}

bool swim_find(const struct swim *swim, const char *name,
	       struct swim_info *info)
{
	size_t len = strlen(name);
	const struct swim_member *member;

	if (!swim_name_valid(name, len))
		return false;
	member = swim_by_name(&swim->table, name, len);
	if (member)
		copy_info(swim, member, info);
	return member;
}

u32 swim_slots(const struct swim *swim)
{
	return swim->table.slots.size;
}

u32 swim_scan(const struct swim *swim, u64 since, u32 *slot,
	      struct swim_slot *out, u32 max)
{
	u32 end =
		min_t(u64, swim->table.slots.size, (u64)*slot + SWIM_SCAN_MAX);
	u32 count = 0;

	for (; *slot < end && count < max; ++*slot) {
		const struct swim_member *member =
			swim_slot(&swim->table, *slot);

		if (!member || member->seq <= since)
			continue;
		out[count].slot = *slot;
		copy_info(swim, member, &out[count++].info);
	}
	return count;
}

static void drop_metas(struct swim_slot *slot, u32 count)
{
	while (count--) {
		swim_meta_put(slot[count].info.meta);
		slot[count].info.meta = NULL;
	}
}

u32 swim_recent(const struct swim *swim, u64 since, struct swim_slot *out,
		u32 max)
{
	const struct swim_member *member;
	u32 count = 0;

	list_for_each_entry_reverse(member, &swim->table.changed, changed) {
		if (member->seq <= since)
			break;
		if (count == max) {
			drop_metas(out, count);
			return max + 1;
		}
		out[count].slot = member->slot;
		copy_info(swim, member, &out[count++].info);
	}
	return count;
}
