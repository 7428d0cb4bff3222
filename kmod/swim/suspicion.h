/* SPDX-License-Identifier: GPL-2.0 */
/* Suspects, and when they are declared failed. */
#ifndef _SWIM_SUSPICION_H
#define _SWIM_SUSPICION_H

#include "probe.h"
#include "timer.h"
#include "wire.h"

/**
 * struct swim_suspicion - why a member is suspect, and until when
 * @timer: when its last call is due
 * @member: the suspect
 * @started: when it was suspected first here
 * @jitter: of the last call, so that not all members make it at once, ns
 * @next: when something is done again to have it confirmed or refuted
 * @accuser: uids of those whose probes went unanswered, the first one first
 * @accusers: how many of these
 * @evidence: of this member's own last probe of it, for those who ask why
 * @waves: how often others were to corroborate it
 * @doubted: another's verdict was heard that was too early to believe; now
 *	this member's own last call decides
 * @repeated: the last call was made once more, as a cut seemed to heal
 * @ours: this member has found so too, whoever is said to be an accuser
 */
struct swim_suspicion {
	struct swim_timer timer;
	struct swim_member *member;
	u64 started;
	u64 jitter;
	u64 next;
	u64 accuser[SWIM_ACCUSERS_MAX];
	u32 accusers;
	struct swim_evidence evidence;
	u32 waves;
	bool doubted;
	bool repeated;
	bool ours;
};

/* Starts a suspicion, or starts it anew. False without memory. */
bool swim_suspect(struct swim *swim, struct swim_member *member,
		  const struct swim_record *record);
/* One more accuser of a suspect; false if that is not new. */
bool swim_accuse(struct swim *swim, struct swim_member *member, u64 accuser);
/* This member's own probe went unanswered. */
void swim_blame(struct swim *swim, struct swim_member *member,
		const struct swim_probe *probe);
/* Whether a suspect has had time to refute. */
bool swim_is_ripe(const struct swim *swim, const struct swim_member *member);
/* This member has found so itself: it tells the suspect, too, again and again. */
void swim_suspicion_own(struct swim *swim, struct swim_member *member);
/* The last call of a suspect is due now, whoever accuses it, and decides. */
void swim_call_now(struct swim *swim, struct swim_member *member);
/*
 * Another member's suspicion was heard of for the first time, and adopted. What is
 * done about it is done by the next ticks, of which each has its limit: a datagram
 * can bring hundreds.
 */
void swim_corroborate(struct swim *swim, struct swim_member *member);
/* The tunables are others: what is due sooner is. */
void swim_suspicion_retime(struct swim *swim);
/* @refuted: the member has answered its accusers. */
void swim_suspicion_end(struct swim *swim, struct swim_member *member,
			bool refuted);

#endif
