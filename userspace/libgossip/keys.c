// SPDX-License-Identifier: GPL-2.0
/* The keys that datagrams are sealed and opened with. */

#include <linux/genetlink.h>

#include "attr.h"
#include "handle.h"

/* @secret: GOSSIP_SECRET_SIZE bytes, or NULL for the key @id */
static void put_key(struct nlmsghdr *nlh, const void *secret, uint32_t id,
		    bool permissive)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_KEY);

	if (secret)
		mnl_attr_put(nlh, GOSSIP_A_KEY_SECRET, GOSSIP_SECRET_SIZE,
			     secret);
	else
		mnl_attr_put_u32(nlh, GOSSIP_A_KEY_ID, id);
	if (permissive)
		mnl_attr_put(nlh, GOSSIP_A_KEY_PERMISSIVE, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
}

static int read_added(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *message[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	uint32_t *id = ctx;

	attr_parse(nlh, message, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(message[GOSSIP_A_MESSAGE_KEY], tb, GOSSIP_A_KEY_MAX);
	*id = attr_u32(tb[GOSSIP_A_KEY_ID], *id);
	return 0;
}

int gossip_add_key(struct gossip *handle, const void *secret, uint32_t *id)
{
	uint32_t added = 0;
	int err = handle_ready(handle);

	if (err)
		return err;
	put_key(nl_request(&handle->query, GOSSIP_CMD_KEY_ADD), secret, 0,
		false);
	err = nl_do(&handle->query, read_added, &added);
	nl_forget(&handle->query);
	if (!err && id)
		*id = added;
	return handle_explain(handle, err);
}

static int change(struct gossip *handle, uint8_t cmd, uint32_t id,
		  bool permissive)
{
	int err = handle_ready(handle);

	if (err)
		return err;
	put_key(nl_request(&handle->query, cmd), NULL, id, permissive);
	return handle_explain(handle, nl_do(&handle->query, NULL, NULL));
}

int gossip_delete_key(struct gossip *handle, uint32_t id)
{
	return change(handle, GOSSIP_CMD_KEY_DEL, id, false);
}

int gossip_use_key(struct gossip *handle, uint32_t id, bool permissive)
{
	return change(handle, GOSSIP_CMD_KEY_USE, id, permissive);
}

int gossip_use_no_key(struct gossip *handle)
{
	int err = handle_ready(handle);

	if (err)
		return err;
	nl_request(&handle->query, GOSSIP_CMD_KEY_USE);
	return handle_explain(handle, nl_do(&handle->query, NULL, NULL));
}

static void read_key(struct gossip *handle, const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	struct gossip_keys *keys = &handle->keys;
	int64_t id;

	attr_parse_nest(nest, tb, GOSSIP_A_KEY_MAX);
	id = attr_optional_u32(tb[GOSSIP_A_KEY_ID]);
	if (id < 0 || keys->count == GOSSIP_KEYS_MAX)
		return;
	if (tb[GOSSIP_A_KEY_PRIMARY]) {
		keys->primary = keys->count;
		keys->permissive = tb[GOSSIP_A_KEY_PERMISSIVE];
	}
	handle->key_id[keys->count++] = id;
}

static int read_keys(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr =
		mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	const char *end = mnl_nlmsg_get_payload_tail(nlh);

	for (; mnl_attr_ok(attr, end - (const char *)attr);
	     attr = mnl_attr_next(attr))
		if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_KEY)
			read_key(ctx, attr);
	return 0;
}

int gossip_get_keys(struct gossip *handle, const struct gossip_keys **keys)
{
	int err = handle_ready(handle);

	if (err)
		return err;
	handle->keys = (struct gossip_keys){
		.id = handle->key_id,
		.primary = -1,
	};
	nl_request(&handle->query, GOSSIP_CMD_KEY_GET);
	err = nl_do(&handle->query, read_keys, handle);
	*keys = &handle->keys;
	return handle_explain(handle, err);
}
