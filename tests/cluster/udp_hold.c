// SPDX-License-Identifier: GPL-2.0
/* udp_hold PORT: holds a UDP port as another program would, until killed. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 2)
		return 2;
	sin.sin_port = htons(atoi(argv[1]));
	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		perror("udp_hold");
		return 1;
	}
	puts("held");
	fflush(stdout);
	pause();
	return 0;
}
