// SPDX-License-Identifier: GPL-2.0
/*
 * wire_times SECONDS: how long pings wait for their acks, as seen on the interfaces of
 * this namespace, by the kernel's time stamps. Prints a line for the members, by the
 * port of the protocol, and one for what userspace_echo sends; "pings N unanswered N
 * p50_us N p99_us N max_us N". The kernel queues what comes while this is not run.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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
	uint32_t us; /* 0 if not answered */
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

static int by_time(const void *a, const void *b)
{
	const struct ping *one = a, *two = b;

	return one->us < two->us ? -1 : one->us > two->us;
}

/* Those without an answer come first; the last second's may have one yet. */
static void report(struct kind *kind)
{
	unsigned int none = 0, count, last = kind->pings;
	uint64_t end;

	if (!last)
		return;
	end = kind->ping[last - 1].sent - 1000000000ULL;
	while (last && kind->ping[last - 1].sent > end)
		last--;
	qsort(kind->ping, last, sizeof(*kind->ping), by_time);
	while (none < last && !kind->ping[none].us)
		none++;
	count = last - none;
	printf("%s pings %u unanswered %u", kind->name, last, none);
	if (count)
		printf(" p50_us %u p99_us %u max_us %u",
		       kind->ping[none + count / 2].us,
		       kind->ping[none + count * 99 / 100].us,
		       kind->ping[last - 1].us);
	puts("");
}

int main(int argc, char **argv)
{
	/* By protocol, a bridge would take them first. */
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
	int queue = QUEUE, on = 1;
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	time_t end;

	if (argc != 2 || fd < 0)
		return 2;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))) {
		perror("wire_times");
		return 1;
	}
	end = time(NULL) + atoi(argv[1]);
	while (time(NULL) < end) {
		poll(&ready, 1, 100);
		while (take(fd))
			;
	}
	report(&members);
	report(&echoes);
	return 0;
}
