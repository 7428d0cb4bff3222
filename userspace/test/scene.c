// SPDX-License-Identifier: GPL-2.0
/*
 * What the program that this is linked into finds in the place of the kernel,
 * as the file SCENE says, a line each:
 *
 *   unloaded                        the module is not loaded
 *   instance NAME CLUSTER STATUS HEALTH
 *                                   without it no instance runs
 *   peer ADDRESS                    a seed of the instance
 *   holder ADDRESS                  of its name
 *   changed MS                      its view did, so long ago
 *   generation N                    of its start
 *   member NAME STATE RTT [degraded] [probation] [agrees] [differs]
 *   members N                       m0001 to N, alive
 *   stat NAME VALUE                 a counter
 *   tunable NAME VALUE
 *   pong RESULT RTT [VIA]           what comes of a ping; RTT -1 for none
 *   endless                         the end of a ping is not told
 *   service NAME SERVICE up|down    NAME is that of a member
 *   tag NAME KEY VALUE              %XX in VALUE is a byte, too
 *   user NAME ORIGIN PAYLOAD        a user event
 *   lose N                          N user events that nobody hears
 *   key ID [primary] [permissive]   a key that is there
 *   unprivileged                    keys are told to nobody
 *   refuse ERRNO TEXT               the answer to the next request
 *   torn                            all dumps are
 *   unlisted                        all dumps fail
 *   reasons                         events have one
 *   listed                          what follows happens after the next dump
 *   asked                           or when the instance is asked about next
 *   change NAME STATE
 *   stop, unload
 *
 * %XX in a name is a byte. The instance is a member, the first one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "kernel.h"
#include "tags.h"

#define LINE 2048

static FILE *scene;
static unsigned int members;
static struct gossip_addr peers[GOSSIP_PEERS_MAX];

static void decode(char *text)
{
	char *to = text;
	unsigned int byte;

	for (; *text; to++) {
		if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
			*to = byte;
			text += 3;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

static void set_addr(struct gossip_addr *addr, const char *text)
{
	if (addr_parse(text, addr))
		abort();
}

static void add_member(char *name, const char *state, unsigned int rtt)
{
	struct gossip_member *member = &kernel.member[members];
	char addr[32];

	decode(name);
	kernel_change(members++, GOSSIP_EVENT_TYPE_JOIN, name,
		      gossip_value(GOSSIP_NAMES_STATE, state));
	sprintf(addr, "10.0.%u.%u:7946", members / 250, members % 250);
	set_addr(&member->addr, addr);
	member->rtt_us = rtt;
	kernel.size = members + 1;
}

static void add_instance(const char *line)
{
	struct gossip_instance *instance = &kernel.instance;
	char name[64], cluster[64], status[32];

	if (sscanf(line, "instance %63s %63s %31s %u", name, cluster, status,
		   &instance->health) != 4)
		abort();
	kernel.running = true;
	kernel.uid = 1;
	add_member(name, "alive", 0);
	memcpy(instance->name, name, sizeof(name));
	memcpy(instance->cluster, cluster, sizeof(cluster));
	instance->status = gossip_value(GOSSIP_NAMES_STATUS, status);
	instance->peer = peers;
	set_addr(&instance->bind, "0.0.0.0:7946");
	set_addr(&instance->advertise, "10.0.0.1:7946");
}

static unsigned int member_of(const char *name)
{
	unsigned int i;

	for (i = 0; strcmp(kernel.member[i].name, name); i++)
		if (i == members)
			abort();
	return i;
}

static void change_state(const char *line)
{
	char name[64], state[32];
	int value;

	if (sscanf(line, "change %63s %31s", name, state) != 2)
		abort();
	decode(name);
	value = gossip_value(GOSSIP_NAMES_STATE, state);
	/* States and events have the same names. */
	kernel_change(member_of(name), gossip_value(GOSSIP_NAMES_EVENT, state),
		      NULL, value);
}

/* Tags, services, user events. */
static bool meta(const char *line)
{
	char name[64], what[64], value[LINE] = "";
	unsigned int number;

	if (sscanf(line, "service %63s %63s %2047s", name, what, value) == 3) {
		kernel_service(member_of(name), what, !strcmp(value, "up"));
	} else if (sscanf(line, "tag %63s %63s %2047s", name, what, value) >=
		   2) {
		decode(value);
		tags_add(kernel.member[member_of(name)].tags, what, value);
	} else if (sscanf(line, "user %63s %63s %2047s", name, what, value) ==
		   3) {
		decode(value);
		kernel_user(name, what, value, strlen(value));
	} else if (sscanf(line, "lose %u", &number) == 1) {
		kernel.instance.user_seq += number;
	} else {
		return false;
	}
	return true;
}

static void many(unsigned int count)
{
	char name[16];

	while (count--) {
		sprintf(name, "m%04u", members);
		add_member(name, "alive", 100 + members);
	}
}

static void add_pong(const char *line)
{
	struct gossip_pong *pong = &kernel.pong[kernel.pongs++];
	char result[32];
	int rtt;

	if (sscanf(line, "pong %31s %d %63s", result, &rtt, pong->via) < 2)
		abort();
	pong->result = gossip_value(GOSSIP_NAMES_PING, result);
	pong->rtt_us = rtt;
	/* The first one is quick. */
	kernel.early = 1;
}

static bool words(const char *line)
{
	char name[64], state[32], *text;
	unsigned int number;
	int at;

	if (sscanf(line, "member %63s %31s %u", name, state, &number) == 3) {
		add_member(name, state, number);
		kernel.member[members - 1].degraded = strstr(line, "degraded");
		kernel.member[members - 1].probation =
			strstr(line, "probation");
		kernel.member[members - 1].agrees = strstr(line, "agrees");
		kernel.member[members - 1].differs = strstr(line, "differs");
	} else if (sscanf(line, "members %u", &number) == 1) {
		many(number);
	} else if (sscanf(line, "stat %63s %u", name, &number) == 2) {
		kernel.stat[gossip_value(GOSSIP_NAMES_STAT, name)] = number;
	} else if (sscanf(line, "tunable %63s %u", name, &number) == 2) {
		kernel.tunable[gossip_value(GOSSIP_NAMES_TUNABLE, name)] =
			number;
	} else if (!strncmp(line, "pong ", 5)) {
		add_pong(line);
	} else if (sscanf(line, "peer %63s", name) == 1) {
		set_addr(&peers[kernel.instance.peers++], name);
	} else if (sscanf(line, "holder %63s", name) == 1) {
		set_addr(&kernel.instance.holder, name);
	} else if (sscanf(line, "changed %u", &number) == 1) {
		kernel.instance.view_ms = number;
	} else if (sscanf(line, "generation %u", &number) == 1) {
		kernel.member[0].generation = number;
	} else if (sscanf(line, "key %x", &number) == 1) {
		if (strstr(line, "primary"))
			kernel.primary = kernel.keys;
		kernel.permissive |= !!strstr(line, "permissive");
		kernel.key[kernel.keys++] = number;
	} else if (sscanf(line, "refuse %u %n", &number, &at) == 1) {
		text = strdup(line + at);
		kernel.refusal = -(int)number;
		kernel.extack = *text ? text : NULL;
	} else {
		return false;
	}
	return true;
}

/* Up to a line that says what to wait for. */
static void play(void)
{
	char line[LINE];

	kernel.after_dump = NULL;
	kernel.after_ask = NULL;
	while (fgets(line, sizeof(line), scene)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strcmp(line, "listed")) {
			kernel.after_dump = play;
			return;
		}
		if (!strcmp(line, "asked")) {
			kernel.after_ask = play;
			return;
		}
		if (!strncmp(line, "instance ", 9))
			add_instance(line);
		else if (!strncmp(line, "change ", 7))
			change_state(line);
		else if (!strcmp(line, "unloaded"))
			kernel.loaded = false;
		else if (!strcmp(line, "torn"))
			kernel.always_torn = true;
		else if (!strcmp(line, "unlisted"))
			kernel.unlisted = true;
		else if (!strcmp(line, "reasons"))
			kernel.reasons = true;
		else if (!strcmp(line, "unprivileged"))
			kernel.unprivileged = true;
		else if (!strcmp(line, "endless"))
			kernel.endless = true;
		else if (!strcmp(line, "stop"))
			kernel.running = false;
		else if (!strcmp(line, "unload"))
			kernel_unload();
		else if (line[0] && !words(line) && !meta(line))
			abort();
	}
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SCENE");

	kernel_reset();
	scene = path ? fopen(path, "r") : NULL;
	if (!scene)
		abort();
	play();
}
