/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GOSSIP_SYSFS_MEMBERS_H
#define _GOSSIP_SYSFS_MEMBERS_H

#include <linux/types.h>

struct file;
struct kobject;
struct net;
struct swim_info;

int gossip_members_init(struct kobject *directory);
void gossip_members_exit(struct kobject *directory);

/*
 * What @file, a reader in @net, gets at @off of its listing, which is made when it reads at
 * offset 0; of @file only its address is used. Process context; the reads of one @file must
 * follow one another. Its length, or -ENOMEM, -EAGAIN as from gossip_list(), -ESTALE if there
 * is no listing of this reader any more.
 */
ssize_t gossip_members_read(struct net *net, const struct file *file, char *buf,
			    loff_t off, size_t count);

/* For a text file of sysfs: one member as in the listing; returns its length. */
ssize_t gossip_member_line(char *buf, const struct swim_info *info);

#endif
