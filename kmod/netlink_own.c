// SPDX-License-Identifier: GPL-2.0
/*
 * Tags, user events and leases: policies, parsing, and the commands.
 *
 * Why the socket behind a lease is there whenever it is looked at, by which a
 * lease needs no reference to it:
 * - It is there while it sends the request that opens the lease: the sender's
 *   descriptor holds it.
 * - When its last descriptor is closed, netlink marks it as dead and calls
 *   on_netlink(), which ends its leases, before it drops its own reference; the
 *   memory goes a grace period after that.
 * - Only on_netlink() looks at it, of leases in the instance that it finds under
 *   RCU. One that it does not find any more may keep leases of sockets that are
 *   gone; they are freed, when the instance is muted, without a look.
 * - One that another call of on_netlink() had found before is looked at within
 *   the same RCU section, so that none of its sockets is freed meanwhile.
 *
 * A socket is known by its address and not by its port, which another one could
 * bind while on_netlink() is yet to be called for the first.
 */
#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/sock.h>

#include "namespace.h"
#include "netlink_own.h"
#include "netlink_parse.h"

/* A text below names it. */
static_assert(GOSSIP_USER_EVENT_MAX == 512 &&
	      SWIM_EVENT_MAX == GOSSIP_USER_EVENT_MAX);

static int check_ttl(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (nla_get_u32(attr))
		return 0;
	NL_SET_ERR_MSG_ATTR(
		extack, attr,
		"a time to live is 1 ms or more: leave it out for none");
	return -EINVAL;
}

static const struct nla_policy tag_policy[GOSSIP_A_TAG_MAX + 1] = {
	[GOSSIP_A_TAG_KEY] = GOSSIP_NAME_POLICY,
	[GOSSIP_A_TAG_VALUE] = { .type = NLA_STRING },
};

static const struct nla_policy meta_policy[GOSSIP_A_META_MAX + 1] = {
	[GOSSIP_A_META_TAG] = NLA_POLICY_NESTED(tag_policy),
	[GOSSIP_A_META_DELETE] = GOSSIP_NAME_POLICY,
	[GOSSIP_A_META_REPLACE] = { .type = NLA_FLAG },
};

static const struct nla_policy
	user_event_policy[GOSSIP_A_USER_EVENT_PAYLOAD + 1] = {
		[GOSSIP_A_USER_EVENT_NAME] = GOSSIP_NAME_POLICY,
		[GOSSIP_A_USER_EVENT_PAYLOAD] = { .type = NLA_BINARY },
	};

static const struct nla_policy lease_policy[GOSSIP_A_LEASE_MAX + 1] = {
	[GOSSIP_A_LEASE_SERVICE] = GOSSIP_NAME_POLICY,
	[GOSSIP_A_LEASE_TTL_MS] = NLA_POLICY_VALIDATE_FN(NLA_U32, check_ttl),
};

const struct nla_policy gossip_meta_policy[GOSSIP_A_MESSAGE_META + 1] = {
	[GOSSIP_A_MESSAGE_META] = NLA_POLICY_NESTED(meta_policy),
};

const struct nla_policy gossip_event_policy[GOSSIP_A_MESSAGE_USER_EVENT + 1] = {
	[GOSSIP_A_MESSAGE_USER_EVENT] = NLA_POLICY_NESTED(user_event_policy),
};

const struct nla_policy gossip_lease_policy[GOSSIP_A_MESSAGE_LEASE + 1] = {
	[GOSSIP_A_MESSAGE_LEASE] = NLA_POLICY_NESTED(lease_policy),
};

/*
 * Parses the nest @attr of a request into @tb, which has place for @max; @need
 * has to be there.
 */
static int parse_nest(struct genl_info *info, int attr, struct nlattr **tb,
		      int max, const struct nla_policy *policy, int need,
		      const char *missing)
{
	struct nlattr *nest = info->attrs[attr];
	int err;

	if (nest) {
		err = nla_parse_nested(tb, max, nest, policy, info->extack);
		if (err || !need || tb[need])
			return err;
		NL_SET_ERR_ATTR_MISS(info->extack, nest, need);
	} else {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	}
	/* Static, but not a literal: NL_SET_ERR_MSG() takes no pointer. */
	info->extack->_msg = missing;
	return -EINVAL;
}

/* @inst has ended meanwhile. */
static int refuse_ended(struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "the instance was stopped meanwhile");
	return -ENODEV;
}

/* @attr is at fault, unless there is no memory. */
static void blame(struct genl_info *info, const struct nlattr *attr, int err,
		  const struct gossip_error *error)
{
	gossip_explain(info, error);
	if (err != -ENOMEM)
		NL_SET_BAD_ATTR(info->extack, attr);
}

/* Tags */

static int refuse_tag(struct netlink_ext_ack *extack, const struct nlattr *attr,
		      int err)
{
	NL_SET_BAD_ATTR(extack, attr);
	switch (err) {
	case -EINVAL:
		NL_SET_ERR_MSG(
			extack,
			"a tag's value is UTF-8 without control characters");
		break;
	case -EEXIST:
		NL_SET_ERR_MSG(extack, "this key is there twice");
		return -EINVAL;
	case -ENOSPC:
		NL_SET_ERR_MSG(
			extack,
			"tags take more than 512 bytes in all, with 4 for each besides its key and value");
		break;
	}
	return err;
}

static int add_tag(struct gossip_tags *tags, const struct nlattr *nest,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(tag_policy)];
	const struct nlattr *value;
	const char *text = "";
	u32 len = 0;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, tag_policy,
			       extack);
	if (err)
		return err;
	if (!tb[GOSSIP_A_TAG_KEY]) {
		NL_SET_ERR_ATTR_MISS(extack, nest, GOSSIP_A_TAG_KEY);
		NL_SET_ERR_MSG_ATTR(extack, nest, "a tag has a key");
		return -EINVAL;
	}

	value = tb[GOSSIP_A_TAG_VALUE];
	if (value) {
		text = nla_data(value);
		len = nla_len(value);
		/* With or without a terminator; another NUL is no text. */
		if (len && !text[len - 1])
			len--;
	}
	err = gossip_tags_add(tags, nla_data(tb[GOSSIP_A_TAG_KEY]),
			      strlen(nla_data(tb[GOSSIP_A_TAG_KEY])), text,
			      len);
	if (err)
		return refuse_tag(extack,
				  err == -EEXIST ? tb[GOSSIP_A_TAG_KEY] : value,
				  err);
	return 0;
}

static int add_deleted(struct gossip_tags *tags, const struct nlattr *key,
		       struct netlink_ext_ack *extack)
{
	int err = gossip_tags_add(tags, nla_data(key), strlen(nla_data(key)),
				  "", 0);

	return err ? refuse_tag(extack, key, err) : 0;
}

static int parse_meta(struct genl_info *info, struct gossip_tags_change *change)
{
	struct nlattr *tb[ARRAY_SIZE(meta_policy)];
	const struct nlattr *attr;
	int err, rem;

	err = parse_nest(info, GOSSIP_A_MESSAGE_META, tb, ARRAY_SIZE(tb) - 1,
			 meta_policy, 0, "the change of tags is missing");
	if (err)
		return err;

	change->replace = tb[GOSSIP_A_META_REPLACE];
	nla_for_each_nested(attr, info->attrs[GOSSIP_A_MESSAGE_META], rem) {
		if (nla_type(attr) == GOSSIP_A_META_TAG)
			err = add_tag(&change->set, attr, info->extack);
		else if (nla_type(attr) == GOSSIP_A_META_DELETE)
			err = add_deleted(&change->unset, attr, info->extack);
		if (err)
			return err;
	}
	return 0;
}

static int set_tags(struct genl_info *info,
		    const struct gossip_tags_change *change)
{
	struct gossip_error error = {};
	struct gossip_instance *inst;
	struct gossip_own *own;
	int err;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst)
		return -ENODEV;

	own = gossip_own_lock(inst);
	if (own) {
		err = gossip_own_set_tags(own, change, &error);
		gossip_own_unlock(inst);
		if (err)
			blame(info, info->attrs[GOSSIP_A_MESSAGE_META], err,
			      &error);
	} else {
		err = refuse_ended(info);
	}
	gossip_instance_put(inst);
	return err;
}

int gossip_meta_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_tags_change *change;
	int err;

	change = kzalloc(sizeof(*change), GFP_KERNEL);
	if (!change)
		return -ENOMEM;

	err = parse_meta(info, change);
	if (!err)
		err = set_tags(info, change);
	kfree(change);
	return err;
}

/* User events */

static void explain_event(struct genl_info *info, int err,
			  const struct nlattr *payload)
{
	struct netlink_ext_ack *extack = info->extack;

	switch (err) {
	case -EMSGSIZE:
		NL_SET_ERR_MSG_ATTR(
			extack, payload,
			"a user event is longer than 512 bytes, name and payload together");
		break;
	case -ENOTCONN:
		NL_SET_ERR_MSG(
			extack,
			"this member is out of its group: it left, or another one holds its name");
		break;
	case -EAGAIN:
		NL_SET_ERR_MSG(
			extack,
			"too many user events are still being told: try again in a second");
		break;
	case -ENODEV:
		refuse_ended(info);
		break;
	}
}

int gossip_event_send_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[ARRAY_SIZE(user_event_policy)];
	const struct nlattr *payload;
	struct gossip_instance *inst;
	int err;

	err = parse_nest(info, GOSSIP_A_MESSAGE_USER_EVENT, tb,
			 ARRAY_SIZE(tb) - 1, user_event_policy,
			 GOSSIP_A_USER_EVENT_NAME,
			 "the user event's name is missing");
	if (err)
		return err;

	inst = gossip_parse_net(genl_info_net(info), info->extack);
	if (!inst)
		return -ENODEV;

	payload = tb[GOSSIP_A_USER_EVENT_PAYLOAD];
	err = gossip_send_user_event(inst,
				     nla_data(tb[GOSSIP_A_USER_EVENT_NAME]),
				     payload ? nla_data(payload) : NULL,
				     payload ? nla_len(payload) : 0);
	explain_event(info, err, payload);
	gossip_instance_put(inst);
	return err;
}

/* Leases */

static bool is_allowed(const struct sk_buff *skb, const struct net *net,
		       const struct gossip_uids *uids)
{
	uid_t uid = from_kuid(net->user_ns, NETLINK_CREDS(skb)->uid);

	/* One that the namespace does not know is -1. */
	if (uids->any && uid != (uid_t)-1 && uid >= uids->first &&
	    uid <= uids->last)
		return true;
	return netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN);
}

/**
 * struct request - what a command about a lease says
 * @inst: of the caller's namespace, with a reference
 * @owner: the caller's socket
 * @service: its name
 * @attr: which has that
 * @ttl: in ns, 0 if it was not given
 */
struct request {
	struct gossip_instance *inst;
	const struct sock *owner;
	const char *service;
	const struct nlattr *attr;
	u64 ttl;
};

/* Afterwards, if all went well, the instance is to be put. */
static int parse_request(struct sk_buff *skb, struct genl_info *info,
			 struct request *request)
{
	struct nlattr *tb[ARRAY_SIZE(lease_policy)];
	struct net *net = genl_info_net(info);
	int err;

	err = parse_nest(info, GOSSIP_A_MESSAGE_LEASE, tb, ARRAY_SIZE(tb) - 1,
			 lease_policy, GOSSIP_A_LEASE_SERVICE,
			 "the service's name is missing");
	if (err)
		return err;

	request->inst = gossip_parse_net(net, info->extack);
	if (!request->inst)
		return -ENODEV;
	if (!is_allowed(skb, net, gossip_lease_uids(request->inst))) {
		gossip_instance_put(request->inst);
		NL_SET_ERR_MSG(
			info->extack,
			"leases are for CAP_NET_ADMIN and the users of lease_uids");
		return -EPERM;
	}

	request->owner = NETLINK_CB(skb).sk;
	request->attr = tb[GOSSIP_A_LEASE_SERVICE];
	request->service = nla_data(request->attr);
	request->ttl = 0;
	if (tb[GOSSIP_A_LEASE_TTL_MS])
		request->ttl = (u64)nla_get_u32(tb[GOSSIP_A_LEASE_TTL_MS]) *
			       NSEC_PER_MSEC;
	return 0;
}

/* Ends what the command began: @err is its, and why. */
static int finish(struct genl_info *info, const struct request *request,
		  const struct gossip_own *own, int err,
		  const struct gossip_error *error)
{
	if (own)
		gossip_own_unlock(request->inst);
	gossip_instance_put(request->inst);
	if (!own)
		return refuse_ended(info);
	if (err)
		blame(info, request->attr, err, error);
	return err;
}

int gossip_lease_open_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_error error = {};
	struct gossip_lease *lease;
	struct request request;
	struct gossip_own *own;
	int err;

	lease = kzalloc(sizeof(*lease), GFP_KERNEL_ACCOUNT);
	if (!lease)
		return -ENOMEM;
	err = parse_request(skb, info, &request);
	if (err)
		goto free_lease;

	lease->owner = request.owner;
	lease->ttl = request.ttl;
	strscpy(lease->service, request.service, sizeof(lease->service));
	own = gossip_own_lock(request.inst);
	if (own)
		err = gossip_own_open(own, lease, &error);
	err = finish(info, &request, own, err, &error);
	if (!err)
		return 0;

free_lease:
	kfree(lease);
	return err;
}

/* To a lease that is there. */
static int change_lease(struct sk_buff *skb, struct genl_info *info,
			int (*change)(struct gossip_own *own,
				      const struct request *request,
				      struct gossip_error *error))
{
	struct gossip_error error = {};
	struct request request;
	struct gossip_own *own;
	int err;

	err = parse_request(skb, info, &request);
	if (err)
		return err;

	own = gossip_own_lock(request.inst);
	if (own)
		err = change(own, &request, &error);
	return finish(info, &request, own, err, &error);
}

static int renew(struct gossip_own *own, const struct request *request,
		 struct gossip_error *error)
{
	return gossip_own_renew(own, request->owner, request->service,
				request->ttl, error);
}

int gossip_lease_renew_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_lease(skb, info, renew);
}

static int take_down(struct gossip_own *own, const struct request *request,
		     struct gossip_error *error)
{
	return gossip_own_close(own, request->owner, request->service, error);
}

int gossip_lease_close_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_lease(skb, info, take_down);
}

static int on_netlink(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	const struct netlink_notify *notify = data;
	struct gossip_instance *inst;
	struct gossip_own *own;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;

	rcu_read_lock();
	inst = gossip_instance_rcu(notify->net);
	own = inst ? gossip_own_lock(inst) : NULL;
	if (own) {
		gossip_own_end_closed(own);
		gossip_own_unlock(inst);
	}
	rcu_read_unlock();
	return NOTIFY_OK;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = on_netlink,
};

int gossip_leases_watch(void)
{
	return netlink_register_notifier(&netlink_notifier);
}

void gossip_leases_unwatch(void)
{
	netlink_unregister_notifier(&netlink_notifier);
}
