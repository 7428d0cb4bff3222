// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "error.h"
#include "screen.h"

#define SHOW_CURSOR "\033[?25h"
#define HIDE_CURSOR "\033[?25l"
#define ENTER_WHOLE "\033[?1049h" HIDE_CURSOR
#define LEAVE_WHOLE SHOW_CURSOR "\033[?1049l"

static bool opened, is_whole, has_termios;
static struct termios termios_before;
static unsigned int rows, columns;

/* The picture that is being made, and the lines that are on the terminal. */
static FILE *picture;
static char *text;
static size_t text_size;
static char **line;
static unsigned int lines;

static void put(const char *bytes, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(STDOUT_FILENO, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(EXIT_FAILED);
		bytes += n;
		len -= n;
	}
}

/* Safe in a signal handler. */
static void restore(void)
{
	static const char after[] = "\r\n";

	if (!opened)
		return;
	opened = false;
	if (is_whole)
		put(LEAVE_WHOLE, strlen(LEAVE_WHOLE));
	else
		put(after, strlen(after));
	if (has_termios)
		tcsetattr(STDIN_FILENO, TCSANOW, &termios_before);
}

static void end(int signal)
{
	restore();
	_exit(EXIT_DONE);
}

/* Ends a poll(); the size is looked at then. */
static void wake(int signal)
{
}

/* Whether it is another one than before. */
static bool read_size(void)
{
	struct winsize size;
	bool same;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row ||
	    !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	same = rows == size.ws_row && columns == size.ws_col;
	rows = size.ws_row;
	columns = size.ws_col;
	return !same;
}

static void forget(void)
{
	while (lines)
		free(line[--lines]);
	free(line);
	line = NULL;
}

static void start_anew(void)
{
	static const char clear[] = "\033[H\033[2J";

	forget();
	line = resize(NULL, rows * sizeof(*line));
	for (lines = 0; lines < rows; lines++)
		line[lines] = copy("");
	put(clear, strlen(clear));
}

/* Keys one by one, and not shown; Ctrl-C is a signal as ever. */
static void read_keys(void)
{
	struct termios termios;

	if (tcgetattr(STDIN_FILENO, &termios_before))
		return;
	termios = termios_before;
	termios.c_lflag &= ~(ICANON | ECHO);
	termios.c_cc[VMIN] = 1;
	termios.c_cc[VTIME] = 0;
	has_termios = !tcsetattr(STDIN_FILENO, TCSANOW, &termios);
}

void screen_open(bool whole)
{
	struct sigaction action = { .sa_handler = wake };

	is_whole = whole;
	if (whole)
		read_keys();
	opened = true;
	error_prepare = restore;
	atexit(restore);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	signal(SIGHUP, end);
	sigaction(SIGWINCH, &action, NULL);
	if (whole)
		put(ENTER_WHOLE, strlen(ENTER_WHOLE));
	read_size();
	start_anew();
}

unsigned int screen_rows(void)
{
	if (read_size())
		start_anew();
	return rows;
}

FILE *screen_begin(void)
{
	screen_rows();
	text = NULL;
	picture = open_memstream(&text, &text_size);
	if (!picture)
		die(EXIT_FAILED, "out of memory");
	return picture;
}

/* Colours take no room: an escape sequence ends with a letter. */
static char *cut(const char *from, size_t len)
{
	char *to = resize(NULL, len + sizeof("\033[m")), *end = to;
	unsigned int used = 0;
	bool escape = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (from[i] == '\033')
			escape = true;
		if (!escape && used++ >= columns) {
			end = stpcpy(end, "\033[m");
			break;
		}
		*end++ = from[i];
		if (escape && from[i] >= '@' && from[i] != '[')
			escape = false;
	}
	*end = '\0';
	return to;
}

static void update(FILE *out, unsigned int row, const char *from, size_t len)
{
	char *new = cut(from, len);

	if (!strcmp(new, line[row])) {
		free(new);
		return;
	}
	/* Cleared first: in the last column there is nothing to clear after. */
	fprintf(out, "\033[%u;1H\033[K%s", row + 1, new);
	free(line[row]);
	line[row] = new;
}

void screen_end(void)
{
	const char *from, *newline;
	unsigned int row, last = 0;
	char *bytes = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&bytes, &size);
	if (fclose(picture) || !out)
		die(EXIT_FAILED, "out of memory");
	for (row = 0, from = text; row < rows; row++) {
		newline = strchrnul(from, '\n');
		update(out, row, from, newline - from);
		if (*from)
			last = row;
		from = *newline ? newline + 1 : newline;
	}
	/* Where the shell goes on. */
	if (ftell(out) > 0 && !is_whole)
		fprintf(out, "\033[%u;1H", last + 1);
	if (fclose(out))
		die(EXIT_FAILED, "out of memory");
	put(bytes, size);
	free(bytes);
	free(text);
}

int screen_fd(void)
{
	return has_termios ? STDIN_FILENO : -1;
}

static bool read_byte(char *byte)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&fd, 1, 0) == 1 && read(STDIN_FILENO, byte, 1) == 1;
}

int screen_key(void)
{
	char c, bracket, arrow;

	if (!has_termios || !read_byte(&c))
		return 0;
	if (c != '\033')
		return (unsigned char)c;
	if (read_byte(&bracket) && bracket == '[' && read_byte(&arrow))
		return (unsigned char)arrow + 256;
	return 0;
}
