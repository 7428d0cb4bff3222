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
#include "swim.h"

struct swim_record;
struct swim_suspicion;

/**
 * struct swim_member - what is known about one member
 * @changed: in table->changed, by @seq
 * @spread: in a queue of swim->spread, or empty
 * @heard: core time of its last datagram, 0 if none
 * @since: core time at which it took its state
 * @suspicion: if suspect; owned
 * @ring: place in the ring; of no meaning for oneself
 * @srtt: smoothed round-trip time, us (RFC 6298), 0 if not measured
 * @rttvar: its mean deviation, us
 * @sends: times that its last change was sent
 */
struct swim_member {
	struct hlist_node by_name;
	struct hlist_node by_uid;
	struct list_head changed;
	struct list_head spread;
	struct swim_suspicion *suspicion;
	u64 uid;
	u64 seq;
	u64 heard;
	u64 since;
	struct swim_addr addr;
	u32 generation;
	u32 incarnation;
	u32 slot;
	u32 ring;
	u32 srtt;
	u32 rttvar;
	u8 state;
	u8 lhm;
	u8 sends;
	u8 name_len;
	char name[];
};

/**
 * struct swim_table - all members, oneself included
 * @seed: of the hashes below; not known to others
 * @bits: log2 of the number of buckets
 * @slots: struct swim_member, or the next free slot, shifted, plus 1
 * @free: first free slot
 * @ring: members but oneself: live ones before @live, failed and left after
 * @next: the live ones before it were probed in this round
 * @changed: all members, the last changed last
 * @digest: view id: XOR of a hash of each live record
 */
struct swim_table {
	u32 seed;
	u32 bits;
	struct hlist_head *by_name;
	struct hlist_head *by_uid;
	struct swim_array slots;
	u32 free;
	struct swim_array ring;
	u32 live;
	u32 next;
	struct list_head changed;
	u64 digest;
	u64 seq;
	u64 reaped;
	u32 count[SWIM_NR_STATES];
};

static inline bool swim_is_live(u8 state)
{
	return state == SWIM_ALIVE || state == SWIM_SUSPECT;
}

static inline struct swim_member *swim_ring_at(const struct swim_table *table,
					       u32 i)
{
	return *swim_array_at(&table->ring, i);
}

/* May sleep. -ENOMEM without memory. */
int swim_table_init(struct swim_table *table, u32 max_members, u32 seed);
void swim_table_free(struct swim_table *table);
struct swim_member *swim_by_name(const struct swim_table *table,
				 const char *name, u8 len);
struct swim_member *swim_by_uid(const struct swim_table *table, u64 uid);
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
		    const struct swim_record *record, u32 cluster, bool self);

/* NULL if the slot is free. */
static inline struct swim_member *swim_slot(const struct swim_table *table,
					    u32 i)
{
	void *entry = *swim_array_at(&table->slots, i);

	return (uintptr_t)entry & 1 ? NULL : entry;
}

/* A live member that was not yet chosen in this round, or NULL. */
struct swim_member *swim_ring_next(struct swim_table *table, u32 random);
void swim_record_of(const struct swim_member *member, u64 accuser,
		    struct swim_record *record);

#endif
