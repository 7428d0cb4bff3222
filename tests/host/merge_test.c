// SPDX-License-Identifier: GPL-2.0
/* The merge rule: single cases. Its laws are in merge_property_test.c. */

#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define NAMES 3

static const char *const names[NAMES] = { "a", "b", "c" };

static struct net *one_member(void)
{
	struct net *net = net_new(1, 1);

	net_start(net, 0, 0);
	return net;
}

static void tell(struct net *net, const struct swim_record *record)
{
	struct swim_source source = { .addr = addr_of(77) };

	swim_merge(net->node[0].swim, record, &source, false);
}

/* All names are known first: who is unknown and dead is not taken up. */
static void introduce(struct net *net)
{
	unsigned int i;

	for (i = 0; i < NAMES; i++) {
		struct swim_record record = {
			.uid = 50 + i,
			.name = names[i],
			.name_len = 1,
			.addr = addr_of(50 + i),
		};

		tell(net, &record);
	}
}

/* The digest kept step by step is the digest of what is there. */
static bool digest_is_exact(void)
{
	struct net *net = one_member();
	u64 own = swim_view(net->node[0].swim), before;
	struct swim_record gone = { .name_len = 1,
				    .generation = 9,
				    .state = SWIM_LEFT };
	struct swim_info info;
	unsigned int i;

	introduce(net);
	before = swim_view(net->node[0].swim);
	for (i = 0; i < NAMES; i++) {
		swim_find(net->node[0].swim, names[i], &info);
		gone.name = names[i];
		gone.uid = info.uid;
		gone.addr = info.addr;
		tell(net, &gone);
	}
	i = before != own && swim_view(net->node[0].swim) == own;
	net_free(net);
	return i;
}

static struct swim_record stranger(void)
{
	return (struct swim_record){
		.uid = 1,
		.name = "x",
		.name_len = 1,
		.addr = addr_of(5),
	};
}

static bool dead_and_unknown_is_ignored(void)
{
	struct net *net = one_member();
	struct swim_record record = stranger();
	struct swim_info info;
	bool found;

	record.state = SWIM_FAILED;
	tell(net, &record);
	record.state = SWIM_LEFT;
	tell(net, &record);
	found = swim_find(net->node[0].swim, "x", &info);
	net_free(net);
	return !found;
}

static bool refutes(enum swim_state state)
{
	struct net *net = one_member();
	struct swim *swim = net->node[0].swim;
	struct swim_record record;
	struct swim_info before, after;

	swim_self(swim, &before);
	swim_record_of(swim->self, &record);
	record.accuser[record.accusers++] = 42;
	record.state = state;
	tell(net, &record);
	swim_self(swim, &after);
	net_free(net);
	return after.state == SWIM_ALIVE &&
	       after.incarnation == before.incarnation + 1;
}

static bool greatest_incarnation_is_survived(void)
{
	struct net *net = one_member();
	struct swim *swim = net->node[0].swim;
	struct swim_record record;
	struct swim_info after;

	swim_record_of(swim->self, &record);
	record.accuser[record.accusers++] = 42;
	record.state = SWIM_FAILED;
	record.incarnation = ~0U;
	tell(net, &record);
	swim_self(swim, &after);
	net_free(net);
	return after.state == SWIM_ALIVE && after.incarnation == 0 &&
	       after.generation == record.generation + 1;
}

static bool two_names_cannot_share_a_uid(void)
{
	struct net *net = one_member();
	struct swim_record record = stranger();
	struct swim_info info;
	bool found;

	tell(net, &record);
	record.name = "y";
	tell(net, &record);
	found = swim_find(net->node[0].swim, "y", &info);
	net_free(net);
	return !found;
}

/* One claims a name, and while its holder is probed tells its uid for another. */
static bool nor_by_a_claim(void)
{
	struct net *net = net_new(1, 1);
	struct swim_record record = stranger();
	struct swim_info first, second;

	/* There is nobody who could confirm that the holder is silent. */
	net->config.rules &= ~SWIM_RULE_CONCLUSIVE;
	net_start(net, 0, 0);
	tell(net, &record);
	record.uid++;
	record.generation++;
	record.addr = addr_of(99);
	tell(net, &record);
	record.name = "y";
	tell(net, &record);
	net_touch(&net->node[0]);
	net_run(net, 2000);
	swim_find(net->node[0].swim, "x", &first);
	swim_find(net->node[0].swim, "y", &second);
	net_free(net);
	return second.uid == record.uid && first.uid != second.uid;
}

static bool table_is_bounded(void)
{
	struct net *net = net_new(1, 1);
	struct swim_record record = { .name_len = 5 };
	char name[16];
	unsigned int i;
	bool ok;

	net->config.max_members = 100;
	net_start(net, 0, 0);
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "m%04u", i);
		record.name = name;
		record.uid = 1000 + i;
		record.addr = addr_of(1000 + i);
		tell(net, &record);
	}
	ok = swim_count(net->node[0].swim, SWIM_ALIVE) == 100 &&
	     swim_stat(net->node[0].swim, SWIM_TABLE_FULL) == 401;
	net_free(net);
	return ok;
}

int main(void)
{
	tap_check(digest_is_exact(),
		  "merge: the digest follows the live records");
	tap_check(dead_and_unknown_is_ignored(),
		  "merge: who is unknown and dead stays unknown");
	tap_check(refutes(SWIM_SUSPECT),
		  "merge: a suspicion of oneself is refuted");
	tap_check(refutes(SWIM_FAILED), "merge: one's own failure is refuted");
	tap_check(refutes(SWIM_LEFT),
		  "merge: a leave that one did not make is refuted");
	tap_check(greatest_incarnation_is_survived(),
		  "merge: the greatest incarnation is outbid by a generation");
	tap_check(two_names_cannot_share_a_uid(),
		  "merge: a second name for a uid is refused");
	tap_check(
		nor_by_a_claim(),
		"merge: and so is a second uid for a name that is another's by then");
	tap_check(table_is_bounded(),
		  "merge: more than max_members are refused and counted");
	tap_check(host_allocated() == 0, "merge: nothing leaks");
	return tap_end();
}
