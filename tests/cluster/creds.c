// SPDX-License-Identifier: GPL-2.0
/*
 * creds: waits for one event of the family gossip and prints who sent it, as
 * SO_PASSCRED has it: the kernel, which is pid 0 and uid 0.
 */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>

/* struct ucred is shown with _GNU_SOURCE only. */
struct credentials {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

static int on_group(const struct nlattr *attr, void *data)
{
	int *group = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID && !*group)
		*group = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int on_groups(const struct nlattr *attr, void *data)
{
	return mnl_attr_parse_nested(attr, on_group, data);
}

static int on_attr(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
		return MNL_CB_OK;
	return mnl_attr_parse_nested(attr, on_groups, data);
}

/* The id of the family's first group; generic netlink nests them in two levels. */
static int on_family(const struct nlmsghdr *nlh, void *data)
{
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_attr, data);
}

static int find_group(struct mnl_socket *nl)
{
	char buf[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;
	int group = 0;
	ssize_t len;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GOSSIP_FAMILY_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return 0;
	len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (len < 0 || mnl_cb_run(buf, len, 0, 0, on_family, &group) < 0)
		return 0;
	return group;
}

int main(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);
	char data[8192], control[CMSG_SPACE(sizeof(struct credentials))];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct credentials creds;
	struct cmsghdr *cmsg;
	int group, on = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		return 2;
	group = find_group(nl);
	if (!group ||
	    mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) ||
	    setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_PASSCRED, &on,
		       sizeof(on)))
		return 2;
	puts("listening");
	fflush(stdout);
	if (recvmsg(mnl_socket_get_fd(nl), &msg, 0) < 0)
		return 1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_level != SOL_SOCKET ||
	    cmsg->cmsg_len != CMSG_LEN(sizeof(creds)))
		return 1;
	memcpy(&creds, CMSG_DATA(cmsg), sizeof(creds));
	printf("pid=%d uid=%u gid=%u\n", creds.pid, creds.uid, creds.gid);
	return 0;
}
