// SPDX-License-Identifier: GPL-2.0
/*
 * Two or three cores talk through a network that the input drops, delays,
 * duplicates, reorders and cuts; they stop, restart, leave, come back, and tell
 * metadata and user events, which none hears twice. After that the network is
 * good and they must come to agree.
 */

#include <linux/kernel.h>
#include <string.h>

#include "../host.h"
#include "../record.h"
#include "watch.h"

#define NODES_MAX 3
#define STEPS_MAX 400
#define PACKETS_MAX 256
#define DELAY (MS / 2)
/* A sole survivor waits for a minute before it says that the others failed. */
#define CALM_MS 120000

struct packet {
	u64 at;
	struct swim_addr from;
	u32 to;
	u32 len;
	u8 *data;
};

/**
 * struct pair - the cores and what is between them
 * @cut: bit 4 * from + to: nothing goes that way
 * @calm: the network is good from now on
 * @port: of each core, besides the usual one
 * @packet: those under way, in no order
 * @told: by this start of core i, of event j
 */
struct pair {
	struct watch watch[NODES_MAX];
	struct swim_config config;
	struct input input;
	u64 now;
	u32 nodes;
	u32 cut;
	bool calm;
	u32 generation;
	u16 port[NODES_MAX];
	struct packet packet[PACKETS_MAX];
	u32 packets;
	u32 events;
	bool told[NODES_MAX][STEPS_MAX];
};

static struct pair pair;

/* Where core @i listens. */
static struct swim_addr addr_now(u32 i)
{
	struct swim_addr addr = addr_of(i);

	addr.port += pair.port[i];
	return addr;
}

/* The network. */

static void post(u32 from, u32 to, const void *data, u32 len, u64 delay)
{
	struct packet *packet = &pair.packet[pair.packets];

	if (pair.packets == PACKETS_MAX)
		return;
	pair.packets++;
	packet->at = pair.now + delay;
	packet->from = addr_now(from);
	packet->to = to;
	packet->len = len;
	packet->data = malloc(len);
	memcpy(packet->data, data, len);
}

/* What becomes of a datagram: a byte of the input says it. */
static void on_sent(void *ctx, const struct swim_addr *addr, const void *data,
		    size_t len)
{
	u32 from = (struct watch *)ctx - pair.watch;
	u32 to = addr->ip[3];
	u64 delay = DELAY;
	u8 fate = pair.calm ? 0 : input_u8(&pair.input);

	if (to >= pair.nodes || addr->port != addr_now(to).port ||
	    pair.cut >> (4 * from + to) & 1 || (fate & 3) == 3)
		return;
	if ((fate & 3) == 2)
		delay += (fate >> 2) * 20 * MS;
	if ((fate & 3) == 1)
		post(from, to, data, len, DELAY + (fate >> 2) * 5 * MS);
	post(from, to, data, len, delay);
}

static void on_told(void *ctx, const struct swim_user_event *event)
{
	u32 to = (struct watch *)ctx - pair.watch;
	u32 id;

	memcpy(&id, event->payload, sizeof(id));
	fuzz_check(!pair.told[to][id], "n%u is told of %u twice", to, id);
	pair.told[to][id] = true;
}

static void send_event(struct watch *watch, u32 more)
{
	u32 payload[65] = { pair.events++ };

	watch_send_event(watch, payload, sizeof(*payload) + more);
}

static struct packet *next_packet(void)
{
	struct packet *first = NULL;
	u32 i;

	for (i = 0; i < pair.packets; i++)
		if (!first || pair.packet[i].at < first->at)
			first = &pair.packet[i];
	return first;
}

static void deliver(struct packet *packet)
{
	struct packet taken = *packet;
	struct watch *watch = &pair.watch[taken.to];

	*packet = pair.packet[--pair.packets];
	if (watch->swim)
		watch_receive(watch, &taken.from, taken.data, taken.len);
	free(taken.data);
}

/* The core whose tick is due first. */
static struct watch *next_watch(u64 *at)
{
	struct watch *first = NULL;
	u32 i;

	*at = SWIM_NEVER;
	for (i = 0; i < pair.nodes; i++) {
		struct watch *watch = &pair.watch[i];

		if (watch->swim && swim_deadline(watch->swim) < *at) {
			*at = swim_deadline(watch->swim);
			first = watch;
		}
	}
	return first;
}

static void set_time(u64 now)
{
	u32 i;

	pair.now = max(pair.now, now);
	for (i = 0; i < pair.nodes; i++)
		pair.watch[i].now = pair.now;
}

static void run_until(u64 end)
{
	for (;;) {
		u64 at;
		struct watch *watch = next_watch(&at);
		struct packet *packet = next_packet();

		if (packet && packet->at <= at) {
			if (packet->at > end)
				break;
			set_time(packet->at);
			deliver(packet);
		} else if (watch && at <= end) {
			set_time(at);
			watch_tick(watch);
		} else {
			break;
		}
	}
	set_time(end);
}

/* The nodes. */

static void join(u32 i)
{
	struct swim_addr seed[NODES_MAX];
	u32 j, seeds = 0;

	for (j = 0; j < pair.nodes; j++)
		if (j != i)
			seed[seeds++] = addr_now(j);
	watch_join(&pair.watch[i], seed, seeds);
}

static void start(u32 i)
{
	struct watch *watch = &pair.watch[i];
	char name[16];
	struct swim_params params = {
		.name = name,
		.cluster = "pair",
		.addr = addr_now(i),
		.generation = pair.generation + pair.now / 1000 / MS,
		.config = pair.config,
	};

	snprintf(name, sizeof(name), "n%u", i);
	watch->sent = on_sent;
	watch->told = on_told;
	memset(pair.told[i], 0, sizeof(pair.told[i]));
	watch->ctx = watch;
	if (!watch_start(watch, &params)) {
		host_fail_allocations(0);
		fuzz_check(watch_start(watch, &params), "no memory");
	}
	join(i);
}

/* A stall: the others' time passes, this one's does not, then it all comes. */
static void stall(u32 i, u64 ms)
{
	struct swim *swim = pair.watch[i].swim;

	pair.watch[i].swim = NULL;
	run_until(pair.now + ms * MS);
	pair.watch[i].swim = swim;
	if (swim)
		watch_tick(&pair.watch[i]);
}

static void step(struct input *input)
{
	u32 i = input_pick(input, pair.nodes);
	struct watch *watch = &pair.watch[i];
	u8 what = input_u8(input);
	struct swim_addr addr;

	if (what >= 252 && watch->swim) {
		if (what & 1)
			watch_set_meta(watch, input_u8(input),
				       4 * input_u8(input));
		else
			send_event(watch, input_u8(input));
		return;
	}
	switch (what % 14) {
	case 0:
		pair.cut = input_u16(input);
		break;
	case 1:
		pair.cut = 0;
		break;
	case 2:
		if (watch->swim)
			watch_leave(watch);
		break;
	case 3:
		if (watch->swim)
			join(i);
		break;
	case 4:
		watch_stop(watch);
		break;
	case 5:
		watch_stop(watch);
		start(i);
		break;
	case 6:
		stall(i, 1ULL << input_pick(input, 16));
		break;
	case 7:
		host_fail_allocations(input_u8(input) * 2);
		break;
	case 8:
		if (watch->swim)
			swim_link_lost(watch->swim, watch->now);
		break;
	case 9:
		/* The same one, or another start of it, elsewhere. */
		pair.port[i]++;
		addr = addr_now(i);
		if (!watch->swim || input_pick(input, 2)) {
			watch_stop(watch);
			start(i);
		} else {
			watch_readdress(watch, &addr);
		}
		break;
	default:
		run_until(pair.now + ((u64)input_u8(input) << 4) * MS);
		break;
	}
}

/* The end. */

static bool is_in(const struct watch *watch)
{
	enum swim_status status;

	if (!watch->swim)
		return false;
	status = swim_status(watch->swim);
	return status != SWIM_GONE && status != SWIM_LEAVING;
}

static bool agreed(void)
{
	u32 i, in = 0, first = NODES_MAX;

	for (i = 0; i < pair.nodes; i++)
		in += is_in(&pair.watch[i]);
	for (i = 0; i < pair.nodes; i++) {
		struct swim *swim = pair.watch[i].swim;

		if (!is_in(&pair.watch[i]))
			continue;
		first = min(first, i);
		if (swim_view(swim) != swim_view(pair.watch[first].swim) ||
		    swim_count(swim, SWIM_ALIVE) != in ||
		    swim_count(swim, SWIM_SUSPECT) ||
		    (in > 1 && swim_status(swim) != SWIM_RUNNING &&
		     swim_status(swim) != SWIM_DEGRADED))
			return false;
	}
	return true;
}

/* Views that are equal are of equal metadata. */
static void look_at_metas(void)
{
	u32 i, j;

	for (i = 0; i < pair.nodes; i++)
		for (j = 0; j < pair.nodes; j++) {
			struct swim_info own, seen;

			if (!is_in(&pair.watch[i]) || !is_in(&pair.watch[j]))
				continue;
			swim_self(pair.watch[j].swim, &own);
			swim_find(pair.watch[i].swim, own.name, &seen);
			fuzz_check(meta_equal(own.meta, seen.meta),
				   "n%u has other metadata of n%u", i, j);
			swim_meta_put(own.meta);
			swim_meta_put(seen.meta);
		}
}

static void tell(void)
{
	u32 i, j;

	for (i = 0; i < pair.nodes; i++) {
		struct swim *swim = pair.watch[i].swim;
		struct swim_info info;
		char name[16];

		if (!swim)
			continue;
		fprintf(stderr, "n%u: status %u, view %llx:", i,
			swim_status(swim), (unsigned long long)swim_view(swim));
		for (j = 0; j < pair.nodes; j++) {
			snprintf(name, sizeof(name), "n%u", j);
			if (!swim_find(swim, name, &info))
				continue;
			swim_meta_put(info.meta);
			fprintf(stderr, " %s %s %u.%u", name,
				swim_state_names[info.state], info.generation,
				info.incarnation);
		}
		for (j = 0; j < SWIM_NR_STATS; j++)
			if (swim_stat(swim, j))
				fprintf(stderr, " %s=%llu", swim_stat_names[j],
					(unsigned long long)swim_stat(swim, j));
		fputc('\n', stderr);
	}
}

static void calm(void)
{
	u64 end;
	u32 i;

	pair.cut = 0;
	pair.calm = true;
	host_fail_allocations(0);
	/* Seeds may have moved. */
	for (i = 0; i < pair.nodes; i++)
		if (is_in(&pair.watch[i]))
			join(i);
	end = pair.now + CALM_MS * MS;
	while (pair.now < end && !agreed())
		run_until(pair.now + 100 * MS);
	if (!agreed())
		tell();
	fuzz_check(agreed(), "views differ %u ms later", CALM_MS);
	look_at_metas();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u32 i;
	u8 bits;

	memset(&pair, 0, sizeof(pair));
	host_seed_allocations(1);
	host_fail_allocations(0);
	pair.input.data = data;
	pair.input.left = size;
	pair.generation = 100;
	pair.now = 1000 * MS;
	bits = input_u8(&pair.input);
	pair.nodes = 2 + (bits & 1);
	swim_config_defaults(&pair.config, SWIM_LOCAL, SWIM_NORMAL);
	pair.config.max_members = 16;
	/*
	 * Without some of them a partition does not heal by itself, and who
	 * answers its last call is not told what of.
	 */
	if (bits & 2)
		pair.config.rules = input_u16(&pair.input) | SWIM_RULE_HEAL |
				    SWIM_RULE_COMPARE | SWIM_RULE_BUDDY;
	if (bits & 4)
		pair.config.rules |= SWIM_RULE_ASK;
	set_time(pair.now);
	for (i = 0; i < pair.nodes; i++) {
		pair.watch[i].seed = i;
		start(i);
	}
	for (i = 0; i < STEPS_MAX && pair.input.left; i++)
		step(&pair.input);
	calm();
	for (i = 0; i < pair.nodes; i++)
		watch_stop(&pair.watch[i]);
	while (pair.packets)
		free(pair.packet[--pair.packets].data);
	fuzz_check(!host_allocated(), "%ld are left", host_allocated());
	return 0;
}
