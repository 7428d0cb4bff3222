// SPDX-License-Identifier: GPL-2.0
/* Probing on behalf of others (SWIM, section 3.1). */

#include "core.h"

/**
 * struct swim_relay - a ping that another member asked for
 * @timer: when its answer is of no more use to the other
 * @node: in swim->relays
 * @nonce: of our ping
 * @target: uid of the member pinged
 * @asker: who asked
 * @asker_nonce: of the request
 */
struct swim_relay {
	struct swim_timer timer;
	struct list_head node;
	u32 nonce;
	u32 asker_nonce;
	u64 target;
	struct swim_addr asker;
};

static void free_relay(struct swim *swim, struct swim_relay *relay)
{
	swim_timer_cancel(swim, &relay->timer);
	list_del(&relay->node);
	swim->relaying--;
	kfree(relay);
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	free_relay(swim, container_of(timer, struct swim_relay, timer));
}

void swim_relay_start(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body)
{
	struct swim_member *target = swim_by_uid(&swim->table, body->value);
	struct wire_body ask = { .value = body->value };
	u64 longest =
		swim->config.probe_interval * SWIM_MS * (SWIM_LHM_MAX + 1);
	struct swim_relay *relay;

	/*
	 * The target's address is our own knowledge, never the asker's word;
	 * and who asks is answered at its own address only.
	 */
	if (!target || !swim_from_member(source)) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	if (target == swim->self) {
		ask.nonce = body->nonce;
		swim_send(swim, &source->addr, WIRE_ACK, &ask, NULL, true);
		return;
	}
	if (swim->relaying == SWIM_RELAYS_MAX) {
		swim_count_stat(swim, SWIM_BUSY);
		return;
	}
	relay = kmalloc(sizeof(*relay), GFP_ATOMIC);
	if (!relay) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return;
	}
	swim_timer_init(&relay->timer, expire);
	relay->nonce = swim_random64(swim) >> 32 | 1;
	relay->asker_nonce = body->nonce;
	relay->target = target->uid;
	relay->asker = source->addr;
	list_add(&relay->node, &swim->relays);
	swim->relaying++;
	swim_count_stat(swim, SWIM_RELAYED);
	swim_timer_set(swim, &relay->timer,
		       swim->now + min(body->time_ms * SWIM_MS, longest));

	ask.nonce = relay->nonce;
	swim_send(swim, &target->addr, WIRE_PING, &ask, target, true);
}

bool swim_relay_ack(struct swim *swim, const struct wire_body *body)
{
	struct swim_relay *relay;

	list_for_each_entry(relay, &swim->relays, node) {
		struct wire_body answer = {
			.nonce = relay->asker_nonce,
			.value = relay->target,
		};

		if (relay->nonce != body->nonce || relay->target != body->value)
			continue;
		swim_send(swim, &relay->asker, WIRE_ACK, &answer, NULL, true);
		free_relay(swim, relay);
		return true;
	}
	return false;
}

void swim_relay_free_all(struct swim *swim)
{
	struct swim_relay *relay, *next;

	list_for_each_entry_safe(relay, next, &swim->relays, node)
		free_relay(swim, relay);
}
