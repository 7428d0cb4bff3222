// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handle.h"
#include "name.h"
#include "tags.h"

/* What a tag takes of GOSSIP_TAGS_MAX beside its key and value. */
#define TAG_OVERHEAD 4
/* More than these no member can have. */
#define TAGS_COUNT_MAX (GOSSIP_TAGS_MAX / (TAG_OVERHEAD + 1))

/* Reading */

static const char *after(const char *text)
{
	return text + strlen(text) + 1;
}

void tags_add(char *tags, const char *key, const char *value)
{
	size_t need = strlen(key) + strlen(value) + 3;
	char *end = tags;

	while (*end)
		end = (char *)after(after(end));
	if (need > GOSSIP_TAGS_MAX - (size_t)(end - tags) || !*key)
		return;
	end = stpcpy(end, key) + 1;
	stpcpy(end, value);
}

bool gossip_next_tag(const struct gossip_member *member, const char **key,
		     const char **value)
{
	*key = *key ? after(after(*key)) : member->tags;
	if (!**key)
		return false;
	*value = after(*key);
	return true;
}

const char *gossip_tag(const struct gossip_member *member, const char *key)
{
	const char *at = NULL, *value;

	while (gossip_next_tag(member, &at, &value))
		if (!strcmp(at, key))
			return value;
	return NULL;
}

/* Setting */

static int check_key(struct gossip *handle, const char *key)
{
	if (*key && name_valid(key))
		return 0;
	return handle_fail(handle, -EINVAL, "tag " QUOTED ": " NAME_RULE, key,
			   GOSSIP_NAME_MAX);
}

static int check_tags(struct gossip *handle, const struct gossip_tags *change)
{
	size_t i, size = 0;
	int err = 0;

	for (i = 0; i < change->tags && !err; i++) {
		err = check_key(handle, change->tag[i].key);
		size += strlen(change->tag[i].key) +
			strlen(change->tag[i].value) + TAG_OVERHEAD;
	}
	if (!err && size > GOSSIP_TAGS_MAX)
		return handle_fail(
			handle, -ENOSPC,
			"the tags take %zu bytes: %d are allowed, each takes %d beside its key and value",
			size, GOSSIP_TAGS_MAX, TAG_OVERHEAD);
	for (i = 0; i < change->removals && !err; i++)
		err = check_key(handle, change->remove[i]);
	if (!err && change->removals > TAGS_COUNT_MAX)
		err = handle_fail(handle, -E2BIG,
				  "%zu tags to remove: no member has so many",
				  change->removals);
	return err;
}

static void put_tags(struct nlmsghdr *nlh, const struct gossip_tags *change)
{
	struct nlattr *meta, *nest;
	size_t i;

	meta = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_META);
	if (change->replace)
		mnl_attr_put(nlh, GOSSIP_A_META_REPLACE, 0, NULL);
	for (i = 0; i < change->removals; i++)
		mnl_attr_put_strz(nlh, GOSSIP_A_META_DELETE, change->remove[i]);
	for (i = 0; i < change->tags; i++) {
		nest = mnl_attr_nest_start(nlh, GOSSIP_A_META_TAG);
		mnl_attr_put_strz(nlh, GOSSIP_A_TAG_KEY, change->tag[i].key);
		mnl_attr_put_strz(nlh, GOSSIP_A_TAG_VALUE,
				  change->tag[i].value);
		mnl_attr_nest_end(nlh, nest);
	}
	mnl_attr_nest_end(nlh, meta);
}

int gossip_set_tags(struct gossip *handle, const struct gossip_tags *change)
{
	int err = handle_ready(handle);

	if (!err)
		err = check_tags(handle, change);
	if (err)
		return err;
	put_tags(nl_request(&handle->query, GOSSIP_CMD_META_SET), change);
	return handle_explain(handle, nl_do(&handle->query, NULL, NULL));
}
