// SPDX-License-Identifier: GPL-2.0
/* The network of suites that need one. */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "loopback.h"

int loopback_up(struct kunit_suite *suite)
{
	int err;

	rtnl_lock();
	err = dev_open(init_net.loopback_dev, NULL);
	rtnl_unlock();
	return err;
}
