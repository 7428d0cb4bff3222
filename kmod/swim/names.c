// SPDX-License-Identifier: GPL-2.0
/* Two members with one name. */

#include "core.h"

#define ATTEMPTS 3
#define SET 1577836800U /* 2020, s: a clock before that was never set */
#define AHEAD (10 * 365 * 86400U) /* more than any clock is wrong that was */

bool swim_names_too_new(const struct swim *swim,
			const struct swim_record *record)
{
	u64 now;

	/*
	 * Most are from before this member's start. Of its own generation there may
	 * be forged ones, by each of which it would go further ahead.
	 */
	if (record->generation < swim->self->generation)
		return false;
	now = div_u64(swim->ops->wall(swim->ctx), SWIM_SECOND);
	return now >= SET && record->generation > now + AHEAD;
}

static void announce(struct swim *swim, const struct swim_record *other)
{
	struct swim_event event = {
		.type = SWIM_EV_CONFLICT,
		.from = "",
		.accuser = "",
		.lhm = swim->lhm,
	};

	swim_count_stat(swim, SWIM_CONFLICTS);
	event.seq = ++swim->table.seq;
	event.info.uid = other->uid;
	event.info.seq = event.seq;
	event.info.generation = other->generation;
	event.info.incarnation = other->incarnation;
	event.info.addr = other->addr;
	event.info.state = other->state;
	event.info.heard_ms = SWIM_UNHEARD;
	memcpy(event.info.name, other->name, other->name_len);
	swim->ops->event(swim->ctx, &event);
}

/* Tells @other that its name is held by @holder. */
static void refuse(struct swim *swim, const struct swim_record *other,
		   const struct swim_member *holder)
{
	struct wire_body body = { .value = holder->uid };

	swim_begin(swim, WIRE_CONFLICT, 0, &body);
	swim_put(&swim->out, holder, false);
	swim_finish(swim, &other->addr, false);
	announce(swim, other);
}

static struct swim_claim *claim_of(struct swim *swim, const char *name, u8 len,
				   bool pending)
{
	u32 i;

	for (i = 0; i < SWIM_CLAIMS_MAX; i++) {
		struct swim_claim *claim = &swim->claim[i];

		if (claim->record.uid && claim->record.name_len == len &&
		    !memcmp(claim->name, name, len) &&
		    !claim->refused_at == pending)
			return claim;
	}
	return NULL;
}

static void judge(struct swim *swim, const struct swim_probe *probe,
		  struct swim_member *holder, enum swim_verdict verdict)
{
	struct swim_claim *claim =
		claim_of(swim, holder->name, holder->name_len, true);
	struct swim_record record;

	if (!claim)
		return;
	if (verdict == SWIM_ANSWERED) {
		claim->refused_at = swim->now;
		refuse(swim, &claim->record, holder);
		return;
	}
	record = claim->record;
	claim->record.uid = 0;
	if (verdict == SWIM_UNREACHED)
		swim_take_over(swim, holder, &record);
}

static const struct swim_probe_kind kind = {
	.slots = 2,
	.done = judge,
};

/* A free slot, or that of the oldest refusal. */
static struct swim_claim *new_claim(struct swim *swim)
{
	struct swim_claim *oldest = NULL;
	u32 i;

	for (i = 0; i < SWIM_CLAIMS_MAX; i++) {
		struct swim_claim *claim = &swim->claim[i];

		if (!claim->record.uid)
			return claim;
		if (claim->refused_at &&
		    (!oldest || claim->refused_at < oldest->refused_at))
			oldest = claim;
	}
	return oldest;
}

bool swim_names_yield(struct swim *swim, struct swim_member *member,
		      const struct swim_record *record)
{
	u64 pause = swim->config.heal_interval * SWIM_MS;
	struct swim_claim *claim;

	if (!swim_is_live(member->state))
		return true;
	/* There is one socket at an address: its owner has started anew. */
	if (swim_addr_equal(&member->addr, &record->addr))
		return true;
	/* Another holder's end is no reason to believe in this one's. */
	if (!swim_is_live(record->state))
		return false;
	if (claim_of(swim, record->name, record->name_len, true))
		return false;
	claim = claim_of(swim, record->name, record->name_len, false);
	if (claim && claim->record.uid == record->uid &&
	    swim->now - claim->refused_at < pause)
		return false;
	if (!claim)
		claim = new_claim(swim);
	if (!claim || !swim_probe_start(swim, &kind, member, ATTEMPTS))
		return false;
	claim->record = *record;
	memcpy(claim->name, record->name, record->name_len);
	claim->record.name = claim->name;
	/* They end with the datagram, and come again. */
	claim->record.meta_key = 0;
	claim->refused_at = 0;
	return false;
}

static bool is_older(const struct swim_record *record,
		     const struct swim_member *self)
{
	if (record->generation != self->generation)
		return record->generation < self->generation;
	return record->uid < self->uid;
}

/* @holder has the own name: to wait until it has not. */
static void lose_name(struct swim *swim, const struct swim_record *holder)
{
	swim->status = SWIM_CONFLICT;
	swim_round_stop(swim);
	swim_spread_stop(swim);
	swim_supersede(swim, holder->generation);
	announce(swim, holder);
	swim_sync_contend(swim, &holder->addr);
	swim_sync_wake(swim);
}

/* The word of @holder itself, which was asked and thus is there. */
static bool is_own_word(const struct swim_source *source,
			const struct swim_record *holder)
{
	return source->asked && source->header.uid == holder->uid &&
	       swim_addr_equal(&source->addr, &holder->addr);
}

/* To be out of the group, and to hear of another member with the own name. */
static void hear_waiting(struct swim *swim, const struct swim_record *record,
			 const struct swim_source *source)
{
	/* Of many that start at once with one name, the least uid gets it. */
	if (swim->status == SWIM_JOINING && is_own_word(source, record) &&
	    record->uid < swim->self->uid) {
		lose_name(swim, record);
		return;
	}
	/* The others find out whether it still is there. */
	if (source->asked)
		swim->sync.contested = true;
	swim_supersede(swim, record->generation);
}

/* The older one, who answers here and now, keeps the name. */
static void hear_running(struct swim *swim, const struct swim_record *record,
			 const struct swim_source *source)
{
	if (!is_older(record, swim->self)) {
		if (swim->now - swim->refused_at < SWIM_SECOND)
			return;
		swim->refused_at = swim->now;
		refuse(swim, record, swim->self);
	} else if (is_own_word(source, record)) {
		lose_name(swim, record);
	} else {
		swim_sync_ask_holder(swim, &record->addr);
	}
}

void swim_names_own(struct swim *swim, const struct swim_record *record,
		    const struct swim_source *source)
{
	bool own = swim_addr_equal(&record->addr, &swim->self->addr);

	/* An earlier start of this node, or one that is no more. */
	if (own || !swim_is_live(record->state))
		swim_supersede(swim, record->generation);
	else if (swim->status == SWIM_RUNNING)
		hear_running(swim, record, source);
	else if (swim->status == SWIM_JOINING || swim->status == SWIM_CONFLICT)
		hear_waiting(swim, record, source);
}

/*
 * Anybody could say so. Who joins believes its seeds; who is in a group asks
 * the holder itself, and swim_names_own() hears the answer.
 */
void swim_names_conflict(struct swim *swim, const struct swim_source *source,
			 const struct swim_record *holder)
{
	const struct swim_member *self = swim->self;

	if (holder->uid == self->uid || holder->name_len != self->name_len ||
	    memcmp(holder->name, self->name, self->name_len))
		return;
	if (swim->status == SWIM_JOINING &&
	    swim_sync_is_seed(swim, &source->addr))
		lose_name(swim, holder);
	else if (swim->status == SWIM_RUNNING && is_older(holder, self))
		swim_sync_ask_holder(swim, &holder->addr);
}
