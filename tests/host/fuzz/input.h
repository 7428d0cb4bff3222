/* SPDX-License-Identifier: GPL-2.0 */
/* A fuzz input, read from its beginning as a script; all zeros after its end. */
#ifndef _FUZZ_INPUT_H
#define _FUZZ_INPUT_H

#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>

struct input {
	const u8 *data;
	size_t left;
};

static inline u8 input_u8(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->data++;
}

static inline u16 input_u16(struct input *input)
{
	u16 high = input_u8(input);

	return high << 8 | input_u8(input);
}

static inline u32 input_u32(struct input *input)
{
	u32 high = input_u16(input);

	return high << 16 | input_u16(input);
}

/* Below @bound, which is at most 256. */
static inline u32 input_pick(struct input *input, u32 bound)
{
	return input_u8(input) % bound;
}

/* What must hold, whatever the input. */
#define fuzz_check(condition, ...)                                         \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, \
				#condition);                               \
			fprintf(stderr, __VA_ARGS__);                      \
			fputc('\n', stderr);                               \
			abort();                                           \
		}                                                          \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
