/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first include of every .c file: feature macros, a handful of
 * attributes, and the calls nobody in this tree may make.
 */
#ifndef LIB_BASE_COMPAT_H
#define LIB_BASE_COMPAT_H

#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MUST_CHECK	__attribute__((warn_unused_result))
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))
#define NORETURN	__attribute__((noreturn))
#define UNUSED		__attribute__((unused))
#define PACKED		__attribute__((packed))
#define FALLTHROUGH	__attribute__((fallthrough))
#define NOINLINE	__attribute__((noinline))
#define LIKELY(x)	__builtin_expect(!!(x), 1)
#define UNLIKELY(x)	__builtin_expect(!!(x), 0)

/*
 * Calls with no bound, and (unless VESTIGE_LIVE is defined, which only the
 * recorder, the terminal code and that which finds a user's key do) calls that let the machine we run on
 * leak into a trace from elsewhere: clock, time zone, locale, user database.
 * The C++ library names some of them in its own headers; there tests/lint/banned
 * looks instead.
 */
#ifndef __cplusplus
#define BANNED(f) banned_##f##_see_lib_base_compat_h
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef gets
#undef strtok
#undef atoi
#undef atol
#undef qsort
#define strcpy(d, s)		BANNED(strcpy)
#define strcat(d, s)		BANNED(strcat)
#define strncpy(d, s, n)	BANNED(strncpy)
#define strncat(d, s, n)	BANNED(strncat)
#define sprintf(...)		BANNED(sprintf)
#define vsprintf(...)		BANNED(vsprintf)
#define strtok(s, d)		BANNED(strtok)
#define atoi(s)			BANNED(atoi)
#define atol(s)			BANNED(atol)
#define qsort(b, n, s, c)	BANNED(qsort)	/* unstable: sort.h */
#ifndef VESTIGE_LIVE
#define time(t)			BANNED(time)
#define localtime(t)		BANNED(localtime)
#define localtime_r(t, r)	BANNED(localtime_r)
#define mktime(t)		BANNED(mktime)
#define strftime(...)		BANNED(strftime)
#define clock_gettime(c, t)	BANNED(clock_gettime)
#define rand()			BANNED(rand)
#define getenv(n)		BANNED(getenv)
#define setlocale(c, l)		BANNED(setlocale)
#define getpwuid(u)		BANNED(getpwuid)
#define getpwnam(n)		BANNED(getpwnam)
#define getgrgid(g)		BANNED(getgrgid)
#define getservbyname(n, p)	BANNED(getservbyname)
#define random()		BANNED(random)
#define ctime(t)		BANNED(ctime)
#define secure_getenv(n)	BANNED(secure_getenv)
#endif
#endif

#endif
