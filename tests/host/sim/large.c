// SPDX-License-Identifier: GPL-2.0
/*
 * Crashes in groups so large that not every member can have a core: 16,384
 * tables of 16,384 members take 50 GB. A sample has one, and the full table:
 *
 *   - for each crash, the members that the rotation chooses to probe the victim
 *     in the rounds after it, and those that the rules choose to corroborate;
 *     both are known beforehand, as they follow from the uids
 *   - SAMPLE others, of equal chance
 *
 * The others are light (light.c): they answer pings, ping those with a core in
 * their turn, deny that they reach the victim when they are asked to, and
 * spread the news of it at the core's pace. They suspect nobody and declare
 * nobody failed. So the first accusers and what confirms them are the core's
 * own, and so is the verdict: the first of the sample's. What is not modelled
 * is the last call of the others, the first of which may be a little earlier
 * than the sample's first, as its jitter is the least of more; and what other
 * news there is.
 *
 * "full" is the time until the sample knows. A victim does not come back;
 * trials follow one another in one group, GAP apart.
 */
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "../light.h"
#include "crash.h"

#define SAMPLE 400
#define TRIALS_MAX 10 /* in one group */
#define GAP (15 * NET_SECOND)
#define SETTLE (15 * NET_SECOND)

struct trial {
	unsigned int victim;
	u64 at;
	u64 first;
	u64 full;
	u32 seen;
	struct crash_result *result;
};

static void on_event(struct net_node *node, const struct swim_event *event)
{
	struct trial *trial = node->net->user;

	if (event->type != SWIM_EV_FAILED)
		return;
	if (addr_index(&event->info.addr) != trial->victim) {
		trial->result->false_failures++;
		return;
	}
	if (!trial->seen++)
		trial->first = node->net->now;
	trial->full = node->net->now;
}

/* Who is a light member does not run anyhow; nobody hears of it any more. */
static void crash(struct net *net, unsigned int victim)
{
	net_crash(net, victim);
	net->node[victim].side = 1;
}

static void choose(struct net *net, const struct light_group *lights,
		   struct trial *trial, unsigned int trials, bool *real)
{
	u64 interval = net->config.probe_interval * NET_MS;
	unsigned int i;

	for (i = 0; i < trials; i++) {
		/* Not the scout. */
		trial[i].victim = 1 + net_random(net, net->nodes - 1);
		trial[i].at = net->now + SETTLE + i * GAP +
			      net_random(net, interval / 1000) * 1000;
		light_chosen(lights, trial[i].victim, trial[i].at,
			     GAP / interval, real);
	}
	for (i = 0; i < SAMPLE; i++)
		real[net_random(net, net->nodes)] = true;
}

static void run_trial(struct net *net, struct light_group *lights,
		      struct trial *trial)
{
	u64 interval = net->config.probe_interval * NET_MS;
	struct crash_result *result = trial->result;

	net->user = trial;
	light_watch(lights, trial->victim);
	net_run_until(net, trial->at);
	crash(net, trial->victim);
	net_run_until(net, trial->at + GAP - interval);
	if (!trial->seen) {
		result->missed++;
		return;
	}
	result->first[result->detected] =
		(double)(trial->first - trial->at) / interval;
	result->full[result->detected++] =
		(double)(trial->full - trial->at) / interval;
}

static void run_group(void *to, unsigned int index, const void *arg)
{
	const struct crash_group *group =
		(const struct crash_group *)arg + index;
	struct net *net = net_new(group->crashes->n, group->seed);
	struct trial trial[TRIALS_MAX] = { 0 };
	struct light_group *lights;
	struct net_story *story;
	unsigned int i;
	bool *real;

	group->crashes->prepare(net, group->crashes->arg);
	lights = light_new(net);
	story = net_story_new(net);
	net_story_start(net, story, 0);
	light_begin(lights, net->node[0].swim);
	real = calloc(net->nodes, sizeof(*real));
	choose(net, lights, trial, group->trials, real);
	for (i = 1; i < net->nodes; i++)
		if (real[i])
			net_story_start(net, story, i);
	net->hooks.event = on_event;
	for (i = 0; i < group->trials; i++) {
		trial[i].result = to;
		run_trial(net, lights, &trial[i]);
	}
	net->hooks.event = NULL;
	trial[0].result->odd = lights->odd;
	trial[0].result->unmodelled = lights->unmodelled;
	net_free(net);
	net_story_free(story);
	light_free(lights);
	free(real);
}

void sim_crash_large(const char *what, const struct sim_crashes *crashes,
		     u64 seed, struct sim_crash_figures *figures)
{
	crash_map(what, crashes, TRIALS_MAX, seed, run_group, figures);
	if (figures->unmodelled || figures->odd)
		sim_print(
			"light members: %u pings of a victim not made, %u datagrams not understood",
			figures->unmodelled, figures->odd);
}
