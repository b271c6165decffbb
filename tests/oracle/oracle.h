/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An oracle makes system calls and says what a recording of itself must show:
 * one line a call, in order.  Calls go through syscall(2), so that the C
 * library puts no other one in its place.
 */
#ifndef TESTS_ORACLE_ORACLE_H
#define TESTS_ORACLE_ORACLE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char said[64 * 1024];
static size_t said_n;

/* A line of what must be seen; printed at the end, in one write. */
static void __attribute__((format(printf, 1, 2), unused)) expect(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	said_n += (size_t)vsnprintf(said + said_n, sizeof(said) - said_n, fmt, ap);
	va_end(ap);
	said[said_n++] = '\n';
}

/* The result as the kernel gives it: -errno, not -1. */
static long __attribute__((unused)) call(long nr, long a, long b, long c, long d, long e, long f)
{
	long r = syscall(nr, a, b, c, d, e, f);

	return r == -1 && errno ? -errno : r;
}
#define SC(nr, ...) SC_((nr), ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SC_(nr, a, b, c, d, e, f, ...) \
	(errno = 0, call(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))

/* Device and inode as events tell them. */
static unsigned __attribute__((unused)) dev_of(const struct stat *st)
{
	unsigned ma = major(st->st_dev), mi = minor(st->st_dev);

	return (mi & 0xff) | ma << 8 | (mi & ~0xffu) << 12;
}

/* All that was expected, behind the pid it is expected of. */
static int __attribute__((unused)) done(void)
{
	printf("%d\n", (int)getpid());
	fwrite(said, 1, said_n, stdout);
	return fflush(stdout) ? 1 : 0;
}

#endif
