/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sealed datagrams: ChaCha20-Poly1305 (RFC 8439), each sender under a key of its
 * own, as XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) derives it. Its nonce of
 * 24 bytes is the sender's uid, 64 random bits that are drawn anew at each start,
 * 8 zero bytes, and the datagram's counter, which never goes back while an
 * instance lives: so no nonce comes twice under the group's key, whatever starts
 * anew. A virtual machine that runs on from a snapshot repeats nonces.
 *
 *  sealed datagram
 *	header		as of wire.h, in the clear but authenticated, its type
 *			with WIRE_SEALED
 *	u8[]		body and records, encrypted
 *	u8[16]		tag
 *	be32		fingerprint of the key, so that not all have to be tried
 */
#ifndef _GOSSIP_SEAL_H
#define _GOSSIP_SEAL_H

#include <linux/skbuff.h>
#include <linux/types.h>

#define GOSSIP_SECRET_SIZE 32
/* Bytes by which a sealed datagram is longer. */
#define GOSSIP_SEAL_SIZE (16 + 4)

/**
 * struct gossip_key - a key of the group
 * @secret: its bytes
 * @id: fingerprint, which tells nothing of @secret
 */
struct gossip_key {
	u8 secret[GOSSIP_SECRET_SIZE];
	u32 id;
};

/* The fingerprint of a secret. */
u32 gossip_secret_id(const u8 *secret);
/* Whether all its bytes are zero: somebody's mistake, and everybody's guess. */
bool gossip_secret_is_null(const u8 *secret);
/* Copies @secret. */
void gossip_key_init(struct gossip_key *key, const u8 *secret);

/*
 * These take no lock and no memory; any context but hard interrupt.
 *
 * Seals a datagram of the core in place. @data has room for GOSSIP_SEAL_SIZE more;
 * returns the new length.
 */
size_t gossip_seal(const struct gossip_key *key, u8 *data, size_t len);
/* The same with one that is about to be sent, for which it has room. */
void gossip_seal_skb(const struct gossip_key *key, struct sk_buff *skb);
/* Whether a datagram from the network says that it is sealed. */
bool gossip_is_sealed(const u8 *data, size_t len);
/* The fingerprint in one that says so. */
u32 gossip_seal_id(const u8 *data, size_t len);
/*
 * Opens one that says so in place, with the key of that fingerprint. Returns the
 * length of what the core is to see, or 0 if it was not sealed with @key.
 */
size_t gossip_open(const struct gossip_key *key, u8 *data, size_t len);

#endif
