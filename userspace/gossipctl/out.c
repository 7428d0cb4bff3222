// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "out.h"
#include "utf8.h"

#define LABEL_WIDTH 20

struct cell {
	const char *key;
	char *text;
	enum out_colour colour;
};

bool out_json;

static FILE *file; /* NULL for standard output */

static enum out_layout layout;
static bool terminal, coloured;
static unsigned int objects; /* open */
static unsigned int depth; /* open objects and arrays */
static bool comma; /* needed before the next value */
static bool line_begun;

/* Rows that wait for the width of their columns. */
static struct cell *cells;
static size_t cell_count, cell_size, columns;
static size_t rows_max;

void out_begin(enum out_layout wanted)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	layout = wanted;
	terminal = !out_json && isatty(STDOUT_FILENO);
	coloured = terminal && !(no_color && *no_color) && term &&
		   strcmp(term, "dumb");
}

void out_flush(void)
{
	if (fflush(stdout) || ferror(stdout))
		die(EXIT_FAILED, "cannot write to standard output: %s",
		    strerror(errno));
}

void out_to(FILE *to, unsigned int rows)
{
	file = to;
	rows_max = rows;
}

static FILE *to(void)
{
	return file ? file : stdout;
}

/* JSON */

static void json_character(uint32_t c)
{
	if (c == '"' || c == '\\')
		fprintf(to(), "\\%c", (int)c);
	else if (c >= ' ' && c < 0x7f)
		putc(c, to());
	else if (c < 0x10000)
		fprintf(to(), "\\u%04" PRIx32, c);
	else
		fprintf(to(), "\\u%04" PRIx32 "\\u%04" PRIx32,
			0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

/* Of what is no UTF-8 the bytes are told, as Latin-1. */
static void json_bytes(const char *bytes, size_t size)
{
	bool valid = utf8_valid(bytes, size);
	uint32_t c;
	size_t len;

	putc('"', to());
	for (; size; bytes += len, size -= len) {
		len = 1;
		c = (unsigned char)*bytes;
		if (valid)
			len = utf8_next(bytes, size, &c);
		json_character(c);
	}
	putc('"', to());
}

static void json_string(const char *text)
{
	json_bytes(text, strlen(text));
}

static void json_value(const char *key)
{
	if (comma)
		fputs(depth == 1 && !objects ? ",\n" : ",", to());
	comma = true;
	if (key) {
		json_string(key);
		putc(':', to());
	}
}

static void json_open(const char *key, char bracket)
{
	json_value(key);
	putc(bracket, to());
	comma = false;
	depth++;
}

static void json_close(char bracket)
{
	putc(bracket, to());
	comma = --depth;
	if (!depth)
		putc('\n', to());
}

/* Text */

/* As put_printable() writes it. */
static int printed_length(const char *text)
{
	int length = 0;

	for (; *text; text++)
		length += *text >= ' ' && *text < 0x7f ? 1 : 4;
	return length;
}

static void put_coloured(const char *text, enum out_colour colour, int width)
{
	static const char *const code[] = {
		[OUT_RED] = "31",
		[OUT_GREEN] = "32",
		[OUT_YELLOW] = "33",
		[OUT_GREY] = "90",
	};
	int pad = width - printed_length(text);

	if (coloured && colour != OUT_PLAIN)
		fprintf(to(), "\033[%sm", code[colour]);
	put_printable(to(), text);
	if (coloured && colour != OUT_PLAIN)
		fputs("\033[m", to());
	if (pad > 0)
		fprintf(to(), "%*s", pad, "");
}

static void add_cell(const char *key, const char *text, enum out_colour colour)
{
	if (cell_count == cell_size) {
		cell_size = cell_size ? cell_size * 2 : 64;
		cells = resize(cells, cell_size * sizeof(*cells));
	}
	cells[cell_count++] = (struct cell){ key, copy(text), colour };
}

static void text_value(const char *key, const char *text,
		       enum out_colour colour, int width)
{
	switch (layout) {
	case OUT_COLUMNS:
		add_cell(key, text, colour);
		break;
	case OUT_WORDS:
		if (line_begun)
			putc(' ', to());
		line_begun = true;
		put_coloured(text, colour, width);
		break;
	case OUT_LINES:
		fprintf(to(), "%-*s ", LABEL_WIDTH, key);
		put_coloured(text, colour, 0);
		putc('\n', to());
		break;
	}
}

static void put_row(size_t first, const int *width, bool header)
{
	size_t i;

	for (i = 0; i < columns; i++) {
		const struct cell *cell = &cells[first + i];
		bool last = i == columns - 1;

		if (i)
			putc(' ', to());
		put_coloured(header ? cell->key : cell->text,
			     header ? OUT_GREY : cell->colour,
			     last ? 0 : width[i]);
	}
	putc('\n', to());
}

static void put_rows(void)
{
	size_t rows = columns ? cell_count / columns : 0;
	int *width = resize(NULL, (columns + 1) * sizeof(*width));
	size_t i;

	memset(width, 0, (columns + 1) * sizeof(*width));
	for (i = 0; i < rows * columns; i++) {
		const struct cell *cell = &cells[i];
		int len = printed_length(cell->text);

		if (terminal && len < (int)strlen(cell->key))
			len = strlen(cell->key);
		if (width[i % columns] < len)
			width[i % columns] = len;
	}
	if (terminal && rows)
		put_row(0, width, true);
	for (i = 0; i < rows; i++) {
		if (rows_max && i + 1 >= rows_max && i + 1 < rows) {
			fprintf(to(), "and %zu more\n", rows - i);
			break;
		}
		put_row(i * columns, width, false);
	}
	free(width);
	while (cell_count)
		free(cells[--cell_count].text);
	columns = 0;
}

static void end_record(void)
{
	if (layout == OUT_COLUMNS && !columns)
		columns = cell_count;
	if (layout == OUT_WORDS)
		putc('\n', to());
	line_begun = false;
}

/* Both */

void out_array_open(const char *key)
{
	if (out_json)
		json_open(key, '[');
}

void out_array_close(void)
{
	if (out_json)
		json_close(']');
	else if (layout == OUT_COLUMNS && !objects)
		put_rows();
}

void out_object_open(const char *key)
{
	if (out_json)
		json_open(key, '{');
	objects++;
}

void out_object_close(void)
{
	objects--;
	if (out_json)
		json_close('}');
	else if (!objects)
		end_record();
}

void out_word(enum out_where where, const char *key, const char *value,
	      enum out_colour colour, int width)
{
	if (out_json && (where & OUT_JSON)) {
		json_value(key);
		json_string(value);
	} else if (!out_json && (where & OUT_TEXT)) {
		text_value(key, value, colour, width);
	}
}

void out_string(enum out_where where, const char *key, const char *value)
{
	out_word(where, key, value, OUT_PLAIN, 0);
}

void out_payload(enum out_where where, const char *key, const void *bytes,
		 size_t size)
{
	const char *from = bytes;
	char *text, *end;
	size_t i;

	if (out_json && (where & OUT_JSON)) {
		json_value(key);
		json_bytes(from, size);
		return;
	}
	/* A byte 0 would end the text. */
	text = resize(NULL, 4 * size + 1);
	for (i = 0, end = text; i < size; i++)
		end = from[i] ? (*end = from[i], end + 1) :
				stpcpy(end, "\\x00");
	*end = '\0';
	out_string(where, key, text);
	free(text);
}

void out_hex(enum out_where where, const char *key, uint64_t value)
{
	char text[17];

	snprintf(text, sizeof(text), "%016" PRIx64, value);
	out_string(where, key, text);
}

/* What JSON does not quote. */
static void literal(enum out_where where, const char *key, const char *json,
		    const char *text)
{
	if (out_json && (where & OUT_JSON)) {
		json_value(key);
		fputs(json, to());
	} else if (!out_json && (where & OUT_TEXT)) {
		text_value(key, text, OUT_PLAIN, 0);
	}
}

void out_number(enum out_where where, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	literal(where, key, text, text);
}

void out_bool(enum out_where where, const char *key, bool value)
{
	literal(where, key, value ? "true" : "false", value ? "yes" : "no");
}

void out_null(enum out_where where, const char *key)
{
	literal(where, key, "null", "-");
}
