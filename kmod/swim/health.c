// SPDX-License-Identifier: GPL-2.0
/*
 * Lifeguard's local health multiplier (section IV-A): a node whose probes
 * fail, or that has to refute, gives others more time.
 */

#include "core.h"

void swim_health_worse(struct swim *swim)
{
	if (swim->lhm < SWIM_LHM_MAX)
		swim->lhm++;
}

void swim_health_better(struct swim *swim)
{
	if (swim->lhm)
		swim->lhm--;
}

u64 swim_scaled(const struct swim *swim, u32 ms)
{
	return ms * SWIM_MS * (swim->lhm + 1);
}
