// SPDX-License-Identifier: GPL-2.0
/* gossipctl stop, join, leave */

#include "command.h"
#include "error.h"
#include "instance.h"
#include "status.h"

static void do_simple(uint8_t cmd, int argc, char **argv)
{
	struct nl *nl;
	int err;

	if (argc)
		die(EXIT_USAGE, "no argument \"%s\" is expected", argv[0]);
	nl = nl_open();
	nl_request(nl, cmd);
	err = nl_do(nl, NULL, NULL);
	if (err)
		nl_die(nl, err);
	status_report(nl);
	nl_close(nl);
}

static void do_stop(int argc, char **argv)
{
	do_simple(GOSSIP_CMD_STOP, argc, argv);
}

static void do_leave(int argc, char **argv)
{
	do_simple(GOSSIP_CMD_LEAVE, argc, argv);
}

static void do_join(int argc, char **argv)
{
	struct instance instance;
	struct nl *nl;
	int err;

	instance_init(&instance);
	for (; argc; argc--, argv++)
		instance_add_peers(&instance, *argv);
	nl = nl_open();
	instance_put(nl_request(nl, GOSSIP_CMD_JOIN), &instance);
	err = nl_do(nl, NULL, NULL);
	if (err)
		nl_die(nl, err);
	status_report(nl);
	nl_close(nl);
}

const struct command stop_command = {
	.name = "stop",
	.args = "",
	.summary = "leaves the group and ends the member",
	.help = "Leaves the group and ends the member of this network namespace.\n"
		"\n"
		"  -j, --json  print the status afterwards",
	.run = do_stop,
};

const struct command join_command = {
	.name = "join",
	.args = " [ADDR[:PORT]...]",
	.summary = "joins the group of other members",
	.help = "Joins the group of the members at these addresses. After leave it needs\n"
		"none: it comes back to those that it joined before.\n"
		"\n"
		"  -j, --json  print the status afterwards",
	.run = do_join,
};

const struct command leave_command = {
	.name = "leave",
	.args = "",
	.summary = "leaves the group, to join again later",
	.help = "Leaves the group. The member stays and can join again.\n"
		"\n"
		"  -j, --json  print the status afterwards",
	.run = do_leave,
};
