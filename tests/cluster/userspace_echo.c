// SPDX-License-Identifier: GPL-2.0
/*
 * userspace_echo serve: answers as a daemon would.
 * userspace_echo ask ADDRESS: pings it ten times a second.
 * For wire_times, which measures them: see there for the format.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 7947
#define TYPE_AT 1
#define PING 1
#define ACK 2
#define NONCE_AT 34
#define SIZE (NONCE_AT + 4)

static int serve(int fd, struct sockaddr_in *addr)
{
	uint8_t data[SIZE];

	if (bind(fd, (struct sockaddr *)addr, sizeof(*addr)))
		return 1;
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);

		if (recvfrom(fd, data, sizeof(data), 0,
			     (struct sockaddr *)&from, &len) != SIZE)
			continue;
		data[TYPE_AT] = ACK;
		sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&from,
		       len);
	}
}

static int ask(int fd, struct sockaddr_in *addr)
{
	uint8_t data[SIZE] = { [TYPE_AT] = PING };
	uint32_t nonce = 0, be;

	do {
		be = htonl(++nonce);
		memcpy(data + NONCE_AT, &be, sizeof(be));
		usleep(100000);
	} while (sendto(fd, data, sizeof(data), 0, (struct sockaddr *)addr,
			sizeof(*addr)) == SIZE);
	perror("userspace_echo");
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve(fd, &addr);
	if (argc == 3 && !strcmp(argv[1], "ask") &&
	    inet_pton(AF_INET, argv[2], &addr.sin_addr) == 1)
		return ask(fd, &addr);
	fprintf(stderr, "usage: userspace_echo serve | ask ADDRESS\n");
	return 2;
}
