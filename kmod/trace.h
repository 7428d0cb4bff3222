/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints gossip:*. In each, netns is the inode number of the network
 * namespace, as readlink /proc/self/ns/net tells it. Some are hit with the
 * instance's lock held: what is attached to them calls nothing of the module.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gossip

#if !defined(_GOSSIP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GOSSIP_TRACE_H

#include <linux/tracepoint.h>
#include <net/net_namespace.h>

#include "addr.h"
#include "event.h"
#include "watch.h"

/* Programs that read a trace from a file know no names of ours. */
TRACE_DEFINE_ENUM(SWIM_ALIVE);
TRACE_DEFINE_ENUM(SWIM_SUSPECT);
TRACE_DEFINE_ENUM(SWIM_FAILED);
TRACE_DEFINE_ENUM(SWIM_LEFT);
TRACE_DEFINE_ENUM(SWIM_EV_JOIN);
TRACE_DEFINE_ENUM(SWIM_EV_SUSPECT);
TRACE_DEFINE_ENUM(SWIM_EV_ALIVE);
TRACE_DEFINE_ENUM(SWIM_EV_FAILED);
TRACE_DEFINE_ENUM(SWIM_EV_LEFT);
TRACE_DEFINE_ENUM(SWIM_EV_UPDATE);
TRACE_DEFINE_ENUM(SWIM_EV_REAP);
TRACE_DEFINE_ENUM(SWIM_EV_CONFLICT);
TRACE_DEFINE_ENUM(SWIM_EV_ISOLATED);
TRACE_DEFINE_ENUM(SWIM_EV_JOINED);
TRACE_DEFINE_ENUM(GOSSIP_UNREACHED);
TRACE_DEFINE_ENUM(GOSSIP_INCONCLUSIVE);

/* clang-format off */

#define show_state(state) \
	__print_symbolic(state, \
			 { SWIM_ALIVE, "alive" }, \
			 { SWIM_SUSPECT, "suspect" }, \
			 { SWIM_FAILED, "failed" }, \
			 { SWIM_LEFT, "left" })

#define show_event(event) \
	__print_symbolic(event, \
			 { SWIM_EV_JOIN, "join" }, \
			 { SWIM_EV_SUSPECT, "suspect" }, \
			 { SWIM_EV_ALIVE, "alive" }, \
			 { SWIM_EV_FAILED, "failed" }, \
			 { SWIM_EV_LEFT, "left" }, \
			 { SWIM_EV_UPDATE, "update" }, \
			 { SWIM_EV_REAP, "reap" }, \
			 { SWIM_EV_CONFLICT, "conflict" }, \
			 { SWIM_EV_ISOLATED, "isolated" }, \
			 { SWIM_EV_JOINED, "joined" })

#define show_verdict(verdict) \
	__print_symbolic(verdict, \
			 { GOSSIP_UNREACHED, "unreached" }, \
			 { GOSSIP_INCONCLUSIVE, "inconclusive" })

/* A datagram: the other end's address, and bytes of UDP payload. */
DECLARE_EVENT_CLASS(gossip_datagram,

	TP_PROTO(const struct net *net, const struct swim_addr *addr,
		 size_t len),

	TP_ARGS(net, addr, len),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(unsigned int, len)
		__array(__u8, addr, sizeof(struct sockaddr_in6))
	),

	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->len = len;
		gossip_sockaddr(addr, __entry->addr);
	),

	TP_printk("netns=%u addr=%pISpc len=%u", __entry->netns,
		  __entry->addr, __entry->len)
);

/* Handed to the network; what becomes of it there is not known. */
DEFINE_EVENT(gossip_datagram, gossip_sent,
	TP_PROTO(const struct net *net, const struct swim_addr *addr,
		 size_t len),
	TP_ARGS(net, addr, len)
);

/* As it came; it may be dropped yet, as by who opens sealed ones, or by the protocol. */
DEFINE_EVENT(gossip_datagram, gossip_received,
	TP_PROTO(const struct net *net, const struct swim_addr *addr,
		 size_t len),
	TP_ARGS(net, addr, len)
);

/* Not sent, or not heeded. The reason is the counter that it has raised. */
TRACE_EVENT(gossip_dropped,

	TP_PROTO(const struct net *net, const struct swim_addr *addr,
		 size_t len, const char *reason),

	TP_ARGS(net, addr, len, reason),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(unsigned int, len)
		__array(__u8, addr, sizeof(struct sockaddr_in6))
		__array(char, reason, 24)
	),

	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->len = len;
		gossip_sockaddr(addr, __entry->addr);
		strscpy(__entry->reason, reason, sizeof(__entry->reason));
	),

	TP_printk("netns=%u addr=%pISpc len=%u reason=%s", __entry->netns,
		  __entry->addr, __entry->len, __entry->reason)
);

/* A probe of ours that nobody answered, and what that says. */
TRACE_EVENT(gossip_probe,

	TP_PROTO(const struct net *net, enum gossip_verdict verdict,
		 unsigned int health),

	TP_ARGS(net, verdict, health),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(unsigned int, health)
		__field(int, verdict)
	),

	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->health = health;
		__entry->verdict = verdict;
	),

	TP_printk("netns=%u verdict=%s health=%u", __entry->netns,
		  show_verdict(__entry->verdict), __entry->health)
);

/* A change of a member, with those of its reasons that one asks for most. */
TRACE_EVENT(gossip_state,

	TP_PROTO(const struct net *net, const struct swim_event *event),

	TP_ARGS(net, event),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, uid)
		__field(unsigned int, netns)
		__field(unsigned int, incarnation)
		__field(unsigned int, accusers)
		__field(unsigned int, suspect_ms)
		__field(int, event)
		__field(int, state)
		__array(__u8, addr, sizeof(struct sockaddr_in6))
		__array(char, name, SWIM_NAME_MAX + 1)
		__array(char, from, SWIM_NAME_MAX + 1)
		__array(char, accuser, SWIM_NAME_MAX + 1)
	),

	TP_fast_assign(
		__entry->seq = event->seq;
		__entry->uid = event->info.uid;
		__entry->netns = net->ns.inum;
		__entry->incarnation = event->info.incarnation;
		__entry->accusers = event->accusers;
		__entry->suspect_ms = event->suspect_ms;
		__entry->event = event->type;
		__entry->state = event->info.state;
		gossip_sockaddr(&event->info.addr, __entry->addr);
		strscpy(__entry->name, event->info.name, SWIM_NAME_MAX + 1);
		strscpy(__entry->from, event->from ?: "", SWIM_NAME_MAX + 1);
		strscpy(__entry->accuser, event->accuser ?: "",
			SWIM_NAME_MAX + 1);
	),

	TP_printk("netns=%u seq=%llu event=%s member=%s uid=%016llx addr=%pISpc state=%s incarnation=%u from=%s accuser=%s accusers=%u suspect_ms=%u",
		  __entry->netns, __entry->seq, show_event(__entry->event),
		  __entry->name, __entry->uid, __entry->addr,
		  show_state(__entry->state), __entry->incarnation,
		  __entry->from, __entry->accuser, __entry->accusers,
		  __entry->suspect_ms)
);

/* A service of a member came up or went down, as userspace is told it. */
TRACE_EVENT(gossip_service,

	TP_PROTO(const struct net *net, const struct gossip_event *event),

	TP_ARGS(net, event),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, uid)
		__field(unsigned int, netns)
		__field(bool, up)
		__array(char, name, SWIM_NAME_MAX + 1)
		__array(char, service, SWIM_NAME_MAX + 1)
	),

	TP_fast_assign(
		__entry->seq = event->seq;
		__entry->uid = event->cause->info.uid;
		__entry->netns = net->ns.inum;
		__entry->up = event->type == GOSSIP_EVENT_TYPE_SERVICE_UP;
		strscpy(__entry->name, event->cause->info.name,
			SWIM_NAME_MAX + 1);
		strscpy(__entry->service, event->service, SWIM_NAME_MAX + 1);
	),

	TP_printk("netns=%u seq=%llu event=%s member=%s uid=%016llx service=%s",
		  __entry->netns, __entry->seq,
		  __entry->up ? "service-up" : "service-down", __entry->name,
		  __entry->uid, __entry->service)
);

/* A user event, as userspace is told it; its number is its own. */
TRACE_EVENT(gossip_user_event,

	TP_PROTO(const struct net *net, const struct swim_user_event *event,
		 u64 seq),

	TP_ARGS(net, event, seq),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, uid)
		__field(u64, ltime)
		__field(unsigned int, netns)
		__field(unsigned int, len)
		__array(char, origin, SWIM_NAME_MAX + 1)
		__array(char, name, SWIM_NAME_MAX + 1)
	),

	TP_fast_assign(
		__entry->seq = seq;
		__entry->uid = event->uid;
		__entry->ltime = event->ltime;
		__entry->netns = net->ns.inum;
		__entry->len = event->len;
		strscpy(__entry->origin, event->origin, SWIM_NAME_MAX + 1);
		strscpy(__entry->name, event->name, SWIM_NAME_MAX + 1);
	),

	TP_printk("netns=%u seq=%llu name=%s origin=%s uid=%016llx ltime=%llu len=%u",
		  __entry->netns, __entry->seq, __entry->name,
		  __entry->origin, __entry->uid, __entry->ltime, __entry->len)
);

/* This node did not run: the core's clock is held back. */
TRACE_EVENT(gossip_stall,

	TP_PROTO(const struct net *net, u64 late),

	TP_ARGS(net, late),

	TP_STRUCT__entry(
		__field(u64, late)
		__field(unsigned int, netns)
	),

	TP_fast_assign(
		__entry->late = late;
		__entry->netns = net->ns.inum;
	),

	TP_printk("netns=%u late_ns=%llu", __entry->netns, __entry->late)
);

/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
