/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libgossip: the members of a gossip group, as the kernel knows them.
 *
 * Errors are negative errno values; gossip_error() has the words. Those that
 * have a meaning of their own:
 *   -ENOPKG  the gossip module is not loaded, or was unloaded
 *   -ENODEV  no instance runs in the network namespace
 *   -EPERM   CAP_NET_ADMIN is needed
 *
 * Threads: there is no global state. A handle, and all that was got from it,
 * belongs to one thread at a time; any number of threads may have handles of
 * their own. The descriptor of gossip_fd() can be polled by any thread.
 *
 * A handle acts in the network namespace in which its thread was when it called
 * gossip_open(), wherever the thread is later.
 *
 * Structures are allocated by the library alone. Later versions may add fields
 * to their ends, but for struct gossip_addr, which is in others and in arrays:
 * it stays as it is.
 */
#ifndef _LIBGOSSIP_H
#define _LIBGOSSIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <linux/gossip.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

struct gossip;
struct gossip_params;

/* "[" IPv6 "%" interface "]:" port */
#define GOSSIP_ADDR_TEXT_MAX 80

/**
 * struct gossip_addr - a UDP endpoint; unused bytes are zero, so that memcmp()
 *	compares; it never grows
 * @ip: in network byte order; the first four bytes for IPv4
 * @scope: interface index of an IPv6 link-local address, or 0
 * @port: in host byte order
 * @family: AF_INET, AF_INET6, or 0 for no address
 */
struct gossip_addr {
	uint8_t ip[16];
	uint32_t scope;
	uint16_t port;
	uint16_t family;
};

/**
 * struct gossip_member - a member in the view of the instance
 * @name: as its owner chose it; the kernel allows A-Za-z0-9._- only
 * @addr: where it is
 * @uid: random identity of this start of the member
 * @seq: number of the event that last changed it
 * @generation: grows with every start of the member
 * @incarnation: grows whenever the member refutes or changes
 * @state: an enum gossip_member_state, or what a newer kernel may have
 * @health: local health multiplier that it reports, 0 is best
 * @rtt_us: smoothed round-trip time in us, -1 if unknown
 * @heard_ms: time since a datagram of it arrived in ms, -1 if none did. This
 *	and @rtt_us, @health, @agrees and @differs are those of the last listing
 *	or event.
 * @self: it is the instance itself
 * @degraded: it says of itself that it misses datagrams
 * @probation: it has failed and returned more than once of late
 * @agrees: it is live, and was last heard with the view that the instance has
 * @differs: it is live, and was heard with another view since that of the
 *	instance last changed; it was not heard since if neither is true
 * @services: names of those that are up, in order, with commas between; ""
 *	for none, as for one that has failed or left
 * @tags: for gossip_tag() and gossip_next_tag()
 */
struct gossip_member {
	char name[GOSSIP_NAME_MAX + 1];
	struct gossip_addr addr;
	uint64_t uid;
	uint64_t seq;
	uint32_t generation;
	uint32_t incarnation;
	uint32_t state;
	uint32_t health;
	int64_t rtt_us;
	int64_t heard_ms;
	bool self;
	bool degraded;
	bool probation;
	bool agrees;
	bool differs;
	char services[GOSSIP_SERVICES_MAX];
	char tags[GOSSIP_TAGS_MAX];
};

/**
 * struct gossip_reason - why a member was suspected or declared failed
 * @from: member that told it, or "" if this instance found out itself
 * @accuser: member whose probe went unanswered, or ""
 * @accusers: number of independent accusers heard, this instance included
 * @indirect: members asked to probe on our behalf in vain
 * @suspect_ms: time for which it was suspect in ms, -1 if it was not
 * @pings: pings of this instance's last probe of it, if it made one that failed
 * @nacks: of those asked, members that said that they could not reach it either
 * @health: local health multiplier of this instance at that time
 */
struct gossip_reason {
	char from[GOSSIP_NAME_MAX + 1];
	char accuser[GOSSIP_NAME_MAX + 1];
	uint32_t accusers;
	uint32_t indirect;
	int64_t suspect_ms;
	uint32_t pings;
	uint32_t nacks;
	uint32_t health;
};

/* Types of events that the library adds to enum gossip_event_type. */
enum {
	GOSSIP_EVENT_EXISTS =
		0x10000, /* was there when the subscription began */
	GOSSIP_EVENT_LISTED, /* all that were there have been told */
	GOSSIP_EVENT_RESYNC, /* events were lost; the difference follows */
};

/**
 * struct gossip_event - what happened
 * @type: an enum gossip_event_type, or one of the above
 * @seq: its number; 0 if the event itself was lost, and what it changed was
 *	found in a new listing
 * @member: the member as it is now, or was when it was forgotten; NULL for
 *	GOSSIP_EVENT_LISTED and GOSSIP_EVENT_RESYNC
 * @reason: NULL if there is none
 * @cause: why events were lost, for GOSSIP_EVENT_RESYNC; NULL otherwise
 * @service: which one, for GOSSIP_EVENT_TYPE_SERVICE_UP and _DOWN; NULL otherwise
 */
struct gossip_event {
	uint32_t type;
	uint64_t seq;
	const struct gossip_member *member;
	const struct gossip_reason *reason;
	const char *cause;
	const char *service;
};

/**
 * struct gossip_instance - the instance of the namespace
 * @status: an enum gossip_status; if it is GOSSIP_STATUS_OFF, no instance runs
 *	and all else is zero but for @peer, of which there are none, and
 *	@tunable, whose values are -1
 * @bind: where it listens
 * @advertise: the address that it tells others; family 0 if it has none yet
 * @peer: the seeds of its start, not those of gossip_join(); there are @peers
 * @profile: an enum gossip_profile
 * @sensitivity: an enum gossip_sensitivity
 * @health: local health multiplier, 0 to 8, 0 is best
 * @alive: number of members in this state, itself included; so are the others
 * @uid: random identity of this start
 * @view: equal on two nodes exactly when they agree which members are live, suspects
 *	among them, in which start and incarnation, and with which tags and services
 * @seq: number of the last event
 * @tunable: value of each tunable by its number GOSSIP_A_CONFIG_..., -1 if it
 *	has none; there are @tunables, number 0 included
 * @user_seq: number of the last user event
 * @holder: where the other live member is that holds this one's name, if
 *	@status is GOSSIP_STATUS_CONFLICT; else family 0
 * @view_ms: time since @view last changed in ms, -1 if it is not known
 */
struct gossip_instance {
	char name[GOSSIP_NAME_MAX + 1];
	char cluster[GOSSIP_NAME_MAX + 1];
	struct gossip_addr bind;
	struct gossip_addr advertise;
	const struct gossip_addr *peer;
	unsigned int peers;
	uint32_t status;
	uint32_t profile;
	uint32_t sensitivity;
	uint32_t health;
	uint32_t alive;
	uint32_t suspect;
	uint32_t failed;
	uint32_t left;
	uint64_t uid;
	uint64_t view;
	uint64_t seq;
	const int64_t *tunable;
	unsigned int tunables;
	uint64_t user_seq;
	struct gossip_addr holder;
	int64_t view_ms;
};

/* A key and a value. */
struct gossip_tag {
	const char *key;
	const char *value;
};

/**
 * struct gossip_tags - a change of the own tags; all of it is done or nothing
 * @tag: to set; there are @tags
 * @tags: how many
 * @remove: keys of tags to take away before; there are @removals
 * @removals: how many
 * @replace: all others are taken away
 *
 * This is the caller's, and set to zero but for what is meant.
 */
struct gossip_tags {
	const struct gossip_tag *tag;
	size_t tags;
	const char *const *remove;
	size_t removals;
	bool replace;
};

/**
 * struct gossip_user_event - a user event, or that some were lost
 * @name: NULL if some were lost
 * @origin: name of the member that sent it, "" if it is not known
 * @payload: any bytes; there are @size
 * @size: 0 to GOSSIP_USER_EVENT_MAX
 * @lost: how many, if some were lost
 * @uid: random identity of that start of the member
 * @ltime: Lamport time: what was sent after another was heard has a greater one
 * @seq: its number here; those of members' events are others
 */
struct gossip_user_event {
	const char *name;
	const char *origin;
	const void *payload;
	size_t size;
	uint64_t lost;
	uint64_t uid;
	uint64_t ltime;
	uint64_t seq;
};

/**
 * struct gossip_stats - the counters of the instance
 * @value: of each counter by its number GOSSIP_A_STATS_..., -1 if the module
 *	does not have it; there are @count, number 0 included
 */
struct gossip_stats {
	const int64_t *value;
	unsigned int count;
};

/* Bytes of a key's secret. */
#define GOSSIP_SECRET_SIZE 32

/**
 * struct gossip_keys - the keys that the instance has
 * @id: fingerprint of each, in the order in which they were added; nothing of a
 *	secret follows from it
 * @count: how many, up to GOSSIP_KEYS_MAX
 * @primary: place of the one that seals what is sent, -1 if nothing is sealed
 * @permissive: what others send in the clear is heeded although there is a
 *	primary one
 */
struct gossip_keys {
	const uint32_t *id;
	unsigned int count;
	int primary;
	bool permissive;
};

/**
 * struct gossip_pong - what came of one way of a ping
 * @result: an enum gossip_ping_result, but for the end
 * @rtt_us: time until the answer came in us, -1 if none did
 * @via: member that was asked to ping, "" for our own ping
 */
struct gossip_pong {
	uint32_t result;
	int64_t rtt_us;
	char via[GOSSIP_NAME_MAX + 1];
};

/* The handle. */

/* Does not need the module. Fails for want of memory or descriptors only. */
int gossip_open(struct gossip **handle);
/* Nothing happens for NULL. */
void gossip_close(struct gossip *handle);
/*
 * One line about the last call with this handle: after a failure what is wrong,
 * with the kernel's own words if it had any; otherwise a remark of the kernel,
 * or "". Valid until the next call.
 */
const char *gossip_error(const struct gossip *handle);

/* Members. */

/*
 * Lists all members. They can be read until the next call that lists, receives
 * or closes. With a subscription they are up to date anyway, but for round-trip
 * times and health; changes that this finds are told by gossip_next().
 */
int gossip_list(struct gossip *handle);
/*
 * Whether members changed all the time while they were listed, so that the
 * listing is not of one moment. A subscription takes care of that by itself.
 */
bool gossip_torn(const struct gossip *handle);
size_t gossip_count(const struct gossip *handle);
/* In the order of names; NULL if @i is not below gossip_count(). */
const struct gossip_member *gossip_at(const struct gossip *handle, size_t i);
/* NULL if there is none of that name. */
const struct gossip_member *gossip_find(const struct gossip *handle,
					const char *name);
/* The instance itself; NULL if it is not in the list. */
const struct gossip_member *gossip_self(const struct gossip *handle);

bool gossip_has_service(const struct gossip_member *member,
			const char *service);
/* Its value, or NULL if there is no such tag. */
const char *gossip_tag(const struct gossip_member *member, const char *key);
/*
 * The tag after that of *@key, which is NULL before the first one; false after
 * the last one. In the order of keys.
 */
bool gossip_next_tag(const struct gossip_member *member, const char **key,
		     const char **value);

/* Changes. */

/*
 * From here on gossip_next() tells of the members that exist, and then of each
 * change. @rcvbuf: bytes of the buffer for events that were not received yet, 0
 * for 1 MiB; without CAP_NET_ADMIN the system's limit holds. A subscription
 * lasts until gossip_close(), over any number of instances, or until the module
 * is unloaded; after that one can subscribe again.
 */
int gossip_subscribe(struct gossip *handle, int rcvbuf);
/*
 * Readable when gossip_next() is to be called, until it returns 0. -EBADF
 * without a subscription.
 */
int gossip_fd(const struct gossip *handle);
/*
 * The next event, without waiting: 1 and *@event, valid until the next call; 0
 * if there is none now. No last change of a member is missed: where events were
 * lost, GOSSIP_EVENT_RESYNC is followed by the difference. After a failure it
 * can be called again, except with -ENOPKG.
 */
int gossip_next(struct gossip *handle, const struct gossip_event **event);

/* The instance. */

/* Valid until the next call of it. No instance is no error. */
int gossip_get_instance(struct gossip *handle,
			const struct gossip_instance **instance);
/* @params: NULL for the defaults */
int gossip_start(struct gossip *handle, const struct gossip_params *params);
/*
 * Changes the instance that runs: tunables, profile and sensitivity of @params,
 * all or nothing; what @params does not have stays. -ERANGE for a value that is
 * not allowed, -EMSGSIZE for a max_datagram into which the own tags do not fit.
 */
int gossip_set(struct gossip *handle, const struct gossip_params *params);
/* Valid until the next call of it. */
int gossip_get_stats(struct gossip *handle, const struct gossip_stats **stats);
/*
 * Pings a member, directly and through others at once, and tells @pong, which
 * must not use the handle, what comes of each way; returns when all have been
 * told, after @timeout_ms: 1 to 10000. It measures only: nobody is accused by it.
 * -ENOENT if there is no such member, -EINVAL for this one itself, -ENETDOWN after
 * gossip_leave(), -EBUSY if 8 are under way, -ETIMEDOUT if the end was not told
 * within another second, as where the instance ended.
 */
int gossip_ping(struct gossip *handle, const char *name,
		unsigned int timeout_ms,
		void (*pong)(const struct gossip_pong *pong, void *ctx),
		void *ctx);
/* As gossip_leave(), and ends the instance. */
int gossip_stop(struct gossip *handle);
/* @params: its peers; NULL, or none, for those from before gossip_leave() */
int gossip_join(struct gossip *handle, const struct gossip_params *params);
/*
 * Leaves the group, and waits until it has left, for up to 3 s; the instance stays,
 * and can join again.
 */
int gossip_leave(struct gossip *handle);

/*
 * Changes the tags of this member. -ENOSPC if they would take more than
 * GOSSIP_TAGS_MAX bytes, each those of its key and value and 4; -EINVAL for a
 * key or value that is not allowed.
 */
int gossip_set_tags(struct gossip *handle, const struct gossip_tags *change);

/* Keys. */

/*
 * Adds a key; @secret: its GOSSIP_SECRET_SIZE bytes, which should be random. From
 * then on what is sealed with it is opened; nothing is sealed with it yet.
 * @id: its fingerprint afterwards; may be NULL. -EEXIST if it is there already;
 * -ENOSPC if GOSSIP_KEYS_MAX are; -EINVAL if all its bytes are zero.
 *
 * The library keeps no copy of a secret beyond the call.
 */
int gossip_add_key(struct gossip *handle, const void *secret, uint32_t *id);
/* Takes a key away. -ENOENT if there is none; -EBUSY if it seals what is sent. */
int gossip_delete_key(struct gossip *handle, uint32_t id);
/*
 * Seals with this key all that is sent from now on, and heeds only what is sealed
 * with any key that is there; @permissive: what is in the clear, too. -ENOENT.
 */
int gossip_use_key(struct gossip *handle, uint32_t id, bool permissive);
/* Sends in the clear again, and heeds what is. The keys stay. */
int gossip_use_no_key(struct gossip *handle);
/* Valid until the next call of it. Needs CAP_NET_ADMIN. */
int gossip_get_keys(struct gossip *handle, const struct gossip_keys **keys);

/* Services. */

/*
 * Brings a service of this member up. It is up until the lease is closed or, with
 * @ttl_ms other than 0, was not renewed for so long; and no longer than the
 * handle and the instance. Other than CAP_NET_ADMIN, the user ids that the
 * instance names may do that. -EEXIST if the service is up already; -ENOSPC
 * if all services would take more than GOSSIP_SERVICES_MAX bytes, each those
 * of its name and 3.
 *
 * The lease is held by a descriptor that is closed on exec(). A child of fork()
 * has it, too: the service then is up until both have ended.
 */
int gossip_lease_open(struct gossip *handle, const char *service,
		      uint32_t ttl_ms);
/*
 * The time to live begins anew; @ttl_ms: another one, 0 for the same. -ENOENT
 * if this handle holds no such lease, or did not renew it in time.
 */
int gossip_lease_renew(struct gossip *handle, const char *service,
		       uint32_t ttl_ms);
int gossip_lease_close(struct gossip *handle, const char *service);

/* User events. */

/*
 * Sends one to all members, this one included. -EMSGSIZE if name and payload take
 * more than GOSSIP_USER_EVENT_MAX bytes; -EAGAIN if too many are on their way;
 * -ENOTCONN during and after gossip_leave(), and where another member has the name.
 */
int gossip_send_event(struct gossip *handle, const char *name,
		      const void *payload, size_t size);
/*
 * From here on gossip_next_user() tells of user events. Independent of
 * gossip_subscribe(); @rcvbuf as there.
 */
int gossip_subscribe_user(struct gossip *handle, int rcvbuf);
/* As gossip_fd(), for gossip_next_user(). */
int gossip_user_fd(const struct gossip *handle);
/*
 * The next user event, without waiting: 1 and *@event, valid until the next call;
 * 0 if there is none now. Those that were not received in time are lost; how
 * many, is told.
 */
int gossip_next_user(struct gossip *handle,
		     const struct gossip_user_event **event);

/* Parameters of an instance. */

/* NULL without memory. */
struct gossip_params *gossip_params_new(void);
void gossip_params_free(struct gossip_params *params);
/*
 * Sets a parameter of the module by its name, as text: "name", "cluster",
 * "bind", "advertise", "peers" (adds to those that are there, all or none), "profile",
 * "sensitivity", "lease_uids" (as 1000-2000: users that may hold leases), or a
 * tunable. An empty value stands for the default. -ENOENT if
 * there is no such parameter, -EINVAL if the value is none of those allowed.
 * Interfaces in addresses are those of the thread's network namespace.
 */
int gossip_params_set(struct gossip_params *params, const char *key,
		      const char *value);
/*
 * The first key of an instance, with which it seals from the start: @secret is
 * copied, GOSSIP_SECRET_SIZE bytes; NULL for none. Only for gossip_start().
 */
void gossip_params_set_secret(struct gossip_params *params, const void *secret);
/* Why the last gossip_params_set() failed. */
const char *gossip_params_error(const struct gossip_params *params);

/* Text. */

/**
 * enum gossip_names - what has names
 * @GOSSIP_NAMES_STATE: enum gossip_member_state
 * @GOSSIP_NAMES_STATUS: enum gossip_status
 * @GOSSIP_NAMES_EVENT: types of events
 * @GOSSIP_NAMES_PROFILE: enum gossip_profile
 * @GOSSIP_NAMES_SENSITIVITY: enum gossip_sensitivity
 * @GOSSIP_NAMES_TUNABLE: GOSSIP_A_CONFIG_...
 * @GOSSIP_NAMES_STAT: GOSSIP_A_STATS_...
 * @GOSSIP_NAMES_PING: enum gossip_ping_result
 */
enum gossip_names {
	GOSSIP_NAMES_STATE,
	GOSSIP_NAMES_STATUS,
	GOSSIP_NAMES_EVENT,
	GOSSIP_NAMES_PROFILE,
	GOSSIP_NAMES_SENSITIVITY,
	GOSSIP_NAMES_TUNABLE,
	GOSSIP_NAMES_STAT,
	GOSSIP_NAMES_PING,
};

/* "unknown" for what a newer kernel may say. */
const char *gossip_name(enum gossip_names names, uint32_t value);
/* What it means, in a few words; "" if it is unknown. */
const char *gossip_doc(enum gossip_names names, uint32_t value);
/* -ENOENT if nothing has that name. */
int gossip_value(enum gossip_names names, const char *name);
/* The unit of a tunable, as "ms", or "". */
const char *gossip_unit(uint32_t tunable);
/* What a tunable can be, as this library knows it. -ENOENT if it does not. */
int gossip_range(uint32_t tunable, uint32_t *min, uint32_t *max);
/*
 * As 10.0.0.1:7946, [fd00::7]:7946 or [fe80::1%eth0]:7946; "-" for no address.
 * Returns @text.
 */
const char *gossip_addr_format(const struct gossip_addr *addr,
			       char text[GOSSIP_ADDR_TEXT_MAX]);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
