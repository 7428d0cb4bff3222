// SPDX-License-Identifier: GPL-2.0
/* Members without a core: what they answer, spread and ask; see light.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "light.h"

/* As in spread.c of the core. */
#define EAGER_GAP (5 * NET_MS)
#define EAGER_AGAIN (10 * NET_MS)

static struct light_group *current; /* for the network's hook */

static bool is_light(const struct net_node *node)
{
	return !node->swim && node->uid;
}

/* Datagrams out. */

static void begin(struct light *light, struct wire_buf *buf, u8 *data,
		  enum wire_type type, u8 flags, const struct wire_body *body)
{
	const struct swim *scout = current->scout;
	struct wire_header header = {
		.type = type,
		.flags = flags,
		.cluster = scout->cluster,
		.uid = light->node->uid,
		.counter = ++light->counter,
		.view = scout->table.digest,
		.live = min_t(u32, scout->table.live + 1, 0xffff),
	};

	buf->data = data;
	buf->len = 0;
	buf->size = SWIM_DATAGRAM_MIN;
	wire_put_message(buf, &header, body);
}

static void add_news(struct light *light, struct wire_buf *buf)
{
	struct net_node *victim;
	struct swim_record record;
	char name[16];

	if (!light->sends)
		return;
	light->sends--;
	victim = &current->net->node[current->victim];
	snprintf(name, sizeof(name), "n%u", victim->index);
	record = (struct swim_record){
		.uid = victim->uid,
		/* All started at one time. */
		.generation = current->scout->self->generation,
		.addr = victim->addr,
		.name = name,
		.name_len = strlen(name),
		.state = light->state,
		.accusers = light->accusers,
	};
	memcpy(record.accuser, light->accuser, sizeof(record.accuser));
	wire_put_member(buf, &record);
}

static void post(struct light *light, unsigned int to,
		 const struct wire_buf *buf, u64 delay)
{
	light->node->sent++;
	light->node->bytes += buf->len + NET_OVERHEAD;
	net_post(light->node->net, light->node->index, to, buf->data, buf->len,
		 delay);
}

/* The rules of spread.c: three members in each round, at doubling gaps. */
static void gossip(struct net *net, struct net_call *call)
{
	struct light *light = container_of(call, struct light, gossip);
	u64 slow = net->config.gossip_interval * NET_MS;
	static const struct wire_body none;
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf;
	u32 i;

	for (i = 0; i < net->config.gossip_fanout && light->sends; i++) {
		begin(light, &buf, data, WIRE_GOSSIP, 0, &none);
		add_news(light, &buf);
		post(light, net_random(net, net->nodes), &buf, 0);
	}
	light->gap = min(light->gap * 2, slow);
	if (light->sends)
		net_call(net, call, net->now + light->gap);
}

static void ping(struct net *net, struct net_call *call)
{
	struct light *light = container_of(call, struct light, ping);
	struct wire_body body = {
		.nonce = net_random(net, 0) | 1,
		.value = net->node[light->target].uid,
	};
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf;

	begin(light, &buf, data, WIRE_PING, WIRE_QUIET | WIRE_FIRST, &body);
	add_news(light, &buf);
	post(light, light->target, &buf, 0);
}

/* Datagrams in. */

/* What is new of what @record says of the victim is told again. */
static void hear(struct light *light, const struct swim_record *record)
{
	struct net *net = light->node->net;
	bool quiet = !light->sends, news = false;
	u32 i, j;

	if (record->state > light->state) {
		light->state = record->state;
		light->accusers = 0;
		news = true;
	}
	for (i = 0; i < record->accusers && record->state == light->state;
	     i++) {
		for (j = 0; j < light->accusers; j++)
			if (light->accuser[j] == record->accuser[i])
				break;
		if (j < light->accusers || j == SWIM_ACCUSERS_MAX)
			continue;
		light->accuser[light->accusers++] = record->accuser[i];
		news = true;
	}
	if (!news)
		return;
	light->gap = quiet ? EAGER_GAP : min(light->gap, EAGER_AGAIN);
	/* lambda * ceil(log10(n + 1)) */
	light->sends = net->config.retransmit_mult *
		       snprintf(NULL, 0, "%u", net->nodes);
	net_call(net, &light->gossip, net->now + light->gap);
}

static void answer(struct light *light, const struct net_packet *packet,
		   const struct wire_message *msg, u64 asker, u32 salt)
{
	struct wire_body body = {
		.nonce = msg->body.nonce,
		.value = light->node->uid,
		.proof = net_prf(light->node, asker, salt),
	};
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf;

	begin(light, &buf, data, WIRE_ACK, WIRE_QUIET, &body);
	add_news(light, &buf);
	post(light, packet->from, &buf, 0);
}

/* Nobody but the victim does not answer, and it never does. */
static void deny(struct light *light, const struct net_packet *packet,
		 const struct wire_message *msg)
{
	struct wire_body body = { .nonce = msg->body.nonce,
				  .value = msg->body.value };
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf;

	begin(light, &buf, data, WIRE_NACK, WIRE_QUIET, &body);
	post(light, packet->from, &buf, msg->body.time_ms * NET_MS / 5 * 4);
}

static void play(struct net_node *node, const struct net_packet *packet)
{
	struct light *light = &current->light[node->index];
	struct swim_record record;
	struct wire_message msg;
	u64 victim = 0;
	u32 offset = 0;

	if (!is_light(node) || wire_parse(packet->data, packet->len, &msg))
		return;
	if (current->victim < node->net->nodes)
		victim = node->net->node[current->victim].uid;
	while (wire_next_member(&msg, &offset, &record))
		if (record.uid == victim)
			hear(light, &record);
	if (msg.header.type == WIRE_PING && msg.body.value == node->uid)
		answer(light, packet, &msg, msg.header.uid, msg.body.nonce);
	else if (msg.header.type == WIRE_RELAY && msg.body.value == node->uid)
		answer(light, packet, &msg, msg.body.asker, msg.body.salt);
	else if (msg.header.type == WIRE_PING_REQ && msg.body.value == victim)
		deny(light, packet, &msg);
	else if (msg.header.type != WIRE_ACK && msg.header.type != WIRE_GOSSIP)
		current->odd++;
}

/* The protocol period. */

static u64 interval(const struct net *net)
{
	return net->config.probe_interval * NET_MS;
}

static struct swim_member *member_of(const struct light_group *group,
				     const struct net_node *node)
{
	return swim_by_uid(&group->scout->table, node->uid);
}

/* As in round.c of the core. */
static u64 phase_of(const struct net *net, const struct swim_member *target)
{
	return (interval(net) * (u16)target->key) >> 16;
}

/* Only the pings that real members count on are sent. */
static void next_round(struct net *net, struct net_call *call)
{
	const struct swim *scout = current->scout;
	u64 wall = net_wall(&net->node[0]);
	struct swim_rotation rotation;
	unsigned int i;

	swim_rotation_set(&rotation, scout->cluster, wall / interval(net));
	for (i = 0; i < net->nodes; i++) {
		struct light *light = &current->light[i];
		struct swim_member *self = member_of(current, &net->node[i]);
		struct swim_member *target;

		if (!is_light(&net->node[i]) || !self)
			continue;
		target = swim_rotation_next(&rotation, &scout->table, self);
		light->target = addr_index(&target->addr);
		current->unmodelled += light->target == current->victim &&
				       net->node[light->target].side;
		if (net->node[light->target].swim)
			net_call(net, &light->ping,
				 net->now + phase_of(net, target));
	}
	net_call(net, call, net->now + interval(net));
}

static struct net_call round_call;

void light_begin(struct light_group *group, const struct swim *scout)
{
	struct net *net = group->net;
	u64 wall = net_wall(&net->node[0]);

	group->scout = scout;
	net->hooks.play = play;
	net_call_init(&round_call, next_round);
	net_call(net, &round_call,
		 net->now + interval(net) - wall % interval(net));
}

void light_watch(struct light_group *group, unsigned int victim)
{
	unsigned int i;

	group->victim = victim;
	for (i = 0; i < group->net->nodes; i++) {
		group->light[i].state = SWIM_ALIVE;
		group->light[i].accusers = 0;
		group->light[i].sends = 0;
	}
}

void light_chosen(const struct light_group *group, unsigned int victim,
		  u64 from, unsigned int rounds, bool *real)
{
	const struct net *net = group->net;
	const struct swim_table *table = &group->scout->table;
	const struct swim_member *member = member_of(group, &net->node[victim]);
	u64 round = (net_wall(&net->node[0]) - net->now + from) / interval(net);
	struct swim_rotation rotation;
	unsigned int i, j;

	for (i = 0; i <= rounds; i++) {
		if (i < rounds)
			swim_rotation_set(&rotation, group->scout->cluster,
					  round + i);
		else
			swim_rotation_set(&rotation, group->scout->cluster,
					  member->uid + member->incarnation);
		for (j = 0; j < net->nodes; j++) {
			const struct swim_member *self =
				member_of(group, &net->node[j]);

			if (!self || self == member)
				continue;
			if (i < rounds ? swim_rotation_next(&rotation, table,
							    self) == member :
					 swim_rotation_among(
						 &rotation, table, self, member,
						 net->config.corroborators))
				real[j] = true;
		}
	}
}

struct light_group *light_new(struct net *net)
{
	struct light_group *group = calloc(1, sizeof(*group));
	unsigned int i;

	group->net = net;
	group->victim = net->nodes;
	group->light = calloc(net->nodes, sizeof(*group->light));
	for (i = 0; i < net->nodes; i++) {
		struct light *light = &group->light[i];

		light->node = &net->node[i];
		light->node->uid = (u64)net_random(net, 0) << 32 |
				   net_random(net, 0);
		net_call_init(&light->gossip, gossip);
		net_call_init(&light->ping, ping);
	}
	current = group;
	return group;
}

void light_free(struct light_group *group)
{
	free(group->light);
	free(group);
}
