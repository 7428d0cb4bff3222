/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GOSSIP_KUNIT_LETTERS_H
#define GOSSIP_KUNIT_LETTERS_H

#define TEN "aaaaaaaaaa"

/* A name of the greatest length. */
#define LETTERS_63 TEN TEN TEN TEN TEN TEN "aaa"

#endif
