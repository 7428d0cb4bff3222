// SPDX-License-Identifier: GPL-2.0
/*
 * Joining and anti-entropy: two members tell each other all that they know.
 *
 *   asker                              answerer
 *     SYNC(nonce, 0)           ->
 *                              <-      COOKIE(nonce, cookie)
 *     SYNC(nonce, cookie)      ->
 *                              <-      STATE(nonce) ... STATE(nonce, LAST)
 *     STATE(0) ... STATE(0, LAST) ->   only if the views still differ
 *
 * Each header has the root digest, so that equal views end it with the second
 * datagram. With the cookie, and with the last STATE, go the digests of all
 * buckets, and records are told only of those that differ. The cookie keeps a
 * forged source address from getting more bytes than it sent; the nonce shows
 * the asker that the answerer receives. What is lost on the way shows up as
 * views that still differ.
 */

#include "core.h"

#define RETRY_MS 250 /* doubles up to heal_interval */
#define STREAM_GAP_MS 10
#define STREAM_BURST 4 /* datagrams in each gap */
#define QUIET SWIM_SECOND
#define COMPARE_GAP (SWIM_SECOND / 2)
#define HOLDER_GAP SWIM_SECOND
#define ALONE SWIM_SECOND
#define FUTILE_MAX 5 /* doublings of COMPARE_GAP */
#define REACH_OUT 4 /* rounds from one to the next, on average */
#define ALL_BUCKETS (~0ULL)

/**
 * struct swim_stream - our records on their way to one peer, in steps
 * @timer: next step
 * @node: in sync->streams
 * @to: the peer
 * @mask: buckets to tell
 * @nonce: of the peer's request, or 0
 * @slot: next slot to tell
 */
struct swim_stream {
	struct swim_timer timer;
	struct list_head node;
	struct swim_addr to;
	u64 mask;
	u32 nonce;
	u32 slot;
};

static void stream_free(struct swim *swim, struct swim_stream *stream)
{
	swim_timer_cancel(swim, &stream->timer);
	list_del(&stream->node);
	swim->sync.streaming--;
	kfree(stream);
}

static bool put_slot(struct swim *swim, struct wire_buf *buf, u64 mask,
		     u32 slot)
{
	const struct swim_member *member = swim_slot(&swim->table, slot);

	return !member || !(mask >> member->bucket & 1) ||
	       swim_put(buf, member, swim_is_live(member->state));
}

/* One datagram, or none; true if it was the last one. */
static bool stream_step(struct swim *swim, struct swim_stream *stream)
{
	struct wire_body body = { .nonce = stream->nonce };
	struct wire_buf *buf = swim_begin(swim, WIRE_STATE, 0, &body);
	u32 end = swim->table.slots.size;
	u32 looked = 0, empty = buf->len;
	bool last;

	while (stream->slot < end && looked++ < SWIM_SCAN_MAX &&
	       put_slot(swim, buf, stream->mask, stream->slot))
		stream->slot++;
	last = stream->slot >= end && wire_put_buckets(buf, swim->table.bucket);
	if (last)
		wire_set_value(buf, WIRE_LAST);
	if (buf->len > empty)
		swim_finish(swim, &stream->to, false);
	return last;
}

static void stream_fire(struct swim *swim, struct swim_timer *timer)
{
	struct swim_stream *stream =
		container_of(timer, struct swim_stream, timer);
	unsigned int i;

	for (i = 0; i < STREAM_BURST; i++) {
		if (stream_step(swim, stream)) {
			stream_free(swim, stream);
			return;
		}
	}
	swim_timer_set(swim, timer, swim->now + STREAM_GAP_MS * SWIM_MS);
}

/*
 * Too busy for everything: a few members, for whoever asks can go on asking
 * those. Where many start at once, the load spreads over all of them.
 */
static void tell_a_few(struct swim *swim, const struct swim_addr *to, u32 nonce)
{
	struct wire_body body = { .nonce = nonce, .value = WIRE_LAST };
	struct wire_buf *buf = swim_begin(swim, WIRE_STATE, 0, &body);
	u32 slots = swim->table.slots.size;
	u32 slot = swim_random(swim, slots), looked;

	swim_count_stat(swim, SWIM_BUSY);
	swim_put(buf, swim->self, true);
	for (looked = 0; looked < min_t(u32, slots, SWIM_SCAN_MAX); looked++)
		if (!put_slot(swim, buf, ALL_BUCKETS, (slot + looked) % slots))
			break;
	swim_finish(swim, to, false);
}

static void stream_start(struct swim *swim, const struct swim_addr *to,
			 u32 nonce, u64 mask)
{
	struct swim_stream *stream;

	if (swim->self->state != SWIM_ALIVE)
		return;
	list_for_each_entry(stream, &swim->sync.streams, node)
		if (swim_addr_equal(&stream->to, to))
			return;
	if (swim->sync.streaming == SWIM_STREAMS_MAX) {
		tell_a_few(swim, to, nonce);
		return;
	}
	stream = kmalloc(sizeof(*stream), SWIM_GFP);
	if (!stream) {
		swim_count_stat(swim, SWIM_NO_MEMORY);
		return;
	}
	swim_timer_init(&stream->timer, stream_fire);
	stream->to = *to;
	stream->mask = mask;
	stream->nonce = nonce;
	stream->slot = 0;
	list_add(&stream->node, &swim->sync.streams);
	swim->sync.streaming++;
	swim_timer_set(swim, &stream->timer, swim->now);
}

/* Buckets that differ from those in @msg; 0 if it does not tell. */
static u64 differing(const struct swim *swim, const struct wire_message *msg)
{
	u32 bucket[SWIM_BUCKETS];
	u64 mask = 0;
	u32 i;

	if (!wire_get_buckets(msg, bucket))
		return 0;
	for (i = 0; i < SWIM_BUCKETS; i++)
		if (bucket[i] != swim->table.bucket[i])
			mask |= 1ULL << i;
	return mask;
}

/* The asker's side. */

static void send_sync(struct swim *swim, const struct swim_addr *to, u32 nonce,
		      u64 cookie)
{
	struct wire_body body = { .nonce = nonce, .value = cookie };
	struct wire_buf *buf = swim_begin(swim, WIRE_SYNC, 0, &body);

	if (cookie)
		wire_put_buckets(buf, swim->table.bucket);
	/* Without a cookie it is not merged, and the answer is as short. */
	if (!cookie || !swim_put(buf, swim->self, true))
		swim_put(buf, swim->self, false);
	swim_finish(swim, to, false);
}

/* The nonce says where the request is kept; it is never 0. */
static void ask(struct swim *swim, const struct swim_addr *peer)
{
	u32 nonce = swim_random64(swim) >> 32 | SWIM_SYNCS_MAX;
	struct swim_request *request =
		&swim->sync.request[nonce & (SWIM_SYNCS_MAX - 1)];

	request->peer = *peer;
	request->nonce = nonce;
	request->shown = false;
	swim_count_stat(swim, SWIM_SYNCS);
	send_sync(swim, peer, nonce, 0);
}

static struct swim_request *
request_of(struct swim *swim, const struct swim_source *source, u32 nonce)
{
	struct swim_request *request =
		&swim->sync.request[nonce & (SWIM_SYNCS_MAX - 1)];

	if (!nonce || request->nonce != nonce ||
	    !swim_addr_equal(&request->peer, &source->addr))
		return NULL;
	return request;
}

bool swim_sync_is_answer(struct swim *swim, const struct swim_source *source,
			 u32 nonce)
{
	return request_of(swim, source, nonce);
}

void swim_sync_cookie(struct swim *swim, const struct swim_source *source,
		      const struct wire_body *body)
{
	struct swim_request *request = request_of(swim, source, body->nonce);

	if (!request || request->shown) {
		swim_count_stat(swim, SWIM_RX_STRAY);
		return;
	}
	if (swim->status == SWIM_RUNNING &&
	    source->header.view == swim->table.digest) {
		request->nonce = 0;
		return;
	}
	request->shown = true;
	send_sync(swim, &source->addr, body->nonce, body->value);
}

static void enter(struct swim *swim)
{
	if (swim->sync.waits)
		swim_announce(swim, SWIM_EV_JOINED, swim->self);
	swim->sync.waits = false;
	swim->status = SWIM_RUNNING;
	swim_round_wake(swim);
}

/*
 * A sync is over. If another member may have the own name, all who were asked
 * have until the next try to say so.
 */
static void joined(struct swim *swim)
{
	struct swim_sync *sync = &swim->sync;

	swim->proven = true;
	if (swim->status != SWIM_CONFLICT && !sync->contested) {
		enter(swim);
		return;
	}
	sync->answered = true;
	if (swim->status == SWIM_JOINING)
		sync->backoff = RETRY_MS * SWIM_MS;
	if (swim->status == SWIM_JOINING || !sync->contested)
		swim_timer_set(swim, &sync->retry,
			       swim->now + RETRY_MS * SWIM_MS);
}

void swim_sync_state(struct swim *swim, const struct swim_source *source,
		     const struct wire_message *msg)
{
	const struct wire_body *body = &msg->body;
	struct swim_request *request = request_of(swim, source, body->nonce);
	unsigned int i;
	u64 mask;

	/* Without a request it is the answerer's side: it was merged. */
	if (!request || !(body->value & WIRE_LAST))
		return;
	request->nonce = 0;
	swim->sync.answered_at = swim->now;
	for (i = 0; i < swim->sync.seeds; i++)
		if (swim_addr_equal(&swim->sync.seed[i].addr, &source->addr))
			swim->sync.seed[i].uid = source->header.uid;
	if (swim->status != SWIM_LEAVING)
		joined(swim);
	mask = differing(swim, msg);
	if (source->header.view != swim->table.digest && mask)
		stream_start(swim, &source->addr, 0, mask);
}

/* Of two sizes that differ so much the smaller one lacks more than news. */
static bool is_small(const struct swim *swim, const struct swim_source *source)
{
	u32 live = min_t(u32, swim->table.live + 1, 0xffff);

	return source->header.live > live + max_t(u32, 8, live / 8);
}

static bool is_quiet(const struct swim *swim, const struct swim_source *source)
{
	return source->header.flags & WIRE_QUIET &&
	       swim->now - swim->changed_at >= QUIET;
}

/*
 * Where the view never rests, who lags behind is known by that it agrees with
 * nobody for long.
 */
static bool is_left_behind(const struct swim *swim)
{
	return swim->now - swim->sync.agreed >= ALONE &&
	       swim->now - swim->sync.last >= ALONE;
}

void swim_sync_agree(struct swim *swim, const struct swim_source *source)
{
	if (source->header.view == swim->table.digest)
		swim->sync.agreed = swim->now;
}

/* Not again before @gap is over, counted from *@last. */
static void ask_spaced(struct swim *swim, const struct swim_addr *peer,
		       u64 *last, u64 gap)
{
	if (swim->now - *last < gap)
		return;
	*last = swim->now;
	ask(swim, peer);
}

void swim_sync_ask(struct swim *swim, const struct swim_addr *peer)
{
	ask_spaced(swim, peer, &swim->sync.last, COMPARE_GAP);
}

void swim_sync_ask_holder(struct swim *swim, const struct swim_addr *holder)
{
	ask_spaced(swim, holder, &swim->sync.holder_at, HOLDER_GAP);
}

void swim_sync_contend(struct swim *swim, const struct swim_addr *rival)
{
	struct swim_sync *sync = &swim->sync;

	sync->waits = true;
	sync->contested = true;
	sync->answered = false;
	sync->answered_at = swim->now;
	sync->rival = *rival;
	sync->backoff = RETRY_MS * SWIM_MS;
	swim_timer_set(swim, &sync->retry, swim->now + sync->backoff);
}

void swim_sync_compare(struct swim *swim, const struct swim_source *source)
{
	struct swim_sync *sync = &swim->sync;

	if (!swim_rule(swim, SWIM_RULE_COMPARE) ||
	    swim->status == SWIM_CONFLICT ||
	    source->header.view == swim->table.digest ||
	    (!is_small(swim, source) && !is_quiet(swim, source) &&
	     !is_left_behind(swim)))
		return;
	/* Where it changes nothing it is not tried so often. */
	if (swim->changed_at > sync->last)
		sync->futile = 0;
	if (swim->now - sync->last < COMPARE_GAP << sync->futile)
		return;
	if (sync->futile < FUTILE_MAX)
		sync->futile++;
	swim_sync_ask(swim, &source->addr);
}

/* The answerer's side. */

void swim_sync_request(struct swim *swim, const struct swim_source *source,
		       const struct wire_message *msg)
{
	const struct swim_addr *addr = &source->addr;
	u32 hash = jhash(addr->ip, sizeof(addr->ip),
			 swim->table.seed ^ addr->port);
	struct swim_cookie *cookie =
		&swim->sync.cookie[hash & (SWIM_COOKIES_MAX - 1)];
	struct wire_body body = { .nonce = msg->body.nonce };
	u64 mask;

	/* Who waits for its name has nothing to tell. */
	if (swim->status == SWIM_CONFLICT || !swim_may_answer(swim, source))
		return;
	if (!cookie->value || !swim_addr_equal(&cookie->peer, addr)) {
		cookie->peer = *addr;
		cookie->value = swim_random64(swim);
	}
	if (msg->body.value != cookie->value) {
		body.value = cookie->value;
		swim_begin(swim, WIRE_COOKIE, 0, &body);
		swim_finish(swim, addr, false);
		return;
	}
	/* It receives what is sent there, so its word is worth merging. */
	swim_merge_all(swim, source, msg, true);
	cookie->value = 0;
	mask = differing(swim, msg);
	/* Equal buckets of different roots: a collision, or a later minor. */
	if (!mask && msg->header.view != swim->table.digest)
		mask = ALL_BUCKETS;
	stream_start(swim, addr, msg->body.nonce, mask);
}

static void ask_anyone(struct swim *swim)
{
	u32 live = swim->table.live;

	if (live)
		ask(swim,
		    &swim_ring_at(&swim->table, swim_random(swim, live))->addr);
}

void swim_sync_reach_out(struct swim *swim)
{
	if (!swim_random(swim, REACH_OUT))
		ask_anyone(swim);
}

/* Seeds. */

bool swim_sync_is_seed(const struct swim *swim, const struct swim_addr *addr)
{
	unsigned int i;

	for (i = 0; i < swim->sync.seeds; i++)
		if (swim_addr_equal(&swim->sync.seed[i].addr, addr))
			return true;
	return false;
}

static bool seed_in_view(const struct swim *swim, const struct swim_seed *seed)
{
	const struct swim_member *member;

	if (swim_addr_equal(&seed->addr, &swim->self->addr))
		return true;
	member = seed->uid ? swim_by_uid(&swim->table, seed->uid) : NULL;
	return member && (swim_is_live(member->state) || member == swim->self);
}

static void retry(struct swim *swim, struct swim_timer *timer)
{
	struct swim_sync *sync = &swim->sync;
	u64 longest = swim->config.heal_interval * SWIM_MS;
	unsigned int i, missing = 0;

	bool contested = sync->contested;

	if (sync->answered && !contested)
		enter(swim);
	sync->answered = false;
	sync->contested = false;
	for (i = 0; i < sync->seeds; i++) {
		if (swim->status == SWIM_RUNNING &&
		    seed_in_view(swim, &sync->seed[i]))
			continue;
		if (swim_addr_equal(&sync->seed[i].addr, &swim->self->addr))
			continue;
		missing++;
		ask(swim, &sync->seed[i].addr);
	}
	if (swim->status == SWIM_CONFLICT) {
		missing++;
		/* Others may know that the rival is gone. */
		ask_anyone(swim);
		ask(swim, &sync->rival);
	}
	if (!missing) {
		/* Every seed is this member itself: it is the first one. */
		if (swim->status == SWIM_JOINING)
			enter(swim);
		sync->backoff = RETRY_MS * SWIM_MS;
		return;
	}
	sync->backoff = min(sync->backoff * 2, longest);
	/* The seeds are gone, but others have this one for theirs. */
	if (swim->status == SWIM_JOINING && sync->backoff == longest &&
	    swim->proven && !contested)
		enter(swim);
	/* Nobody is left who could tell that the name is free: as at the start. */
	if (swim->status == SWIM_CONFLICT &&
	    swim->now - sync->answered_at >= 2 * longest) {
		swim->status = SWIM_JOINING;
		swim_round_wake(swim);
	}
	/* Many that start at once do not come back at once. */
	swim_timer_set(
		swim, timer,
		swim->now + sync->backoff / 2 +
			swim_random(swim, div_u64(sync->backoff / 2, SWIM_MS)) *
				SWIM_MS);
}

void swim_sync_wake(struct swim *swim)
{
	struct swim_sync *sync = &swim->sync;

	if (swim->self->state != SWIM_ALIVE)
		return;
	swim_heal_wake(swim);
	if (!swim_timer_pending(&sync->retry) && sync->seeds)
		swim_timer_set(swim, &sync->retry, swim->now + sync->backoff);
}

void swim_sync_retime(struct swim *swim)
{
	struct swim_sync *sync = &swim->sync;

	sync->backoff =
		min(sync->backoff, swim->config.heal_interval * SWIM_MS);
	swim_timer_hasten(swim, &sync->retry, sync->backoff);
	swim_heal_retime(swim);
}

void swim_sync_start(struct swim *swim)
{
	swim->sync.backoff = RETRY_MS * SWIM_MS;
	swim->sync.answered = false;
	swim_timer_set(swim, &swim->sync.retry, swim->now);
	swim_sync_wake(swim);
}

void swim_sync_stop(struct swim *swim)
{
	struct swim_sync *sync = &swim->sync;
	struct swim_stream *stream, *next;

	list_for_each_entry_safe(stream, next, &sync->streams, node)
		stream_free(swim, stream);
	swim_timer_cancel(swim, &sync->retry);
	sync->waits = false;
	swim_heal_stop(swim);
	memset(sync->request, 0, sizeof(sync->request));
}

void swim_sync_init(struct swim *swim)
{
	INIT_LIST_HEAD(&swim->sync.streams);
	swim->sync.backoff = RETRY_MS * SWIM_MS;
	swim_timer_init(&swim->sync.retry, retry);
	swim_heal_init(swim);
}
