// SPDX-License-Identifier: GPL-2.0
/* Authenticated encryption of datagrams; see seal.h for the format. */

#include <crypto/chacha20poly1305.h>
#include <linux/string.h>

#include "seal.h"
#include "swim/port.h"
#include "swim/wire.h"

#if !IS_REACHABLE(CONFIG_CRYPTO_LIB_CHACHA20POLY1305)
#error "gossip needs a kernel with CONFIG_CRYPTO_LIB_CHACHA20POLY1305, as WireGuard does"
#endif

#define TAG CHACHA20POLY1305_AUTHTAG_SIZE

/* The nonce of no datagram: its middle is not zero. */
static const u8 fingerprint_nonce[XCHACHA20POLY1305_NONCE_SIZE] =
	"gossip key fingerprint";

u32 gossip_secret_id(const u8 *secret)
{
	u8 tag[TAG];

	BUILD_BUG_ON(GOSSIP_SECRET_SIZE != CHACHA20POLY1305_KEY_SIZE);
	BUILD_BUG_ON(GOSSIP_SEAL_SIZE != TAG + sizeof(u32));
	xchacha20poly1305_encrypt(tag, tag, 0, NULL, 0, fingerprint_nonce,
				  secret);
	return get_unaligned_be32(tag);
}

bool gossip_secret_is_null(const u8 *secret)
{
	return !memchr_inv(secret, 0, GOSSIP_SECRET_SIZE);
}

void gossip_key_init(struct gossip_key *key, const u8 *secret)
{
	memcpy(key->secret, secret, sizeof(key->secret));
	key->id = gossip_secret_id(secret);
}

static void nonce_of(const u8 *data, u8 nonce[XCHACHA20POLY1305_NONCE_SIZE])
{
	memcpy(nonce, data + WIRE_UID_AT, 8);
	memset(nonce + 8, 0, 8);
	memcpy(nonce + 16, data + WIRE_COUNTER_AT, 8);
}

size_t gossip_seal(const struct gossip_key *key, u8 *data, size_t len)
{
	u8 nonce[XCHACHA20POLY1305_NONCE_SIZE];
	u8 *body = data + WIRE_HEADER;

	data[WIRE_TYPE_AT] |= WIRE_SEALED;
	nonce_of(data, nonce);
	xchacha20poly1305_encrypt(body, body, len - WIRE_HEADER, data,
				  WIRE_HEADER, nonce, key->secret);
	put_unaligned_be32(key->id, data + len + TAG);
	return len + GOSSIP_SEAL_SIZE;
}

void gossip_seal_skb(const struct gossip_key *key, struct sk_buff *skb)
{
	size_t len = skb->len;

	skb_put(skb, GOSSIP_SEAL_SIZE);
	gossip_seal(key, skb->data, len);
}

bool gossip_is_sealed(const u8 *data, size_t len)
{
	return len >= WIRE_HEADER + GOSSIP_SEAL_SIZE &&
	       data[WIRE_TYPE_AT] & WIRE_SEALED;
}

u32 gossip_seal_id(const u8 *data, size_t len)
{
	return get_unaligned_be32(data + len - sizeof(u32));
}

size_t gossip_open(const struct gossip_key *key, u8 *data, size_t len)
{
	u8 nonce[XCHACHA20POLY1305_NONCE_SIZE];
	u8 *body = data + WIRE_HEADER;

	nonce_of(data, nonce);
	len -= sizeof(u32);
	if (!xchacha20poly1305_decrypt(body, body, len - WIRE_HEADER, data,
				       WIRE_HEADER, nonce, key->secret))
		return 0;
	data[WIRE_TYPE_AT] &= ~WIRE_SEALED;
	return len - TAG;
}
