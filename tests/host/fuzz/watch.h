/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One core under watch: every call of it goes through here, and after each
 * it is checked for what must hold whatever it was told.
 */
#ifndef _FUZZ_WATCH_H
#define _FUZZ_WATCH_H

#include "../../../kmod/swim/wire.h"
#include "../addr.h"
#include "input.h"

#define MS 1000000ULL
#define WATCH_NAMES 64
#define WATCH_PLACES 48
#define WATCH_SENT 16 /* a power of two */
#define WATCH_SECRETS 8 /* a power of two */

/* How far a name has come: its generation and incarnation. */
struct version {
	u32 generation;
	u32 incarnation;
};

/**
 * struct watch_name - what was heard and believed of one name
 * @told: the greatest that any datagram said
 * @seen: what the core believed at the last look, and what follows, if @known
 */
struct watch_name {
	char name[SWIM_NAME_MAX + 1];
	struct version told;
	struct version seen;
	u64 uid;
	u8 state;
	bool known;
};

/**
 * struct watch_place - what went to and came from an address
 * @trusted: it is or was a member's or a seed's, or has shown that it receives
 * @secret: what only who receives there knows, the last of them
 */
struct watch_place {
	struct swim_addr addr;
	u64 in;
	u64 out;
	u64 secret[WATCH_SECRETS];
	u32 secrets;
	bool trusted;
};

/* A datagram that the core sent. */
struct watch_sent {
	struct swim_addr to;
	u32 len;
	u8 data[SWIM_DATAGRAM_MAX];
};

/**
 * struct watch - a core and what is known of its past
 * @sent: called for each datagram, may be NULL
 * @told: called for each user event, may be NULL
 * @seed: of its random numbers
 * @seq: number of the last event
 * @looked: the same when the table was looked at
 * @last: the datagrams sent last; that number @sends - 1 is the latest
 * @names_full: not all names are in @name, so that none is missed there
 */
struct watch {
	struct swim *swim;
	struct swim_params params;
	char own_name[SWIM_NAME_MAX + 1];
	u64 now;
	u64 seed;
	void (*sent)(void *ctx, const struct swim_addr *to, const void *data,
		     size_t len);
	void (*told)(void *ctx, const struct swim_user_event *event);
	void *ctx;
	struct swim_info self;
	u64 seq;
	u64 looked;
	u32 looks;
	u64 counter;
	u32 cluster;
	struct watch_name name[WATCH_NAMES];
	u32 names;
	bool names_full;
	struct watch_place place[WATCH_PLACES];
	u32 places;
	struct watch_sent last[WATCH_SENT];
	u64 sends;
};

/* False without memory. @params->name is copied. */
bool watch_start(struct watch *watch, const struct swim_params *params);
void watch_stop(struct watch *watch);
/* The core's own calls at @watch->now, each with a look at the core after it. */
void watch_receive(struct watch *watch, const struct swim_addr *from,
		   const u8 *data, size_t len);
/* As often as one is due at this time. */
void watch_tick(struct watch *watch);
void watch_join(struct watch *watch, const struct swim_addr *seeds, u32 count);
void watch_leave(struct watch *watch);
void watch_readdress(struct watch *watch, const struct swim_addr *addr);
/* @len times @byte. */
void watch_set_meta(struct watch *watch, u8 byte, u32 len);
void watch_send_event(struct watch *watch, const void *payload, u32 len);
void watch_look(struct watch *watch);
/* The datagram sent @back before the last one, or NULL. */
const struct watch_sent *watch_last(const struct watch *watch, u32 back);

#endif
