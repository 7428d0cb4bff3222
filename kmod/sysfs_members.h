/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_SYSFS_MEMBERS_H
#define _GOSSIP_SYSFS_MEMBERS_H

#include <linux/types.h>

struct kobject;
struct swim_info;

int gossip_members_init(struct kobject *directory);
void gossip_members_exit(struct kobject *directory);

/* For a text file of sysfs: one member as in the listing; returns its length. */
ssize_t gossip_member_line(char *buf, const struct swim_info *info);

#endif
