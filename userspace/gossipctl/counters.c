// SPDX-License-Identifier: GPL-2.0

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counters.h"
#include "macros.h"

const char *counters_path = "/sys/kernel/gossip/stats";

static const struct {
	const char *name;
	const char *doc;
} docs[] = {
	{ "busy",
	  "Requests of others that were refused or cut short for want of room" },
	{ "conflicts",
	  "Times that another live member held or wanted this name" },
	{ "corroborations",
	  "Accusations that this node checked at once with probes of its own" },
	{ "last_calls",
	  "Rounds of pings to a suspect before it was declared failed" },
	{ "no_memory", "Updates dropped for want of memory" },
	{ "probes", "Probes of other members" },
	{ "probes_failed", "Probes that nobody answered" },
	{ "probes_inconclusive",
	  "Probes that told nothing, as this node was slow or cut off" },
	{ "probes_relayed", "Probes on behalf of others" },
	{ "refuted", "Accusations of this node that it refuted" },
	{ "rx_cluster", "Datagrams of another cluster, dropped" },
	{ "rx_datagrams", "Datagrams received" },
	{ "rx_malformed", "Malformed datagrams, dropped" },
	{ "rx_own", "Datagrams of this node itself, dropped" },
	{ "rx_stray", "Datagrams that nobody asked for, dropped" },
	{ "rx_version", "Datagrams of another protocol version, dropped" },
	{ "stalls", "Times that this node did not run for a while" },
	{ "syncs", "Exchanges of whole tables with another member" },
	{ "table_full", "Members refused because the table was full" },
	{ "tx_datagrams", "Datagrams sent" },
	{ "tx_failed", "Datagrams that could not be sent" },
	{ "user_events_heard", "User events of other members, delivered" },
	{ "user_events_old",
	  "User events that came too late to be told from repeated ones, dropped" },
	{ "user_events_refused",
	  "User events refused, as too many were still being told" },
	{ "user_events_sent", "User events that this node sent" },
	{ "user_events_stray",
	  "User events of or from nobody known as a member, dropped" },
	{ "user_events_untold",
	  "User events dropped while too many were being passed on" },
};

const char *counter_doc(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(docs); i++)
		if (!strcmp(docs[i].name, name))
			return docs[i].doc;
	return "A counter of the protocol";
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       strspn(entry->d_name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		       strlen(entry->d_name);
}

static void read_one(struct counters *counters, int dir, const char *name)
{
	struct counter *counter = &counters->counter[counters->count];
	char text[32] = "";
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0 &&
	    sscanf(text, "%" SCNu64, &counter->value) == 1 &&
	    strlen(name) < sizeof(counter->name)) {
		memcpy(counter->name, name, strlen(name) + 1);
		counters->count++;
	}
	close(fd);
}

void counters_read(struct counters *counters)
{
	struct dirent **entry;
	int dir, i, entries;

	counters->count = 0;
	dir = open(counters_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	entries = scandirat(dir, ".", &entry, is_file, alphasort);
	for (i = 0; i < entries; i++) {
		if (counters->count < COUNTERS_MAX)
			read_one(counters, dir, entry[i]->d_name);
		free(entry[i]);
	}
	if (entries >= 0)
		free(entry);
	close(dir);
}

uint64_t counters_get(const struct counters *counters, const char *name)
{
	size_t i;

	for (i = 0; i < counters->count; i++)
		if (!strcmp(counters->counter[i].name, name))
			return counters->counter[i].value;
	return 0;
}
