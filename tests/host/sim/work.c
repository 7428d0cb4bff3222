// SPDX-License-Identifier: GPL-2.0
/* Independent runs, on all processors. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define JOBS_MAX 64
#define SAY_EVERY 5 /* seconds */

/* What is to be done, see sim_map(). */
struct work {
	unsigned int count;
	size_t size;
	void (*run)(void *result, unsigned int index, const void *arg);
	const void *arg;
	char *result;
};

/* What of it has been given out, for all processes. */
struct queue {
	unsigned int next;
	unsigned int done;
	unsigned int at[JOBS_MAX]; /* what each process works on */
};

static unsigned int jobs;

void sim_jobs(unsigned int wanted)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	jobs = wanted ? wanted : online > 0 ? online : 1;
	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
}

u64 sim_seed(u64 seed, u64 run)
{
	u64 z = (seed ^ 0x5851f42d4c957f2dULL) + run * 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 31)) * 0x7fb5d329728ea185ULL;
	z = (z ^ (z >> 27)) * 0x81dadef4bc2dd44dULL;
	return z ^ (z >> 33);
}

unsigned int sim_share(unsigned int trials, unsigned int runs, unsigned int run)
{
	return trials * (run + 1) / runs - trials * run / runs;
}

static void *shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

/* Says how far it is if it takes long. */
static void progress(const char *what, const struct queue *queue,
		     unsigned int count, time_t start, time_t *said)
{
	time_t now = time(NULL);

	if (now - *said < SAY_EVERY)
		return;
	*said = now;
	fprintf(stderr, "%s: %u of %u runs, %ld s\n", what,
		__atomic_load_n(&queue->done, __ATOMIC_RELAXED), count,
		(long)(now - start));
}

static void give_up(const char *what, unsigned int index)
{
	fprintf(stderr, "%s: run %u died\n", what, index);
	exit(1);
}

/* Waits for all of @workers, whose processes are @pids. */
static void gather(const char *what, const struct queue *queue,
		   unsigned int count, unsigned int workers, const pid_t *pids)
{
	struct timespec nap = { .tv_nsec = 10000000 };
	time_t start = time(NULL), said = start;
	unsigned int i;

	for (i = 0; i < workers; i++) {
		int status = 0;

		while (waitpid(pids[i], &status, WNOHANG) == 0) {
			nanosleep(&nap, NULL);
			progress(what, queue, count, start, &said);
		}
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			give_up(what, queue->at[i]);
	}
}

static void do_some(const struct work *work, struct queue *queue,
		    unsigned int worker)
{
	unsigned int index;

	while ((index = __atomic_fetch_add(&queue->next, 1, __ATOMIC_RELAXED)) <
	       work->count) {
		queue->at[worker] = index;
		work->run(work->result + index * work->size, index, work->arg);
		__atomic_fetch_add(&queue->done, 1, __ATOMIC_RELAXED);
	}
}

void *sim_map(const char *what, unsigned int count, size_t size,
	      void (*run)(void *result, unsigned int index, const void *arg),
	      const void *arg)
{
	struct queue *queue = shared(sizeof(*queue));
	struct work work = {
		.count = count,
		.size = size,
		.run = run,
		.arg = arg,
		.result = shared(count * size),
	};
	unsigned int workers = count < jobs ? count : jobs;
	pid_t pids[JOBS_MAX];
	unsigned int i;

	fflush(stdout);
	for (i = 0; i < workers; i++) {
		pids[i] = fork();
		if (pids[i] < 0) {
			perror("fork");
			exit(1);
		}
		if (!pids[i]) {
			do_some(&work, queue, i);
			_exit(0);
		}
	}
	gather(what, queue, count, workers, pids);
	munmap(queue, sizeof(*queue));
	return work.result;
}

void sim_unmap(void *result, unsigned int count, size_t size)
{
	munmap(result, count * size);
}
