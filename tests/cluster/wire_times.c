// SPDX-License-Identifier: GPL-2.0
/*
 * wire_times: how long pings wait for their acks, as seen on the interfaces of this
 * namespace, by the kernel's time stamps. At SIGTERM it prints a line for each ping:
 * "members" (the port of the protocol) or "userspace" (what userspace_echo sends), when
 * it was sent, in seconds of the wall clock, and the us until it was answered, "inf" if
 * it was not. The kernel queues what comes while this does not run.
 */

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define PORT 7946
#define ECHO_PORT 7947
#define PINGS_MAX 65536
#define QUEUE (64 << 20)
/* Of the wire format, kmod/swim/wire.h. */
#define TYPE_AT 1
#define PING 1
#define ACK 2
#define NONCE_AT 34

struct ping {
	uint32_t nonce;
	uint32_t us; /* 0 if it was not answered */
	uint64_t sent;
};

struct kind {
	const char *name;
	struct ping ping[PINGS_MAX];
	unsigned int pings;
};

static struct kind members = { .name = "members" };
static struct kind echoes = { .name = "userspace" };

static void asked(struct kind *kind, uint32_t nonce, uint64_t now)
{
	if (kind->pings == PINGS_MAX)
		return;
	kind->ping[kind->pings++] =
		(struct ping){ .nonce = nonce, .sent = now };
}

static void answered(struct kind *kind, uint32_t nonce, uint64_t now)
{
	unsigned int i;

	for (i = kind->pings; i-- > 0;) {
		struct ping *ping = &kind->ping[i];

		if (ping->nonce != nonce)
			continue;
		if (!ping->us)
			ping->us = (now - ping->sent) / 1000 + 1;
		return;
	}
}

static uint32_t be32_at(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return ntohl(value);
}

static void look(const uint8_t *packet, size_t len, uint64_t now)
{
	struct kind *kind = &members;
	struct iphdr ip;
	struct udphdr udp;
	const uint8_t *data;
	size_t header;

	if (len < sizeof(ip))
		return;
	memcpy(&ip, packet, sizeof(ip));
	header = ip.ihl * 4 + sizeof(udp);
	if (ip.version != 4 || ip.protocol != IPPROTO_UDP ||
	    len < header + NONCE_AT + 4)
		return;
	memcpy(&udp, packet + ip.ihl * 4, sizeof(udp));
	data = packet + header;
	if (udp.dest == htons(ECHO_PORT) || udp.source == htons(ECHO_PORT))
		kind = &echoes;
	else if (udp.dest != htons(PORT))
		return;
	if (data[TYPE_AT] == PING)
		asked(kind, be32_at(data + NONCE_AT), now);
	else if (data[TYPE_AT] == ACK)
		answered(kind, be32_at(data + NONCE_AT), now);
}

static uint64_t stamp_of(struct msghdr *message)
{
	struct cmsghdr *part;
	struct timespec time = { 0 };

	for (part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part))
		if (part->cmsg_level == SOL_SOCKET &&
		    part->cmsg_type == SO_TIMESTAMPNS)
			memcpy(&time, CMSG_DATA(part), sizeof(time));
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* False if there is nothing more for now. */
static bool take(int fd)
{
	static uint8_t packet[2048];
	struct iovec part = { packet, sizeof(packet) };
	char control[128];
	struct sockaddr_ll from;
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len = recvmsg(fd, &message, MSG_DONTWAIT);

	if (len < 0)
		return false;
	/* On its way in: on its way out of the bridge it is seen again. */
	if (from.sll_pkttype != PACKET_OUTGOING &&
	    from.sll_protocol == htons(ETH_P_IP))
		look(packet, len, stamp_of(&message));
	return true;
}

static void report(const struct kind *kind)
{
	unsigned int i;

	for (i = 0; i < kind->pings; i++) {
		const struct ping *ping = &kind->ping[i];

		printf("%s %.6f ", kind->name, ping->sent / 1e9);
		if (ping->us)
			printf("%u\n", ping->us);
		else
			puts("inf");
	}
}

int main(void)
{
	/* By protocol, a bridge would take them first. */
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
	const struct timespec pause = { .tv_nsec = 100000000 };
	int queue = QUEUE, on = 1;
	sigset_t term;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))) {
		perror("wire_times");
		return 1;
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	/* If it were woken by each datagram, it would disturb what it measures. */
	do {
		while (take(fd))
			;
	} while (sigtimedwait(&term, NULL, &pause) < 0);
	report(&members);
	report(&echoes);
	return 0;
}
