/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct rstr: an immutable byte string shared by many owners.
 *
 * The one reference-counted thing in the tree.  A fork copies a process's
 * strings and its whole descriptor table; sharing them keeps a fork cheap
 * while memory stays bounded by what is alive (interning would keep every
 * path of the trace for ever).  Single-threaded: one machine, one thread.
 */
#ifndef LIB_BASE_RSTR_H
#define LIB_BASE_RSTR_H

#include "lib/base/compat.h"
#include "lib/base/map.h"
#include "lib/base/str.h"

struct rstr {
	uint32_t refs;
	uint32_t len;
	char s[];		/* len bytes and a NUL */
};

/* A new string with one reference; len is capped at 1 GiB by the caller. */
struct rstr *rstr_new(const void *p, size_t len);
/* The empty string (a reference to a shared one). */
struct rstr *rstr_empty(void);
static inline struct rstr *rstr_ref(struct rstr *r)
{
	if (r)
		r->refs++;
	return r;
}
void rstr_put(struct rstr *r);		/* NULL is fine */
/* *slot = ref(r), dropping what was there. */
void rstr_set(struct rstr **slot, struct rstr *r);
/* *slot = new string unless it already holds these bytes. */
void rstr_setmem(struct rstr **slot, const void *p, size_t len);
/* The bytes; an empty str with p "" for NULL. */
static inline struct str rstr_str(const struct rstr *r)
{
	return r ? (struct str){ r->s, r->len } : (struct str){ "", 0 };
}

/*
 * Strings of a stranger, within a bound.  A long one is kept once, however
 * many bring the same bytes, so what a pool holds depends on which strings
 * live and not on who shared what; one for which there is no room is cut.
 */
#define RSTR_LONG	256	/* bytes; longer ones are long */

struct rstr_pool {
	struct smap all;	/* long ones: bytes -> struct rstr, not owned */
	size_t bytes;		/* of them */
	size_t max;		/* never more */
	uint64_t *cut;		/* counts those that were cut to RSTR_LONG bytes */
};

/* cut is borrowed for the life of the pool. */
void rstr_pool_init(struct rstr_pool *pool, size_t max, uint64_t *cut);
/* All its strings are gone. */
void rstr_pool_release(struct rstr_pool *pool);
/* One reference to a string of these bytes, or of the first RSTR_LONG of them. */
struct rstr *rstr_pool_new(struct rstr_pool *pool, struct str s);
/* *slot = such a string, unless it already holds these bytes. */
void rstr_pool_set(struct rstr_pool *pool, struct rstr **slot, struct str s);

#endif
