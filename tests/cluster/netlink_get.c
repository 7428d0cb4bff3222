// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_get stats|key: asks for the counters of this namespace's instance and
 * prints how many there are and some, as "name value"; or for its keys, and
 * prints all bytes that the kernel answers, hexadecimal, on one line. Ends with 1
 * and the kernel's error if it is refused.
 */

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	uint16_t attr;
} shown[] = {
	{ "rx_malformed", GOSSIP_A_STATS_RX_MALFORMED },
	{ "rx_length", GOSSIP_A_STATS_RX_LENGTH },
	{ "rx_not_unicast", GOSSIP_A_STATS_RX_NOT_UNICAST },
	{ "conflicts", GOSSIP_A_STATS_CONFLICTS },
	{ "events_lost", GOSSIP_A_STATS_EVENTS_LOST },
	{ NULL, 0 },
};

static int count;

static int on_stat(const struct nlattr *attr, void *data)
{
	uint16_t type = mnl_attr_get_type(attr);
	unsigned int i;

	(void)data;
	if (type == GOSSIP_A_STATS_PAD)
		return MNL_CB_OK;
	count++;
	for (i = 0; shown[i].name; i++)
		if (shown[i].attr == type)
			printf("%s %llu\n", shown[i].name,
			       (unsigned long long)mnl_attr_get_u64(attr));
	return MNL_CB_OK;
}

static int on_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_STATS)
		mnl_attr_parse_nested(attr, on_stat, NULL);
	return MNL_CB_OK;
}

static int on_stats(const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_attr, NULL);
	return MNL_CB_OK;
}

static int on_family_attr(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		*(uint16_t *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int on_family(const struct nlmsghdr *nlh, void *data)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_family_attr, data);
	return MNL_CB_OK;
}

/* Without @then the answer is printed. */
static int ask(struct mnl_socket *nl, uint16_t type, uint8_t cmd, mnl_cb_t then,
	       void *data)
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
		if (len < 0)
			return -1;
		for (i = 0; !then && i < len; i++)
			printf("%02x", buf[i]);
		ret = mnl_cb_run(buf, len, 1, 0, then, data);
	}
	return ret;
}

int main(int argc, char **argv)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);
	int key = argc == 2 && !strcmp(argv[1], "key");
	uint16_t family = 0;

	if (argc != 2 || (!key && strcmp(argv[1], "stats"))) {
		fputs("usage: netlink_get stats|key\n", stderr);
		return 2;
	}
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) ||
	    ask(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, on_family, &family) ||
	    ask(nl, family, key ? GOSSIP_CMD_KEY_GET : GOSSIP_CMD_STATS_GET,
		key ? NULL : on_stats, NULL)) {
		perror("netlink_get");
		return 1;
	}
	if (key)
		putchar('\n');
	else
		printf("counters %d\n", count);
	return 0;
}
