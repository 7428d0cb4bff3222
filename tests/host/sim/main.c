// SPDX-License-Identifier: GPL-2.0
/*
 * simulate EXPERIMENT [KEY=VALUE...]
 * simulate check [EXPERIMENT]
 *
 * Prints a table, and as its last line key=value for each figure. One seed
 * gives the same figures on every machine, however many processes work.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define HINT "; 'make sim' lists what there is"

const struct sim_experiment sim_experiments[] = {
	{ "detect", "a crash: first detection, and known to all", sim_detect },
	{ "lifeguard", "stalled members, as in Lifeguard's paper",
	  sim_lifeguard, 33 },
	{ "threshold", "how fast stalled members are detected, as there",
	  sim_threshold, 33 },
	{ "load", "packets and bytes of a quiet group", sim_load },
	{ "converge", "one new fact into a group", sim_converge, 2 },
	{ "loss", "uniform loss", sim_loss, 2 },
	{ "partition", "cuts that heal", sim_partition, 2 },
	{ "oneway", "members that hear or are heard badly", sim_oneway, 2 },
	{ "mass", "a quarter and a half of a group die at once", sim_mass, 4 },
	{ "survivor", "all but one of a small group die", sim_survivor },
	{ "join", "all start at once with one seed", sim_join, 2 },
	{ "restart", "all members of a large group restart", sim_restart, 2 },
	{ "churn", "joins, leaves and crashes all the time", sim_churn },
	{ "relay", "a member that lies about those it probes for others",
	  sim_relay },
	{ "leave", "half of a group leaves at once", sim_leave, 2 },
	{ "chaos", "everything at once, by seed, and then calm", sim_chaos },
	{}
};

static int list(void)
{
	const struct sim_experiment *exp;

	printf("EXP=NAME [N=members] [SEED=n] [RUNS=n] [JOBS=n]\n");
	printf("lifeguard: [GRID=sub|mini|tiny] [ROWS=pattern]\n");
	printf("  [MODEL=blocking|nonblocking|dropped]\n");
	printf("detect: [ROWS=paper]; chaos, partition: [ROWS=trace]\n");
	for (exp = sim_experiments; exp->name; exp++)
		printf("  %-10s %s\n", exp->name, exp->what);
	return 0;
}

/* True if @arg is @name=value, which is then in @value. */
static bool is(const char *arg, const char *name, const char **value)
{
	size_t len = strlen(name);

	if (strncmp(arg, name, len) || arg[len] != '=')
		return false;
	*value = arg + len + 1;
	return true;
}

static bool number(const char *value, u64 *to)
{
	char *end;

	errno = 0;
	*to = strtoull(value, &end, 0);
	return isdigit(*value) && !*end && !errno;
}

static bool parse(struct sim_args *args, const char *arg)
{
	const char *value;
	u64 n = 0;

	if (is(arg, "ROWS", &args->rows) || is(arg, "GRID", &args->grid) ||
	    is(arg, "MODEL", &args->model))
		return true;
	if (is(arg, "SEED", &value))
		return number(value, &args->seed);
	if (is(arg, "N", &value) && number(value, &n) && n < 1000000)
		args->n = n;
	else if (is(arg, "RUNS", &value) && number(value, &n) && n < 1000000)
		args->runs = n;
	else if (is(arg, "JOBS", &value) && number(value, &n) && n < 1000)
		args->jobs = n;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct sim_args args = { .seed = 1 };
	const struct sim_experiment *exp;
	int i;

	if (argc < 2 || !strcmp(argv[1], "list"))
		return list();
	sim_jobs(0);
	if (!strcmp(argv[1], "check"))
		return sim_check(argc > 2 ? argv[2] : NULL);
	for (i = 2; i < argc; i++) {
		if (!parse(&args, argv[i]))
			sim_refuse("'%s' makes no sense" HINT, argv[i]);
	}
	sim_jobs(args.jobs);
	for (exp = sim_experiments; exp->name; exp++) {
		if (strcmp(exp->name, argv[1]))
			continue;
		if (args.n && args.n < exp->least)
			sim_refuse("%s takes an N of %u or more", exp->name,
				   exp->least);
		exp->run(&args);
		sim_print_keys();
		return 0;
	}
	sim_refuse("no experiment is called '%s'" HINT, argv[1]);
}
