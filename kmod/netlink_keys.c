// SPDX-License-Identifier: GPL-2.0
/* The commands about keys: policies, parsing, and what they do. */

#include <linux/build_bug.h>

#include "keyring.h"
#include "namespace.h"
#include "netlink_keys.h"
#include "netlink_parse.h"

static_assert(GOSSIP_KEYS_MAX == SEAL_KEYS_MAX);

static const struct nla_policy key_policy[GOSSIP_A_KEY_MAX + 1] = {
	[GOSSIP_A_KEY_SECRET] = NLA_POLICY_EXACT_LEN(GOSSIP_SECRET_SIZE),
	[GOSSIP_A_KEY_ID] = { .type = NLA_U32 },
	[GOSSIP_A_KEY_PERMISSIVE] = { .type = NLA_FLAG },
};

const struct nla_policy gossip_key_policy[GOSSIP_A_MESSAGE_KEY + 1] = {
	[GOSSIP_A_MESSAGE_KEY] = NLA_POLICY_NESTED(key_policy),
};

/* Of several keys only the last is in @attrs: nobody would know of the others. */
static int check_single(const struct genl_info *info)
{
	const struct nlattr *last = info->attrs[GOSSIP_A_MESSAGE_KEY];
	const struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != GOSSIP_A_MESSAGE_KEY || attr == last)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "a request has one key, and no more");
		return -EINVAL;
	}
	return 0;
}

/* The key of a request, into @tb; @need has to be there. */
static int parse(struct genl_info *info, struct nlattr **tb, int need,
		 const char *missing)
{
	struct nlattr *nest = info->attrs[GOSSIP_A_MESSAGE_KEY];
	int err;

	err = check_single(info);
	if (err)
		return err;
	if (nest) {
		err = nla_parse_nested(tb, GOSSIP_A_KEY_MAX, nest, key_policy,
				       info->extack);
		if (err || tb[need])
			return err;
		NL_SET_ERR_ATTR_MISS(info->extack, nest, need);
	} else {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, GOSSIP_A_MESSAGE_KEY);
	}
	/* Static, but not a literal: NL_SET_ERR_MSG() takes no pointer. */
	info->extack->_msg = missing;
	return -EINVAL;
}

static int change_key(struct genl_info *info,
		      const struct gossip_key_change *change,
		      const struct nlattr *attr)
{
	struct gossip_error error = {};
	int err = gossip_change_key(genl_info_net(info), change, &error);

	if (!err)
		return 0;
	gossip_explain(info, &error);
	if (attr)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

static int add_key(struct genl_info *info, u32 *id)
{
	struct gossip_key_change change = { .what = GOSSIP_KEY_ADD };
	struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	int err;

	err = parse(info, tb, GOSSIP_A_KEY_SECRET, "the secret is missing");
	if (err)
		return err;
	change.secret = nla_data(tb[GOSSIP_A_KEY_SECRET]);
	*id = gossip_secret_id(change.secret);
	return change_key(info, &change, tb[GOSSIP_A_KEY_SECRET]);
}

int gossip_key_add(struct genl_info *info, u32 *id)
{
	int err = add_key(info, id);

	gossip_wipe_secrets(info, GOSSIP_A_MESSAGE_KEY, GOSSIP_A_KEY_SECRET);
	return err;
}

int gossip_key_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_key_change change = { .what = GOSSIP_KEY_DEL };
	struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	int err;

	err = parse(info, tb, GOSSIP_A_KEY_ID, "the key's id is missing");
	if (err)
		return err;
	change.id = nla_get_u32(tb[GOSSIP_A_KEY_ID]);
	return change_key(info, &change, tb[GOSSIP_A_KEY_ID]);
}

int gossip_key_use_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gossip_key_change change = { .what = GOSSIP_KEY_REST };
	struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	int err;

	if (!info->attrs[GOSSIP_A_MESSAGE_KEY])
		return change_key(info, &change, NULL);
	err = parse(info, tb, GOSSIP_A_KEY_ID, "the key's id is missing");
	if (err)
		return err;
	change.what = GOSSIP_KEY_USE;
	change.id = nla_get_u32(tb[GOSSIP_A_KEY_ID]);
	change.permissive = tb[GOSSIP_A_KEY_PERMISSIVE];
	return change_key(info, &change, tb[GOSSIP_A_KEY_ID]);
}

static int put_key(struct sk_buff *skb, u32 id, bool primary, bool permissive)
{
	struct nlattr *nest = nla_nest_start(skb, GOSSIP_A_MESSAGE_KEY);

	if (!nest || nla_put_u32(skb, GOSSIP_A_KEY_ID, id) ||
	    (primary && nla_put_flag(skb, GOSSIP_A_KEY_PRIMARY)) ||
	    (primary && permissive &&
	     nla_put_flag(skb, GOSSIP_A_KEY_PERMISSIVE)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int gossip_put_keys(struct sk_buff *skb, const struct gossip_key_list *list)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < list->count; i++)
		err = put_key(skb, list->id[i], i == list->primary,
			      list->permissive);
	return err;
}
