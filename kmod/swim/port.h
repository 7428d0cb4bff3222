/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that the core takes from the kernel. Each of these headers also exists
 * in the kernel's tools/include, from which the host programs take it.
 */
#ifndef _SWIM_PORT_H
#define _SWIM_PORT_H

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

/* A failure is counted, and made good by anti-entropy: nothing to warn of. */
#define SWIM_GFP (GFP_ATOMIC | __GFP_NOWARN)
/* In process context, without a lock; whoever asked for it is told of a failure. */
#define SWIM_GFP_WAIT (GFP_KERNEL | __GFP_NOWARN)

#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif
