/* SPDX-License-Identifier: GPL-2.0 */
/* The counters of the instance, as the module shows them in sysfs. */
#ifndef _COUNTERS_H
#define _COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#define COUNTERS_MAX 128

struct counter {
	char name[32];
	uint64_t value;
};

/* By name; none where sysfs or the instance is not there. */
struct counters {
	size_t count;
	struct counter counter[COUNTERS_MAX];
};

/* Where they are; another place for tests. */
extern const char *counters_path;

void counters_read(struct counters *counters);
/* 0 if there is none of that name. */
uint64_t counters_get(const struct counters *counters, const char *name);
/* What a counter counts; a general word if it is not known here. */
const char *counter_doc(const char *name);

#endif
