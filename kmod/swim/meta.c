// SPDX-License-Identifier: GPL-2.0
/* Metadata of members. */

#include "core.h"

/* To all but its count of references it is constant. */
static struct swim_meta *writable(const struct swim_meta *meta)
{
	return (struct swim_meta *)meta;
}

const struct swim_meta *swim_meta_get(const struct swim_meta *meta)
{
	if (meta)
		refcount_inc(&writable(meta)->refs);
	return meta;
}

void swim_meta_put(const struct swim_meta *meta)
{
	if (meta && refcount_dec_and_test(&writable(meta)->refs))
		kfree(writable(meta));
}

/* NULL without memory. */
static struct swim_meta *new_meta(const void *data, u16 len)
{
	struct swim_meta *meta = kmalloc(sizeof(*meta) + len, SWIM_GFP);

	if (!meta)
		return NULL;
	refcount_set(&meta->refs, 1);
	meta->len = len;
	memcpy(meta->data, data, len);
	return meta;
}

static bool is_equal(const struct swim_meta *meta, const void *data, u32 len)
{
	if (!meta)
		return !len;
	return meta->len == len && !memcmp(meta->data, data, len);
}

void swim_meta_tell(const struct swim_member *member,
		    struct swim_record *record)
{
	const struct swim_meta *meta = swim_meta_of(member);

	record->meta_key = swim_meta_key(member);
	record->meta = meta ? meta->data : NULL;
	record->meta_len = meta ? meta->len : 0;
}

bool swim_meta_take(struct swim *swim, struct swim_member *member,
		    const struct swim_record *record)
{
	const struct swim_meta *meta = NULL;
	struct swim_extra *extra;
	bool changes;

	if (record->meta_key <= swim_meta_key(member))
		return false;
	extra = swim_extra(member);
	if (!extra)
		goto no_memory;
	changes = !is_equal(extra->meta, record->meta, record->meta_len);
	if (!changes)
		meta = swim_meta_get(extra->meta);
	else if (record->meta_len)
		meta = new_meta(record->meta, record->meta_len);
	if (record->meta_len && !meta)
		goto no_memory;
	swim_table_set_meta(&swim->table, member, meta, record->meta_key);
	return changes;

no_memory:
	/* The digest says that they are missing. */
	swim_count_stat(swim, SWIM_NO_MEMORY);
	return false;
}

bool swim_meta_is_forged(const struct swim_member *self,
			 const struct swim_record *record)
{
	u64 key = swim_meta_key(self);

	if (record->meta_key != key)
		return record->meta_key > key;
	return key &&
	       !is_equal(swim_meta_of(self), record->meta, record->meta_len);
}

u32 swim_meta_max(const struct swim *swim)
{
	return min_t(u32, SWIM_META_MAX,
		     wire_meta_room(swim->self->name_len,
				    swim->config.max_datagram));
}

int swim_set_meta(struct swim *swim, u64 now, const void *data, u32 len)
{
	struct swim_member *self = swim->self;
	struct swim_meta *meta = NULL;

	if (len > swim_meta_max(swim))
		return -EMSGSIZE;
	if (is_equal(swim_meta_of(self), data, len))
		return 0;
	if (!swim_extra(self))
		return -ENOMEM;
	if (len) {
		meta = new_meta(data, len);
		if (!meta)
			return -ENOMEM;
	}
	swim_advance(swim, now);
	/* They get their key with the new incarnation. */
	swim_table_set_meta(&swim->table, self, meta, swim_meta_key(self));
	swim_return(swim, NULL);
	return 0;
}
