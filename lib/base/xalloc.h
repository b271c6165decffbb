/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation for our own small things: die with a sentence and exit status 5
 * when memory is gone.  A size that comes from a file is checked against a
 * limits header before it gets here.
 */
#ifndef LIB_BASE_XALLOC_H
#define LIB_BASE_XALLOC_H

#include "lib/base/compat.h"

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
void *xreallocarray(void *p, size_t n, size_t size);	/* overflow-checked */
char *xstrdup(const char *s);
void *xmemdup(const void *p, size_t n);
/* One of a type that asks for more than malloc() gives; freed as others are. */
void *xaligned(size_t align, size_t size);
/* NUL-terminated copy of n bytes. */
char *xstrndup(const char *s, size_t n);

/* Make room for at least `need` items in *pp (cap *cap), growing by half. */
#define XGROW(p, cap, need) do {					\
	if ((size_t)(need) > (size_t)(cap)) {				\
		size_t new_ = (size_t)(cap) + (size_t)(cap) / 2 + 8;	\
		if (new_ < (size_t)(need))				\
			new_ = (need);					\
		(p) = xreallocarray((p), new_, sizeof(*(p)));		\
		(cap) = new_;						\
	}								\
} while (0)

#endif
