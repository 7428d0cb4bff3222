/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One probe of one member: pings, direct and through others, until it answers
 * or all attempts are over (SWIM, section 3.1). Several can be in flight.
 *
 * The first attempt is a ping, and each later one a ping and requests to others
 * to ping it. Time-outs come from the round-trip time (RFC 6298). Any answer to
 * any attempt counts.
 */
#ifndef _SWIM_PROBE_H
#define _SWIM_PROBE_H

#include "timer.h"

struct swim;
struct swim_member;
struct swim_source;
struct wire_body;

#define SWIM_INDIRECT_MAX 8
#define SWIM_ATTEMPTS_MAX 15 /* the lowest bits of a nonce count them */
#define SWIM_PROBES_MAX 13

/**
 * enum swim_verdict - what a probe has shown
 * @SWIM_ANSWERED: the target is alive
 * @SWIM_UNREACHED: neither we nor others that we reached could reach it
 * @SWIM_UNCLEAR: nobody was reached: that says nothing of the target
 * @SWIM_VOID: given up
 */
enum swim_verdict {
	SWIM_ANSWERED,
	SWIM_UNREACHED,
	SWIM_UNCLEAR,
	SWIM_VOID,
};

/**
 * struct swim_evidence - what a probe that nobody answered has to show
 * @asked: members asked, in all attempts
 * @nacks: of these, that could not reach the target either
 * @pings: our own
 */
struct swim_evidence {
	u32 asked;
	u32 nacks;
	u32 pings;
};

/**
 * struct swim_probe - a probe in flight
 * @timer: end of the wait for this attempt's answers
 * @kind: what it is for
 * @target: NULL if this slot is free; live, else swim_probe_drop() was called
 * @sent: when each attempt was, from 1 on
 * @relay: uids of those asked in this attempt
 * @nonce: but for the lowest bits, which are the attempt
 * @evidence: so far
 * @attempt: the present one, from 1 on
 * @attempts: to be made
 * @relays: asked in this attempt
 * @replied: bit i is set if @relay[i] has
 * @denied: nacks of this attempt
 * @vouched: answers in this attempt for which there is no proof
 * @mute: a datagram could not be sent meanwhile
 */
struct swim_probe {
	struct swim_timer timer;
	const struct swim_probe_kind *kind;
	struct swim_member *target;
	u64 sent[SWIM_ATTEMPTS_MAX + 1];
	u64 relay[SWIM_INDIRECT_MAX];
	u32 nonce;
	struct swim_evidence evidence;
	u8 attempt;
	u8 attempts;
	u8 relays;
	u8 replied;
	u8 denied;
	u8 vouched;
	bool mute;
};

/**
 * struct swim_probe_kind - why a member is probed
 * @slots: how many can be in flight
 * @flags: of the header of its first ping
 * @done: told of the end; the probe's slot is free again, its evidence is valid
 */
struct swim_probe_kind {
	u8 slots;
	u8 flags;
	void (*done)(struct swim *swim, const struct swim_probe *probe,
		     struct swim_member *target, enum swim_verdict verdict);
};

void swim_probe_init(struct swim *swim);
/* False if as many are in flight as can be. */
bool swim_probe_start(struct swim *swim, const struct swim_probe_kind *kind,
		      struct swim_member *target, u32 attempts);
/* The probe of this kind and target in flight, or NULL; any target if NULL. */
struct swim_probe *swim_probe_find(struct swim *swim,
				   const struct swim_probe_kind *kind,
				   const struct swim_member *target);
/* Ends it with what it has shown so far. */
void swim_probe_finish(struct swim *swim, struct swim_probe *probe);
/* How long a probe of @member with so many attempts takes at most, ns. */
u64 swim_probe_span(const struct swim *swim, const struct swim_member *member,
		    u32 attempts);
/* All probes in flight, or all of one target, are given up. */
void swim_probe_void(struct swim *swim);
void swim_probe_drop(struct swim *swim, const struct swim_member *target);
/* The target's host says that nobody listens there: no need to wait. */
void swim_probe_hint(struct swim *swim, const struct swim_addr *addr);
/* The tunables are others: no wait for an answer is longer than one from now. */
void swim_probe_retime(struct swim *swim);
void swim_probe_mute(struct swim *swim);
/* A nonce that no probe has, and not 0. */
u32 swim_probe_other_nonce(struct swim *swim);
/* False if nobody waited for it. */
bool swim_probe_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body);
bool swim_probe_nack(struct swim *swim, const struct swim_source *source,
		     const struct wire_body *body);
/* No more than a sole partner is left, so nobody else can be asked. */
bool swim_probe_unaided(const struct swim *swim);

#endif
