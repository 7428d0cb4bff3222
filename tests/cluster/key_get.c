// SPDX-License-Identifier: GPL-2.0
/*
 * key_get: asks for the keys of this namespace's instance, and prints all bytes that the
 * kernel answers, hexadecimal, on one line.
 */

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>
#include <stdio.h>

static uint16_t family;

static int on_family_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int on_reply(const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	return family ? MNL_CB_OK :
			mnl_attr_parse(nlh, sizeof(struct genlmsghdr),
				       on_family_attr, NULL);
}

static int ask(struct mnl_socket *nl, uint16_t type, uint8_t cmd, int print)
{
	unsigned char buf[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;
	int ret = MNL_CB_OK;
	ssize_t len, i;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = 1;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	if (type == GENL_ID_CTRL)
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME,
				  GOSSIP_FAMILY_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	while (ret > MNL_CB_STOP) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		for (i = 0; print && i < len; i++)
			printf("%02x", buf[i]);
		ret = len < 0 ? -1 : mnl_cb_run(buf, len, 1, 0, on_reply, NULL);
	}
	return ret;
}

int main(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) ||
	    ask(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0) ||
	    ask(nl, family, GOSSIP_CMD_KEY_GET, 1)) {
		perror("key_get");
		return 1;
	}
	putchar('\n');
	return 0;
}
