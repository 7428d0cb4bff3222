// SPDX-License-Identifier: GPL-2.0
/* The table of members. */

#include "core.h"

#define NO_SLOT (~(u32)0 >> 1) /* survives being shifted */
#define CHAIN_MAX 64 /* members; four to eight are to be expected */

static u32 hash_name(const struct swim_table *table, const char *name, u8 len)
{
	return hash_32(jhash(name, len, table->seed), table->bits);
}

/* The same on every node, as the rotation hangs on it. */
static u32 key_of(const struct swim_table *table, u64 uid)
{
	return jhash_2words((u32)uid, (u32)(uid >> 32), table->cluster);
}

/* log2 of the chains for so many: up to four members in each. */
static u32 bits_for(u32 max_members)
{
	return max_t(u32, ilog2(max_members), 6) - 2;
}

int swim_table_init(struct swim_table *table, u32 max_members, u32 seed,
		    u32 cluster)
{
	size_t size;

	table->bits = bits_for(max_members);
	size = sizeof(struct hlist_head) << table->bits;
	table->seed = seed;
	table->cluster = cluster;
	table->free = NO_SLOT;
	INIT_LIST_HEAD(&table->changed);
	table->by_name = kzalloc(size, SWIM_GFP_WAIT);
	table->by_uid = kzalloc(size, SWIM_GFP_WAIT);
	return table->by_name && table->by_uid ? 0 : -ENOMEM;
}

/* Keeps what is of all starts of it, and what listeners were told. */
static void void_extra(struct swim_member *member)
{
	struct swim_extra *extra = member->extra;

	if (!extra)
		return;
	swim_meta_put(extra->meta);
	*extra = (struct swim_extra){ .shown = extra->shown,
				      .history = extra->history };
}

static void free_member(struct swim_member *member)
{
	void_extra(member);
	if (member->extra)
		swim_meta_put(member->extra->shown);
	kfree(member->extra);
	kfree(member);
}

struct swim_extra *swim_extra(struct swim_member *member)
{
	if (!member->extra)
		member->extra = kzalloc(sizeof(*member->extra), SWIM_GFP);
	return member->extra;
}

void swim_table_free(struct swim_table *table)
{
	struct swim_member *member, *next;
	unsigned int i;

	list_for_each_entry_safe(member, next, &table->changed, changed)
		free_member(member);
	swim_array_free(&table->slots);
	for (i = 0; i < ARRAY_SIZE(table->windows); i++)
		kfree(table->windows[i]);
	swim_array_free(&table->ring);
	kfree(table->by_name);
	kfree(table->by_uid);
}

struct swim_member *swim_by_name(const struct swim_table *table,
				 const char *name, u8 len)
{
	struct swim_member *member;

	hlist_for_each_entry(
		member, &table->by_name[hash_name(table, name, len)], by_name)
		if (member->name_len == len && !memcmp(member->name, name, len))
			return member;
	return NULL;
}

struct swim_member *swim_by_uid(const struct swim_table *table, u64 uid)
{
	struct swim_member *member;
	u32 place = key_of(table, uid) >> 16;

	hlist_for_each_entry(member, swim_chain(table, place), by_uid)
		if (member->uid == uid)
			return member;
	return NULL;
}

bool swim_uid_is_crowded(const struct swim_table *table, u64 uid)
{
	u32 place = key_of(table, uid) >> 16;
	struct swim_member *member;
	u32 members = 0;

	hlist_for_each_entry(member, swim_chain(table, place), by_uid)
		if (++members == CHAIN_MAX)
			return true;
	return false;
}

static void ring_put(struct swim_table *table, u32 i,
		     struct swim_member *member)
{
	*swim_array_at(&table->ring, i) = member;
	member->ring = i;
}

static void ring_swap(struct swim_table *table, u32 i, u32 j)
{
	struct swim_member *at_i = swim_ring_at(table, i);

	ring_put(table, i, swim_ring_at(table, j));
	ring_put(table, j, at_i);
}

/* Live members that were probed in this round stay before table->next. */
static void ring_bury(struct swim_table *table, struct swim_member *member)
{
	if (member->ring < table->next)
		ring_swap(table, member->ring, --table->next);
	ring_swap(table, member->ring, --table->live);
}

void swim_ring_age(struct swim_table *table, struct swim_member *member)
{
	ring_swap(table, member->ring, --table->fresh);
}

static void ring_revive(struct swim_table *table, struct swim_member *member)
{
	if (member->ring >= table->fresh)
		ring_swap(table, member->ring, table->fresh++);
	ring_swap(table, member->ring, table->live++);
}

static void place_take(struct swim_table *table, struct swim_member *member)
{
	u32 place = swim_place(member);

	table->places[BIT_WORD(place)] |= BIT_MASK(place);
}

/* @member is not live any more. */
static void place_release(struct swim_table *table, struct swim_member *member)
{
	u32 place = swim_place(member);
	struct swim_member *other;

	/* Slot 0 is this member itself. */
	hlist_for_each_entry(other, swim_chain(table, place), by_uid)
		if (other != member && swim_place(other) == place &&
		    other->slot && swim_is_live(other->state))
			return;
	table->places[BIT_WORD(place)] &= ~BIT_MASK(place);
}

/*
 * Each round visits the live members in a new random order (SWIM section
 * 4.3): the shuffle of Fisher and Yates, one step a probe. Who comes in the
 * middle of a round is equally likely at any of the places left.
 */
struct swim_member *swim_ring_next(struct swim_table *table, u32 random)
{
	u32 left;

	if (!table->live)
		return NULL;
	if (table->next >= table->live)
		table->next = 0;
	left = table->live - table->next;
	ring_swap(table, table->next,
		  table->next + (u32)(((u64)random * left) >> 32));
	return swim_ring_at(table, table->next++);
}

/* A slot that there was not before, with its window. */
static bool slot_make(struct swim_table *table, struct swim_member *member)
{
	u32 slot = table->slots.size;
	struct swim_window **piece;

	if (slot == SWIM_MEMBERS_MAX)
		return false;
	piece = &table->windows[slot / SWIM_CHUNK];
	if (!*piece)
		*piece = kzalloc(SWIM_CHUNK * sizeof(**piece), SWIM_GFP);
	if (!*piece || swim_array_push(&table->slots, member))
		return false;
	member->slot = slot;
	return true;
}

static bool slot_take(struct swim_table *table, struct swim_member *member)
{
	if (table->free == NO_SLOT)
		return slot_make(table, member);
	member->slot = table->free;
	table->free = (uintptr_t)*swim_array_at(&table->slots, member->slot) >>
		      1;
	*swim_array_at(&table->slots, member->slot) = member;
	*swim_window_of(table, member) = (struct swim_window){};
	return true;
}

static void slot_release(struct swim_table *table, u32 slot)
{
	uintptr_t next = table->free;

	*swim_array_at(&table->slots, slot) = (void *)(next << 1 | 1);
	table->free = slot;
}

static void hash(struct swim_table *table, struct swim_member *member)
{
	hlist_add_head(&member->by_name,
		       &table->by_name[hash_name(table, member->name,
						 member->name_len)]);
	hlist_add_head(&member->by_uid, swim_chain(table, swim_place(member)));
}

int swim_table_make_room(const struct swim_table *table, u32 max_members,
			 struct swim_room *room)
{
	size_t size = sizeof(struct hlist_head) << bits_for(max_members);

	if (bits_for(max_members) <= table->bits)
		return 0;
	room->bits = bits_for(max_members);
	room->by_name = kzalloc(size, SWIM_GFP_WAIT);
	room->by_uid = kzalloc(size, SWIM_GFP_WAIT);
	return room->by_name && room->by_uid ? 0 : -ENOMEM;
}

void swim_table_grow(struct swim_table *table, struct swim_room *room)
{
	struct swim_member *member;

	if (room->bits <= table->bits)
		return;
	kfree(table->by_name);
	kfree(table->by_uid);
	table->by_name = room->by_name;
	table->by_uid = room->by_uid;
	table->bits = room->bits;
	room->by_name = NULL;
	room->by_uid = NULL;
	list_for_each_entry(member, &table->changed, changed)
		hash(table, member);
}

struct swim_member *swim_table_add(struct swim_table *table,
				   const struct swim_record *record, bool self)
{
	struct swim_member *member;

	member = kzalloc(sizeof(*member) + record->name_len + 1, SWIM_GFP);
	if (!member)
		return NULL;
	if (!slot_take(table, member))
		goto free_member;
	if (!self) {
		member->ring = table->ring.size;
		if (swim_array_push(&table->ring, member))
			goto free_slot;
	}
	memcpy(member->name, record->name, record->name_len);
	member->name_len = record->name_len;
	member->bucket = jhash(member->name, member->name_len, table->cluster) %
			 SWIM_BUCKETS;
	member->state = SWIM_LEFT;
	member->uid = record->uid;
	member->key = key_of(table, member->uid);
	INIT_LIST_HEAD(&member->spread);
	list_add_tail(&member->changed, &table->changed);
	hash(table, member);
	table->count[SWIM_LEFT]++;
	return member;

free_slot:
	slot_release(table, member->slot);
free_member:
	kfree(member);
	return NULL;
}

void swim_table_remove(struct swim_table *table, struct swim_member *member)
{
	if (member->ring < table->fresh)
		swim_ring_age(table, member);
	ring_swap(table, member->ring, --table->ring.size);
	slot_release(table, member->slot);
	table->count[member->state]--;
	list_del(&member->changed);
	hlist_del(&member->by_name);
	hlist_del(&member->by_uid);
	free_member(member);
}

/* The same on every node: this is what the digests are made of. */
static void digest(struct swim_table *table, const struct swim_member *member)
{
	u64 meta = swim_meta_key(member);
	u32 word[6] = { (u32)member->uid,   (u32)(member->uid >> 32),
			member->generation, member->incarnation,
			(u32)meta,	    (u32)(meta >> 32) };
	u32 words = meta ? 6 : 4;
	u32 name = jhash(member->name, member->name_len, table->cluster);
	u32 low = jhash2(word, words, ~name);

	table->digest ^= (u64)jhash2(word, words, name) << 32 | low;
	table->bucket[member->bucket] ^= low;
}

void swim_table_set_meta(struct swim_table *table, struct swim_member *member,
			 const struct swim_meta *meta, u64 key)
{
	if (swim_is_live(member->state))
		digest(table, member);
	swim_meta_put(member->extra->meta);
	member->extra->meta = meta;
	member->extra->meta_key = key;
	if (swim_is_live(member->state))
		digest(table, member);
}

static void set_uid(struct swim_table *table, struct swim_member *member,
		    u64 uid)
{
	hlist_del(&member->by_uid);
	void_extra(member);
	member->uid = uid;
	member->key = key_of(table, uid);
	hlist_add_head(&member->by_uid, swim_chain(table, swim_place(member)));
}

void swim_table_set(struct swim_table *table, struct swim_member *member,
		    const struct swim_record *record, bool self)
{
	bool was_live = swim_is_live(member->state);
	bool live = swim_is_live(record->state);
	bool moves = member->uid != record->uid;

	if (was_live)
		digest(table, member);
	if (!self && was_live && (!live || moves))
		place_release(table, member);
	table->count[member->state]--;

	if (moves || !swim_same_incarnation(record, member) ||
	    swim_is_newer(record, member))
		swim_take_flags(member, record->flags, record->turn);
	if (moves)
		set_uid(table, member, record->uid);
	member->generation = record->generation;
	member->incarnation = record->incarnation;
	member->addr = record->addr;
	member->state = record->state;

	table->count[member->state]++;
	if (live)
		digest(table, member);
	if (!self && was_live && !live)
		ring_bury(table, member);
	if (!self && !was_live && live)
		ring_revive(table, member);
	if (!self && live)
		place_take(table, member);
	swim_table_touch(table, member);
}

void swim_table_touch(struct swim_table *table, struct swim_member *member)
{
	member->seq = ++table->seq;
	list_move_tail(&member->changed, &table->changed);
}

void swim_record_of(const struct swim_member *member,
		    struct swim_record *record)
{
	record->uid = member->uid;
	record->accusers = 0;
	record->generation = member->generation;
	record->incarnation = member->incarnation;
	record->addr = member->addr;
	record->name = member->name;
	record->name_len = member->name_len;
	record->state = member->state;
	record->flags = member->flags & WIRE_DEGRADED;
	record->turn = member->turn;
	swim_meta_tell(member, record);
}
