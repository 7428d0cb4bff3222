// SPDX-License-Identifier: GPL-2.0
/* Percentiles, tables and keys. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define KEYS_MAX 64

static struct {
	char key[48];
	double value;
} keys[KEYS_MAX];
static unsigned int nr_keys;
static bool comments;

void sim_quiet(void)
{
	comments = true;
}

void sim_print(const char *format, ...)
{
	va_list args;

	if (comments)
		printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

void sim_key(double value, const char *key, ...)
{
	va_list args;

	if (nr_keys == KEYS_MAX)
		abort();
	va_start(args, key);
	vsnprintf(keys[nr_keys].key, sizeof(keys->key), key, args);
	va_end(args);
	keys[nr_keys++].value = value;
}

double sim_value(const char *key)
{
	unsigned int i;

	for (i = 0; i < nr_keys; i++)
		if (!strcmp(keys[i].key, key))
			return keys[i].value;
	return NAN;
}

void sim_print_keys(void)
{
	unsigned int i;

	for (i = 0; i < nr_keys; i++) {
		double value = keys[i].value;
		bool whole = value == floor(value) && fabs(value) < 1e15;

		printf("%s%s=%.*f", i ? " " : "", keys[i].key, whole ? 0 : 4,
		       value);
	}
	printf("\n");
}

void sim_forget_keys(void)
{
	nr_keys = 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The nearest rank: always a value that was measured. */
double sim_percentile(double *value, u32 count, double percent)
{
	u32 rank = ceil(percent / 100 * count - 0.000000001);

	if (!count)
		return NAN;
	qsort(value, count, sizeof(*value), compare);
	return value[rank ? rank - 1 : 0];
}

double sim_median(double *value, u32 count)
{
	return sim_percentile(value, count, 50);
}
