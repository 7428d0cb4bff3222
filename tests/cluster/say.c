// SPDX-License-Identifier: GPL-2.0
/*
 * What a member says of itself, over bare netlink:
 *
 *	say tag [-r] [-d KEY]... [KEY[=VALUE]]...	sets and deletes tags; -r all
 *	say event NAME [PAYLOAD]			sends a user event
 *	say pings MEMBER COUNT	asks for so many that last ten seconds, and ends at once
 *	say hold SERVICE [TTL_MS [RENEW_MS]]	opens a lease, prints "held", and
 *		keeps it until it is killed, renewing it if told so
 *	say twice SERVICE	opens it twice with one socket
 *	say renew SERVICE [TTL_MS], say close SERVICE	of a lease that it has not
 *	say hear	prints each event with its time: members' and user events
 *	say list [-s STATE]... [-S SERVICE]	a dump, a name a line
 *
 * A refusal is one line with the kernel's words, and status 1.
 */

#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct mnl_socket *nl;
static uint16_t family;
static uint32_t groups[2];
static char buf[16384];
static char message[256];

static struct nlmsghdr *request(uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = 1;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static int on_ack_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(message, sizeof(message), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*err);

	(void)data;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, skip, on_ack_attr, NULL);
	errno = -err->error;
	return err->error ? MNL_CB_ERROR : MNL_CB_STOP;
}

static mnl_cb_t control[NLMSG_ERROR + 1] = { [NLMSG_ERROR] = on_error };

/* Ends the program if the request is refused. */
static void converse(struct nlmsghdr *nlh, mnl_cb_t on_reply)
{
	char answer[32768];
	ssize_t len;
	int more = 1;

	mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	while (more > 0) {
		len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
		more = len < 0 ?
			       -1 :
			       mnl_cb_run2(answer, len, 0, 0, on_reply, NULL,
					   control,
					   sizeof(control) / sizeof(*control));
	}
	if (!more)
		return;
	fprintf(stderr, "say: %s%s%s\n", strerror(errno),
		message[0] ? ": " : "", message);
	exit(1);
}

static void act(struct nlmsghdr *nlh)
{
	nlh->nlmsg_flags |= NLM_F_ACK;
	converse(nlh, NULL);
}

/* The family's number and its groups. */

static const struct nlattr *part(const struct nlattr *nest, int type)
{
	const struct nlattr *attr, *found = NULL;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(attr, nest)
		found = mnl_attr_get_type(attr) == type ? attr : found;
	return found;
}

static const char *text(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : "-";
}

static int on_group(const struct nlattr *attr, void *data)
{
	const char *name = text(part(attr, CTRL_ATTR_MCAST_GRP_NAME));

	(void)data;
	groups[strcmp(name, GOSSIP_MCGRP_EVENTS) == 0] =
		mnl_attr_get_u32(part(attr, CTRL_ATTR_MCAST_GRP_ID));
	return MNL_CB_OK;
}

static int on_family_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
		mnl_attr_parse_nested(attr, on_group, NULL);
	return MNL_CB_OK;
}

static int on_family(const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_family_attr, NULL);
	return MNL_CB_OK;
}

static void open_socket(void)
{
	struct nlmsghdr *nlh;
	int on = 1;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		perror("say: netlink");
		exit(1);
	}
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	family = GENL_ID_CTRL;
	nlh = request(CTRL_CMD_GETFAMILY, NLM_F_ACK);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GOSSIP_FAMILY_NAME);
	converse(nlh, on_family);
}

/* Commands */

static void put_tag(struct nlmsghdr *nlh, char *text)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_META_TAG);
	char *value = strchr(text, '=');

	if (value)
		*value++ = '\0';
	mnl_attr_put_strz(nlh, GOSSIP_A_TAG_KEY, text);
	if (value)
		mnl_attr_put_strz(nlh, GOSSIP_A_TAG_VALUE, value);
	mnl_attr_nest_end(nlh, nest);
}

static void tag(int argc, char **argv)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_META_SET, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_META);
	int opt;

	while ((opt = getopt(argc, argv, "rd:")) != -1) {
		if (opt == 'r')
			mnl_attr_put(nlh, GOSSIP_A_META_REPLACE, 0, NULL);
		else
			mnl_attr_put_strz(nlh, GOSSIP_A_META_DELETE, optarg);
	}
	for (; optind < argc; optind++)
		put_tag(nlh, argv[optind]);
	mnl_attr_nest_end(nlh, nest);
	act(nlh);
}

static void event(const char *name, const char *payload)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_EVENT_SEND, 0);
	struct nlattr *nest =
		mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_USER_EVENT);

	if (name)
		mnl_attr_put_strz(nlh, GOSSIP_A_USER_EVENT_NAME, name);
	if (payload)
		mnl_attr_put(nlh, GOSSIP_A_USER_EVENT_PAYLOAD, strlen(payload),
			     payload);
	mnl_attr_nest_end(nlh, nest);
	act(nlh);
}

static void pings(const char *name, int count)
{
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	for (; count > 0; count--) {
		nlh = request(GOSSIP_CMD_PING, 0);
		nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_MEMBER);
		mnl_attr_put_strz(nlh, GOSSIP_A_MEMBER_NAME, name);
		mnl_attr_nest_end(nlh, nest);
		nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_PING);
		mnl_attr_put_u32(nlh, GOSSIP_A_PING_TIMEOUT, 10000);
		mnl_attr_nest_end(nlh, nest);
		act(nlh);
	}
}

static void lease(uint8_t cmd, const char *service, const char *ttl)
{
	struct nlmsghdr *nlh = request(cmd, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_LEASE);

	if (service)
		mnl_attr_put_strz(nlh, GOSSIP_A_LEASE_SERVICE, service);
	if (ttl)
		mnl_attr_put_u32(nlh, GOSSIP_A_LEASE_TTL_MS, atoi(ttl));
	mnl_attr_nest_end(nlh, nest);
	act(nlh);
}

static void hold(const char *service, const char *ttl, const char *renew)
{
	lease(GOSSIP_CMD_LEASE_OPEN, service, ttl);
	printf("held\n");
	fflush(stdout);
	while (renew) {
		usleep(atoi(renew) * 1000);
		lease(GOSSIP_CMD_LEASE_RENEW, service, NULL);
	}
	for (;;)
		pause();
}

/* Events */

static uint64_t number(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

static void print_user_event(const struct nlattr *nest)
{
	const struct nlattr *payload = part(nest, GOSSIP_A_USER_EVENT_PAYLOAD);

	printf(" user-event %s from=%s payload=%.*s\n",
	       text(part(nest, GOSSIP_A_USER_EVENT_NAME)),
	       text(part(nest, GOSSIP_A_USER_EVENT_ORIGIN)),
	       payload ? (int)mnl_attr_get_payload_len(payload) : 0,
	       payload ? (char *)mnl_attr_get_payload(payload) : "");
}

static void print_meta(const struct nlattr *attr)
{
	if (mnl_attr_get_type(attr) == GOSSIP_A_MEMBER_TAG)
		printf(" %s=%s", text(part(attr, GOSSIP_A_TAG_KEY)),
		       text(part(attr, GOSSIP_A_TAG_VALUE)));
	else if (mnl_attr_get_type(attr) == GOSSIP_A_MEMBER_SERVICE)
		printf(" +%s", text(attr));
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1] = { NULL };
	const struct nlattr *attr, *member;
	struct timespec now;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(*genl))
		tb[mnl_attr_get_type(attr)] = attr;
	clock_gettime(CLOCK_REALTIME, &now);
	printf("%jd.%06ld seq=%" PRIu64, (intmax_t)now.tv_sec,
	       now.tv_nsec / 1000, number(tb[GOSSIP_A_MESSAGE_SEQ]));
	if (genl->cmd == GOSSIP_CMD_EVENT_NTF) {
		print_user_event(tb[GOSSIP_A_MESSAGE_USER_EVENT]);
	} else {
		member = tb[GOSSIP_A_MESSAGE_MEMBER];
		printf(" type=%u %s service=%s",
		       mnl_attr_get_u32(tb[GOSSIP_A_MESSAGE_EVENT]),
		       text(part(member, GOSSIP_A_MEMBER_NAME)),
		       text(tb[GOSSIP_A_MESSAGE_SERVICE]));
		mnl_attr_for_each_nested(attr, member) print_meta(attr);
		printf("\n");
	}
	fflush(stdout);
	return MNL_CB_OK;
}

static void hear(void)
{
	ssize_t len;
	int i;

	for (i = 0; i < 2; i++)
		mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &groups[i],
				      sizeof(groups[i]));
	printf("hears\n");
	fflush(stdout);
	for (;;) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			printf("lost: %s\n", strerror(errno));
		else
			mnl_cb_run(buf, len, 0, 0, on_event, NULL);
	}
}

/* Dump */

static int on_member(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1] = { NULL };
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		tb[mnl_attr_get_type(attr)] = attr;
	printf("%s\n",
	       text(part(tb[GOSSIP_A_MESSAGE_MEMBER], GOSSIP_A_MEMBER_NAME)));
	return MNL_CB_OK;
}

static void list(int argc, char **argv)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_MEMBER_GET, NLM_F_DUMP);
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_FILTER);
	int opt;

	while ((opt = getopt(argc, argv, "s:S:")) != -1) {
		if (opt == 's')
			mnl_attr_put_u32(nlh, GOSSIP_A_FILTER_STATE,
					 atoi(optarg));
		else
			mnl_attr_put_strz(nlh, GOSSIP_A_FILTER_SERVICE, optarg);
	}
	mnl_attr_nest_end(nlh, nest);
	converse(nlh, on_member);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *first = argc > 2 ? argv[2] : NULL;
	const char *second = argc > 3 ? argv[3] : NULL;

	open_socket();
	if (!strcmp(what, "tag")) {
		tag(argc - 1, argv + 1);
	} else if (!strcmp(what, "event")) {
		event(first, second);
	} else if (!strcmp(what, "pings") && second) {
		pings(first, atoi(second));
	} else if (!strcmp(what, "hold")) {
		hold(first, second, argc > 4 ? argv[4] : NULL);
	} else if (!strcmp(what, "twice")) {
		lease(GOSSIP_CMD_LEASE_OPEN, first, NULL);
		lease(GOSSIP_CMD_LEASE_OPEN, first, NULL);
	} else if (!strcmp(what, "renew")) {
		lease(GOSSIP_CMD_LEASE_RENEW, first, second);
	} else if (!strcmp(what, "close")) {
		lease(GOSSIP_CMD_LEASE_CLOSE, first, NULL);
	} else if (!strcmp(what, "hear")) {
		hear();
	} else if (!strcmp(what, "list")) {
		list(argc - 1, argv + 1);
	} else {
		fprintf(stderr, "usage: say tag|event|hold|...\n");
		return 2;
	}
	return 0;
}
