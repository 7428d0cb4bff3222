// SPDX-License-Identifier: GPL-2.0
/* Keys, and which of them is used; see keyring.h. */

#include <linux/err.h>
#include <linux/slab.h>

#include "keyring.h"

static struct gossip_keyring *copy(const struct gossip_keyring *old)
{
	struct gossip_keyring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);

	if (!ring)
		return ERR_PTR(-ENOMEM);
	if (old) {
		ring->count = old->count;
		ring->primary = old->primary;
		ring->permissive = old->permissive;
		memcpy(ring->key, old->key, sizeof(ring->key));
	}
	return ring;
}

const struct gossip_key *gossip_keyring_find(const struct gossip_keyring *ring,
					     u32 id)
{
	unsigned int i;

	for (i = 0; ring && i < ring->count; i++)
		if (ring->key[i].id == id)
			return &ring->key[i];
	return NULL;
}

void gossip_keyring_list(const struct gossip_keyring *ring,
			 struct gossip_key_list *list)
{
	unsigned int i;

	*list = (struct gossip_key_list){};
	if (!ring)
		return;
	list->count = ring->count;
	list->primary = ring->primary;
	list->permissive = ring->permissive;
	for (i = 0; i < ring->count; i++)
		list->id[i] = ring->key[i].id;
}

static struct gossip_keyring *add(const struct gossip_keyring *old,
				  const u8 *secret)
{
	struct gossip_keyring *ring;
	struct gossip_key key;

	if (gossip_secret_is_null(secret))
		return ERR_PTR(-EINVAL);
	gossip_key_init(&key, secret);
	if (gossip_keyring_find(old, key.id)) {
		ring = ERR_PTR(-EEXIST);
	} else if (old && old->count == SEAL_KEYS_MAX) {
		ring = ERR_PTR(-ENOSPC);
	} else {
		ring = copy(old);
		if (!IS_ERR(ring)) {
			/* No key is the primary one of a new keyring. */
			if (ring->primary == ring->count)
				ring->primary++;
			ring->key[ring->count++] = key;
		}
	}
	memzero_explicit(&key, sizeof(key));
	return ring;
}

static struct gossip_keyring *del(const struct gossip_keyring *old, u32 id)
{
	const struct gossip_key *key = gossip_keyring_find(old, id);
	struct gossip_keyring *ring;
	unsigned int at;

	if (!key)
		return ERR_PTR(-ENOENT);
	if (key == gossip_keyring_primary(old))
		return ERR_PTR(-EBUSY);
	if (old->count == 1)
		return NULL;
	ring = copy(old);
	if (IS_ERR(ring))
		return ring;
	at = key - old->key;
	if (ring->primary > at)
		ring->primary--;
	ring->count--;
	memmove(&ring->key[at], &ring->key[at + 1],
		(ring->count - at) * sizeof(ring->key[0]));
	memzero_explicit(&ring->key[ring->count], sizeof(ring->key[0]));
	return ring;
}

static struct gossip_keyring *use(const struct gossip_keyring *old, u32 id,
				  bool permissive)
{
	const struct gossip_key *key = gossip_keyring_find(old, id);
	struct gossip_keyring *ring;

	if (!key)
		return ERR_PTR(-ENOENT);
	ring = copy(old);
	if (!IS_ERR(ring)) {
		ring->primary = key - old->key;
		ring->permissive = permissive;
	}
	return ring;
}

static struct gossip_keyring *rest(const struct gossip_keyring *old)
{
	struct gossip_keyring *ring;

	if (!old)
		return NULL;
	ring = copy(old);
	if (!IS_ERR(ring)) {
		ring->primary = ring->count;
		ring->permissive = false;
	}
	return ring;
}

struct gossip_keyring *
gossip_keyring_change(const struct gossip_keyring *old,
		      const struct gossip_key_change *change)
{
	switch (change->what) {
	case GOSSIP_KEY_ADD:
		return add(old, change->secret);
	case GOSSIP_KEY_DEL:
		return del(old, change->id);
	case GOSSIP_KEY_USE:
		return use(old, change->id, change->permissive);
	default:
		return rest(old);
	}
}

struct gossip_keyring *gossip_keyring_first(const u8 *secret)
{
	struct gossip_keyring *ring = add(NULL, secret);

	if (!IS_ERR(ring))
		ring->primary = 0;
	return ring;
}

void gossip_keyring_free(struct gossip_keyring *ring)
{
	kfree_sensitive(ring);
}
