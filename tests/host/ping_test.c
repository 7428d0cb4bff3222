// SPDX-License-Identifier: GPL-2.0
/* Pings that a user asks for. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define NODES 5 /* as many as are asked, the asker and the target */

/* What was told, in the order of the ways: "direct ack, n2 nack, end". */
static char said[512];
static u32 longest; /* us */
static unsigned int ends;

static void hear(struct net_node *node, const struct swim_pong *pong)
{
	static const char *const words[] = { "ack", "nack", "silent", "end" };
	size_t len = strlen(said);

	if (pong->cookie != 42 ||
	    (pong->result != SWIM_PONG_ACK && pong->rtt_us))
		snprintf(said + len, sizeof(said) - len, " WRONG");
	longest = max(longest, pong->rtt_us);
	if (pong->result == SWIM_PONG_END) {
		ends++;
		return;
	}
	snprintf(said + len, sizeof(said) - len, " %s %s",
		 *pong->via ? pong->via : "direct", words[pong->result]);
}

/* Who cannot talk to node 1, a bit each. */
static unsigned int cut_from_1;

static bool drop(struct net_node *node, const struct net_packet *packet)
{
	return (node->index == 1 && cut_from_1 & 1 << packet->from) ||
	       (packet->from == 1 && cut_from_1 & 1 << node->index);
}

static struct net *settled(unsigned int nodes)
{
	struct net *net = net_settled(nodes, nodes);

	cut_from_1 = 0;
	ends = 0;
	net->hooks.pong = hear;
	net->hooks.deliver = drop;
	return net;
}

static int start(struct net *net, unsigned int index, const char *name, u32 ms)
{
	int err = swim_ping(net->node[index].swim, net->now, name, ms, 42);

	net_touch(&net->node[index]);
	return err;
}

/* What becomes of a ping of node 1 by node 0. */
static bool ping(struct net *net, u32 ms)
{
	*said = '\0';
	longest = 0;
	ends = 0;
	if (start(net, 0, "n1", ms))
		return false;
	net_run(net, ms + 1);
	printf("#%s\n", said);
	return ends == 1;
}

static bool says(const char *what)
{
	return strstr(said, what) && !strstr(said, "WRONG");
}

static void test_ways(void)
{
	struct net *net = settled(NODES);

	tap_check(ping(net, 1000) && says("direct ack") && says("n2 ack") &&
			  says("n3 ack") && says("n4 ack"),
		  "ping: all ways are open");
	tap_check(longest > 0 && longest < 10000, "ping: and measured, in us");
	cut_from_1 = 1 << 0 | 1 << 2;
	tap_check(ping(net, 1000) && says("direct silent") && says("n2 nack") &&
			  says("n3 ack") && says("n4 ack"),
		  "ping: two ways are cut, of which one is another's");
	net->node[3].loss_out = 1000;
	tap_check(ping(net, 1000) && says("direct silent") && says("n2 nack") &&
			  says("n3 silent") && says("n4 ack"),
		  "ping: who is asked says nothing");
	net_free(net);
}

static void test_early(void)
{
	struct net *net = settled(NODES);

	*said = '\0';
	start(net, 0, "n1", 10000);
	net_run(net, 20);
	tap_check(ends == 1, "ping: ends when all was told");
	net_free(net);
}

static void test_pair(void)
{
	struct net *net = settled(2);

	tap_check(ping(net, 100) && !strcmp(said, " direct ack"),
		  "ping: nobody else can be asked");
	net_free(net);
}

/* Nothing but pings: the rounds are hours apart. */
static void test_innocent(void)
{
	struct net *net = settled(NODES);
	struct swim_info before, after;
	unsigned int i;
	bool ok = true;

	net->config.probe_interval = 7200000;
	for (i = 0; i < NODES; i++)
		net_set(&net->node[i], &net->config);
	net_run(net, 10000);
	swim_find(net->node[0].swim, "n1", &before);
	ok = ping(net, 100);
	swim_find(net->node[0].swim, "n1", &after);
	tap_check(ok && before.rtt_us == after.rtt_us,
		  "ping: changes no round-trip time");
	net_crash(net, 1);
	for (i = 0; i < 20; i++)
		ok = ok && ping(net, 1000) && says("direct silent") &&
		     says("n2 nack") && says("n3 nack") && says("n4 nack");
	tap_check(ok, "ping: nobody reaches a member that is gone");
	tap_check(net_seen(net, 1, SWIM_ALIVE) == NODES - 1 &&
			  !swim_health(net->node[0].swim) &&
			  !net_total(net).events[SWIM_EV_SUSPECT],
		  "ping: accuses nobody, however often");
	net_free(net);
}

static void test_failed(void)
{
	struct net *net = settled(NODES);

	net->node[1].side = 1;
	net_run(net, 60000);
	tap_check(net_seen(net, 1, SWIM_FAILED) == NODES - 1,
		  "ping: a member failed");
	net->node[1].side = 0;
	tap_check(ping(net, 1000) && says("direct ack"),
		  "ping: and can be pinged");
	tap_check(net_until(net, 5000, net_whole),
		  "ping: and is told, so that it comes back");
	net_free(net);
}

static void test_refused(void)
{
	struct net *net = settled(NODES);
	struct swim *swim = net->node[0].swim;
	u64 busy = swim_stat(swim, SWIM_BUSY);
	unsigned int i;

	tap_check(start(net, 0, "n9", 100) == -ENOENT,
		  "ping: a name that is not known");
	tap_check(start(net, 0, "n0", 100) == -EINVAL &&
			  start(net, 0, "", 100) == -EINVAL,
		  "ping: oneself, nobody");
	host_fail_allocations(1000);
	tap_check(start(net, 0, "n1", 100) == -ENOMEM, "ping: no memory");
	host_fail_allocations(0);
	cut_from_1 = ~0;
	for (i = 0; i < SWIM_PINGS_MAX; i++)
		start(net, 0, "n1", 20000);
	tap_check(start(net, 0, "n1", 100) == -EBUSY &&
			  swim_stat(swim, SWIM_BUSY) == busy + 1,
		  "ping: too many");
	net_run(net, SWIM_PING_MS_MAX + 1);
	tap_check(ends == SWIM_PINGS_MAX && !start(net, 0, "n1", 100),
		  "ping: which end, for others to begin");
	net_leave(net, 0);
	tap_check(ends == SWIM_PINGS_MAX + 1, "ping: ends with the member");
	net_run(net, 3000);
	tap_check(start(net, 0, "n1", 100) == -ENETDOWN,
		  "ping: not of one that has left");
	start(net, 2, "n1", 10000);
	ends = 0;
	net_free(net);
	tap_check(!ends, "ping: nothing is told by one that is torn down");
}

int main(void)
{
	test_ways();
	test_early();
	test_pair();
	test_innocent();
	test_failed();
	test_refused();
	tap_check(!host_allocated(), "ping: no memory leaks");
	return tap_end();
}
