// SPDX-License-Identifier: GPL-2.0
/* gossipctl ping */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <number.h>

#include "clock.h"
#include "command.h"
#include "duration.h"
#include "error.h"
#include "out.h"
#include "session.h"

enum { OPT_TIMEOUT = 256 };

#define TIMEOUT_MAX 10000 /* ms; more is refused by the kernel, too */

static uint32_t count = 1;
static int64_t timeout_ms = 1000;

static const struct option_info options[] = {
	{ 'c', "count", "N", "ping N times, one second apart (1)", WORDS_NONE },
	{ OPT_TIMEOUT, "timeout", "TIME",
	  "wait for answers for TIME: 500ms, 2s; up to 10s (1s)", WORDS_NONE },
	{ 0 }
};

static void option(int id, const char *value)
{
	if (id == 'c') {
		if (!number_parse(value, &count) || !count)
			die(EXIT_USAGE,
			    "count " QUOTED ": a number from 1 on is needed",
			    value);
		return;
	}
	timeout_ms = duration_parse("timeout", value);
	if (timeout_ms < 1 || timeout_ms > TIMEOUT_MAX)
		die(EXIT_USAGE, "timeout " QUOTED ": 1ms to 10s are allowed",
		    value);
}

static void show(const struct gossip_pong *pong, void *ctx)
{
	const char *result = gossip_name(GOSSIP_NAMES_PING, pong->result);
	bool *reached = ctx;
	char text[128], rtt[32] = "";

	if (pong->result == GOSSIP_PING_RESULT_ACK)
		*reached = true;
	if (pong->rtt_us >= 0)
		snprintf(rtt, sizeof(rtt), " %" PRIi64 " us", pong->rtt_us);
	if (pong->via[0])
		snprintf(text, sizeof(text), "via %s: %s%s", pong->via, result,
			 rtt);
	else
		snprintf(text, sizeof(text), "direct%s",
			 pong->rtt_us < 0 ? " silent" : rtt);

	out_object_open(NULL);
	out_string(OUT_TEXT, NULL, text);
	if (pong->via[0])
		out_string(OUT_JSON, "via", pong->via);
	else
		out_null(OUT_JSON, "via");
	out_string(OUT_JSON, "result", result);
	if (pong->rtt_us >= 0)
		out_number(OUT_JSON, "rtt_us", pong->rtt_us);
	else
		out_null(OUT_JSON, "rtt_us");
	out_object_close();
	out_flush();
}

static void run(int argc, char **argv)
{
	static const struct timespec second = { .tv_sec = 1 };
	struct gossip *gossip;
	bool reached = false;

	if (!argc)
		die(EXIT_USAGE,
		    "the name of a member is missing: see \"gossipctl members\"");
	if (argc > 1)
		die(EXIT_USAGE, "no argument " QUOTED " is expected", argv[1]);
	gossip = session_open();
	out_begin(OUT_WORDS);
	for (;;) {
		session_check(gossip, gossip_ping(gossip, argv[0], timeout_ms,
						  show, &reached));
		if (!--count)
			break;
		nanosleep(&second, NULL);
	}
	gossip_close(gossip);
	if (!reached)
		die(EXIT_FAILED, "member " QUOTED " was reached by no way",
		    argv[0]);
}

const struct command ping_command = {
	.name = "ping",
	.args = " NAME",
	.words = WORDS_MEMBER,
	.summary = "pings a member, directly and through others",
	.about =
		"Pings a member once, outside of the usual probes: directly, and at the same\n"
		"time through the members that a probe asks for help, and shows what came\n"
		"of each way. Nobody is accused by it. The exit status is 1 where no way\n"
		"reached the member.",
	.json = "an object a line for each way",
	.options = options,
	.option = option,
	.run = run,
};
