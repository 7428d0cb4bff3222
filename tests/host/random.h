/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers of property tests. */
#ifndef _RANDOM_H
#define _RANDOM_H

#include <linux/types.h>

/* From SEED= in the environment, or another one each time; it is printed. */
void random_start(const char *test);
/* Any number if @bound is 0. */
u32 random_below(u32 bound);
u64 random_u64(void);
/* That a property holds in so many trials. */
bool always(bool (*holds)(void), u32 trials);

#endif
