// SPDX-License-Identifier: GPL-2.0
/*
 * inject ADDRESS MEMBERS CHANGES [PAUSE_US [hostile|services]]: plays a group of made-up
 * members, m00000 on, to the node at ADDRESS. It waits for the first datagram from there,
 * tells of CHANGES changes of each member (CHANGES 0: without end), PAUSE_US after each
 * datagram, and prints "injected N records in N datagrams, N ms". All members are at its own
 * address: from then on it answers the node's pings to them. To be killed.
 *
 * Of each member come in turn: alive, suspect, alive, left, and so on, each with a greater
 * incarnation; the first is alive, and the last is alive or left, which none of its
 * time-outs changes.
 *
 * "services": each member has 64, the characters of the alphabet of names but one.
 *
 * "hostile": member i has the metadata of row i of a table, of which only the first makes
 * sense; then come a member whose name does not, and a user event "shout" that would clear
 * a terminal.
 *
 * inject ADDRESS ping COUNT: a stranger, who pings the node so many times at once, and
 * prints "N of COUNT answered, N ms", until the last answer.
 *
 * inject ADDRESS sync COUNT: as many strangers, at one address, who begin to join at the
 * same time; prints "N of COUNT told, N of them a part".
 */

#include <arpa/inet.h>
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT 7946
#define DATAGRAM 1400
#define QUEUE (4 << 20)
#define FIRST_UID 0x100000000ULL
#define STRANGER_UID 0x200000000ULL
/* Strangers that ask at once. */
#define AT_ONCE 16
/* Of the wire format, kmod/swim/wire.h. */
#define HEADER 34
#define TYPE_AT 1
#define UID_AT 8
#define COUNTER_AT 16
#define VIEW_AT 24
#define PING 1
#define ACK 2
#define GOSSIP 5
#define SYNC 6
#define COOKIE 7
#define STATE 8
#define LAST 1
#define NONCE 4711
#define VALUE_AT (HEADER + 4)
#define SYNC_SIZE (HEADER + 12)
#define PING_SIZE (HEADER + 16)
#define MEMBER 1
#define EVENT 3

enum { ALIVE, SUSPECT, FAILED, LEFT };

static int sock;
static struct in_addr own;
/* The header of the node's last datagram: its cluster, view and count of members. */
static uint8_t header[HEADER];
static uint64_t counter;
static uint8_t datagram[DATAGRAM];
static size_t used;
static unsigned long records, datagrams;
static bool hostile, services;

#define META(bytes)                      \
	{                                \
		bytes, sizeof(bytes) - 1 \
	}

/* Services are 1, tags 2, each with its length in two bytes. */
static const struct {
	const char *bytes;
	uint16_t len;
} metas[] = {
	META("\1\0\3web\2\0\7zone=eu"),
	META("\2\0\6a=\x1b[2J"),
	META("\2\0\3a=\xff"),
	META("\2\0\5a=\xe2\x80\xae"),
	META("\1\0\3w\nb"),
	META("\1\0\4web"),
	META("\1\xff\xffweb"),
	META("\1\0"),
	META("\2\0\4none"),
	META("\1\0\3api\2\0\6a=\x1b[2J"),
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define METAS ARRAY_SIZE(metas)

static void put(const void *bytes, size_t len)
{
	memcpy(datagram + used, bytes, len);
	used += len;
}

static void put8(uint8_t value)
{
	put(&value, sizeof(value));
}

static void put16(uint16_t value)
{
	value = htobe16(value);
	put(&value, sizeof(value));
}

static void put32(uint32_t value)
{
	value = htobe32(value);
	put(&value, sizeof(value));
}

static void put64(uint64_t value)
{
	value = htobe64(value);
	put(&value, sizeof(value));
}

/* From a member that agrees with the node on who is there. */
static void begin(uint8_t type, uint64_t uid)
{
	used = 0;
	put(header, HEADER);
	datagram[TYPE_AT] = type;
	datagram[TYPE_AT + 1] = 0;
	datagram[TYPE_AT + 2] = 0;
	uid = htobe64(uid);
	memcpy(datagram + UID_AT, &uid, sizeof(uid));
	uid = htobe64(++counter);
	memcpy(datagram + COUNTER_AT, &uid, sizeof(uid));
}

static void finish(void)
{
	if (send(sock, datagram, used, 0) < 0) {
		perror("send");
		exit(1);
	}
	datagrams++;
}

/* The length of a record that began at @start. */
static void end_record(size_t start)
{
	uint16_t len = htobe16(used - start - 3);

	memcpy(datagram + start + 1, &len, sizeof(len));
	records++;
}

static void put_name(const char *name)
{
	put8(strlen(name));
	put(name, strlen(name));
}

/* The metadata that the member set with this incarnation. */
static void put_meta(uint32_t incarnation, const void *bytes, uint16_t len)
{
	put32(1);
	put32(incarnation);
	put16(len);
	put(bytes, len);
}

/* In order, as they have to be. */
static void put_services(void)
{
	static const char alphabet[] =
		"-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
	char meta[64][4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(meta); i++)
		memcpy(meta[i], (char[]){ 1, 0, 1, alphabet[i] }, 4);
	put_meta(0, meta, sizeof(meta));
}

static void put_named(unsigned int i, uint8_t state, uint32_t incarnation,
		      const char *name)
{
	size_t start = used;

	put8(MEMBER);
	put16(0);
	put8(state);
	put8(0);
	put8(0);
	put64(FIRST_UID + i);
	put32(1);
	put32(incarnation);
	if (state == SUSPECT) {
		put8(1);
		put64(FIRST_UID + (i ? 0 : 1));
	}
	put16(PORT);
	put8(4);
	put(&own, sizeof(own));
	put_name(name);
	if (hostile)
		put_meta(incarnation, metas[i % METAS].bytes,
			 metas[i % METAS].len);
	/* Later records say nothing of them: they stay, and more records fit. */
	if (services && !incarnation)
		put_services();
	end_record(start);
}

static void put_member(unsigned int i, uint8_t state, uint32_t incarnation)
{
	char name[16];

	snprintf(name, sizeof(name), "m%05u", i);
	put_named(i, state, incarnation, name);
}

static void shout(void)
{
	static const char payload[] = "\x1b[2J\xff\n";
	size_t start;

	begin(GOSSIP, FIRST_UID);
	put_named(METAS, ALIVE, 0, "x\x1b[2J");
	finish();
	begin(GOSSIP, FIRST_UID);
	start = used;
	put8(EVENT);
	put16(0);
	put64(FIRST_UID);
	put64(1);
	put32(1);
	put_name("shout");
	put16(sizeof(payload) - 1);
	put(payload, sizeof(payload) - 1);
	end_record(start);
	finish();
}

static uint8_t state_of(unsigned int i, unsigned int change, bool last)
{
	static const uint8_t turn[] = { ALIVE, SUSPECT, ALIVE, LEFT };

	if (!change)
		return ALIVE;
	if (last)
		return i & 1 ? LEFT : ALIVE;
	return turn[(i + change) % 4];
}

/* Whether there was a datagram. Those that are no ping only tell what the node knows. */
static bool hear(int flags)
{
	uint8_t from[2048];
	uint64_t uid;
	ssize_t len;

	len = recv(sock, from, sizeof(from), flags);
	if (len < HEADER)
		return len >= 0;
	memcpy(header, from, HEADER);
	if (from[TYPE_AT] != PING || len < PING_SIZE)
		return true;
	memcpy(&uid, from + HEADER + 4, sizeof(uid));
	begin(ACK, be64toh(uid));
	put(from + HEADER, 12);
	put32(0);
	finish();
	return true;
}

static void tell(unsigned int members, unsigned int change, bool last,
		 unsigned int pause)
{
	/* Bytes of a record. */
	size_t most = services && !change ? 352 : 96;
	unsigned int i = 0;

	while (i < members) {
		begin(GOSSIP, FIRST_UID);
		while (i < members && used + most <= DATAGRAM) {
			put_member(i, state_of(i, change, last), change);
			i++;
		}
		finish();
		if (pause)
			usleep(pause);
		while (pause && hear(MSG_DONTWAIT))
			;
	}
}

/* A socket at @port, or at any if it is 0, that talks to the node at @address. */
static void connect_to(const char *address, unsigned int port)
{
	struct sockaddr_in self = { .sin_family = AF_INET,
				    .sin_port = htons(port) };
	struct sockaddr_in node = { .sin_family = AF_INET,
				    .sin_port = htons(PORT) };
	socklen_t len = sizeof(self);
	int size = QUEUE;

	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (sock < 0 || inet_pton(AF_INET, address, &node.sin_addr) != 1 ||
	    bind(sock, (struct sockaddr *)&self, sizeof(self)) ||
	    connect(sock, (struct sockaddr *)&node, sizeof(node)) ||
	    getsockname(sock, (struct sockaddr *)&self, &len)) {
		perror(address);
		exit(1);
	}
	own = self.sin_addr;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* The next datagram of @type, or of any; false if there is none for five seconds. */
static bool next(uint8_t type, uint8_t from[2048])
{
	struct timeval wait = { .tv_sec = 5 };
	ssize_t len;

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	do
		len = recv(sock, from, 2048, 0);
	while (len >= 0 &&
	       (len < SYNC_SIZE || (type && from[TYPE_AT] != type)));
	return len >= 0;
}

static void ping(unsigned int count)
{
	unsigned int i, answered = 0;
	uint64_t uid, start = now_us(), end = start;
	uint8_t from[2048];

	memcpy(&uid, header + UID_AT, sizeof(uid));
	for (i = 0; i < count; i++) {
		begin(PING, STRANGER_UID);
		put32(NONCE);
		put64(be64toh(uid));
		put32(0);
		finish();
	}
	while (next(ACK, from)) {
		answered++;
		end = now_us();
	}
	printf("%u of %u answered, %lu ms\n", answered, count,
	       (unsigned long)(end - start) / 1000);
}

static void send_sync(uint64_t uid, uint64_t cookie)
{
	begin(SYNC, uid);
	/* It knows nobody. */
	memset(datagram + VIEW_AT, 0, 8);
	put32(NONCE);
	put64(cookie);
	finish();
}

/* Whether all was told that is told; *@parts counts the datagrams. */
static bool is_told(unsigned int *parts)
{
	uint8_t from[2048];
	uint64_t value;

	for (*parts = 1; next(0, from); ++*parts) {
		/* That of another took the place of the one it had. */
		if (from[TYPE_AT] == COOKIE)
			return false;
		memcpy(&value, from + VALUE_AT, sizeof(value));
		if (be64toh(value) & LAST)
			return true;
	}
	return false;
}

/*
 * Askers @first to @end, each of which shows before that it receives: none is to be told all
 * while others have yet to ask.
 */
static void ask(const char *address, int *asker, unsigned int first,
		unsigned int end)
{
	uint64_t cookie[AT_ONCE] = {};
	uint8_t from[2048];
	unsigned int i;

	for (i = first; i < end; i++) {
		connect_to(address, 0);
		asker[i] = sock;
		send_sync(STRANGER_UID + i, 0);
	}
	for (i = first; i < end; i++) {
		sock = asker[i];
		if (next(COOKIE, from))
			memcpy(&cookie[i - first], from + VALUE_AT, 8);
	}
	for (i = first; i < end; i++) {
		sock = asker[i];
		send_sync(STRANGER_UID + i, be64toh(cookie[i - first]));
	}
}

static void sync_all(const char *address, unsigned int count)
{
	unsigned int i, parts, told = 0, few = 0;
	int asker[count];

	for (i = 0; i < count; i += AT_ONCE)
		ask(address, asker, i,
		    i + AT_ONCE < count ? i + AT_ONCE : count);
	for (i = 0; i < count; i++) {
		sock = asker[i];
		if (!is_told(&parts)) {
			ask(address, asker, i, i + 1);
			if (!is_told(&parts))
				continue;
		}
		told++;
		few += parts == 1;
	}
	printf("%u of %u told, %u of them a part\n", told, count, few);
}

int main(int argc, char **argv)
{
	unsigned int members, changes, pause, i;
	uint64_t start;

	if (argc < 4)
		return 2;
	members = atoi(argv[2]);
	changes = atoi(argv[3]);
	pause = argc > 4 ? atoi(argv[4]) : 0;
	hostile = argc > 5 && !strcmp(argv[5], "hostile");
	services = argc > 5 && !strcmp(argv[5], "services");
	connect_to(argv[1], PORT);
	if (!hear(0)) {
		perror("recv");
		return 1;
	}
	if (!strcmp(argv[2], "ping")) {
		ping(changes);
		return 0;
	}
	if (!strcmp(argv[2], "sync")) {
		sync_all(argv[1], changes);
		return 0;
	}
	start = now_us();
	for (i = 0; !changes || i < changes; i++)
		tell(members, i, i + 1 == changes, pause);
	if (hostile)
		shout();
	printf("injected %lu records in %lu datagrams, %lu ms\n", records,
	       datagrams, (unsigned long)(now_us() - start) / 1000);
	fflush(stdout);
	while (hear(0))
		;
	return 0;
}
