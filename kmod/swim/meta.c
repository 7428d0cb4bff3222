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
	if (is_equal(self->meta, data, len))
		return 0;
	if (len) {
		meta = new_meta(data, len);
		if (!meta)
			return -ENOMEM;
	}
	swim_advance(swim, now);
	swim_meta_put(self->meta);
	self->meta = meta;
	swim_return(swim, NULL);
	return 0;
}
