// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/gossip/members: a line a member, of any number, as they were at
 * one instant.
 *
 * sysfs asks for a page at a time and has no open and no release. The text is
 * therefore made when a reader is at offset 0, and kept for the rest of its
 * reading in its network namespace, known by its struct file.
 *
 * A struct file is known by its address alone, which says nothing once it is
 * closed. Another one at the same address begins at offset 0, as every reader
 * does, and so replaces what it finds. One that begins elsewhere, with pread()
 * or lseek(), may find the listing of its predecessor: an older one, whole and
 * of its own namespace, where a file that nobody had before it gets -ESTALE.
 */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/inet.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <net/netns/generic.h>

#include "addr.h"
#include "compat.h"
#include "meta.h"
#include "namespace.h"
#include "sysfs.h"
#include "sysfs_members.h"

#define SNAPSHOTS_MAX 32 /* in a namespace */
#define SNAPSHOT_AGE (300 * HZ) /* without being read */

/* name, address, state, incarnation, rtt_us, health; services come after */
#define COLUMNS 6

/**
 * struct snapshot - what one reader reads
 * @node: in its namespace's list
 * @file: the reader, only to be compared
 * @used: when it was last read, in jiffies
 * @change: @changes before the listing was made
 * @len: of the text
 * @text: NULL after the reader has seen the end
 */
struct snapshot {
	struct list_head node;
	const struct file *file;
	unsigned long used;
	int change;
	size_t len;
	char *text;
};

/**
 * struct readers - the readers of one namespace
 * @lock: for all below; not taken by what removes the file
 * @snapshots: the one read last comes first
 * @count: of @snapshots
 */
struct readers {
	struct mutex lock; /* protects all below */
	struct list_head snapshots;
	unsigned int count;
};

static unsigned int readers_id __read_mostly;

/* Grows whenever pollers are woken. */
static atomic_t changes = ATOMIC_INIT(0);

/* The file, or NULL while there is none; under RCU. */
static struct kernfs_node __rcu *members_node;

/* Lines */

/**
 * struct row - the columns of a line
 * @column: text of each; points to what follows, or is constant
 * @state: with what else there is to say
 * @address: with brackets and port
 * @incarnation: a number
 * @rtt: a number
 * @health: a number
 */
struct row {
	const char *column[COLUMNS];
	char state[sizeof("suspect+degraded+probation")];
	char address[sizeof("[]:65535") + INET6_ADDRSTRLEN];
	char incarnation[sizeof("4294967295")];
	char rtt[sizeof("4294967295")];
	char health[sizeof("255")];
};

/* @row points into itself and into @info. */
static void make_row(struct row *row, const struct swim_info *info)
{
	struct sockaddr_in6 addr;

	gossip_sockaddr(&info->addr, &addr);
	scnprintf(row->address, sizeof(row->address), "%pISpc", &addr);
	scnprintf(row->incarnation, sizeof(row->incarnation), "%u",
		  info->incarnation);
	scnprintf(row->rtt, sizeof(row->rtt), "%u", info->rtt_us);
	scnprintf(row->health, sizeof(row->health), "%u", info->lhm);

	row->column[0] = info->name;
	row->column[1] = row->address;
	scnprintf(row->state, sizeof(row->state), "%s%s%s",
		  swim_state_names[info->state],
		  info->flags & SWIM_FLAG_DEGRADED ? "+degraded" : "",
		  info->flags & SWIM_FLAG_PROBATION ? "+probation" : "");
	row->column[2] = row->state;
	row->column[3] = row->incarnation;
	row->column[4] = info->rtt_us ? row->rtt : "-";
	row->column[5] = row->health;
}

/* All that are up, separated by commas; returns the length. */
static size_t print_services(char *buf, size_t size,
			     const struct swim_info *info)
{
	struct gossip_walk_meta walk;
	size_t len = 0;

	gossip_services_first(&walk, info);
	if (!walk.item.key)
		return scnprintf(buf, size, "-");
	for (; walk.item.key; gossip_meta_next(&walk))
		len += scnprintf(buf + len, size - len, "%s%.*s",
				 len ? "," : "", walk.item.key_len,
				 walk.item.key);
	return len;
}

/* What print_services() takes at most. */
static size_t services_size(const struct swim_info *info)
{
	return info->meta ? info->meta->len : 1;
}

static void widen(int width[COLUMNS], const struct row *row)
{
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		width[i] = max_t(int, width[i], strlen(row->column[i]));
}

/* No blanks follow the last column. */
static size_t print_row(char *buf, size_t size, const struct row *row,
			const int width[COLUMNS], const struct swim_info *info)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		len += scnprintf(buf + len, size - len, "%-*s ", width[i],
				 row->column[i]);
	len += print_services(buf + len, size - len, info);
	return len + scnprintf(buf + len, size - len, "\n");
}

ssize_t gossip_member_line(char *buf, const struct swim_info *info)
{
	int width[COLUMNS] = {};
	struct row row;

	make_row(&row, info);
	return print_row(buf, PAGE_SIZE, &row, width, info);
}

static int print_listing(struct snapshot *snapshot,
			 const struct gossip_listing *listing)
{
	int width[COLUMNS] = {};
	size_t line = COLUMNS + 1;
	size_t size = 1;
	struct row row;
	u32 i;

	for (i = 0; i < listing->count; i++) {
		make_row(&row, &listing->member[i]);
		widen(width, &row);
		size += services_size(&listing->member[i]);
		cond_resched();
	}

	for (i = 0; i < COLUMNS; i++)
		line += width[i];
	size += line * listing->count;
	snapshot->text = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!snapshot->text)
		return -ENOMEM;

	for (i = 0; i < listing->count; i++) {
		make_row(&row, &listing->member[i]);
		snapshot->len += print_row(snapshot->text + snapshot->len,
					   size - snapshot->len, &row, width,
					   &listing->member[i]);
		cond_resched();
	}
	return 0;
}

/* Snapshots */

static void free_snapshot(struct snapshot *snapshot)
{
	kvfree(snapshot->text);
	kfree(snapshot);
}

static void drop_snapshot(struct readers *readers, struct snapshot *snapshot)
{
	lockdep_assert_held(&readers->lock);
	list_del(&snapshot->node);
	readers->count--;
	free_snapshot(snapshot);
}

/* Empty without an instance. */
static struct snapshot *make_snapshot(struct net *net, const struct file *file)
{
	struct gossip_instance *inst;
	struct gossip_listing *listing;
	struct snapshot *snapshot;
	int err;

	snapshot = kzalloc(sizeof(*snapshot), GFP_KERNEL_ACCOUNT);
	if (!snapshot)
		return ERR_PTR(-ENOMEM);
	snapshot->file = file;
	snapshot->change = atomic_read(&changes);

	inst = gossip_instance_get(net);
	if (!inst)
		return snapshot;

	listing = gossip_list(inst);
	gossip_instance_put(inst);
	if (IS_ERR(listing)) {
		kfree(snapshot);
		return ERR_CAST(listing);
	}

	err = print_listing(snapshot, listing);
	gossip_listing_free(listing);
	if (err) {
		kfree(snapshot);
		return ERR_PTR(err);
	}
	return snapshot;
}

static struct snapshot *find_snapshot(struct readers *readers,
				      const struct file *file)
{
	struct snapshot *snapshot;

	lockdep_assert_held(&readers->lock);
	list_for_each_entry(snapshot, &readers->snapshots, node)
		if (snapshot->file == file)
			return snapshot;
	return NULL;
}

/* In place of what the reader had, of what is old, and of one too many. */
static void add_snapshot(struct readers *readers, struct snapshot *snapshot)
{
	struct snapshot *old, *tmp;

	lockdep_assert_held(&readers->lock);
	list_for_each_entry_safe(old, tmp, &readers->snapshots, node)
		if (old->file == snapshot->file ||
		    time_after(jiffies, old->used + SNAPSHOT_AGE))
			drop_snapshot(readers, old);

	if (readers->count == SNAPSHOTS_MAX)
		drop_snapshot(readers, list_last_entry(&readers->snapshots,
						       struct snapshot, node));
	list_add(&snapshot->node, &readers->snapshots);
	readers->count++;
}

/*
 * Of the text only its length is needed once the reader has seen the end: it
 * may look for the end again.
 */
static ssize_t read_snapshot(struct snapshot *snapshot, char *buf, loff_t off,
			     size_t count)
{
	snapshot->used = jiffies;
	if (off >= snapshot->len) {
		kvfree(snapshot->text);
		snapshot->text = NULL;
		return 0;
	}
	if (!snapshot->text)
		return -ESTALE;
	return memory_read_from_buffer(buf, count, &off, snapshot->text,
				       snapshot->len);
}

/*
 * kernfs takes a reader for up to date with each of its reads. What happened
 * since the first, which made the listing, would be lost on its poll(): say it
 * again at those that reach the end, but not to who waits at the end for more.
 */
static bool missed_change(const struct snapshot *snapshot, loff_t off,
			  size_t count)
{
	if (!off || !snapshot->text || off + count < snapshot->len)
		return false;
	smp_rmb(); /* after kernfs read its count; gossip_sysfs_changed() */
	return atomic_read(&changes) != snapshot->change;
}

static void wake_pollers(void)
{
	struct kernfs_node *node;

	rcu_read_lock();
	node = rcu_dereference(members_node);
	if (node)
		sysfs_notify_dirent(node);
	rcu_read_unlock();
}

void gossip_sysfs_changed(void)
{
	atomic_inc(&changes);
	smp_mb__after_atomic(); /* before kernfs counts; missed_change() */
	wake_pollers();
}

ssize_t gossip_members_read(struct net *net, const struct file *file, char *buf,
			    loff_t off, size_t count)
{
	struct readers *readers = net_generic(net, readers_id);
	struct snapshot *snapshot;
	bool missed = false;
	ssize_t len;

	if (!off) {
		snapshot = make_snapshot(net, file);
		if (IS_ERR(snapshot))
			return PTR_ERR(snapshot);
	}

	mutex_lock(&readers->lock);
	if (!off)
		add_snapshot(readers, snapshot);
	else
		snapshot = find_snapshot(readers, file);
	if (snapshot) {
		list_move(&snapshot->node, &readers->snapshots);
		missed = missed_change(snapshot, off, count);
		len = read_snapshot(snapshot, buf, off, count);
	} else {
		len = -ESTALE;
	}
	mutex_unlock(&readers->lock);

	if (missed)
		wake_pollers();
	return len;
}

/* kernfs sees to it that the reads of one file follow one another. */
static ssize_t members_read(struct file *file, struct kobject *kobj,
			    gossip_bin_attribute *attr, char *buf, loff_t off,
			    size_t count)
{
	return gossip_members_read(current->nsproxy->net_ns, file, buf, off,
				   count);
}

static const struct bin_attribute members_file = {
	.attr = { .name = "members", .mode = 0444 },
	.read = members_read,
};

/* Namespaces, init and exit */

static int __net_init readers_init(struct net *net)
{
	struct readers *readers = net_generic(net, readers_id);

	mutex_init(&readers->lock);
	INIT_LIST_HEAD(&readers->snapshots);
	return 0;
}

/* Nobody reads: no process is in the namespace, or the file is gone. */
static void __net_exit readers_exit(struct net *net)
{
	struct readers *readers = net_generic(net, readers_id);
	struct snapshot *snapshot, *tmp;

	list_for_each_entry_safe(snapshot, tmp, &readers->snapshots, node)
		free_snapshot(snapshot);
	mutex_destroy(&readers->lock);
}

static struct pernet_operations readers_ops = {
	.init = readers_init,
	.exit = readers_exit,
	.id = &readers_id,
	.size = sizeof(struct readers),
};

int __init gossip_members_init(struct kobject *directory)
{
	struct kernfs_node *node;
	int err;

	err = register_pernet_subsys(&readers_ops);
	if (err)
		return err;

	err = sysfs_create_bin_file(directory, &members_file);
	if (err)
		goto unregister;

	node = sysfs_get_dirent(directory->sd, members_file.attr.name);
	if (WARN_ON_ONCE(!node)) {
		err = -ENOENT;
		goto remove_file;
	}
	rcu_assign_pointer(members_node, node);
	return 0;

remove_file:
	sysfs_remove_bin_file(directory, &members_file);
unregister:
	unregister_pernet_subsys(&readers_ops);
	return err;
}

void gossip_members_exit(struct kobject *directory)
{
	struct kernfs_node *node = rcu_access_pointer(members_node);

	RCU_INIT_POINTER(members_node, NULL);
	synchronize_rcu();
	sysfs_put(node);
	sysfs_remove_bin_file(directory, &members_file);
	unregister_pernet_subsys(&readers_ops);
}
