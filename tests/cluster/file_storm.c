// SPDX-License-Identifier: GPL-2.0
/*
 * file_storm DIRECTORY SECONDS: three processes that, for so long, open all files below
 * DIRECTORY in no order, read them in pieces of any size and from anywhere, poll them, and
 * keep some open for long. Files may vanish and come again meanwhile. Prints
 * "read N times, N bytes"; fails if a process has read nothing.
 */

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 3
#define KEPT 16
#define FILES_MAX 256
#define PATH 256

struct result {
	unsigned long reads;
	unsigned long bytes;
};

static char path[FILES_MAX][PATH];
static unsigned int paths;

/* Of DIRECTORY, and of the directories in it. */
static void list_files(const char *directory, int deep)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	char name[PATH];

	while (dir && (entry = readdir(dir)) && paths < FILES_MAX) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(name, PATH, "%s/%s", directory, entry->d_name) >=
		    PATH)
			continue;
		if (entry->d_type == DT_DIR && deep)
			list_files(name, 0);
		else if (entry->d_type == DT_REG)
			memcpy(path[paths++], name, sizeof(name));
	}
	if (dir)
		closedir(dir);
}

static void read_some(int fd, struct result *result)
{
	struct pollfd poller = { .fd = fd, .events = POLLPRI | POLLERR };
	char page[4096];
	int tries = rand() % 8;
	ssize_t len;

	if (rand() % 2)
		lseek(fd, 0, SEEK_SET);
	do {
		len = read(fd, page, 1 + rand() % sizeof(page));
		if (len > 0) {
			result->reads++;
			result->bytes += len;
		}
	} while (len > 0 && tries--);
	if (rand() % 4 == 0)
		pread(fd, page, sizeof(page), rand() % 1000);
	if (rand() % 4 == 0)
		poll(&poller, 1, rand() % 20);
}

static void storm(unsigned int seconds, struct result *result)
{
	time_t end = time(NULL) + seconds;
	int fd[KEPT];
	unsigned int i;

	memset(fd, -1, sizeof(fd));
	srand(getpid());
	while (time(NULL) <= end) {
		i = rand() % KEPT;
		if (fd[i] >= 0 && rand() % 2) {
			close(fd[i]);
			fd[i] = -1;
		}
		if (fd[i] < 0)
			fd[i] = open(path[rand() % paths], O_RDONLY);
		if (fd[i] >= 0)
			read_some(fd[i], result);
		else
			usleep(1000);
	}
}

int main(int argc, char **argv)
{
	struct result *result, sum = {};
	unsigned int i, idle = 0;

	if (argc != 3)
		return 2;
	list_files(argv[1], 1);
	result = mmap(NULL, PROCESSES * sizeof(*result), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!paths || result == MAP_FAILED)
		return 1;
	for (i = 0; i < PROCESSES; i++)
		if (!fork()) {
			storm(atoi(argv[2]), &result[i]);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	for (i = 0; i < PROCESSES; i++) {
		idle += !result[i].reads;
		sum.reads += result[i].reads;
		sum.bytes += result[i].bytes;
	}
	printf("read %lu times, %lu bytes\n", sum.reads, sum.bytes);
	return idle ? 1 : 0;
}
