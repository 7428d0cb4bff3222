// SPDX-License-Identifier: GPL-2.0
/* Life of a member, its clock, and the way of a datagram in and out. */

#include "core.h"

const char *const swim_state_names[SWIM_NR_STATES] = {
	[SWIM_ALIVE] = "alive",
	[SWIM_SUSPECT] = "suspect",
	[SWIM_FAILED] = "failed",
	[SWIM_LEFT] = "left",
};

const char *const swim_stat_names[SWIM_NR_STATS] = {
	[SWIM_RX] = "rx_datagrams",
	[SWIM_RX_MALFORMED] = "rx_malformed",
	[SWIM_RX_VERSION] = "rx_version",
	[SWIM_RX_CLUSTER] = "rx_cluster",
	[SWIM_RX_OWN] = "rx_own",
	[SWIM_RX_STRAY] = "rx_stray",
	[SWIM_RX_EXCESS] = "rx_excess",
	[SWIM_RX_REPLAYED] = "rx_replayed",
	[SWIM_TX] = "tx_datagrams",
	[SWIM_TX_FAILED] = "tx_failed",
	[SWIM_PROBES] = "probes",
	[SWIM_PROBES_FAILED] = "probes_failed",
	[SWIM_RELAYED] = "probes_relayed",
	[SWIM_REFUTED] = "refuted",
	[SWIM_SYNCS] = "syncs",
	[SWIM_STALLS] = "stalls",
	[SWIM_NO_MEMORY] = "no_memory",
	[SWIM_TABLE_FULL] = "table_full",
	[SWIM_BUSY] = "busy",
	[SWIM_INCONCLUSIVE] = "probes_inconclusive",
	[SWIM_LAST_CALLS] = "last_calls",
	[SWIM_CORROBORATIONS] = "corroborations",
	[SWIM_CONFLICTS] = "conflicts",
	[SWIM_USER_EVENTS_SENT] = "user_events_sent",
	[SWIM_USER_EVENTS_HEARD] = "user_events_heard",
	[SWIM_USER_EVENTS_REFUSED] = "user_events_refused",
	[SWIM_USER_EVENTS_OLD] = "user_events_old",
	[SWIM_USER_EVENTS_STRAY] = "user_events_stray",
	[SWIM_USER_EVENTS_UNTOLD] = "user_events_untold",
};

u32 swim_random(struct swim *swim, u32 bound)
{
	return ((u64)swim->ops->random(swim->ctx) * bound) >> 32;
}

u64 swim_random64(struct swim *swim)
{
	u64 value;

	do {
		value = (u64)swim->ops->random(swim->ctx) << 32;
		value |= swim->ops->random(swim->ctx);
	} while (!value);
	return value;
}

/* Floyd's sampling: distinct without a retry (CACM 30(9), 1987). */
u32 swim_sample(struct swim *swim, u32 n, u32 want, u32 *chosen)
{
	u32 count = 0;
	u32 i, j;

	want = min(want, n);
	for (j = n - want; j < n; j++) {
		u32 pick = swim_random(swim, j + 1);

		for (i = 0; i < count; i++)
			if (chosen[i] == pick)
				break;
		chosen[count] = i < count ? j : pick;
		count++;
	}
	return count;
}

/* The clock. */

#define STALL_GRACE (5 * SWIM_MS)

/*
 * A timer that is very late means that this node stopped, not the others: the
 * core's clock is held back by as much, so that no deadline of theirs passed
 * meanwhile. While out of the group it stands still.
 */
void swim_advance(struct swim *swim, u64 now)
{
	struct swim_timer *first = swim_timer_first(swim);
	u64 limit = max(50 * SWIM_MS, swim_interval(swim) / 4);
	u64 due;

	if (swim->status == SWIM_GONE) {
		swim->stalled = now - swim->now;
		return;
	}
	now -= swim->stalled;
	/* A tick that had too much to do has left what was due to the next one. */
	due = first ? max(first->at, swim->ticked) : SWIM_NEVER;
	if (now > due && now - due > limit &&
	    swim_rule(swim, SWIM_RULE_STALL)) {
		/* What waits in the socket is read before anything is due. */
		swim->stalled += now - due + STALL_GRACE;
		now = due - STALL_GRACE;
		swim_count_stat(swim, SWIM_STALLS);
		swim_probe_void(swim);
	}
	if (now > swim->now)
		swim->now = now;
}

/* Datagrams out. */

/* As long as the kernel believes that a path is narrow. */
#define NARROW (600 * SWIM_SECOND)

void swim_narrow(struct swim *swim, u32 len)
{
	swim->out.size = clamp(len, (u32)SWIM_DATAGRAM_MIN, swim->out.size);
	swim->narrowed_at = swim->now;
}

struct wire_buf *swim_begin(struct swim *swim, enum wire_type type, u8 flags,
			    const struct wire_body *body)
{
	struct wire_header header = {
		.type = type,
		.flags = flags,
		.lhm = swim->lhm,
		.cluster = swim->cluster,
		.uid = swim->self->uid,
		.counter = ++swim->counter,
		.view = swim->table.digest,
		.live = min_t(u32, swim->table.live + 1, 0xffff),
	};

	if (swim->now - swim->changed_at >= SWIM_SECOND)
		header.flags |= WIRE_QUIET;
	if (swim->now - swim->narrowed_at >= NARROW)
		swim->out.size = swim->config.max_datagram;
	swim->out.len = 0;
	wire_put_message(&swim->out, &header, body);
	return &swim->out;
}

void swim_record_told(const struct swim_member *member,
		      struct swim_record *record)
{
	const struct swim_suspicion *suspicion = member->suspicion;

	swim_record_of(member, record);
	if (!suspicion)
		return;
	record->accusers = suspicion->accusers;
	memcpy(record->accuser, suspicion->accuser, sizeof(suspicion->accuser));
}

bool swim_put(struct wire_buf *buf, const struct swim_member *member, bool meta)
{
	struct swim_record record;

	swim_record_told(member, &record);
	if (!meta || !wire_member_fits(&record, buf->size))
		record.meta_key = 0;
	return wire_put_member(buf, &record);
}

/*
 * News of members and user events take turns at being the first: each gets all
 * that the other does not need, and half of the datagrams at least.
 */
void swim_fill(struct swim *swim)
{
	bool events = swim->events.queue.filled;

	swim->spread.crowded = false;
	if (events && swim->spread.queue.filled)
		swim->events.first = !swim->events.first;
	if (events && swim->events.first)
		swim_events_fill(swim, &swim->out);
	swim_spread_fill(swim, &swim->out);
	if (events && !swim->events.first)
		swim_events_fill(swim, &swim->out);
}

void swim_finish(struct swim *swim, const struct swim_addr *to, bool gossip)
{
	if (gossip)
		swim_fill(swim);
	swim_count_stat(swim, SWIM_TX);
	swim->ops->send(swim->ctx, to, swim->out.data, swim->out.len);
}

void swim_about(struct swim *swim, const struct swim_member *about)
{
	u32 rule = about->state == SWIM_SUSPECT ? SWIM_RULE_BUDDY :
						  SWIM_RULE_HEAL;

	if (about->state != SWIM_ALIVE && swim_rule(swim, rule))
		swim_put(&swim->out, about, false);
}

void swim_send_failed(struct swim *swim)
{
	swim_count_stat(swim, SWIM_TX_FAILED);
	swim_probe_mute(swim);
}

void swim_link_lost(struct swim *swim, u64 now)
{
	swim_advance(swim, now);
	swim_send_failed(swim);
	swim_isolation_lost(swim);
}

void swim_unreachable(struct swim *swim, u64 now, const struct swim_addr *addr)
{
	swim_advance(swim, now);
	swim_probe_hint(swim, addr);
}

u64 swim_deadline(const struct swim *swim)
{
	struct swim_timer *first = swim_timer_first(swim);

	if (!first || swim->status == SWIM_GONE)
		return SWIM_NEVER;
	return first->at + swim->stalled;
}

void swim_tick(struct swim *swim, u64 now)
{
	struct swim_timer *timer;
	u64 sent = swim->stat[SWIM_TX];
	unsigned int fired;

	swim_advance(swim, now);
	/* More than that go into the next tick, which is due at once. */
	for (fired = 0; fired < SWIM_TIMERS_PER_TICK; fired++) {
		timer = swim_timer_first(swim);
		if (!timer || timer->at > swim->now ||
		    swim->status == SWIM_GONE ||
		    swim->stat[SWIM_TX] - sent >= SWIM_SENDS_PER_TICK)
			break;
		swim_timer_cancel(swim, timer);
		timer->fire(swim, timer);
	}
	swim->ticked = swim->now;
}

/* Datagrams in. */

void swim_answer(struct swim *swim, const struct swim_source *source, u32 nonce,
		 u64 asker, u32 salt)
{
	bool known = swim_from_member(source);
	struct wire_body body = {
		.nonce = nonce,
		.value = swim->self->uid,
		.proof = swim->ops->prf(swim->ctx, asker, salt),
	};

	swim_begin(swim, WIRE_ACK, 0, &body);
	/* A forged source address gets no more bytes than it sent. */
	if (known)
		swim_about(swim, source->member);
	swim_finish(swim, &source->addr, known);
}

static void hear_ping(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *ping)
{
	bool relayed = source->header.type == WIRE_RELAY;
	u64 asker = relayed ? ping->asker : source->header.uid;

	/* For an earlier start of this node, or another one at its address. */
	if (ping->value != swim->self->uid) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	/* Who does not hold its name is not there. */
	if (swim->status == SWIM_CONFLICT || !swim_may_answer(swim, source))
		return;
	swim_degraded_ping(swim, asker, source->header.flags);
	if (!relayed)
		swim_round_hear(swim, source);
	swim_answer(swim, source, ping->nonce, asker,
		    relayed ? ping->salt : ping->nonce);
}

static void hear_ack(struct swim *swim, const struct swim_source *source,
		     const struct wire_body *body)
{
	/* Nobody waits for one without a nonce: it comes of healing. */
	if (body->nonce && !swim_probe_ack(swim, source, body) &&
	    !swim_relay_ack(swim, source, body) &&
	    !swim_ping_hear(swim, source, body, SWIM_PONG_ACK))
		swim_count_stat(swim, SWIM_RX_STRAY);
}

/*
 * Who is believed failed and talks is told so, once a second at most, and by
 * its refutation comes back.
 */
static void tell_failed(struct swim *swim, const struct swim_source *source)
{
	struct swim_member *member = source->member;
	u16 now = swim_seconds(swim);
	u8 type = source->header.type;
	static const struct wire_body none;

	/* The answer to a ping tells it as well. */
	if (member->state != SWIM_FAILED || member->told == now ||
	    type == WIRE_PING || type == WIRE_RELAY ||
	    !swim_rule(swim, SWIM_RULE_HEAL))
		return;
	member->told = now;
	swim_begin(swim, WIRE_GOSSIP, 0, &none);
	swim_about(swim, member);
	swim_finish(swim, &source->addr, true);
}

static void hear_conflict(struct swim *swim, const struct swim_source *source,
			  const struct wire_message *msg)
{
	struct swim_record record;
	u32 offset = 0;

	if (wire_next_member(msg, &offset, &record) &&
	    record.uid == msg->body.value && swim_is_live(record.state) &&
	    !swim_names_too_new(swim, &record))
		swim_names_conflict(swim, source, &record);
}

static void dispatch(struct swim *swim, struct swim_source *source,
		     const struct wire_message *msg)
{
	u8 type = msg->header.type;

	if (type == WIRE_SYNC) {
		swim_sync_request(swim, source, msg);
		return;
	}
	if (type == WIRE_CONFLICT) {
		hear_conflict(swim, source, msg);
		return;
	}
	source->asked = type == WIRE_STATE &&
			swim_sync_is_answer(swim, source, msg->body.nonce);
	swim_merge_all(swim, source, msg, type == WIRE_STATE);
	swim_events_hear(swim, msg, &source->addr);
	switch (type) {
	case WIRE_PING:
	case WIRE_RELAY:
		hear_ping(swim, source, &msg->body);
		break;
	case WIRE_PING_REQ:
		swim_relay_start(swim, source, &msg->body);
		break;
	case WIRE_ACK:
		hear_ack(swim, source, &msg->body);
		break;
	case WIRE_NACK:
		if (!swim_probe_nack(swim, source, &msg->body) &&
		    !swim_ping_hear(swim, source, &msg->body, SWIM_PONG_NACK))
			swim_count_stat(swim, SWIM_RX_STRAY);
		break;
	case WIRE_COOKIE:
		swim_sync_cookie(swim, source, &msg->body);
		break;
	case WIRE_STATE:
		swim_sync_state(swim, source, msg);
		return;
	}
	/* What comes from elsewhere is not answered, and starts no sync. */
	if (!swim_from_member(source))
		return;
	swim_sync_compare(swim, source);
	tell_failed(swim, source);
}

void swim_receive(struct swim *swim, u64 now, const struct swim_addr *from,
		  const void *data, size_t len, bool authentic)
{
	struct swim_source source = { .addr = *from };
	struct wire_message msg;
	int err;

	swim_advance(swim, now);
	swim_count_stat(swim, SWIM_RX);
	err = wire_parse(data, len, &msg);
	if (err) {
		swim_count_stat(swim, err == -EPROTONOSUPPORT ?
					      SWIM_RX_VERSION :
					      SWIM_RX_MALFORMED);
		return;
	}
	if (msg.header.cluster != swim->cluster) {
		swim_count_stat(swim, SWIM_RX_CLUSTER);
		return;
	}
	if (msg.header.uid == swim->self->uid) {
		swim_count_stat(swim, SWIM_RX_OWN);
		return;
	}
	if (swim->status == SWIM_GONE)
		return;
	source.header = msg.header;
	source.member = swim_by_uid(&swim->table, msg.header.uid);
	if (authentic && source.member &&
	    !swim_window_take(swim_window_of(&swim->table, source.member),
			      msg.header.counter)) {
		swim_count_stat(swim, SWIM_RX_REPLAYED);
		return;
	}
	/* From elsewhere anybody could say so. */
	if (swim_from_member(&source)) {
		source.member->heard = swim_stamp(swim->now);
		source.member->view = msg.header.view;
		source.member->lhm = msg.header.lhm;
		swim_isolation_heard(swim, source.member);
	}
	swim_sync_agree(swim, &source);
	dispatch(swim, &source, &msg);
}

/* Joining and leaving. */

static void add_seed(struct swim *swim, const struct swim_addr *addr)
{
	struct swim_sync *sync = &swim->sync;

	if (swim_sync_is_seed(swim, addr))
		return;
	/* The oldest makes place. */
	if (sync->seeds == SWIM_SEEDS_MAX)
		memmove(sync->seed, sync->seed + 1,
			--sync->seeds * sizeof(*sync->seed));
	sync->seed[sync->seeds].addr = *addr;
	sync->seed[sync->seeds++].uid = 0;
}

void swim_join(struct swim *swim, u64 now, const struct swim_addr *seeds,
	       unsigned int count)
{
	unsigned int i;

	swim_advance(swim, now);
	for (i = 0; i < count; i++)
		add_seed(swim, &seeds[i]);
	if (swim->status == SWIM_LEAVING)
		swim_timer_cancel(swim, &swim->leave);
	if (swim->status == SWIM_LEAVING || swim->status == SWIM_GONE) {
		swim->status = SWIM_JOINING;
		swim_return(swim, NULL);
	}
	if (swim->sync.seeds)
		swim_sync_start(swim);
	else if (swim->status == SWIM_JOINING)
		swim->status = SWIM_RUNNING;
	swim_sync_wake(swim);
}

void swim_gone(struct swim *swim)
{
	swim_timer_cancel(swim, &swim->leave);
	swim_spread_stop(swim);
	swim_relay_free_all(swim);
	swim->status = SWIM_GONE;
}

static void leave_late(struct swim *swim, struct swim_timer *timer)
{
	swim_gone(swim);
}

void swim_leave(struct swim *swim, u64 now)
{
	swim_advance(swim, now);
	if (swim->status == SWIM_LEAVING || swim->status == SWIM_GONE)
		return;
	swim->status = SWIM_LEAVING;
	swim_ping_end_all(swim);
	swim_round_stop(swim);
	swim_sync_stop(swim);
	swim_depart(swim);
	if (!swim->table.live) {
		swim_gone(swim);
		return;
	}
	swim_timer_set(swim, &swim->leave, swim->now + SWIM_LEAVE_MAX);
	swim_timer_set(swim, &swim->spread.timer, swim->now);
}

void swim_readdress(struct swim *swim, u64 now, const struct swim_addr *addr)
{
	swim_advance(swim, now);
	if (!swim_addr_equal(&swim->self->addr, addr))
		swim_return(swim, addr);
}

struct swim *swim_create(const struct swim_params *params,
			 const struct swim_ops *ops, void *ctx, u64 now)
{
	struct swim_record self = {
		.generation = params->generation,
		.addr = params->addr,
		.name = params->name,
		.name_len = strlen(params->name),
	};
	struct swim *swim = kzalloc(sizeof(*swim), GFP_KERNEL);

	if (!swim)
		return NULL;
	swim->ops = ops;
	swim->ctx = ctx;
	swim->config = params->config;
	swim->cluster = jhash(params->cluster, strlen(params->cluster), 0);
	swim->status = SWIM_JOINING;
	swim->now = now;
	swim->changed_at = now;
	swim->heard = now;
	swim->timers = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&swim->relays);
	INIT_LIST_HEAD(&swim->pings);
	swim_timer_init(&swim->leave, leave_late);
	swim_spread_init(swim);
	swim_events_init(&swim->events);
	swim_round_init(swim);
	swim_probe_init(swim);
	swim_isolation_init(swim);
	swim_sync_init(swim);
	swim->out.size = swim->config.max_datagram;
	swim->out.data = kmalloc(swim->out.size, GFP_KERNEL);
	self.uid = swim_random64(swim);
	if (swim_table_init(&swim->table, swim->config.max_members,
			    ops->random(ctx), swim->cluster) ||
	    !swim->out.data || !swim_found(swim, &self)) {
		swim_destroy(swim);
		return NULL;
	}
	return swim;
}

void swim_destroy(struct swim *swim)
{
	struct swim_member *member;

	swim_sync_stop(swim);
	swim_relay_free_all(swim);
	swim_events_drop(swim);
	swim_ping_free_all(swim);
	list_for_each_entry(member, &swim->table.changed, changed) {
		swim_suspicion_end(swim, member, false);
		swim_probation_forget(swim, member);
	}
	swim_table_free(&swim->table);
	kfree(swim->out.data);
	kfree(swim);
}
