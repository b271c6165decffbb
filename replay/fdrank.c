/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "replay/fdrank.h"

/* Bucket counts the map grows through; the last is never left. */
static const uint32_t bucket_counts[] = {
	13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229,
	172933, 351061, 712697, FDTAB_BUCKETS_MAX,
};

static uint32_t bucket_of(const struct fdtab *t, int64_t num)
{
	return (uint32_t)((uint64_t)num % t->buckets);
}

/* Any other entry of few that falls into the bucket num does, or NULL. */
static const struct fd *neighbour(const struct fdtab *t, int64_t num)
{
	const struct fd *v = t->first.v, *f;
	int64_t step = t->buckets, lo = v[0].num, hi = v[t->n - 1].num, k;

	if (lo < 0 || (hi - lo) / step > t->n) {
		for (f = v; f < v + t->n; f++)
			if (f->num != num && bucket_of(t, f->num) == bucket_of(t, num))
				return f;
		return NULL;
	}
	for (k = num - step; k >= lo; k -= step)
		if ((f = fdtab_get(t, k)))
			return f;
	for (k = num; hi - k >= step;) {	/* numbers may be huge */
		k += step;
		if ((f = fdtab_get(t, k)))
			return f;
	}
	return NULL;
}

/* What a large table notes of a bucket. */
struct fdbucket {
	uint32_t chain, n;
};

void fdrank_stir(struct fdtab *t)
{
	free(t->bucket);
	t->bucket = NULL;
}

void fdrank_leave(struct fdtab *t, int64_t num)
{
	if (t->bucket)
		t->bucket[bucket_of(t, num)].n--;
}

static void count_buckets(struct fdtab *t, const struct fd *but)
{
	const struct fd *f;
	struct fdbucket *b;

	t->bucket = xcalloc(t->buckets, sizeof(*t->bucket));
	for (f = fdtab_next(t, NULL); f; f = fdtab_next(t, f)) {
		if (f == but)
			continue;
		b = &t->bucket[bucket_of(t, f->num)];
		b->chain = f->chain;
		b->n++;
	}
}

/*
 * The chain that the new entry f joins; its own stamp when its bucket is empty.
 * A look at all others is too much where they are many: numbers can be so far
 * apart that there is no other way to find a neighbour.
 */
static uint32_t join_chain(struct fdtab *t, const struct fd *f)
{
	const struct fd *same;
	struct fdbucket *b;

	if (LIKELY(t->n <= FDTAB_FEW)) {
		same = neighbour(t, f->num);
		return same ? same->chain : f->stamp;
	}
	if (!t->bucket)
		count_buckets(t, f);
	b = &t->bucket[bucket_of(t, f->num)];
	if (!b->n++)
		b->chain = f->stamp;
	return b->chain;
}

struct ranked {
	uint64_t rank;
	struct fd *f;
};

static int by_rank(const void *a, const void *b, void *ctx UNUSED)
{
	const struct ranked *x = a, *y = b;

	return x->rank < y->rank ? 1 : x->rank > y->rank ? -1 : 0;
}

/* Entries that are being put into an emptied map. */
struct refill {
	struct fdtab *t;
	struct fd **order;	/* in the order they come */
	uint32_t *chain;	/* of each bucket; 0: empty */
};

static void refill_begin(struct refill *r, struct fdtab *t)
{
	struct ranked *v = xreallocarray(NULL, t->n, sizeof(*v));
	const struct fdrun *run;
	uint32_t i, k, n = 0;

	for (i = 0; i <= t->nmore; i++) {
		run = fdtab_run(t, i);
		for (k = 0; k < run->n; k++)
			v[n++] = (struct ranked){ fd_rank(&run->v[k]), &run->v[k] };
	}
	sort_stable(v, n, sizeof(*v), by_rank, NULL);
	*r = (struct refill){ .t = t, .order = xreallocarray(NULL, n, sizeof(*r->order)) };
	for (i = 0; i < n; i++)
		r->order[i] = v[i].f;
	free(v);
}

static void refill_put(struct refill *r, struct fd *f)
{
	uint32_t *chain = &r->chain[bucket_of(r->t, f->num)];

	f->stamp = ++r->t->stamp;
	if (!*chain)
		*chain = f->stamp;
	f->chain = *chain;
}

/* The first n, which were put in one after the other, as they are ranked now: from
 * the last chain to the first, and from the end of each.  A sort that has only to
 * count, as there are many and this is done for every fork. */
static void order_put(struct refill *r, uint32_t n)
{
	uint32_t *place = xcalloc(n + 1, sizeof(*place)), i, len, at = 0;
	struct fd **to = xreallocarray(NULL, n, sizeof(*to));

	for (i = 0; i < n; i++)
		place[r->order[i]->chain]++;
	for (i = n; i; i--) {
		len = place[i];
		place[i] = at;
		at += len;
	}
	for (i = n; i--;)
		to[place[r->order[i]->chain]++] = r->order[i];
	memcpy(r->order, to, n * sizeof(*to));
	free(to);
	free(place);
}

/* Ranks the first n anew as a rehash would: in the order they are in. */
static void refill_grow(struct refill *r, uint32_t n, uint32_t buckets)
{
	uint32_t i;

	if (r->chain)
		order_put(r, n);
	free(r->chain);
	r->chain = xcalloc(buckets, sizeof(*r->chain));
	fdrank_stir(r->t);
	r->t->buckets = buckets;
	r->t->stamp = 0;
	for (i = 0; i < n; i++)
		refill_put(r, r->order[i]);
}

static void refill_end(struct refill *r)
{
	free(r->chain);
	free(r->order);
}

static uint32_t bucket_count_for(uint32_t n)
{
	size_t k = 0;

	while (k + 1 < ARRAY_SIZE(bucket_counts) && bucket_counts[k] < n)
		k++;
	return bucket_counts[k];
}

void fdrank_copy(struct fdtab *t)
{
	struct refill r;
	uint32_t i;

	refill_begin(&r, t);
	t->buckets = 0;
	for (i = 0; i < t->n; i++) {
		if (i >= t->buckets)
			refill_grow(&r, i, bucket_count_for(i + 1));
		refill_put(&r, r.order[i]);
	}
	refill_end(&r);
}

void fdrank_enter(struct fdtab *t, struct fd *f)
{
	struct refill r;

	f->chain = f->stamp = 0;		/* behind all others */
	if (UNLIKELY(t->n > t->buckets || t->stamp == UINT32_MAX)) {
		refill_begin(&r, t);
		refill_grow(&r, t->n, bucket_count_for(t->n > t->buckets ? t->n : t->buckets));
		refill_end(&r);
		return;
	}
	f->stamp = ++t->stamp;
	f->chain = join_chain(t, f);
}
