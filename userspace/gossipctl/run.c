// SPDX-License-Identifier: GPL-2.0
/* gossipctl run */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "duration.h"
#include "error.h"
#include "macros.h"
#include "session.h"

enum { OPT_SERVICE = 256, OPT_TTL };

/* That a lease without a time to live is still there is asked so often. */
#define CHECK_MS 2000
/* As of env(1) and timeout(1). */
#define EXIT_NOT_RUN 126
#define EXIT_NOT_FOUND 127

static const struct option_info options[] = {
	{ OPT_SERVICE, "service", "NAME",
	  "what the service is called (the last part of CMD)", WORDS_NONE },
	{ OPT_TTL, "ttl", "TIME",
	  "take it down, too, if this program is stopped for so\nlong: 500ms, 10, 10s, 2m",
	  WORDS_NONE },
	{ 0 }
};

static const char *service;
static uint32_t ttl_ms;

static void option(int id, const char *value)
{
	int64_t ms;

	if (id == OPT_SERVICE) {
		service = value;
		return;
	}
	ms = duration_parse("ttl", value);
	if (!ms || ms > UINT32_MAX)
		die(EXIT_USAGE,
		    "ttl " QUOTED
		    ": a time of 1ms to 49 days is needed; leave it out for none",
		    value);
	ttl_ms = ms;
}

/* The child */

_Noreturn static void start(char **argv, const sigset_t *mask, pid_t parent,
			    int report)
{
	int err;

	sigprocmask(SIG_SETMASK, mask, NULL);
	/* What is not announced any more is not to run on unseen. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent)
		execvp(argv[0], argv);
	else
		errno = EOWNERDEAD;
	err = errno;
	if (write(report, &err, sizeof(err)) < 0)
		_exit(EXIT_NOT_RUN);
	_exit(EXIT_NOT_RUN);
}

/* Its process id, once it runs CMD. */
static pid_t spawn(char **argv, const sigset_t *mask)
{
	pid_t parent = getpid(), child;
	int report[2], err;

	if (pipe2(report, O_CLOEXEC))
		die(EXIT_FAILED, "cannot make a pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die(EXIT_FAILED, "cannot start a process: %s", strerror(errno));
	if (!child)
		start(argv, mask, parent, report[1]);
	close(report[1]);
	if (read(report[0], &err, sizeof(err)) == sizeof(err))
		die(err == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN,
		    "cannot run " QUOTED ": %s", argv[0], strerror(err));
	close(report[0]);
	return child;
}

/* The lease */

/*
 * Renews it, or opens it anew where it ended: this program did not run for its
 * time to live, or the instance was started anew. Without an instance CMD runs
 * on, and the lease comes with the next one.
 */
static void keep(struct gossip *gossip)
{
	static bool lacking;
	int err = gossip_lease_renew(gossip, service, ttl_ms);

	if (err == -ENOENT || err == -ENODEV || err == -ENOPKG)
		err = gossip_lease_open(gossip, service, ttl_ms);
	if (err && !lacking)
		warn("%s: the service is down until that ends",
		     gossip_error(gossip));
	if (!err && lacking)
		warn("service " QUOTED " is up again", service);
	lacking = err;
}

/* Signals */

/*
 * What the kernel itself sends, for keys of the terminal or its end, goes to the
 * whole process group: CMD has it already.
 */
static void pass_on(const struct signalfd_siginfo *info, pid_t child)
{
	if (info->ssi_code <= 0)
		kill(child, info->ssi_signo);
}

static bool is_over(pid_t child, int *status)
{
	return waitpid(child, status, WNOHANG) == child;
}

/* Until the child ends; its status. */
static int attend(struct gossip *gossip, pid_t child, int signals)
{
	int64_t pause = ttl_ms ? (ttl_ms + 2) / 3 : CHECK_MS;
	int64_t next = clock_ms() + pause, left;
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo info;
	int status;

	for (;;) {
		left = next - clock_ms();
		if (left <= 0) {
			keep(gossip);
			next = clock_ms() + pause;
			continue;
		}
		if (poll(&fd, 1, left) <= 0 ||
		    read(signals, &info, sizeof(info)) != sizeof(info))
			continue;
		if (info.ssi_signo != SIGCHLD)
			pass_on(&info, child);
		else if (is_over(child, &status))
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
						     WEXITSTATUS(status);
	}
}

static void supervise(int argc, char **argv)
{
	static const int passed[] = { SIGHUP,  SIGINT,	SIGQUIT, SIGTERM,
				      SIGUSR1, SIGUSR2, SIGWINCH };
	struct gossip *gossip;
	sigset_t taken, before;
	int signals, status, err;
	size_t i;

	if (!argc)
		die(EXIT_USAGE, "which command? see \"gossipctl run --help\"");
	if (!service)
		service = basename(argv[0]);
	sigemptyset(&taken);
	sigaddset(&taken, SIGCHLD);
	for (i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(&taken, passed[i]);
	sigprocmask(SIG_BLOCK, &taken, &before);
	/* Ignored by who started this: its end would not be told. */
	signal(SIGCHLD, SIG_DFL);
	signals = signalfd(-1, &taken, SFD_CLOEXEC);
	if (signals < 0)
		die(EXIT_FAILED, "cannot wait for signals: %s",
		    strerror(errno));

	gossip = session_open();
	err = gossip_lease_open(gossip, service, ttl_ms);
	if (err == -EINVAL)
		die(EXIT_USAGE, "%s: name it with --service",
		    gossip_error(gossip));
	session_check(gossip, err);
	status = attend(gossip, spawn(argv, &before), signals);
	gossip_lease_close(gossip, service);
	gossip_close(gossip);
	exit(status);
}

const struct command run_command = {
	.name = "run",
	.args = " [--] CMD [ARGUMENT]...",
	.rest = true,
	.summary = "runs a program: a service is up while it lives",
	.about =
		"Runs CMD, and tells the group that a service of this member is up for as\n"
		"long as it lives, however it ends. Signals are passed on to CMD, and the\n"
		"exit status is that of CMD, or 128 and the number of the signal that ended\n"
		"it; 126 if it cannot be run, 127 if it is not found. If this program\n"
		"itself is killed the service is down as well, and CMD gets SIGTERM.",
	.options = options,
	.option = option,
	.run = supervise,
};
