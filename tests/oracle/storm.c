/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storm CALL N: N system calls as fast as they go; prints how many events a
 * recording of them has.  CALL: getpid, open (and close), files (open and close by two
 * processes for N tenths of a second), procs (N short processes), conns
 * (N connections over loopback).  mixed and flood are N rounds of BULK writes
 * and, the one, two files opened and a program run (storm nothing 0), the
 * other, BULK / 4 files opened; they print N.  The process itself is not
 * counted.
 */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

static unsigned long calls(long nr, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		syscall(nr);
	return n;
}

static unsigned long opens(unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 0));
	return 2 * n;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Of a child, when clone itself is not selected: its beginning, its end. */
#define LIFE 2

static unsigned long files(unsigned long tenths)
{
	uint64_t end = now_ms() + tenths * 100;
	volatile unsigned long *n;
	int i;

	n = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < 2; i++) {
		if (fork())
			continue;
		while (now_ms() < end)
			n[i * 8] += opens(256);
		syscall(SYS_exit_group, 0);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	return n[0] + n[8] + 2 * LIFE;
}

static unsigned long procs(unsigned long n)
{
	unsigned long i;
	pid_t pid;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (!pid)
			syscall(SYS_exit_group, 0);
		waitpid(pid, NULL, 0);
	}
	return n * LIFE;
}

static unsigned long conns(unsigned long n)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(0x7f000001) } };
	long l = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0), c, s;
	struct linger hard = { 1, 0 };
	socklen_t len = sizeof(a);
	unsigned long i;

	bind((int)l, (struct sockaddr *)&a, sizeof(a));
	listen((int)l, 64);
	getsockname((int)l, (struct sockaddr *)&a, &len);
	for (i = 0; i < n; i++) {
		c = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
		/* no port is left waiting */
		setsockopt((int)c, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		syscall(SYS_connect, c, &a, sizeof(a));
		s = syscall(SYS_accept4, l, 0, 0, 0);
		syscall(SYS_close, c);
		syscall(SYS_close, s);
	}
	return n * 5 + 1;
}

#define BULK	1000		/* writes a round */

/* State among bulk: big writes, two files opened and closed, a program run. */
static unsigned long mixed(unsigned long n)
{
	static char data[4096];
	unsigned long i, k;
	pid_t pid;
	int fd = open("/dev/null", O_WRONLY);

	memset(data, 'x', sizeof(data));	/* so that the pages are there */
	for (i = 0; i < n; i++) {
		for (k = 0; k < BULK; k++)
			syscall(SYS_write, fd, data, sizeof(data));
		opens(2);
		pid = fork();
		if (!pid) {
			execl("/proc/self/exe", "storm", "nothing", "0", NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
	}
	return n;
}

/* The same without a breath: nobody can keep up with it. */
static unsigned long flood(unsigned long n)
{
	static char data[64];
	unsigned long i, k;
	int fd = open("/dev/null", O_WRONLY);

	memset(data, 'x', sizeof(data));
	for (i = 0; i < n; i++) {
		for (k = 0; k < BULK; k++)
			syscall(SYS_write, fd, data, sizeof(data));
		opens(BULK / 4);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, events = 0;

	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "nothing"))
		syscall(SYS_exit_group, 0);
	if (!strcmp(argv[1], "getpid"))
		events = calls(SYS_getpid, n);
	else if (!strcmp(argv[1], "open"))
		events = opens(n);
	else if (!strcmp(argv[1], "files"))
		events = files(n);
	else if (!strcmp(argv[1], "procs"))
		events = procs(n);
	else if (!strcmp(argv[1], "conns"))
		events = conns(n);
	else if (!strcmp(argv[1], "mixed"))
		events = mixed(n);
	else if (!strcmp(argv[1], "flood"))
		events = flood(n);
	printf("%lu\n", events);
	return fflush(stdout) ? 1 : 0;
}
