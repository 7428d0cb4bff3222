// SPDX-License-Identifier: GPL-2.0
/* gossipctl stop, join, leave */

#include <stdlib.h>

#include "command.h"
#include "error.h"
#include "session.h"
#include "status.h"

static void do_simple(int (*request)(struct gossip *gossip), int argc,
		      char **argv)
{
	struct gossip *gossip;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	gossip = session_open();
	session_check(gossip, request(gossip));
	status_report(gossip);
	gossip_close(gossip);
}

static void do_stop(int argc, char **argv)
{
	do_simple(gossip_stop, argc, argv);
}

static void do_leave(int argc, char **argv)
{
	do_simple(gossip_leave, argc, argv);
}

static void do_join(int argc, char **argv)
{
	struct gossip_params *params = gossip_params_new();
	struct gossip *gossip;

	if (!params)
		die(EXIT_FAILED, "out of memory");
	for (; argc; argc--, argv++)
		if (gossip_params_set(params, "peers", *argv))
			die(EXIT_USAGE, "%s", gossip_params_error(params));
	gossip = session_open();
	session_check(gossip, gossip_join(gossip, params));
	status_report(gossip);
	gossip_params_free(params);
	gossip_close(gossip);
}

const struct command stop_command = {
	.name = "stop",
	.args = "",
	.summary = "leaves the group and ends the member",
	.about =
		"Leaves the group and ends the member of this network namespace.",
	.json = "print the status afterwards",
	.run = do_stop,
};

const struct command join_command = {
	.name = "join",
	.args = " [ADDR[:PORT]...]",
	.summary = "joins the group of other members",
	.about =
		"Joins the group of the members at these addresses. After leave it needs\n"
		"none: it comes back to those that it joined before.",
	.json = "print the status afterwards",
	.run = do_join,
};

const struct command leave_command = {
	.name = "leave",
	.args = "",
	.summary = "leaves the group, to join again later",
	.about = "Leaves the group. The member stays and can join again.",
	.json = "print the status afterwards",
	.run = do_leave,
};
