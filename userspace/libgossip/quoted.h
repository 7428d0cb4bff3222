/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUOTED_H
#define _QUOTED_H

/*
 * For formats: a word of the caller's. It can have any length, and is cut so that
 * what is wrong with it, which follows, has room on the line.
 */
#define QUOTED "\"%.160s\""

#endif
