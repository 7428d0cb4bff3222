// SPDX-License-Identifier: GPL-2.0
/*
 * What one member costs in groups of any size. Each call of the core is one
 * part of callgrind's output, with "MEMBERS PHASE KIND" as its label; what is
 * not an instruction is printed here. cost.sh puts both together.
 */

#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "peers.h"

#define QUIET_PERIODS 40
#define PINGS 200
#define UPDATES 200
#define DEAD_MAX 1024U

static void run_periods(struct group *group, u32 periods)
{
	group_run(group, (u64)periods * group->config.probe_interval);
}

/* Until the group was told of everybody, which is not counted. */
static void settle(struct group *group)
{
	unsigned int i;

	group_phase(group, NULL);
	for (i = 0; i < 10000; i++) {
		run_periods(group, 4);
		if (group->now - group->last_gossip > 2000 * MS)
			return;
	}
	fprintf(stderr, "cost: gossip does not end\n");
	exit(1);
}

static void quiet(struct group *group)
{
	group_phase(group, "quiet");
	run_periods(group, QUIET_PERIODS);
	printf("%u periods %u\n", group->members, QUIET_PERIODS);
	printf("%u bytes %llu\n", group->members,
	       (unsigned long long)alloc_held());
}

static void pings(struct group *group)
{
	unsigned int i;

	group_phase(group, "pings");
	for (i = 0; i < PINGS; i++) {
		group_run(group, 20);
		group_ping(group, group_someone(group));
	}
}

static void updates(struct group *group)
{
	unsigned int i;

	group_phase(group, "updates");
	for (i = 0; i < UPDATES; i++) {
		group_run(group, 50);
		group_tell(group, group_someone(group), group_someone(group), 1,
			   SWIM_ALIVE, true);
	}
}

/* A queue of updates that is as long as it gets. */
static void burst(struct group *group)
{
	settle(group);
	group_phase(group, "burst");
	group_tell_all(group, 1, group->members / 4, SWIM_ALIVE, true);
	run_periods(group, 40);
}

/* A newcomer asks for everything, then hears that something changed. */
static void guest(struct group *group)
{
	settle(group);
	group_phase(group, "join");
	group_invite(group);
	run_periods(group, 20);
	group_phase(group, "sync");
	group_tell_all(group, 1, min_t(u32, group->members / 2, 256),
		       SWIM_ALIVE, true);
	run_periods(group, 40);
	group_dismiss(group);
}

/*
 * Many die at once: most of it is told by others in a moment, so that
 * all those time-outs end together. Some come back.
 */
static void deaths(struct group *group)
{
	u32 i, dead = min(group->members / 4, DEAD_MAX);

	settle(group);
	for (i = 1; i <= dead; i++)
		group->peer[i].silent = true;
	group_phase(group, "suspects");
	run_periods(group, 4);
	group_tell_all(group, 1, max_t(u32, dead * 3 / 4, 1), SWIM_SUSPECT,
		       false);
	run_periods(group, 2);
	for (i = 1; i <= dead / 8; i++)
		group->peer[i].silent = false;
	group_tell_all(group, 1, dead / 8, SWIM_ALIVE, true);
	run_periods(group, 54);
	group_phase(group, "dead");
	run_periods(group, 180);
}

static void leave(struct group *group)
{
	group_phase(group, "leave");
	swim_leave(group->core, group->now);
	group_run(group, 3000);
}

static void measure(u32 members)
{
	struct group *group = group_new(members);

	group_tell_all(group, 1, members - 1, SWIM_ALIVE, false);
	group->ping_at = group->now;
	settle(group);
	if (swim_count(group->core, SWIM_ALIVE) != members) {
		fprintf(stderr, "cost: %u of %u members are alive\n",
			swim_count(group->core, SWIM_ALIVE), members);
		exit(1);
	}
	alloc_reset_peak();
	quiet(group);
	pings(group);
	updates(group);
	burst(group);
	guest(group);
	deaths(group);
	leave(group);
	printf("%u peak %llu\n", members, (unsigned long long)alloc_peak());
	group_phase(group, NULL);
	group_free(group);
}

int main(int argc, char **argv)
{
	int i;

	setlinebuf(stdout);
	for (i = 1; i < argc; i++)
		measure(atoi(argv[i]));
	return 0;
}
