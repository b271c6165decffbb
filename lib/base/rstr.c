/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/rstr.h"
#include "lib/base/xalloc.h"

/* A reference held by the program itself, so it never dies. */
static struct rstr *empty;

/* What a long one lies in: whose it is stands before it. */
struct long_rstr {
	struct rstr_pool *pool;		/* NULL: of none */
	struct rstr r;			/* its bytes lie behind */
};

static struct long_rstr *long_of(struct rstr *r)
{
	return (struct long_rstr *)(void *)((char *)r - offsetof(struct long_rstr, r));
}

static struct rstr *fill(struct rstr *r, const void *p, size_t len)
{
	r->refs = 1;
	r->len = (uint32_t)len;
	memcpy(r->s, p, len);
	r->s[len] = '\0';
	return r;
}

static NOINLINE struct rstr *new_long(struct rstr_pool *pool, const void *p, size_t len)
{
	struct long_rstr *l = xmalloc(sizeof(*l) + len + 1);

	l->pool = pool;
	return fill(&l->r, p, len);
}

static NOINLINE void free_long(struct rstr *r)
{
	struct rstr_pool *pool = long_of(r)->pool;

	if (pool) {
		smap_del(&pool->all, rstr_str(r));
		pool->bytes -= r->len;
	}
	free(long_of(r));
}

struct rstr *rstr_new(const void *p, size_t len)
{
	if (!len)
		return rstr_empty();
	if (UNLIKELY(len > RSTR_LONG))
		return new_long(NULL, p, len);
	return fill(xmalloc(sizeof(struct rstr) + len + 1), p, len);
}

struct rstr *rstr_empty(void)
{
	if (!empty) {
		empty = xcalloc(1, sizeof(*empty) + 1);
		empty->refs = 1;
	}
	return rstr_ref(empty);
}

void rstr_put(struct rstr *r)
{
	if (!r || --r->refs)
		return;
	if (UNLIKELY(r->len > RSTR_LONG))
		free_long(r);
	else
		free(r);
}

void rstr_set(struct rstr **slot, struct rstr *r)
{
	struct rstr *old = *slot;

	*slot = rstr_ref(r);
	rstr_put(old);
}

void rstr_setmem(struct rstr **slot, const void *p, size_t len)
{
	struct rstr *old = *slot;

	if (old && str_eq(rstr_str(old), str_mem(p, len)))
		return;
	*slot = rstr_new(p, len);	/* p may point into old */
	rstr_put(old);
}

/* ---- pools ---- */

void rstr_pool_init(struct rstr_pool *pool, size_t max, uint64_t *cut)
{
	*pool = (struct rstr_pool){ .all = SMAP_INIT, .max = max, .cut = cut };
}

void rstr_pool_release(struct rstr_pool *pool)
{
	smap_release(&pool->all);
}

struct rstr *rstr_pool_new(struct rstr_pool *pool, struct str s)
{
	struct rstr *r;

	if (s.len <= RSTR_LONG)
		return rstr_new(s.p, s.len);
	r = smap_get(&pool->all, s);
	if (r)
		return rstr_ref(r);
	if (pool->bytes + s.len > pool->max) {
		++*pool->cut;
		return rstr_new(s.p, RSTR_LONG);
	}
	r = new_long(pool, s.p, s.len);
	smap_put(&pool->all, rstr_str(r), r);
	pool->bytes += s.len;
	return r;
}

void rstr_pool_set(struct rstr_pool *pool, struct rstr **slot, struct str s)
{
	struct rstr *old = *slot;

	if (old && str_eq(rstr_str(old), s))
		return;
	*slot = rstr_pool_new(pool, s);	/* s may be part of old */
	rstr_put(old);
}
