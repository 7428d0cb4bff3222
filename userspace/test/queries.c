// SPDX-License-Identifier: GPL-2.0
/* What the made-up kernel says of the instance, its counters, pings and keys. */

#include <errno.h>

#include <linux/genetlink.h>

#include <libmnl/libmnl.h>

#include "addr.h"
#include "attr.h"
#include "kernel.h"

static void put_addr(struct nlmsghdr *nlh, uint16_t type,
		     const struct gossip_addr *addr)
{
	if (addr->family)
		addr_put(nlh, type, addr);
}

static void put_instance(struct nlmsghdr *nlh)
{
	const struct gossip_instance *instance = &kernel.instance;
	uint32_t count[4] = { 0 };
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < kernel.size; i++)
		if (kernel.member[i].name[0] && kernel.member[i].state < 4)
			count[kernel.member[i].state]++;
	mnl_attr_put_strz(nlh, GOSSIP_A_INSTANCE_NAME, instance->name);
	mnl_attr_put_strz(nlh, GOSSIP_A_INSTANCE_CLUSTER, instance->cluster);
	put_addr(nlh, GOSSIP_A_INSTANCE_BIND, &instance->bind);
	put_addr(nlh, GOSSIP_A_INSTANCE_ADVERTISE, &instance->advertise);
	put_addr(nlh, GOSSIP_A_INSTANCE_HOLDER, &instance->holder);
	for (i = 0; i < instance->peers; i++)
		put_addr(nlh, GOSSIP_A_INSTANCE_PEER, &instance->peer[i]);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_STATUS, instance->status);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_HEALTH, instance->health);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_ALIVE, count[0]);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_SUSPECT, count[1]);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_FAILED, count[2]);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_LEFT, count[3]);
	mnl_attr_put_u64(nlh, GOSSIP_A_INSTANCE_UID, kernel.uid);
	mnl_attr_put_u64(nlh, GOSSIP_A_INSTANCE_SEQ, kernel.seq);
	mnl_attr_put_u64(nlh, GOSSIP_A_INSTANCE_USER_SEQ, instance->user_seq);
	mnl_attr_put_u64(nlh, GOSSIP_A_INSTANCE_VIEW, 0xabcdef0123456789);
	mnl_attr_put_u32(nlh, GOSSIP_A_INSTANCE_VIEW_MS, instance->view_ms);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_INSTANCE_CONFIG);
	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++)
		if (kernel.tunable[i])
			mnl_attr_put_u32(nlh, i, kernel.tunable[i]);
	mnl_attr_nest_end(nlh, nest);
}

static void answer_instance(struct mnl_socket *sock, uint32_t seq)
{
	struct nlmsghdr *nlh =
		kernel_message(sock, seq, GOSSIP_CMD_INSTANCE_GET);
	struct nlattr *nest;

	kernel.asked++;
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_INSTANCE);
	if (kernel.running)
		put_instance(nlh);
	mnl_attr_nest_end(nlh, nest);
	kernel_answer(sock, seq, 0, false);
	if (kernel.after_ask)
		kernel.after_ask();
}

static void answer_stats(struct mnl_socket *sock, uint32_t seq)
{
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	unsigned int i;

	nlh = kernel_message(sock, seq, GOSSIP_CMD_STATS_GET);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_STATS);
	for (i = GOSSIP_A_STATS_PAD + 1; i <= GOSSIP_A_STATS_MAX; i++)
		if (kernel.stat[i] >= 0)
			mnl_attr_put_u64(nlh, i, kernel.stat[i]);
	mnl_attr_nest_end(nlh, nest);
	kernel_answer(sock, seq, 0, false);
}

static void answer_set(struct mnl_socket *sock, const struct nlmsghdr *request)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *in[GOSSIP_A_INSTANCE_MAX + 1];
	const struct nlattr *config[GOSSIP_A_CONFIG_MAX + 1];
	struct gossip_instance *instance = &kernel.instance;
	unsigned int i;

	attr_parse(request, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_INSTANCE], in,
			GOSSIP_A_INSTANCE_MAX);
	attr_parse_nest(in[GOSSIP_A_INSTANCE_CONFIG], config,
			GOSSIP_A_CONFIG_MAX);
	for (i = 1; i <= GOSSIP_A_CONFIG_MAX; i++)
		kernel.tunable[i] = attr_u32(config[i], kernel.tunable[i]);
	instance->sensitivity = attr_u32(in[GOSSIP_A_INSTANCE_SENSITIVITY],
					 instance->sensitivity);
	kernel_answer(sock, request->nlmsg_seq, 0, false);
}

static void tell_pong(struct mnl_socket *sock, uint32_t seq,
		      const struct gossip_pong *pong)
{
	struct nlmsghdr *nlh = kernel_message(sock, seq, GOSSIP_CMD_PING_NTF);
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_PING);
	mnl_attr_put_u32(nlh, GOSSIP_A_PING_RESULT, pong->result);
	if (pong->via[0])
		mnl_attr_put_strz(nlh, GOSSIP_A_PING_VIA, pong->via);
	if (pong->rtt_us >= 0)
		mnl_attr_put_u32(nlh, GOSSIP_A_PING_RTT_US, pong->rtt_us);
	mnl_attr_nest_end(nlh, nest);
}

static void answer_ping(struct mnl_socket *sock, uint32_t seq)
{
	static const struct gossip_pong end = {
		.result = GOSSIP_PING_RESULT_END,
		.rtt_us = -1,
	};
	unsigned int i;

	for (i = 0; i < kernel.early; i++)
		tell_pong(sock, seq, &kernel.pong[i]);
	kernel_answer(sock, seq, 0, false);
	/* Of an earlier request, that nobody waits for any more. */
	tell_pong(sock, seq - 1, &end);
	for (; i < kernel.pongs; i++)
		tell_pong(sock, seq, &kernel.pong[i]);
	if (!kernel.endless)
		tell_pong(sock, seq, &end);
}

void kernel_tell_key(struct mnl_socket *sock, uint32_t seq)
{
	struct nlmsghdr *nlh = kernel_message(sock, seq, GOSSIP_CMD_KEY_ADD);
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_KEY);

	mnl_attr_put_u32(nlh, GOSSIP_A_KEY_ID, kernel.key[kernel.keys - 1]);
	mnl_attr_nest_end(nlh, nest);
}

static void answer_keys(struct mnl_socket *sock, uint32_t seq)
{
	struct nlmsghdr *nlh = kernel_message(sock, seq, GOSSIP_CMD_KEY_GET);
	struct nlattr *nest;
	int i;

	for (i = 0; i < (int)kernel.keys; i++) {
		nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_KEY);
		mnl_attr_put_u32(nlh, GOSSIP_A_KEY_ID, kernel.key[i]);
		if (i == kernel.primary)
			mnl_attr_put(nlh, GOSSIP_A_KEY_PRIMARY, 0, NULL);
		if (i == kernel.primary && kernel.permissive)
			mnl_attr_put(nlh, GOSSIP_A_KEY_PERMISSIVE, 0, NULL);
		mnl_attr_nest_end(nlh, nest);
	}
	kernel_answer(sock, seq, 0, false);
}

bool kernel_query(struct mnl_socket *sock, const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	uint32_t seq = request->nlmsg_seq;

	if (genl->cmd == GOSSIP_CMD_INSTANCE_GET) {
		answer_instance(sock, seq);
		return true;
	}
	switch (genl->cmd) {
	case GOSSIP_CMD_STATS_GET:
	case GOSSIP_CMD_INSTANCE_SET:
	case GOSSIP_CMD_PING:
	case GOSSIP_CMD_KEY_GET:
		break;
	default:
		return false;
	}
	if (!kernel.running)
		kernel_answer(sock, seq, -ENODEV, false);
	else if (genl->cmd == GOSSIP_CMD_STATS_GET)
		answer_stats(sock, seq);
	else if (genl->cmd == GOSSIP_CMD_INSTANCE_SET)
		answer_set(sock, request);
	else if (genl->cmd == GOSSIP_CMD_PING)
		answer_ping(sock, seq);
	else if (kernel.unprivileged)
		kernel_answer(sock, seq, -EPERM, false);
	else
		answer_keys(sock, seq);
	return true;
}
