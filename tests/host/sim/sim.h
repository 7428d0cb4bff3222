/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Experiments on the virtual network: what they share. Each prints a table,
 * and gives figures under fixed keys, which are printed last in one line.
 */
#ifndef _SIM_H
#define _SIM_H

#include <linux/compiler.h>

#include "../net.h"

/* Of more members than that, only a sample has a core: see light.h. */
#define SIM_CORES_MAX 5000

/**
 * struct sim_args - what the user asked for; 0 and NULL are the
 *	experiment's own choice
 * @rows: which rows of a table
 * @grid: how much of a grid
 * @model: which model of a stall
 */
struct sim_args {
	unsigned int n;
	unsigned int runs;
	unsigned int jobs;
	u64 seed;
	const char *rows;
	const char *grid;
	const char *model;
};

/**
 * struct sim_experiment - one that can be asked for
 * @least: the smallest group that it makes sense in; more than all that stall
 */
struct sim_experiment {
	const char *name;
	const char *what;
	void (*run)(const struct sim_args *args);
	unsigned int least;
};

extern const struct sim_experiment sim_experiments[];

void sim_detect(const struct sim_args *args);
void sim_lifeguard(const struct sim_args *args);
void sim_threshold(const struct sim_args *args);
void sim_load(const struct sim_args *args);
void sim_converge(const struct sim_args *args);
void sim_loss(const struct sim_args *args);
void sim_partition(const struct sim_args *args);
void sim_oneway(const struct sim_args *args);
void sim_mass(const struct sim_args *args);
void sim_survivor(const struct sim_args *args);
void sim_join(const struct sim_args *args);
void sim_restart(const struct sim_args *args);
void sim_churn(const struct sim_args *args);
void sim_relay(const struct sim_args *args);
void sim_leave(const struct sim_args *args);
void sim_chaos(const struct sim_args *args);
/*
 * Some of each as tests, or @only one if that is not NULL; prints TAP and
 * returns the status to exit with.
 */
int sim_check(const char *only);

/* variant.c */

/**
 * struct sim_variant - which rules, and how strict
 * @mult: alpha of the suspicion's time, hundredths; 0 for the default
 * @max_mult: beta
 */
struct sim_variant {
	const char *name;
	u32 rules;
	u32 mult;
	u32 max_mult;
};

/* Plain SWIM first, then Lifeguard's, then ours, then ours less each rule. */
enum { SIM_PLAIN, SIM_A5B6, SIM_A4B6, SIM_A2B2, SIM_OURS, SIM_LESS };

extern const struct sim_variant sim_variants[];
extern const unsigned int sim_nr_variants;
/* Refuses a pattern that is no row's. */
void sim_check_rows(const struct sim_args *args);
/* By a pattern of names; without one, plain SWIM and ours. */
bool sim_wanted(const struct sim_args *args, unsigned int variant);
/* The paper's times: T = 1 s and 500 ms for a ping. */
void sim_paper_config(struct net *net, const struct sim_variant *variant);

/* crash.c */

/**
 * struct sim_crashes - crashes, one after the other, in groups of one size
 * @safe: members below it never crash
 * @prepare: sets up a network before members start; not its hook for events
 */
struct sim_crashes {
	unsigned int n;
	unsigned int trials;
	unsigned int safe;
	void (*prepare)(struct net *net, const void *arg);
	const void *arg;
};

/*
 * Median, 99 and 99.9 % of times in probe intervals, and what went wrong; the
 * last two as in struct light_group.
 */
struct sim_crash_figures {
	double first[3];
	double full[3];
	unsigned int detected;
	unsigned int missed;
	unsigned int stuck;
	unsigned int false_failures;
	unsigned int unmodelled;
	unsigned int odd;
};

void sim_crash(const char *what, const struct sim_crashes *crashes, u64 seed,
	       struct sim_crash_figures *figures);
/* The same where not all members can have a core; see large.c. */
void sim_crash_large(const char *what, const struct sim_crashes *crashes,
		     u64 seed, struct sim_crash_figures *figures);

/* refuse.c */
/* Says why nothing is done, and ends the program. */
__printf(1, 2) __noreturn void sim_refuse(const char *format, ...);
/*
 * Refuses an N that is none of @count sizes, the first of which is at @size,
 * and each other one @stride bytes after the one before.
 */
void sim_check_size(const struct sim_args *args, const unsigned int *size,
		    unsigned int count, size_t stride);
/* That ROWS was given; refuses any but @name. */
bool sim_rows_are(const struct sim_args *args, const char *name);

/* figures.c */
/* One line of a table. */
__printf(1, 2) void sim_print(const char *format, ...);
/* Tables are comments from now on. */
void sim_quiet(void);
/* A figure for the last line, under a name made like that of a printf(). */
__printf(2, 3) void sim_key(double value, const char *key, ...);
/* What was given for @key; not a number if nothing was. */
double sim_value(const char *key);
void sim_print_keys(void);
void sim_forget_keys(void);
/* Value below which @percent of the @count values are; sorts them. */
double sim_percentile(double *value, u32 count, double percent);
/* The greatest one is at 100 %. */
double sim_median(double *value, u32 count);

/* work.c */
/*
 * Calls @run for each index below @count, spread over processes, each of which
 * fills its own @size bytes of the result, which are zero before. They depend
 * on nothing but @arg and the index. To be freed with sim_unmap().
 */
void *sim_map(const char *what, unsigned int count, size_t size,
	      void (*run)(void *result, unsigned int index, const void *arg),
	      const void *arg);
void sim_unmap(void *result, unsigned int count, size_t size);
void sim_jobs(unsigned int jobs);
/* Seed of one of many runs. */
u64 sim_seed(u64 seed, u64 run);
/* How many of @trials are made in run @run of @runs. */
unsigned int sim_share(unsigned int trials, unsigned int runs,
		       unsigned int run);

#endif
