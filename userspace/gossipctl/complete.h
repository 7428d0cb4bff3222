/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the shells' completion asks for: the words after "gossipctl" up to the
 * cursor, the last of which may be empty or in part.
 */
#ifndef _COMPLETE_H
#define _COMPLETE_H

/* The network namespace that was named, or NULL. */
const char *complete_netns(int argc, char **argv);
/* Prints what the last word can be, a line each: word, tab, what it means. */
void complete_words(int argc, char **argv);

#endif
