// SPDX-License-Identifier: GPL-2.0
/* gossipctl metrics: the text format of Prometheus, version 0.0.4 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "macros.h"
#include "out.h"
#include "service.h"
#include "session.h"

static const char *output;
static bool with_members;

static const struct option_info options[] = {
	{ 'o', "output", "FILE",
	  "replace FILE at once, for the node exporter's\ntextfile collector",
	  WORDS_NONE },
	{ 'm', "members", NULL,
	  "a series for each member: state, round-trip time,\nhealth",
	  WORDS_NONE },
	{ 0 }
};

static void option(int id, const char *value)
{
	if (id == 'o')
		output = value;
	else
		with_members = true;
}

static void head(FILE *file, const char *name, const char *type,
		 const char *help)
{
	fprintf(file, "# HELP gossip_%s %s\n# TYPE gossip_%s %s\n", name, help,
		name, type);
}

/* What is not printable ASCII becomes \xNN, whose backslash is doubled. */
static void put_label(FILE *file, const char *name, const char *value)
{
	fprintf(file, "%s=\"", name);
	for (; *value; value++) {
		unsigned char c = *value;

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c >= ' ' && c < 0x7f)
			putc(c, file);
		else
			fprintf(file, "\\\\x%02x", c);
	}
	putc('"', file);
}

static void put_single(FILE *file, const char *name, const char *type,
		       const char *help, uint64_t value)
{
	head(file, name, type, help);
	fprintf(file, "gossip_%s %" PRIu64 "\n", name, value);
}

static void put_info(FILE *file, const struct gossip_instance *instance)
{
	char addr[GOSSIP_ADDR_TEXT_MAX], view[17];

	head(file, "info", "gauge", "The instance; always 1");
	fputs("gossip_info{", file);
	put_label(file, "name", instance->name);
	putc(',', file);
	put_label(file, "cluster", instance->cluster);
	putc(',', file);
	put_label(file, "address",
		  gossip_addr_format(&instance->advertise, addr));
	fputs("} 1\n", file);
	head(file, "view_info", "gauge",
	     "Digest of the live members, equal on nodes that agree; always 1");
	snprintf(view, sizeof(view), "%016" PRIx64, instance->view);
	fputs("gossip_view_info{", file);
	put_label(file, "view", view);
	fputs("} 1\n", file);
}

static void put_status(FILE *file, const struct gossip_instance *instance)
{
	uint32_t status;

	head(file, "status", "gauge", "What the instance is doing: 1 for that");
	for (status = 0; status <= GOSSIP_STATUS_LEFT; status++)
		fprintf(file, "gossip_status{status=\"%s\"} %d\n",
			gossip_name(GOSSIP_NAMES_STATUS, status),
			instance->status == status);
}

static void put_counts(FILE *file, const struct gossip_instance *instance)
{
	const uint32_t count[] = { instance->alive, instance->suspect,
				   instance->failed, instance->left };
	uint32_t state;

	head(file, "members", "gauge",
	     "Members by their state, this one included");
	for (state = 0; state < ARRAY_SIZE(count); state++)
		fprintf(file, "gossip_members{state=\"%s\"} %" PRIu32 "\n",
			gossip_name(GOSSIP_NAMES_STATE, state), count[state]);
}

struct services {
	FILE *file;
	bool begun;
};

static void put_service(const char *name, size_t members, void *ctx)
{
	struct services *services = ctx;

	if (!services->begun)
		head(services->file, "service_members", "gauge",
		     "Members on which a service is up");
	services->begun = true;
	fputs("gossip_service_members{", services->file);
	put_label(services->file, "service", name);
	fprintf(services->file, "} %zu\n", members);
}

static void put_counters(FILE *file, struct gossip *gossip)
{
	const struct gossip_stats *stats;
	char name[64];
	unsigned int i;

	session_check(gossip, gossip_get_stats(gossip, &stats));
	for (i = 0; i < stats->count; i++) {
		if (stats->value[i] < 0)
			continue;
		snprintf(name, sizeof(name), "%s_total",
			 gossip_name(GOSSIP_NAMES_STAT, i));
		put_single(file, name, "counter",
			   gossip_doc(GOSSIP_NAMES_STAT, i), stats->value[i]);
	}
}

static void begin_sample(FILE *file, const char *name,
			 const struct gossip_member *member)
{
	fprintf(file, "gossip_%s{", name);
	put_label(file, "member", member->name);
}

static void put_members(FILE *file, struct gossip *gossip)
{
	const struct gossip_member *member;
	size_t i;

	head(file, "member_state", "gauge", "State of a member; always 1");
	for (i = 0; (member = gossip_at(gossip, i)); i++) {
		begin_sample(file, "member_state", member);
		fprintf(file, ",state=\"%s\"} 1\n",
			gossip_name(GOSSIP_NAMES_STATE, member->state));
	}
	head(file, "member_health", "gauge",
	     "Local health multiplier that a member reports, 0 is best");
	for (i = 0; (member = gossip_at(gossip, i)); i++) {
		begin_sample(file, "member_health", member);
		fprintf(file, "} %" PRIu32 "\n", member->health);
	}
	head(file, "member_rtt_seconds", "gauge",
	     "Smoothed round-trip time of probes of a member");
	for (i = 0; (member = gossip_at(gossip, i)); i++) {
		if (member->rtt_us < 0)
			continue;
		begin_sample(file, "member_rtt_seconds", member);
		fprintf(file, "} %" PRIi64 ".%06d\n", member->rtt_us / 1000000,
			(int)(member->rtt_us % 1000000));
	}
}

static void put_up(FILE *file, struct gossip *gossip,
		   const struct gossip_instance *instance)
{
	struct services services = { .file = file };

	put_info(file, instance);
	put_status(file, instance);
	put_counts(file, instance);
	put_single(file, "health", "gauge",
		   "Local health multiplier, 0 is best", instance->health);
	put_single(file, "events_total", "counter",
		   "Events of the instance since it was started",
		   instance->seq);
	put_counters(file, gossip);
	session_check(gossip, gossip_list(gossip));
	service_each(gossip, put_service, &services);
	if (with_members)
		put_members(file, gossip);
}

/* Whoever reads @output sees the old or the new content, and all of it. */
static void replace_output(const char *text, size_t len)
{
	size_t size = strlen(output) + sizeof(".XXXXXX");
	char *temporary = resize(NULL, size);
	FILE *file = NULL;
	int fd, err;

	snprintf(temporary, size, "%s.XXXXXX", output);
	fd = mkstemp(temporary);
	if (fd < 0)
		die(EXIT_FAILED,
		    "output " QUOTED ": cannot write beside it: %s", output,
		    strerror(errno));
	if (!fchmod(fd, 0644))
		file = fdopen(fd, "w");
	err = !file || fwrite(text, 1, len, file) != len;
	if (file && fclose(file))
		err = 1;
	if (err || rename(temporary, output)) {
		err = errno;
		unlink(temporary);
		die(EXIT_FAILED, "output " QUOTED ": cannot write it: %s",
		    output, strerror(err));
	}
	free(temporary);
}

/* Nothing is written before all is known. */
static void put_all(struct gossip *gossip,
		    const struct gossip_instance *instance, bool up)
{
	char *text = NULL;
	FILE *file;
	size_t len;

	file = open_memstream(&text, &len);
	if (!file)
		die(EXIT_FAILED, "out of memory");
	put_single(file, "up", "gauge",
		   "Whether an instance runs in this network namespace", up);
	if (up)
		put_up(file, gossip, instance);
	if (fclose(file))
		die(EXIT_FAILED, "out of memory");
	if (output)
		replace_output(text, len);
	else
		fwrite(text, 1, len, stdout);
	free(text);
	out_flush();
}

static void run(int argc, char **argv)
{
	const struct gossip_instance *instance;
	struct gossip *gossip;
	bool up;
	int err;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	gossip = session_open();
	err = gossip_get_instance(gossip, &instance);
	up = !err && instance->status != GOSSIP_STATUS_OFF;
	/* That nothing runs is a value, too, and is told as an error after it. */
	if (err != -ENOPKG)
		session_check(gossip, err);
	put_all(gossip, instance, up);
	session_check(gossip, err);
	if (!up)
		session_die_absent();
	gossip_close(gossip);
}

const struct command metrics_command = {
	.name = "metrics",
	.args = "",
	.summary = "state and counters for Prometheus",
	.about =
		"Prints state, counts and counters of this member in the text format of\n"
		"Prometheus. Where no member runs there is gossip_up 0, and the exit status\n"
		"is 3.",
	.options = options,
	.option = option,
	.run = run,
};
