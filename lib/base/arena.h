/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bump allocation, freed as one.  For things that live and die together: a
 * rule set, a compiled program, the values of one event.
 */
#ifndef LIB_BASE_ARENA_H
#define LIB_BASE_ARENA_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *head;	/* newest */
	char *at, *end;
	size_t total;			/* bytes asked for since the last clear */
};
#define ARENA_INIT { 0 }

void arena_release(struct arena *a);	/* frees every chunk */
void arena_clear(struct arena *a);	/* forget contents, keep the largest chunk up to 1 MiB */
/* n bytes aligned to 16, uninitialised; never NULL, not even for 0. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_zalloc(struct arena *a, size_t n);
void *arena_dup(struct arena *a, const void *p, size_t n);
/* NUL-terminated copy. */
char *arena_strdup(struct arena *a, struct str s);
struct str arena_str(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

#define ARENA_NEW(a, type)	((type *)arena_zalloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n)	((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif
