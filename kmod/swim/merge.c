// SPDX-License-Identifier: GPL-2.0
/*
 * The merge rule. Of two records for one name the greater (generation,
 * incarnation, state) wins, whole. That is the maximum of a total order, so
 * all nodes end with the same records in whatever order, however often, and
 * through whomever they hear of them (SWIM, section 4.2). Metadata have an order
 * of their own, see meta.h.
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
static void follow_up(struct swim *swim, struct swim_member *member, u8 was,
		      bool tell)
{
	if (member->state == SWIM_FAILED && was != SWIM_FAILED)
		swim_probation_failed(swim, member);
	if (swim_is_live(member->state)) {
		swim_round_wake(swim);
	} else {
		swim_probe_drop(swim, member);
		swim_sync_wake(swim);
	}
	if (tell)
		swim_spread_add(swim, member);
}

/* With what is found out now, or else what this member's last probe had shown. */
static void explain(const struct swim_member *member,
		    const struct swim_evidence *evidence, u64 now,
		    struct swim_event *event)
{
	const struct swim_suspicion *suspicion = member->suspicion;

	if (suspicion) {
		event->accusers = suspicion->accusers;
		event->suspect_ms = div_u64(now - suspicion->started, SWIM_MS);
		evidence = evidence ?: &suspicion->evidence;
	}
	if (evidence) {
		event->indirect = evidence->asked;
		event->nacks = evidence->nacks;
		event->pings = evidence->pings;
	}
}

/* Tells listeners of a change of what is shown of @member. */
static void emit(struct swim *swim, struct swim_member *member,
		 struct swim_event *event)
{
	struct swim_extra *extra = member->extra;
	const struct swim_meta *had = extra ? extra->shown : NULL;

	event->seq = member->seq;
	event->lhm = swim->lhm;
	event->had = had;
	swim_info_of(swim, member, &event->info);
	if (extra)
		extra->shown = swim_is_live(member->state) ?
				       swim_meta_get(event->info.meta) :
				       NULL;
	swim->ops->event(swim->ctx, event);
	swim_meta_put(had);
}

void swim_announce(struct swim *swim, enum swim_event_type type,
		   struct swim_member *member)
{
	struct swim_event event = { .type = type, .from = "", .accuser = "" };

	swim_table_touch(&swim->table, member);
	emit(swim, member, &event);
}

/* Another start of the same name: what was known of the first one is void. */
static void start_anew(struct swim *swim, struct swim_member *member)
{
	swim_probe_drop(swim, member);
	member->srtt = 0;
	member->heard = 0;
	member->lhm = 0;
	member->salt = 0;
	*swim_window_of(&swim->table, member) = (struct swim_window){};
	member->refuted = 0;
}

/*
 * Makes @member equal to @record and tells everybody concerned. @from is who
 * told us, or NULL; @evidence what our own probe has shown, or NULL. False,
 * with nothing changed, without memory.
 */
static bool change_for(struct swim *swim, struct swim_member *member,
		       const struct swim_record *record,
		       const struct swim_evidence *evidence,
		       const struct swim_member *from, bool tell)
{
	struct swim_event event = { .from = "" };
	u64 digest = swim->table.digest;
	u64 accuser = record->accusers ? record->accuser[0] : 0;
	u8 was = member->state;

	event.accusers = record->accusers;
	event.type = event_type(was, record->state);
	explain(member, evidence, swim->now, &event);
	if (member->suspicion)
		accuser = accuser ?: member->suspicion->accuser[0];

	if (record->state != SWIM_SUSPECT) {
		/* Who has started anew was suspected for a reason. */
		swim_suspicion_end(swim, member,
				   record->state == SWIM_ALIVE &&
					   record->uid == member->uid);
	} else if (!swim_suspect(swim, member, record)) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return false;
	}
	if (member->uid != record->uid)
		start_anew(swim, member);
	/* A member that is new here has never had a change. */
	if (!member->seq)
		event.type = SWIM_EV_JOIN;
	else if (was == SWIM_FAILED && swim_is_live(record->state))
		swim_probation_returned(swim, member);
	if (was != record->state || !member->seq)
		member->since = swim_stamp(swim->now);
	swim_table_set(&swim->table, member, record, member == swim->self);
	swim_meta_take(swim, member, record);
	if (swim->table.digest != digest)
		swim->changed_at = swim->now;
	follow_up(swim, member, was, tell);

	if (from && from != member)
		event.from = from->name;
	event.accuser = name_of(swim, accuser);
	emit(swim, member, &event);
	return true;
}

static bool change(struct swim *swim, struct swim_member *member,
		   const struct swim_record *record,
		   const struct swim_member *from, bool tell)
{
	return change_for(swim, member, record, NULL, from, tell);
}

static void set_self(struct swim *swim, struct swim_record *record)
{
	if (swim->status != SWIM_LEAVING && swim->status != SWIM_GONE)
		record->state = SWIM_ALIVE;
	change(swim, swim->self, record, NULL, true);
}

/*
 * The own record with an incarnation greater than @incarnation. The metadata go
 * with it to all if @retell; a refutation does without, as all have them.
 */
static void raise_own(struct swim *swim, u32 generation, u32 incarnation,
		      const struct swim_addr *addr, bool retell)
{
	struct swim_record record;

	/* Nobody can be greater than the greatest: that was forged. */
	if (!++incarnation && !++generation)
		return;
	swim_record_of(swim->self, &record);
	record.generation = generation;
	record.incarnation = incarnation;
	if (addr)
		record.addr = *addr;
	if (retell)
		record.meta_key = swim_key(generation, incarnation);
	set_self(swim, &record);
}

void swim_return(struct swim *swim, const struct swim_addr *addr)
{
	raise_own(swim, swim->self->generation, swim->self->incarnation, addr,
		  swim->self->extra);
}

void swim_supersede(struct swim *swim, u32 generation)
{
	if (generation >= swim->self->generation)
		raise_own(swim, generation, ~(u32)0, NULL,
			  swim_meta_key(swim->self));
}

/* A change of flags takes a turn, not an incarnation: it refutes nothing. */
static void set_flags(struct swim *swim, struct swim_member *member, u8 flags,
		      u8 turn)
{
	swim_take_flags(member, flags, turn);
	swim_announce(swim, SWIM_EV_UPDATE, member);
	swim_spread_add(swim, member);
}

/* The own ones. After the last turn there is a new incarnation. */
static void flag_self(struct swim *swim, u8 flags, u8 last_turn)
{
	if (last_turn < SWIM_TURN_MAX) {
		set_flags(swim, swim->self, flags, last_turn + 1);
		return;
	}
	swim_take_flags(swim->self, flags, 0);
	swim_return(swim, NULL);
}

void swim_flag_self(struct swim *swim, u8 flags)
{
	flag_self(swim, flags, swim->self->turn);
}

void swim_depart(struct swim *swim)
{
	struct swim_record record;

	swim_record_of(swim->self, &record);
	record.state = SWIM_LEFT;
	change(swim, swim->self, &record, NULL, true);
}

static void hear_of_self(struct swim *swim, const struct swim_record *record,
			 const struct swim_source *source)
{
	bool forged;

	if (record->uid != swim->self->uid) {
		swim_names_own(swim, record, source);
		return;
	}
	/* Who waits for its name is not there, and does not deny it. */
	if (swim->status == SWIM_CONFLICT)
		return;
	/* Only oneself knows its flags. */
	if (swim_is_newer(record, swim->self))
		flag_self(swim, swim->self->flags & WIRE_DEGRADED,
			  record->turn);
	forged = swim_meta_is_forged(swim->self, record);
	if (compare(record, swim->self) <= 0) {
		if (forged)
			raise_own(swim, swim->self->generation,
				  swim->self->incarnation, NULL, true);
		return;
	}
	/* Only oneself raises an incarnation: this refutes (section 4.2). */
	swim_count_stat(swim, SWIM_REFUTED);
	swim_health_worse(swim);
	raise_own(swim, record->generation, record->incarnation, NULL, forged);
	/* Who believed that lacks more. */
	if (record->state == SWIM_FAILED && swim_from_member(source) &&
	    swim_rule(swim, SWIM_RULE_HEAL))
		swim_sync_ask(swim, &source->addr);
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
	alive.accusers = 0;
	change(swim, member, &alive, from, tell);
	return member;
}

/* What was told is what we believe; its accusers may be new. */
static void join_accusers(struct swim *swim, struct swim_member *member,
			  const struct swim_record *record)
{
	bool news = false;
	u32 i;

	for (i = 0; i < record->accusers; i++)
		news |= swim_accuse(swim, member, record->accuser[i]);
	/* Others wait for confirmations too (Lifeguard, section IV-B). */
	if (news && swim_rule(swim, SWIM_RULE_DYNAMIC))
		swim_spread_add(swim, member);
}

/* A greater record of @member, whose name and uid are right. */
static void adopt(struct swim *swim, struct swim_member *member,
		  const struct swim_record *record,
		  const struct swim_member *from, bool tell)
{
	if (change(swim, member, record, from, tell) &&
	    record->state == SWIM_SUSPECT)
		swim_corroborate(swim, member);
}

/*
 * The word of another never convicts whom nobody suspects here, or only since
 * a moment: in a group that was cut in two it may be a verdict on the other
 * half. It makes a suspect, who is called at once.
 */
static void doubt(struct swim *swim, struct swim_member *member,
		  struct swim_record *told, const struct swim_source *source,
		  bool tell)
{
	told->state = SWIM_SUSPECT;
	if (!told->accusers)
		told->accuser[told->accusers++] = source->header.uid;
	if (compare(told, member) > 0 &&
	    !change(swim, member, told, source->member, tell))
		return;
	swim_call_now(swim, member);
}

/* Metadata that came without a greater record. */
static void update_meta(struct swim *swim, struct swim_member *member,
			const struct swim_record *told, bool tell)
{
	u64 digest = swim->table.digest;

	if (swim_meta_take(swim, member, told))
		swim_announce(swim, SWIM_EV_UPDATE, member);
	if (swim->table.digest == digest)
		return;
	swim->changed_at = swim->now;
	if (tell && swim_meta_is_news(member))
		swim_spread_add(swim, member);
}

static bool is_doubtful(const struct swim *swim,
			const struct swim_member *member,
			const struct swim_record *told, bool sync)
{
	if (told->state != SWIM_FAILED)
		return false;
	if (!swim_is_live(member->state) ||
	    (!sync && !swim_rule(swim, SWIM_RULE_LAST_CALL)))
		return false;
	return sync || member->state == SWIM_ALIVE ||
	       !swim_is_ripe(swim, member);
}

/*
 * Whether @member, NULL if it is not known yet, can have the uid of @record. Two
 * names cannot have one: of two records that claim it the lesser is forged, as who
 * has it outbids what it hears.
 */
static bool win_uid(struct swim *swim, const struct swim_record *record,
		    const struct swim_member *member)
{
	struct swim_member *owner = swim_by_uid(&swim->table, record->uid);
	struct swim_record gone;

	if (!owner)
		return !swim_uid_is_crowded(&swim->table, record->uid);
	if (owner == member)
		return true;
	if (owner == swim->self) {
		if (swim->status != SWIM_CONFLICT &&
		    compare(record, owner) >= 0)
			raise_own(swim, record->generation, record->incarnation,
				  NULL, swim_meta_key(owner));
		return false;
	}
	/* Nor is anybody made room for who is not there. */
	if (!swim_is_live(record->state) ||
	    (swim_is_live(owner->state) && compare(record, owner) <= 0))
		return false;
	swim_record_of(owner, &gone);
	gone.uid = swim_random64(swim);
	gone.state = SWIM_LEFT;
	/* They end with the uid, before they would be taken again. */
	gone.meta_key = 0;
	return change(swim, owner, &gone, NULL, true);
}

void swim_merge(struct swim *swim, const struct swim_record *record,
		const struct swim_source *source, bool sync)
{
	bool tell = !sync || swim->status != SWIM_JOINING;
	const struct swim_member *from = source->member;
	struct swim_record told = *record;
	struct swim_member *member;

	if (swim_names_too_new(swim, record)) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	member = swim_by_name(&swim->table, record->name, record->name_len);
	if (member == swim->self) {
		hear_of_self(swim, record, source);
		return;
	}
	if (!win_uid(swim, record, member)) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	if (!member)
		member = get_to_know(swim, record, from, tell);
	if (!member)
		return;
	if (compare(&told, member) > 0) {
		if (told.uid != member->uid &&
		    !swim_names_yield(swim, member, &told))
			return;
		if (is_doubtful(swim, member, &told, sync))
			doubt(swim, member, &told, source, tell);
		else
			adopt(swim, member, &told, from, tell);
		/* Without memory. Nor are metadata taken that it came with. */
		if (compare(&told, member) > 0)
			return;
	} else if (told.uid == member->uid && !compare(&told, member) &&
		   told.state == SWIM_SUSPECT) {
		join_accusers(swim, member, &told);
	}
	if (told.uid == member->uid && swim_is_newer(&told, member))
		set_flags(swim, member, told.flags, told.turn);
	if (told.uid == member->uid && told.meta_key > swim_meta_key(member))
		update_meta(swim, member, &told, tell);
}

void swim_take_over(struct swim *swim, struct swim_member *member,
		    const struct swim_record *record)
{
	/* Another name may have told the same uid since it was claimed. */
	if (!win_uid(swim, record, member))
		swim_count_stat(swim, SWIM_RX_STRAY);
	else if (compare(record, member) > 0)
		change(swim, member, record, NULL, true);
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
	return swim->self && change(swim, swim->self, record, NULL, false);
}

void swim_conclude(struct swim *swim, struct swim_member *member,
		   enum swim_state state, const struct swim_evidence *evidence)
{
	struct swim_record record;

	swim_record_told(member, &record);
	if (!record.accusers)
		record.accuser[record.accusers++] = swim->self->uid;
	record.state = state;
	change_for(swim, member, &record, evidence, NULL, true);
	swim_suspicion_own(swim, member);
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
	swim_suspicion_end(swim, member, false);
	swim_probation_forget(swim, member);
	event.seq = ++swim->table.seq;
	swim->table.reaped = event.seq;
	swim_info_of(swim, member, &event.info);
	event.info.seq = event.seq;
	/* The member is gone when it is told; what is told of it is not. */
	swim_meta_get(event.info.meta);
	swim_table_remove(&swim->table, member);
	swim->ops->event(swim->ctx, &event);
	swim_meta_put(event.info.meta);
}
