// SPDX-License-Identifier: GPL-2.0
/*
 * Part of gossip.ko where the kernel has KUnit: what gossip_kunit.ko may call,
 * so that it tests the code that users run and not a copy of it.
 */

#include <kunit/visibility.h>
#include <linux/module.h>

#include "../../kmod/keyring.h"
#include "../../kmod/lease.h"
#include "../../kmod/meta.h"
#include "../../kmod/namespace.h"
#include "../../kmod/netlink_dump.h"
#include "../../kmod/netlink_keys.h"
#include "../../kmod/netlink_own.h"
#include "../../kmod/netlink_parse.h"
#include "../../kmod/netlink_put.h"
#include "../../kmod/own.h"
#include "../../kmod/params.h"
#include "../../kmod/ping.h"
#include "../../kmod/reserve.h"
#include "../../kmod/route.h"
#include "../../kmod/service.h"
#include "../../kmod/swim/core.h"
#include "../../kmod/sysfs_members.h"
#include "../../kmod/ticker.h"
#include "../../kmod/udp.h"

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
EXPORT(swim_meta_put);
EXPORT(swim_set_meta);
EXPORT(swim_link_lost);
EXPORT(swim_narrow);
EXPORT(swim_overloaded);
EXPORT(swim_health);
EXPORT(swim_rival);
EXPORT(swim_send_event);
EXPORT(swim_ping);
EXPORT(swim_find);

/* params.h */
EXPORT(gossip_params_check);
EXPORT(gossip_params_change);
EXPORT(gossip_addrs_check);
EXPORT(gossip_parse_addr);
EXPORT(gossip_parse_peers);
EXPORT(gossip_parse_uids);

/* ticker.h */
EXPORT(gossip_ticker_init);
EXPORT(gossip_ticker_start);
EXPORT(gossip_ticker_cancel);
EXPORT(gossip_ticker_stop);

/* netlink_own.h */
EXPORT(gossip_meta_policy);
EXPORT(gossip_event_policy);
EXPORT(gossip_lease_policy);
EXPORT(gossip_meta_set_doit);
EXPORT(gossip_event_send_doit);
EXPORT(gossip_lease_open_doit);

/* netlink_dump.h, netlink_keys.h */
EXPORT(gossip_dump_start);
EXPORT(gossip_dump_members);
EXPORT(gossip_ping_ask);
EXPORT(gossip_ping_answer);
EXPORT(gossip_key_policy);
EXPORT(gossip_key_add);
EXPORT(gossip_key_del_doit);
EXPORT(gossip_key_use_doit);

/* netlink_parse.h, netlink_put.h */
EXPORT(gossip_start_policy);
EXPORT(gossip_join_policy);
EXPORT(gossip_find_policy);
EXPORT(gossip_parse_start);
EXPORT(gossip_parse_join);
EXPORT(gossip_parse_find);
EXPORT(gossip_set_policy);
EXPORT(gossip_ping_policy);
EXPORT(gossip_parse_set);
EXPORT(gossip_parse_ping);
EXPORT(gossip_explain);
EXPORT(gossip_put_instance);
EXPORT(gossip_put_member);
EXPORT(gossip_put_event);
EXPORT(gossip_put_stats);
EXPORT(gossip_event_size);

/* meta.h, service.h, lease.h */
EXPORT(gossip_text_valid);
EXPORT(gossip_meta_valid);
EXPORT(gossip_meta_first);
EXPORT(gossip_meta_next);
EXPORT(gossip_services_first);
EXPORT(gossip_tags_add);
EXPORT(gossip_tags_make);
EXPORT(gossip_services_begin);
EXPORT(gossip_services_next);
EXPORT(gossip_leases_init);
EXPORT(gossip_lease_find);
EXPORT(gossip_lease_add);
EXPORT(gossip_lease_end);
EXPORT(gossip_lease_renew);
EXPORT(gossip_leases_end_all);
EXPORT(gossip_leases_end_closed);
EXPORT(gossip_leases_end_late);
EXPORT(gossip_leases_deadline);
EXPORT(gossip_leases_put);

/* own.h, reserve.h */
EXPORT(gossip_own_init);
EXPORT(gossip_own_tick);
EXPORT(gossip_own_clear);
EXPORT(gossip_own_set_tags);
EXPORT(gossip_own_open);
EXPORT(gossip_own_renew);
EXPORT(gossip_own_close);
EXPORT(gossip_own_end_closed);
EXPORT(gossip_udp_open);
EXPORT(gossip_udp_mute);
EXPORT(gossip_udp_close);
EXPORT(gossip_udp_build);
EXPORT(gossip_udp_send);
EXPORT(gossip_udp_sends_by);
EXPORT(gossip_udp_lose_link);
EXPORT(gossip_udp_make_reserve);
EXPORT(gossip_udp_exchange);
EXPORT(gossip_route_source);
EXPORT(gossip_reserve_init);
EXPORT(gossip_reserve_free);
EXPORT(gossip_reserve_take);

/* stats.h */
EXPORT(gossip_stat_rows);
EXPORT(swim_stat_names);

/* sysfs_members.h */
EXPORT(gossip_member_line);
EXPORT(gossip_members_read);

/* namespace.h, instance.h */
EXPORT(gossip_start);
EXPORT(gossip_stop);
EXPORT(gossip_join);
EXPORT(gossip_leave);
EXPORT(gossip_set);
EXPORT(gossip_ping);
EXPORT(gossip_instance_get);
EXPORT(gossip_instance_put);
EXPORT(gossip_summary);
EXPORT(gossip_stat);
EXPORT(gossip_stats);
EXPORT(gossip_find);
EXPORT(gossip_list);
EXPORT(gossip_listing_free);

/* seal.h, keyring.h */
EXPORT(gossip_key_init);
EXPORT(gossip_secret_is_null);
EXPORT(gossip_seal);
EXPORT(gossip_is_sealed);
EXPORT(gossip_seal_id);
EXPORT(gossip_open);
EXPORT(gossip_keyring_list);
EXPORT(gossip_keyring_change);
EXPORT(gossip_keyring_first);
EXPORT(gossip_keyring_find);
EXPORT(gossip_keyring_free);
