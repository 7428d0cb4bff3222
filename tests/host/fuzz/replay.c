// SPDX-License-Identifier: GPL-2.0
/* Runs a fuzz target on files, without libFuzzer, as one test. */

#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <unistd.h>

#include "../host.h"
#include "input.h"

static const char *now;

/* Called in the middle of anything. */
static void tell(void)
{
	printf("not ok 1 - fuzz: %s\n1..1\n", now);
	fflush(stdout);
}

static void on_abort(int signal)
{
	tell();
	_exit(1);
}

static void run(const char *path)
{
	FILE *file = fopen(path, "rb");
	static uint8_t data[65536];
	size_t size;

	now = path;
	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	char name[128];
	int i;

	signal(SIGABRT, on_abort);
	__sanitizer_set_death_callback(tell);
	for (i = 2; i < argc; i++)
		run(argv[i]);
	snprintf(name, sizeof(name), "fuzz: the corpus of %s, %d files",
		 argv[1], argc - 2);
	tap_check(argc > 2, name);
	return tap_end();
}
