/* SPDX-License-Identifier: GPL-2.0 */
/* The measured core's memory. */
#ifndef _COST_ALLOC_H
#define _COST_ALLOC_H

#include <linux/types.h>

/* Whether what is allocated from now on is counted; it is at first. */
void alloc_count(bool count);
/* Bytes that the core holds, in kmalloc's size classes, and the most it held. */
u64 alloc_held(void);
u64 alloc_peak(void);
void alloc_reset_peak(void);

#endif
