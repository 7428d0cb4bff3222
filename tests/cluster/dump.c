// SPDX-License-Identifier: GPL-2.0
/*
 * dump SECONDS: dumps the members again and again, at least once, as netlink gives them,
 * and judges each dump: one that is not flagged NLM_F_DUMP_INTR has no name twice, and
 * nothing that is newer than it says that it is; one that is quiet, because the number of
 * the last event was the same before and after it, is not flagged. Prints
 * "dumps N flagged N quiet N wrong N members N least N most N us N", where members are
 * those of the last dump, least and most those of any, and us the median time.
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEMBERS_MAX 32768
#define DUMPS_MAX 4096
#define RECEIVE 32768

static struct mnl_socket *nl;
static uint16_t family;
static char name[MEMBERS_MAX][GOSSIP_NAME_MAX + 1];
static unsigned int count;
static bool flagged, newer;
/* Number of the last event: when the dump began, and when it had ended. */
static uint64_t began_at, ended_at;
static unsigned int took[DUMPS_MAX];

struct found {
	const char *name;
	uint64_t member_seq;
	uint64_t seq;
};

static int on_member(const struct nlattr *attr, void *data)
{
	struct found *found = data;

	if (mnl_attr_get_type(attr) == GOSSIP_A_MEMBER_NAME)
		found->name = mnl_attr_get_str(attr);
	else if (mnl_attr_get_type(attr) == GOSSIP_A_MEMBER_SEQ)
		found->member_seq = mnl_attr_get_u64(attr);
	return MNL_CB_OK;
}

static int on_attr(const struct nlattr *attr, void *data)
{
	struct found *found = data;

	if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_MEMBER)
		mnl_attr_parse_nested(attr, on_member, data);
	else if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_SEQ)
		found->seq = mnl_attr_get_u64(attr);
	return MNL_CB_OK;
}

static int on_message(const struct nlmsghdr *nlh)
{
	struct found found = { 0 };

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_attr, &found);
	if (!found.name || count == MEMBERS_MAX)
		return MNL_CB_ERROR;
	snprintf(name[count++], sizeof(name[0]), "%s", found.name);
	newer |= found.member_seq > found.seq;
	began_at = found.seq;
	return MNL_CB_OK;
}

static int on_instance(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == GOSSIP_A_INSTANCE_SEQ)
		ended_at = mnl_attr_get_u64(attr);
	return MNL_CB_OK;
}

static int on_summary_attr(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_INSTANCE)
		mnl_attr_parse_nested(attr, on_instance, data);
	return MNL_CB_OK;
}

static int on_summary(const struct nlmsghdr *nlh)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_summary_attr, NULL);
	return MNL_CB_OK;
}

static int on_family(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int on_control(const struct nlmsghdr *nlh)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_family, NULL);
	return MNL_CB_OK;
}

/* 1 if there is more to come. mnl_cb_run() would end with a flagged message. */
static int judge(const struct nlmsghdr *nlh, int left,
		 int (*reply)(const struct nlmsghdr *nlh))
{
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		flagged |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		if (nlh->nlmsg_type == NLMSG_DONE)
			return 0;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

			errno = -err->error;
			return err->error;
		}
		if (reply(nlh) < 0)
			return -1;
	}
	return 1;
}

static int receive(int (*reply)(const struct nlmsghdr *nlh))
{
	static char buf[RECEIVE];
	int len, more;

	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			return -1;
		more = judge((void *)buf, len, reply);
	} while (more > 0);
	return more;
}

static int ask(uint16_t type, uint8_t cmd, uint16_t flags,
	       int (*reply)(const struct nlmsghdr *nlh))
{
	char buf[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	if (type == GENL_ID_CTRL)
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME,
				  GOSSIP_FAMILY_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	return receive(reply);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int by_number(const void *a, const void *b)
{
	const unsigned int *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

static bool is_quiet(void)
{
	return began_at == ended_at;
}

static bool is_wrong(void)
{
	unsigned int i;

	if (flagged)
		return is_quiet();
	qsort(name, count, sizeof(name[0]), by_name);
	for (i = 1; i < count; i++)
		if (!strcmp(name[i - 1], name[i]))
			return true;
	return newer;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* One dump, and what the last event was after it; *@us is how long the dump took. */
static int dump(unsigned int *us)
{
	uint64_t start = now_us();

	count = 0;
	flagged = false;
	newer = false;
	if (ask(family, GOSSIP_CMD_MEMBER_GET, NLM_F_DUMP, on_message) < 0)
		return -1;
	*us = now_us() - start;
	return ask(family, GOSSIP_CMD_INSTANCE_GET, NLM_F_ACK, on_summary);
}

int main(int argc, char **argv)
{
	unsigned int dumps = 0, torn = 0, quiet = 0, wrong = 0;
	unsigned int least = ~0U, most = 0;
	uint64_t end;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (argc != 2 || !nl ||
	    mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK, on_control) < 0) {
		perror("dump");
		return 2;
	}
	end = now_us() + atoi(argv[1]) * 1000000ULL;
	do {
		if (dump(&took[dumps++]) < 0) {
			perror("dump");
			return 1;
		}
		torn += flagged;
		quiet += is_quiet();
		wrong += is_wrong();
		least = count < least ? count : least;
		most = count > most ? count : most;
	} while (now_us() < end && dumps < DUMPS_MAX);
	qsort(took, dumps, sizeof(took[0]), by_number);
	printf("dumps %u flagged %u quiet %u wrong %u members %u least %u most %u us %u\n",
	       dumps, torn, quiet, wrong, count, least, most, took[dumps / 2]);
	return 0;
}
