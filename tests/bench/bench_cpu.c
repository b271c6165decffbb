/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_cpu RUNS COMMAND...: runs shell commands in turn, RUNS rounds, and
 * prints for each the median of its processor time, user and system, and of
 * its wall time, in microseconds.  In turn, so that what else the machine
 * does falls on all of them alike.
 */
#define VESTIGE_LIVE		/* a bench looks at the clock */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/base/num.h"

enum { RUNS_MAX = 99, COMMANDS_MAX = 32 };

struct took {
	uint64_t cpu, wall;
};

static struct took took[COMMANDS_MAX][RUNS_MAX];

static uint64_t us(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static struct took run(const char *command)
{
	uint64_t from = now_us();
	struct rusage ru;
	pid_t pid = fork();
	int null, status;

	if (!pid) {
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &ru) < 0)
		exit(EXIT_FAILURE);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fprintf(stderr, "bench: fails: %s\n", command);
	return (struct took){ us(ru.ru_utime) + us(ru.ru_stime), now_us() - from };
}

/* Medians of each by itself: insertion is fast enough. */
static uint64_t median(struct took *v, int n, bool wall)
{
	uint64_t s[RUNS_MAX], t;
	int i, j;

	for (i = 0; i < n; i++) {
		t = wall ? v[i].wall : v[i].cpu;
		for (j = i; j > 0 && s[j - 1] > t; j--)
			s[j] = s[j - 1];
		s[j] = t;
	}
	return s[n / 2];
}

int main(int argc, char **argv)
{
	uint64_t given = 0;
	int runs, i, k;

	runs = argc > 2 && num_u64(str_of(argv[1]), &given) && given <= RUNS_MAX ? (int)given : 0;
	if (runs < 1 || argc - 2 > COMMANDS_MAX)
		return EXIT_FAILURE;
	for (i = 0; i < runs; i++)
		for (k = 2; k < argc; k++)
			took[k - 2][i] = run(argv[k]);
	for (k = 0; k < argc - 2; k++)
		printf("%" PRIu64 " %" PRIu64 "\n", median(took[k], runs, false),
		       median(took[k], runs, true));
	return EXIT_SUCCESS;
}
