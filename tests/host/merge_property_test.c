// SPDX-License-Identifier: GPL-2.0
/*
 * The merge laws, on random records: whatever the order, grouping and
 * repetition in which members hear of others, they end with the same table.
 */

#include <linux/jhash.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"
#include "random.h"
#include "record.h"

#define NAMES 6
#define RECORDS 24
#define TRIALS 400
#define ACCUSERS 3

static u8 data[SWIM_DATAGRAM_MAX];

struct set {
	struct swim_record record[RECORDS];
};

/* The names of the members, other than those of net.h. */
static const char *const names[NAMES] = { "a", "b", "c", "d", "e", "f" };

/* What a start told with @key: another length and other bytes for each. */
static void set_meta(struct swim_record *record, u64 key)
{
	static u8 bytes[64];
	u32 word[] = { record->uid, key >> 32, key };
	u32 i, hash = jhash2(word, ARRAY_SIZE(word), 0);

	for (i = 0; !bytes[1] && i < sizeof(bytes); i++)
		bytes[i] = i;
	record->meta_key = key;
	record->meta = bytes + hash % 32;
	record->meta_len = key ? hash / 32 % 32 : 0;
}

/*
 * Equal keys mean equal records, for only a member makes its own: a start has
 * one uid, and is where the earlier one was; its flags are those of its turn;
 * its metadata are those of their key, and may be left out.
 */
static struct swim_record some_record(u32 states)
{
	u32 name = random_below(NAMES), first = random_below(ACCUSERS), i;
	struct swim_record record = {
		.generation = 1 + random_below(2),
		.incarnation = random_below(4),
		.turn = random_below(6),
		.name = names[name],
		.name_len = 1,
		.addr = addr_of(50 + name),
	};

	do {
		record.state = random_below(SWIM_NR_STATES);
	} while (!(states >> record.state & 1));
	record.uid = 100 * (name + 1) + record.generation;
	record.flags = record.turn & 1 ? WIRE_DEGRADED : 0;
	if (random_below(2))
		set_meta(&record,
			 swim_key(record.generation,
				  random_below(record.incarnation + 1)));
	if (record.state == SWIM_SUSPECT || record.state == SWIM_FAILED)
		for (i = 0; i < ACCUSERS; i++)
			if (!i || random_below(2))
				record.accuser[record.accusers++] =
					900 + (first + i) % ACCUSERS;
	return record;
}

static struct set some_set(u32 states)
{
	struct set set;
	u32 i;

	for (i = 0; i < RECORDS; i++)
		set.record[i] = some_record(states);
	return set;
}

static struct net *fresh(u32 rules)
{
	struct net *net = net_new(1, 1);

	net->config.rules = rules;
	net_start(net, 0, 0);
	return net;
}

/* One datagram about some of @set. */
static void tell(struct net *net, u8 type, const struct set *set,
		 const u32 *order, u32 count)
{
	struct swim_addr from = addr_of(77);
	struct wire_header header = {
		.type = type,
		.cluster = net->node[0].swim->cluster,
		.uid = 77,
	};
	static const struct wire_body body;
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	u32 i;

	wire_put_message(&buf, &header, &body);
	for (i = 0; i < count; i++)
		wire_put_member(&buf, &set->record[order[i]]);
	net_inject(net, 0, &from, buf.data, buf.len);
}

/* All names are known first: who is unknown and dead is not taken up. */
static void introduce(struct net *net)
{
	static const u32 order[NAMES] = { 0, 1, 2, 3, 4, 5 };
	struct set set;
	u32 i;

	for (i = 0; i < NAMES; i++)
		set.record[i] = (struct swim_record){
			.uid = 100 * (i + 1) + 1,
			.generation = 1,
			.name = names[i],
			.name_len = 1,
			.addr = addr_of(50 + i),
		};
	tell(net, WIRE_GOSSIP, &set, order, NAMES);
}

/* In any order, of which some are told again, in datagrams of any size. */
static void tell_all(struct net *net, u8 type, const struct set *set)
{
	u32 order[2 * RECORDS];
	u32 i, some;

	for (i = 0; i < RECORDS; i++)
		order[i] = i;
	for (i = 0; i < RECORDS; i++) {
		u32 j = random_below(RECORDS), kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
	for (; i < 2 * RECORDS; i++)
		order[i] = random_below(RECORDS);
	introduce(net);
	for (i = 0; i < 2 * RECORDS; i += some) {
		some = min_t(u32, 1 + random_below(6), 2 * RECORDS - i);
		tell(net, type, set, order + i, some);
	}
}

static u64 accusers_of(const struct swim *swim, const char *name)
{
	const struct swim_member *member = swim_by_name(&swim->table, name, 1);
	u64 set = 0;
	u32 i;

	for (i = 0; member->suspicion && i < member->suspicion->accusers; i++)
		set |= 1ULL << (member->suspicion->accuser[i] - 900);
	return set;
}

/* Gives them back. */
static bool equal_meta(struct swim_info *a, struct swim_info *b)
{
	bool equal = meta_equal(a->meta, b->meta);

	swim_meta_put(a->meta);
	swim_meta_put(b->meta);
	return equal;
}

/* @doubted: a suspect and a failed member may be the same. */
static bool equal_tables(const struct net *a, const struct net *b, bool doubted)
{
	struct swim *one = a->node[0].swim, *two = b->node[0].swim;
	struct swim_info mine, theirs;
	u32 i;

	if (!doubted && swim_view(one) != swim_view(two))
		return false;
	for (i = 0; i < NAMES; i++) {
		swim_find(one, names[i], &mine);
		swim_find(two, names[i], &theirs);
		if (!equal_meta(&mine, &theirs) && !doubted)
			return false;
		if (mine.generation != theirs.generation ||
		    mine.incarnation != theirs.incarnation ||
		    mine.uid != theirs.uid)
			return false;
		/* Flags are those of the living. */
		if (mine.state == theirs.state) {
			if ((mine.flags ^ theirs.flags) & SWIM_FLAG_DEGRADED)
				return false;
			if (!doubted && accusers_of(one, names[i]) !=
						accusers_of(two, names[i]))
				return false;
		} else if (!doubted || mine.state == SWIM_ALIVE ||
			   theirs.state == SWIM_ALIVE ||
			   mine.state == SWIM_LEFT ||
			   theirs.state == SWIM_LEFT) {
			return false;
		}
	}
	return true;
}

#define ALL_STATES (BIT(SWIM_NR_STATES) - 1)

static bool merge_law(u32 rules, u32 states, u8 type, bool doubted)
{
	u32 trial;

	for (trial = 0; trial < TRIALS; trial++) {
		struct net *one = fresh(rules), *two = fresh(rules);
		struct set set = some_set(states);
		bool equal;

		tell_all(one, type, &set);
		tell_all(two, type, &set);
		equal = equal_tables(one, two, doubted);
		/* Once more is nothing new. */
		if (!doubted) {
			u64 seq = swim_seq(one->node[0].swim);

			tell_all(one, type, &set);
			equal &= swim_seq(one->node[0].swim) == seq;
		}
		net_free(one);
		net_free(two);
		if (!equal)
			return false;
	}
	return true;
}

/* What a core believes, as it would tell it, all that is not itself. */
static void beliefs(const struct swim *swim, struct set *set)
{
	u32 i;

	for (i = 0; i < NAMES; i++) {
		swim_record_told(swim_by_name(&swim->table, names[i], 1),
				 &set->record[i]);
		/* They are to outlive the core's. */
		set_meta(&set->record[i], set->record[i].meta_key);
	}
}

/* Two that heard different things agree when each has heard the other. */
static bool exchange_law(void)
{
	static const u32 order[NAMES] = { 5, 3, 1, 0, 2, 4 };
	u32 rules = SWIM_RULES_ALL & ~SWIM_RULE_LAST_CALL;
	struct net *one = fresh(rules), *two = fresh(rules);
	struct set set, mine, theirs;
	bool equal;
	u32 i;

	set = some_set(ALL_STATES);
	tell_all(one, WIRE_GOSSIP, &set);
	set = some_set(ALL_STATES);
	tell_all(two, WIRE_GOSSIP, &set);
	beliefs(one->node[0].swim, &mine);
	beliefs(two->node[0].swim, &theirs);
	/* Own names are the same; each keeps its own record. */
	tell(one, WIRE_GOSSIP, &theirs, order, NAMES);
	tell(two, WIRE_GOSSIP, &mine, order, NAMES);
	for (i = 0, equal = true; i < NAMES; i++) {
		struct swim_info a, b;

		swim_find(one->node[0].swim, names[i], &a);
		swim_find(two->node[0].swim, names[i], &b);
		equal &= equal_meta(&a, &b) && a.generation == b.generation &&
			 a.incarnation == b.incarnation && a.uid == b.uid &&
			 a.state == b.state &&
			 !((a.flags ^ b.flags) & SWIM_FLAG_DEGRADED);
	}
	net_free(one);
	net_free(two);
	return equal;
}

/* The digest kept step by step is that of a core that heard the end only. */
static bool digest_law(void)
{
	static const u32 order[NAMES] = { 0, 1, 2, 3, 4, 5 };
	u32 rules = SWIM_RULES_ALL & ~SWIM_RULE_LAST_CALL;
	struct net *one = fresh(rules), *two = fresh(rules);
	struct set set = some_set(ALL_STATES);
	bool equal;

	tell_all(one, WIRE_GOSSIP, &set);
	beliefs(one->node[0].swim, &set);
	introduce(two);
	tell(two, WIRE_GOSSIP, &set, order, NAMES);
	equal = equal_tables(one, two, true) &&
		swim_view(one->node[0].swim) == swim_view(two->node[0].swim) &&
		!memcmp(one->node[0].swim->table.bucket,
			two->node[0].swim->table.bucket,
			sizeof(one->node[0].swim->table.bucket));
	net_free(one);
	net_free(two);
	return equal;
}

/* The greatest turn of an incarnation wins, however far apart they are. */
static bool any_turns_agree(void)
{
	static const u8 turn[3] = { 10, 100, 200 };
	static const u32 order[2][3] = { { 0, 1, 2 }, { 2, 1, 0 } };
	struct swim_record told[2];
	struct set set;
	u32 i;

	for (i = 0; i < 3; i++) {
		set.record[i] = (struct swim_record){
			.uid = 101,
			.generation = 1,
			.name = names[0],
			.name_len = 1,
			.addr = addr_of(50),
			.turn = turn[i],
		};
	}
	for (i = 0; i < 2; i++) {
		struct net *net = fresh(SWIM_RULES_ALL);

		tell(net, WIRE_GOSSIP, &set, order[i], 3);
		swim_record_of(swim_by_uid(&net->node[0].swim->table, 101),
			       &told[i]);
		net_free(net);
	}
	return told[0].turn == told[1].turn;
}

static bool no_accuser_twice(void)
{
	static const u32 order[1] = { 0 };
	struct net *net = fresh(SWIM_RULES_ALL);
	struct set set;
	bool refused;

	introduce(net);
	set.record[0] = some_record(BIT(SWIM_SUSPECT));
	set.record[0].uid = 100;
	set.record[0].generation = 9;
	set.record[0].accusers = 3;
	set.record[0].accuser[1] = set.record[0].accuser[0];
	set.record[0].accuser[2] = set.record[0].accuser[0];
	tell(net, WIRE_GOSSIP, &set, order, 1);
	refused = !swim_by_uid(&net->node[0].swim->table, 100) &&
		  swim_stat(net->node[0].swim, SWIM_RX_MALFORMED) == 1;
	net_free(net);
	return refused;
}

int main(void)
{
	u32 all = SWIM_RULES_ALL, plain = 0;

	random_start("merge");
	tap_check(merge_law(plain, ALL_STATES, WIRE_GOSSIP, false),
		  "merge: plain SWIM's merge is a maximum");
	tap_check(merge_law(all & ~SWIM_RULE_LAST_CALL, ALL_STATES, WIRE_GOSSIP,
			    false),
		  "merge: so it is with all rules but the last call");
	tap_check(merge_law(all, ALL_STATES & ~BIT(SWIM_FAILED), WIRE_GOSSIP,
			    false),
		  "merge: and with all rules, without verdicts of others");
	tap_check(merge_law(all, ALL_STATES, WIRE_GOSSIP, true),
		  "merge: others' verdicts make suspects, or fail them");
	tap_check(merge_law(all, ALL_STATES, WIRE_STATE, true),
		  "merge: the same in a sync");
	tap_check(merge_law(all, ALL_STATES & ~BIT(SWIM_FAILED), WIRE_STATE,
			    false),
		  "merge: a sync without verdicts is a maximum");
	tap_check(any_turns_agree(),
		  "merge: flags of any turns, in any order, are the same");
	tap_check(
		no_accuser_twice(),
		"merge: a record that names an accuser thrice is not believed");
	tap_check(always(exchange_law, TRIALS),
		  "merge: two that told each other all agree");
	tap_check(always(digest_law, TRIALS),
		  "merge: the digests are those of the end");
	tap_check(host_allocated() == 0, "merge: nothing leaks");
	return tap_end();
}
