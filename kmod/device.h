/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_DEVICE_H
#define _GOSSIP_DEVICE_H

/* After gossip_namespace_init(), and before gossip_namespace_exit(). */
int gossip_device_init(void);
void gossip_device_exit(void);

#endif
