/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the measurements of crashes and stalls share: runs of several trials
 * each, spread over processes, and their times together.
 */
#ifndef _SIM_CRASH_H
#define _SIM_CRASH_H

#include "sim.h"

#define CRASH_TRIALS_MAX 50 /* in one run */

/* One group, and how many of the trials are made in it. */
struct crash_group {
	const struct sim_crashes *crashes;
	unsigned int trials;
	u64 seed;
};

/**
 * struct crash_result - of one run
 * @stuck: groups that did not get quiet
 * @unmodelled: as in struct light_group, as @odd
 * @first: times; those that were never detected are not among them
 */
struct crash_result {
	u32 detected;
	u32 missed;
	u32 stuck;
	u32 false_failures;
	u32 unmodelled;
	u32 odd;
	double first[CRASH_TRIALS_MAX];
	double full[CRASH_TRIALS_MAX];
};

/* Adds up @count of them. */
void crash_sum_up(const struct crash_result *result, unsigned int count,
		  struct sim_crash_figures *sum);
/* Calls @run, for sim_map(), for groups of up to @each trials. */
void crash_map(const char *what, const struct sim_crashes *crashes,
	       unsigned int each, u64 seed,
	       void (*run)(void *result, unsigned int index, const void *arg),
	       struct sim_crash_figures *figures);

#endif
