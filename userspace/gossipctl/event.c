// SPDX-License-Identifier: GPL-2.0
/* gossipctl event */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "session.h"

/* One more, to see that it is too much. */
#define PAYLOAD_MAX (GOSSIP_USER_EVENT_MAX + 1)

static size_t read_payload(char *payload)
{
	size_t size = fread(payload, 1, PAYLOAD_MAX, stdin);

	if (ferror(stdin))
		die(EXIT_FAILED, "cannot read the payload from standard input");
	if (size == PAYLOAD_MAX)
		die(EXIT_FAILED,
		    "the payload on standard input is too long: an event takes %d bytes at most, its name included",
		    GOSSIP_USER_EVENT_MAX);
	return size;
}

static void run(int argc, char **argv)
{
	const char *payload = argc > 1 ? argv[1] : "";
	size_t size = strlen(payload);
	char bytes[PAYLOAD_MAX];
	struct gossip *gossip;

	if (!argc)
		die(EXIT_USAGE,
		    "which? a name is needed: see \"gossipctl event --help\"");
	if (argc > 2)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[2]);
	if (!strcmp(payload, "-")) {
		size = read_payload(bytes);
		payload = bytes;
	}
	gossip = session_open();
	session_check(gossip,
		      gossip_send_event(gossip, argv[0], payload, size));
	gossip_close(gossip);
}

const struct command event_command = {
	.name = "event",
	.args = " NAME [PAYLOAD|-]",
	.summary = "sends an event to all members",
	.about =
		"Sends a user event to all members, this one included; \"gossipctl monitor\n"
		"events\" shows it there. NAME is 1 to 63 of A-Z a-z 0-9 . _ -; with \"-\"\n"
		"the payload is read from standard input. Both take 512 bytes at most.",
	.run = run,
};
