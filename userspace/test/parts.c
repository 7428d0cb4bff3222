// SPDX-License-Identifier: GPL-2.0
/* Addresses, attributes, the kernel's errors, JSON. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/gossip.h>

#include "../../kmod/swim/tunables.h"
#include "addr.h"
#include "attr.h"
#include "extack.h"
#include "macros.h"
#include "member.h"
#include "out.h"
#include "params.h"
#include "show.h"
#include "tap.h"

/* Addresses */

static const struct {
	const char *text;
	const char *formatted; /* NULL: refused */
} addresses[] = {
	{ "10.0.0.1", "10.0.0.1" },
	{ "10.0.0.1:7946", "10.0.0.1:7946" },
	{ "10.0.0.1:1", "10.0.0.1:1" },
	{ "10.0.0.1:65535", "10.0.0.1:65535" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "fd00::7", "[fd00::7]" },
	{ "::", "[::]" },
	{ "[fd00::7]", "[fd00::7]" },
	{ "[fd00::7]:7946", "[fd00::7]:7946" },
	{ "[FD00:0:0::7]:80", "[fd00::7]:80" },
	{ "fe80::1%lo", "[fe80::1%lo]" },
	{ "[fe80::1%lo]:7", "[fe80::1%lo]:7" },
	{ "fe80::1%4000000", "[fe80::1%4000000]" },
	{ "", NULL },
	{ ":", NULL },
	{ "host", NULL },
	{ "10.0.0", NULL },
	{ "10.0.0.256", NULL },
	{ "10.0.0.1:", NULL },
	{ "10.0.0.1:0", NULL },
	{ "10.0.0.1:65536", NULL },
	{ "10.0.0.1:70000", NULL },
	{ "10.0.0.1:4294967297", NULL },
	{ "10.0.0.1:18446744073709551617", NULL },
	{ "10.0.0.1:-1", NULL },
	{ "10.0.0.1: 80", NULL },
	{ "10.0.0.1:80x", NULL },
	{ "10.0.0.1%lo", NULL },
	{ "[10.0.0.1]:80", NULL },
	{ "[fd00::7", NULL },
	{ "[fd00::7]80", NULL },
	{ "[fd00::7]:", NULL },
	{ "[fd00::7]:0", NULL },
	{ "fd00::7]:80", NULL },
	{ "[]", NULL },
	{ "[]:80", NULL },
	{ "fd00::7%lo", NULL },
	{ "fe80::1%", NULL },
	{ "fe80::1%0", NULL },
	{ "fe80::1%nosuch", NULL },
	{ "fe80::1%99999999999", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
};

static void test_addresses(void)
{
	char text[GOSSIP_ADDR_TEXT_MAX];
	struct gossip_addr addr;
	size_t i;

	memset(text, '1', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	tap_ok(addr_parse(text, &addr), "an address that is too long");
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		const char *given = addresses[i].text;
		const char *want = addresses[i].formatted;

		if (addr_parse(given, &addr))
			tap_ok(!want, "address \"%s\" is refused", given);
		else
			tap_ok(want && !strcmp(gossip_addr_format(&addr, text),
					       want),
			       "address \"%s\" is %s", given, text);
	}
}

/* What the kernel says */

static char request_buf[8192], answer_buf[1024];

static struct nlmsghdr *make_request(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request_buf);
	struct gossip_params *params = gossip_params_new();

	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	gossip_params_set(params, "name", "n1");
	gossip_params_set(params, "peers", "10.0.0.2:1,[fd00::7]:2");
	gossip_params_set(params, "probe_interval", "5");
	params_put(nlh, params);
	gossip_params_free(params);
	return nlh;
}

/* The @nth of @type in the instance, or in that the first of @inner. */
static const struct nlattr *find(const struct nlmsghdr *nlh, uint16_t type,
				 uint16_t inner, int nth)
{
	const struct nlattr *top, *attr, *in;

	top = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	attr = attr_first(top);
	while (attr && (mnl_attr_get_type(attr) != type || nth--))
		attr = attr_next(top, attr);
	if (!inner || !attr)
		return attr;
	in = attr_first(attr);
	while (in && mnl_attr_get_type(in) != inner)
		in = attr_next(attr, in);
	return in;
}

static struct nlmsghdr *begin_answer(int err)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer_buf);
	struct nlmsgerr *body;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	body = mnl_nlmsg_put_extra_header(nlh, sizeof(*body));
	body->error = err;
	return nlh;
}

static void check_fault(const struct nlattr *at, const char *want)
{
	struct nlmsghdr *answer = begin_answer(-EINVAL);
	struct extack extack;

	mnl_attr_put_strz(answer, NLMSGERR_ATTR_MSG, "no good");
	mnl_attr_put_u32(answer, NLMSGERR_ATTR_OFFS,
			 (const char *)at - request_buf);
	extack_read(answer, (struct nlmsghdr *)request_buf, &extack);
	tap_ok(!strcmp(extack.message, "no good") && !strcmp(extack.attr, want),
	       "fault in %s: %s", want, extack.attr);
}

static void test_extack(void)
{
	const struct nlmsghdr *request = make_request();
	struct nlmsghdr *answer;
	struct nlattr *policy;
	struct extack extack;
	uint32_t offset;

	check_fault(find(request, GOSSIP_A_INSTANCE_NAME, 0, 0), "name \"n1\"");
	check_fault(find(request, GOSSIP_A_INSTANCE_PEER, 0, 1),
		    "peer \"[fd00::7]:2\"");
	check_fault(find(request, GOSSIP_A_INSTANCE_PEER, GOSSIP_A_ADDRESS_PORT,
			 0),
		    "peer \"10.0.0.2:1\"");
	check_fault(find(request, GOSSIP_A_INSTANCE_CONFIG,
			 GOSSIP_A_CONFIG_PROBE_INTERVAL, 0),
		    "probe_interval 5");

	answer = begin_answer(-ERANGE);
	mnl_attr_put_strz(answer, NLMSGERR_ATTR_MSG, "integer out of range");
	policy = mnl_attr_nest_start(answer, NLMSGERR_ATTR_POLICY);
	mnl_attr_put_u64(answer, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 10);
	mnl_attr_put_u64(answer, NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 20);
	mnl_attr_nest_end(answer, policy);
	extack_read(answer, request, &extack);
	tap_ok(!strcmp(extack.message,
		       "integer out of range: 10 to 20 are allowed"),
	       "range: %s", extack.message);

	answer = begin_answer(-ERANGE);
	mnl_attr_put_strz(answer, NLMSGERR_ATTR_MSG,
			  "probe_interval: 10 to 20 ms are allowed");
	mnl_attr_put_u32(answer, NLMSGERR_ATTR_OFFS,
			 (const char *)find(request, GOSSIP_A_INSTANCE_CONFIG,
					    GOSSIP_A_CONFIG_PROBE_INTERVAL, 0) -
				 request_buf);
	extack_read(answer, request, &extack);
	tap_ok(!strcmp(extack.attr, "probe_interval 5") &&
		       !strcmp(extack.message, "10 to 20 ms are allowed"),
	       "a name is not said twice: %s: %s", extack.attr, extack.message);

	answer = begin_answer(-EINVAL);
	mnl_attr_put_u32(answer, NLMSGERR_ATTR_MISS_TYPE,
			 GOSSIP_A_INSTANCE_PEER);
	mnl_attr_put_u32(answer, NLMSGERR_ATTR_MISS_NEST,
			 MNL_NLMSG_HDRLEN + GENL_HDRLEN);
	extack_read(answer, request, &extack);
	tap_ok(!strcmp(extack.attr, "peer is missing"), "missing: %s",
	       extack.attr);

	/* Whatever the kernel says of a place, nothing else is read. */
	for (offset = 0; offset < 16384; offset++) {
		answer = begin_answer(-EINVAL);
		mnl_attr_put_u32(answer, NLMSGERR_ATTR_OFFS, offset);
		extack_read(answer, request, &extack);
		answer = begin_answer(-EINVAL);
		mnl_attr_put_u32(answer, NLMSGERR_ATTR_MISS_TYPE, offset % 97);
		mnl_attr_put_u32(answer, NLMSGERR_ATTR_MISS_NEST, offset);
		extack_read(answer, request, &extack);
	}
	tap_ok(true, "any offset is survived");
}

static void test_peers(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request_buf);
	struct gossip_params *params = gossip_params_new();

	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	gossip_params_set(params, "peers", "10.0.0.1");
	tap_ok(gossip_params_set(params, "peers", "10.0.0.2,10.0.0.3,bad"),
	       "a list of peers with a bad one is refused");
	params_put(nlh, params);
	gossip_params_free(params);
	tap_ok(find(nlh, GOSSIP_A_INSTANCE_PEER, 0, 0) &&
		       !find(nlh, GOSSIP_A_INSTANCE_PEER, 0, 1),
	       "as a whole");
}

/* What an error says of the length of what it answers. */
static void test_extack_length(void)
{
	static const uint32_t lengths[] = {
		0,	    16,		17,	    1000,      0x7fffffff,
		0x80000000, 0x80000100, 0xfffffff0, 0xffffffff
	};
	const struct nlmsghdr *request = make_request();
	struct nlmsghdr *answer;
	struct nlmsgerr *body;
	struct extack extack;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		answer = begin_answer(-EINVAL);
		answer->nlmsg_flags = NLM_F_ACK_TLVS;
		body = mnl_nlmsg_get_payload(answer);
		body->msg.nlmsg_len = lengths[i];
		extack_read(answer, request, &extack);
		tap_ok(!extack.message[0], "a request of %u bytes is survived",
		       lengths[i]);
	}
	answer = begin_answer(-EINVAL);
	answer->nlmsg_len = MNL_NLMSG_HDRLEN + sizeof(int);
	extack_read(answer, request, &extack);
	tap_ok(!extack.message[0], "so is an error that is too short");
}

/* Broken messages: for the sanitizers. */
static void test_garbage(void)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlmsghdr *request = make_request();
	size_t size = request->nlmsg_len;
	struct nlmsghdr *nlh;
	struct gossip_member member;
	struct gossip_instance instance;
	struct instance_space space;
	struct gossip_reason reason;
	int i, j;

	srand(1);
	for (i = 0; i < 200000; i++) {
		/* On the heap, with nothing behind it that may be read. */
		nlh = malloc(size);
		memcpy(nlh, request_buf, size);
		for (j = rand() % 8; j >= 0; j--)
			((char *)nlh)[GENL_HDRLEN + MNL_NLMSG_HDRLEN +
				      rand() % (size - GENL_HDRLEN -
						MNL_NLMSG_HDRLEN)] = rand();
		attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
		for (j = 0; j <= GOSSIP_A_MESSAGE_MAX; j++) {
			member_get(tb[j], &member);
			reason_get(tb[j], &reason);
			instance_get(tb[j], &instance, &space);
		}
		free(nlh);
	}
	tap_ok(true, "garbled messages are survived");
}

/* Output */

static FILE *captured;
static int terminal;

static void begin_capture(void)
{
	fflush(stdout);
	captured = tmpfile();
	terminal = dup(STDOUT_FILENO);
	dup2(fileno(captured), STDOUT_FILENO);
}

static void end_capture(char *text, size_t size)
{
	dup2(terminal, STDOUT_FILENO);
	close(terminal);
	rewind(captured);
	text[fread(text, 1, size - 1, captured)] = '\0';
	fclose(captured);
}

static const struct {
	struct gossip_reason reason;
	uint32_t type;
	int64_t heard_ms;
	const char *words;
} reasons[] = {
	{ { "", "n1", 1, 3, -1, 4, 0, 0 },
	  GOSSIP_EVENT_TYPE_SUSPECT,
	  1204,
	  "by own probe, 4 pings unanswered, 3 members asked in vain, last heard 1204 ms ago" },
	{ { "n2", "n3", 1, 0, -1, 0, 0, 0 },
	  GOSSIP_EVENT_TYPE_SUSPECT,
	  -1,
	  "told by n2, accuser n3" },
	{ { "n2", "n1", 1, 0, -1, 0, 0, 2 },
	  GOSSIP_EVENT_TYPE_SUSPECT,
	  0,
	  "told by n2, accuser n1, last heard 0 ms ago, own health 2" },
	{ { "", "n2", 2, 0, 2510, 0, 0, 0 },
	  GOSSIP_EVENT_TYPE_FAILED,
	  -1,
	  "by own timer, accuser n2, 2 accusers, suspect for 2510 ms" },
	{ { "", "n1", 1, 1, -1, 1, 0, 0 },
	  GOSSIP_EVENT_TYPE_FAILED,
	  -1,
	  "by own timer after own probe, 1 ping unanswered, 1 member asked in vain" },
	{ { "", "", 1, 0, 2510, 0, 0, 1 },
	  GOSSIP_EVENT_TYPE_FAILED,
	  -1,
	  "by own timer, suspect for 2510 ms, own health 1" },
	{ { "", "", 1, 3, -1, 4, 2, 0 },
	  GOSSIP_EVENT_TYPE_FAILED,
	  -1,
	  "by own timer, 4 pings unanswered, 3 members asked in vain, 2 of them said so" },
	{ { "n2", "", 0, 0, 900, 0, 0, 0 },
	  GOSSIP_EVENT_TYPE_FAILED,
	  1700,
	  "told by n2, suspect for 900 ms, last heard 1700 ms ago" },
};

static void test_reasons(void)
{
	struct gossip_member member = {};
	struct gossip_event event = { .member = &member };
	char got[256];
	size_t i;

	out_json = false;
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		event.type = reasons[i].type;
		event.reason = &reasons[i].reason;
		member.heard_ms = reasons[i].heard_ms;
		begin_capture();
		out_begin(OUT_WORDS);
		out_object_open(NULL);
		show_reason(&event, "n1");
		out_object_close();
		out_flush();
		end_capture(got, sizeof(got));
		got[strcspn(got, "\n")] = '\0';
		tap_ok(!strcmp(got, reasons[i].words), "reason: %s", got);
	}
}

static void test_json(void)
{
	static const char want[] =
		"[{\"n\":1,\"s\":\"a\\\"b\\\\c\\u000a\\u001b\\u00e9\\u007f\",\"a\":[\"p\",\"q\"],\"t\":true},\n"
		"{\"x\":\"00000000000000ff\",\"o\":{},\"z\":null,\"n\":18446744073709551615}]\n"
		"{\"e\":[]}\n";
	char got[512];

	begin_capture();
	out_json = true;
	out_begin(OUT_COLUMNS);
	out_array_open(NULL);
	out_object_open(NULL);
	out_number(OUT_BOTH, "n", 1);
	out_string(OUT_JSON, "s", "a\"b\\c\n\033\xe9\x7f");
	out_string(OUT_TEXT, "not", "here");
	out_array_open("a");
	out_string(OUT_JSON, NULL, "p");
	out_string(OUT_JSON, NULL, "q");
	out_array_close();
	out_bool(OUT_JSON, "t", true);
	out_object_close();
	out_object_open(NULL);
	out_hex(OUT_JSON, "x", 255);
	out_object_open("o");
	out_object_close();
	out_null(OUT_BOTH, "z");
	out_number(OUT_JSON, "n", UINT64_MAX);
	out_object_close();
	out_array_close();
	out_object_open(NULL);
	out_array_open("e");
	out_array_close();
	out_object_close();
	out_flush();
	end_capture(got, sizeof(got));
	tap_ok(!strcmp(got, want), "JSON is as it should be");
	if (strcmp(got, want))
		printf("# %s# %s", got, want);
}

/* The table of tunables, and what else says the same. */

static bool man_has(const char *line)
{
	FILE *man = fopen("../man/gossip.7", "r");
	char text[512];
	bool found = false;

	while (man && fgets(text, sizeof(text), man)) {
		text[strcspn(text, "\n")] = '\0';
		found = found || !strcmp(text, line);
	}
	if (man)
		fclose(man);
	return found;
}

struct tunable {
	const char *name;
	const char *unit;
	uint32_t min;
	uint32_t max;
	uint32_t lan;
	uint32_t wan;
	uint32_t local;
	const char *doc;
};

/* The line of gossip(7); one default where they are the same in all profiles. */
static void man_line(const struct tunable *row, char *line, size_t size)
{
	char defaults[64];

	if (row->lan == row->wan && row->lan == row->local)
		snprintf(defaults, sizeof(defaults), "%u", row->lan);
	else
		snprintf(defaults, sizeof(defaults), "%u, %u, %u", row->lan,
			 row->wan, row->local);
	snprintf(line, size, ".BR %s \" %s%s%s; %u to %u\"", row->name,
		 defaults, *row->unit ? " " : "", row->unit, row->min,
		 row->max);
}

static void compare(uint32_t number, const struct tunable *row)
{
	const char *unit = strcmp(row->unit, "%") ? row->unit : "hundredths";
	char doc[256], line[256];
	uint32_t min, max;

	tap_ok(!strcmp(gossip_name(GOSSIP_NAMES_TUNABLE, number), row->name) &&
		       !strcmp(gossip_unit(number), unit),
	       "tunable %u is %s, in \"%s\"", number, row->name, unit);
	tap_ok(!gossip_range(number, &min, &max) && min == row->min &&
		       max == row->max,
	       "%s: gossip.yaml says %u to %u", row->name, row->min, row->max);
	snprintf(doc, sizeof(doc), "%s%s%s", row->doc, *unit ? ", in " : "",
		 unit);
	tap_ok(!strcmp(gossip_doc(GOSSIP_NAMES_TUNABLE, number), doc),
	       "%s: and \"%s\"", row->name, doc);
	man_line(row, line, sizeof(line));
	tap_ok(man_has(line), "gossip(7) has the line %s", line);
}

#define ROW(name, ...) { #name, __VA_ARGS__ },

static void test_tunables(void)
{
	static const struct tunable table[] = { SWIM_TUNABLES(ROW) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		compare(i + 1, &table[i]);
	tap_ok(i == GOSSIP_A_CONFIG_MAX, "there are no others");
}

int main(void)
{
	test_addresses();
	test_extack();
	test_extack_length();
	test_peers();
	test_garbage();
	test_reasons();
	test_json();
	test_tunables();
	return tap_end();
}
