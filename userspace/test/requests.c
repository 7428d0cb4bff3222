// SPDX-License-Identifier: GPL-2.0
/* What the made-up kernel does when it is asked for tags, services, user events and keys. */

#include <endian.h>
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "attr.h"
#include "kernel.h"
#include "services.h"
#include "tags.h"

static char tags[GOSSIP_TAGS_MAX];

static void take_tag(const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_TAG_MAX + 1];
	char key[GOSSIP_NAME_MAX + 1], value[GOSSIP_TAGS_MAX];

	attr_parse_nest(nest, tb, GOSSIP_A_TAG_MAX);
	attr_string(tb[GOSSIP_A_TAG_KEY], key, sizeof(key));
	attr_string(tb[GOSSIP_A_TAG_VALUE], value, sizeof(value));
	tags_add(tags, key, value);
}

/* Those that stay come first: a test that asks for an order sets them so. */
static int set_tags(const struct nlattr *meta)
{
	struct gossip_member *self = &kernel.member[0];
	const char *key = NULL, *value;
	const struct nlattr *attr;
	char name[GOSSIP_NAME_MAX + 1];
	bool goes;

	memset(tags, 0, sizeof(tags));
	while (gossip_next_tag(self, &key, &value)) {
		goes = false;
		for (attr = attr_first(meta); attr;
		     attr = attr_next(meta, attr)) {
			attr_string(attr, name, sizeof(name));
			goes |= mnl_attr_get_type(attr) ==
					GOSSIP_A_META_DELETE &&
				!strcmp(name, key);
			goes |= mnl_attr_get_type(attr) ==
				GOSSIP_A_META_REPLACE;
		}
		if (!goes)
			tags_add(tags, key, value);
	}
	for (attr = attr_first(meta); attr; attr = attr_next(meta, attr))
		if (mnl_attr_get_type(attr) == GOSSIP_A_META_TAG)
			take_tag(attr);
	memcpy(self->tags, tags, sizeof(tags));
	kernel_change(0, GOSSIP_EVENT_TYPE_UPDATE, NULL,
		      GOSSIP_MEMBER_STATE_ALIVE);
	return 0;
}

/* @attr of the request is at fault. */
static int refuse(const struct nlmsghdr *nlh, const struct nlattr *attr,
		  const char *why, int err)
{
	kernel.extack = why;
	kernel.offset = (const char *)attr - (const char *)nlh;
	return err;
}

static int change_lease(const struct nlmsghdr *nlh, uint8_t cmd,
			const struct nlattr *lease)
{
	const struct nlattr *tb[GOSSIP_A_LEASE_MAX + 1];
	char name[GOSSIP_NAME_MAX + 1];
	bool held;

	attr_parse_nest(lease, tb, GOSSIP_A_LEASE_MAX);
	attr_string(tb[GOSSIP_A_LEASE_SERVICE], name, sizeof(name));
	held = services_have(kernel.member[0].services, name);
	if (cmd == GOSSIP_CMD_LEASE_OPEN && held)
		return refuse(nlh, tb[GOSSIP_A_LEASE_SERVICE],
			      "there is a lease on that service", -EEXIST);
	if (cmd != GOSSIP_CMD_LEASE_OPEN && !held)
		return refuse(nlh, tb[GOSSIP_A_LEASE_SERVICE], "no such lease",
			      -ENOENT);
	kernel.ttl_ms = attr_u32(tb[GOSSIP_A_LEASE_TTL_MS], 0);
	kernel.renewals += cmd == GOSSIP_CMD_LEASE_RENEW;
	if (cmd != GOSSIP_CMD_LEASE_RENEW)
		kernel_service(0, name, cmd == GOSSIP_CMD_LEASE_OPEN);
	return 0;
}

static int send_event(const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_USER_EVENT_MAX + 1];
	const struct nlattr *payload;
	char name[GOSSIP_NAME_MAX + 1];

	attr_parse_nest(nest, tb, GOSSIP_A_USER_EVENT_MAX);
	attr_string(tb[GOSSIP_A_USER_EVENT_NAME], name, sizeof(name));
	payload = tb[GOSSIP_A_USER_EVENT_PAYLOAD];
	kernel_user(name, kernel.member[0].name,
		    payload ? mnl_attr_get_payload(payload) : NULL,
		    payload ? mnl_attr_get_payload_len(payload) : 0);
	return 0;
}

static int find_key(uint32_t id)
{
	int i = kernel.keys;

	while (--i >= 0 && kernel.key[i] != id)
		;
	if (i < 0)
		kernel.extack = "no key of that id";
	return i;
}

/* Its fingerprint is its first four bytes here. */
static int add_key(const struct nlattr *secret)
{
	uint32_t id;

	if (!secret || mnl_attr_get_payload_len(secret) != GOSSIP_SECRET_SIZE)
		return -EINVAL;
	memcpy(&id, mnl_attr_get_payload(secret), sizeof(id));
	id = be32toh(id);
	if (find_key(id) >= 0) {
		kernel.extack = "this key is there already";
		return -EEXIST;
	}
	kernel.extack = NULL;
	kernel.key[kernel.keys++] = id;
	return 0;
}

static int delete_key(int at)
{
	if (at < 0)
		return -ENOENT;
	if (at == kernel.primary) {
		kernel.extack = "it seals what is sent";
		return -EBUSY;
	}
	kernel.keys--;
	memmove(&kernel.key[at], &kernel.key[at + 1],
		(kernel.keys - at) * sizeof(kernel.key[0]));
	kernel.primary -= kernel.primary > at;
	return 0;
}

static int change_keys(uint8_t cmd, const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_KEY_MAX + 1];
	int at;

	attr_parse_nest(nest, tb, GOSSIP_A_KEY_MAX);
	if (cmd == GOSSIP_CMD_KEY_ADD)
		return add_key(tb[GOSSIP_A_KEY_SECRET]);
	if (!nest) {
		kernel.primary = -1;
		return 0;
	}
	at = find_key(attr_u32(tb[GOSSIP_A_KEY_ID], 0));
	if (cmd == GOSSIP_CMD_KEY_DEL)
		return delete_key(at);
	if (at < 0)
		return -ENOENT;
	kernel.primary = at;
	kernel.permissive = tb[GOSSIP_A_KEY_PERMISSIVE];
	return 0;
}

/* A start has a first key, or none. */
static int start(const struct nlattr *nest)
{
	const struct nlattr *tb[GOSSIP_A_INSTANCE_MAX + 1];
	int err;

	kernel.keys = 0;
	attr_parse_nest(nest, tb, GOSSIP_A_INSTANCE_MAX);
	err = tb[GOSSIP_A_INSTANCE_SECRET] ?
		      add_key(tb[GOSSIP_A_INSTANCE_SECRET]) :
		      0;
	kernel.primary = (int)kernel.keys - 1;
	return err;
}

int kernel_request(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	switch (genl->cmd) {
	case GOSSIP_CMD_META_SET:
	case GOSSIP_CMD_EVENT_SEND:
	case GOSSIP_CMD_LEASE_OPEN:
	case GOSSIP_CMD_LEASE_RENEW:
	case GOSSIP_CMD_LEASE_CLOSE:
	case GOSSIP_CMD_KEY_ADD:
	case GOSSIP_CMD_KEY_DEL:
	case GOSSIP_CMD_KEY_USE:
		if (!kernel.running)
			return -ENODEV;
	}
	switch (genl->cmd) {
	case GOSSIP_CMD_META_SET:
		return set_tags(tb[GOSSIP_A_MESSAGE_META]);
	case GOSSIP_CMD_EVENT_SEND:
		return send_event(tb[GOSSIP_A_MESSAGE_USER_EVENT]);
	case GOSSIP_CMD_LEASE_OPEN:
	case GOSSIP_CMD_LEASE_RENEW:
	case GOSSIP_CMD_LEASE_CLOSE:
		return change_lease(nlh, genl->cmd, tb[GOSSIP_A_MESSAGE_LEASE]);
	case GOSSIP_CMD_KEY_ADD:
	case GOSSIP_CMD_KEY_DEL:
	case GOSSIP_CMD_KEY_USE:
		return change_keys(genl->cmd, tb[GOSSIP_A_MESSAGE_KEY]);
	case GOSSIP_CMD_START:
		return start(tb[GOSSIP_A_MESSAGE_INSTANCE]);
	default:
		return 0;
	}
}
