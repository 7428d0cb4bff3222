// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include <linux/genetlink.h>

#include <libmnl/libmnl.h>

#include "addr.h"
#include "attr.h"
#include "kernel.h"
#include "services.h"

#define QUEUE 4096
#define SOCKETS 8

struct message {
	uint32_t data[512];
	uint32_t from; /* port */
};

/* As in the kernel: once full, all is dropped until it was read empty. */
struct mnl_socket {
	struct message queue[QUEUE];
	unsigned int first, count;
	bool listens, overrun, congested, nonblocking;
	int fd;
};

struct kernel kernel;

static struct mnl_socket *listener, *user_listener;
static struct mnl_socket *sockets[SOCKETS];
static bool lose_next;

static struct message *push(struct mnl_socket *sock)
{
	struct message *message;

	if (sock->count == QUEUE)
		abort();
	message = &sock->queue[(sock->first + sock->count++) % QUEUE];
	eventfd_write(sock->fd, 1);
	memset(message->data, 0, sizeof(message->data));
	message->from = 0;
	return message;
}

static struct nlmsghdr *begin(struct message *message, uint16_t type,
			      uint32_t seq, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message->data);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	return nlh;
}

struct nlmsghdr *kernel_message(struct mnl_socket *sock, uint32_t seq,
				uint8_t cmd)
{
	return begin(push(sock), kernel.family, seq, cmd);
}

static void put_meta(struct nlmsghdr *nlh, const struct gossip_member *member)
{
	char list[GOSSIP_SERVICES_MAX], *rest = list;
	const char *key = NULL, *value, *name;
	struct nlattr *nest;

	while (gossip_next_tag(member, &key, &value)) {
		nest = mnl_attr_nest_start(nlh, GOSSIP_A_MEMBER_TAG);
		mnl_attr_put_strz(nlh, GOSSIP_A_TAG_KEY, key);
		mnl_attr_put_strz(nlh, GOSSIP_A_TAG_VALUE, value);
		mnl_attr_nest_end(nlh, nest);
	}
	memcpy(list, member->services, sizeof(list));
	while (*list && (name = strsep(&rest, ",")))
		mnl_attr_put_strz(nlh, GOSSIP_A_MEMBER_SERVICE, name);
}

static void put_member(struct nlmsghdr *nlh, const struct gossip_member *member,
		       bool self)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_MEMBER);
	mnl_attr_put_strz(nlh, GOSSIP_A_MEMBER_NAME, member->name);
	mnl_attr_put_u64(nlh, GOSSIP_A_MEMBER_UID, member->uid);
	mnl_attr_put_u64(nlh, GOSSIP_A_MEMBER_SEQ, member->seq);
	mnl_attr_put_u32(nlh, GOSSIP_A_MEMBER_GENERATION, member->generation);
	mnl_attr_put_u32(nlh, GOSSIP_A_MEMBER_INCARNATION, member->incarnation);
	mnl_attr_put_u32(nlh, GOSSIP_A_MEMBER_STATE, member->state);
	mnl_attr_put_u32(nlh, GOSSIP_A_MEMBER_HEALTH, member->health);
	if (member->addr.family)
		addr_put(nlh, GOSSIP_A_MEMBER_ADDRESS, &member->addr);
	if (member->rtt_us > 0)
		mnl_attr_put_u32(nlh, GOSSIP_A_MEMBER_RTT_US, member->rtt_us);
	if (self)
		mnl_attr_put(nlh, GOSSIP_A_MEMBER_SELF, 0, NULL);
	put_meta(nlh, member);
	if (member->degraded)
		mnl_attr_put(nlh, GOSSIP_A_MEMBER_DEGRADED, 0, NULL);
	if (member->probation)
		mnl_attr_put(nlh, GOSSIP_A_MEMBER_PROBATION, 0, NULL);
	if (member->agrees)
		mnl_attr_put(nlh, GOSSIP_A_MEMBER_AGREES, 0, NULL);
	if (member->differs)
		mnl_attr_put(nlh, GOSSIP_A_MEMBER_DIFFERS, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
}

static void put_reason(struct nlmsghdr *nlh)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_REASON);
	mnl_attr_put_strz(nlh, GOSSIP_A_REASON_FROM, "n2");
	mnl_attr_put_strz(nlh, GOSSIP_A_REASON_ACCUSER, "n3");
	mnl_attr_put_u32(nlh, GOSSIP_A_REASON_ACCUSERS, 2);
	mnl_attr_put_u32(nlh, GOSSIP_A_REASON_SUSPECT_MS, 2510);
	mnl_attr_nest_end(nlh, nest);
}

void kernel_reset(void)
{
	free(listener);
	listener = NULL;
	user_listener = NULL;
	lose_next = false;
	memset(&kernel, 0, sizeof(kernel));
	kernel.room = QUEUE;
	kernel.size = 32;
	kernel.loaded = true;
	kernel.family = 0x20;
	kernel.primary = -1;
	memset(kernel.stat, -1, sizeof(kernel.stat));
}

void kernel_start(void)
{
	memset(kernel.member, 0, sizeof(kernel.member));
	kernel.running = true;
	kernel.uid = rand() + 1;
	kernel.seq = 0;
	kernel_change(0, GOSSIP_EVENT_TYPE_JOIN, "self",
		      GOSSIP_MEMBER_STATE_ALIVE);
}

void kernel_lose_next(void)
{
	lose_next = true;
}

/* One message more for @sock, NULL if there is no room for it. */
static struct message *push_event(struct mnl_socket *sock)
{
	if (!sock || !sock->listens || sock->congested)
		return NULL;
	if (sock->count < kernel.room)
		return push(sock);
	sock->congested = true;
	sock->overrun = true;
	return NULL;
}

static void tell(uint32_t type, const struct gossip_member *member, bool self,
		 const char *service)
{
	struct message *message;
	struct nlmsghdr *nlh;

	if (lose_next && listener && listener->listens &&
	    !listener->congested) {
		lose_next = false;
		return;
	}
	message = push_event(listener);
	if (!message)
		return;
	nlh = begin(message, kernel.family, 0, GOSSIP_CMD_MEMBER_NTF);
	mnl_attr_put_u32(nlh, GOSSIP_A_MESSAGE_EVENT, type);
	mnl_attr_put_u64(nlh, GOSSIP_A_MESSAGE_SEQ, kernel.seq);
	put_member(nlh, member, self);
	if (service)
		mnl_attr_put_strz(nlh, GOSSIP_A_MESSAGE_SERVICE, service);
	else if (kernel.reasons)
		put_reason(nlh);
}

void kernel_change(unsigned int i, uint32_t type, const char *name,
		   uint32_t state)
{
	struct gossip_member *member = &kernel.member[i];
	char lost[GOSSIP_SERVICES_MAX] = "", name_lost[GOSSIP_NAME_MAX + 1];

	if (state == GOSSIP_MEMBER_STATE_FAILED ||
	    state == GOSSIP_MEMBER_STATE_LEFT) {
		memcpy(lost, member->services, sizeof(lost));
		member->services[0] = '\0';
	}
	if (!member->name[0]) {
		snprintf(member->name, sizeof(member->name), "%s", name);
		member->uid = i ? (uint64_t)rand() + 1 : kernel.uid;
	}
	if (type == GOSSIP_EVENT_TYPE_UPDATE)
		member->incarnation++;
	member->state = state;
	member->seq = ++kernel.seq;
	tell(type, member, !i, NULL);
	while (services_differ(lost, "", name_lost)) {
		services_remove(lost, name_lost);
		kernel_service(i, name_lost, false);
	}
	if (type == GOSSIP_EVENT_TYPE_REAP)
		memset(member, 0, sizeof(*member));
}

void kernel_conflict(unsigned int i)
{
	struct gossip_member other = kernel.member[i];

	other.uid++;
	other.incarnation = 7;
	other.state = GOSSIP_MEMBER_STATE_ALIVE;
	other.services[0] = '\0';
	other.seq = ++kernel.seq;
	tell(GOSSIP_EVENT_TYPE_CONFLICT, &other, false, NULL);
}

void kernel_service(unsigned int i, const char *name, bool up)
{
	struct gossip_member *member = &kernel.member[i];

	if (up)
		services_add(member->services, name);
	else
		services_remove(member->services, name);
	member->seq = ++kernel.seq;
	tell(up ? GOSSIP_EVENT_TYPE_SERVICE_UP : GOSSIP_EVENT_TYPE_SERVICE_DOWN,
	     member, !i, name);
}

void kernel_user(const char *name, const char *origin, const void *payload,
		 size_t size)
{
	struct message *message = push_event(user_listener);
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	kernel.instance.user_seq++;
	if (!message)
		return;
	nlh = begin(message, kernel.family, 0, GOSSIP_CMD_EVENT_NTF);
	mnl_attr_put_u64(nlh, GOSSIP_A_MESSAGE_SEQ, kernel.instance.user_seq);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_USER_EVENT);
	mnl_attr_put_strz(nlh, GOSSIP_A_USER_EVENT_NAME, name);
	if (*origin)
		mnl_attr_put_strz(nlh, GOSSIP_A_USER_EVENT_ORIGIN, origin);
	if (size)
		mnl_attr_put(nlh, GOSSIP_A_USER_EVENT_PAYLOAD, size, payload);
	mnl_attr_put_u64(nlh, GOSSIP_A_USER_EVENT_LTIME, 7);
	mnl_attr_nest_end(nlh, nest);
}

/* Requests */

void kernel_answer(struct mnl_socket *sock, uint32_t seq, int err, bool torn)
{
	struct message *message = push(sock);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message->data);
	struct nlmsgerr *body;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = seq;
	body = mnl_nlmsg_put_extra_header(nlh, sizeof(*body));
	body->error = err;
	if (!err && torn)
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	if (kernel.extack) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS | NLM_F_CAPPED;
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, kernel.extack);
		if (kernel.offset)
			mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS,
					 kernel.offset);
	}
}

static void answer_refusal(struct mnl_socket *sock, uint32_t seq)
{
	kernel_answer(sock, seq, kernel.refusal, false);
	kernel.refusal = 0;
	kernel.extack = NULL;
}

static void answer_family(struct mnl_socket *sock, uint32_t seq)
{
	struct nlattr *groups, *group;
	struct message *message;
	struct nlmsghdr *nlh;

	if (!kernel.loaded) {
		kernel_answer(sock, seq, -ENOENT, false);
		return;
	}
	message = push(sock);
	nlh = begin(message, GENL_ID_CTRL, seq, CTRL_CMD_NEWFAMILY);

	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, kernel.family);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, GOSSIP_MCGRP_MEMBERS);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 77);
	mnl_attr_nest_end(nlh, group);
	group = mnl_attr_nest_start(nlh, 2);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, GOSSIP_MCGRP_EVENTS);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 78);
	mnl_attr_nest_end(nlh, group);
	mnl_attr_nest_end(nlh, groups);
	kernel_answer(sock, seq, 0, false);
}

static void answer_dump(struct mnl_socket *sock, uint32_t seq)
{
	uint64_t begun = kernel.seq, uid = kernel.uid;
	struct message *message;
	struct nlmsghdr *nlh;
	unsigned int i;

	kernel.dumps++;
	if (!kernel.running || kernel.unlisted) {
		kernel_answer(sock, seq, kernel.unlisted ? -EIO : -ENODEV,
			      false);
		return;
	}
	for (i = 0; i < kernel.size; i++) {
		if (kernel.meanwhile)
			kernel.meanwhile();
		if (kernel.uid != uid)
			break;
		if (!kernel.member[i].name[0])
			continue;
		message = push(sock);
		nlh = begin(message, kernel.family, seq, GOSSIP_CMD_MEMBER_GET);
		put_member(nlh, &kernel.member[i], !i);
		mnl_attr_put_u64(nlh, GOSSIP_A_MESSAGE_SEQ, begun);
	}
	kernel_answer(sock, seq, 0,
		      kernel.always_torn || kernel.seq != begun ||
			      kernel.uid != uid);
	if (kernel.after_dump && listener)
		kernel.after_dump();
}

static void answer_request(struct mnl_socket *sock, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	int err = kernel_request(nlh);

	if (genl->cmd == GOSSIP_CMD_KEY_ADD && !err)
		kernel_tell_key(sock, nlh->nlmsg_seq);
	kernel_answer(sock, nlh->nlmsg_seq, err, false);
	kernel.extack = NULL;
	kernel.offset = 0;
}

void kernel_forge(void)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++) {
		struct message *message;
		struct nlmsghdr *nlh;

		if (!sockets[i])
			continue;
		message = push(sockets[i]);
		nlh = begin(message, GENL_ID_CTRL, 0, CTRL_CMD_DELFAMILY);
		mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, kernel.family);
		message->from = 4711;
	}
}

static void tell_unloaded(struct mnl_socket *sock)
{
	struct message *message;
	struct nlmsghdr *nlh;

	if (!sock)
		return;
	message = push(sock);
	nlh = begin(message, GENL_ID_CTRL, 0, CTRL_CMD_DELFAMILY);
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, kernel.family);
}

void kernel_unload(void)
{
	kernel.loaded = false;
	kernel.running = false;
	tell_unloaded(listener);
	tell_unloaded(user_listener);
}

void kernel_reload_unseen(void)
{
	kernel.family++;
	if (!listener)
		return;
	listener->listens = false;
	listener->overrun = true;
	eventfd_write(listener->fd, 1);
	listener = NULL;
}

bool kernel_is_heard(void)
{
	return listener;
}

/* libmnl */

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	struct mnl_socket *sock = calloc(1, sizeof(*sock));
	unsigned int i = 0;

	while (sockets[i])
		if (++i == SOCKETS)
			abort();
	sockets[i] = sock;
	/* Readable once there is something, until that is read. */
	sock->fd = eventfd(0, EFD_NONBLOCK);
	return sock;
}

int mnl_socket_bind(struct mnl_socket *sock, unsigned int groups, pid_t pid)
{
	return 0;
}

int mnl_socket_close(struct mnl_socket *sock)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] == sock)
			sockets[i] = NULL;
	close(sock->fd);
	if (sock == listener)
		listener = NULL;
	if (sock == user_listener)
		user_listener = NULL;
	free(sock);
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *sock)
{
	return sock->fd;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *sock)
{
	return 1;
}

int mnl_socket_setsockopt(const struct mnl_socket *sock, int type, void *buf,
			  socklen_t len)
{
	struct mnl_socket **which = &listener;

	if (type == NETLINK_ADD_MEMBERSHIP && *(uint32_t *)buf == 78)
		which = &user_listener;
	if (type == NETLINK_ADD_MEMBERSHIP && *(uint32_t *)buf >= 77) {
		*which = (struct mnl_socket *)sock;
		(*which)->listens = true;
		(*which)->nonblocking = true;
	} else if (type == NETLINK_DROP_MEMBERSHIP && user_listener == sock) {
		user_listener->listens = false;
		user_listener = NULL;
	} else if (type == NETLINK_DROP_MEMBERSHIP && listener == sock) {
		listener->listens = false;
		listener = NULL;
	}
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *sock, const void *req,
			  size_t size)
{
	const struct nlmsghdr *nlh = req;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct mnl_socket *to = (struct mnl_socket *)sock;

	if (nlh->nlmsg_type != GENL_ID_CTRL &&
	    genl->cmd != GOSSIP_CMD_INSTANCE_GET)
		kernel.command = genl->cmd;
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		answer_family(to, nlh->nlmsg_seq);
	else if (kernel.refusal)
		answer_refusal(to, nlh->nlmsg_seq);
	else if (genl->cmd == GOSSIP_CMD_MEMBER_GET)
		answer_dump(to, nlh->nlmsg_seq);
	else if (!kernel_query(to, nlh))
		answer_request(to, nlh);
	return size;
}

static struct mnl_socket *socket_of(int fd)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] && sockets[i]->fd == fd)
			return sockets[i];
	abort();
}

/* That of the C library is not called by anything else here. */
ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct mnl_socket *sock = socket_of(fd);
	struct sockaddr_nl *from = msg->msg_name;
	const struct nlmsghdr *nlh;
	struct message *message;

	if (sock->overrun) {
		sock->overrun = false;
		errno = ENOBUFS;
		return -1;
	}
	if (!sock->count) {
		/* A reply that never comes would be waited for without end. */
		if (!sock->nonblocking)
			abort();
		eventfd_read(sock->fd, &(eventfd_t){ 0 });
		errno = EAGAIN;
		return -1;
	}
	message = &sock->queue[sock->first];
	sock->first = (sock->first + 1) % QUEUE;
	if (!--sock->count) {
		sock->congested = false;
		if (!sock->nonblocking)
			eventfd_read(sock->fd, &(eventfd_t){ 0 });
	}
	*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK,
				      .nl_pid = message->from };
	msg->msg_namelen = sizeof(*from);
	msg->msg_flags = 0;
	nlh = (const struct nlmsghdr *)message->data;
	memcpy(msg->msg_iov->iov_base, nlh, nlh->nlmsg_len);
	return nlh->nlmsg_len;
}
