// SPDX-License-Identifier: GPL-2.0
/*
 * Part of gossip.ko where the kernel has KUnit: what gossip_kunit.ko may call,
 * so that it tests the code that users run and not a copy of it.
 */

#include <kunit/visibility.h>
#include <linux/module.h>

#include "../../kmod/namespace.h"
#include "../../kmod/netlink_parse.h"
#include "../../kmod/netlink_put.h"
#include "../../kmod/params.h"
#include "../../kmod/swim/core.h"
#include "../../kmod/sysfs_members.h"
#include "../../kmod/ticker.h"

/* checkpatch wants an export below its function. */
#define EXPORT(symbol) EXPORT_SYMBOL_IF_KUNIT(symbol)

/* swim/ */
EXPORT(swim_tunables);
EXPORT(swim_config_value);
EXPORT(swim_config_defaults);
EXPORT(swim_name_valid);
EXPORT(swim_addr_valid);
EXPORT(wire_put_message);
EXPORT(wire_put_member);
EXPORT(wire_parse);
EXPORT(wire_next_member);
EXPORT(swim_state_names);
EXPORT(swim_merge);
EXPORT(swim_record_of);
EXPORT(swim_create);
EXPORT(swim_destroy);
EXPORT(swim_receive);
EXPORT(swim_tick);
EXPORT(swim_deadline);
EXPORT(swim_join);
EXPORT(swim_leave);
EXPORT(swim_status);
EXPORT(swim_view);
EXPORT(swim_count);
EXPORT(swim_stat);
EXPORT(swim_self);
EXPORT(swim_find);

/* params.h */
EXPORT(gossip_params_check);
EXPORT(gossip_addrs_check);
EXPORT(gossip_parse_addr);
EXPORT(gossip_parse_peers);

/* ticker.h */
EXPORT(gossip_ticker_init);
EXPORT(gossip_ticker_start);
EXPORT(gossip_ticker_cancel);
EXPORT(gossip_ticker_stop);

/* netlink_parse.h, netlink_put.h */
EXPORT(gossip_start_policy);
EXPORT(gossip_join_policy);
EXPORT(gossip_find_policy);
EXPORT(gossip_parse_start);
EXPORT(gossip_parse_join);
EXPORT(gossip_parse_find);
EXPORT(gossip_explain);
EXPORT(gossip_put_instance);
EXPORT(gossip_put_member);
EXPORT(gossip_put_event);
EXPORT(gossip_put_stats);
EXPORT(gossip_event_size);

/* stats.h */
EXPORT(gossip_stat_rows);
EXPORT(swim_stat_names);

/* sysfs_members.h */
EXPORT(gossip_member_line);

/* namespace.h, instance.h */
EXPORT(gossip_start);
EXPORT(gossip_stop);
EXPORT(gossip_join);
EXPORT(gossip_leave);
EXPORT(gossip_instance_get);
EXPORT(gossip_instance_put);
EXPORT(gossip_summary);
EXPORT(gossip_stat);
EXPORT(gossip_stats);
EXPORT(gossip_find);
EXPORT(gossip_list);
