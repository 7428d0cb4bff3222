/* SPDX-License-Identifier: GPL-2.0 */
/* Words PARAMETER=VALUE, of set and start. */
#ifndef _SET_H
#define _SET_H

/* The parameter, to be freed, and the value; dies if @word is no such. */
char *set_split(const char *word, const char **value);
/* Prints a line for each tunable. */
void set_help_tunables(void);

#endif
