// SPDX-License-Identifier: GPL-2.0
/* What a member knows of the views of others, and of who holds its name. */

#include <string.h>

#include "host.h"
#include "net.h"

/* Members that node @index knows to agree with it, or with SWIM_FLAG_DIFFERS not. */
static unsigned int count(const struct net *net, unsigned int index, u8 flag)
{
	unsigned int i, found = 0;
	struct swim_info info;

	for (i = 0; i < net->nodes; i++)
		if (net_look(&net->node[index], i, &info) && info.flags & flag)
			found++;
	return found;
}

static bool all_agree(const struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->nodes; i++)
		if (net->node[i].swim &&
		    (count(net, i, SWIM_FLAG_AGREES) != net->nodes - 1 ||
		     count(net, i, SWIM_FLAG_DIFFERS)))
			return false;
	return true;
}

static void test_agreement(void)
{
	struct net *net = net_settled(5, 70);
	struct swim *swim = net->node[0].swim;
	struct swim_info info;

	tap_check(net_until(net, 30000, all_agree),
		  "view: in a quiet group all others agree");
	tap_check(net_look(&net->node[0], 0, &info) &&
			  !(info.flags &
			    (SWIM_FLAG_AGREES | SWIM_FLAG_DIFFERS)),
		  "view: one's own is no other");
	tap_check(swim_view_age(swim) > 10 * 1000000000ULL,
		  "view: it has not changed for long");
	net->node[0].side = 1;
	net_run(net, 100);
	swim_set_meta(swim, net->now, "x", 1);
	net_touch(&net->node[0]);
	net_run(net, 100);
	tap_check(swim_view_age(swim) < 200 * 1000000ULL, "view: now it has");
	tap_check(!count(net, 0, SWIM_FLAG_AGREES) &&
			  !count(net, 0, SWIM_FLAG_DIFFERS),
		  "view: what was heard before that is no evidence");
	net->node[0].side = 0;
	tap_check(net_until(net, 60000, all_agree),
		  "view: all agree with the new one");
	net_crash(net, 1);
	net_run(net, 60000);
	tap_check(net_look(&net->node[0], 1, &info) &&
			  info.state == SWIM_FAILED &&
			  !(info.flags &
			    (SWIM_FLAG_AGREES | SWIM_FLAG_DIFFERS)),
		  "view: that of who failed is of no meaning");
	net_free(net);
}

/* One that has no room for all. */
static void test_difference(void)
{
	struct net *net = net_new(6, 71);
	unsigned int i, most = 0;

	net_group(net, 5);
	net->config.max_members = 4;
	net_start(net, 5, 0);
	net_run(net, 30000);
	for (i = 0; i < 5; i++)
		most = max(most, count(net, i, SWIM_FLAG_DIFFERS));
	tap_check(!count(net, 5, SWIM_FLAG_AGREES) &&
			  count(net, 5, SWIM_FLAG_DIFFERS) == 3,
		  "view: all differ from one that lacks members");
	tap_check(most == 1, "view: which differs from the others");
	tap_check(count(net, 0, SWIM_FLAG_AGREES) == 4,
		  "view: and these agree");
	net_free(net);
}

static void test_rival(void)
{
	struct net *net = net_new(5, 72);
	struct swim_addr seed = addr_of(0), rival, holder = addr_of(1);

	net_group(net, 4);
	net_start_as(net, 4, "n1", &seed, 1);
	net_run(net, 15000);
	swim_rival(net->node[4].swim, &rival);
	tap_check(!memcmp(&rival, &holder, sizeof(rival)),
		  "view: who is refused its name knows who holds it");
	swim_rival(net->node[1].swim, &rival);
	tap_check(!rival.family, "view: the holder has no rival");
	net_crash(net, 1);
	net_run(net, 60000);
	swim_rival(net->node[4].swim, &rival);
	tap_check(net_takes_part(net->node[4].swim) && !rival.family,
		  "view: nor has the other one, once it has the name");
	net_free(net);
}

int main(void)
{
	test_agreement();
	test_difference();
	test_rival();
	tap_check(!host_allocated(), "view: no memory leaks");
	return tap_end();
}
