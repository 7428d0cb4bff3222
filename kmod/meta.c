// SPDX-License-Identifier: GPL-2.0
/* Services and tags as bytes. */

#include <linux/build_bug.h>

#include "meta.h"
#include "swim/port.h"

#define HEADER 3 /* type and length */

static_assert(GOSSIP_TAGS_MAX + GOSSIP_SERVICES_MAX <= SWIM_META_MAX);

/* Text */

/* Bytes of the character at @s, which is left in @c; 0 if it is none (RFC 3629). */
static u32 read_char(const u8 *s, u32 len, u32 *c)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	u32 i, bytes = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	*c = s[0];
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4 || bytes > len)
		return 0;
	*c &= 0x7f >> bytes;
	for (i = 1; i < bytes; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c >= least[bytes] && *c <= 0x10ffff ? bytes : 0;
}

bool gossip_text_valid(const char *text, u32 len)
{
	/*
	 * Controls; marks and overrides of direction; separators of lines;
	 * surrogates, which are of UTF-16 only.
	 */
	static const struct {
		u32 first;
		u32 last;
	} bad[] = {
		{ 0, 0x1f },	    { 0x7f, 0x9f },	{ 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2066, 0x2069 }, { 0xd800, 0xdfff },
	};
	u32 bytes, i, c;

	for (; len; text += bytes, len -= bytes) {
		bytes = read_char(text, len, &c);
		if (!bytes)
			return false;
		for (i = 0; i < ARRAY_SIZE(bad); i++)
			if (c >= bad[i].first && c <= bad[i].last)
				return false;
	}
	return true;
}

/* Records */

static bool read_tag(struct gossip_item *item, const char *text, u32 len)
{
	const char *equals = memchr(text, '=', len);

	if (!equals || !swim_name_valid(text, equals - text))
		return false;
	item->key_len = equals - text;
	item->value = equals + 1;
	item->value_len = len - item->key_len - 1;
	return gossip_text_valid(item->value, item->value_len);
}

/* Bytes of the record at @at, 0 if it makes no sense. */
static u32 read_item(const u8 *at, u32 left, struct gossip_item *item)
{
	u32 len;

	if (left < HEADER)
		return 0;
	len = get_unaligned_be16(at + 1);
	if (len > left - HEADER)
		return 0;
	*item = (struct gossip_item){ .type = at[0], .key = at + HEADER };
	switch (item->type) {
	case GOSSIP_META_SERVICE:
		if (!swim_name_valid(item->key, len))
			return 0;
		item->key_len = len;
		break;
	case GOSSIP_META_TAG:
		if (!read_tag(item, item->key, len))
			return 0;
		break;
	}
	return HEADER + len;
}

int gossip_item_compare(const struct gossip_item *a,
			const struct gossip_item *b)
{
	return memcmp(a->key, b->key, min(a->key_len, b->key_len)) ?:
		       a->key_len - b->key_len;
}

static bool is_known(const struct gossip_item *item)
{
	return item->type == GOSSIP_META_SERVICE ||
	       item->type == GOSSIP_META_TAG;
}

static bool is_wanted(const struct gossip_walk_meta *walk)
{
	return walk->type ? walk->item.type == walk->type :
			    is_known(&walk->item);
}

void gossip_meta_next(struct gossip_walk_meta *walk)
{
	u32 len;

	do {
		len = read_item(walk->at, walk->left, &walk->item);
		walk->at += len;
		walk->left -= len;
	} while (len && !is_wanted(walk));
	if (!len)
		walk->item.key = NULL;
}

void gossip_meta_first(struct gossip_walk_meta *walk,
		       enum gossip_meta_type type, const void *data, u32 len)
{
	*walk = (struct gossip_walk_meta){
		.type = type,
		.at = data,
		.left = len,
	};
	gossip_meta_next(walk);
}

bool gossip_meta_valid(const void *data, u32 len)
{
	struct gossip_item last[GOSSIP_META_TAG + 1] = {};
	struct gossip_walk_meta walk;

	gossip_meta_first(&walk, GOSSIP_META_ALL, data, len);
	for (; walk.item.key; gossip_meta_next(&walk)) {
		struct gossip_item *before = &last[walk.item.type];

		if (before->key && gossip_item_compare(before, &walk.item) >= 0)
			return false;
		*before = walk.item;
	}
	/* It went to the end of all records, those of other types included. */
	return !walk.left;
}

/* Members */

static void first_of(struct gossip_walk_meta *walk, enum gossip_meta_type type,
		     const struct swim_meta *meta)
{
	if (meta && gossip_meta_valid(meta->data, meta->len))
		gossip_meta_first(walk, type, meta->data, meta->len);
	else
		gossip_meta_first(walk, type, NULL, 0);
}

static bool is_up(const struct swim_info *info)
{
	return info->state == SWIM_ALIVE || info->state == SWIM_SUSPECT;
}

void gossip_services_first(struct gossip_walk_meta *walk,
			   const struct swim_info *info)
{
	first_of(walk, GOSSIP_META_SERVICE, is_up(info) ? info->meta : NULL);
}

void gossip_items_first(struct gossip_walk_meta *walk,
			const struct swim_info *info)
{
	first_of(walk, is_up(info) ? GOSSIP_META_ALL : GOSSIP_META_TAG,
		 info->meta);
}

bool gossip_has_service(const struct swim_info *info, const char *service)
{
	struct gossip_walk_meta walk;
	u32 len = strlen(service);

	gossip_services_first(&walk, info);
	for (; walk.item.key; gossip_meta_next(&walk))
		if (walk.item.key_len == len &&
		    !memcmp(walk.item.key, service, len))
			return true;
	return false;
}

/* Own services and tags */

static u8 *put_header(u8 *to, enum gossip_meta_type type, u16 len)
{
	to[0] = type;
	put_unaligned_be16(len, to + 1);
	return to + HEADER;
}

u32 gossip_service_size(u32 len)
{
	return HEADER + len;
}

u32 gossip_put_service(u8 *to, const char *name, u32 len)
{
	memcpy(put_header(to, GOSSIP_META_SERVICE, len), name, len);
	return gossip_service_size(len);
}

static u32 tag_size(const struct gossip_item *tag)
{
	return HEADER + tag->key_len + 1 + tag->value_len;
}

static int put_tag(struct gossip_tags *tags, u32 at,
		   const struct gossip_item *tag)
{
	u32 size = tag_size(tag);
	u8 *to = tags->data + at;

	if (size > GOSSIP_TAGS_MAX - tags->len)
		return -ENOSPC;
	memmove(to + size, to, tags->len - at);
	tags->len += size;
	to = put_header(to, GOSSIP_META_TAG, size - HEADER);
	memcpy(to, tag->key, tag->key_len);
	to[tag->key_len] = '=';
	memcpy(to + tag->key_len + 1, tag->value, tag->value_len);
	return 0;
}

static void first_tag(struct gossip_walk_meta *walk,
		      const struct gossip_tags *tags)
{
	gossip_meta_first(walk, GOSSIP_META_TAG, tags->data, tags->len);
}

int gossip_tags_add(struct gossip_tags *tags, const char *key, u32 key_len,
		    const char *value, u32 value_len)
{
	struct gossip_item tag = {
		.key = key,
		.key_len = key_len,
		.value = value,
	};
	struct gossip_walk_meta walk;
	u32 at = 0;
	int order;

	if (!gossip_text_valid(value, value_len))
		return -EINVAL;
	/* Its length is one of 16 bits. */
	if (value_len > GOSSIP_TAGS_MAX)
		return -ENOSPC;
	tag.value_len = value_len;
	for (first_tag(&walk, tags); walk.item.key; gossip_meta_next(&walk)) {
		order = gossip_item_compare(&walk.item, &tag);
		if (!order)
			return -EEXIST;
		if (order > 0)
			break;
		at += tag_size(&walk.item);
	}
	return put_tag(tags, at, &tag);
}

/* Whether the key of @tag is one of @walk, which is not behind it yet. */
static bool skips(struct gossip_walk_meta *walk, const struct gossip_item *tag)
{
	while (walk->item.key && gossip_item_compare(&walk->item, tag) < 0)
		gossip_meta_next(walk);
	return walk->item.key && !gossip_item_compare(&walk->item, tag);
}

int gossip_tags_make(struct gossip_tags *to, const struct gossip_tags *from,
		     const struct gossip_tags_change *change)
{
	struct gossip_walk_meta old, unset, set;
	int order, err = 0;

	first_tag(&old, from);
	first_tag(&unset, &change->unset);
	first_tag(&set, &change->set);
	if (change->replace)
		old.item.key = NULL;

	/* Each is in order; so is what comes of merging them. */
	to->len = 0;
	while (!err && (old.item.key || set.item.key)) {
		order = !old.item.key ?
				1 :
			!set.item.key ?
				-1 :
				gossip_item_compare(&old.item, &set.item);
		if (order >= 0) {
			err = put_tag(to, to->len, &set.item);
			gossip_meta_next(&set);
		} else if (!skips(&unset, &old.item)) {
			err = put_tag(to, to->len, &old.item);
		}
		if (order <= 0)
			gossip_meta_next(&old);
	}
	return err;
}
