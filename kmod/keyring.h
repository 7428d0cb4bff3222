/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keys of an instance: all that are installed open datagrams, the primary
 * one seals them. So a key is replaced without a gap: add the new one everywhere,
 * use it everywhere, delete the old one everywhere. Readers are under RCU; whoever
 * changes a keyring makes another one.
 */
#ifndef _GOSSIP_KEYRING_H
#define _GOSSIP_KEYRING_H

#include <linux/types.h>

#include "seal.h"

#define SEAL_KEYS_MAX 8

/**
 * struct gossip_keyring - does not change
 * @count: keys
 * @primary: place of the one that seals; @count if what is sent is not sealed
 * @permissive: what is not sealed is heeded, although there is a primary key
 * @key: the keys
 */
struct gossip_keyring {
	unsigned int count;
	unsigned int primary;
	bool permissive;
	struct gossip_key key[SEAL_KEYS_MAX];
};

/**
 * struct gossip_key_list - what can be told of a keyring
 * @count: keys
 * @primary: place of the primary one; @count if there is none
 * @permissive: as in the keyring
 * @id: their fingerprints
 */
struct gossip_key_list {
	unsigned int count;
	unsigned int primary;
	bool permissive;
	u32 id[SEAL_KEYS_MAX];
};

/* @ring may be NULL. */
void gossip_keyring_list(const struct gossip_keyring *ring,
			 struct gossip_key_list *list);

/**
 * struct gossip_key_change - what can be done to a keyring
 * @what: to install @secret; to take key @id away, or make it the primary one; or
 *	to have no primary one any more
 * @secret: GOSSIP_SECRET_SIZE bytes
 * @id: fingerprint
 * @permissive: with the primary key @id, as in the keyring
 */
struct gossip_key_change {
	enum {
		GOSSIP_KEY_ADD,
		GOSSIP_KEY_DEL,
		GOSSIP_KEY_USE,
		GOSSIP_KEY_REST,
	} what;
	const u8 *secret;
	u32 id;
	bool permissive;
};

/*
 * A new keyring in place of @old; both can be NULL, without keys. May sleep. An
 * error is -ENOMEM; if one is added, -EEXIST, -ENOSPC, or -EINVAL for a secret of
 * zero bytes; -ENOENT; -EBUSY for the primary key, which is not taken away.
 */
struct gossip_keyring *
gossip_keyring_change(const struct gossip_keyring *old,
		      const struct gossip_key_change *change);
/* One whose only key is the primary one. -ENOMEM, -EINVAL. May sleep. */
struct gossip_keyring *gossip_keyring_first(const u8 *secret);
/* Nobody reads it any more: a grace period after it was replaced. May be NULL. */
void gossip_keyring_free(struct gossip_keyring *ring);

/* What seals, or NULL. @ring may be NULL. */
static inline const struct gossip_key *
gossip_keyring_primary(const struct gossip_keyring *ring)
{
	return ring && ring->primary < ring->count ? &ring->key[ring->primary] :
						     NULL;
}

/* Whether a datagram that is not sealed is refused. @ring may be NULL. */
static inline bool gossip_keyring_is_strict(const struct gossip_keyring *ring)
{
	return gossip_keyring_primary(ring) && !ring->permissive;
}

/* NULL if there is none. @ring may be NULL. */
const struct gossip_key *gossip_keyring_find(const struct gossip_keyring *ring,
					     u32 id);

#endif
