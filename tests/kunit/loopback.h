/* SPDX-License-Identifier: GPL-2.0 */
/* The network of suites that need one. */
#ifndef _KUNIT_LOOPBACK_H
#define _KUNIT_LOOPBACK_H

#include <kunit/test.h>

/* For suite_init: the machine may not have set its network up. */
int loopback_up(struct kunit_suite *suite);

#endif
