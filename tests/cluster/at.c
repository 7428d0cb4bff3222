// SPDX-License-Identifier: GPL-2.0
/*
 * at NODE COMMAND [ARGUMENTS]: runs it in the network namespace NODE. What nsenter does, in
 * a third of the time where a processor is emulated: it is part of all that is polled for,
 * and so is cat, whose files it reads itself.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int copy(const char *name)
{
	char buffer[65536];
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		goto failed;
	while ((size = read(fd, buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, size) != size)
			return 1;
	close(fd);
	if (!size)
		return 0;
failed:
	fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	char path[4096];
	int fd, i, status = 0;

	if (argc < 3)
		return 2;
	snprintf(path, sizeof(path), "/run/netns/%s", argv[1]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		fprintf(stderr, "at: %s: %s\n", path, strerror(errno));
		return 1;
	}
	if (strcmp(argv[2], "cat")) {
		execvp(argv[2], argv + 2);
		fprintf(stderr, "at: %s: %s\n", argv[2], strerror(errno));
		return 127;
	}
	for (i = 3; i < argc; i++)
		status |= copy(argv[i]);
	return status;
}
