/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel: the sockets of libmnl, and behind them the family
 * with an instance that a test changes.
 */
#ifndef _KERNEL_H
#define _KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "member.h"

#define KERNEL_MEMBERS 1024

struct kernel {
	bool loaded;
	bool running;
	uint64_t uid;
	uint64_t seq;
	unsigned int size; /* members in use */
	struct gossip_member member[KERNEL_MEMBERS]; /* without a name: free */
	unsigned int room; /* events that the socket's buffer holds */
	unsigned int dumps;
	unsigned int asked; /* for the instance */
	uint16_t family;
	bool always_torn;
	bool unlisted; /* dumps are refused */
	bool reasons; /* events have one */
	/* Called after each dump while somebody listens. */
	void (*after_dump)(void);
	/* Called after each question about the instance. */
	void (*after_ask)(void);
	/* What instance-get says; running and uid are above. */
	struct gossip_instance instance;
	/* What stats-get says; -1: not there. */
	int64_t stat[GOSSIP_A_STATS_MAX + 1];
	/* What instance-get says of tunables; instance-set changes it. */
	uint32_t tunable[GOSSIP_A_CONFIG_MAX + 1];
	/* What comes of a ping, without its end. */
	struct gossip_pong pong[8];
	unsigned int pongs;
	unsigned int early; /* of these, before the request is answered */
	bool endless; /* the end is not told */
	/* What the next request about the instance is answered with. */
	int refusal;
	const char *extack;
	uint32_t offset; /* of the attribute at fault in the request, or 0 */
	uint8_t command; /* the last one that is no question about it */
	uint32_t ttl_ms; /* of the last lease that was opened or renewed */
	unsigned int renewals;
	/* What key-get says: fingerprints, and the place of the primary one or -1. */
	uint32_t key[GOSSIP_KEYS_MAX];
	unsigned int keys;
	int primary;
	bool permissive;
	bool unprivileged; /* keys are told to nobody */
	/* Called in a dump before each member is put. */
	void (*meanwhile)(void);
};

extern struct kernel kernel;

void kernel_reset(void);
/* A new start of the instance, with itself as member 0. */
void kernel_start(void);
/* Changes a member, and tells of it. */
void kernel_change(unsigned int i, uint32_t type, const char *name,
		   uint32_t state);
/*
 * Another member with the name of member @i is heard: which one it is, is all
 * that is told.
 */
void kernel_conflict(unsigned int i);
/* A service of a member comes up or goes down. */
void kernel_service(unsigned int i, const char *name, bool up);
/* A user event; an empty @origin is none. */
void kernel_user(const char *name, const char *origin, const void *payload,
		 size_t size);
/* The error of a request for tags, services, user events or keys, 0 for others. */
int kernel_request(const struct nlmsghdr *nlh);
/* Answers a request that is about the instance, its counters, pings or keys. */
bool kernel_query(struct mnl_socket *sock, const struct nlmsghdr *request);
/* That of the key which was added last. */
void kernel_tell_key(struct mnl_socket *sock, uint32_t seq);
/* A message more for who asked, to put attributes behind. */
struct nlmsghdr *kernel_message(struct mnl_socket *sock, uint32_t seq,
				uint8_t cmd);
/* The end of what is said to a request. */
void kernel_answer(struct mnl_socket *sock, uint32_t seq, int err, bool torn);
/* As if an event could not be built. */
void kernel_lose_next(void);
void kernel_unload(void);
/* Unloaded and loaded again; what tells of it finds the buffer full. */
void kernel_reload_unseen(void);
/* Whether a socket is in the group. */
bool kernel_is_heard(void);
/* Another process tells that the module is unloaded. */
void kernel_forge(void);

#endif
