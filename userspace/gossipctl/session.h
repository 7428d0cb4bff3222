/* SPDX-License-Identifier: GPL-2.0 */
/* The library's handle, and its errors as those of gossipctl. */
#ifndef _SESSION_H
#define _SESSION_H

#include <stdbool.h>

#include <libgossip.h>

struct gossip *session_open(void);
/* Dies if @err is one; prints the kernel's remark if it has one. */
void session_check(struct gossip *gossip, int err);
/* Takes all that was told by now. Whether there was anything. */
bool session_receive(struct gossip *gossip);
/* Dies if no instance runs. */
const struct gossip_instance *session_instance(struct gossip *gossip);
_Noreturn void session_die_absent(void);
/* Waits for events, and for @fd if it is not -1; -1 milliseconds for ever. */
void session_poll(struct gossip *gossip, int fd, int timeout_ms);

#endif
