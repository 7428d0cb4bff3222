// SPDX-License-Identifier: GPL-2.0
/* The public side of libgossip, but for what follow.c tests of it. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <libgossip.h>

#include "handle.h"
#include "kernel.h"
#include "macros.h"
#include "tap.h"

static struct gossip *gossip;

static void begin(void)
{
	kernel_reset();
	kernel_start();
	gossip_open(&gossip);
}

static void join(unsigned int i, const char *name)
{
	kernel_change(i, GOSSIP_EVENT_TYPE_JOIN, name,
		      GOSSIP_MEMBER_STATE_ALIVE);
}

static void expect(const char *what, int got, int want, const char *words)
{
	const char *error = gossip_error(gossip);

	tap_ok(got == want && !strcmp(error, words), "%s: %d \"%s\"", what, got,
	       error);
}

static bool readable(void)
{
	struct pollfd fd = { .fd = gossip_fd(gossip), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

static int next_type(void)
{
	const struct gossip_event *event;
	int got = gossip_next(gossip, &event);

	return got == 1 ? (int)event->type : got < 0 ? got : -1000;
}

static void test_errors(void)
{
	const struct gossip_instance *instance;
	const struct gossip_event *event;

	begin();
	expect("a listing", gossip_list(gossip), 0, "");
	kernel.refusal = -EPERM;
	expect("no right", gossip_stop(gossip), -EPERM, "needs CAP_NET_ADMIN");
	kernel.refusal = -EINVAL;
	kernel.extack = "not on a Sunday";
	expect("words of the kernel", gossip_start(gossip, NULL), -EINVAL,
	       "not on a Sunday");
	expect("are gone with the next call", gossip_leave(gossip), 0, "");
	kernel.refusal = -EOPNOTSUPP;
	expect("an old module", gossip_leave(gossip), -EOPNOTSUPP,
	       "the module does not know this command: load the one of this version");
	kernel.refusal = -EBUSY;
	expect("no words", gossip_leave(gossip), -EBUSY, strerror(EBUSY));
	expect("no subscription", gossip_next(gossip, &event), -EBADF,
	       "there is no subscription");
	tap_ok(gossip_fd(gossip) == -EBADF, "nor a descriptor of it");
	kernel.running = false;
	expect("no instance to list", gossip_list(gossip), -ENODEV,
	       "no instance runs in this network namespace");
	tap_ok(!gossip_count(gossip), "nor members from before");
	expect("nor to follow", gossip_subscribe(gossip, 0), -ENODEV,
	       "no instance runs in this network namespace");
	expect("but its status is known",
	       gossip_get_instance(gossip, &instance), 0, "");
	tap_ok(instance->status == GOSSIP_STATUS_OFF, "it is off");
	kernel.loaded = false;
	expect("no module", gossip_get_instance(gossip, &instance), -ENOPKG,
	       "the gossip module is not loaded");
	kernel.loaded = true;
	kernel.refusal = -EPROTONOSUPPORT;
	expect("a module that goes meanwhile", gossip_list(gossip), -ENOPKG,
	       "the gossip module was unloaded");
	kernel.refusal = -ENOENT;
	expect("or has gone", gossip_stop(gossip), -ENOPKG,
	       "the gossip module was unloaded");
	expect("a module again", gossip_get_instance(gossip, &instance), 0, "");
	gossip_close(gossip);
	gossip_close(NULL);
}

static void test_unload(void)
{
	begin();
	tap_ok(!gossip_subscribe(gossip, 0), "a subscription");
	expect("another one", gossip_subscribe(gossip, 0), -EBUSY,
	       "there is a subscription");
	while (next_type() >= 0)
		;
	tap_ok(!readable(), "nothing to read when all is told");
	join(1, "a");
	tap_ok(readable(), "something to read when a member joined");
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_JOIN, "which is told");
	kernel_unload();
	tap_ok(readable(), "something to read when the module is unloaded");
	expect("which is told", next_type(), -ENOPKG,
	       "the gossip module was unloaded");
	expect("and that was all", next_type(), -EBADF,
	       "there is no subscription");
	expect("still no module", gossip_subscribe(gossip, 0), -ENOPKG,
	       "the gossip module is not loaded");
	kernel.loaded = true;
	kernel_start();
	join(1, "b");
	expect("it is back", gossip_subscribe(gossip, 0), 0, "");
	tap_ok(next_type() == GOSSIP_EVENT_EXISTS &&
		       next_type() == GOSSIP_EVENT_EXISTS &&
		       next_type() == GOSSIP_EVENT_LISTED,
	       "and is told from the beginning");
	tap_ok(gossip_find(gossip, "b") && !gossip_find(gossip, "a"),
	       "without members from before");
	gossip_close(gossip);
}

static void test_forged(void)
{
	begin();
	gossip_subscribe(gossip, 0);
	while (next_type() >= 0)
		;
	kernel_forge();
	tap_ok(next_type() == -1000, "what is not of the kernel is no event");
	join(1, "a");
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_JOIN, "what is of it still is");
	expect("nor is it an answer", gossip_list(gossip), 0, "");
	gossip_close(gossip);
}

/* Where the end of the module is seen by the listing after a loss. */
static void test_unload_lost(void)
{
	begin();
	gossip_subscribe(gossip, 0);
	while (next_type() >= 0)
		;
	kernel_lose_next();
	join(1, "a");
	join(2, "b");
	tap_ok(next_type() == GOSSIP_EVENT_RESYNC, "events were lost");
	kernel.refusal = -EPROTONOSUPPORT;
	expect("as was the module", next_type(), -ENOPKG,
	       "the gossip module was unloaded");
	expect("and that was all", next_type(), -EBADF,
	       "there is no subscription");
	gossip_close(gossip);
}

/* Where what tells of it is lost, and the module is back before the listing. */
static void test_reload(bool by_list)
{
	begin();
	gossip_subscribe(gossip, 0);
	while (next_type() >= 0)
		;
	kernel_reload_unseen();
	kernel_start();
	if (by_list) {
		expect("a listing finds another module", gossip_list(gossip),
		       -ENOPKG, "the gossip module was unloaded");
	} else {
		tap_ok(next_type() == GOSSIP_EVENT_RESYNC, "events were lost");
		expect("and the module is another", next_type(), -ENOPKG,
		       "the gossip module was unloaded");
	}
	expect("which ends the subscription", next_type(), -EBADF,
	       "there is no subscription");
	expect("another one", gossip_subscribe(gossip, 0), 0, "");
	while (next_type() >= 0)
		;
	join(1, "a");
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_JOIN, "hears the new module");
	gossip_close(gossip);
}

static void test_subscribe_fails(void)
{
	begin();
	kernel.running = false;
	expect("no instance", gossip_subscribe(gossip, 0), -ENODEV,
	       "no instance runs in this network namespace");
	tap_ok(!kernel_is_heard(), "nobody listens then");
	kernel_start();
	expect("a subscription later", gossip_subscribe(gossip, 0), 0, "");
	while (next_type() >= 0)
		;
	join(1, "a");
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_JOIN, "hears");
	gossip_close(gossip);
}

/* Events that a listing overtakes. */
static void test_stale(void)
{
	int i;

	begin();
	join(1, "a");
	gossip_subscribe(gossip, 0);
	while (next_type() >= 0)
		;
	for (i = 0; i < 1000; i++)
		kernel_change(1, GOSSIP_EVENT_TYPE_UPDATE, NULL,
			      GOSSIP_MEMBER_STATE_ALIVE);
	gossip_list(gossip);
	kernel_change(1, GOSSIP_EVENT_TYPE_FAILED, NULL,
		      GOSSIP_MEMBER_STATE_FAILED);
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_UPDATE &&
		       next_type() == GOSSIP_EVENT_TYPE_FAILED &&
		       next_type() == -1000,
	       "a listing is told, and what follows it");
	tap_ok(kernel.asked == 1, "one question for 1,000 old events: %u",
	       kernel.asked);
	gossip_close(gossip);
}

/* A listing in the middle of telling must not tell anything twice, or never. */
static void test_list_between(void)
{
	const struct gossip_event *event;
	char told[256] = "";

	begin();
	join(1, "a");
	join(2, "b");
	gossip_subscribe(gossip, 0);
	while (next_type() >= 0)
		;
	kernel_lose_next();
	kernel_change(1, GOSSIP_EVENT_TYPE_FAILED, NULL,
		      GOSSIP_MEMBER_STATE_FAILED);
	kernel_change(2, GOSSIP_EVENT_TYPE_FAILED, NULL,
		      GOSSIP_MEMBER_STATE_FAILED);
	tap_ok(next_type() == GOSSIP_EVENT_RESYNC, "events were lost");
	tap_ok(next_type() == GOSSIP_EVENT_TYPE_FAILED,
	       "the first one's is told");
	join(3, "c");
	kernel_change(1, GOSSIP_EVENT_TYPE_ALIVE, NULL,
		      GOSSIP_MEMBER_STATE_ALIVE);
	tap_ok(!gossip_list(gossip), "a listing before the rest is told");
	while (gossip_next(gossip, &event) == 1)
		sprintf(told + strlen(told), "%s %s,",
			gossip_name(GOSSIP_NAMES_EVENT, event->type),
			event->member->name);
	tap_ok(!strcmp(told, "alive a,failed b,join c,"), "then: %s", told);
	gossip_close(gossip);
}

static void test_members(void)
{
	const struct gossip_member *member;

	begin();
	join(2, "b");
	join(1, "a");
	gossip_list(gossip);
	tap_ok(gossip_count(gossip) == 3 && !gossip_torn(gossip),
	       "three members");
	tap_ok(!strcmp(gossip_at(gossip, 0)->name, "a") &&
		       !strcmp(gossip_at(gossip, 1)->name, "b") &&
		       !gossip_at(gossip, 3),
	       "in the order of their names");
	member = gossip_self(gossip);
	tap_ok(member && member == gossip_find(gossip, "self") && member->self,
	       "itself");
	tap_ok(member->rtt_us == -1 && member->heard_ms == -1,
	       "what is absent is -1");
	kernel.always_torn = true;
	gossip_list(gossip);
	tap_ok(gossip_torn(gossip), "a torn listing says so");
	gossip_close(gossip);
}

static bool holds(const void *memory, size_t size, const void *secret)
{
	return memmem(memory, size, secret, GOSSIP_SECRET_SIZE);
}

static void test_keys(void)
{
	struct gossip_params *params = gossip_params_new();
	char secret[GOSSIP_SECRET_SIZE] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
	const struct gossip_keys *keys;
	char again[sizeof(secret)];
	uint32_t id = 0;

	begin();
	expect("no keys", gossip_get_keys(gossip, &keys), 0, "");
	tap_ok(!keys->count && keys->primary == -1 && !keys->permissive,
	       "are none");
	expect("a key", gossip_add_key(gossip, secret, &id), 0, "");
	tap_ok(id == 0x41424344, "whose id is told");
	tap_ok(!holds(gossip, sizeof(*gossip), secret),
	       "its secret is not kept");
	expect("once more", gossip_add_key(gossip, secret, NULL), -EEXIST,
	       "this key is there already");
	tap_ok(!holds(gossip, sizeof(*gossip), secret),
	       "nor where it is refused");
	gossip_get_keys(gossip, &keys);
	tap_ok(keys->count == 1 && keys->id[0] == 0x41424344 &&
		       keys->primary == -1,
	       "it is there, and not in use");
	secret[0] = 'B';
	gossip_add_key(gossip, secret, NULL);
	expect("use", gossip_use_key(gossip, 0x42424344, true), 0, "");
	gossip_get_keys(gossip, &keys);
	tap_ok(keys->count == 2 && keys->primary == 1 && keys->permissive,
	       "which is the second one, permissive");
	expect("delete it", gossip_delete_key(gossip, 0x42424344), -EBUSY,
	       "it seals what is sent");
	expect("use none", gossip_use_no_key(gossip), 0, "");
	expect("and delete it", gossip_delete_key(gossip, 0x42424344), 0, "");
	expect("what is not there", gossip_use_key(gossip, 1, false), -ENOENT,
	       "no key of that id");
	kernel.unprivileged = true;
	expect("no right", gossip_get_keys(gossip, &keys), -EPERM,
	       "needs CAP_NET_ADMIN");
	kernel.unprivileged = false;

	gossip_params_set_secret(params, secret);
	memcpy(again, secret, sizeof(again));
	explicit_bzero(secret, sizeof(secret));
	expect("start with a key", gossip_start(gossip, params), 0, "");
	gossip_get_keys(gossip, &keys);
	tap_ok(keys->count == 1 && keys->id[0] == 0x42424344 && !keys->primary,
	       "which was copied, and is in use");
	tap_ok(!holds(gossip, sizeof(*gossip), again), "and is not kept");
	gossip_params_set_secret(params, NULL);
	gossip_start(gossip, params);
	gossip_get_keys(gossip, &keys);
	tap_ok(!keys->count, "start without one");
	kernel.running = false;
	expect("no instance", gossip_add_key(gossip, secret, NULL), -ENODEV,
	       "no instance runs in this network namespace");
	gossip_params_free(params);
	gossip_close(gossip);
}

static const struct {
	const char *key, *value;
	int err;
	const char *words;
} params_table[] = {
	{ "name", "db-1._A", 0, "" },
	{ "name", "a b", -EINVAL,
	  "name \"a b\": 1 to 63 characters of A-Z a-z 0-9 . _ - are allowed" },
	{ "name", "", 0, "" },
	{ "bind", "[fd00::7]:80", 0, "" },
	{ "bind", "here", -EINVAL,
	  "bind \"here\": no address: ADDR, IPV4:PORT or [IPV6]:PORT is needed" },
	{ "peers", "10.0.0.1,10.0.0.2:80", 0, "" },
	{ "peers", "10.0.0.1,,", -EINVAL,
	  "peers \"10.0.0.1,,\": an address is missing before or after a comma" },
	{ "peers", "", 0, "" },
	{ "profile", "wan", 0, "" },
	{ "profile", "man", -EINVAL,
	  "profile \"man\": lan, wan, local are allowed" },
	{ "sensitivity", "calm", 0, "" },
	{ "probe_interval", "200", 0, "" },
	{ "probe_interval", "-1", -EINVAL,
	  "probe_interval \"-1\": a number of 0 to 4294967295 is needed" },
	{ "colour", "red", -ENOENT, "no such parameter \"colour\"" },
};

static void have_left(void)
{
	if (kernel.asked == 3)
		kernel.instance.status = GOSSIP_STATUS_LEFT;
}

static void stop_first(void)
{
	kernel.refusal = -ENODEV;
}

static void test_params(void)
{
	struct gossip_params *params = gossip_params_new();
	char many[GOSSIP_PEERS_MAX * 10 + 10] = "10.0.0.3";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(params_table); i++) {
		const char *key = params_table[i].key;
		const char *value = params_table[i].value;
		int err = gossip_params_set(params, key, value);

		tap_ok(err == params_table[i].err &&
			       !strcmp(gossip_params_error(params),
				       params_table[i].words),
		       "%s \"%s\": %d %s", key, value, err,
		       gossip_params_error(params));
	}
	for (i = 1; i < GOSSIP_PEERS_MAX; i++)
		strcat(many, ",10.0.0.3");
	tap_ok(gossip_params_set(params, "peers", many) == -EINVAL,
	       "more than %d peers", GOSSIP_PEERS_MAX);
	begin();
	tap_ok(!gossip_start(gossip, params) &&
		       kernel.command == GOSSIP_CMD_START,
	       "start is start");
	tap_ok(!gossip_join(gossip, NULL) && kernel.command == GOSSIP_CMD_JOIN,
	       "join is join");
	kernel_start();
	kernel.instance.status = GOSSIP_STATUS_LEAVING;
	kernel.asked = 0;
	kernel.after_ask = have_left;
	tap_ok(!gossip_leave(gossip) && kernel.command == GOSSIP_CMD_LEAVE &&
		       kernel.asked == 4,
	       "leave is leave, and waits until it has left");
	kernel.after_ask = NULL;
	tap_ok(!gossip_stop(gossip) && kernel.command == GOSSIP_CMD_STOP,
	       "stop is stop");
	kernel.after_ask = stop_first;
	tap_ok(!gossip_stop(gossip) && !kernel.refusal,
	       "it is stopped if somebody else was first");
	kernel.after_ask = NULL;
	kernel.refusal = -ENODEV;
	tap_ok(gossip_stop(gossip) == -ENODEV, "but there has to be one");
	gossip_params_free(params);
	gossip_close(gossip);
}

static const struct {
	enum gossip_names names;
	uint32_t value;
	const char *name;
} names_table[] = {
	{ GOSSIP_NAMES_STATE, GOSSIP_MEMBER_STATE_FAILED, "failed" },
	{ GOSSIP_NAMES_STATUS, GOSSIP_STATUS_ISOLATED, "isolated" },
	{ GOSSIP_NAMES_EVENT, GOSSIP_EVENT_TYPE_REAP, "reap" },
	{ GOSSIP_NAMES_EVENT, GOSSIP_EVENT_EXISTS, "exists" },
	{ GOSSIP_NAMES_EVENT, GOSSIP_EVENT_RESYNC, "resync" },
	{ GOSSIP_NAMES_PROFILE, GOSSIP_PROFILE_WAN, "wan" },
	{ GOSSIP_NAMES_SENSITIVITY, GOSSIP_SENSITIVITY_CALM, "calm" },
	{ GOSSIP_NAMES_TUNABLE, GOSSIP_A_CONFIG_REAP_AFTER, "reap_after" },
};

static void test_names(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names_table); i++) {
		enum gossip_names names = names_table[i].names;
		const char *name = names_table[i].name;

		tap_ok(!strcmp(gossip_name(names, names_table[i].value),
			       name) &&
			       gossip_value(names, name) ==
				       (int)names_table[i].value,
		       "%s is named", name);
		tap_ok(!strcmp(gossip_name(names, 999999), "unknown") &&
			       gossip_value(names, "nonsense") == -ENOENT &&
			       !gossip_doc(names, 999999)[0],
		       "what is unknown is said to be (%s)", name);
	}
	tap_ok(gossip_doc(GOSSIP_NAMES_STATUS, GOSSIP_STATUS_ISOLATED)[0] &&
		       gossip_doc(GOSSIP_NAMES_EVENT, GOSSIP_EVENT_LISTED)[0] &&
		       gossip_doc(GOSSIP_NAMES_TUNABLE, 1)[0],
	       "and explained");
	tap_ok(!strcmp(gossip_unit(GOSSIP_A_CONFIG_REAP_AFTER), "s") &&
		       !strcmp(gossip_unit(GOSSIP_A_CONFIG_MAX_MEMBERS), ""),
	       "units");
}

int main(void)
{
	test_errors();
	test_unload();
	test_forged();
	test_unload_lost();
	test_reload(false);
	test_reload(true);
	test_subscribe_fails();
	test_stale();
	test_list_between();
	test_members();
	test_keys();
	test_params();
	test_names();
	kernel_reset();
	return tap_end();
}
