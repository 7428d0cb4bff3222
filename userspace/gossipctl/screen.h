/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A terminal on which text is kept up to date: only lines that differ from what
 * is there are written, each cut to the width.
 */
#ifndef _SCREEN_H
#define _SCREEN_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Takes the terminal until the process ends, for which SIGINT and SIGTERM are
 * enough. @whole: what was on it comes back at the end, and keys are read.
 */
void screen_open(bool whole);
unsigned int screen_rows(void);
/* A new picture: lines are to be written there, as many as there are rows. */
FILE *screen_begin(void);
void screen_end(void);
/* What to poll for keys; -1 if none are read. */
int screen_fd(void);
/* A key, without waiting: 0 if there is none. Arrows are 'A' to 'D' + 256. */
int screen_key(void);

#endif
