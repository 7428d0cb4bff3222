/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two members with one name. Who has it and answers keeps it; the other one is
 * told who that is, and waits.
 */
#ifndef _SWIM_NAMES_H
#define _SWIM_NAMES_H

#include "wire.h"

struct swim;
struct swim_member;
struct swim_source;

#define SWIM_CLAIMS_MAX 4

/**
 * struct swim_claim - somebody wants the name of a live member
 * @record: the newcomer's; uid 0 if this slot is free
 * @name: what @record.name points to
 * @refused_at: when it was refused, in core time; 0 while the holder is probed
 */
struct swim_claim {
	struct swim_record record;
	char name[SWIM_NAME_MAX];
	u64 refused_at;
};

/*
 * @record is greater than that of the live @member, but of another start. True
 * if it can be taken over now; false if that has to be found out first.
 */
bool swim_names_yield(struct swim *swim, struct swim_member *member,
		      const struct swim_record *record);
/*
 * Nobody can have started with this generation, as far as a clock that was set
 * can tell. To believe it would shut its name's owner out: none is greater than
 * the greatest.
 */
bool swim_names_too_new(const struct swim *swim,
			const struct swim_record *record);
/* Another start of this member's own name. */
void swim_names_own(struct swim *swim, const struct swim_record *record,
		    const struct swim_source *source);
/* @source says that this member's name is held by another. */
void swim_names_conflict(struct swim *swim, const struct swim_source *source,
			 const struct swim_record *holder);

#endif
