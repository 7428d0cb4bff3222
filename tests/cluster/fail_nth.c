// SPDX-License-Identifier: GPL-2.0
/*
 * fail_nth N FILE COMMAND [ARGUMENTS...]: runs COMMAND, in which the Nth allocation fails
 * that may: of those from the first system call on that is the module's business, which is
 * to load a module, to open a file of /sys/kernel/gossip, or a message to a family of
 * generic netlink other than the controller. What is left of N afterwards goes to FILE, 0 if
 * an allocation has failed, and nothing if it came to no such call. Ends as COMMAND does.
 * For x86-64.
 */

#include <errno.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIRECTORY "/sys/kernel/gossip"
#define SYSCALL_STOP (SIGTRAP | 0x80)

#define REGISTER(pid, name) \
	ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, regs.name), NULL)

static void fail(const char *what)
{
	perror(what);
	exit(255);
}

/* The first bytes of what it has at @from; true if all of them could be read. */
static bool peek(pid_t pid, long from, void *to, size_t size)
{
	size_t i;
	long word;

	for (i = 0; i < size; i += sizeof(word)) {
		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, pid, from + i, NULL);
		if (errno)
			return false;
		memcpy((char *)to + i, &word, sizeof(word));
	}
	return true;
}

static bool is_message(pid_t pid)
{
	struct nlmsghdr header;

	_Static_assert(sizeof(header) % sizeof(long) == 0, "whole words");
	return peek(pid, REGISTER(pid, rsi), &header, sizeof(header)) &&
	       header.nlmsg_type > GENL_ID_CTRL;
}

static bool is_file(pid_t pid)
{
	char path[(sizeof(DIRECTORY) + 7) / 8 * 8];

	return peek(pid, REGISTER(pid, rsi), path, sizeof(path)) &&
	       !strncmp(path, DIRECTORY, sizeof(DIRECTORY) - 1);
}

static bool is_begin(pid_t pid)
{
	switch (REGISTER(pid, orig_rax)) {
	case SYS_init_module:
	case SYS_finit_module:
		return true;
	case SYS_sendto:
		return is_message(pid);
	case SYS_openat:
		return is_file(pid);
	default:
		return false;
	}
}

static FILE *open_counter(pid_t pid, const char *mode)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	file = fopen(path, mode);
	if (!file)
		fail(path);
	return file;
}

static void set_counter(pid_t pid, const char *value)
{
	FILE *file = open_counter(pid, "w");

	fputs(value, file);
	if (fclose(file))
		fail("fail-nth");
}

static void report(pid_t pid, const char *name)
{
	FILE *counter = open_counter(pid, "r");
	FILE *to = fopen(name, "w");
	unsigned int left;

	if (!to || fscanf(counter, "%u", &left) != 1)
		fail(name);
	fprintf(to, "%u\n", left);
	fclose(to);
	fclose(counter);
}

static void run(char **argv)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	execvp(argv[0], argv);
	fail(argv[0]);
}

/* One stop of the command's; true once it counts. */
static bool attend(pid_t pid, int status, bool counts, char **argv)
{
	int signal = WSTOPSIG(status);

	if (status >> 16 == PTRACE_EVENT_EXIT) {
		if (counts)
			report(pid, argv[1]);
		signal = 0;
	} else if (signal == SYSCALL_STOP) {
		if (!counts && is_begin(pid)) {
			set_counter(pid, argv[0]);
			counts = true;
		}
		signal = 0;
	} else if (signal == SIGTRAP || signal == SIGSTOP) {
		signal = 0;
	}
	ptrace(counts ? PTRACE_CONT : PTRACE_SYSCALL, pid, NULL, signal);
	return counts;
}

int main(int argc, char **argv)
{
	bool counts = false;
	int status;
	pid_t pid;

	if (argc < 4)
		return 255;
	remove(argv[2]);
	pid = fork();
	if (!pid)
		run(argv + 3);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT |
			   PTRACE_O_EXITKILL))
		fail("ptrace");
	do {
		counts = attend(pid, status, counts, argv + 1);
		if (waitpid(pid, &status, 0) < 0)
			fail("waitpid");
	} while (WIFSTOPPED(status));
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
