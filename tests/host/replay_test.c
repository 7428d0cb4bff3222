// SPDX-License-Identifier: GPL-2.0
/* Authentic datagrams that come again (RFC 4303, section 3.4.3). */

#include <linux/kernel.h>
#include <stdio.h>

#include "../../kmod/swim/replay.h"
#include "host.h"

#define COUNTERS 4096

/* Whether it agrees with a model that forgets nothing. */
static void test_window(void)
{
	struct swim_window window = { 0 };
	static bool seen[COUNTERS + 1];
	u32 random = 1, wrong = 0, taken = 0, i;
	u64 top = 0;

	for (i = 0; i < 20000; i++) {
		u64 counter;
		bool fresh;

		random = random * 1103515245 + 12345;
		/* Around the newest one, 80 before it to 16 after it. */
		counter = min_t(u64, top + (random >> 16) % 97, COUNTERS + 80);
		counter = counter > 80 ? counter - 80 : 1;
		fresh = counter > top || (top - counter < 64 && !seen[counter]);
		wrong += swim_window_take(&window, counter) != fresh;
		taken += fresh;
		seen[counter] = true;
		top = max(top, counter);
	}
	printf("# %u of %u taken, %u wrongly\n", taken, COUNTERS, wrong);
	tap_check(!wrong && taken > COUNTERS / 4 && top == COUNTERS,
		  "replay: out of order, but never twice, and never very late");
}

static void test_first(void)
{
	struct swim_window window = { 0 };

	tap_check(swim_window_take(&window, 1000) &&
			  !swim_window_take(&window, 1000),
		  "replay: any number will do for the first one, once");
	tap_check(swim_window_take(&window, ~0ULL) &&
			  !swim_window_take(&window, ~0ULL) &&
			  !swim_window_take(&window, 5),
		  "replay: after the last number nothing is new");
}

int main(void)
{
	test_window();
	test_first();
	return tap_end();
}
