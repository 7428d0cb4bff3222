// SPDX-License-Identifier: GPL-2.0
/* gossipctl stats */

#include "command.h"
#include "error.h"
#include "out.h"
#include "session.h"

static void run(int argc, char **argv)
{
	const struct gossip_stats *stats;
	struct gossip *gossip;
	unsigned int i;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	gossip = session_open();
	session_check(gossip, gossip_get_stats(gossip, &stats));
	out_begin(OUT_LINES);
	out_object_open(NULL);
	for (i = 0; i < stats->count; i++)
		if (stats->value[i] >= 0)
			out_number(OUT_BOTH, gossip_name(GOSSIP_NAMES_STAT, i),
				   stats->value[i]);
	out_object_close();
	gossip_close(gossip);
}

static void more_help(void)
{
	unsigned int i;

	puts("\nCounters:");
	for (i = 1; i <= GOSSIP_A_STATS_MAX; i++)
		if (i != GOSSIP_A_STATS_PAD)
			printf("  %-19s %s\n",
			       gossip_name(GOSSIP_NAMES_STAT, i),
			       gossip_doc(GOSSIP_NAMES_STAT, i));
}

const struct command stats_command = {
	.name = "stats",
	.args = "",
	.summary = "shows the counters of this member",
	.about =
		"Shows what this member has counted since it was started: datagrams,\n"
		"probes, what was dropped and why. All are of one instant.",
	.json = "an object with all counters",
	.more_help = more_help,
	.run = run,
};
