/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output as text or JSON by one code path: the caller names its fields, and
 * those that make sense in one of the two only.
 *
 * A record is an object that is in no other object. In text it is a row of
 * aligned columns, a line of words, or a line for each field.
 */
#ifndef _OUT_H
#define _OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum out_where { OUT_TEXT = 1, OUT_JSON = 2, OUT_BOTH = 3 };
enum out_layout { OUT_COLUMNS, OUT_WORDS, OUT_LINES };
enum out_colour { OUT_PLAIN, OUT_RED, OUT_GREEN, OUT_YELLOW, OUT_GREY };

extern bool out_json;

/* Once, before all else. Colour and header are for terminals. */
void out_begin(enum out_layout layout);
/* Dies if something could not be written. */
void out_flush(void);
/*
 * What follows goes to @file, NULL for standard output. Of columns, at most
 * @rows rows and a line that says how many more there are, 0 for all.
 */
void out_to(FILE *file, unsigned int rows);

/* @key is NULL for what is in an array or in nothing. */
void out_array_open(const char *key);
void out_array_close(void);
void out_object_open(const char *key);
void out_object_close(void);

void out_string(enum out_where where, const char *key, const char *value);
/* Any bytes. In JSON they are Latin-1 if they are no UTF-8. */
void out_payload(enum out_where where, const char *key, const void *bytes,
		 size_t size);
/* A word in a column of its own @width. */
void out_word(enum out_where where, const char *key, const char *value,
	      enum out_colour colour, int width);
void out_number(enum out_where where, const char *key, uint64_t value);
/* 16 hexadecimal digits, a string in JSON: too large for its numbers. */
void out_hex(enum out_where where, const char *key, uint64_t value);
void out_bool(enum out_where where, const char *key, bool value);
/* "-" in text */
void out_null(enum out_where where, const char *key);

#endif
