/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the core share among themselves. */
#ifndef _SWIM_CORE_H
#define _SWIM_CORE_H

#include "port.h"
#include "swim.h"
#include "timer.h"
#include "wire.h"
#include "member.h"
#include "event.h"
#include "heal.h"
#include "health.h"
#include "meta.h"
#include "names.h"
#include "probation.h"
#include "probe.h"
#include "round.h"
#include "spread.h"
#include "stranger.h"
#include "suspicion.h"
#include "sync.h"

#define SWIM_MS 1000000ULL
#define SWIM_SECOND 1000000000ULL

#define SWIM_SAMPLE_MAX 9 /* one more, to leave one out */
#define SWIM_LEAVE_MAX (2 * SWIM_SECOND)

#define SWIM_TIMERS_PER_TICK 16
#define SWIM_SENDS_PER_TICK 12
#define SWIM_SCAN_MAX 64 /* slots looked at in one call */
#define SWIM_RELAYS_MAX 128

/**
 * struct swim - one member of one group
 * @ops: the caller's
 * @ctx: for @ops
 * @config: checked
 * @cluster: hash of the cluster's name
 * @status: what it does; see also swim_status()
 * @now: the core's time: the caller's less @stalled
 * @stalled: time for which this node did not run
 * @ticked: the core's time of the last tick
 * @heard: when a member was last heard
 * @counter: datagrams written
 * @stat: counters, by enum swim_stat
 * @lhm: local health multiplier (Lifeguard, IV-A)
 * @proven: has completed a probe or a sync, so it may accuse others
 * @srtt: smoothed round-trip time to whomever, us, as in struct swim_member
 * @rttvar: mean deviation of @srtt, us
 * @out: datagram being written; room for config.max_datagram bytes
 * @narrowed_at: when @out was last made smaller than that
 * @timers: struct swim_timer, by time
 * @table: what is believed
 * @self: this member, in @table
 * @changed_at: when the view last changed
 * @spread: news of members to tell
 * @events: user events
 * @round: its own probing
 * @probe: probes in flight
 * @isolation: whether it is cut off
 * @expected: pings that come
 * @relays: struct swim_relay
 * @relaying: how many @relays
 * @pings: struct swim_ping, @pinging of them
 * @pinging: how many @pings
 * @claim: to names of live members
 * @refused_at: when somebody was last told that this member holds its name
 * @sync: anti-entropy
 * @heal: those who failed or left
 * @strangers: what those are answered who are no members
 * @leave: end of the time to leave in
 */
struct swim {
	const struct swim_ops *ops;
	void *ctx;
	struct swim_config config;
	u32 cluster;
	enum swim_status status;
	u64 now;
	u64 stalled;
	u64 ticked;
	u64 heard;
	u64 counter;
	u64 stat[SWIM_NR_STATS];
	u32 lhm;
	bool proven;
	u32 srtt;
	u32 rttvar;
	struct wire_buf out;
	u64 narrowed_at;
	struct rb_root_cached timers;
	struct swim_table table;
	struct swim_member *self;
	u64 changed_at;
	struct swim_spread spread;
	struct swim_events events;
	struct swim_round round;
	struct swim_probe probe[SWIM_PROBES_MAX];
	struct swim_isolation isolation;
	struct swim_expected expected;
	struct list_head relays;
	unsigned int relaying;
	struct list_head pings;
	unsigned int pinging;
	struct swim_claim claim[SWIM_CLAIMS_MAX];
	u64 refused_at;
	struct swim_sync sync;
	struct swim_heal heal;
	struct swim_strangers strangers;
	struct swim_timer leave;
};

/* A source of evidence: who sent the datagram that is being worked on. */
struct swim_source {
	struct swim_addr addr;
	struct wire_header header;
	struct swim_member *member; /* NULL if not known */
	bool asked; /* it answers a sync that this member asked for */
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
/* To be called first by what comes from outside; @now is the caller's clock. */
void swim_advance(struct swim *swim, u64 now);
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

static inline bool swim_rule(const struct swim *swim, u32 rule)
{
	return swim->config.rules & rule;
}

/* Times to the millisecond, in 32 bits: they go round after 52 days. */
static inline u32 swim_stamp(u64 time)
{
	u32 stamp = time >> 20;

	return stamp ?: 1;
}

/* Time since @stamp, ns. */
static inline u64 swim_age(const struct swim *swim, u32 stamp)
{
	return (u64)(u32)(swim_stamp(swim->now) - stamp) << 20;
}

/* Core time in seconds, in 16 bits: it goes round after 18 hours. */
static inline u16 swim_seconds(const struct swim *swim)
{
	return div_u64(swim->now, SWIM_SECOND);
}

/* Probe interval, ns. */
static inline u64 swim_interval(const struct swim *swim)
{
	return swim->config.probe_interval * SWIM_MS;
}

/* Starts a datagram in swim->out. */
struct wire_buf *swim_begin(struct swim *swim, enum wire_type type, u8 flags,
			    const struct wire_body *body);
/*
 * Adds what is believed of @member, if @meta with its metadata, unless these fit
 * no datagram of this node. False if it does not fit here.
 */
bool swim_put(struct wire_buf *buf, const struct swim_member *member,
	      bool meta);
void swim_record_told(const struct swim_member *member,
		      struct swim_record *record);
/*
 * Tells @about, or others on the way to it, what is believed of it if it is
 * not alive: Lifeguard's buddy system, section IV-C.
 */
void swim_about(struct swim *swim, const struct swim_member *about);
/* Adds news, as much as fits. */
void swim_fill(struct swim *swim);
/* Sends what was written, after filling it with news if @gossip. */
void swim_finish(struct swim *swim, const struct swim_addr *to, bool gossip);
/* Answers a ping of @asker, which may have come through @source. */
void swim_answer(struct swim *swim, const struct swim_source *source, u32 nonce,
		 u64 asker, u32 salt);
/* Has left: nothing is sent or heard, and the core's time stands still. */
void swim_gone(struct swim *swim);

/* degraded.c: least LHM of a member that is badly connected. */
u32 swim_degraded_least(const struct swim *swim);

/* merge.c: what is believed of members; the only place where it changes. */
void swim_merge(struct swim *swim, const struct swim_record *record,
		const struct swim_source *source, bool sync);
/* All member records of a message. */
void swim_merge_all(struct swim *swim, const struct swim_source *source,
		    const struct wire_message *msg, bool sync);
/*
 * What this member found out itself: that @member is suspect, or failed. @evidence is what
 * its probe has shown, NULL without one.
 */
void swim_conclude(struct swim *swim, struct swim_member *member,
		   enum swim_state state, const struct swim_evidence *evidence);
/* The name of @member is another's now. */
void swim_take_over(struct swim *swim, struct swim_member *member,
		    const struct swim_record *record);
/* The first member of a new table is oneself. False without memory. */
bool swim_found(struct swim *swim, const struct swim_record *record);
/* Takes a new incarnation, and @addr if that is not NULL; alive unless leaving. */
void swim_return(struct swim *swim, const struct swim_addr *addr);
/* Takes a generation greater than @generation, if the own one is not. */
void swim_supersede(struct swim *swim, u32 generation);
/* Tells all that these flags, of WIRE_DEGRADED, are set. */
void swim_flag_self(struct swim *swim, u8 flags);
/* Takes the state left. */
void swim_depart(struct swim *swim);
void swim_forget(struct swim *swim, struct swim_member *member);
/* An event about @member, of which nothing that is told has changed. */
void swim_announce(struct swim *swim, enum swim_event_type type,
		   struct swim_member *member);

/* relay.c: probing on behalf of others. */
void swim_relay_start(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body);
bool swim_relay_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body);
void swim_relay_free_all(struct swim *swim);

/* ping.c: pings that were asked for. False if nobody waited for it. */
bool swim_ping_hear(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body, enum swim_pong_result result);
/* Tells of each that it ends. */
void swim_ping_end_all(struct swim *swim);
/* Tells nobody. */
void swim_ping_free_all(struct swim *swim);

#endif
