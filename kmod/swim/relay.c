// SPDX-License-Identifier: GPL-2.0
/* Probing on behalf of others (SWIM, section 3.1). */

#include "core.h"

/**
 * struct swim_relay - a ping that another member asked for
 * @timer: when the asker is told that there was no answer; then, when an
 *	answer is of no more use to it
 * @node: in swim->relays
 * @nonce: of our ping
 * @target: uid of the member pinged
 * @asker: who asked
 * @asker_nonce: of the request
 * @end: when an answer is of no more use
 */
struct swim_relay {
	struct swim_timer timer;
	struct list_head node;
	u32 nonce;
	u32 asker_nonce;
	u64 target;
	u64 end;
	struct swim_addr asker;
};

static void free_relay(struct swim *swim, struct swim_relay *relay)
{
	swim_timer_cancel(swim, &relay->timer);
	list_del(&relay->node);
	swim->relaying--;
	kfree(relay);
}

/* @known: a member, who is told what is new as well. */
static void deny(struct swim *swim, const struct swim_addr *asker, u32 nonce,
		 u64 target, bool known)
{
	struct wire_body body = { .nonce = nonce, .value = target };

	/* Who is cut off itself could not tell. */
	if (swim->isolation.isolated ||
	    !swim_rule(swim, SWIM_RULE_HEALTH | SWIM_RULE_CONCLUSIVE))
		return;
	swim_begin(swim, WIRE_NACK, 0, &body);
	swim_finish(swim, asker, known);
}

static void expire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_relay *relay =
		container_of(timer, struct swim_relay, timer);

	if (swim->now >= relay->end) {
		free_relay(swim, relay);
		return;
	}
	swim_timer_set(swim, timer, relay->end);
	deny(swim, &relay->asker, relay->asker_nonce, relay->target, true);
}

static void ping(struct swim *swim, const struct swim_relay *relay,
		 const struct swim_member *target,
		 const struct swim_source *source,
		 const struct wire_body *asked)
{
	struct wire_body body = {
		.nonce = relay->nonce,
		.value = relay->target,
		.asker = source->header.uid,
		.salt = asked->salt,
	};

	swim_begin(swim, WIRE_RELAY, WIRE_REPEAT, &body);
	swim_about(swim, target);
	swim_finish(swim, &target->addr, true);
}

static struct swim_relay *new_relay(struct swim *swim)
{
	struct swim_relay *relay;

	if (swim->relaying == SWIM_RELAYS_MAX) {
		swim_count_stat(swim, SWIM_BUSY);
		return NULL;
	}
	relay = kmalloc(sizeof(*relay), SWIM_GFP);
	if (!relay) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return NULL;
	}
	swim_timer_init(&relay->timer, expire);
	list_add(&relay->node, &swim->relays);
	swim->relaying++;
	return relay;
}

void swim_relay_start(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body)
{
	struct swim_member *target = swim_by_uid(&swim->table, body->value);
	u64 longest = swim_interval(swim) * (SWIM_LHM_MAX + 1);
	u64 time = min(body->time_ms * SWIM_MS, longest);
	struct swim_relay *relay;

	/*
	 * An earlier start of a member, of which we know another one already. Even
	 * to who is none: it may itself have started anew, which is known only to
	 * others. Where each knows another one's earlier start nobody else is left
	 * to say so.
	 */
	if (!target) {
		if (swim_may_answer(swim, source))
			deny(swim, &source->addr, body->nonce, body->value,
			     swim_from_member(source));
		return;
	}
	/*
	 * The target's address is our own knowledge, never the asker's word;
	 * and who asks is answered at its own address only.
	 */
	if (!swim_from_member(source)) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	if (target == swim->self) {
		swim_answer(swim, source, body->nonce, source->header.uid,
			    body->salt);
		return;
	}
	relay = new_relay(swim);
	if (!relay)
		return;
	relay->nonce = swim_probe_other_nonce(swim);
	relay->asker_nonce = body->nonce;
	relay->target = target->uid;
	relay->asker = source->addr;
	relay->end = swim->now + time;
	swim_count_stat(swim, SWIM_RELAYED);
	/* Lifeguard, section IV-A: at 80 % of the asker's time. */
	swim_timer_set(swim, &relay->timer,
		       swim_rule(swim,
				 SWIM_RULE_HEALTH | SWIM_RULE_CONCLUSIVE) ?
			       swim->now + time / 5 * 4 :
			       relay->end);
	ping(swim, relay, target, source, body);
}

bool swim_relay_ack(struct swim *swim, const struct swim_source *source,
		    const struct wire_body *body)
{
	struct swim_relay *relay;

	list_for_each_entry(relay, &swim->relays, node) {
		struct wire_body answer = {
			.nonce = relay->asker_nonce,
			.value = relay->target,
			.proof = body->proof,
		};

		if (relay->nonce != body->nonce ||
		    relay->target != body->value ||
		    relay->target != source->header.uid)
			continue;
		swim_begin(swim, WIRE_ACK, 0, &answer);
		swim_finish(swim, &relay->asker, true);
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
