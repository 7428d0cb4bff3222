// SPDX-License-Identifier: GPL-2.0
/*
 * resend INTERFACE SOURCE TARGET ACTION...: waits for a sealed datagram from the address
 * SOURCE to TARGET that leaves by INTERFACE, says "captured", and sends it there again for
 * each ACTION. (A bridge that does not know yet where a host is sends to all.)
 *
 *	same	as it was
 *	header, body, tag	with a bit changed in that part
 *	key	with the fingerprint of another key
 *	plain	without the mark that it is sealed
 *	wait	not at all: waits for a line on standard input
 */

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 7946
/* Of the wire format, kmod/swim/wire.h and kmod/seal.h. */
#define HEADER 34
#define TYPE_AT 1
#define VIEW_AT 24
#define SEALED 0x80
#define TAG 16
#define KEY 4

#define DATA_AT (ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr))
/* One that has a body. */
#define LEAST (DATA_AT + HEADER + 1 + TAG + KEY)

static int sock;
static uint8_t frame[2048];
static size_t size;

static int open_at(const char *interface)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(interface),
	};

	sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	return sock < 0 || !at.sll_ifindex ||
	       bind(sock, (struct sockaddr *)&at, sizeof(at));
}

/* Whether the frame has a sealed datagram from @source to @target. */
static int is_wanted(const struct sockaddr_ll *from, uint32_t source,
		     uint32_t target)
{
	struct iphdr *ip = (struct iphdr *)(frame + ETH_HLEN);
	struct udphdr *udp = (struct udphdr *)(ip + 1);

	return from->sll_pkttype == PACKET_OUTGOING &&
	       from->sll_protocol == htons(ETH_P_IP) && size >= LEAST &&
	       ip->ihl == 5 && ip->protocol == IPPROTO_UDP &&
	       ip->saddr == source && ip->daddr == target &&
	       udp->dest == htons(PORT) && frame[DATA_AT + TYPE_AT] & SEALED;
}

static int capture(uint32_t source, uint32_t target)
{
	struct udphdr *udp;
	struct sockaddr_ll from;
	socklen_t len;
	ssize_t got;

	do {
		len = sizeof(from);
		got = recvfrom(sock, frame, sizeof(frame), 0,
			       (struct sockaddr *)&from, &len);
		if (got < 0)
			return -1;
		size = got;
	} while (!is_wanted(&from, source, target));
	/* A card was to fill it in: none will be. */
	udp = (struct udphdr *)(frame + ETH_HLEN + sizeof(struct iphdr));
	udp->check = 0;
	return 0;
}

/* The byte of the frame that @action changes, and in which bit. */
static size_t place(const char *action, uint8_t *bit)
{
	*bit = 1;
	if (!strcmp(action, "header"))
		return DATA_AT + VIEW_AT;
	if (!strcmp(action, "body"))
		return DATA_AT + HEADER;
	if (!strcmp(action, "tag"))
		return size - KEY - 1;
	if (!strcmp(action, "key"))
		return size - 1;
	if (!strcmp(action, "plain")) {
		*bit = SEALED;
		return DATA_AT + TYPE_AT;
	}
	*bit = 0;
	return 0;
}

static int do_action(const char *action)
{
	uint8_t copy[sizeof(frame)], bit;
	char line[8];
	size_t at;

	if (!strcmp(action, "wait"))
		return read(STDIN_FILENO, line, sizeof(line)) < 0;
	at = place(action, &bit);
	if (!bit && strcmp(action, "same"))
		return -1;
	memcpy(copy, frame, size);
	copy[at] ^= bit;
	return send(sock, copy, size, 0) != (ssize_t)size;
}

int main(int argc, char **argv)
{
	struct in_addr source, target;
	int i;

	if (argc < 5 || inet_pton(AF_INET, argv[2], &source) != 1 ||
	    inet_pton(AF_INET, argv[3], &target) != 1)
		return 2;
	if (open_at(argv[1]) || capture(source.s_addr, target.s_addr)) {
		perror(argv[1]);
		return 1;
	}
	puts("captured");
	fflush(stdout);
	for (i = 4; i < argc; i++) {
		if (do_action(argv[i])) {
			perror(argv[i]);
			return 1;
		}
	}
	return 0;
}
