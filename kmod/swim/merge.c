// SPDX-License-Identifier: GPL-2.0
/*
 * The merge rule. Of two records for one name the greater (generation,
 * incarnation, state) wins, whole. That is the maximum of a total order, so
 * all nodes end with the same records in whatever order, however often, and
 * through whomever they hear of them (SWIM, section 4.2).
 */

#include "core.h"

static int compare(const struct swim_record *record,
		   const struct swim_member *member)
{
	if (record->generation != member->generation)
		return record->generation > member->generation ? 1 : -1;
	if (record->incarnation != member->incarnation)
		return record->incarnation > member->incarnation ? 1 : -1;
	return (int)record->state - (int)member->state;
}

static const char *name_of(const struct swim *swim, u64 uid)
{
	const struct swim_member *member =
		uid ? swim_by_uid(&swim->table, uid) : NULL;

	return member ? member->name : "";
}

static enum swim_event_type event_type(u8 was, u8 is)
{
	switch (is) {
	case SWIM_SUSPECT:
		return was == SWIM_SUSPECT ? SWIM_EV_UPDATE : SWIM_EV_SUSPECT;
	case SWIM_FAILED:
		return was == SWIM_FAILED ? SWIM_EV_UPDATE : SWIM_EV_FAILED;
	case SWIM_LEFT:
		return was == SWIM_LEFT ? SWIM_EV_UPDATE : SWIM_EV_LEFT;
	default:
		return was == SWIM_ALIVE ? SWIM_EV_UPDATE : SWIM_EV_ALIVE;
	}
}

/* Things to do whenever a member has changed, whatever it was. */
static void follow_up(struct swim *swim, struct swim_member *member, bool tell)
{
	if (swim_is_live(member->state)) {
		swim_probe_wake(swim);
	} else {
		swim_probe_drop(swim, member);
		swim_sync_wake(swim);
	}
	if (tell)
		swim_spread_add(swim, member);
}

/*
 * Makes @member equal to @record and tells everybody concerned. @from is who
 * told us, or NULL. False, with nothing changed, without memory.
 */
static bool change(struct swim *swim, struct swim_member *member,
		   const struct swim_record *record, u32 asked,
		   const struct swim_member *from, bool tell)
{
	struct swim_event event = { .from = "" };
	u64 digest = swim->table.digest;
	u8 was = member->state;

	event.accusers = record->accuser ? 1 : 0;
	event.indirect = asked;
	event.type = event_type(was, record->state);
	if (member->suspicion) {
		event.accusers = member->suspicion->accusers;
		event.indirect = member->suspicion->asked;
		event.suspect_ms = div_u64(swim->now - member->since, SWIM_MS);
	}

	if (record->state != SWIM_SUSPECT) {
		swim_suspicion_end(swim, member);
	} else if (!swim_suspect(swim, member, record->accuser, asked)) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return false;
	}
	if (member->uid != record->uid) {
		swim_probe_drop(swim, member);
		member->srtt = 0;
		member->heard = 0;
		member->lhm = 0;
	}
	/* A member that is new here has never had a change. */
	if (!member->seq)
		event.type = SWIM_EV_JOIN;
	if (was != record->state || !member->seq)
		member->since = swim->now;
	swim_table_set(&swim->table, member, record, swim->cluster,
		       member == swim->self);
	if (swim->table.digest != digest)
		swim->changed_at = swim->now;
	follow_up(swim, member, tell);

	event.seq = member->seq;
	swim_info_of(swim, member, &event.info);
	if (from && from != member)
		event.from = from->name;
	event.accuser = name_of(swim, record->accuser);
	swim->ops->event(swim->ctx, &event);
	return true;
}

/* The own record with a new incarnation, greater than what was heard. */
static void raise_own(struct swim *swim, u32 generation, u32 incarnation,
		      const struct swim_addr *addr)
{
	struct swim_record record;

	/* Nobody can be greater than the greatest: that was forged. */
	if (!++incarnation && !++generation)
		return;
	swim_record_of(swim->self, 0, &record);
	record.generation = generation;
	record.incarnation = incarnation;
	if (swim->status != SWIM_LEAVING)
		record.state = SWIM_ALIVE;
	if (addr)
		record.addr = *addr;
	change(swim, swim->self, &record, 0, NULL, true);
}

void swim_return(struct swim *swim, const struct swim_addr *addr)
{
	raise_own(swim, swim->self->generation, swim->self->incarnation, addr);
}

void swim_depart(struct swim *swim)
{
	struct swim_record record;

	swim_record_of(swim->self, 0, &record);
	record.state = SWIM_LEFT;
	change(swim, swim->self, &record, 0, NULL, true);
}

/* Another start of this name: an earlier one of this node, or a stranger. */
static void hear_of_namesake(struct swim *swim,
			     const struct swim_record *record)
{
	bool dead = !swim_is_live(record->state);

	if (dead && swim->status == SWIM_CONFLICT)
		swim->status = SWIM_RUNNING;
	/* While joining it is taken for an earlier start, whose clock was ahead. */
	if (dead || swim->status == SWIM_JOINING)
		raise_own(swim, record->generation, record->incarnation, NULL);
	else if (swim->status == SWIM_RUNNING)
		swim->status = SWIM_CONFLICT;
}

static void hear_of_self(struct swim *swim, const struct swim_record *record)
{
	if (compare(record, swim->self) <= 0)
		return;
	if (record->uid != swim->self->uid) {
		hear_of_namesake(swim, record);
		return;
	}
	/* Only oneself raises an incarnation: this refutes (section 4.2). */
	swim_count_stat(swim, SWIM_REFUTED);
	swim_health_worse(swim);
	raise_own(swim, record->generation, record->incarnation, NULL);
}

static struct swim_member *get_to_know(struct swim *swim,
				       const struct swim_record *record,
				       const struct swim_member *from,
				       bool tell)
{
	struct swim_record alive = *record;
	struct swim_member *member;
	u32 i, known = 0;

	/* Nothing dead is revived or circulated for ever. */
	if (!swim_is_live(record->state))
		return NULL;
	for (i = 0; i < SWIM_NR_STATES; i++)
		known += swim->table.count[i];
	if (known >= swim->config.max_members) {
		swim_count_stat(swim, SWIM_TABLE_FULL);
		return NULL;
	}
	member = swim_table_add(&swim->table, record, false);
	if (!member) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return NULL;
	}
	alive.state = SWIM_ALIVE;
	alive.accuser = 0;
	change(swim, member, &alive, 0, from, tell);
	return member;
}

void swim_merge(struct swim *swim, const struct swim_record *record,
		const struct swim_source *source, bool sync)
{
	bool tell = !sync || swim->status != SWIM_JOINING;
	const struct swim_member *from = source->member;
	struct swim_record told = *record;
	struct swim_member *member, *owner;

	member = swim_by_name(&swim->table, record->name, record->name_len);
	if (member == swim->self) {
		hear_of_self(swim, record);
		return;
	}
	owner = swim_by_uid(&swim->table, record->uid);
	if (owner && owner != member) {
		/* Two names cannot have one uid: forged. */
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	if (!member)
		member = get_to_know(swim, record, from, tell);
	if (!member)
		return;
	/* A sync is a third party's word about the past: it never convicts. */
	if (sync && told.state == SWIM_FAILED && swim_is_live(member->state))
		told.state = SWIM_SUSPECT;
	if (compare(&told, member) > 0)
		change(swim, member, &told, 0, from, tell);
	else if (!compare(&told, member) && told.state == SWIM_SUSPECT)
		swim_accuse(swim, member, told.accuser);
}

void swim_merge_all(struct swim *swim, const struct swim_source *source,
		    const struct wire_message *msg, bool sync)
{
	struct swim_record record;
	u32 offset = 0;

	while (wire_next_member(msg, &offset, &record))
		swim_merge(swim, &record, source, sync);
}

bool swim_found(struct swim *swim, const struct swim_record *record)
{
	swim->self = swim_table_add(&swim->table, record, true);
	return swim->self && change(swim, swim->self, record, 0, NULL, false);
}

void swim_conclude(struct swim *swim, struct swim_member *member,
		   enum swim_state state, u32 asked)
{
	struct swim_record record;
	u64 accuser = swim->self->uid;

	if (member->suspicion)
		accuser = member->suspicion->accuser[0];
	swim_record_of(member, accuser, &record);
	record.state = state;
	change(swim, member, &record, asked, NULL, true);
}

void swim_forget(struct swim *swim, struct swim_member *member)
{
	struct swim_event event = {
		.type = SWIM_EV_REAP,
		.from = "",
		.accuser = "",
	};

	swim_probe_drop(swim, member);
	swim_spread_drop(swim, member);
	swim_suspicion_end(swim, member);
	event.seq = ++swim->table.seq;
	swim->table.reaped = event.seq;
	swim_info_of(swim, member, &event.info);
	event.info.seq = event.seq;
	swim_table_remove(&swim->table, member);
	swim->ops->event(swim->ctx, &event);
}
