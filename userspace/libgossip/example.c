// SPDX-License-Identifier: GPL-2.0
/*
 * Tells who is alive, and each change, until the module is unloaded.
 * cc example.c $(pkg-config --cflags --libs libgossip)
 */
#include <poll.h>
#include <stdio.h>

#include <libgossip.h>

int main(void)
{
	const struct gossip_event *event;
	struct gossip *gossip;
	struct pollfd fd;
	int got;

	got = gossip_open(&gossip);
	if (!got)
		got = gossip_subscribe(gossip, 0);
	while (got >= 0) {
		got = gossip_next(gossip, &event);
		if (got > 0 && event->member)
			printf("%s %s %s\n",
			       gossip_name(GOSSIP_NAMES_EVENT, event->type),
			       event->member->name,
			       gossip_name(GOSSIP_NAMES_STATE,
					   event->member->state));
		if (got)
			continue;
		fflush(stdout);
		fd = (struct pollfd){ gossip_fd(gossip), POLLIN, 0 };
		poll(&fd, 1, -1);
	}
	fprintf(stderr, "%s\n", gossip ? gossip_error(gossip) : "cannot open");
	gossip_close(gossip);
	return 1;
}
