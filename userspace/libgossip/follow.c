// SPDX-License-Identifier: GPL-2.0
/*
 * The members and each change of them, without loss: the events are subscribed
 * to before the members are listed, and where events were lost the members are
 * listed again and the difference is told.
 */

#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "attr.h"
#include "handle.h"
#include "services.h"

#define RCVBUF 1048576 /* bytes */

/* Differences */

/* Numbers of events are comparable within a start of the instance only. */
static bool same(const struct gossip_member *a, const struct gossip_member *b)
{
	return a->state == b->state && a->uid == b->uid &&
	       a->generation == b->generation &&
	       a->incarnation == b->incarnation && a->degraded == b->degraded &&
	       a->probation == b->probation &&
	       !memcmp(&a->addr, &b->addr, sizeof(a->addr)) &&
	       !memcmp(a->tags, b->tags, sizeof(a->tags));
}

static uint32_t change_type(const struct gossip_member *old,
			    const struct gossip_member *new)
{
	if (!old && new->state == GOSSIP_MEMBER_STATE_ALIVE)
		return GOSSIP_EVENT_TYPE_JOIN;
	if (old && old->state == new->state)
		return GOSSIP_EVENT_TYPE_UPDATE;
	switch (new->state) {
	case GOSSIP_MEMBER_STATE_SUSPECT:
		return GOSSIP_EVENT_TYPE_SUSPECT;
	case GOSSIP_MEMBER_STATE_FAILED:
		return GOSSIP_EVENT_TYPE_FAILED;
	case GOSSIP_MEMBER_STATE_LEFT:
		return GOSSIP_EVENT_TYPE_LEFT;
	default:
		return GOSSIP_EVENT_TYPE_ALIVE;
	}
}

static int tell(struct gossip *handle, uint32_t type, uint64_t seq,
		const struct gossip_member *member)
{
	handle->event = (struct gossip_event){ .type = type, .seq = seq };
	if (member) {
		handle->member = *member;
		handle->event.member = &handle->member;
	}
	return 1;
}

/*
 * Tells one of the services in which @told differs from @now, and of which
 * @member is told; 0 if there is none.
 */
static int tell_service(struct gossip *handle, char *told, const char *now,
			const struct gossip_member *member)
{
	char *name = handle->service;
	uint32_t type;

	if (services_differ(told, now, name)) {
		services_remove(told, name);
		type = GOSSIP_EVENT_TYPE_SERVICE_DOWN;
	} else if (services_differ(now, told, name)) {
		services_add(told, name);
		type = GOSSIP_EVENT_TYPE_SERVICE_UP;
	} else {
		return 0;
	}
	tell(handle, type, 0, member);
	handle->event.service = name;
	return 1;
}

/* Without an instance there are no members. */
int follow_relist(struct gossip *handle)
{
	struct table table = { 0 };
	uint64_t seq;
	int err;

	err = list_members(&handle->query, &table, &seq, &handle->torn);
	if (err && (err != -ENODEV || !handle->listed))
		return handle_explain(handle, err);
	/* In other steps the caller was not told yet of all in the table. */
	if (handle->step == STEP_LIVE || handle->step == STEP_RELIST)
		handle->told = handle->table;
	else
		table_clear(&handle->table);
	handle->table = table;
	handle->seq = err ? 0 : seq;
	handle->stale = false;
	handle->step = STEP_GONE;
	handle->cursor = 0;
	return 0;
}

static int tell_gone(struct gossip *handle)
{
	struct gossip_member *member;

	while (handle->cursor < handle->told.count) {
		member = handle->told.member[handle->cursor];
		if (!table_find(&handle->table, member->name)) {
			if (tell_service(handle, table_told(member), "",
					 member))
				return 1;
			tell(handle, GOSSIP_EVENT_TYPE_REAP, 0, member);
			table_remove(&handle->told, handle->member.name);
			return 1;
		}
		handle->cursor++;
	}
	handle->step = STEP_CHANGED;
	handle->cursor = 0;
	return 0;
}

static int tell_changed(struct gossip *handle)
{
	struct gossip_member *now, *was;
	uint32_t type;
	int err;

	for (; handle->cursor < handle->table.count; handle->cursor++) {
		now = handle->table.member[handle->cursor];
		was = table_find(&handle->told, now->name);
		/* Services in an event of their own, but for the first time. */
		if (was && same(was, now)) {
			if (handle->listed &&
			    tell_service(handle, table_told(was), now->services,
					 now))
				return 1;
			memcpy(table_told(now), now->services,
			       sizeof(now->services));
			continue;
		}
		type = handle->listed ? change_type(was, now) :
					GOSSIP_EVENT_EXISTS;
		err = table_put(&handle->told, now);
		if (err)
			return handle_fail(handle, err, "%s", strerror(-err));
		return tell(handle, type, handle->listed ? 0 : handle->seq,
			    now);
	}
	table_clear(&handle->told);
	handle->step = STEP_LIVE;
	if (handle->listed)
		return 0;
	handle->listed = true;
	return tell(handle, GOSSIP_EVENT_LISTED, handle->seq, NULL);
}

/* Events */

static int read_uid(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
			GOSSIP_A_INSTANCE_MAX);
	*(uint64_t *)ctx = attr_u64(instance[GOSSIP_A_INSTANCE_UID]);
	return 0;
}

/*
 * Events that are not new are either reflected in the table already, or of an
 * instance that was started since, which counts from 1 again. Asked after some
 * of them, the answer holds for all that were received until then.
 */
static bool is_restarted(struct gossip *handle)
{
	const struct gossip_member *self = table_self(&handle->table);
	uint64_t uid = 0;

	handle->stale = false;
	nl_request(&handle->query, GOSSIP_CMD_INSTANCE_GET);
	if (nl_do(&handle->query, read_uid, &uid) || !uid)
		return false;
	return !self || self->uid != uid;
}

static bool lose_restarted(struct gossip *handle)
{
	if (!handle->stale || !is_restarted(handle))
		return false;
	handle->lost = "the instance was started anew";
	return true;
}

/*
 * Whether what the event says of a service is news, or it is of none. It may not
 * be, of a member that a torn listing missed.
 */
static bool take_service(struct gossip *handle, uint32_t type,
			 const struct gossip_member *member)
{
	char *told = table_told(table_find(&handle->table, member->name));
	bool up = services_have(told, handle->service);

	if (type == GOSSIP_EVENT_TYPE_SERVICE_UP)
		services_add(told, handle->service);
	else if (type == GOSSIP_EVENT_TYPE_SERVICE_DOWN)
		services_remove(told, handle->service);
	else
		return true;
	return up != (type == GOSSIP_EVENT_TYPE_SERVICE_UP);
}

/* Whether it is news. The table is changed before the event is told. */
static int apply(struct gossip *handle, uint32_t type,
		 const struct gossip_member *member)
{
	const struct gossip_member *known =
		table_find(&handle->table, member->name);

	/* The dump may have reached this member after the event. */
	if (known && known->seq >= handle->seq)
		return 0;
	/* A conflict is of another member of that name, which is not there. */
	if (type == GOSSIP_EVENT_TYPE_CONFLICT)
		return 1;
	if (type == GOSSIP_EVENT_TYPE_REAP) {
		table_remove(&handle->table, member->name);
		return !!known;
	}
	/* Without memory it is as if the event had been lost. */
	if (table_put(&handle->table, member)) {
		handle->lost = "there was no memory for an event";
		return 0;
	}
	return take_service(handle, type, member);
}

/* 1 if it is to be told. */
static int hear(struct gossip *handle, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct gossip_member member;
	uint32_t type;
	uint64_t seq;

	if (genl->cmd != GOSSIP_CMD_MEMBER_NTF || handle->lost)
		return 0;
	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	seq = attr_u64(tb[GOSSIP_A_MESSAGE_SEQ]);
	if (seq <= handle->seq) {
		handle->stale = true;
		return 0;
	}
	if (lose_restarted(handle))
		return 0;
	if (seq != handle->seq + 1) {
		handle->lost = "events are missing";
		return 0;
	}
	handle->seq = seq;
	if (!member_get(tb[GOSSIP_A_MESSAGE_MEMBER], &member))
		return 0;
	type = attr_u32(tb[GOSSIP_A_MESSAGE_EVENT], UINT32_MAX);
	attr_string(tb[GOSSIP_A_MESSAGE_SERVICE], handle->service,
		    sizeof(handle->service));
	if (!apply(handle, type, &member))
		return 0;
	tell(handle, type, seq, &member);
	if (tb[GOSSIP_A_MESSAGE_SERVICE])
		handle->event.service = handle->service;
	if (tb[GOSSIP_A_MESSAGE_REASON]) {
		reason_get(tb[GOSSIP_A_MESSAGE_REASON], &handle->reason);
		handle->event.reason = &handle->reason;
	}
	return 1;
}

static int tell_lost(struct gossip *handle)
{
	tell(handle, GOSSIP_EVENT_RESYNC, 0, NULL);
	handle->event.cause = handle->lost;
	handle->lost = NULL;
	handle->step = STEP_RELIST;
	return 1;
}

static int end_unloaded(struct gossip *handle)
{
	handle->subscribed = false;
	nl_unsubscribe(&handle->events);
	return handle_fail(handle, -ENOPKG, "the gossip module was unloaded");
}

/*
 * What tells of the module's end may be among the events that were lost. If it
 * is loaded again, the family has another number, and its events come to those
 * only who subscribe anew.
 */
int follow_ready(struct gossip *handle)
{
	int err = handle_ready(handle);

	if (!err && handle->query.family != handle->events.family)
		return end_unloaded(handle);
	return err;
}

/*
 * After an overrun the kernel drops events until the socket was read empty.
 * Only then is a new listing followed by all events after it.
 */
static int tell_live(struct gossip *handle)
{
	const struct nlmsghdr *nlh;
	int more;

	for (;;) {
		more = nl_event(&handle->events, &nlh);
		if (more == -ENOENT)
			return end_unloaded(handle);
		if (more == -ENOBUFS)
			handle->overrun = true;
		else if (more < 0)
			return handle_fail(handle, more,
					   "cannot receive events: %s",
					   strerror(-more));
		else if (!more)
			break;
		else if (hear(handle, nlh))
			return 1;
	}
	if (!handle->lost)
		lose_restarted(handle);
	if (handle->overrun)
		handle->lost = "the kernel dropped events, the buffer was full";
	handle->overrun = false;
	return handle->lost ? tell_lost(handle) : 0;
}

int gossip_next(struct gossip *handle, const struct gossip_event **event)
{
	int got = 0;

	handle_begin(handle);
	if (!handle->subscribed)
		return handle_fail(handle, -EBADF, "there is no subscription");
	*event = &handle->event;
	for (;;) {
		switch (handle->step) {
		case STEP_RELIST:
			got = follow_ready(handle);
			if (!got)
				got = follow_relist(handle);
			if (got == -ENOPKG && handle->subscribed)
				return end_unloaded(handle);
			break;
		case STEP_GONE:
			got = tell_gone(handle);
			break;
		case STEP_CHANGED:
			got = tell_changed(handle);
			break;
		case STEP_LIVE:
			return tell_live(handle);
		}
		if (got)
			return got;
	}
}

/* Subscribing */

int gossip_subscribe(struct gossip *handle, int rcvbuf)
{
	int err;

	if (handle->subscribed)
		return handle_fail(handle, -EBUSY, "there is a subscription");
	err = handle_ready(handle);
	if (err)
		return err;
	if (!handle->query.group[NL_MEMBERS])
		return handle_fail(
			handle, -EOPNOTSUPP,
			"the module tells of no events: load the one of this version");
	err = nl_subscribe(&handle->events, &handle->query, NL_MEMBERS,
			   rcvbuf > 0 ? rcvbuf : RCVBUF);
	if (err) {
		nl_unsubscribe(&handle->events);
		return handle_fail(handle, err, "cannot listen to events: %s",
				   strerror(-err));
	}
	handle->listed = false;
	handle->lost = NULL;
	handle->overrun = false;
	handle->step = STEP_RELIST;
	table_clear(&handle->table);
	table_clear(&handle->told);
	err = follow_relist(handle);
	handle->subscribed = !err;
	if (err)
		nl_unsubscribe(&handle->events);
	return err;
}

int gossip_fd(const struct gossip *handle)
{
	return handle->subscribed ? mnl_socket_get_fd(handle->events.sock) :
				    -EBADF;
}
