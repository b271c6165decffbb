/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop CALL MILLISECONDS: one system call, or a handful, as fast as they go.
 * Prints operations, the processor time they took and the time that passed,
 * both in microseconds.
 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int in, out, listener;
static struct sockaddr_in here = { .sin_family = AF_INET };

static void do_getpid(void)
{
	syscall(SYS_getpid);
}

static void do_read(void)
{
	char c;

	syscall(SYS_read, in, &c, 1);
}

static void do_write(void)
{
	syscall(SYS_write, out, "x", 1);
}

static void do_open(void)
{
	syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 0));
}

static void do_stat(void)
{
	struct stat st;

	syscall(SYS_newfstatat, AT_FDCWD, "/etc/hosts", &st, 0);
}

static void do_connect(void)
{
	struct linger hard = { 1, 0 };
	int c = socket(AF_INET, SOCK_STREAM, 0), s;

	setsockopt(c, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if (connect(c, (struct sockaddr *)&here, sizeof(here)))
		_exit(1);
	s = accept(listener, NULL, NULL);
	close(c);
	close(s);
}

static void do_spawn(void)
{
	static char *argv[] = { (char *)"true", NULL };
	pid_t pid = vfork();

	if (!pid) {
		execv("/bin/true", argv);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned batch;
} loops[] = {
	{ "getpid", do_getpid, 256 }, { "read", do_read, 256 }, { "write", do_write, 256 },
	{ "open+close", do_open, 256 }, { "stat", do_stat, 256 },
	{ "connect+accept", do_connect, 16 }, { "fork+exec", do_spawn, 1 },
};

static void prepare(void)
{
	socklen_t len = sizeof(here);

	in = open("/dev/zero", O_RDONLY);
	out = open("/dev/null", O_WRONLY);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	here.sin_addr.s_addr = htonl(0x7f000001);
	bind(listener, (struct sockaddr *)&here, sizeof(here));
	listen(listener, 64);
	getsockname(listener, (struct sockaddr *)&here, &len);
}

static uint64_t clock_us(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t cpu_us(void)
{
	struct rusage a, b;

	getrusage(RUSAGE_SELF, &a);
	getrusage(RUSAGE_CHILDREN, &b);
	return (uint64_t)(a.ru_utime.tv_sec + a.ru_stime.tv_sec + b.ru_utime.tv_sec +
			  b.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(a.ru_utime.tv_usec + a.ru_stime.tv_usec + b.ru_utime.tv_usec +
			  b.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	uint64_t from, cpu, now, n = 0, limit;
	unsigned i, k;

	for (i = 0; argc == 3 && i < ARRAY_SIZE(loops); i++)
		if (!strcmp(loops[i].name, argv[1]))
			break;
	if (argc != 3 || i == ARRAY_SIZE(loops))
		return 2;
	limit = strtoul(argv[2], NULL, 10) * 1000;
	prepare();
	cpu = cpu_us();
	from = now = clock_us();
	while (now - from < limit) {
		for (k = 0; k < loops[i].batch; k++)
			loops[i].run();
		n += loops[i].batch;
		now = clock_us();
	}
	cpu = cpu_us() - cpu;
	printf("%lu %lu %lu\n", (unsigned long)n, (unsigned long)cpu, (unsigned long)(now - from));
	return 0;
}
