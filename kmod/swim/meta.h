/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Metadata of members: bytes that only the member itself changes.
 *
 * Beside the record that merge.c compares, a member has metadata with a key of
 * their own, the generation and incarnation with which it set them; of two the
 * greater key wins, whatever the records around them say. A record that tells no
 * metadata thus says nothing about them, and may leave them out: gossip tells
 * them only with the incarnation that set them, so that suspicions and
 * refutations stay small; a node with a small max_datagram leaves out those that
 * no datagram of its own has room for. Who has missed them has another digest,
 * which the key is part of, and anti-entropy tells all that it can.
 */
#ifndef _SWIM_META_H
#define _SWIM_META_H

#include "wire.h"

struct swim;
struct swim_member;

/* Adds to @record the metadata of @member, which has to outlive it. */
void swim_meta_tell(const struct swim_member *member,
		    struct swim_record *record);
/*
 * Takes the metadata that @record, of the same start of @member, tells if their
 * key is greater. True if others are shown now.
 */
bool swim_meta_take(struct swim *swim, struct swim_member *member,
		    const struct swim_record *record);
/* @record, of this member, has metadata that this member has not told. */
bool swim_meta_is_forged(const struct swim_member *self,
			 const struct swim_record *record);

#endif
