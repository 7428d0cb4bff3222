// SPDX-License-Identifier: GPL-2.0
/*
 * poll_members SECONDS: reads /sys/kernel/gossip/members, says "waiting", and
 * waits for a change. Ends with 0 when woken, with 1 when time is up.
 */

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct pollfd fd = { .events = POLLPRI | POLLERR };
	char page[4096];

	if (argc != 2)
		return 2;
	fd.fd = open("/sys/kernel/gossip/members", O_RDONLY);
	if (fd.fd < 0) {
		perror("members");
		return 2;
	}
	while (read(fd.fd, page, sizeof(page)) > 0)
		;
	puts("waiting");
	fflush(stdout);
	return poll(&fd, 1, atoi(argv[1]) * 1000) == 1 ? 0 : 1;
}
