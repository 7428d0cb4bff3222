// SPDX-License-Identifier: GPL-2.0
/* That no change is missed, whatever is lost on the way. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "kernel.h"
#include "services.h"
#include "tags.h"
#include "tap.h"

#define SEEDS 20

static struct gossip *follow;
static struct table mirror; /* what one knows who was told */
static char told[4096];
static bool inconsistent;

static void note(const char *event, const struct gossip_member *member)
{
	size_t len = strlen(told);

	if (len + 128 < sizeof(told))
		sprintf(told + len, "%s%s %s", len ? ", " : "", event,
			member ? member->name : "-");
}

/* What is up comes up no more, and so on. */
static void hear_service(const struct gossip_event *event, char *up)
{
	if (event->type == GOSSIP_EVENT_EXISTS)
		memcpy(up, event->member->services, GOSSIP_SERVICES_MAX);
	if (event->type == GOSSIP_EVENT_TYPE_SERVICE_UP) {
		inconsistent |= services_have(up, event->service);
		services_add(up, event->service);
	}
	if (event->type == GOSSIP_EVENT_TYPE_SERVICE_DOWN) {
		inconsistent |= !services_have(up, event->service);
		services_remove(up, event->service);
	}
}

static void hear(const struct gossip_event *event)
{
	const struct gossip_member *member = event->member;
	struct gossip_member *known =
		member ? table_find(&mirror, member->name) : NULL;

	note(gossip_name(GOSSIP_NAMES_EVENT, event->type), member);
	if (!member)
		return;
	/* The member with that name is not the one that this is about. */
	if (event->type == GOSSIP_EVENT_TYPE_CONFLICT)
		return;
	/* Nobody is told to forget whom he does not know. */
	if (event->type == GOSSIP_EVENT_TYPE_REAP) {
		inconsistent |= !known || *table_told(known);
		table_remove(&mirror, member->name);
		return;
	}
	table_put(&mirror, member);
	hear_service(event, table_told(table_find(&mirror, member->name)));
}

/* Until there is nothing more to be told; the last return value. */
static int drain(void)
{
	const struct gossip_event *event;
	int got;

	while ((got = gossip_next(follow, &event)) > 0)
		hear(event);
	return got;
}

static void begin(void)
{
	kernel_reset();
	table_clear(&mirror);
	inconsistent = false;
	told[0] = '\0';
	kernel_start();
}

static void subscribe(void)
{
	if (gossip_open(&follow) || gossip_subscribe(follow, 0))
		abort();
}

static void open_follow(void)
{
	subscribe();
	drain();
	told[0] = '\0';
}

static void join(unsigned int i, const char *name)
{
	kernel_change(i, GOSSIP_EVENT_TYPE_JOIN, name,
		      GOSSIP_MEMBER_STATE_ALIVE);
}

static void suspect(unsigned int i)
{
	kernel_change(i, GOSSIP_EVENT_TYPE_SUSPECT, NULL,
		      GOSSIP_MEMBER_STATE_SUSPECT);
}

static void fail(unsigned int i)
{
	kernel_change(i, GOSSIP_EVENT_TYPE_FAILED, NULL,
		      GOSSIP_MEMBER_STATE_FAILED);
}

static void reap(unsigned int i)
{
	kernel_change(i, GOSSIP_EVENT_TYPE_REAP, NULL,
		      GOSSIP_MEMBER_STATE_FAILED);
}

static bool equals(const struct table *table)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; kernel.running && i < kernel.size; i++) {
		const struct gossip_member *truth = &kernel.member[i];
		struct gossip_member *known;
		char name[GOSSIP_NAME_MAX + 1];

		if (!truth->name[0])
			continue;
		count++;
		known = table_find(table, truth->name);
		if (!known || known->state != truth->state ||
		    known->uid != truth->uid ||
		    known->incarnation != truth->incarnation ||
		    services_differ(table_told(known), truth->services, name) ||
		    services_differ(truth->services, table_told(known), name))
			return false;
	}
	return count == table->count;
}

static bool right(void)
{
	return equals(&mirror) && equals(&follow->table) && !inconsistent;
}

static void expect(const char *what, const char *want)
{
	drain();
	tap_ok(!strcmp(told, want) && right(), "%s", what);
	if (strcmp(told, want))
		printf("# told: %s\n# want: %s\n", told, want);
	told[0] = '\0';
}

static void test_plain(void)
{
	begin();
	join(1, "a");
	subscribe();
	expect("those who exist", "exists a, exists self, listed -");
	suspect(1);
	fail(1);
	join(2, "b");
	reap(1);
	expect("changes", "suspect a, failed a, join b, reap a");
	expect("no change", "");
	gossip_close(follow);
}

static void test_lost(void)
{
	begin();
	join(1, "a");
	join(2, "b");
	open_follow();
	suspect(1);
	kernel_lose_next();
	fail(1);
	join(3, "c");
	expect("a gap", "suspect a, resync -, failed a, join c");

	kernel.room = 2;
	suspect(2);
	suspect(3);
	fail(2);
	fail(3);
	expect("an overrun at the end",
	       "suspect b, suspect c, resync -, failed b, failed c");
	reap(1);
	reap(2);
	reap(3);
	join(1, "a");
	expect("a member that came back unseen",
	       "reap a, reap b, resync -, reap c, join a");
	gossip_close(follow);
}

static void test_restart(void)
{
	begin();
	join(1, "a");
	join(2, "b");
	open_follow();
	kernel_start();
	join(1, "a");
	expect("another instance, with smaller numbers",
	       "resync -, reap b, update a, update self");
	kernel_start();
	join(1, "a");
	join(2, "b");
	join(3, "c");
	expect("another instance, with greater numbers",
	       "resync -, update a, join b, join c, update self");
	kernel_lose_next();
	fail(1);
	kernel.running = false;
	fail(2);
	expect("no instance any more",
	       "resync -, reap a, reap b, reap c, reap self");
	kernel_start();
	join(1, "a");
	expect("the next instance from its first event on",
	       "join self, join a");
	gossip_close(follow);
}

static unsigned int calls; /* of the two below, in one listing */

static void change_before_read(void)
{
	if (calls++ % kernel.size == 1) {
		suspect(1);
		fail(1);
	}
}

static void change_after_read(void)
{
	if (calls++ % kernel.size == 2)
		suspect(1);
}

static void move_after_read(void)
{
	if (calls++ == 2) {
		reap(1);
		join(5, "a");
	}
}

static void test_services(void)
{
	begin();
	join(1, "a");
	kernel_service(1, "web", true);
	open_follow();
	tap_ok(gossip_has_service(gossip_find(follow, "a"), "web") &&
		       !gossip_has_service(gossip_find(follow, "a"), "we"),
	       "a service that is up");
	kernel_service(1, "db", true);
	kernel_service(1, "web", false);
	expect("services come up and go down", "service_up a, service_down a");
	fail(1);
	expect("with their member", "failed a, service_down a");
	kernel_change(1, GOSSIP_EVENT_TYPE_ALIVE, NULL,
		      GOSSIP_MEMBER_STATE_ALIVE);
	kernel_service(1, "web", true);
	drain();
	told[0] = '\0';
	kernel.room = 1;
	fail(1);
	expect("an event about a service that is lost is found",
	       "failed a, resync -, service_down a");
	gossip_close(follow);
}

/* Of another member, which has a name that is taken: that one is as it was. */
static void test_conflict(void)
{
	begin();
	join(1, "a");
	kernel_service(1, "web", true);
	open_follow();
	kernel_conflict(1);
	expect("a conflict changes nothing", "conflict a");
	kernel_conflict(0);
	suspect(1);
	expect("nor does one about this member", "conflict self, suspect a");
	gossip_close(follow);
}

static void test_torn(void)
{
	begin();
	join(1, "a");
	calls = 0;
	kernel.meanwhile = change_before_read;
	subscribe();
	expect("what a listing shows already is not told again",
	       "exists a, exists self, listed -");
	tap_ok(kernel.dumps == 5, "a torn listing is tried again, 5 times");
	gossip_close(follow);

	begin();
	join(1, "a");
	calls = 0;
	kernel.meanwhile = change_after_read;
	subscribe();
	expect("what a listing does not show yet is told",
	       "exists a, exists self, listed -, suspect a");
	gossip_close(follow);

	begin();
	join(1, "a");
	calls = 0;
	kernel.meanwhile = move_after_read;
	subscribe();
	expect("a member that is in a listing twice",
	       "exists a, exists self, listed -");
	gossip_close(follow);
}

/* Chaos: all of it at random; in the quiet after it all must be known. */

static void change_at_random(void)
{
	unsigned int i = 1 + rand() % (kernel.size - 1);
	struct gossip_member *member = &kernel.member[i];
	char name[16];

	if (rand() % 2000 == 0) {
		kernel_start();
		return;
	}
	if (rand() % 50 == 0)
		kernel_lose_next();
	if (!member->name[0]) {
		sprintf(name, "m%u", i);
		join(i, name);
	} else if (member->state == GOSSIP_MEMBER_STATE_FAILED && rand() % 2) {
		reap(i);
	} else {
		switch (rand() % 6) {
		case 4:
			sprintf(name, "s%d", rand() % 3);
			if (member->state < GOSSIP_MEMBER_STATE_FAILED)
				kernel_service(i, name,
					       !services_have(member->services,
							      name));
			break;
		case 5:
			tags_add(member->tags, "key", "value");
			kernel_change(i, GOSSIP_EVENT_TYPE_UPDATE, NULL,
				      member->state);
			break;
		case 0:
			suspect(i);
			break;
		case 1:
			fail(i);
			break;
		case 2:
			kernel_change(i, GOSSIP_EVENT_TYPE_ALIVE, NULL,
				      GOSSIP_MEMBER_STATE_ALIVE);
			break;
		default:
			kernel_change(i, GOSSIP_EVENT_TYPE_UPDATE, NULL,
				      member->state);
		}
	}
}

static void sometimes(void)
{
	if (rand() % 20 == 0)
		change_at_random();
}

static void test_chaos(unsigned int seed)
{
	int round, changes;
	bool ok = true;

	srand(seed);
	begin();
	kernel.room = 1 + rand() % 40;
	kernel.meanwhile = sometimes;
	open_follow();
	for (round = 0; round < 2000 && ok; round++) {
		for (changes = rand() % 30; changes; changes--)
			change_at_random();
		drain();
		if (round % 20)
			continue;
		/* A gap is seen by what comes after it: two, if one is lost. */
		kernel.meanwhile = NULL;
		suspect(0);
		suspect(0);
		drain();
		ok = right();
		kernel.meanwhile = sometimes;
	}
	tap_ok(ok, "chaos with seed %u", seed);
	gossip_close(follow);
}

int main(void)
{
	unsigned int seed;

	test_plain();
	test_lost();
	test_restart();
	test_services();
	test_conflict();
	test_torn();
	for (seed = 1; seed <= SEEDS; seed++)
		test_chaos(seed);
	kernel_reset();
	table_clear(&mirror);
	return tap_end();
}
