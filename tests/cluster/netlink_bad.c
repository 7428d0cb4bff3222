// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that gossipctl does not send. Most are such as no well-meaning client
 * sends: each is refused with the right error and a message, and none does harm.
 * Prints TAP. To be run with the module loaded and no instance in the namespace.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gossip.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mnl_socket *nl;
static uint16_t family;
static char buf[8192];
static char message[256];
/* What answered the last request, apart from the error. */
static uint8_t reply_cmd;
static char reply_name[64];
static int tests, failures;

static struct nlmsghdr *request(uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = 1;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static int on_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(message, sizeof(message), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static int error_of(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*err);

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, skip, on_attr, NULL);
	return -err->error;
}

static int on_reply_name(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == GOSSIP_A_MEMBER_NAME)
		snprintf(reply_name, sizeof(reply_name), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static int on_reply_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == GOSSIP_A_MESSAGE_MEMBER)
		mnl_attr_parse_nested(attr, on_reply_name, NULL);
	return MNL_CB_OK;
}

static void note_reply(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	reply_cmd = genl->cmd;
	mnl_attr_parse(nlh, sizeof(*genl), on_reply_attr, NULL);
}

/* Looks for the end of an answer in one buffer; false if it is not there. */
static bool find_end(void *data, int len, int *error)
{
	struct nlmsghdr *nlh = data;

	do {
		if (!mnl_nlmsg_ok(nlh, len))
			return false;
		if (nlh->nlmsg_type == family)
			note_reply(nlh);
		*error = nlh->nlmsg_type == NLMSG_ERROR ? error_of(nlh) : 0;
		if (nlh->nlmsg_type <= NLMSG_DONE)
			return true;
		nlh = mnl_nlmsg_next(nlh, &len);
	} while (1);
}

/* Sends @nlh; returns the error that comes back, 0 if done. */
static int send_request(struct nlmsghdr *nlh)
{
	char answer[8192];
	ssize_t len;
	int error;

	message[0] = '\0';
	reply_cmd = 0;
	reply_name[0] = '\0';
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return errno;
	do {
		len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
		if (len < 0)
			return errno;
	} while (!find_end(answer, len, &error));
	return error;
}

static bool check(bool ok, const char *name)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++tests, name);
	failures += !ok;
	return ok;
}

static void expect(struct nlmsghdr *nlh, int error, const char *text,
		   const char *name)
{
	int got = send_request(nlh);
	/* Of what is out of range some kernels say EINVAL, and some ERANGE. */
	bool ok = (got == error || (got == ERANGE && error == EINVAL)) &&
		  strstr(message, text);

	if (!check(ok, name))
		printf("# error %d (%s), message \"%s\"; expected %d, \"%s\"\n",
		       got, strerror(got), message, error, text);
}

static int on_family_attr(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static void find_family(void)
{
	struct nlmsghdr *nlh;
	ssize_t len;

	family = GENL_ID_CTRL;
	nlh = request(CTRL_CMD_GETFAMILY, 0);
	nlh->nlmsg_flags &= ~NLM_F_ACK;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GOSSIP_FAMILY_NAME);
	mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	nlh = (struct nlmsghdr *)buf;
	if (len < 0 || nlh->nlmsg_type == NLMSG_ERROR) {
		printf("Bail out! no family %s\n", GOSSIP_FAMILY_NAME);
		exit(1);
	}
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), on_family_attr, NULL);
}

/* A start whose instance has one attribute of @len bytes of @data. */
static void start_with(uint16_t type, const void *data, size_t len, int error,
		       const char *text, const char *name)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_START, 0);
	struct nlattr *nest =
		mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_INSTANCE);

	mnl_attr_put(nlh, type, len, data);
	mnl_attr_nest_end(nlh, nest);
	expect(nlh, error, text, name);
}

/* A start whose @outer nest has one attribute. */
static void start_nested(uint16_t outer, uint16_t type, const void *data,
			 size_t len, const char *text, const char *name)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_START, 0);
	struct nlattr *nest =
		mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_INSTANCE);
	struct nlattr *inner = mnl_attr_nest_start(nlh, outer);

	mnl_attr_put(nlh, type, len, data);
	mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, nest);
	expect(nlh, EINVAL, text, name);
}

static void start_refusals(void)
{
	uint32_t nine = 9, big = 100000000;
	uint16_t zero = 0;
	uint8_t ip[16] = { 10, 0, 0, 1 };
	uint8_t multicast[4] = { 239, 1, 2, 3 };
	char name[65];

	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	start_with(GOSSIP_A_INSTANCE_NAME, name, 65, EINVAL, "63",
		   "a name of 64 letters");
	start_with(GOSSIP_A_INSTANCE_NAME, "a b", 4, EINVAL, "name",
		   "a name with a space");
	start_with(GOSSIP_A_INSTANCE_NAME, "", 1, EINVAL, "name",
		   "an empty name");
	start_with(GOSSIP_A_INSTANCE_PROFILE, &nine, 4, EINVAL, "range",
		   "an unknown profile");
	start_with(GOSSIP_A_INSTANCE_PROFILE, &nine, 2, EINVAL, "length",
		   "a profile of the wrong type");
	start_with(GOSSIP_A_INSTANCE_SENSITIVITY, &nine, 4, EINVAL, "range",
		   "an unknown sensitivity");
	start_with(200, &nine, 4, EINVAL, "nknown attribute",
		   "an unknown attribute");
	start_with(GOSSIP_A_INSTANCE_BIND, &nine, 4, EINVAL, "NESTED",
		   "an address that is no nest");
	start_nested(GOSSIP_A_INSTANCE_BIND, GOSSIP_A_ADDRESS_IPV6, ip, 15, "",
		     "an IPv6 address of 15 bytes");
	start_nested(GOSSIP_A_INSTANCE_BIND, GOSSIP_A_ADDRESS_PORT, &zero, 2,
		     "range", "port 0");
	start_nested(GOSSIP_A_INSTANCE_PEER, GOSSIP_A_ADDRESS_PORT, "\1\1", 2,
		     "", "a peer with a port only");
	start_nested(GOSSIP_A_INSTANCE_PEER, GOSSIP_A_ADDRESS_IPV4, multicast,
		     4, "unicast", "a multicast peer");
	start_nested(GOSSIP_A_INSTANCE_CONFIG, GOSSIP_A_CONFIG_PROBE_INTERVAL,
		     &big, 4, "range", "a tunable out of range");
}

static void other_refusals(void)
{
	struct nlmsghdr *nlh;

	expect(request(GOSSIP_CMD_MEMBER_GET, 0), EINVAL, "",
	       "member-get without a name");
	/* 6.1 passes no message on from the start of a dump. */
	expect(request(GOSSIP_CMD_MEMBER_GET, NLM_F_DUMP), ENODEV, "",
	       "a dump without an instance");
	expect(request(GOSSIP_CMD_STOP, 0), ENODEV, "no instance",
	       "stop without an instance");
	expect(request(GOSSIP_CMD_LEAVE, 0), ENODEV, "no instance",
	       "leave without an instance");
	expect(request(GOSSIP_CMD_JOIN, 0), ENODEV, "no instance",
	       "join without an instance");
	expect(request(99, 0), EOPNOTSUPP, "", "an unknown command");

	nlh = request(GOSSIP_CMD_STOP, 0);
	mnl_attr_put_u32(nlh, 1, 1);
	expect(nlh, EINVAL, "", "stop with an attribute");

	/* The length of the attribute goes beyond the message. */
	nlh = request(GOSSIP_CMD_START, 0);
	mnl_attr_put_u32(nlh, GOSSIP_A_MESSAGE_INSTANCE, 0);
	((struct nlattr *)mnl_nlmsg_get_payload_offset(
		 nlh, sizeof(struct genlmsghdr)))
		->nla_len = 60000;
	expect(nlh, EINVAL, "", "an attribute longer than its message");
}

static struct nlmsghdr *member_get(const char *name)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_MEMBER_GET, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_MEMBER);

	mnl_attr_put_strz(nlh, GOSSIP_A_MEMBER_NAME, name);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

static struct nlmsghdr *start_alone(const char *name)
{
	struct nlmsghdr *nlh = request(GOSSIP_CMD_START, 0);
	struct nlattr *nest =
		mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_INSTANCE);
	struct nlattr *inner;

	mnl_attr_put_strz(nlh, GOSSIP_A_INSTANCE_NAME, name);
	/* The namespace need not have an address. */
	inner = mnl_attr_nest_start(nlh, GOSSIP_A_INSTANCE_ADVERTISE);
	mnl_attr_put_u32(nlh, GOSSIP_A_ADDRESS_IPV4, htonl(0x0a000001));
	mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

/* One member by its name. */
static void queries(void)
{
	expect(start_alone("asked"), 0, "", "start");
	expect(request(GOSSIP_CMD_INSTANCE_GET, 0), 0, "", "instance-get");
	check(reply_cmd == GOSSIP_CMD_INSTANCE_GET, "is answered in kind");
	expect(member_get("asked"), 0, "", "member-get");
	check(reply_cmd == GOSSIP_CMD_MEMBER_GET, "is answered in kind, too");
	check(!strcmp(reply_name, "asked"), "with the member");
	expect(member_get("other"), ENOENT, "no member",
	       "member-get of nobody");
	expect(request(GOSSIP_CMD_STOP, 0), 0, "", "stop");
}

/* Random attributes for all commands: only that the kernel stands it. */
static void random_requests(void)
{
	unsigned int i, j, len;
	int done = 0;

	srand(1);
	for (i = 0; i < 20000; i++) {
		struct nlmsghdr *nlh = request(1 + rand() % GOSSIP_CMD_MAX, 0);
		uint8_t bytes[64];

		nlh->nlmsg_flags |= rand() % 4 ? 0 : NLM_F_DUMP;
		for (j = rand() % 4; j; j--) {
			len = rand() % sizeof(bytes);
			bytes[0] = rand() % 32;
			while (len--)
				bytes[len] = rand() % 3 ? rand() % 16 : rand();
			mnl_attr_put(nlh, rand() % 16 | (rand() % 2 << 15),
				     rand() % sizeof(bytes), bytes);
		}
		/* A name alone would be a start in earnest. */
		if (!send_request(nlh))
			done++;
	}
	printf("ok %d - 20,000 random requests, %d of them done\n", ++tests,
	       done);
}

int main(void)
{
	int on = 1;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		perror("netlink");
		return 1;
	}
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	find_family();
	start_refusals();
	other_refusals();
	queries();
	random_requests();
	printf("1..%d\n", tests);
	return failures ? 1 : 0;
}
