// SPDX-License-Identifier: GPL-2.0
/* A ping, and what comes of it. */

#include <errno.h>
#include <string.h>

#include "attr.h"
#include "handle.h"

/* What the kernel may take longer than it was told to. */
#define GRACE_MS 1000

struct listener {
	void (*pong)(const struct gossip_pong *pong, void *ctx);
	void *ctx;
	bool ended;
};

static int read_pong(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *ping[GOSSIP_A_PING_MAX + 1];
	struct listener *listener = ctx;
	struct gossip_pong pong;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	if (!tb[GOSSIP_A_MESSAGE_PING])
		return 0;
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_PING], ping, GOSSIP_A_PING_MAX);
	pong.result =
		attr_u32(ping[GOSSIP_A_PING_RESULT], GOSSIP_PING_RESULT_SILENT);
	pong.rtt_us = attr_optional_u32(ping[GOSSIP_A_PING_RTT_US]);
	attr_string(ping[GOSSIP_A_PING_VIA], pong.via, sizeof(pong.via));
	if (pong.result == GOSSIP_PING_RESULT_END)
		listener->ended = true;
	else
		listener->pong(&pong, listener->ctx);
	return 0;
}

int gossip_ping(struct gossip *handle, const char *name,
		unsigned int timeout_ms,
		void (*pong)(const struct gossip_pong *pong, void *ctx),
		void *ctx)
{
	struct listener listener = { .pong = pong, .ctx = ctx };
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	int err;

	err = handle_ready(handle);
	if (err)
		return err;
	/* A longer one is none; requests have a bound. */
	if (strlen(name) > GOSSIP_NAME_MAX)
		return handle_fail(handle, -ENOENT, "no member of that name");
	nlh = nl_request(&handle->query, GOSSIP_CMD_PING);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_MEMBER);
	mnl_attr_put_strz(nlh, GOSSIP_A_MEMBER_NAME, name);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_PING);
	mnl_attr_put_u32(nlh, GOSSIP_A_PING_TIMEOUT, timeout_ms);
	mnl_attr_nest_end(nlh, nest);
	/* Answers may come before the request is acknowledged. */
	err = nl_do(&handle->query, read_pong, &listener);
	if (err)
		return handle_explain(handle, err);
	while (!err && !listener.ended)
		err = nl_more(&handle->query, read_pong, &listener,
			      timeout_ms + GRACE_MS);
	if (err == -ETIMEDOUT)
		return handle_fail(
			handle, err,
			"the kernel did not tell of the end: has the instance ended?");
	if (err)
		return handle_fail(handle, err, "%s", strerror(-err));
	return 0;
}
