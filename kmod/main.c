// SPDX-License-Identifier: GPL-2.0
/* Module init and exit, and the parameters. */

#include <keys/user-type.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "device.h"
#include "event.h"
#include "namespace.h"
#include "netlink.h"
#include "notify.h"
#include "nudge.h"
#include "sysfs.h"

static char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(
	name,
	"this member's name, 1-63 of A-Za-z0-9._- (default: the host name)");

static char *cluster = "";
module_param(cluster, charp, 0444);
MODULE_PARM_DESC(
	cluster,
	"groups with different names ignore each other (default: default)");

static char *bind = "";
module_param(bind, charp, 0444);
MODULE_PARM_DESC(bind, "address[:port] to listen on (default: 0.0.0.0:7946)");

static char *advertise = "";
module_param(advertise, charp, 0444);
MODULE_PARM_DESC(advertise, "address[:port] told to others, if it differs");

static char *peers = "";
module_param(peers, charp, 0444);
MODULE_PARM_DESC(
	peers, "address[:port],... of members to join (default: start alone)");

static char *profile = "lan";
module_param(profile, charp, 0444);
MODULE_PARM_DESC(
	profile,
	"lan, wan or local: a set of defaults for the tunables (default: lan)");

static char *sensitivity = "normal";
module_param(sensitivity, charp, 0444);
MODULE_PARM_DESC(
	sensitivity,
	"fast, normal or calm: time before a silent member is declared failed (default: normal)");

static char *lease_uids = "";
module_param(lease_uids, charp, 0444);
MODULE_PARM_DESC(
	lease_uids,
	"user ids, FIRST-LAST, that may hold leases without CAP_NET_ADMIN (default: none)");

static char *key = "";
module_param(key, charp, 0444);
MODULE_PARM_DESC(
	key,
	"description of a logon key of 32 bytes in the kernel's keyring, by which datagrams are sealed (default: none)");

/* One line in the log: which parameter, its value, and what is allowed. */
static int reject_part(const char *what, const char *value, int len,
		       const char *allowed)
{
	/* Whatever is in the value, it is one line. */
	pr_err("%s=%*pE: %s\n", what, len, value, allowed);
	return -EINVAL;
}

static int reject(const char *what, const char *value, const char *allowed)
{
	return reject_part(what, value, strlen(value), allowed);
}

/* -1: it was not given. */
static int autostart = -1;

static int set_autostart(const char *text, const struct kernel_param *param)
{
	int value;

	if (kstrtoint(text, 0, &value) || value < 0 || value > 1)
		return reject(param->name, text, "must be 0 or 1");
	autostart = value;
	return 0;
}

static const struct kernel_param_ops autostart_ops = {
	.set = set_autostart,
	.get = param_get_int,
};
module_param_cb(autostart, &autostart_ops, &autostart, 0444);
__MODULE_PARM_TYPE(autostart, "int");
MODULE_PARM_DESC(
	autostart,
	"1: start a member on loading; 0: wait for START (default: 1 if name or peers are given)");

/* 0, which no tunable can be: it was not given. */
static struct swim_config tunable;

static int set_tunable(const char *text, const struct kernel_param *param)
{
	u32 *value = param->arg;
	const struct swim_tunable *row =
		&swim_tunables[value - (u32 *)&tunable];
	char allowed[sizeof("must be ") + GOSSIP_RANGE_TEXT];
	char range[GOSSIP_RANGE_TEXT];
	u32 given;

	if (!kstrtou32(text, 0, &given) && given >= row->min &&
	    given <= row->max) {
		*value = given;
		return 0;
	}
	snprintf(allowed, sizeof(allowed), "must be %s",
		 gossip_range(row, range));
	return reject(row->name, text, allowed);
}

static const struct kernel_param_ops tunable_ops = {
	.set = set_tunable,
	.get = param_get_uint,
};

#define PARAMETER(field, unit, min, max, lan, wan, local, doc)           \
	module_param_cb(field, &tunable_ops, &tunable.field, 0444);      \
	__MODULE_PARM_TYPE(field, "uint");                               \
	MODULE_PARM_DESC(field, doc ": " #min " to " #max " " unit       \
				    " (default: lan " #lan ", wan " #wan \
				    ", local " #local ")");

SWIM_TUNABLES(PARAMETER)

static int read_text(const char *what, const char *value, char *to)
{
	if (strlen(value) > SWIM_NAME_MAX ||
	    (value[0] && !swim_name_valid(value, strlen(value))))
		return reject(what, value,
			      "must be 1 to 63 of A-Z a-z 0-9 . _ -");
	strscpy(to, value, SWIM_NAME_MAX + 1);
	return 0;
}

/* @ret: what came of parsing @value. */
static int reject_addr(const char *what, const char *value, int ret)
{
	if (ret == -E2BIG)
		return reject(what, value, "is one more than the 32 allowed");
	if (ret == -ENODEV)
		return reject(what, value,
			      "must have the name of an interface after the %");
	return reject(
		what, value,
		"must be an address like 10.0.0.1, 10.0.0.1:7946 or [fd00::7]:7946");
}

static int read_addr(const char *what, const char *value,
		     struct swim_addr *addr)
{
	int ret = value[0] ? gossip_parse_addr(value, addr) : 0;

	return ret ? reject_addr(what, value, ret) : 0;
}

static int read_peers(struct gossip_params *params)
{
	const char *bad;
	char *copy;
	int ret;

	if (!peers[0])
		return 0;
	copy = kstrdup(peers, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	ret = gossip_parse_peers(copy, params, &bad);
	if (ret)
		ret = reject_addr("peers", bad, ret);
	kfree(copy);
	return ret;
}

static int read_uids(struct gossip_params *params)
{
	if (!lease_uids[0] ||
	    !gossip_parse_uids(lease_uids, &params->lease_uids))
		return 0;
	return reject("lease_uids", lease_uids,
		      "must be user ids like 1000-2000, or one");
}

#ifdef CONFIG_KEYS
static int copy_secret(const struct key *found, struct gossip_params *params)
{
	const struct user_key_payload *payload = user_key_payload_locked(found);

	/* Revoked meanwhile. */
	if (!payload)
		return -EKEYREVOKED;
	if (payload->datalen != sizeof(params->secret) ||
	    gossip_secret_is_null(payload->data))
		return -EINVAL;
	memcpy(params->secret, payload->data, sizeof(params->secret));
	params->sealed = true;
	return 0;
}

/* Of the keyrings of the process that loads the module. */
static int read_key(struct gossip_params *params)
{
	struct key *found;
	int ret;

	if (!key[0])
		return 0;
	found = request_key(&key_type_logon, key, NULL);
	if (IS_ERR(found))
		return reject(
			"key", key,
			"no logon key of that description is in the keyrings of who loads the module: keyctl padd logon PREFIX:NAME @u");
	down_read(&found->sem);
	ret = copy_secret(found, params);
	up_read(&found->sem);
	key_put(found);
	if (ret)
		return reject(
			"key", key,
			"must be a key of 32 bytes, not all of them zero");
	return 0;
}
#else
static int read_key(struct gossip_params *params)
{
	return key[0] ? reject("key", key, "this kernel has no keyrings") : 0;
}
#endif

static int read_params(struct gossip_params *params)
{
	int choice, ret;

	choice = match_string(swim_profile_names, SWIM_NR_PROFILES, profile);
	if (choice < 0)
		return reject("profile", profile, "must be lan, wan or local");
	params->profile = choice;
	choice = match_string(swim_sensitivity_names, SWIM_NR_SENSITIVITIES,
			      sensitivity);
	if (choice < 0)
		return reject("sensitivity", sensitivity,
			      "must be fast, normal or calm");
	params->sensitivity = choice;
	params->config = tunable;

	ret = read_text("name", name, params->name);
	if (!ret)
		ret = read_text("cluster", cluster, params->cluster);
	if (!ret)
		ret = read_addr("bind", bind, &params->bind);
	if (!ret)
		ret = read_addr("advertise", advertise, &params->advertise);
	if (!ret)
		ret = read_peers(params);
	if (!ret)
		ret = read_uids(params);
	if (!ret)
		ret = read_key(params);
	return ret;
}

/* What the user gave for the parameter at fault; of a list, the element. */
static const char *value_of(const struct gossip_error *err, int *len)
{
	const char *value = "";
	unsigned int i;

	if (!strcmp(err->what, "name"))
		value = name[0] ? name : utsname()->nodename;
	else if (!strcmp(err->what, "cluster"))
		value = cluster;
	else if (!strcmp(err->what, "bind"))
		value = bind;
	else if (!strcmp(err->what, "advertise"))
		value = advertise;
	*len = strlen(value);
	if (!strcmp(err->what, "peers")) {
		value = peers;
		for (i = 0; i < err->index; i++)
			value += strcspn(value, ",") + 1;
		*len = strcspn(value, ",");
	}
	return value;
}

static void tell(const struct gossip_error *err)
{
	const char *value;
	int len;

	if (!err->what) {
		pr_err("%s\n", err->why);
		return;
	}
	value = value_of(err, &len);
	reject_part(err->what, value, len, err->why);
}

static int start(void)
{
	struct gossip_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	struct gossip_error err = {};
	int ret;

	if (!params)
		return -ENOMEM;
	/* What is wrong is told even if nothing is to be started yet. */
	ret = read_params(params);
	if (!ret)
		ret = gossip_addrs_check(params, &err);
	if (!ret && (autostart > 0 || (autostart && (name[0] || peers[0]))))
		ret = gossip_start(&init_net, params, &err);
	if (err.why)
		tell(&err);
	kfree_sensitive(params);
	return ret;
}

static const struct gossip_adapter adapters[] = {
	{
		.build = gossip_netlink_build,
		.pong = gossip_netlink_pong,
		.deliver = gossip_netlink_deliver,
		.lost = gossip_netlink_lost,
	},
	{
		.user = gossip_netlink_user,
		.deliver = gossip_netlink_deliver_user,
	},
	{
		.build = gossip_notify_build,
		.deliver = gossip_notify_deliver,
		.lost = gossip_notify_lost,
	},
	{
		.changed = gossip_sysfs_changed,
	},
};

static int __init gossip_init(void)
{
	int ret;

	gossip_nudge_init();
	gossip_event_init(adapters, ARRAY_SIZE(adapters));
	ret = gossip_notify_init();
	if (ret)
		return ret;
	ret = gossip_namespace_init();
	if (ret)
		goto exit_notify;
	ret = gossip_device_init();
	if (ret)
		goto exit_namespace;
	ret = gossip_sysfs_init();
	if (ret)
		goto exit_device;
	ret = start();
	if (ret)
		goto exit_sysfs;
	/*
	 * Last: a module whose init fails is freed whatever references it has, and
	 * a dump that somebody began meanwhile would go on.
	 */
	ret = gossip_netlink_init();
	if (ret)
		goto leave;
	return 0;

leave:
	gossip_namespace_leave_all();
exit_sysfs:
	gossip_sysfs_exit();
exit_device:
	gossip_device_exit();
exit_namespace:
	gossip_namespace_exit();
exit_notify:
	gossip_notify_exit();
	gossip_nudge_exit();
	return ret;
}

static void __exit gossip_exit(void)
{
	gossip_namespace_leave_all();
	gossip_netlink_exit();
	gossip_sysfs_exit();
	gossip_device_exit();
	gossip_namespace_exit();
	gossip_notify_exit();
	gossip_nudge_exit();
}

module_init(gossip_init);
module_exit(gossip_exit);

MODULE_DESCRIPTION("SWIM failure detection and group membership");
MODULE_LICENSE("GPL");
