// SPDX-License-Identifier: GPL-2.0
/* Tunables, their ranges, the defaults of each profile, and how they are changed. */

#include "core.h"

#define ROW(field, unit_, min_, max_, lan, wan, local, doc)    \
	{                                                      \
		.name = #field,                                \
		.unit = unit_,                                 \
		.offset = offsetof(struct swim_config, field), \
		.min = min_,                                   \
		.max = max_,                                   \
		.value = { lan, wan, local },                  \
	},

const struct swim_tunable swim_tunables[SWIM_NR_TUNABLES] = { SWIM_TUNABLES(
	ROW) };

#define PLACE(field, ...)                                    \
	static_assert(offsetof(struct swim_config, field) == \
		      sizeof(u32) * NR_##field);
#define NUMBER(field, ...) NR_##field,
#define MOST(field, unit, min, max, ...) MOST_##field = max,
enum { SWIM_TUNABLES(NUMBER) NR_ROWS };
enum { SWIM_TUNABLES(MOST) };

SWIM_TUNABLES(PLACE)
static_assert(NR_ROWS == SWIM_NR_TUNABLES);

/* Arrays have room for so many. */
static_assert(MOST_indirect_probes <= SWIM_INDIRECT_MAX);
static_assert(MOST_gossip_fanout <= SWIM_FANOUT_MAX);
static_assert(MOST_suspicion_accusers < SWIM_ACCUSERS_MAX);
static_assert(MOST_max_members <= SWIM_MEMBERS_MAX);
static_assert(MOST_max_datagram <= SWIM_DATAGRAM_MAX);

const char *const swim_profile_names[SWIM_NR_PROFILES] = {
	[SWIM_LAN] = "lan",
	[SWIM_WAN] = "wan",
	[SWIM_LOCAL] = "local",
};

const char *const swim_sensitivity_names[SWIM_NR_SENSITIVITIES] = {
	[SWIM_FAST] = "fast",
	[SWIM_NORMAL] = "normal",
	[SWIM_CALM] = "calm",
};

u32 *swim_config_value(struct swim_config *cfg, const struct swim_tunable *row)
{
	return (u32 *)((u8 *)cfg + row->offset);
}

void swim_config_defaults(struct swim_config *cfg, enum swim_profile profile,
			  enum swim_sensitivity sensitivity)
{
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++)
		*swim_config_value(cfg, &swim_tunables[i]) =
			swim_tunables[i].value[profile];
	cfg->rules = SWIM_RULES_ALL;
	if (sensitivity == SWIM_FAST) {
		cfg->suspicion_mult /= 2;
		cfg->corroborators *= 2;
	} else if (sensitivity == SWIM_CALM) {
		cfg->suspicion_mult *= 2;
	}
}

const struct swim_tunable *swim_config_check(const struct swim_config *cfg)
{
	unsigned int i;

	for (i = 0; i < SWIM_NR_TUNABLES; i++) {
		const struct swim_tunable *row = &swim_tunables[i];
		u32 value = *(const u32 *)((const u8 *)cfg + row->offset);

		if (value < row->min || value > row->max)
			return row;
	}
	return NULL;
}

bool swim_name_valid(const char *name, size_t len)
{
	size_t i;

	if (!len || len > SWIM_NAME_MAX)
		return false;
	for (i = 0; i < len; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return true;
}

bool swim_addr_valid(const struct swim_addr *addr)
{
	static const u8 zero[16];

	if (!addr->port)
		return false;
	switch (addr->family) {
	case 4:
		/* Not this network, multicast, reserved or broadcast. */
		return addr->ip[0] && addr->ip[0] < 224;
	case 6:
		return addr->ip[0] != 0xff && memcmp(addr->ip, zero, 16);
	default:
		return false;
	}
}

int swim_room_make(const struct swim *swim, const struct swim_config *config,
		   struct swim_room *room)
{
	*room = (struct swim_room){};
	if (config->max_datagram > swim->config.max_datagram) {
		room->data = kmalloc(config->max_datagram, SWIM_GFP_WAIT);
		if (!room->data)
			return -ENOMEM;
	}
	if (!swim_table_make_room(&swim->table, config->max_members, room))
		return 0;
	swim_room_free(room);
	return -ENOMEM;
}

void swim_room_free(struct swim_room *room)
{
	kfree(room->data);
	kfree(room->by_name);
	kfree(room->by_uid);
}

int swim_set_config(struct swim *swim, u64 now,
		    const struct swim_config *config, struct swim_room *room)
{
	bool other_round = config->probe_interval !=
			   swim->config.probe_interval;
	const struct swim_meta *meta = swim_meta_of(swim->self);

	if (meta && meta->len > wire_meta_room(swim->self->name_len,
					       config->max_datagram))
		return -EMSGSIZE;
	swim_advance(swim, now);
	swim_table_grow(&swim->table, room);
	if (room->data) {
		kfree(swim->out.data);
		swim->out.data = room->data;
		room->data = NULL;
	}
	swim->out.size = config->max_datagram;
	swim->config = *config;
	if (other_round)
		swim_round_retime(swim);
	swim_probe_retime(swim);
	swim_suspicion_retime(swim);
	swim_spread_retime(swim);
	swim_sync_retime(swim);
	return 0;
}
