// SPDX-License-Identifier: GPL-2.0
/* gossipctl top */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "error.h"
#include "screen.h"
#include "session.h"
#include "show.h"

/* Round-trip times and health change without an event. */
#define REFRESH_MS 2000
/* Nobody reads faster. */
#define REDRAW_MS 100

#define NEWS_MAX 5
#define HEADER_ROWS 4

/* The last events, as they are shown; the last comes first. */
static char *news[NEWS_MAX];

/**
 * struct reading - of the counters
 * @ms: when, 0 if there was none
 */
struct reading {
	int64_t ms;
	int64_t value[GOSSIP_A_STATS_MAX + 1];
};

static struct reading present, before;
static size_t first; /* member that the list begins with */

/* Events */

static void add_news(struct gossip *gossip, const struct gossip_event *event)
{
	const struct gossip_member *self = gossip_self(gossip);
	char clock[16], *text;
	time_t now = time(NULL);
	struct tm tm;
	size_t size;
	FILE *file;

	text = NULL;
	file = open_memstream(&text, &size);
	if (!file)
		die(EXIT_FAILED, "out of memory");
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &tm));
	out_begin(OUT_WORDS);
	out_to(file, 0);
	out_object_open(NULL);
	out_string(OUT_TEXT, NULL, clock);
	out_word(OUT_TEXT, NULL, gossip_name(GOSSIP_NAMES_EVENT, event->type),
		 event->member ? show_colour(event->member->state) : OUT_YELLOW,
		 12);
	out_string(OUT_TEXT, NULL,
		   event->member ? event->member->name : event->cause);
	if (event->service)
		out_string(OUT_TEXT, NULL, event->service);
	if (event->reason)
		show_reason(event, self ? self->name : "");
	out_object_close();
	fclose(file);
	free(news[NEWS_MAX - 1]);
	memmove(news + 1, news, (NEWS_MAX - 1) * sizeof(*news));
	news[0] = text;
}

static void receive(struct gossip *gossip)
{
	const struct gossip_event *event;
	int got;

	while ((got = gossip_next(gossip, &event)) > 0)
		if (event->type != GOSSIP_EVENT_EXISTS &&
		    event->type != GOSSIP_EVENT_LISTED)
			add_news(gossip, event);
	session_check(gossip, got);
}

/* Members: trouble first. */

static int rank(const struct gossip_member *member)
{
	if (member->self)
		return 0;
	if (member->state == GOSSIP_MEMBER_STATE_SUSPECT)
		return 1;
	if (member->state == GOSSIP_MEMBER_STATE_FAILED)
		return 2;
	if (member->state == GOSSIP_MEMBER_STATE_LEFT)
		return 5;
	return member->degraded || member->probation ? 3 : 4;
}

static int compare(const void *a, const void *b)
{
	const struct gossip_member *first = *(const struct gossip_member **)a;
	const struct gossip_member *second = *(const struct gossip_member **)b;
	int order = rank(first) - rank(second);

	return order ? order : strcmp(first->name, second->name);
}

static void show_thousandths(const char *key, int64_t value, const char *unit)
{
	char text[32];

	if (value < 0) {
		out_null(OUT_TEXT, key);
		return;
	}
	snprintf(text, sizeof(text), "%" PRIi64 ".%03d %s", value / 1000,
		 (int)(value % 1000), unit);
	out_string(OUT_TEXT, key, text);
}

static void show_row(const struct gossip_member *member)
{
	char state[STATE_TEXT_MAX];

	out_object_open(NULL);
	out_string(OUT_TEXT, "name", member->name);
	out_word(OUT_TEXT, "state", show_state(member, state),
		 show_colour(member->state), 0);
	show_thousandths("rtt", member->rtt_us, "ms");
	show_thousandths("heard", member->heard_ms, "s");
	out_number(OUT_TEXT, "health", member->health);
	show_addr(OUT_TEXT, "address", &member->addr);
	if (*member->services)
		out_string(OUT_TEXT, "services", member->services);
	else
		out_null(OUT_TEXT, "services");
	out_object_close();
}

static void show_members(struct gossip *gossip, FILE *file, size_t rows)
{
	size_t count = gossip_count(gossip), i;
	const struct gossip_member **sorted =
		resize(NULL, (count + 1) * sizeof(*sorted));

	for (i = 0; i < count; i++)
		sorted[i] = gossip_at(gossip, i);
	qsort(sorted, count, sizeof(*sorted), compare);
	if (first + rows > count)
		first = count > rows ? count - rows : 0;
	out_begin(OUT_COLUMNS);
	out_to(file, 0);
	out_array_open(NULL);
	for (i = 0; i < rows; i++) {
		if (first + i < count)
			show_row(sorted[first + i]);
	}
	out_array_close();
	/* Events stay at the bottom. */
	for (i = count; i < rows; i++)
		putc('\n', file);
	if (!count)
		putc('\n', file);
	free(sorted);
}

/* The head */

static void put_rate(FILE *file, const char *label, unsigned int stat)
{
	int64_t more = present.value[stat] - before.value[stat];
	int64_t ms = present.ms - before.ms;

	/* Another instance counts from 0 again. */
	if (!before.ms || ms <= 0 || before.value[stat] < 0 || more < 0)
		fprintf(file, "%s -", label);
	else
		fprintf(file, "%s %.1f/s", label, more * 1000.0 / ms);
}

static void put_head(FILE *file, struct gossip *gossip,
		     const struct gossip_instance *instance, size_t rows)
{
	size_t count = gossip_count(gossip);
	size_t last = first + rows < count ? first + rows : count;

	put_printable(file, instance->name);
	fputs(" in ", file);
	put_printable(file, instance->cluster);
	fprintf(file, ": %s, view %016" PRIx64 ", health %" PRIu32 "\n",
		gossip_name(GOSSIP_NAMES_STATUS, instance->status),
		instance->view, instance->health);
	fprintf(file,
		"%" PRIu32 " alive, %" PRIu32 " suspect, %" PRIu32
		" failed, %" PRIu32 " left; %zu-%zu of %zu shown\n",
		instance->alive, instance->suspect, instance->failed,
		instance->left, count ? first + 1 : 0, last, count);
	put_rate(file, "received", GOSSIP_A_STATS_RX_DATAGRAMS);
	put_rate(file, ", sent", GOSSIP_A_STATS_TX_DATAGRAMS);
	put_rate(file, ", probes", GOSSIP_A_STATS_PROBES);
	put_rate(file, ", unanswered", GOSSIP_A_STATS_PROBES_FAILED);
	fputs("\n\n", file);
}

/* @rows: of the terminal. Room for members: without head, header and events. */
static size_t member_rows(size_t rows, size_t *events)
{
	*events = rows >= 16 ? NEWS_MAX : rows >= 10 ? 2 : 0;
	rows -= *events ? *events + 1 : 0;
	return rows > HEADER_ROWS + 1 ? rows - HEADER_ROWS - 1 : 1;
}

static void draw(struct gossip *gossip, const struct gossip_instance *instance)
{
	size_t events, rows, i;
	FILE *file;

	rows = member_rows(screen_rows(), &events);
	file = screen_begin();
	if (gossip_count(gossip) <= rows)
		first = 0;
	put_head(file, gossip, instance, rows);
	show_members(gossip, file, rows);
	if (events)
		putc('\n', file);
	for (i = events; i--;)
		if (news[i])
			fputs(news[i], file);
	out_to(NULL, 0);
	screen_end();
}

static void read_counters(struct gossip *gossip)
{
	const struct gossip_stats *stats;

	before = present;
	session_check(gossip, gossip_get_stats(gossip, &stats));
	present.ms = clock_ms();
	memcpy(present.value, stats->value, sizeof(present.value));
}

/* Whether the list moved. */
static bool read_keys(void)
{
	size_t events, page = member_rows(screen_rows(), &events);
	bool moved = false;
	int key;

	while ((key = screen_key())) {
		moved = true;
		if (key == 'q')
			exit(EXIT_DONE);
		else if (key == 'j' || key == 'B' + 256)
			first++;
		else if (key == 'k' || key == 'A' + 256)
			first -= first > 0;
		else if (key == ' ' || key == '6' + 256)
			first += page;
		else if (key == 'b' || key == '5' + 256)
			first -= first < page ? first : page;
		else if (key == 'g')
			first = 0;
	}
	return moved;
}

static void watch(struct gossip *gossip)
{
	static const struct timespec pause = {
		.tv_nsec = REDRAW_MS * 1000000,
	};
	const struct gossip_instance *instance;
	int64_t refreshed = 0;

	for (;;) {
		receive(gossip);
		if (clock_ms() - refreshed >= REFRESH_MS) {
			session_check(gossip, gossip_list(gossip));
			receive(gossip);
			read_counters(gossip);
			refreshed = clock_ms();
		}
		session_check(gossip, gossip_get_instance(gossip, &instance));
		draw(gossip, instance);
		session_poll(gossip, screen_fd(), REFRESH_MS);
		if (!read_keys())
			nanosleep(&pause, NULL);
	}
}

static void run(int argc, char **argv)
{
	struct gossip *gossip;

	if (argc)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[0]);
	if (!isatty(STDOUT_FILENO))
		die(EXIT_USAGE,
		    "needs a terminal: use \"gossipctl members\" or \"gossipctl monitor\"");
	gossip = session_open();
	session_check(gossip, gossip_subscribe(gossip, 0));
	screen_open(true);
	watch(gossip);
}

const struct command top_command = {
	.name = "top",
	.args = "",
	.summary = "a live screen: members, rates, last events",
	.about =
		"Shows this member, rates of datagrams and probes, the members and the last\n"
		"events on the whole terminal. Those who are suspect or failed come first.\n"
		"Keys: q ends it, j and k or the arrows move by a line, space and b by a\n"
		"page, g goes back to the top.",
	.run = run,
};
