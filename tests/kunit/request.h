/* SPDX-License-Identifier: GPL-2.0 */
/* One request over generic netlink, as its server gets it; the test puts what is in it. */
#ifndef _REQUEST_H
#define _REQUEST_H

#include <kunit/test.h>
#include <net/genetlink.h>
#include <uapi/linux/gossip.h>

#include "../../kmod/params.h"

/**
 * struct request - one that can be put, validated and carried out more than once
 * @skb: the message
 * @tb: its top attributes, after validation
 * @info: refers to @tb and @extack, and to init_net
 * @params: what a test has a start or a join parsed into
 * @change: an instance-set
 * @timeout_ms: a ping
 */
struct request {
	struct sk_buff *skb;
	struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct netlink_ext_ack extack;
	struct genl_info info;
	struct gossip_params params;
	struct gossip_change change;
	u32 timeout_ms;
};

/* Empty, as test->priv: init and exit of a suite. */
int request_init(struct kunit *test);
void request_exit(struct kunit *test);

/* Takes out what was put, and forgets how it was refused. */
void request_clear(struct request *request);
/* As generic netlink does, before it calls who is to carry it out. */
int request_validate(struct request *request, const struct nla_policy *policy,
		     int maxtype);

/* That it was refused with a message that has @words in it. */
void request_expect_words(struct kunit *test, const char *words);

#endif
