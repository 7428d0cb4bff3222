// SPDX-License-Identifier: GPL-2.0
/* Services and tags as bytes: what is refused, what is kept, and in what order. */

#include <kunit/test.h>

#include "../../kmod/lease.h"
#include "../../kmod/meta.h"
#include "../../kmod/service.h"
#include "../../kmod/swim/swim.h"
#include "letters.h"

static struct gossip_tags *new_tags(struct kunit *test)
{
	struct gossip_tags *tags =
		kunit_kzalloc(test, sizeof(*tags), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tags);
	return tags;
}

static int add(struct gossip_tags *tags, const char *key, const char *value)
{
	return gossip_tags_add(tags, key, strlen(key), value, strlen(value));
}

/* All tags as "KEY=VALUE KEY=VALUE ". */
static void expect_tags(struct kunit *test, const struct gossip_tags *tags,
			const char *expected)
{
	struct gossip_walk_meta walk;
	char text[64] = "";
	size_t len = 0;

	KUNIT_EXPECT_TRUE(test, gossip_meta_valid(tags->data, tags->len));
	gossip_meta_first(&walk, GOSSIP_META_TAG, tags->data, tags->len);
	for (; walk.item.key; gossip_meta_next(&walk))
		len += scnprintf(text + len, sizeof(text) - len, "%.*s=%.*s ",
				 walk.item.key_len, walk.item.key,
				 walk.item.value_len, walk.item.value);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

static void meta_text(struct kunit *test)
{
	static const struct {
		const char *text;
		u32 len;
		bool valid;
	} rows[] = {
		{ "", 0, true },
		{ "plain text ~", 12, true },
		{ "\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xb4", 9, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "a\0b", 3, false },
		{ "line\n", 5, false },
		{ "\x1b[2J", 4, false },
		{ "\x7f", 1, false },
		{ "\xc2\x85", 2, false }, /* next line */
		{ "\xe2\x80\xa8", 3, false }, /* line separator */
		{ "\xe2\x80\xae", 3, false }, /* right to left from here on */
		{ "\xe2\x81\xa6", 3, false }, /* isolate */
		{ "\x80", 1, false },
		{ "\xc3", 1, false },
		{ "\xe2\x82", 2, false },
		{ "\xf0\x9f\x90", 3, false },
		{ "\xc0\xaf", 2, false }, /* longer than need be */
		{ "\xe0\x80\xaf", 3, false },
		{ "\xf0\x80\x80\xaf", 4, false },
		{ "\xed\xa0\x80", 3, false }, /* half of a pair of UTF-16 */
		{ "\xf4\x90\x80\x80", 4, false }, /* above U+10FFFF */
		{ "\xff", 1, false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(
			test, gossip_text_valid(rows[i].text, rows[i].len),
			rows[i].valid, "row %u", i);
}

static void meta_tags(struct kunit *test)
{
	struct gossip_tags *tags = new_tags(test);

	KUNIT_EXPECT_EQ(test, add(tags, "role", "db"), 0);
	KUNIT_EXPECT_EQ(test, add(tags, "a", ""), 0);
	KUNIT_EXPECT_EQ(test, add(tags, "rack", "7=8"), 0);
	KUNIT_EXPECT_EQ(test, add(tags, "zone", "eu"), 0);
	expect_tags(test, tags, "a= rack=7=8 role=db zone=eu ");
	KUNIT_EXPECT_EQ(test, add(tags, "rack", "9"), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(tags, "x", "\n"), -EINVAL);
	expect_tags(test, tags, "a= rack=7=8 role=db zone=eu ");
}

static void meta_tags_limit(struct kunit *test)
{
	static char value[GOSSIP_TAGS_MAX + 2];
	struct gossip_tags *tags = new_tags(test);

	/* One for the key, four besides. */
	memset(value, 'v', GOSSIP_TAGS_MAX + 1);
	KUNIT_EXPECT_EQ(test, add(tags, "k", value), -ENOSPC);
	KUNIT_EXPECT_EQ(
		test, gossip_tags_add(tags, "k", 1, value, GOSSIP_TAGS_MAX - 4),
		-ENOSPC);
	KUNIT_EXPECT_EQ(test, tags->len, 0);
	KUNIT_EXPECT_EQ(
		test, gossip_tags_add(tags, "k", 1, value, GOSSIP_TAGS_MAX - 5),
		0);
	KUNIT_EXPECT_EQ(test, tags->len, GOSSIP_TAGS_MAX);
	KUNIT_EXPECT_EQ(test, add(tags, "l", ""), -ENOSPC);
}

static struct gossip_tags_change *new_change(struct kunit *test)
{
	struct gossip_tags_change *change =
		kunit_kzalloc(test, sizeof(*change), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, change);
	return change;
}

static void meta_change(struct kunit *test)
{
	struct gossip_tags_change *change = new_change(test);
	struct gossip_tags *from = new_tags(test);
	struct gossip_tags *to = new_tags(test);

	add(from, "b", "1");
	add(from, "c", "1");
	add(from, "d", "1");
	add(&change->unset, "a", "");
	add(&change->unset, "b", "");
	add(&change->unset, "d", "");
	add(&change->unset, "x", "");
	add(&change->set, "a", "2");
	add(&change->set, "d", "2");
	add(&change->set, "e", "2");
	KUNIT_EXPECT_EQ(test, gossip_tags_make(to, from, change), 0);
	expect_tags(test, to, "a=2 c=1 d=2 e=2 ");

	change->replace = true;
	KUNIT_EXPECT_EQ(test, gossip_tags_make(to, from, change), 0);
	expect_tags(test, to, "a=2 d=2 e=2 ");

	change->set.len = 0;
	KUNIT_EXPECT_EQ(test, gossip_tags_make(to, from, change), 0);
	expect_tags(test, to, "");
}

static void meta_change_limit(struct kunit *test)
{
	struct gossip_tags_change *change = new_change(test);
	struct gossip_tags *from = new_tags(test);
	struct gossip_tags *to = new_tags(test);
	static char value[300];

	memset(value, 'v', sizeof(value) - 1);
	add(from, "a", value);
	add(&change->set, "b", value);
	KUNIT_EXPECT_EQ(test, gossip_tags_make(to, from, change), -ENOSPC);
	/* In the place of the other one there is room. */
	add(&change->unset, "a", "");
	KUNIT_EXPECT_EQ(test, gossip_tags_make(to, from, change), 0);
	KUNIT_EXPECT_EQ(test, to->len, from->len);
}

#define SERVICE(len, name) "\1\0" len name
#define TAG(len, text) "\2\0" len text
#define ROW(text, valid)                      \
	{                                     \
		text, sizeof(text) - 1, valid \
	}

static void meta_hostile(struct kunit *test)
{
	static const struct {
		const char *data;
		u32 len;
		bool valid;
	} rows[] = {
		ROW("", true),
		ROW(SERVICE("\3", "web"), true),
		ROW(SERVICE("\3", "api") SERVICE("\3", "web"), true),
		ROW(SERVICE("\3", "web") TAG("\3", "a=b"), true),
		/* Of a later version. */
		ROW("\7\0\2??" SERVICE("\3", "web") "\x9\0\0", true),
		ROW("\1", false),
		ROW("\1\0", false),
		ROW("\7\0\2?", false),
		ROW("\7\xff\xff", false),
		ROW(SERVICE("\0", ""), false),
		ROW(SERVICE("\4", "web"), false),
		ROW(SERVICE("\2", "web"), false),
		ROW(SERVICE("\3", "w b"), false),
		ROW(SERVICE("\3", "w\0b"), false),
		ROW(SERVICE("\x40", LETTERS_63 "a"), false),
		ROW(SERVICE("\3", "web") SERVICE("\3", "web"), false),
		ROW(SERVICE("\3", "web") SERVICE("\3", "api"), false),
		ROW(SERVICE("\2", "ab") SERVICE("\1", "a"), false),
		ROW(TAG("\3", "abc"), false),
		ROW(TAG("\2", "=b"), false),
		ROW(TAG("\3", "a=\n"), false),
		ROW(TAG("\3", "a=b") TAG("\3", "a=c"), false),
		ROW(SERVICE("\3", "web") "\2\0", false),
	};
	struct swim_info info = { .state = SWIM_ALIVE };
	struct gossip_walk_meta walk;
	struct swim_meta *meta;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		/* Bytes beyond the end are noticed by KASAN. */
		meta = kunit_kzalloc(test, sizeof(*meta) + rows[i].len,
				     GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, meta);
		meta->len = rows[i].len;
		memcpy(meta->data, rows[i].data, rows[i].len);
		KUNIT_EXPECT_EQ_MSG(test,
				    gossip_meta_valid(meta->data, meta->len),
				    rows[i].valid, "row %u", i);
		/* Not even what is well-formed in it is shown. */
		info.meta = meta;
		gossip_services_first(&walk, &info);
		if (!rows[i].valid)
			KUNIT_EXPECT_NULL_MSG(test, walk.item.key, "row %u", i);
	}
}

/* "+up -down " of a change from @had to @has. */
static void expect_services(struct kunit *test, const char *had, u32 had_len,
			    const char *has, u32 has_len, u8 state,
			    const char *expected)
{
	struct swim_event *event =
		kunit_kzalloc(test, sizeof(*event), GFP_KERNEL);
	struct swim_meta *meta[2];
	struct gossip_services services;
	char text[64] = "";
	size_t len = 0;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, event);
	for (i = 0; i < 2; i++) {
		meta[i] = kunit_kzalloc(test, sizeof(**meta) + 64, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, meta[i]);
	}
	meta[0]->len = had_len;
	memcpy(meta[0]->data, had, had_len);
	meta[1]->len = has_len;
	memcpy(meta[1]->data, has, has_len);
	event->had = had_len ? meta[0] : NULL;
	event->info.meta = has_len ? meta[1] : NULL;
	event->info.state = state;
	gossip_services_begin(&services, event);
	while (gossip_services_next(&services))
		len += scnprintf(text + len, sizeof(text) - len, "%c%s ",
				 services.up ? '+' : '-', services.service);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

#define EXPECT_SERVICES(test, had, has, state, expected)                  \
	expect_services(test, had, sizeof(had) - 1, has, sizeof(has) - 1, \
			state, expected)

#define A SERVICE("\1", "a")
#define B SERVICE("\2", "bb")
#define C SERVICE("\1", "c")

static void meta_services(struct kunit *test)
{
	EXPECT_SERVICES(test, "", "", SWIM_ALIVE, "");
	EXPECT_SERVICES(test, "", A B, SWIM_ALIVE, "+a +bb ");
	EXPECT_SERVICES(test, A B, A B, SWIM_ALIVE, "");
	EXPECT_SERVICES(test, A B, A B, SWIM_SUSPECT, "");
	EXPECT_SERVICES(test, A B, B C, SWIM_ALIVE, "-a +c ");
	EXPECT_SERVICES(test, B, A C, SWIM_ALIVE, "+a -bb +c ");
	EXPECT_SERVICES(test, A B C, A B C, SWIM_FAILED, "-a -bb -c ");
	EXPECT_SERVICES(test, A, A, SWIM_LEFT, "-a ");
	/* What is malformed is none. */
	EXPECT_SERVICES(test, A, B A, SWIM_ALIVE, "-a ");
	EXPECT_SERVICES(test, B A, B, SWIM_ALIVE, "+bb ");
}

/* Leases */

static struct gossip_lease *new_lease(struct kunit *test, const char *service,
				      const struct sock *owner)
{
	struct gossip_lease *lease = kzalloc(sizeof(*lease), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, lease);
	strscpy(lease->service, service, sizeof(lease->service));
	lease->owner = owner;
	gossip_lease_renew(lease, 0, 0);
	return lease;
}

static void expect_leases(struct kunit *test,
			  const struct gossip_leases *leases,
			  const char *expected)
{
	struct gossip_walk_meta walk;
	char text[64] = "";
	size_t len = 0;
	u8 *data;

	data = kunit_kzalloc(test, leases->size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, data);
	gossip_leases_put(leases, data);
	KUNIT_EXPECT_TRUE(test, gossip_meta_valid(data, leases->size));
	gossip_meta_first(&walk, GOSSIP_META_SERVICE, data, leases->size);
	for (; walk.item.key; gossip_meta_next(&walk))
		len += scnprintf(text + len, sizeof(text) - len, "%.*s ",
				 walk.item.key_len, walk.item.key);
	KUNIT_EXPECT_STREQ(test, text, expected);
}

static void lease_table(struct kunit *test)
{
	struct gossip_lease *lease = new_lease(test, "db", NULL);
	struct gossip_leases leases;

	gossip_leases_init(&leases);
	KUNIT_EXPECT_EQ(test, gossip_leases_deadline(&leases), SWIM_NEVER);
	KUNIT_EXPECT_EQ(test, gossip_lease_add(&leases, lease), 0);
	KUNIT_EXPECT_EQ(test,
			gossip_lease_add(&leases, new_lease(test, "web", NULL)),
			0);
	KUNIT_EXPECT_EQ(test,
			gossip_lease_add(&leases, new_lease(test, "api", NULL)),
			0);
	expect_leases(test, &leases, "api db web ");
	KUNIT_EXPECT_PTR_EQ(test, gossip_lease_find(&leases, "db"), lease);
	KUNIT_EXPECT_NULL(test, gossip_lease_find(&leases, "d"));

	lease = new_lease(test, "api", NULL);
	KUNIT_EXPECT_EQ(test, gossip_lease_add(&leases, lease), -EEXIST);
	kfree(lease);
	gossip_lease_end(&leases, gossip_lease_find(&leases, "db"));
	expect_leases(test, &leases, "api web ");
	KUNIT_EXPECT_EQ(test, gossip_leases_end_all(&leases), 2);
	KUNIT_EXPECT_EQ(test, leases.size, 0);
}

static void lease_limit(struct kunit *test)
{
	static char name[SWIM_NAME_MAX + 1];
	struct gossip_leases leases;
	struct gossip_lease *lease;
	u32 i;

	gossip_leases_init(&leases);
	memset(name, 'a', SWIM_NAME_MAX - 2);
	/* Four of 61 letters and 3 bytes. */
	for (i = 0; i < 4; i++) {
		name[0]++;
		lease = new_lease(test, name, NULL);
		KUNIT_EXPECT_EQ(test, gossip_lease_add(&leases, lease), 0);
	}
	KUNIT_EXPECT_EQ(test, leases.size, GOSSIP_SERVICES_MAX);
	lease = new_lease(test, "b", NULL);
	KUNIT_EXPECT_EQ(test, gossip_lease_add(&leases, lease), -ENOSPC);
	kfree(lease);
	KUNIT_EXPECT_EQ(test, gossip_leases_end_all(&leases), 4);
}

static void lease_late(struct kunit *test)
{
	struct gossip_leases leases;
	struct gossip_lease *lease;

	gossip_leases_init(&leases);
	KUNIT_ASSERT_EQ(
		test, gossip_lease_add(&leases, new_lease(test, "ever", NULL)),
		0);
	lease = new_lease(test, "late", NULL);
	gossip_lease_renew(lease, 1000, 50);
	KUNIT_ASSERT_EQ(test, gossip_lease_add(&leases, lease), 0);
	KUNIT_EXPECT_EQ(test, gossip_leases_deadline(&leases), 1050);
	KUNIT_EXPECT_EQ(test, gossip_leases_end_late(&leases, 1049), 0);
	gossip_lease_renew(lease, 1049, 50);
	KUNIT_EXPECT_EQ(test, gossip_leases_end_late(&leases, 1098), 0);
	KUNIT_EXPECT_EQ(test, gossip_leases_end_late(&leases, 1099), 1);
	KUNIT_EXPECT_EQ(test, gossip_leases_deadline(&leases), SWIM_NEVER);
	expect_leases(test, &leases, "ever ");
	KUNIT_EXPECT_EQ(test, gossip_leases_end_all(&leases), 1);
}

static void lease_closed(struct kunit *test)
{
	struct gossip_leases leases;
	struct sock *sk[2];
	u32 i;

	gossip_leases_init(&leases);
	for (i = 0; i < 2; i++) {
		sk[i] = kunit_kzalloc(test, sizeof(**sk), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, sk[i]);
	}
	gossip_lease_add(&leases, new_lease(test, "a", sk[0]));
	gossip_lease_add(&leases, new_lease(test, "b", sk[1]));
	gossip_lease_add(&leases, new_lease(test, "c", sk[0]));
	KUNIT_EXPECT_EQ(test, gossip_leases_end_closed(&leases), 0);
	sock_set_flag(sk[0], SOCK_DEAD);
	KUNIT_EXPECT_EQ(test, gossip_leases_end_closed(&leases), 2);
	expect_leases(test, &leases, "b ");
	KUNIT_EXPECT_EQ(test, gossip_leases_end_all(&leases), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(meta_text),	       KUNIT_CASE(meta_tags),
	KUNIT_CASE(meta_tags_limit),   KUNIT_CASE(meta_change),
	KUNIT_CASE(meta_change_limit), KUNIT_CASE(meta_hostile),
	KUNIT_CASE(meta_services),     KUNIT_CASE(lease_table),
	KUNIT_CASE(lease_limit),       KUNIT_CASE(lease_late),
	KUNIT_CASE(lease_closed),      {}
};

static struct kunit_suite suite = {
	.name = "gossip-meta",
	.test_cases = cases,
};

kunit_test_suite(suite);
