/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idle PID CALLS: how often the BPF programs held by a process ran while
 * getpid was called so many times (kernel.bpf_stats_enabled must be set).
 */
#include "lib/base/compat.h"

#include <dirent.h>
#include <sys/syscall.h>

/* The line of a program's fdinfo; 0 where there is none. */
static unsigned long runs_of(const char *path)
{
	char line[256];
	unsigned long n = 0;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "run_cnt:", 8))
			n = strtoul(line + 8, NULL, 10);
	if (f)
		fclose(f);
	return n;
}

static unsigned long runs(const char *pid)
{
	char dir[64], path[400];
	unsigned long n = 0;
	struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof(dir), "/proc/%s/fdinfo", pid);
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		n += runs_of(path);
	}
	if (d)
		closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	unsigned long before, calls, i;

	if (argc != 3)
		return 2;
	calls = strtoul(argv[2], NULL, 10);
	before = runs(argv[1]);
	for (i = 0; i < calls; i++)
		syscall(SYS_getpid);
	printf("%lu\n", runs(argv[1]) - before);
	return 0;
}
