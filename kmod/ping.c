// SPDX-License-Identifier: GPL-2.0
/*
 * Pings that are asked for by netlink. The request returns at once, as whoever
 * sleeps in one makes all wait that register a family; what comes of it goes
 * later to the socket that asked. Nothing is kept of that socket but its port
 * and the number of its request, in the ping's cookie: where it is closed
 * meanwhile, the messages have no receiver.
 */

#include <linux/err.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "instance.h"
#include "netlink_parse.h"
#include "ping.h"

static_assert((int)SWIM_PONG_ACK == GOSSIP_PING_RESULT_ACK);
static_assert((int)SWIM_PONG_NACK == GOSSIP_PING_RESULT_NACK);
static_assert((int)SWIM_PONG_SILENT == GOSSIP_PING_RESULT_SILENT);
static_assert((int)SWIM_PONG_END == GOSSIP_PING_RESULT_END);

/* The text below names it. */
static_assert(SWIM_PINGS_MAX == 8);

static void explain(struct genl_info *info, int err)
{
	const struct nlattr *name = gossip_find_name(info);

	switch (err) {
	case -ENOENT:
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "no member of that name");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "it is this member itself");
		break;
	case -ENETDOWN:
		NL_SET_ERR_MSG(info->extack,
			       "this member is in no group: let it join one");
		break;
	case -EBUSY:
		NL_SET_ERR_MSG(info->extack,
			       "8 pings are under way: wait for one to end");
		break;
	}
}

int gossip_ping_ask(struct gossip_instance *inst, struct genl_info *info)
{
	char name[SWIM_NAME_MAX + 1];
	u32 timeout_ms;
	u64 cookie;
	int err;

	err = gossip_parse_ping(info, name, &timeout_ms);
	if (err)
		return err;

	cookie = (u64)info->snd_portid << 32 | info->snd_seq;
	err = gossip_ping(inst, name, timeout_ms, cookie);
	if (err)
		explain(info, err);
	return err;
}

static int put_pong(struct sk_buff *skb, const struct swim_pong *pong)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_PING);

	if (!nest || nla_put_u32(skb, GOSSIP_A_PING_RESULT, pong->result) ||
	    (*pong->via && nla_put_string(skb, GOSSIP_A_PING_VIA, pong->via)) ||
	    (pong->result == SWIM_PONG_ACK &&
	     nla_put_u32(skb, GOSSIP_A_PING_RTT_US, pong->rtt_us)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static size_t pong_size(void)
{
	return nla_total_size(nla_total_size(SWIM_NAME_MAX + 1) + /* VIA */
			      2 * nla_total_size(4)); /* RESULT, RTT_US */
}

struct sk_buff *gossip_ping_answer(const struct genl_family *family,
				   const struct swim_pong *pong)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(pong_size(), GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return ERR_PTR(-ENOMEM);

	hdr = genlmsg_put(skb, pong->cookie >> 32, (u32)pong->cookie, family, 0,
			  GOSSIP_CMD_PING_NTF);
	if (WARN_ON_ONCE(!hdr || put_pong(skb, pong))) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return skb;
}
