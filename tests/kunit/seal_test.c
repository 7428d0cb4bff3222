// SPDX-License-Identifier: GPL-2.0
/* Sealed datagrams, and keys that come and go. */

#include <kunit/test.h>
#include <linux/err.h>

#include "../../kmod/keyring.h"
#include "../../kmod/swim/wire.h"

/*
 * Computed by another implementation, one that gives what appendix A.3 of
 * draft-irtf-cfrg-xchacha-03 has; the key is the one of that.
 */
static const u8 plain[] = {
	0x10, 0x01, 0x00, 0x02, 0x01, 0x02, 0x03, 0x04, 0x11, 0x12,
	0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x07, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26,
	0x27, 0x28, 0x00, 0x05, 0xa1, 0xa2, 0xa3, 0xa4, 0xb1, 0xb2,
	0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0x00, 0x00, 0x00, 0x00,
};

static const u8 sealed[] = {
	0x10, 0x81, 0x00, 0x02, 0x01, 0x02, 0x03, 0x04, 0x11, 0x12, 0x13, 0x14,
	0x15, 0x16, 0x17, 0x18, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07,
	0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x00, 0x05, 0x50, 0x22,
	0xd9, 0xf0, 0x76, 0xaf, 0x84, 0x6a, 0x36, 0x92, 0x42, 0x93, 0x2c, 0x10,
	0x0a, 0x80, 0x44, 0xe8, 0x2f, 0x77, 0x9b, 0x03, 0xe5, 0x7c, 0x73, 0xbe,
	0x60, 0xeb, 0xb9, 0x7a, 0x4b, 0xf8, 0x32, 0x18, 0x70, 0xd4,
};

#define ID 0x321870d4

/* Bytes from @first on, as the key of that appendix. */
static const u8 *secret(u8 first)
{
	static u8 bytes[GOSSIP_SECRET_SIZE];
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = first + i;
	return bytes;
}

static void as_elsewhere(struct kunit *test)
{
	u8 data[sizeof(sealed)];
	struct gossip_key key;

	gossip_key_init(&key, secret(0x80));
	KUNIT_EXPECT_EQ(test, key.id, ID);
	memcpy(data, plain, sizeof(plain));
	KUNIT_EXPECT_EQ(test, gossip_seal(&key, data, sizeof(plain)),
			sizeof(sealed));
	KUNIT_EXPECT_MEMEQ(test, data, sealed, sizeof(sealed));
	KUNIT_EXPECT_TRUE(test, gossip_is_sealed(data, sizeof(data)));
	KUNIT_EXPECT_EQ(test, gossip_seal_id(data, sizeof(data)), ID);
	KUNIT_EXPECT_EQ(test, gossip_open(&key, data, sizeof(data)),
			sizeof(plain));
	KUNIT_EXPECT_MEMEQ(test, data, plain, sizeof(plain));
}

/* Whatever bit is another one, but for those of the fingerprint. */
static void is_refused_if_changed(struct kunit *test)
{
	u8 data[sizeof(sealed)];
	struct gossip_key key;
	unsigned int i;

	gossip_key_init(&key, secret(0x80));
	for (i = 0; i < 8 * (sizeof(sealed) - sizeof(u32)); i++) {
		memcpy(data, sealed, sizeof(sealed));
		data[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_EQ_MSG(test, gossip_open(&key, data, sizeof(data)),
				    0, "bit %u", i);
	}
}

static void is_refused_with_another_key(struct kunit *test)
{
	u8 data[sizeof(sealed)];
	struct gossip_key key;

	gossip_key_init(&key, secret(0x81));
	KUNIT_EXPECT_NE(test, key.id, ID);
	memcpy(data, sealed, sizeof(sealed));
	KUNIT_EXPECT_EQ(test, gossip_open(&key, data, sizeof(data)), 0);
}

/* What is shorter than a header and what sealing adds is given to nobody. */
static void has_a_least_length(struct kunit *test)
{
	struct gossip_key key;
	u8 data[sizeof(sealed)];
	size_t len;

	gossip_key_init(&key, secret(0x80));
	for (len = 0; len < sizeof(sealed); len++) {
		memcpy(data, sealed, sizeof(sealed));
		if (gossip_is_sealed(data, len)) {
			KUNIT_EXPECT_GE(test, len,
					WIRE_HEADER + GOSSIP_SEAL_SIZE);
			KUNIT_EXPECT_EQ(test, gossip_open(&key, data, len), 0);
		} else {
			KUNIT_EXPECT_LT(test, len,
					WIRE_HEADER + GOSSIP_SEAL_SIZE);
		}
	}
}

/* @change, in place of *@ring; the error, or 0. */
static int change(struct gossip_keyring **ring,
		  const struct gossip_key_change *change)
{
	struct gossip_keyring *changed = gossip_keyring_change(*ring, change);

	if (IS_ERR(changed))
		return PTR_ERR(changed);
	gossip_keyring_free(*ring);
	*ring = changed;
	return 0;
}

static int add(struct gossip_keyring **ring, u8 first)
{
	const struct gossip_key_change what = { .what = GOSSIP_KEY_ADD,
						.secret = secret(first) };

	return change(ring, &what);
}

static int del(struct gossip_keyring **ring, u32 id)
{
	const struct gossip_key_change what = { .what = GOSSIP_KEY_DEL,
						.id = id };

	return change(ring, &what);
}

static int use(struct gossip_keyring **ring, u32 id, bool permissive)
{
	const struct gossip_key_change what = { .what = GOSSIP_KEY_USE,
						.id = id,
						.permissive = permissive };

	return change(ring, &what);
}

static u32 primary(const struct gossip_keyring *ring)
{
	const struct gossip_key *key = gossip_keyring_primary(ring);

	return key ? key->id : 0;
}

static void keys_come_and_go(struct kunit *test)
{
	static const u8 zeroes[GOSSIP_SECRET_SIZE];
	const struct gossip_key_change none = { .what = GOSSIP_KEY_REST };
	const struct gossip_key_change zero = { .what = GOSSIP_KEY_ADD,
						.secret = zeroes };
	struct gossip_keyring *ring = NULL;
	struct gossip_key_list list;
	u32 first, second, third;

	gossip_keyring_list(ring, &list);
	KUNIT_EXPECT_EQ(test, list.count, 0);
	KUNIT_EXPECT_EQ(test, primary(ring), 0);
	KUNIT_EXPECT_FALSE(test, gossip_keyring_is_strict(ring));
	KUNIT_EXPECT_EQ(test, use(&ring, ID, false), -ENOENT);
	KUNIT_EXPECT_EQ(test, del(&ring, ID), -ENOENT);

	KUNIT_ASSERT_EQ(test, add(&ring, 0), 0);
	KUNIT_ASSERT_EQ(test, add(&ring, 1), 0);
	KUNIT_ASSERT_EQ(test, add(&ring, 2), 0);
	KUNIT_EXPECT_EQ(test, add(&ring, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, change(&ring, &zero), -EINVAL);
	gossip_keyring_list(ring, &list);
	KUNIT_ASSERT_EQ(test, list.count, 3);
	KUNIT_EXPECT_EQ(test, list.primary, 3);
	first = list.id[0];
	second = list.id[1];
	third = list.id[2];
	/* Installed keys open; what is not sealed is heeded. */
	KUNIT_EXPECT_EQ(test, primary(ring), 0);
	KUNIT_EXPECT_NOT_NULL(test, gossip_keyring_find(ring, second));
	KUNIT_EXPECT_FALSE(test, gossip_keyring_is_strict(ring));

	KUNIT_EXPECT_EQ(test, use(&ring, third, true), 0);
	KUNIT_EXPECT_FALSE(test, gossip_keyring_is_strict(ring));
	KUNIT_EXPECT_EQ(test, use(&ring, third, false), 0);
	KUNIT_EXPECT_TRUE(test, gossip_keyring_is_strict(ring));
	KUNIT_EXPECT_EQ(test, del(&ring, third), -EBUSY);
	KUNIT_EXPECT_EQ(test, del(&ring, first), 0);
	KUNIT_EXPECT_EQ(test, primary(ring), third);
	KUNIT_EXPECT_NULL(test, gossip_keyring_find(ring, first));

	KUNIT_EXPECT_EQ(test, change(&ring, &none), 0);
	KUNIT_EXPECT_EQ(test, primary(ring), 0);
	KUNIT_EXPECT_EQ(test, del(&ring, third), 0);
	KUNIT_EXPECT_EQ(test, primary(ring), 0);
	KUNIT_EXPECT_EQ(test, del(&ring, second), 0);
	KUNIT_EXPECT_NULL(test, ring);
	gossip_keyring_free(ring);
}

static void keys_have_a_limit(struct kunit *test)
{
	struct gossip_keyring *ring = NULL;
	unsigned int i;

	for (i = 0; i < SEAL_KEYS_MAX; i++)
		KUNIT_ASSERT_EQ(test, add(&ring, i), 0);
	KUNIT_EXPECT_EQ(test, add(&ring, i), -ENOSPC);
	KUNIT_EXPECT_EQ(test, add(&ring, 0), -EEXIST);
	gossip_keyring_free(ring);
}

static void the_first_key_is_used(struct kunit *test)
{
	struct gossip_keyring *ring = gossip_keyring_first(secret(0x80));

	KUNIT_ASSERT_FALSE(test, IS_ERR(ring));
	KUNIT_EXPECT_EQ(test, primary(ring), ID);
	KUNIT_EXPECT_TRUE(test, gossip_keyring_is_strict(ring));
	gossip_keyring_free(ring);
}

static struct kunit_case cases[] = { KUNIT_CASE(as_elsewhere),
				     KUNIT_CASE(is_refused_if_changed),
				     KUNIT_CASE(is_refused_with_another_key),
				     KUNIT_CASE(has_a_least_length),
				     KUNIT_CASE(keys_come_and_go),
				     KUNIT_CASE(keys_have_a_limit),
				     KUNIT_CASE(the_first_key_is_used),
				     {} };

static struct kunit_suite suite = {
	.name = "gossip_seal",
	.test_cases = cases,
};

kunit_test_suite(suite);
