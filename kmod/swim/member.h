/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of members. It is found by name and by uid; it keeps the members
 * other than oneself in a ring for choosing among them; and it keeps a slot
 * for each, and an order by last change, for listing in steps.
 */
#ifndef _SWIM_MEMBER_H
#define _SWIM_MEMBER_H

#include "array.h"
#include "port.h"
#include "replay.h"
#include "swim.h"
#include "wire.h"

struct swim_history;
struct swim_suspicion;

#define SWIM_PLACES 65536 /* of the rotation */
#define SWIM_TURN_MAX 255

/**
 * struct swim_extra - what few members have, or none
 * @meta: its metadata, one reference; NULL for none
 * @meta_key: generation and incarnation with which the member set them; 0 if it
 *	never told any
 * @shown: those that listeners were last told of, one reference; NULL for none,
 *	and while it is failed or left
 * @heard: bit i is set if its user event @newest - i was delivered
 * @newest: greatest number of its user events; of no meaning if @heard is empty
 * @history: of all starts of it, if it failed of late; owned
 */
struct swim_extra {
	const struct swim_meta *meta;
	u64 meta_key;
	const struct swim_meta *shown;
	u64 heard[2];
	u32 newest;
	struct swim_history *history;
};

/**
 * struct swim_member - what is known about one member
 * @by_name: in table->by_name
 * @by_uid: in table->by_uid
 * @changed: in table->changed, by @seq
 * @spread: in a queue of swim->spread, or empty
 * @suspicion: if suspect; owned
 * @extra: of one that has told metadata or user events, or has failed; owned
 * @uid: random number of this start of it
 * @seq: number of its last change
 * @key: its place in the rotation, 16 bits, and when it is probed in a round
 * @heard: when its last datagram came, as of swim_stamp(), 0 if none did
 * @view: lower half of the view that this had
 * @since: when it took its state, likewise
 * @addr: where it is reached
 * @generation: of the total order, see merge.c
 * @incarnation: likewise
 * @srtt: smoothed round-trip time, us (RFC 6298), 0 if not measured
 * @rttvar: its mean deviation, us
 * @salt: of @proof; 0 if there is none
 * @proof: what an ack through a relay has to have in it
 * @slot: place in table->slots, 0 for oneself; below SWIM_MEMBERS_MAX, as @ring
 * @ring: place in the ring; of no meaning for oneself
 * @told: when it was last told that it is believed failed, s
 * @refuted_at: when an accusation by this member was last refuted, s
 * @refuted: how many were, of late
 * @state: enum swim_state
 * @flags: SWIM_FLAG_*
 * @turn: of the flags that are told, see struct swim_record; up to
 *	SWIM_TURN_MAX
 * @lhm: that it last reported
 * @sends: times that its last change was sent
 * @bucket: of the digest
 * @name_len: of @name, without the zero
 * @name: terminated by a zero
 */
struct swim_member {
	struct hlist_node by_name;
	struct hlist_node by_uid;
	struct list_head changed;
	struct list_head spread;
	struct swim_suspicion *suspicion;
	struct swim_extra *extra;
	u64 uid;
	u64 seq;
	u32 key;
	u32 heard;
	u32 view;
	u32 since;
	struct swim_addr addr;
	u32 generation;
	u32 incarnation;
	u32 srtt;
	u32 rttvar;
	u32 salt;
	u32 proof;
	u16 slot;
	u16 ring;
	u16 told;
	u16 refuted_at;
	u8 refuted;
	u8 state;
	u8 flags;
	u8 turn;
	u8 lhm;
	u8 sends;
	u8 bucket;
	u8 name_len;
	char name[];
};

/**
 * struct swim_table - all members, oneself included
 * @seed: of the hash of names; not known to others
 * @cluster: seed of what is the same on all nodes
 * @bits: log2 of the number of chains
 * @by_name: chains by a hash of the name, 2^@bits of them
 * @by_uid: by the highest bits of the key
 * @slots: struct swim_member, or the next free slot, shifted, plus 1
 * @free: first free slot
 * @windows: of each slot's member, its authentic datagrams; in pieces as @slots
 * @ring: members but oneself: live ones before @live, then those that failed
 *	of late, before @fresh, then all others
 * @live: end of the live ones in @ring
 * @fresh: end of those in @ring that failed of late
 * @next: the live ones before it were probed in this round
 * @places: bit i is set if a live member, not oneself, has place i
 * @changed: all members, the last changed last
 * @digest: view id: XOR of a hash of each live record
 * @bucket: the same, of 32 bits, of the records in each bucket
 * @seq: number of the last change
 * @reaped: number of the last change that was a SWIM_EV_REAP
 * @count: members in each state
 */
struct swim_table {
	u32 seed;
	u32 cluster;
	u32 bits;
	struct hlist_head *by_name;
	struct hlist_head *by_uid;
	struct swim_array slots;
	u32 free;
	struct swim_window *windows[SWIM_MEMBERS_MAX / SWIM_CHUNK];
	struct swim_array ring;
	u32 live;
	u32 fresh;
	u32 next;
	unsigned long places[BITS_TO_LONGS(SWIM_PLACES)];
	struct list_head changed;
	u64 digest;
	u32 bucket[SWIM_BUCKETS];
	u64 seq;
	u64 reaped;
	u32 count[SWIM_NR_STATES];
};

static inline u32 swim_place(const struct swim_member *member)
{
	return member->key >> 16;
}

static inline bool swim_is_live(u8 state)
{
	return state == SWIM_ALIVE || state == SWIM_SUSPECT;
}

static inline bool swim_same_incarnation(const struct swim_record *record,
					 const struct swim_member *member)
{
	return record->generation == member->generation &&
	       record->incarnation == member->incarnation;
}

static inline u64 swim_meta_key(const struct swim_member *member)
{
	return member->extra ? member->extra->meta_key : 0;
}

static inline const struct swim_meta *
swim_meta_of(const struct swim_member *member)
{
	return member->extra ? member->extra->meta : NULL;
}

/* They came with the present incarnation. */
static inline bool swim_meta_is_news(const struct swim_member *member)
{
	return swim_meta_key(member) ==
	       swim_key(member->generation, member->incarnation);
}

/* The flags of @record are, at the same incarnation. */
static inline bool swim_is_newer(const struct swim_record *record,
				 const struct swim_member *member)
{
	return swim_same_incarnation(record, member) &&
	       record->turn > member->turn;
}

/* Flags that are told, with their turn. */
static inline void swim_take_flags(struct swim_member *member, u8 flags,
				   u8 turn)
{
	member->flags = (member->flags & ~WIRE_DEGRADED) | flags;
	member->turn = turn;
}

static inline struct swim_member *swim_ring_at(const struct swim_table *table,
					       u32 i)
{
	return *swim_array_at(&table->ring, i);
}

/* May sleep. -ENOMEM without memory. */
int swim_table_init(struct swim_table *table, u32 max_members, u32 seed,
		    u32 cluster);
/* Chains for more members, if they take any. May sleep. -ENOMEM without memory. */
int swim_table_make_room(const struct swim_table *table, u32 max_members,
			 struct swim_room *room);
/* Takes them. */
void swim_table_grow(struct swim_table *table, struct swim_room *room);
void swim_table_free(struct swim_table *table);
struct swim_member *swim_by_name(const struct swim_table *table,
				 const char *name, u8 len);
struct swim_member *swim_by_uid(const struct swim_table *table, u64 uid);
/*
 * Whether so many have uids like this one, which anybody can choose, that by chance
 * it would never be: looking for one of them is to be bounded.
 */
bool swim_uid_is_crowded(const struct swim_table *table, u64 uid);
/*
 * A new member like @record in the state left, so that it is not in the
 * digest yet, without a place in the ring if @self. NULL without memory.
 */
struct swim_member *swim_table_add(struct swim_table *table,
				   const struct swim_record *record, bool self);
/* The caller has ended all that refers to @member. */
void swim_table_remove(struct swim_table *table, struct swim_member *member);
/*
 * Makes @member equal to @record, keeps digest, ring and counts, and gives it
 * the next number of change.
 */
void swim_table_set(struct swim_table *table, struct swim_member *member,
		    const struct swim_record *record, bool self);
/* What @member->extra is, made if there is none; NULL without memory. */
struct swim_extra *swim_extra(struct swim_member *member);
/* @member->extra is there; takes over the reference to @meta. */
void swim_table_set_meta(struct swim_table *table, struct swim_member *member,
			 const struct swim_meta *meta, u64 key);
/* Gives @member the next number of change. */
void swim_table_touch(struct swim_table *table, struct swim_member *member);
/* Moves one that failed of late among those that did so long ago. */
void swim_ring_age(struct swim_table *table, struct swim_member *member);
/* The first member in the chain of @place; go on with member->by_uid. */
static inline struct hlist_head *swim_chain(const struct swim_table *table,
					    u32 place)
{
	return &table->by_uid[place >> (16 - table->bits)];
}

/* NULL if the slot is free. */
static inline struct swim_member *swim_slot(const struct swim_table *table,
					    u32 i)
{
	void *entry = *swim_array_at(&table->slots, i);

	return (uintptr_t)entry & 1 ? NULL : entry;
}

static inline struct swim_window *
swim_window_of(const struct swim_table *table, const struct swim_member *member)
{
	return &table->windows[member->slot / SWIM_CHUNK]
			      [member->slot % SWIM_CHUNK];
}

/* A live member that was not yet chosen in this round, or NULL. */
struct swim_member *swim_ring_next(struct swim_table *table, u32 random);
/* As it is told; its accusers, if it is suspect, are the caller's to add. */
void swim_record_of(const struct swim_member *member,
		    struct swim_record *record);

#endif
