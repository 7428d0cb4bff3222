/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a member says of itself: services that are up, and tags. The core
 * carries it as bytes and does not look inside.
 *
 * It is a row of records: u8 type, be16 length, and as many bytes. That of a
 * service is its name, that of a tag KEY=VALUE. Names and keys are of the
 * alphabet of member names, and rise from record to record of one type; types
 * that are not known are skipped. Where any of this does not hold, there is
 * nothing in it.
 */
#ifndef _GOSSIP_META_H
#define _GOSSIP_META_H

#include <linux/types.h>

#include <uapi/linux/gossip.h>

#include "swim/info.h"

enum gossip_meta_type {
	GOSSIP_META_ALL, /* both of them, for a walk */
	GOSSIP_META_SERVICE,
	GOSSIP_META_TAG,
};

/**
 * struct gossip_item - one record; nothing in it is terminated
 * @type: enum gossip_meta_type, or one that is not known
 * @key_len: of @key, 1 to SWIM_NAME_MAX
 * @value_len: of @value, which only a tag has
 * @key: of a tag, or name of a service; NULL after the last
 * @value: UTF-8 without control characters
 */
struct gossip_item {
	u8 type;
	u8 key_len;
	u16 value_len;
	const char *key;
	const char *value;
};

/**
 * struct gossip_walk_meta - a walk over the records of one type, or of all
 * @item: the present one; its key is NULL at the end
 * @type: of the records
 * @at: the next record
 * @left: bytes from there on
 */
struct gossip_walk_meta {
	struct gossip_item item;
	enum gossip_meta_type type;
	const u8 *at;
	u32 left;
};

/* Goes to the first record, if there is one. */
void gossip_meta_first(struct gossip_walk_meta *walk,
		       enum gossip_meta_type type, const void *data, u32 len);
void gossip_meta_next(struct gossip_walk_meta *walk);
/* The order of the keys: as with strcmp(). */
int gossip_item_compare(const struct gossip_item *a,
			const struct gossip_item *b);

/* Whether all of it is as the head of this file says. */
bool gossip_meta_valid(const void *data, u32 len);
/* UTF-8 without what changes lines or the direction of text. */
bool gossip_text_valid(const char *text, u32 len);

/*
 * Services of a member that are up; and these along with its tags. Of metadata that
 * make no sense there are none.
 */
void gossip_services_first(struct gossip_walk_meta *walk,
			   const struct swim_info *info);
void gossip_items_first(struct gossip_walk_meta *walk,
			const struct swim_info *info);
bool gossip_has_service(const struct swim_info *info, const char *service);

/* Bytes of the record of a service whose name has @len; writes it. */
u32 gossip_service_size(u32 len);
u32 gossip_put_service(u8 *to, const char *name, u32 len);

/**
 * struct gossip_tags - the tags of one member, or parts of a change of them
 * @len: of @data
 * @data: records of tags
 */
struct gossip_tags {
	u16 len;
	u8 data[GOSSIP_TAGS_MAX];
};

/**
 * struct gossip_tags_change - what is to become of them
 * @replace: none of those that are there stays
 * @unset: keys of those that go; values do not matter
 * @set: those that come
 */
struct gossip_tags_change {
	bool replace;
	struct gossip_tags unset;
	struct gossip_tags set;
};

/*
 * Adds one, whose key is valid; -EINVAL if its value is not, -EEXIST if the key
 * is there, -ENOSPC.
 */
int gossip_tags_add(struct gossip_tags *tags, const char *key, u32 key_len,
		    const char *value, u32 value_len);
/* @to becomes @from with the change made; -ENOSPC, and it is anything. */
int gossip_tags_make(struct gossip_tags *to, const struct gossip_tags *from,
		     const struct gossip_tags_change *change);

#endif
