/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's headers have for the kernel. */
#ifndef _MACROS_H
#define _MACROS_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define FORMAT(kind, text, first) (__format__(kind, text, first))
#define __printf(text, first) __attribute__(FORMAT(printf, text, first))

#endif
