// SPDX-License-Identifier: GPL-2.0
/*
 * User events: sending them, and hearing them. They have a socket and numbers
 * of their own. One that was lost is gone; that it was is told.
 */

#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "attr.h"
#include "handle.h"
#include "name.h"

#define RCVBUF 1048576 /* bytes */

/* Sending */

int gossip_send_event(struct gossip *handle, const char *name,
		      const void *payload, size_t size)
{
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	int err = handle_ready(handle);

	if (err)
		return err;
	if (!*name || !name_valid(name))
		return handle_fail(handle, -EINVAL,
				   "event " QUOTED ": " NAME_RULE, name,
				   GOSSIP_NAME_MAX);
	if (size > GOSSIP_USER_EVENT_MAX - strlen(name))
		return handle_fail(
			handle, -EMSGSIZE,
			"event " QUOTED
			": %zu bytes of payload are too many: %zu are allowed with this name",
			name, size, GOSSIP_USER_EVENT_MAX - strlen(name));
	nlh = nl_request(&handle->query, GOSSIP_CMD_EVENT_SEND);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_USER_EVENT);
	mnl_attr_put_strz(nlh, GOSSIP_A_USER_EVENT_NAME, name);
	if (size)
		mnl_attr_put(nlh, GOSSIP_A_USER_EVENT_PAYLOAD, size, payload);
	mnl_attr_nest_end(nlh, nest);
	return handle_explain(handle, nl_do(&handle->query, NULL, NULL));
}

/* Hearing */

static int read_number(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct gossip_instance *now = ctx;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
			GOSSIP_A_INSTANCE_MAX);
	now->uid = attr_u64(instance[GOSSIP_A_INSTANCE_UID]);
	now->user_seq = attr_u64(instance[GOSSIP_A_INSTANCE_USER_SEQ]);
	return 0;
}

/* The instance's identity, 0 if there is none, and the number of its last event. */
static int ask_number(struct gossip *handle, struct gossip_instance *now)
{
	memset(now, 0, sizeof(*now));
	nl_request(&handle->query, GOSSIP_CMD_INSTANCE_GET);
	return nl_do(&handle->query, read_number, now);
}

int gossip_subscribe_user(struct gossip *handle, int rcvbuf)
{
	struct user *user = &handle->user;
	struct gossip_instance now;
	int err;

	if (user->subscribed)
		return handle_fail(handle, -EBUSY, "there is a subscription");
	err = handle_ready(handle);
	if (err)
		return err;
	if (!handle->query.group[NL_EVENTS])
		return handle_fail(
			handle, -EOPNOTSUPP,
			"the module has no user events: load the one of this version");
	err = nl_subscribe(&user->nl, &handle->query, NL_EVENTS,
			   rcvbuf > 0 ? rcvbuf : RCVBUF);
	if (err) {
		nl_unsubscribe(&user->nl);
		return handle_fail(handle, err,
				   "cannot listen to user events: %s",
				   strerror(-err));
	}
	err = ask_number(handle, &now);
	if (!err && !now.uid)
		err = -ENODEV;
	if (err) {
		nl_unsubscribe(&user->nl);
		return handle_explain(handle, err);
	}
	user->subscribed = true;
	user->begun = false;
	user->overrun = false;
	user->held = NULL;
	user->seq = now.user_seq;
	user->sent = 0;
	user->uid = now.uid;
	return 0;
}

int gossip_user_fd(const struct gossip *handle)
{
	return handle->user.subscribed ?
		       mnl_socket_get_fd(handle->user.nl.sock) :
		       -EBADF;
}

static int tell_gap(struct user *user, uint64_t lost)
{
	user->event = (struct gossip_user_event){ .lost = lost };
	return 1;
}

static int tell(struct user *user, const struct nlattr *nest, uint64_t seq)
{
	const struct nlattr *tb[GOSSIP_A_USER_EVENT_MAX + 1];
	const struct nlattr *payload;

	attr_parse_nest(nest, tb, GOSSIP_A_USER_EVENT_MAX);
	user->held = NULL;
	user->seq = seq;
	attr_string(tb[GOSSIP_A_USER_EVENT_NAME], user->name,
		    sizeof(user->name));
	attr_string(tb[GOSSIP_A_USER_EVENT_ORIGIN], user->origin,
		    sizeof(user->origin));
	payload = tb[GOSSIP_A_USER_EVENT_PAYLOAD];
	user->event = (struct gossip_user_event){
		.name = user->name,
		.origin = user->origin,
		.payload = payload ? mnl_attr_get_payload(payload) : "",
		.size = payload ? mnl_attr_get_payload_len(payload) : 0,
		.uid = attr_u64(tb[GOSSIP_A_USER_EVENT_UID]),
		.ltime = attr_u64(tb[GOSSIP_A_USER_EVENT_LTIME]),
		.seq = seq,
	};
	return 1;
}

/*
 * 1 if there is something to tell. A number that is not new is that of another
 * instance, which began with 1; or of the first event, that came while the
 * number was asked for.
 */
static int hear(struct user *user, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	uint64_t seq, last = user->seq;

	if (genl->cmd != GOSSIP_CMD_EVENT_NTF)
		return 0;
	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	seq = attr_u64(tb[GOSSIP_A_MESSAGE_SEQ]);
	if (seq <= last) {
		last = user->begun ? 0 : seq - 1;
		user->sent = 0;
	}
	user->begun = true;
	if (seq != last + 1) {
		user->held = nlh;
		user->seq = seq - 1;
		return tell_gap(user, seq - 1 - last);
	}
	return tell(user, tb[GOSSIP_A_MESSAGE_USER_EVENT], seq);
}

/*
 * The last ones that were lost show in no later number. What came while it was
 * asked for is heard first.
 */
static void ask_after_overrun(struct gossip *handle)
{
	struct user *user = &handle->user;
	struct gossip_instance now;

	user->overrun = false;
	if (handle_ready(handle) || ask_number(handle, &now))
		return;
	if (now.uid != user->uid && user->seq > now.user_seq)
		user->seq = 0;
	user->uid = now.uid;
	user->begun = true;
	user->sent = now.user_seq;
}

static int tell_unheard(struct user *user)
{
	uint64_t lost = user->sent - user->seq;

	if (user->sent <= user->seq)
		return 0;
	user->seq = user->sent;
	return tell_gap(user, lost);
}

int gossip_next_user(struct gossip *handle,
		     const struct gossip_user_event **event)
{
	struct user *user = &handle->user;
	const struct nlmsghdr *nlh;
	int more;

	handle_begin(handle);
	if (!user->subscribed)
		return handle_fail(handle, -EBADF, "there is no subscription");
	*event = &user->event;
	if (user->held)
		return hear(user, user->held);
	for (;;) {
		more = nl_event(&user->nl, &nlh);
		if (more == -ENOENT) {
			user->subscribed = false;
			nl_unsubscribe(&user->nl);
			return handle_fail(handle, -ENOPKG,
					   "the gossip module was unloaded");
		}
		if (more == -ENOBUFS)
			user->overrun = true;
		else if (more < 0)
			return handle_fail(handle, more,
					   "cannot receive user events: %s",
					   strerror(-more));
		else if (!more && user->overrun)
			ask_after_overrun(handle);
		else if (!more)
			return tell_unheard(user);
		else if (hear(user, nlh))
			return 1;
	}
}
