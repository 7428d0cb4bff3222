// SPDX-License-Identifier: GPL-2.0
/* The tunables of an instance, while it runs: who changes them has the namespace's mutex. */

#include <linux/ktime.h>
#include <linux/slab.h>

#include "instance_priv.h"

/* What greater tunables take is made before there is a lock; else it is empty. */
static int make_room(const struct gossip_instance *inst,
		     const struct swim_config *config, struct swim_room *room,
		     struct gossip_reserve *reserve)
{
	int ret = swim_room_make(inst->swim, config, room);

	*reserve = (struct gossip_reserve){};
	if (ret || config->max_datagram <= inst->params.config.max_datagram)
		return ret;
	ret = gossip_udp_make_reserve(reserve, config->max_datagram);
	if (ret)
		swim_room_free(room);
	return ret;
}

/* The rest of the parameters is read without the lock. */
static void take_params(struct gossip_instance *inst,
			const struct gossip_params *params,
			struct gossip_reserve *reserve)
{
	lockdep_assert_held(&inst->lock);
	if (reserve->skb[0])
		gossip_udp_exchange(&inst->udp, reserve);
	if (params->config.max_members > inst->params.config.max_members)
		inst->refused = swim_stat(inst->swim, SWIM_TABLE_FULL);
	inst->params.profile = params->profile;
	inst->params.sensitivity = params->sensitivity;
	inst->params.config = params->config;
	inst->params.given = params->given;
}

int gossip_instance_set(struct gossip_instance *inst,
			const struct gossip_change *change,
			struct gossip_error *err)
{
	struct gossip_params *params;
	struct gossip_reserve reserve;
	struct swim_room room;
	int ret;

	/* Nobody else changes them: the namespace has its mutex. */
	params = kmemdup(&inst->params, sizeof(*params), GFP_KERNEL);
	if (!params)
		return gossip_refuse(err, NULL, "out of memory", -ENOMEM);
	ret = gossip_params_change(params, change, err);
	if (ret)
		goto free_params;
	ret = make_room(inst, &params->config, &room, &reserve);
	if (ret) {
		gossip_refuse(err, NULL, "out of memory", ret);
		goto free_params;
	}

	gossip_core_lock(inst);
	ret = swim_set_config(inst->swim, ktime_get_boottime_ns(),
			      &params->config, &room);
	if (!ret)
		take_params(inst, params, &reserve);
	gossip_core_unlock(inst);
	if (ret)
		gossip_refuse(
			err, "max_datagram",
			"the own tags and services would not fit: take some away first",
			ret);
	swim_room_free(&room);
	gossip_reserve_free(&reserve);
free_params:
	kfree(params);
	return ret;
}
