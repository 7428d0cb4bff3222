/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Authentic datagrams that come again.
 *
 * Who has no key, but can record and send, cannot make a member heed a datagram of
 * another member twice. That needs no clock: counters are compared, which a sender
 * draws from one series for all it sends to. What it does not do:
 *
 * - A datagram is lost that comes when 64 or more later ones, counting what its
 *   sender sent to others, were sent and one of these has come. To the protocol it
 *   is one of those that networks lose.
 * - A window begins with the first datagram that is heard of a member, and is empty
 *   after the receiver starts anew, or has forgotten the member (reap_after). Until
 *   the member is heard again, what was recorded before passes, in ascending order,
 *   each datagram once; so does what was held back and never came, if it is newer
 *   than all that came.
 * - Who is not a member has no window: a datagram of a stranger, or of an earlier
 *   start of a member, may come any number of times.
 *
 * What passes is an old record, ping or answer: records merge by generation and
 * incarnation, so none undoes a newer one; an answer counts only for the nonce of a
 * ping that waits; a member that is gone may look alive until the next probe of it.
 */
#ifndef _SWIM_REPLAY_H
#define _SWIM_REPLAY_H

#include "port.h"

/**
 * struct swim_window - which of a member's last datagrams have come
 * @top: greatest counter
 * @seen: bit i is set if the one with @top - i has; 0 if none has come
 */
struct swim_window {
	u64 top;
	u64 seen;
};

/*
 * Whether a datagram with this counter has not come yet, and is not so old that
 * this is not known; it has then. The window of RFC 4303, section 3.4.3.
 */
bool swim_window_take(struct swim_window *window, u64 counter);

#endif
