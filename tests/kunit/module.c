// SPDX-License-Identifier: GPL-2.0
/* gossip_kunit.ko: suites for what gossip.ko shows them, see exports.c. */

#include <linux/module.h>

MODULE_DESCRIPTION("KUnit tests of gossip");
MODULE_LICENSE("GPL");
/* MODULE_IMPORT_NS() takes a name up to 6.12, a string from 6.13 on. */
MODULE_INFO(import_ns, "EXPORTED_FOR_KUNIT_TESTING");
