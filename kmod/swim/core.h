/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the core share among themselves. */
#ifndef _SWIM_CORE_H
#define _SWIM_CORE_H

#include "port.h"
#include "swim.h"
#include "timer.h"
#include "member.h"
#include "wire.h"

#define SWIM_MS 1000000ULL
#define SWIM_SECOND 1000000000ULL

#define SWIM_INDIRECT_MAX 8
#define SWIM_FANOUT_MAX 8
#define SWIM_SAMPLE_MAX 9 /* one more, to leave one out */
#define SWIM_SENDS_MAX 64 /* bits of swim_spread.filled */
#define SWIM_ACCUSERS_MAX 4
#define SWIM_LEAVE_MAX (2 * SWIM_SECOND)
#define SWIM_LHM_MAX 8 /* S of Lifeguard, section IV-A */

#define SWIM_TIMERS_PER_TICK 16
#define SWIM_SCAN_MAX 64 /* slots looked at in one call */
#define SWIM_RELAYS_MAX 128
#define SWIM_STREAMS_MAX 8
#define SWIM_SYNCS_MAX 32 /* in flight; a power of two */
#define SWIM_COOKIES_MAX 64 /* a power of two */

/**
 * struct swim_spread - members whose last change is still being told
 * @queue: by the number of times that it was sent; least first
 * @filled: bit i is set if queue[i] is not empty
 * @timer: next round of gossip
 */
struct swim_spread {
	struct list_head queue[SWIM_SENDS_MAX];
	u64 filled;
	struct swim_timer timer;
};

/**
 * struct swim_suspicion - why a member is suspect, and until when
 * @timer: when it is declared failed
 * @accuser: uids of those whose probes went unanswered, the first one first
 * @asked: members that were asked in vain, if the first accuser is oneself
 */
struct swim_suspicion {
	struct swim_timer timer;
	struct swim_member *member;
	u64 accuser[SWIM_ACCUSERS_MAX];
	u32 accusers;
	u32 asked;
};

/**
 * struct swim_probe - the probe of this protocol period
 * @period: start of the next period
 * @timeout: end of the wait for a direct answer
 * @target: NULL when answered, or when nobody is there to probe
 * @sent: when the ping was sent
 * @asked: members that were asked to probe on our behalf
 */
struct swim_probe {
	struct swim_timer period;
	struct swim_timer timeout;
	struct swim_member *target;
	u64 sent;
	u32 nonce;
	u32 asked;
};

/**
 * struct swim_seed - where to join
 * @uid: of the member that last answered from there, 0 if none did
 */
struct swim_seed {
	struct swim_addr addr;
	u64 uid;
};

/**
 * struct swim_request - a sync that this member asked for
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
 * @retry: next try of the seeds that are not in the view
 * @backoff: time between two tries, ns
 * @heal: next ping to a failed member
 * @heal_at: place in the ring of the next one to ping
 * @reap_at: place in the ring of the next one to look at for its age
 * @last: when the last sync for a differing view was asked for
 * @streams: struct swim_stream, @streaming of them
 */
struct swim_sync {
	struct swim_seed seed[SWIM_SEEDS_MAX];
	unsigned int seeds;
	struct swim_timer retry;
	u64 backoff;
	struct swim_timer heal;
	u32 heal_at;
	u32 reap_at;
	u64 last;
	struct swim_request request[SWIM_SYNCS_MAX];
	struct swim_cookie cookie[SWIM_COOKIES_MAX];
	struct list_head streams;
	unsigned int streaming;
};

/**
 * struct swim - one member of one group
 * @cluster: hash of the cluster's name
 * @now: the core's time: the caller's less @stalled
 * @stalled: time for which this node did not run
 * @out: datagram being written, config.max_datagram bytes
 * @changed_at: when the view last changed
 */
struct swim {
	const struct swim_ops *ops;
	void *ctx;
	struct swim_config config;
	u32 cluster;
	enum swim_status status;
	u64 now;
	u64 stalled;
	u64 counter;
	u64 stat[SWIM_NR_STATS];
	u32 lhm;
	struct wire_buf out;
	struct rb_root_cached timers;
	struct swim_table table;
	struct swim_member *self;
	u64 changed_at;
	struct swim_spread spread;
	struct swim_probe probe;
	struct list_head relays;
	unsigned int relaying;
	struct swim_sync sync;
	struct swim_timer leave;
};

/* A source of evidence: who sent the datagram that is being worked on. */
struct swim_source {
	struct swim_addr addr;
	struct wire_header header;
	struct swim_member *member; /* NULL if not known */
};

static inline bool swim_addr_equal(const struct swim_addr *a,
				   const struct swim_addr *b)
{
	return a->family == b->family && a->port == b->port &&
	       !memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* From a member, and from where it is said to be: not forged blindly. */
static inline bool swim_from_member(const struct swim_source *source)
{
	return source->member &&
	       swim_addr_equal(&source->member->addr, &source->addr);
}

/* core.c */
u32 swim_random(struct swim *swim, u32 bound);
/*
 * @want distinct numbers below @n, at most SWIM_SAMPLE_MAX; returns how many,
 * which is less only if @n is.
 */
u32 swim_sample(struct swim *swim, u32 n, u32 want, u32 *chosen);
void swim_info_of(const struct swim *swim, const struct swim_member *member,
		  struct swim_info *info);
/* A number that others cannot guess, never 0. */
u64 swim_random64(struct swim *swim);
static inline void swim_count_stat(struct swim *swim, enum swim_stat stat)
{
	swim->stat[stat]++;
}

/* Starts a datagram in swim->out. */
struct wire_buf *swim_begin(struct swim *swim, enum wire_type type,
			    const struct wire_body *body);
/* Adds what is believed of @member. False if it does not fit. */
bool swim_put(struct wire_buf *buf, const struct swim_member *member);
/* Sends what was written, after filling it with news if @gossip. */
void swim_finish(struct swim *swim, const struct swim_addr *to, bool gossip);
/*
 * Both of these, and between them tells @about, if that is not NULL, what is
 * believed of it if it is not alive: Lifeguard's buddy system, section IV-C.
 */
void swim_send(struct swim *swim, const struct swim_addr *to,
	       enum wire_type type, const struct wire_body *body,
	       const struct swim_member *about, bool gossip);
/* Has left: nothing is sent or heard, and the core's time stands still. */
void swim_gone(struct swim *swim);

/* health.c: Lifeguard's local health multiplier */
void swim_health_worse(struct swim *swim);
void swim_health_better(struct swim *swim);
/* @ms of the configuration in ns, scaled by local health. */
u64 swim_scaled(const struct swim *swim, u32 ms);

/* merge.c */
/* @sync: @record was told in a sync, not as news. */
void swim_merge(struct swim *swim, const struct swim_record *record,
		const struct swim_source *source, bool sync);
/*
 * What this member found out itself: that @member is suspect, as @asked others
 * could not reach it either, or failed.
 */
void swim_conclude(struct swim *swim, struct swim_member *member,
		   enum swim_state state, u32 asked);
/* All member records of a message. */
void swim_merge_all(struct swim *swim, const struct swim_source *source,
		    const struct wire_message *msg, bool sync);
/* The first member of a new table is oneself. False without memory. */
bool swim_found(struct swim *swim, const struct swim_record *record);
/* Takes a new incarnation, and @addr if that is not NULL; alive unless leaving. */
void swim_return(struct swim *swim, const struct swim_addr *addr);
/* Takes the state left. */
void swim_depart(struct swim *swim);
void swim_forget(struct swim *swim, struct swim_member *member);

/* probe.c */
void swim_probe_init(struct swim *swim);
/* To be called when a member becomes live. */
void swim_probe_wake(struct swim *swim);
/* The probe in flight, if any, says nothing. */
void swim_probe_void(struct swim *swim);
void swim_probe_stop(struct swim *swim);
/* @member was forgotten, is no longer live, or is another start. */
void swim_probe_drop(struct swim *swim, const struct swim_member *member);
/* True if the ack was for a probe of this member's own. */
bool swim_probe_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body);

/* relay.c */
void swim_relay_start(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body);
bool swim_relay_ack(struct swim *swim, const struct wire_body *body);
void swim_relay_free_all(struct swim *swim);

/* suspicion.c */
/* Starts a suspicion, or starts it anew. False without memory. */
bool swim_suspect(struct swim *swim, struct swim_member *member, u64 accuser,
		  u32 asked);
/* One more accuser of a suspect. */
void swim_accuse(struct swim *swim, struct swim_member *member, u64 accuser);
void swim_suspicion_end(struct swim *swim, struct swim_member *member);

/* spread.c */
void swim_spread_init(struct swim *swim);
/* Tell the group of the last change of @member. */
void swim_spread_add(struct swim *swim, struct swim_member *member);
void swim_spread_drop(struct swim *swim, struct swim_member *member);
/* Adds what was sent the fewest times, as far as it fits. */
void swim_spread_fill(struct swim *swim, struct wire_buf *buf);
void swim_spread_wake(struct swim *swim);
void swim_spread_stop(struct swim *swim);

/* sync.c */
void swim_sync_init(struct swim *swim);
void swim_sync_start(struct swim *swim);
void swim_sync_stop(struct swim *swim);
/* To be called when a member stops being live. */
void swim_sync_wake(struct swim *swim);
void swim_sync_request(struct swim *swim, const struct swim_source *source,
		       const struct wire_message *msg);
void swim_sync_cookie(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body);
void swim_sync_state(struct swim *swim, const struct swim_source *source,
		     const struct wire_body *body);
/* An ack of @source was heard: syncs if the two views differ for long. */
void swim_sync_compare(struct swim *swim, const struct swim_source *source);

#endif
