// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/gossip: its files show the network namespace of their reader.
 */
#include <linux/kobject.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "namespace.h"
#include "sysfs.h"
#include "sysfs_members.h"

/* In the order of enum swim_status. */
static const char *const status_names[] = {
	"off",	    "joining",	"alive",   "degraded",
	"isolated", "conflict", "leaving", "left",
};

enum value { STATE, VIEW, HEALTH, ALIVE, SUSPECT, FAILED, LEFT, NR_VALUES };

static const char *const value_names[NR_VALUES] = {
	"state", "view", "health", "alive", "suspect", "failed", "left",
};

static_assert(ARRAY_SIZE(status_names) == SWIM_GONE + 1);
static_assert(LEFT - ALIVE == (int)SWIM_LEFT - SWIM_ALIVE);

/* Each file's number is its index; a group's array ends with NULL. */
static struct kobj_attribute value_file[NR_VALUES];
static struct kobj_attribute stat_file[GOSSIP_NR_STATS];
static struct kobj_attribute config_file[SWIM_NR_TUNABLES];
static struct attribute *value_attrs[NR_VALUES + 1];
static struct attribute *stat_attrs[GOSSIP_NR_STATS + 1];
static struct attribute *config_attrs[SWIM_NR_TUNABLES + 1];

static struct kobject *directory;

/* Of the reader's namespace; its caller holds that namespace, being in it. */
static struct gossip_instance *get_instance(void)
{
	return gossip_instance_get(current->nsproxy->net_ns);
}

/* All zero without an instance. To be freed with kfree(). */
static struct gossip_summary *get_summary(void)
{
	struct gossip_instance *inst;
	struct gossip_summary *sum;

	BUILD_BUG_ON(SWIM_OFF);
	sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return NULL;

	inst = get_instance();
	if (inst) {
		gossip_summary(inst, sum);
		gossip_instance_put(inst);
	}
	return sum;
}

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	enum value value = attr - value_file;
	struct gossip_summary *sum;
	ssize_t len;

	sum = get_summary();
	if (!sum)
		return -ENOMEM;

	switch (value) {
	case STATE:
		len = sysfs_emit(buf, "%s\n", status_names[sum->status]);
		break;
	case VIEW:
		len = sysfs_emit(buf, "%016llx\n", sum->view);
		break;
	case HEALTH:
		len = sysfs_emit(buf, "%u\n", sum->health);
		break;
	default:
		len = sysfs_emit(buf, "%u\n", sum->count[value - ALIVE]);
		break;
	}

	kfree(sum);
	return len;
}

static ssize_t stat_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct gossip_instance *inst;
	u64 value = 0;

	inst = get_instance();
	if (inst) {
		value = gossip_stat(inst, attr - stat_file);
		gossip_instance_put(inst);
	}
	return sysfs_emit(buf, "%llu\n", value);
}

/* Without an instance nothing is in effect. */
static ssize_t config_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	const struct swim_tunable *row = &swim_tunables[attr - config_file];
	ssize_t len = -ENODEV;
	struct gossip_summary *sum;

	sum = get_summary();
	if (!sum)
		return -ENOMEM;

	if (sum->status != SWIM_OFF)
		len = sysfs_emit(buf, "%u\n",
				 *swim_config_value(&sum->params.config, row));
	kfree(sum);
	return len;
}

/* A line as in members, or none without an instance. */
static ssize_t self_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct gossip_instance *inst;
	struct swim_info info;
	ssize_t len;

	inst = get_instance();
	if (!inst)
		return 0;

	gossip_self(inst, &info);
	gossip_instance_put(inst);
	len = gossip_member_line(buf, &info);
	swim_meta_put(info.meta);
	return len;
}

static struct kobj_attribute self_file = __ATTR_RO(self);
static struct attribute *self_attrs[] = { &self_file.attr, NULL };

static const struct attribute_group self_group = {
	.attrs = self_attrs,
};

static const struct attribute_group value_group = {
	.attrs = value_attrs,
};

static const struct attribute_group stat_group = {
	.name = "stats",
	.attrs = stat_attrs,
};

static const struct attribute_group config_group = {
	.name = "config",
	.attrs = config_attrs,
};

static const struct attribute_group *groups[] = {
	&self_group, &value_group, &stat_group, &config_group, NULL,
};

typedef ssize_t show_fn(struct kobject *kobj, struct kobj_attribute *attr,
			char *buf);

static void __init make_file(struct kobj_attribute *file,
			     struct attribute **attr, const char *name,
			     show_fn *show)
{
	sysfs_attr_init(&file->attr);
	file->attr.name = name;
	file->attr.mode = 0444;
	file->show = show;
	*attr = &file->attr;
}

static void __init make_files(void)
{
	unsigned int i;

	for (i = 0; i < NR_VALUES; i++)
		make_file(&value_file[i], &value_attrs[i], value_names[i],
			  value_show);
	for (i = 0; i < GOSSIP_NR_STATS; i++)
		make_file(&stat_file[i], &stat_attrs[i],
			  gossip_stat_rows[i].name, stat_show);
	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		make_file(&config_file[i], &config_attrs[i],
			  swim_tunables[i].name, config_show);
}

int __init gossip_sysfs_init(void)
{
	int err;

	make_files();
	directory = kobject_create_and_add("gossip", kernel_kobj);
	if (!directory)
		return -ENOMEM;

	err = sysfs_create_groups(directory, groups);
	if (err)
		goto put_directory;
	err = gossip_members_init(directory);
	if (err)
		goto remove_groups;
	return 0;

remove_groups:
	sysfs_remove_groups(directory, groups);
put_directory:
	kobject_put(directory);
	return err;
}

/* Removal waits for readers, who take no lock that is held here. */
void gossip_sysfs_exit(void)
{
	gossip_members_exit(directory);
	sysfs_remove_groups(directory, groups);
	kobject_put(directory);
}
