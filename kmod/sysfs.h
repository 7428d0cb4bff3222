/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_SYSFS_H
#define _GOSSIP_SYSFS_H

int gossip_sysfs_init(void);
void gossip_sysfs_exit(void);

/*
 * Wakes who polls the listing. For struct gossip_adapter, which says in what
 * context; may also be called before init and after exit.
 */
void gossip_sysfs_changed(void);

#endif
