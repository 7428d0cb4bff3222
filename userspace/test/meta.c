// SPDX-License-Identifier: GPL-2.0
/* Tags, services and user events: what the library makes of requests and messages. */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "kernel.h"
#include "macros.h"
#include "services.h"
#include "tags.h"
#include "tap.h"

static struct gossip *gossip;

static void begin(void)
{
	kernel_reset();
	kernel_start();
	gossip_open(&gossip);
}

static void expect(const char *what, int got, int want, const char *words)
{
	const char *error = gossip_error(gossip);

	tap_ok(got == want && strstr(error, words), "%s: %d \"%s\"", what, got,
	       error);
}

/* Lists and tags as such */

static void test_lists(void)
{
	char list[GOSSIP_SERVICES_MAX] = "", name[GOSSIP_NAME_MAX + 1];
	char tags[GOSSIP_TAGS_MAX] = "";
	struct gossip_member member = { 0 };
	unsigned int i;

	services_add(list, "a");
	services_add(list, "bc");
	services_add(list, "d");
	services_add(list, "bc");
	tap_ok(!strcmp(list, "a,bc,d"), "a list of services: %s", list);
	tap_ok(services_have(list, "bc") && !services_have(list, "b") &&
		       !services_have(list, "c") && !services_have(list, ""),
	       "whole names are in it");
	services_remove(list, "bc");
	services_remove(list, "b");
	tap_ok(!strcmp(list, "a,d"), "the middle is removed: %s", list);
	services_remove(list, "d");
	services_remove(list, "a");
	tap_ok(!*list, "as are the last and the first");
	tap_ok(services_differ("a,b", "a", name) && !strcmp(name, "b") &&
		       !services_differ("a", "b,a", name),
	       "what one has and the other has not");
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "service%u", i);
		services_add(list, name);
	}
	tap_ok(strlen(list) < sizeof(list) && services_have(list, "service0"),
	       "what does not fit is left out");
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "key%u", i);
		tags_add(tags, name, "");
	}
	memcpy(member.tags, tags, sizeof(tags));
	tap_ok(gossip_tag(&member, "key0") && !gossip_tag(&member, "key199") &&
		       !tags[sizeof(tags) - 1],
	       "so it is with tags");
}

/* Tags */

static void set(const char *what, int want, const char *words, const char *key,
		const char *value)
{
	const struct gossip_tag tag = { key, value };
	const struct gossip_tags tags = { .tag = &tag, .tags = 1 };

	expect(what, gossip_set_tags(gossip, &tags), want, words);
}

static const char *own(const char *key)
{
	const char *value;

	gossip_list(gossip);
	value = gossip_tag(gossip_self(gossip), key);
	return value ? value : "none";
}

static void test_tags(void)
{
	static const char *const removed[] = { "zone" };
	struct gossip_tags tags = { .remove = removed, .removals = 1 };
	char value[600];

	begin();
	memset(value, 'v', sizeof(value));
	value[508] = '\0';
	set("a tag", 0, "", "zone", "north \"1\"\n");
	tap_ok(!strcmp(own("zone"), "north \"1\"\n"), "is what was set");
	set("another", 0, "", "empty", "");
	tap_ok(!strcmp(own("empty"), "") && strcmp(own("zone"), "none"),
	       "is there, too, and empty");
	expect("removing", gossip_set_tags(gossip, &tags), 0, "");
	tap_ok(!strcmp(own("zone"), "none") && !strcmp(own("empty"), ""),
	       "takes that one away");
	set("a key without letters", -EINVAL, "tag \"\": 1 to 63", "", "x");
	set("a key with a space", -EINVAL, "tag \"a b\": 1 to 63", "a b", "x");
	set("512 bytes are too many with a key", -ENOSPC,
	    "take 513 bytes: 512 are allowed", "k", value);
	value[507] = '\0';
	tags.replace = true;
	tags.removals = 0;
	expect("replacing", gossip_set_tags(gossip, &tags), 0, "");
	tap_ok(!strcmp(own("empty"), "none"), "takes all away");
	set("512 bytes in all", 0, "", "k", value);
	tap_ok(strlen(own("k")) == 507, "are seen: %zu", strlen(own("k")));
	kernel.running = false;
	set("without an instance", -ENODEV, "no instance runs", "a", "b");
	gossip_close(gossip);
}

/* Leases */

static void test_leases(void)
{
	char name[80];

	begin();
	memset(name, 'n', sizeof(name));
	name[64] = '\0';
	expect("a lease", gossip_lease_open(gossip, "web", 500), 0, "");
	tap_ok(kernel.ttl_ms == 500, "with its time to live");
	gossip_list(gossip);
	tap_ok(gossip_has_service(gossip_self(gossip), "web"), "is a service");
	expect("twice", gossip_lease_open(gossip, "web", 0), -EEXIST,
	       "service \"web\": there is a lease");
	expect("renewing", gossip_lease_renew(gossip, "web", 0), 0, "");
	expect("closing", gossip_lease_close(gossip, "web"), 0, "");
	expect("renewing what is closed", gossip_lease_renew(gossip, "web", 0),
	       -ENOENT, "service \"web\": no such lease");
	expect("no name", gossip_lease_open(gossip, "", 0), -EINVAL,
	       "service \"\": 1 to 63");
	expect("a name of 64", gossip_lease_open(gossip, name, 0), -EINVAL,
	       "1 to 63");
	kernel.refusal = -EPERM;
	expect("no right", gossip_lease_open(gossip, "web", 0), -EPERM,
	       "needs CAP_NET_ADMIN");
	gossip_close(gossip);
}

/* User events */

/* All that is told now: "name:payload", or "-N" for N that were lost. */
static const char *heard(void)
{
	const struct gossip_user_event *event;
	static char text[4096];
	int len = 0;

	text[0] = '\0';
	while (gossip_next_user(gossip, &event) > 0) {
		if (event->name)
			len += sprintf(text + len, "%s%s:%.*s", len ? " " : "",
				       event->name, (int)event->size,
				       (const char *)event->payload);
		else
			len += sprintf(text + len, "%s-%d", len ? " " : "",
				       (int)event->lost);
	}
	return text;
}

static void hears(const char *what, const char *want)
{
	const char *got = heard();

	tap_ok(!strcmp(got, want), "%s: %s", what, got);
}

static void say(const char *name)
{
	kernel_user(name, "n2", "x", 1);
}

static void test_user(void)
{
	const struct gossip_user_event *event;
	char payload[600] = "";

	begin();
	expect("nothing to hear", gossip_next_user(gossip, &event), -EBADF,
	       "there is no subscription");
	say("before");
	expect("subscribing", gossip_subscribe_user(gossip, 0), 0, "");
	expect("twice", gossip_subscribe_user(gossip, 0), -EBUSY, "");
	hears("what was before is not told", "");
	say("a");
	expect("sending", gossip_send_event(gossip, "b", "a\0b", 3), 0, "");
	gossip_next_user(gossip, &event);
	tap_ok(event->seq == 2 && event->ltime == 7 &&
		       !strcmp(event->origin, "n2"),
	       "an event, its numbers and origin");
	gossip_next_user(gossip, &event);
	tap_ok(event->size == 3 && !memcmp(event->payload, "a\0b", 3) &&
		       !strcmp(event->origin, "self"),
	       "a payload of any bytes");
	kernel.instance.user_seq += 3;
	say("d");
	hears("a gap is told before what comes after it", "-3 d:x");
	kernel.room = 2;
	say("e");
	say("f");
	say("g");
	say("h");
	hears("what the kernel dropped is counted", "e:x f:x -2");
	say("i");
	hears("and what comes then is told", "i:x");
	kernel.room = 100;
	kernel_start();
	kernel.instance.user_seq = 0;
	say("j");
	hears("another instance counts anew", "j:x");
	expect("513 bytes", gossip_send_event(gossip, "n", payload, 512),
	       -EMSGSIZE, "512 bytes of payload are too many: 511 are allowed");
	expect("512", gossip_send_event(gossip, "n", payload, 511), 0, "");
	expect("no name", gossip_send_event(gossip, "", NULL, 0), -EINVAL,
	       "event \"\": 1 to 63");
	kernel_unload();
	heard();
	expect("the module goes", gossip_next_user(gossip, &event), -EBADF, "");
	tap_ok(gossip_user_fd(gossip) == -EBADF, "and the descriptor with it");
	gossip_close(gossip);
}

int main(void)
{
	test_lists();
	test_tags();
	test_leases();
	test_user();
	kernel_reset();
	return tap_end();
}
