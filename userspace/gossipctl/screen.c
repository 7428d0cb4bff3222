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
/* For how long what restores a terminal waits until that takes it. */
#define END_MS 500

static bool opened, is_whole, has_termios;
static struct termios termios_before, termios_keys;
static bool is_anew; /* somebody else had the terminal */
static unsigned int rows, columns;

/* The picture that is being made, and the lines that are on the terminal. */
static FILE *picture;
static char *text;
static size_t text_size;
static char **line;
static unsigned int lines;

/* The next four are safe in a signal handler. */

static void restore_keys(void)
{
	if (has_termios)
		tcsetattr(STDIN_FILENO, TCSANOW, &termios_before);
}

/*
 * A terminal that was stopped, by Ctrl-S or by nobody who reads it, takes nothing:
 * a picture waits for it, the end does not. @wait_ms: -1 for ever
 */
static void put(const char *bytes, size_t len, int wait_ms)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };
	ssize_t n;

	while (len) {
		if (!poll(&fd, 1, wait_ms))
			return;
		n = write(STDOUT_FILENO, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		/* Whoever shares the terminal may have made it so. */
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0) {
			restore_keys();
			_exit(EXIT_FAILED);
		}
		bytes += n;
		len -= n;
	}
}

static void leave(void)
{
	static const char after[] = "\r\n";

	restore_keys();
	if (is_whole)
		put(LEAVE_WHOLE, strlen(LEAVE_WHOLE), END_MS);
	else
		put(after, strlen(after), END_MS);
}

static void restore(void)
{
	if (!opened)
		return;
	opened = false;
	leave();
}

static void end(int signal)
{
	restore();
	_exit(EXIT_DONE);
}

/* Ctrl-Z: the shell has its terminal until this goes on. */
static void stop(int signal)
{
	int err = errno;

	if (opened)
		leave();
	raise(SIGSTOP);
	errno = err;
}

/* Also after a stop that could not be prepared for. Ends a poll(), too. */
static void go_on(int signal)
{
	int err = errno;

	if (opened) {
		if (has_termios)
			tcsetattr(STDIN_FILENO, TCSANOW, &termios_keys);
		if (is_whole)
			put(ENTER_WHOLE, strlen(ENTER_WHOLE), END_MS);
		__atomic_store_n(&is_anew, true, __ATOMIC_RELAXED);
	}
	errno = err;
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
	put(clear, strlen(clear), -1);
}

/* Keys one by one, and not shown; Ctrl-C is a signal as ever. */
static void read_keys(void)
{
	if (tcgetattr(STDIN_FILENO, &termios_before))
		return;
	termios_keys = termios_before;
	termios_keys.c_lflag &= ~(ICANON | ECHO);
	termios_keys.c_cc[VMIN] = 1;
	termios_keys.c_cc[VTIME] = 0;
	has_termios = !tcsetattr(STDIN_FILENO, TCSANOW, &termios_keys);
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
	action.sa_handler = go_on;
	sigaction(SIGCONT, &action, NULL);
	/* Without a shell that knows jobs it is ignored, and stays so. */
	if (signal(SIGTSTP, stop) == SIG_IGN)
		signal(SIGTSTP, SIG_IGN);
	if (whole)
		put(ENTER_WHOLE, strlen(ENTER_WHOLE), -1);
	read_size();
	start_anew();
}

unsigned int screen_rows(void)
{
	bool anew = __atomic_exchange_n(&is_anew, false, __ATOMIC_RELAXED);

	if (read_size() || anew)
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
	put(bytes, size, -1);
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
