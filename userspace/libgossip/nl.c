// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/gossip.h>

#include "attr.h"
#include "nl.h"

/* Requests */

static struct nlmsghdr *begin(struct nl *nl, uint16_t type, uint8_t cmd,
			      uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd)
{
	return begin(nl, nl->family, cmd, GOSSIP_FAMILY_VERSION);
}

/* An answer that ends the request: an errno, or 1 for what is no such. */
static int conclude(struct nl *nl, const struct nlmsghdr *nlh)
{
	int err = 0;

	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return 1;
	/* Both begin with the error; an empty NLMSG_DONE is none. */
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	extack_read(nlh, (struct nlmsghdr *)nl->request, &nl->extack);
	return err < 0 ? err : 0;
}

/* Others than the kernel, whose port is 0, can send to this socket, too. */
static int receive(struct nl *nl)
{
	struct iovec iov = { nl->received, sizeof(nl->received) };
	struct sockaddr_nl from;
	struct msghdr msg;
	ssize_t len;

	for (;;) {
		from = (struct sockaddr_nl){ .nl_pid = UINT32_MAX };
		msg = (struct msghdr){
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
		};
		len = recvmsg(mnl_socket_get_fd(nl->sock), &msg, 0);
		if (len < 0 && errno != EINTR)
			return -errno;
		if (len < 0 || msg.msg_namelen != sizeof(from) || from.nl_pid)
			continue;
		return msg.msg_flags & MSG_TRUNC ? -ENOSPC : len;
	}
}

static int send_request(struct nl *nl, uint16_t flags)
{
	struct nlmsghdr *request = (struct nlmsghdr *)nl->request;
	ssize_t sent;

	memset(&nl->extack, 0, sizeof(nl->extack));
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	do {
		sent = mnl_socket_sendto(nl->sock, request, request->nlmsg_len);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* The request is read to its end even if its messages cannot be taken. */
static int transact(struct nl *nl, uint16_t flags, nl_message_fn *reply,
		    void *ctx, bool *torn)
{
	struct nlmsghdr *request = (struct nlmsghdr *)nl->request;
	const struct nlmsghdr *nlh;
	int left, end, err;

	err = send_request(nl, flags);
	if (err)
		return err;
	for (;;) {
		left = receive(nl);
		if (left < 0)
			return left;
		for (nlh = (void *)nl->received; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != request->nlmsg_seq ||
			    !mnl_nlmsg_portid_ok(nlh, nl->portid))
				continue;
			if (torn && (nlh->nlmsg_flags & NLM_F_DUMP_INTR))
				*torn = true;
			end = conclude(nl, nlh);
			if (end <= 0)
				return err ? err : end;
			if (nlh->nlmsg_type == request->nlmsg_type && reply &&
			    !err)
				err = reply(nlh, ctx);
		}
	}
}

int nl_do(struct nl *nl, nl_message_fn *reply, void *ctx)
{
	return transact(nl, NLM_F_ACK, reply, ctx, NULL);
}

void nl_forget(struct nl *nl)
{
	explicit_bzero(nl->request, sizeof(nl->request));
	explicit_bzero(nl->received, sizeof(nl->received));
}

int nl_more(struct nl *nl, nl_message_fn *reply, void *ctx, int timeout_ms)
{
	const struct nlmsghdr *request = (struct nlmsghdr *)nl->request;
	struct pollfd fd = {
		.fd = mnl_socket_get_fd(nl->sock),
		.events = POLLIN,
	};
	const struct nlmsghdr *nlh;
	int left, err;

	do {
		left = poll(&fd, 1, timeout_ms);
	} while (left < 0 && errno == EINTR);
	if (!left)
		return -ETIMEDOUT;
	left = receive(nl);
	if (left < 0)
		return left;
	for (nlh = (void *)nl->received, err = 0;
	     mnl_nlmsg_ok(nlh, left) && !err; nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_seq == request->nlmsg_seq &&
		    mnl_nlmsg_portid_ok(nlh, nl->portid) &&
		    nlh->nlmsg_type == request->nlmsg_type)
			err = reply(nlh, ctx);
	return err;
}

int nl_dump(struct nl *nl, nl_message_fn *reply, void *ctx, bool *torn)
{
	*torn = false;
	return transact(nl, NLM_F_DUMP, reply, ctx, torn);
}

/* The family */

static int read_family(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	const struct nlattr *group[CTRL_ATTR_MCAST_GRP_MAX + 1];
	const struct nlattr *groups, *nest;
	char name[GENL_NAMSIZ];
	struct nl *nl = ctx;

	attr_parse(nlh, tb, CTRL_ATTR_MAX);
	nl->family = attr_u16(tb[CTRL_ATTR_FAMILY_ID]);
	groups = tb[CTRL_ATTR_MCAST_GROUPS];
	for (nest = groups ? attr_first(groups) : NULL; nest;
	     nest = attr_next(groups, nest)) {
		attr_parse_nest(nest, group, CTRL_ATTR_MCAST_GRP_MAX);
		attr_string(group[CTRL_ATTR_MCAST_GRP_NAME], name,
			    sizeof(name));
		if (!strcmp(name, GOSSIP_MCGRP_MEMBERS))
			nl->group[NL_MEMBERS] =
				attr_u32(group[CTRL_ATTR_MCAST_GRP_ID], 0);
		if (!strcmp(name, GOSSIP_MCGRP_EVENTS))
			nl->group[NL_EVENTS] =
				attr_u32(group[CTRL_ATTR_MCAST_GRP_ID], 0);
	}
	return 0;
}

int nl_find(struct nl *nl)
{
	struct nlmsghdr *nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GOSSIP_FAMILY_NAME);
	nl->family = 0;
	memset(nl->group, 0, sizeof(nl->group));
	return nl_do(nl, read_family, nl);
}

/* The socket */

int nl_open(struct nl *nl)
{
	int on = 1, err;

	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock)
		return -errno;
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		nl_close(nl);
		return err;
	}
	nl->portid = mnl_socket_get_portid(nl->sock);
	/* Without these errors are without words, no more. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

/* Events */

static int join_group(struct nl *nl, uint32_t id)
{
	return mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &id,
				     sizeof(id)) < 0 ?
		       -errno :
		       0;
}

int nl_subscribe(struct nl *nl, const struct nl *query, enum nl_group group,
		 int rcvbuf)
{
	int fd = mnl_socket_get_fd(nl->sock);
	int err;

	nl->family = query->family;
	nl->heard = query->group[group];
	nl->event = NULL;
	/* Beyond the system's limit only for the privileged. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
		       sizeof(rcvbuf)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	/* The group "notify" of nlctrl, which tells of the module's end. */
	err = join_group(nl, GENL_ID_CTRL);
	if (!err)
		err = join_group(nl, nl->heard);
	return err;
}

static void leave_group(struct nl *nl, uint32_t id)
{
	mnl_socket_setsockopt(nl->sock, NETLINK_DROP_MEMBERSHIP, &id,
			      sizeof(id));
}

void nl_unsubscribe(struct nl *nl)
{
	int len;

	leave_group(nl, GENL_ID_CTRL);
	leave_group(nl, nl->heard);
	nl->event = NULL;
	do {
		len = receive(nl);
	} while (len >= 0 || len == -ENOBUFS || len == -ENOSPC);
}

static bool is_unloaded(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	attr_parse(nlh, tb, CTRL_ATTR_MAX);
	return attr_u16(tb[CTRL_ATTR_FAMILY_ID]) == nl->family;
}

int nl_event(struct nl *nl, const struct nlmsghdr **nlh)
{
	for (;;) {
		while (nl->event && mnl_nlmsg_ok(nl->event, nl->left)) {
			*nlh = nl->event;
			nl->event = mnl_nlmsg_next(nl->event, &nl->left);
			if (mnl_nlmsg_get_payload_len(*nlh) < GENL_HDRLEN)
				continue;
			if (is_unloaded(nl, *nlh))
				return -ENOENT;
			if ((*nlh)->nlmsg_type == nl->family)
				return 1;
		}
		nl->event = NULL;
		nl->left = receive(nl);
		if (nl->left == -EAGAIN)
			return 0;
		if (nl->left < 0)
			return nl->left;
		nl->event = (const struct nlmsghdr *)nl->received;
	}
}
