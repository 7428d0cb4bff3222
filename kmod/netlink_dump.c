// SPDX-License-Identifier: GPL-2.0
/* The dump of members by netlink. */

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include <uapi/linux/gossip.h>

#include "meta.h"
#include "namespace.h"
#include "netlink_dump.h"
#include "netlink_parse.h"
#include "netlink_put.h"

#define STEP 64 /* members copied at a time */

/**
 * struct dump - a dump between two calls; holds no reference
 * @uid: of the instance that it began with
 * @seq: number of its last event then
 * @service: only members that have it up; in the request, which netlink keeps
 *	until the dump ends; NULL for all
 * @slot: where to go on
 * @states: only members in one of these, as bits
 */
struct dump {
	u64 uid;
	u64 seq;
	const char *service;
	u32 slot;
	u32 states;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump) > sizeof(cb->ctx));
	return (struct dump *)cb->ctx;
}

/* For nl_dump_check_consistent(), to which 0 means that it is not known. */
static unsigned int consistency(u64 seq)
{
	return (unsigned int)seq << 1 | 1;
}

/* The request was checked against the policy by then. */
static int read_filter(struct netlink_callback *cb)
{
	const struct nlattr *attr, *filter;
	struct dump *dump = dump_of(cb);
	int rem;

	attr = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, GOSSIP_A_MESSAGE_MEMBER);
	if (attr) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attr,
				    "a dump takes a filter, and no member");
		return -EINVAL;
	}

	dump->service = NULL;
	dump->states = 0;
	filter = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, GOSSIP_A_MESSAGE_FILTER);
	if (filter)
		nla_for_each_nested(attr, filter, rem) {
			if (nla_type(attr) == GOSSIP_A_FILTER_STATE)
				dump->states |= BIT(nla_get_u32(attr));
			else
				dump->service = nla_data(attr);
		}
	dump->states = dump->states ?: ~0U;
	return 0;
}

static bool passes(const struct dump *dump, const struct swim_info *info)
{
	return dump->states & BIT(info->state) &&
	       (!dump->service || gossip_has_service(info, dump->service));
}

/* Refusals stand here: not every library sees what a dump ends with. */
int gossip_dump_start(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct gossip_instance *inst;
	struct gossip_mark mark;
	int err;

	err = read_filter(cb);
	if (err)
		return err;

	inst = gossip_parse_net(sock_net(cb->skb->sk), cb->extack);
	if (!inst)
		return -ENODEV;

	gossip_recent(inst, SWIM_NEVER, NULL, 0, &mark);
	gossip_instance_put(inst);
	dump->uid = mark.uid;
	dump->seq = mark.seq;
	cb->prev_seq = consistency(dump->seq);
	return 0;
}

static int put_dumped(const struct genl_family *family, struct sk_buff *skb,
		      struct netlink_callback *cb, const struct swim_info *info)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  family, NLM_F_MULTI, GOSSIP_CMD_MEMBER_GET);
	if (!hdr)
		return -EMSGSIZE;

	if (gossip_put_member(skb, info) ||
	    gossip_put_seq(skb, dump_of(cb)->seq)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}

	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

/* Until @skb is full or all were put; a member that did not fit comes next. */
static void put_members(const struct genl_family *family, struct sk_buff *skb,
			struct netlink_callback *cb,
			struct gossip_instance *inst, struct swim_slot *member)
{
	struct dump *dump = dump_of(cb);
	u32 slot = dump->slot;
	u32 count, i;
	bool end;

	do {
		count = gossip_scan(inst, 0, &slot, member, STEP, &end);
		for (i = 0; i < count; i++) {
			dump->slot = member[i].slot;
			if (passes(dump, &member[i].info) &&
			    put_dumped(family, skb, cb, &member[i].info))
				break;
		}
		if (i == count)
			dump->slot = slot;
		else
			end = true;
		while (count--)
			swim_meta_put(member[count].info.meta);
		cond_resched();
	} while (!end);
}

/*
 * The call that finds nothing left to put is one after that which put the
 * last: so changes meanwhile are seen, and flagged in the final message at the
 * latest.
 */
int gossip_dump_members(const struct genl_family *family, struct sk_buff *skb,
			struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct gossip_instance *inst;
	struct swim_slot *member;
	struct gossip_mark mark;

	/* Differs from what it was, unless proven otherwise below. */
	cb->seq = cb->prev_seq + 2;

	inst = gossip_instance_get(sock_net(cb->skb->sk));
	if (!inst)
		return 0;

	gossip_recent(inst, SWIM_NEVER, NULL, 0, &mark);
	if (mark.uid != dump->uid) {
		gossip_instance_put(inst);
		return 0;
	}

	member = kvmalloc_array(STEP, sizeof(*member), GFP_KERNEL);
	if (!member) {
		gossip_instance_put(inst);
		return -ENOMEM;
	}

	cb->seq = consistency(mark.seq);
	put_members(family, skb, cb, inst, member);
	kvfree(member);
	gossip_instance_put(inst);
	return skb->len;
}
