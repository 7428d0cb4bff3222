// SPDX-License-Identifier: GPL-2.0
/* From accused to failed, at one member: what may happen meanwhile. */

#include <string.h>

#include "../../kmod/swim/core.h"
#include "host.h"
#include "net.h"

#define VICTIM 7

/* Tells node 0, in the name of node 1, of a member. */
static void tell(struct net *net, const struct swim_record *record)
{
	static const struct wire_body none;
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = net->node[0].swim->cluster,
		.uid = swim_uid(net->node[1].swim),
		.view = swim_view(net->node[0].swim),
		.live = net->nodes,
	};
	struct swim_addr from = addr_of(1);

	wire_put_message(&buf, &header, &none);
	wire_put_member(&buf, record);
	net_inject(net, 0, &from, buf.data, buf.len);
}

static struct swim_member *victim(const struct net *net)
{
	return swim_by_name(&net->node[0].swim->table, "n7", 2);
}

/* The last call of node 0 to the victim in flight, or NULL. */
static const struct swim_probe *last_call(const struct net *net)
{
	const struct swim *swim = net->node[0].swim;
	u32 i;

	for (i = 0; i < SWIM_PROBES_MAX; i++) {
		const struct swim_probe *probe = &swim->probe[i];

		if (probe->target == victim(net) &&
		    probe->attempts == swim->config.last_call_attempts + 1)
			return probe;
	}
	return NULL;
}

static bool is_called(const struct net *net)
{
	return last_call(net);
}

static bool is_called_thrice(const struct net *net)
{
	return is_called(net) && last_call(net)->attempt == 3;
}

static bool has_failed(const struct net *net)
{
	return victim(net)->state == SWIM_FAILED;
}

static bool is_called_again(const struct net *net)
{
	return has_failed(net) ||
	       (victim(net)->suspicion && victim(net)->suspicion->repeated);
}

/*
 * The victim refutes and is accused again while its last call goes on: what
 * that says is about the former accusation.
 */
static void test_accused_anew(void)
{
	u32 seed, tried = 0, early = 0, failed = 0;

	for (seed = 0; seed < 20; seed++) {
		struct net *net = net_settled(8, seed);
		struct swim_record record;
		u64 started;

		net_crash(net, VICTIM);
		if (net_until(net, 10000, is_called_thrice)) {
			swim_record_of(victim(net), &record);
			record.incarnation++;
			record.state = SWIM_ALIVE;
			tell(net, &record);
			net_run(net, 1);
			record.state = SWIM_SUSPECT;
			record.accuser[record.accusers++] =
				swim_uid(net->node[1].swim);
			tell(net, &record);
			started = net->now;
			tried += is_called(net) &&
				 victim(net)->state == SWIM_SUSPECT;
			failed += net_until(net, 20000, has_failed);
			/* Half of the least time-out, for a verdict of others. */
			early += net->now - started < 250 * NET_MS;
		}
		net_free(net);
	}
	printf("# %u accused again during their last call: %u failed, %u at once\n",
	       tried, failed, early);
	tap_check(
		tried > 5 && !early,
		"suspicion: who was accused anew has time to refute that as well");
	tap_check(failed == tried, "suspicion: and fails if it does not");
}

/* Where the group grows, deadlines move while they are waited for. */
static void test_waves(void)
{
	struct net *net = net_settled(8, 3);
	struct swim *swim = net->node[0].swim;
	struct swim_config config = swim->config;
	u32 most = 0, moved = 0, i;

	net_crash(net, VICTIM);
	for (i = 0; i < 20000 && !has_failed(net); i++) {
		const struct swim_suspicion *suspicion = victim(net)->suspicion;

		net_run(net, 1);
		if (!suspicion || suspicion != victim(net)->suspicion)
			continue;
		most = max(most, suspicion->waves);
		if (suspicion->timer.at > net->now + 3 * NET_MS || moved > 40)
			continue;
		/* The same, without the need for so many members. */
		config.suspicion_mult += 2;
		moved++;
		net_set(&net->node[0], &config);
	}
	printf("# %u waves, while the deadline moved %u times\n", most, moved);
	tap_check(moved > 10 && most <= 4,
		  "suspicion: others are called on four times, and no more");
	tap_check(has_failed(net), "suspicion: and the member fails");
	net_free(net);
}

static void set_sides(struct net *net, unsigned int end, unsigned int side)
{
	unsigned int i;

	for (i = 0; i < end; i++)
		net->node[i].side = side;
}

/* A few are cut off for longer than others are asked to check. */
static void test_told_again(void)
{
	u32 seed, before = 0, after = 0, i;

	for (seed = 0; seed < 10; seed++) {
		struct net *net = net_settled(64, seed);

		set_sides(net, 6, 1);
		net_run(net, 5000);
		set_sides(net, 6, 0);
		for (i = 6; i < 64; i++)
			before += net_seen(net, i, SWIM_SUSPECT);
		net_run(net, 2000);
		for (i = 6; i < 64; i++)
			after += net_seen(net, i, SWIM_SUSPECT);
		net_free(net);
	}
	printf("# %u suspicions when the cut healed, %u later\n", before,
	       after);
	tap_check(before > 50 && !after,
		  "suspicion: its accuser tells the suspect again");
}

/*
 * Whoever finds so itself after all waves does the same, if it is one of few; and
 * if somebody said before that it had.
 */
static void test_late_accuser(bool is_named)
{
	struct net *net = net_settled(16, 4);
	struct swim *swim = net->node[0].swim;
	static const struct swim_probe probe;
	struct swim_suspicion *suspicion;
	struct swim_record record;
	u64 before;

	net_crash(net, VICTIM);
	swim_record_of(victim(net), &record);
	record.state = SWIM_SUSPECT;
	record.accuser[record.accusers++] = swim_uid(net->node[1].swim);
	if (is_named)
		record.accuser[record.accusers++] = swim_uid(swim);
	tell(net, &record);
	suspicion = victim(net)->suspicion;
	suspicion->waves = 4;
	net_run(net, 20);
	before = suspicion->timer.at;
	swim_blame(swim, victim(net), &probe);
	tap_check(before > suspicion->next &&
			  suspicion->timer.at == suspicion->next &&
			  suspicion->next > swim->now,
		  is_named ?
			  "suspicion: so does who was named before" :
			  "suspicion: and who finds so late tells it as well");
	net_free(net);
}

/* Counts what node 0 itself finds of the victim, having heard others again. */
static void count_verdict(struct net_node *node, const struct swim_event *event)
{
	u32 *verdicts = node->net->user;

	if (node->index == 0 && event->type == SWIM_EV_FAILED &&
	    node->swim->isolation.mended && !strcmp(event->info.name, "n7") &&
	    !event->from[0])
		++*verdicts;
}

/*
 * What a last call sent was lost in a cut that has healed since, as others show
 * who are heard again.
 */
static void test_healed_meanwhile(void)
{
	u32 seed, tried = 0, verdicts = 0;

	for (seed = 0; seed < 20; seed++) {
		struct net *net = net_settled(16, seed);

		/* n7 is among those that are cut off. */
		set_sides(net, 14, 1);
		set_sides(net, 7, 0);
		if (net_until(net, 10000, is_called)) {
			set_sides(net, 16, 0);
			net->node[VICTIM].loss_in = 1000;
			net->node[VICTIM].loss_out = 1000;
			net->user = &verdicts;
			net->hooks.event = count_verdict;
			net_until(net, 1000, is_called_again);
			tried += !!net->node[0].swim->isolation.mended;
			net->node[VICTIM].loss_in = 0;
			net->node[VICTIM].loss_out = 0;
			net_run(net, 1000);
		}
		net_free(net);
	}
	printf("# %u last calls while a cut healed, %u verdicts\n", tried,
	       verdicts);
	tap_check(tried > 5 && !verdicts,
		  "suspicion: where a cut heals the last call is repeated");
}

/*
 * With the greatest tunables the first accuser leaves suspicion_max_mult times
 * the least time-out, each further one fewer, and the last one the least.
 */
static void test_longest(void)
{
	struct net *net = net_settled(8, 4);
	struct swim *swim = net->node[0].swim;
	struct swim_config config = swim->config;
	const u64 least = 100 * 7200 * NET_SECOND;
	u64 wait[4] = { 0 };
	struct swim_record record;
	u32 i, fewer = 0;

	config.rules &= ~(SWIM_RULE_CORROBORATE | SWIM_RULE_LAST_CALL);
	config.probe_interval = 7200000;
	config.suspicion_mult = 10000;
	config.suspicion_max_mult = 100;
	tap_check(!net_set(&net->node[0], &config),
		  "suspicion: the greatest tunables are taken");
	swim_record_of(victim(net), &record);
	record.state = SWIM_SUSPECT;
	for (i = 0; i < ARRAY_SIZE(wait); i++) {
		record.accuser[record.accusers++] =
			swim_uid(net->node[i + 1].swim);
		tell(net, &record);
		net_run(net, 1);
		wait[i] = victim(net)->suspicion->timer.at -
			  victim(net)->suspicion->started;
		fewer += i && wait[i] < wait[i - 1];
	}
	printf("# wait of %llu to %llu s\n", wait[0] / NET_SECOND,
	       wait[3] / NET_SECOND);
	tap_check(wait[0] == 100 * least && fewer == 3 && wait[3] == least,
		  "suspicion: and its time-out falls to the least one");
	net_free(net);
}

struct reasons {
	u32 events[SWIM_NR_EVENTS];
	u32 shown[SWIM_NR_EVENTS];
};

/*
 * Of what each finds out by itself: whether its event has the probe, which may
 * end early if all who were asked say that they got no answer either.
 */
static void look_at_reason(struct net_node *node,
			   const struct swim_event *event)
{
	const struct swim_config *config = &node->swim->config;
	struct reasons *reasons = node->net->user;
	bool failed = event->type == SWIM_EV_FAILED;
	u32 attempts = failed ? config->last_call_attempts + 1 :
				config->probe_attempts;

	if (strcmp(event->info.name, "n7") || event->from[0] ||
	    (event->type != SWIM_EV_SUSPECT && !failed))
		return;
	reasons->events[event->type]++;
	reasons->shown[event->type] +=
		event->pings >= 2 && event->pings <= attempts &&
		event->indirect >= config->indirect_probes && event->nacks &&
		event->nacks <= event->indirect && event->accusers;
}

static void test_reasons(void)
{
	struct reasons reasons = {};
	u32 seed;

	for (seed = 0; seed < 10; seed++) {
		struct net *net = net_settled(8, seed);

		net->user = &reasons;
		net->hooks.event = look_at_reason;
		net_crash(net, VICTIM);
		net_until(net, 20000, has_failed);
		net_free(net);
	}
	printf("# %u suspicions, %u failures found out\n",
	       reasons.events[SWIM_EV_SUSPECT], reasons.events[SWIM_EV_FAILED]);
	tap_check(
		reasons.events[SWIM_EV_SUSPECT] >= 10 &&
			reasons.shown[SWIM_EV_SUSPECT] ==
				reasons.events[SWIM_EV_SUSPECT],
		"suspicion: its event says how often it was pinged, and who else tried in vain");
	tap_check(reasons.events[SWIM_EV_FAILED] >= 10 &&
			  reasons.shown[SWIM_EV_FAILED] ==
				  reasons.events[SWIM_EV_FAILED],
		  "suspicion: so does that of the failure");
}

static bool has_failed_for_all(struct net *net)
{
	struct swim_info info;
	u32 i;

	for (i = 0; i < VICTIM; i++)
		if (!net_look(&net->node[i], VICTIM, &info) ||
		    info.state != SWIM_FAILED)
			return false;
	return true;
}

/* Somebody who is elsewhere sends to all in the name of one that is dead. */
static void test_impostor(void)
{
	static const struct wire_body none;
	struct net *net = net_settled(8, 11);
	struct swim_addr from = addr_of(999);
	u8 data[SWIM_DATAGRAM_MIN];
	struct wire_buf buf = { .data = data, .size = sizeof(data) };
	struct wire_header header = {
		.type = WIRE_GOSSIP,
		.cluster = net->node[0].swim->cluster,
		.uid = swim_uid(net->node[VICTIM].swim),
	};
	bool failed = false;
	u32 i, ms;

	wire_put_message(&buf, &header, &none);
	net_crash(net, VICTIM);
	for (ms = 0; ms < 20000 && !failed; ms += 10) {
		for (i = 0; i < VICTIM; i++)
			net_inject(net, i, &from, buf.data, buf.len);
		net_run(net, 10);
		failed = has_failed_for_all(net);
	}
	printf("# failed for all after %u ms\n", ms);
	tap_check(failed,
		  "suspicion: nobody keeps it alive from another address");
	net_free(net);
}

/* Of those that node 0 knows, how many are said to have accused wrongly. */
static u32 blamed(const struct net *net)
{
	u32 i, count = 0;

	for (i = 0; i < net->nodes; i++) {
		const struct swim_member *member = swim_by_uid(
			&net->node[0].swim->table, swim_uid(net->node[i].swim));

		count += member && member->refuted;
	}
	return count;
}

static bool is_suspect(const struct net *net)
{
	return victim(net)->suspicion;
}

static bool is_alive(const struct net *net)
{
	return victim(net)->state == SWIM_ALIVE;
}

/* It was suspected rightly, and is back before it has failed. */
static void test_back_in_time(void)
{
	struct net *net = net_settled(8, 12);

	net_crash(net, VICTIM);
	tap_check(net_until(net, 10000, is_suspect),
		  "suspicion: who has crashed is a suspect");
	net_start(net, VICTIM, 1);
	tap_check(
		net_until(net, 10000, is_alive) && !blamed(net),
		"suspicion: when it has started anew its accusers were right");
	net_free(net);
}

int main(void)
{
	test_longest();
	test_impostor();
	test_back_in_time();
	test_reasons();
	test_told_again();
	test_late_accuser(false);
	test_late_accuser(true);
	test_healed_meanwhile();
	test_waves();
	test_accused_anew();
	tap_check(host_allocated() == 0, "suspicion: nothing leaks");
	return tap_end();
}
