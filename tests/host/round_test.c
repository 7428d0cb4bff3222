// SPDX-License-Identifier: GPL-2.0
/* Who is not probed asks for it. */

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define NODES 16
#define DEAF 3 /* whom the others' rotation leaves out */

static u64 asked; /* pings that DEAF asked for */
static u64 heard; /* when the last ping came to DEAF */
static u64 longest; /* time without one */
static u64 repeated; /* what a ping that asks is repeated by */

static u8 flags_of(const struct net_packet *packet)
{
	struct wire_message msg;

	if (wire_parse(packet->data, packet->len, &msg) ||
	    msg.header.type != WIRE_PING)
		return 0;
	return msg.header.flags & (WIRE_FIRST | WIRE_ASK | WIRE_ASKED);
}

/* As if those who have to probe DEAF in their rounds were dead. */
static bool leave_out(struct net_node *node, const struct net_packet *packet)
{
	u8 flags = flags_of(packet);

	if (node->index != DEAF || !flags)
		return false;
	if (flags & WIRE_FIRST)
		return true;
	asked++;
	longest = max(longest, node->net->now - heard);
	heard = node->net->now;
	return false;
}

static struct net *settled(u32 less)
{
	struct net *net = net_new(NODES, 7);

	net->config.rules &= ~less;
	net_group(net, NODES);
	net_run(net, 5000);
	asked = 0;
	longest = 0;
	heard = net->now;
	return net;
}

/* In so many intervals that DEAF is left out. */
static void left_out(struct net *net, u32 intervals)
{
	net->hooks.deliver = leave_out;
	net_run(net, intervals * net->config.probe_interval);
}

static bool is_probed(void)
{
	struct net *net = settled(0);
	bool good;

	left_out(net, 40);
	printf("# %llu pings, %llu ms without one at most\n",
	       (unsigned long long)asked,
	       (unsigned long long)(longest / NET_MS));
	/* Its own ping is up to two intervals away when it has waited enough. */
	good = asked >= 10 &&
	       longest <= net->config.probe_interval * 9 / 2 * NET_MS;
	net_free(net);
	return good;
}

static bool needs_rule(void)
{
	struct net *net = settled(SWIM_RULE_ASK);
	bool good;

	left_out(net, 40);
	good = !asked;
	net_free(net);
	return good;
}

static bool nobody_asks(struct net_node *node, const struct net_packet *packet)
{
	asked += !!(flags_of(packet) & (WIRE_ASK | WIRE_ASKED));
	return false;
}

static bool idle(void)
{
	struct net *net = settled(0);
	bool good;

	net->hooks.deliver = nobody_asks;
	net_run(net, 100 * net->config.probe_interval);
	good = !asked;
	net_free(net);
	return good;
}

/* All that reaches node 0 from DEAF asks, and comes many times. */
static bool insist(struct net_node *node, const struct net_packet *packet)
{
	u8 copy[1500];
	unsigned int i;

	if (node->index == DEAF && flags_of(packet) & WIRE_ASKED)
		asked++;
	if (node->index || packet->from != DEAF ||
	    !(flags_of(packet) & WIRE_FIRST))
		return false;
	memcpy(copy, packet->data, packet->len);
	copy[2] |= WIRE_ASK;
	for (i = 0; i < 50; i++)
		swim_receive(node->swim, node->net->now, &packet->source, copy,
			     packet->len, false);
	net_touch(node);
	repeated++;
	return false;
}

static bool is_bounded(void)
{
	struct net *net = settled(0);
	bool good;

	repeated = 0;
	net->hooks.deliver = insist;
	net_run(net, 200 * net->config.probe_interval);
	printf("# %llu times fifty, %llu probes\n",
	       (unsigned long long)repeated, (unsigned long long)asked);
	good = repeated && asked >= repeated && asked <= 2 * repeated;
	net_free(net);
	return good;
}

/* The seed dies when it has told the newcomer of all, and nobody of it. */
static bool dies_early(struct net_node *node, const struct net_packet *packet)
{
	return packet->from == 0 && node->index != NODES;
}

static bool introduces_itself(void)
{
	struct net *net = net_new(NODES + 1, 7);
	unsigned int i, know = 0;
	struct swim_info info;

	net_group(net, NODES);
	net_run(net, 5000);
	net->hooks.deliver = dies_early;
	net_start(net, NODES, 0);
	net_run(net, 200);
	net_crash(net, 0);
	net_run(net, 2000);
	for (i = 1; i < NODES; i++)
		know += net_look(&net->node[i], NODES, &info);
	net_free(net);
	return know == NODES - 1;
}

int main(void)
{
	tap_check(is_probed(), "round: who is left out is probed, as it asks");
	tap_check(needs_rule(), "round: without the rule it is not");
	tap_check(idle(), "round: in a group at rest nobody asks");
	tap_check(is_bounded(), "round: who asks often is probed once a round");
	tap_check(introduces_itself(),
		  "round: a newcomer whose seed died makes itself known");
	return tap_end();
}
