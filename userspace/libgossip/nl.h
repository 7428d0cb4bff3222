/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: socket, requests, what the kernel says of them. */
#ifndef _NL_H
#define _NL_H

#include <stdbool.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include "extack.h"

/* The kernel makes the messages of a dump as large as it was asked for. */
#define NL_RECEIVE_SIZE 32768
/* More than any request has: names, 32 peers, the tunables, all tags. */
#define NL_REQUEST_SIZE 16384

/* Groups of events. */
enum nl_group { NL_MEMBERS, NL_EVENTS, NL_GROUPS };

/**
 * struct nl - a socket and its last request; functions return 0 or a negative
 *	errno
 * @family: as of the last nl_find(), or that whose events are heard
 * @group: as of the last nl_find(), 0 if there is none
 * @heard: id of the group that is heard
 * @extack: what the kernel said of the last request
 * @event: message of @received to read next; @left bytes are there
 */
struct nl {
	struct mnl_socket *sock;
	uint32_t portid;
	uint32_t seq;
	uint16_t family;
	uint32_t group[NL_GROUPS];
	uint32_t heard;
	struct extack extack;
	const struct nlmsghdr *event;
	int left;
	uint32_t request[NL_REQUEST_SIZE / sizeof(uint32_t)];
	uint32_t received[NL_RECEIVE_SIZE / sizeof(uint32_t)];
};

/* Called for each message of the family; an error ends the calls. */
typedef int nl_message_fn(const struct nlmsghdr *nlh, void *ctx);

int nl_open(struct nl *nl);
void nl_close(struct nl *nl);

/*
 * Finds the family, before each series of requests: its number is another one
 * when the module was loaded anew. -ENOENT if the module is not loaded.
 */
int nl_find(struct nl *nl);
/* The request is @nl's own: one at a time. Attributes are put behind it. */
struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd);
/* Sends the request and waits for its end. */
int nl_do(struct nl *nl, nl_message_fn *reply, void *ctx);
/* Wipes the last request, which held a secret, and what may repeat it. */
void nl_forget(struct nl *nl);
/*
 * Messages of the kernel about the last request that come after its end: waits
 * for one. -ETIMEDOUT.
 */
int nl_more(struct nl *nl, nl_message_fn *reply, void *ctx, int timeout_ms);
/* @torn: the dump is not a picture of one moment. */
int nl_dump(struct nl *nl, nl_message_fn *reply, void *ctx, bool *torn);

/*
 * From here on @nl hears a group of the family that @query found. @rcvbuf: bytes
 * for what was not yet received.
 */
int nl_subscribe(struct nl *nl, const struct nl *query, enum nl_group group,
		 int rcvbuf);
/* Hears no more, and forgets what was not yet received. */
void nl_unsubscribe(struct nl *nl);
/*
 * The next event, without waiting. Returns 1, 0 if there is none, -ENOBUFS if
 * some were lost, -ENOENT if the module was unloaded.
 */
int nl_event(struct nl *nl, const struct nlmsghdr **nlh);

#endif
