// SPDX-License-Identifier: GPL-2.0
/* The keys of an instance: who changes them has the namespace's mutex. */

#include <linux/err.h>

#include "instance_priv.h"

static const struct gossip_keyring *ring_of(const struct gossip_instance *inst)
{
	/* Nobody else changes it: the namespace has its mutex. */
	return rcu_dereference_protected(inst->keyring, true);
}

/* Puts @ring, which may be an error, in the place of the present one. */
static int replace(struct gossip_instance *inst, struct gossip_keyring *ring)
{
	struct gossip_keyring *old;

	BUILD_BUG_ON(SEAL_KEYS_MAX != 8);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	old = rcu_replace_pointer(inst->keyring, ring, true);
	synchronize_rcu();
	gossip_keyring_free(old);
	return 0;
}

static int explain(struct gossip_error *err, int ret)
{
	switch (ret) {
	case -EINVAL:
		return gossip_refuse(err, NULL,
				     "all bytes of the secret are zero", ret);
	case -EEXIST:
		return gossip_refuse(err, NULL, "this key is there already",
				     ret);
	case -ENOSPC:
		return gossip_refuse(
			err, NULL,
			"there are 8 keys already: delete one that is not used any more",
			ret);
	case -ENOENT:
		return gossip_refuse(err, NULL, "no key of that id", ret);
	case -EBUSY:
		return gossip_refuse(
			err, NULL,
			"it seals what is sent: use another one first, or none",
			ret);
	case -ENOMEM:
		return gossip_refuse(err, NULL, "out of memory", ret);
	default:
		return ret;
	}
}

int gossip_instance_key(struct gossip_instance *inst,
			const struct gossip_key_change *change,
			struct gossip_error *err)
{
	int ret = replace(inst, gossip_keyring_change(ring_of(inst), change));

	return ret ? explain(err, ret) : 0;
}

int gossip_instance_key_first(struct gossip_instance *inst,
			      struct gossip_error *err)
{
	struct gossip_params *params = &inst->params;
	struct gossip_keyring *ring;

	if (!params->sealed)
		return 0;
	ring = gossip_keyring_first(params->secret);
	params->sealed = false;
	memzero_explicit(params->secret, sizeof(params->secret));
	if (IS_ERR(ring))
		return explain(err, PTR_ERR(ring));
	RCU_INIT_POINTER(inst->keyring, ring);
	return 0;
}

void gossip_keys(struct gossip_instance *inst, struct gossip_key_list *list)
{
	rcu_read_lock();
	gossip_keyring_list(rcu_dereference(inst->keyring), list);
	rcu_read_unlock();
}
