// SPDX-License-Identifier: GPL-2.0
/*
 * Who records a datagram can send it again, and so make a member look alive that
 * is gone. Where datagrams are authentic their counters are, too.
 */

#include "replay.h"

#define WIDTH 64

bool swim_window_take(struct swim_window *window, u64 counter)
{
	u64 ahead, bit;

	if (counter > window->top || !window->seen) {
		ahead = counter - window->top;
		window->seen = ahead < WIDTH ? window->seen << ahead | 1 : 1;
		window->top = counter;
		return true;
	}
	if (window->top - counter >= WIDTH)
		return false;
	bit = 1ULL << (window->top - counter);
	if (window->seen & bit)
		return false;
	window->seen |= bit;
	return true;
}
