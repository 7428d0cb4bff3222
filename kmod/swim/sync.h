/* SPDX-License-Identifier: GPL-2.0 */
/* Joining and anti-entropy. */
#ifndef _SWIM_SYNC_H
#define _SWIM_SYNC_H

#include "swim.h"
#include "timer.h"

struct swim_source;
struct wire_body;
struct wire_message;

#define SWIM_STREAMS_MAX 8
#define SWIM_SYNCS_MAX 32 /* in flight; a power of two */
#define SWIM_COOKIES_MAX 64 /* a power of two */

/**
 * struct swim_seed - where to join
 * @addr: as it was given
 * @uid: of the member that last answered from there, 0 if none did
 */
struct swim_seed {
	struct swim_addr addr;
	u64 uid;
};

/**
 * struct swim_request - a sync that this member asked for
 * @peer: whom it was sent to
 * @nonce: 0 if free
 * @shown: a cookie was sent back; one more would be answered for ever where two
 *	peers' cookies take each other's place
 */
struct swim_request {
	struct swim_addr peer;
	u32 nonce;
	bool shown;
};

/* A cookie given to an address that has yet to show that it receives. */
struct swim_cookie {
	struct swim_addr peer;
	u64 value;
};

/**
 * struct swim_sync - joining and anti-entropy
 * @seed: all that were ever given
 * @seeds: how many
 * @retry: next try of the seeds that are not in the view
 * @backoff: time between two tries, ns
 * @contested: another member's live record of the own name was heard since the
 *	last try
 * @answered: some sync was over since then
 * @answered_at: when one was last, or another member was found to have the name
 * @waits: for the own name, since it was lost to another member
 * @rival: address of who has the own name, in conflict
 * @last: when the last sync for a differing view was asked for
 * @agreed: when somebody with an equal view was last heard
 * @holder_at: when a holder of the own name was last asked
 * @futile: how many since the view last changed
 * @request: by the lowest bits of the nonce
 * @cookie: by a hash of the peer
 * @streams: struct swim_stream, @streaming of them
 * @streaming: how many @streams
 */
struct swim_sync {
	struct swim_seed seed[SWIM_SEEDS_MAX];
	unsigned int seeds;
	struct swim_timer retry;
	u64 backoff;
	bool contested;
	bool answered;
	bool waits;
	u64 answered_at;
	struct swim_addr rival;
	u64 last;
	u64 agreed;
	u64 holder_at;
	u32 futile;
	struct swim_request request[SWIM_SYNCS_MAX];
	struct swim_cookie cookie[SWIM_COOKIES_MAX];
	struct list_head streams;
	unsigned int streaming;
};

void swim_sync_init(struct swim *swim);
void swim_sync_start(struct swim *swim);
void swim_sync_stop(struct swim *swim);
/* The tunables are others: no try of seeds or failed members waits longer. */
void swim_sync_retime(struct swim *swim);
/* To be called when a member stops being live. */
void swim_sync_wake(struct swim *swim);
void swim_sync_request(struct swim *swim, const struct swim_source *source,
		       const struct wire_message *msg);
void swim_sync_cookie(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body);
void swim_sync_state(struct swim *swim, const struct swim_source *source,
		     const struct wire_message *msg);
/* Any datagram was heard. */
void swim_sync_agree(struct swim *swim, const struct swim_source *source);
/* A probe or its answer was heard: syncs if the two views differ for long. */
void swim_sync_compare(struct swim *swim, const struct swim_source *source);
/*
 * Once a round, while nobody answers: all may have started anew, whose probes
 * would not be answered for their earlier starts, but whoever is at an address
 * answers this.
 */
void swim_sync_reach_out(struct swim *swim);
/* Asks @peer for all that differs; not again before half a second is over. */
void swim_sync_ask(struct swim *swim, const struct swim_addr *peer);
/* Asks who may have the own name, once a second at most. */
void swim_sync_ask_holder(struct swim *swim, const struct swim_addr *holder);
/* In conflict with @rival: asks it, and others, until it is gone. */
void swim_sync_contend(struct swim *swim, const struct swim_addr *rival);
/* @source has been asked, and this is its nonce. */
bool swim_sync_is_answer(struct swim *swim, const struct swim_source *source,
			 u32 nonce);
bool swim_sync_is_seed(const struct swim *swim, const struct swim_addr *addr);

#endif
