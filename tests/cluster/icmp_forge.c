// SPDX-License-Identifier: GPL-2.0
/*
 * icmp_forge VICTIM ABOUT COUNT: tells VICTIM that nobody listens at ABOUT, to
 * which VICTIM is supposed to have sent from and to port 7946; COUNT times, one
 * each 10 ms.
 */

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PORT 7946

/* struct report - the message, with the head of the datagram it is about */
struct report {
	struct icmphdr icmp;
	struct iphdr ip;
	struct udphdr udp;
};

/* RFC 1071 */
static uint16_t checksum(const void *data, size_t len)
{
	const uint8_t *byte = data;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += byte[i] << 8 | byte[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

int main(int argc, char **argv)
{
	struct report report = {
		.icmp.type = ICMP_DEST_UNREACH,
		.icmp.code = ICMP_PORT_UNREACH,
		.ip.version = 4,
		.ip.ihl = 5,
		.ip.ttl = 64,
		.ip.protocol = IPPROTO_UDP,
		.ip.tot_len = htons(100),
		.udp.source = htons(PORT),
		.udp.dest = htons(PORT),
		.udp.len = htons(80),
	};
	struct sockaddr_in to = { .sin_family = AF_INET };
	int count, fd;

	if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 ||
	    inet_pton(AF_INET, argv[2], &report.ip.daddr) != 1)
		return 2;
	report.ip.saddr = to.sin_addr.s_addr;
	report.ip.check = checksum(&report.ip, sizeof(report.ip));
	report.icmp.checksum = checksum(&report, sizeof(report));
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (fd < 0) {
		perror("icmp_forge");
		return 1;
	}
	for (count = atoi(argv[3]); count; count--) {
		if (sendto(fd, &report, sizeof(report), 0,
			   (struct sockaddr *)&to, sizeof(to)) < 0) {
			perror("icmp_forge");
			return 1;
		}
		usleep(10000);
	}
	return 0;
}
