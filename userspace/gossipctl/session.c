// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "error.h"
#include "session.h"

struct gossip *session_open(void)
{
	struct gossip *gossip;
	int err = gossip_open(&gossip);

	if (err)
		die(EXIT_FAILED, "cannot open a netlink socket: %s",
		    strerror(-err));
	return gossip;
}

void session_die_absent(void)
{
	die(EXIT_ABSENT,
	    "no instance runs in this network namespace: run \"gossipctl start\"");
}

void session_check(struct gossip *gossip, int err)
{
	const char *words = gossip_error(gossip);

	if (err == -ENOPKG)
		die(EXIT_ABSENT,
		    "%s: run \"modprobe gossip\" or \"insmod gossip.ko\"",
		    words);
	if (err == -ENODEV)
		session_die_absent();
	if (err == -EPERM)
		die(EXIT_FAILED, "%s: run as root", words);
	if (err < 0)
		die(EXIT_FAILED, "%s", words);
	if (*words)
		warn("%s", words);
}

bool session_receive(struct gossip *gossip)
{
	const struct gossip_event *event;
	bool any = false;
	int got;

	while ((got = gossip_next(gossip, &event)) > 0)
		any = true;
	session_check(gossip, got);
	return any;
}

const struct gossip_instance *session_instance(struct gossip *gossip)
{
	const struct gossip_instance *instance;

	session_check(gossip, gossip_get_instance(gossip, &instance));
	if (instance->status == GOSSIP_STATUS_OFF)
		session_die_absent();
	return instance;
}

void session_poll(struct gossip *gossip, int fd, int timeout_ms)
{
	/* Those that are not there have negative descriptors, which are ignored. */
	struct pollfd fds[] = {
		{ .fd = gossip_fd(gossip), .events = POLLIN },
		{ .fd = gossip_user_fd(gossip), .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	if (poll(fds, 3, timeout_ms) < 0 && errno != EINTR)
		die(EXIT_FAILED, "cannot wait for events: %s", strerror(errno));
}
