// SPDX-License-Identifier: GPL-2.0
/*
 * What replies, dumps and events contain: one encoder for each kind of record.
 */
#include <linux/build_bug.h>
#include <linux/string.h>
#include <net/netlink.h>

#include <uapi/linux/gossip.h>

#include "event.h"
#include "instance.h"
#include "meta.h"
#include "netlink_put.h"

/* The core's numbers go out as they are. */
static_assert((int)SWIM_ALIVE == GOSSIP_MEMBER_STATE_ALIVE);
static_assert((int)SWIM_SUSPECT == GOSSIP_MEMBER_STATE_SUSPECT);
static_assert((int)SWIM_FAILED == GOSSIP_MEMBER_STATE_FAILED);
static_assert((int)SWIM_LEFT == GOSSIP_MEMBER_STATE_LEFT);

static_assert((int)SWIM_OFF == GOSSIP_STATUS_OFF);
static_assert((int)SWIM_JOINING == GOSSIP_STATUS_JOINING);
static_assert((int)SWIM_RUNNING == GOSSIP_STATUS_ALIVE);
static_assert((int)SWIM_DEGRADED == GOSSIP_STATUS_DEGRADED);
static_assert((int)SWIM_ISOLATED == GOSSIP_STATUS_ISOLATED);
static_assert((int)SWIM_CONFLICT == GOSSIP_STATUS_CONFLICT);
static_assert((int)SWIM_LEAVING == GOSSIP_STATUS_LEAVING);
static_assert((int)SWIM_GONE == GOSSIP_STATUS_LEFT);

static_assert((int)SWIM_EV_JOIN == GOSSIP_EVENT_TYPE_JOIN);
static_assert((int)SWIM_EV_SUSPECT == GOSSIP_EVENT_TYPE_SUSPECT);
static_assert((int)SWIM_EV_ALIVE == GOSSIP_EVENT_TYPE_ALIVE);
static_assert((int)SWIM_EV_FAILED == GOSSIP_EVENT_TYPE_FAILED);
static_assert((int)SWIM_EV_LEFT == GOSSIP_EVENT_TYPE_LEFT);
static_assert((int)SWIM_EV_UPDATE == GOSSIP_EVENT_TYPE_UPDATE);
static_assert((int)SWIM_EV_REAP == GOSSIP_EVENT_TYPE_REAP);
static_assert((int)SWIM_EV_CONFLICT == GOSSIP_EVENT_TYPE_CONFLICT);
static_assert((int)SWIM_EV_ISOLATED == GOSSIP_EVENT_TYPE_ISOLATED);
static_assert((int)SWIM_EV_JOINED == GOSSIP_EVENT_TYPE_JOINED);
/* Those that follow are not the core's. */
static_assert(SWIM_NR_EVENTS == (int)GOSSIP_EVENT_TYPE_SERVICE_UP);

/* An address that is not known is left out. */
static int put_address(struct sk_buff *skb, int attr,
		       const struct swim_addr *addr)
{
	struct nlattr *nest;
	int err;

	if (!addr->family)
		return 0;

	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -EMSGSIZE;

	if (addr->family == 4)
		err = nla_put(skb, GOSSIP_A_ADDRESS_IPV4, 4, addr->ip);
	else
		err = nla_put(skb, GOSSIP_A_ADDRESS_IPV6, 16, addr->ip);

	if (err || nla_put_u16(skb, GOSSIP_A_ADDRESS_PORT, addr->port) ||
	    (addr->scope &&
	     nla_put_u32(skb, GOSSIP_A_ADDRESS_SCOPE, addr->scope)))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

static int put_config(struct sk_buff *skb, struct swim_config *config)
{
	const struct swim_tunable *row;
	struct nlattr *nest;
	unsigned int i;

	nest = nla_nest_start(skb, GOSSIP_A_INSTANCE_CONFIG);
	if (!nest)
		return -EMSGSIZE;

	for (i = 0; i < SWIM_NR_TUNABLES; i++) {
		row = &swim_tunables[i];
		if (nla_put_u32(skb, i + 1, *swim_config_value(config, row)))
			return -EMSGSIZE;
	}

	nla_nest_end(skb, nest);
	return 0;
}

static int put_uids(struct sk_buff *skb, const struct gossip_uids *uids)
{
	struct nlattr *nest;

	if (!uids->any)
		return 0;

	nest = nla_nest_start(skb, GOSSIP_A_INSTANCE_LEASE_UIDS);
	if (!nest || nla_put_u32(skb, GOSSIP_A_UID_RANGE_FIRST, uids->first) ||
	    nla_put_u32(skb, GOSSIP_A_UID_RANGE_LAST, uids->last))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

static int put_params(struct sk_buff *skb, struct gossip_params *params)
{
	unsigned int i;

	if (nla_put_string(skb, GOSSIP_A_INSTANCE_NAME, params->name) ||
	    nla_put_string(skb, GOSSIP_A_INSTANCE_CLUSTER, params->cluster) ||
	    put_address(skb, GOSSIP_A_INSTANCE_BIND, &params->bind) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_PROFILE, params->profile) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_SENSITIVITY,
			params->sensitivity))
		return -EMSGSIZE;

	for (i = 0; i < params->peers; i++)
		if (put_address(skb, GOSSIP_A_INSTANCE_PEER, &params->peer[i]))
			return -EMSGSIZE;

	return put_uids(skb, &params->lease_uids) ?:
		       put_config(skb, &params->config);
}

static int put_reading(struct sk_buff *skb, const struct gossip_summary *sum)
{
	if (put_address(skb, GOSSIP_A_INSTANCE_ADVERTISE, &sum->advertise) ||
	    put_address(skb, GOSSIP_A_INSTANCE_HOLDER, &sum->holder) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_INSTANCE_UID, sum->uid,
			      GOSSIP_A_INSTANCE_PAD) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_INSTANCE_VIEW, sum->view,
			      GOSSIP_A_INSTANCE_PAD) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_VIEW_MS, sum->view_ms) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_INSTANCE_SEQ, sum->seq,
			      GOSSIP_A_INSTANCE_PAD) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_INSTANCE_USER_SEQ, sum->user_seq,
			      GOSSIP_A_INSTANCE_PAD) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_HEALTH, sum->health) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_ALIVE, sum->count[SWIM_ALIVE]) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_SUSPECT,
			sum->count[SWIM_SUSPECT]) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_FAILED,
			sum->count[SWIM_FAILED]) ||
	    nla_put_u32(skb, GOSSIP_A_INSTANCE_LEFT, sum->count[SWIM_LEFT]))
		return -EMSGSIZE;
	return 0;
}

int gossip_put_instance(struct sk_buff *skb, struct gossip_summary *sum)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_INSTANCE);
	if (!nest)
		return -EMSGSIZE;

	if (nla_put_u32(skb, GOSSIP_A_INSTANCE_STATUS, sum->status))
		return -EMSGSIZE;

	if (sum->status != SWIM_OFF &&
	    (put_params(skb, &sum->params) || put_reading(skb, sum)))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

/* A string that is not terminated; nla_put_string() sends the terminator, too. */
static int put_text(struct sk_buff *skb, int attr, const char *text, u32 len)
{
	struct nlattr *nla = nla_reserve(skb, attr, len + 1);
	char *to;

	if (!nla)
		return -EMSGSIZE;
	to = nla_data(nla);
	memcpy(to, text, len);
	to[len] = '\0';
	return 0;
}

static int put_tag(struct sk_buff *skb, const struct gossip_item *tag)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, GOSSIP_A_MEMBER_TAG);
	if (!nest || put_text(skb, GOSSIP_A_TAG_KEY, tag->key, tag->key_len) ||
	    put_text(skb, GOSSIP_A_TAG_VALUE, tag->value, tag->value_len))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

static int put_meta(struct sk_buff *skb, const struct swim_info *info)
{
	struct gossip_walk_meta walk;
	int err = 0;

	gossip_items_first(&walk, info);
	for (; !err && walk.item.key; gossip_meta_next(&walk))
		err = walk.item.type == GOSSIP_META_TAG ?
			      put_tag(skb, &walk.item) :
			      put_text(skb, GOSSIP_A_MEMBER_SERVICE,
				       walk.item.key, walk.item.key_len);
	return err;
}

int gossip_put_member(struct sk_buff *skb, const struct swim_info *info)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_MEMBER);
	if (!nest)
		return -EMSGSIZE;

	if (nla_put_string(skb, GOSSIP_A_MEMBER_NAME, info->name) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_MEMBER_UID, info->uid,
			      GOSSIP_A_MEMBER_PAD) ||
	    nla_put_u32(skb, GOSSIP_A_MEMBER_GENERATION, info->generation) ||
	    nla_put_u32(skb, GOSSIP_A_MEMBER_INCARNATION, info->incarnation) ||
	    put_address(skb, GOSSIP_A_MEMBER_ADDRESS, &info->addr) ||
	    nla_put_u32(skb, GOSSIP_A_MEMBER_STATE, info->state) ||
	    (info->rtt_us &&
	     nla_put_u32(skb, GOSSIP_A_MEMBER_RTT_US, info->rtt_us)) ||
	    nla_put_u32(skb, GOSSIP_A_MEMBER_HEALTH, info->lhm) ||
	    (info->heard_ms != U32_MAX &&
	     nla_put_u32(skb, GOSSIP_A_MEMBER_HEARD_MS, info->heard_ms)) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_MEMBER_SEQ, info->seq,
			      GOSSIP_A_MEMBER_PAD) ||
	    (info->self && nla_put_flag(skb, GOSSIP_A_MEMBER_SELF)) ||
	    (info->flags & SWIM_FLAG_DEGRADED &&
	     nla_put_flag(skb, GOSSIP_A_MEMBER_DEGRADED)) ||
	    (info->flags & SWIM_FLAG_PROBATION &&
	     nla_put_flag(skb, GOSSIP_A_MEMBER_PROBATION)) ||
	    (info->flags & SWIM_FLAG_AGREES &&
	     nla_put_flag(skb, GOSSIP_A_MEMBER_AGREES)) ||
	    (info->flags & SWIM_FLAG_DIFFERS &&
	     nla_put_flag(skb, GOSSIP_A_MEMBER_DIFFERS)) ||
	    put_meta(skb, info))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

int gossip_put_stats(struct sk_buff *skb, const u64 *value)
{
	struct nlattr *nest;
	unsigned int i;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_STATS);
	if (!nest)
		return -EMSGSIZE;

	for (i = 0; i < GOSSIP_NR_STATS; i++)
		if (nla_put_u64_64bit(skb, gossip_stat_rows[i].attr, value[i],
				      GOSSIP_A_STATS_PAD))
			return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

static size_t address_size(void)
{
	return nla_total_size(nla_total_size(16) + /* IPV6 */
			      nla_total_size(2) + /* PORT */
			      nla_total_size(4)); /* SCOPE */
}

static size_t meta_size(const struct swim_info *info)
{
	struct gossip_walk_meta walk;
	size_t size = 0;

	gossip_items_first(&walk, info);
	for (; walk.item.key; gossip_meta_next(&walk)) {
		size_t item = nla_total_size(walk.item.key_len + 1);

		/* A tag is a nest of key and value. */
		if (walk.item.type == GOSSIP_META_TAG)
			item = nla_total_size(
				item + nla_total_size(walk.item.value_len + 1));
		size += item;
	}
	return size;
}

size_t gossip_member_size(const struct swim_info *info)
{
	return nla_total_size(nla_total_size(SWIM_NAME_MAX + 1) +
			      2 * nla_total_size_64bit(8) + /* UID, SEQ */
			      /* GENERATION, INCARNATION, STATE, RTT_US,
			       * HEALTH, HEARD_MS
			       */
			      6 * nla_total_size(4) + address_size() +
			      /* SELF, DEGRADED, PROBATION, and AGREES or
			       * DIFFERS
			       */
			      4 * nla_total_size(0) + meta_size(info));
}

/* Why: only of a suspicion and of a failure, and only what is known. */
static int put_reason(struct sk_buff *skb, const struct swim_event *ev)
{
	struct nlattr *nest;

	if (ev->type != SWIM_EV_SUSPECT && ev->type != SWIM_EV_FAILED)
		return 0;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_REASON);
	if (!nest)
		return -EMSGSIZE;

	if ((ev->from && *ev->from &&
	     nla_put_string(skb, GOSSIP_A_REASON_FROM, ev->from)) ||
	    (ev->accuser && *ev->accuser &&
	     nla_put_string(skb, GOSSIP_A_REASON_ACCUSER, ev->accuser)) ||
	    (ev->accusers &&
	     nla_put_u32(skb, GOSSIP_A_REASON_ACCUSERS, ev->accusers)) ||
	    (ev->indirect &&
	     nla_put_u32(skb, GOSSIP_A_REASON_INDIRECT, ev->indirect)) ||
	    (ev->suspect_ms &&
	     nla_put_u32(skb, GOSSIP_A_REASON_SUSPECT_MS, ev->suspect_ms)) ||
	    (ev->pings && nla_put_u32(skb, GOSSIP_A_REASON_PINGS, ev->pings)) ||
	    (ev->nacks && nla_put_u32(skb, GOSSIP_A_REASON_NACKS, ev->nacks)) ||
	    nla_put_u32(skb, GOSSIP_A_REASON_HEALTH, ev->lhm))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

static size_t reason_size(void)
{
	return nla_total_size(/* FROM, ACCUSER */
			      2 * nla_total_size(SWIM_NAME_MAX + 1) +
			      /* ACCUSERS, INDIRECT, SUSPECT_MS, PINGS,
			       * NACKS, HEALTH
			       */
			      6 * nla_total_size(4));
}

int gossip_put_seq(struct sk_buff *skb, u64 seq)
{
	return nla_put_u64_64bit(skb, GOSSIP_A_MESSAGE_SEQ, seq,
				 GOSSIP_A_MESSAGE_PAD);
}

int gossip_put_event(struct sk_buff *skb, const struct gossip_event *ev)
{
	if (nla_put_u32(skb, GOSSIP_A_MESSAGE_EVENT, ev->type) ||
	    gossip_put_seq(skb, ev->seq) ||
	    gossip_put_member(skb, &ev->cause->info))
		return -EMSGSIZE;
	if (ev->service)
		return nla_put_string(skb, GOSSIP_A_MESSAGE_SERVICE,
				      ev->service);
	return put_reason(skb, ev->cause);
}

size_t gossip_event_size(const struct gossip_event *ev)
{
	return nla_total_size(4) + /* EVENT */
	       nla_total_size_64bit(8) + /* SEQ */
	       gossip_member_size(&ev->cause->info) +
	       (ev->service ? nla_total_size(SWIM_NAME_MAX + 1) :
			      reason_size());
}

int gossip_put_user_event(struct sk_buff *skb, const struct swim_user_event *ev,
			  u64 seq)
{
	struct nlattr *nest;

	if (gossip_put_seq(skb, seq))
		return -EMSGSIZE;

	nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_USER_EVENT);
	if (!nest || nla_put_string(skb, GOSSIP_A_USER_EVENT_NAME, ev->name) ||
	    (ev->len &&
	     nla_put(skb, GOSSIP_A_USER_EVENT_PAYLOAD, ev->len, ev->payload)) ||
	    (*ev->origin &&
	     nla_put_string(skb, GOSSIP_A_USER_EVENT_ORIGIN, ev->origin)) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_USER_EVENT_UID, ev->uid,
			      GOSSIP_A_USER_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, GOSSIP_A_USER_EVENT_LTIME, ev->ltime,
			      GOSSIP_A_USER_EVENT_PAD))
		return -EMSGSIZE;

	nla_nest_end(skb, nest);
	return 0;
}

size_t gossip_user_event_size(const struct swim_user_event *ev)
{
	return nla_total_size_64bit(8) + /* SEQ */
	       nla_total_size(/* NAME, ORIGIN */
			      2 * nla_total_size(SWIM_NAME_MAX + 1) +
			      nla_total_size(ev->len) +
			      /* UID, LTIME */
			      2 * nla_total_size_64bit(8));
}
