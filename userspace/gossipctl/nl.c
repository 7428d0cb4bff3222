// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/gossip.h>

#include "attr.h"
#include "error.h"
#include "extack.h"
#include "nl.h"

/* The kernel makes the messages of a dump as large as it was asked for. */
#define RECEIVE_SIZE 32768
/* More than any request has: names, 32 peers, the tunables. */
#define REQUEST_SIZE 8192

/**
 * struct nl - a socket and its last request
 * @extack: what the kernel said of the request
 */
struct nl {
	struct mnl_socket *sock;
	uint32_t portid;
	uint32_t seq;
	uint16_t family;
	struct extack extack;
	uint32_t request[REQUEST_SIZE / sizeof(uint32_t)];
	uint32_t received[RECEIVE_SIZE / sizeof(uint32_t)];
};

struct family {
	const char *group;
	uint32_t group_id;
	uint16_t id;
};

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
	if (!err && nl->extack.message[0])
		warn("%s", nl->extack.message);
	return err < 0 ? err : 0;
}

static ssize_t receive(struct nl *nl)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(nl->sock, nl->received,
					  sizeof(nl->received));
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

static int transact(struct nl *nl, uint16_t flags, nl_message_fn *reply,
		    void *ctx, bool *torn)
{
	struct nlmsghdr *request = (struct nlmsghdr *)nl->request;
	const struct nlmsghdr *nlh;
	int left, end;

	request->nlmsg_flags = NLM_F_REQUEST | flags;
	if (mnl_socket_sendto(nl->sock, request, request->nlmsg_len) < 0)
		return -errno;
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
				return end;
			if (nlh->nlmsg_type == request->nlmsg_type && reply)
				reply(nlh, ctx);
		}
	}
}

int nl_do(struct nl *nl, nl_message_fn *reply, void *ctx)
{
	return transact(nl, NLM_F_ACK, reply, ctx, NULL);
}

int nl_dump(struct nl *nl, nl_message_fn *reply, void *ctx, bool *torn)
{
	*torn = false;
	return transact(nl, NLM_F_DUMP, reply, ctx, torn);
}

bool nl_absent(const struct nl *nl, int err)
{
	const struct genlmsghdr *genl =
		mnl_nlmsg_get_payload((const struct nlmsghdr *)nl->request);

	return err == -ENODEV && genl->cmd != GOSSIP_CMD_START;
}

void nl_die(struct nl *nl, int err)
{
	const struct extack *extack = &nl->extack;
	const char *why = extack->message;

	if (nl_absent(nl, err))
		die(EXIT_ABSENT,
		    "no instance runs in this network namespace: run \"gossipctl start\"");
	if (!*why && err == -EPERM)
		why = "needs CAP_NET_ADMIN: run as root";
	else if (!*why && err == -EOPNOTSUPP)
		why = "the module does not know this command: load the one of this version";
	else if (!*why)
		why = strerror(-err);
	die(EXIT_FAILED, "%s%s%s", extack->attr, extack->attr[0] ? ": " : "",
	    why);
}

static void read_family(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	const struct nlattr *group[CTRL_ATTR_MCAST_GRP_MAX + 1];
	struct family *family = ctx;
	const struct nlattr *groups, *nest;
	char name[GENL_NAMSIZ];

	attr_parse(nlh, tb, CTRL_ATTR_MAX);
	family->id = attr_u16(tb[CTRL_ATTR_FAMILY_ID]);
	groups = tb[CTRL_ATTR_MCAST_GROUPS];
	if (!groups || !family->group)
		return;
	for (nest = attr_first(groups); nest; nest = attr_next(groups, nest)) {
		attr_parse_nest(nest, group, CTRL_ATTR_MCAST_GRP_MAX);
		attr_string(group[CTRL_ATTR_MCAST_GRP_NAME], name,
			    sizeof(name));
		if (!strcmp(name, family->group))
			family->group_id =
				attr_u32(group[CTRL_ATTR_MCAST_GRP_ID], 0);
	}
}

static void find_family(struct nl *nl, struct family *family)
{
	struct nlmsghdr *nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	int err;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GOSSIP_FAMILY_NAME);
	err = nl_do(nl, read_family, family);
	if (err == -ENOENT)
		die(EXIT_ABSENT,
		    "the gossip module is not loaded: run \"modprobe gossip\" or \"insmod gossip.ko\"");
	if (err)
		die(EXIT_FAILED, "cannot find the netlink family \"%s\": %s",
		    GOSSIP_FAMILY_NAME, strerror(-err));
}

struct nl *nl_open(void)
{
	struct nl *nl = resize(NULL, sizeof(*nl));
	struct family family = { 0 };
	int on = 1;

	memset(nl, 0, sizeof(*nl));
	nl->sock = mnl_socket_open(NETLINK_GENERIC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die(EXIT_FAILED, "cannot open a netlink socket: %s",
		    strerror(errno));
	nl->portid = mnl_socket_get_portid(nl->sock);
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	find_family(nl, &family);
	nl->family = family.id;
	return nl;
}

void nl_close(struct nl *nl)
{
	mnl_socket_close(nl->sock);
	free(nl);
}

static void join_group(struct nl *nl, uint32_t id)
{
	if (mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &id,
				  sizeof(id)) < 0)
		die(EXIT_FAILED, "cannot listen to events: %s",
		    strerror(errno));
}

void nl_subscribe(struct nl *nl, const char *name, int rcvbuf)
{
	struct family family = { .group = name };
	int fd = nl_fd(nl);

	find_family(nl, &family);
	if (!family.group_id)
		die(EXIT_FAILED,
		    "the module has no events \"%s\": load the one of this version",
		    name);
	/* Beyond the system's limit only for the privileged. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
		       sizeof(rcvbuf)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	join_group(nl, family.group_id);
	/* The group "notify" of nlctrl, which tells of the module's end. */
	join_group(nl, GENL_ID_CTRL);
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		die(EXIT_FAILED, "cannot listen to events: %s",
		    strerror(errno));
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

static void check_unloaded(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_DELFAMILY)
		return;
	attr_parse(nlh, tb, CTRL_ATTR_MAX);
	if (attr_u16(tb[CTRL_ATTR_FAMILY_ID]) == nl->family)
		die(EXIT_ABSENT,
		    "the gossip module was unloaded: run \"modprobe gossip\" or \"insmod gossip.ko\"");
}

int nl_receive(struct nl *nl, nl_message_fn *event, void *ctx)
{
	const struct nlmsghdr *nlh;
	int left = receive(nl);

	if (left == -EAGAIN)
		return 0;
	if (left == -ENOBUFS)
		return left;
	if (left < 0)
		die(EXIT_FAILED, "cannot receive events: %s", strerror(-left));
	for (nlh = (void *)nl->received; mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left)) {
		if (mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN)
			continue;
		check_unloaded(nl, nlh);
		if (nlh->nlmsg_type == nl->family)
			event(nlh, ctx);
	}
	return 1;
}
