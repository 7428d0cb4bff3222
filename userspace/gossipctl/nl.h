/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: socket, requests, what the kernel says of them. */
#ifndef _NL_H
#define _NL_H

#include <stdbool.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

struct nl;

/* Called for each message of the family. */
typedef void nl_message_fn(const struct nlmsghdr *nlh, void *ctx);

/* Dies if the module is not loaded. */
struct nl *nl_open(void);
void nl_close(struct nl *nl);

/* The request is @nl's own: one at a time. Attributes are put behind it. */
struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd);
/*
 * Sends the request and waits for its end. Returns 0 or a negative errno.
 */
int nl_do(struct nl *nl, nl_message_fn *reply, void *ctx);
/* @torn: the dump is not a picture of one moment. */
int nl_dump(struct nl *nl, nl_message_fn *reply, void *ctx, bool *torn);
/* That there is no instance in this namespace. */
bool nl_absent(const struct nl *nl, int err);
/* Says why the last request failed with @err. */
_Noreturn void nl_die(struct nl *nl, int err);

/*
 * From here on the socket hears the group @name. @rcvbuf: bytes for what was
 * not yet received.
 */
void nl_subscribe(struct nl *nl, const char *name, int rcvbuf);
int nl_fd(const struct nl *nl);
/*
 * Receives what is there without waiting. Returns 1 if there may be more, 0 if
 * not, -ENOBUFS if something was lost.
 */
int nl_receive(struct nl *nl, nl_message_fn *event, void *ctx);

#endif
