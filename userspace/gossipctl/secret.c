// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "secret.h"

/* Characters, without the end of the line. */
#define TEXT ((GOSSIP_SECRET_SIZE + 2) / 3 * 4)
/* More than a key and the end of its line: what fills it is none. */
#define FILE_MAX 128

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* How many @bytes the @len characters of @text are, or -1 if they are no base64. */
static ssize_t decode(const char *text, size_t len, uint8_t *bytes)
{
	size_t padding = 0, size = 0, i;
	uint32_t bits = 0;
	const char *place;

	while (padding < 2 && len && text[len - 1] == '=') {
		len--;
		padding++;
	}
	if ((len + padding) % 4)
		return -1;
	for (i = 0; i < len; i++) {
		place = memchr(alphabet, text[i], sizeof(alphabet) - 1);
		if (!place)
			return -1;
		bits = bits << 6 | (place - alphabet);
		/* Of each four characters, all but the first end a byte. */
		if (i % 4)
			bytes[size++] = bits >> (6 - i % 4 * 2);
	}
	/* What the last character has beyond the last byte. */
	bits &= (1 << padding * 2) - 1;
	return bits ? -1 : (ssize_t)size;
}

/* What is there, up to FILE_MAX characters; -1 and errno if it fails. */
static ssize_t read_all(int fd, char text[FILE_MAX])
{
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, text + len, FILE_MAX - len);
		if (got > 0)
			len += got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : (ssize_t)len;
}

static void check_mode(const char *file, int fd)
{
	struct stat stat;

	if (!fstat(fd, &stat) && S_ISREG(stat.st_mode) && stat.st_mode & 0004)
		warn("key " QUOTED
		     ": everybody can read it: run \"chmod go= FILE\"",
		     file);
}

void secret_read(const char *file, uint8_t secret[GOSSIP_SECRET_SIZE])
{
	bool standard = !strcmp(file, "-");
	int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	uint8_t bytes[FILE_MAX];
	char text[FILE_MAX];
	ssize_t len, size;

	len = fd < 0 ? -1 : read_all(fd, text);
	if (len < 0)
		die(EXIT_FAILED, "key " QUOTED ": cannot read it: %s", file,
		    strerror(errno));
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	size = len == FILE_MAX ? -1 : decode(text, len, bytes);
	if (size == GOSSIP_SECRET_SIZE)
		memcpy(secret, bytes, size);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(bytes, sizeof(bytes));
	if (size < 0)
		die(EXIT_FAILED,
		    "key " QUOTED
		    ": a line of base64 is needed, as \"gossipctl key generate\" prints it",
		    file);
	if (size != GOSSIP_SECRET_SIZE)
		die(EXIT_FAILED,
		    "key " QUOTED
		    ": %zi bytes are there, and %d are needed: \"gossipctl key generate\" makes one",
		    file, size, GOSSIP_SECRET_SIZE);
	if (!standard) {
		check_mode(file, fd);
		close(fd);
	}
}

void secret_write(const uint8_t secret[GOSSIP_SECRET_SIZE])
{
	uint8_t padded[TEXT / 4 * 3] = { 0 };
	char text[TEXT + 2];
	uint32_t bits;
	size_t i, j;

	memcpy(padded, secret, GOSSIP_SECRET_SIZE);
	for (i = 0; i < TEXT / 4; i++) {
		bits = padded[3 * i] << 16 | padded[3 * i + 1] << 8 |
		       padded[3 * i + 2];
		for (j = 0; j < 4; j++)
			text[4 * i + j] = alphabet[bits >> (18 - 6 * j) & 63];
	}
	for (i = 0; i < sizeof(padded) - GOSSIP_SECRET_SIZE; i++)
		text[TEXT - 1 - i] = '=';
	text[TEXT] = '\n';
	text[TEXT + 1] = '\0';
	setvbuf(stdout, NULL, _IONBF, 0);
	fputs(text, stdout);
	explicit_bzero(padded, sizeof(padded));
	explicit_bzero(text, sizeof(text));
}
