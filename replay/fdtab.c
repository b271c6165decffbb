/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "replay/fdtab.h"
#include "replay/machine.h"

/*
 * A sorted array: processes hold few descriptors and number them densely, so
 * entry n mostly is descriptor n, and a fork copies one block of memory.
 */

/* Index of the first entry with a number >= num. */
static uint32_t lower_bound(const struct fdtab *t, int64_t num)
{
	uint32_t lo = 0, hi = t->n, near;

	if (!hi || t->v[hi - 1].num < num)
		return hi;
	/* Most numbers below the lowest free one are taken. */
	if (num >= 0 && num < hi && t->v[0].num >= 0)
		hi = (uint32_t)num;
	for (near = 0; near < 8; near++, hi--)
		if (!hi || t->v[hi - 1].num < num)
			return hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].num < num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct fd *fdtab_get(const struct fdtab *t, int64_t num)
{
	uint32_t i;

	if (num < 0)
		return NULL;
	if (num < t->n && t->v[num].num == num)
		return &t->v[num];
	i = lower_bound(t, num);
	return i < t->n && t->v[i].num == num ? &t->v[i] : NULL;
}

void fd_ref(struct fd *f)
{
	rstr_ref(f->name);
	rstr_ref(f->nameraw);
	rstr_ref(f->aside);
}

void fd_release(struct fd *f)
{
	rstr_put(f->name);
	rstr_put(f->nameraw);
	rstr_put(f->aside);
}

static struct fd *fd_fresh(struct fd *f, int64_t num)
{
	memset(f, 0, sizeof(*f));
	f->num = num;
	f->name = rstr_empty();
	f->nameraw = rstr_empty();
	return f;
}

/* ---- Falco's order ---- */

/* Bucket counts the map grows through; the last is never left. */
static const uint32_t bucket_counts[] = {
	13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229,
	172933, 351061, 712697, FDTAB_BUCKETS_MAX,
};

static uint32_t bucket_of(const struct fdtab *t, int64_t num)
{
	return (uint32_t)((uint64_t)num % t->buckets);
}

/* Any other entry of the bucket num falls into, or NULL. */
static const struct fd *neighbour(const struct fdtab *t, int64_t num)
{
	int64_t step = t->buckets, lo = t->v[0].num, hi = t->v[t->n - 1].num, k;
	const struct fd *f;
	uint32_t i;

	if (lo < 0 || (hi - lo) / step > t->n) {
		for (i = 0; i < t->n; i++)
			if (t->v[i].num != num && bucket_of(t, t->v[i].num) == bucket_of(t, num))
				return &t->v[i];
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

void fdtab_stir(struct fdtab *t)
{
	free(t->bucket);
	t->bucket = NULL;
}

static void count_buckets(struct fdtab *t, const struct fd *but)
{
	struct fdbucket *b;
	uint32_t i;

	t->bucket = xcalloc(t->buckets, sizeof(*t->bucket));
	for (i = 0; i < t->n; i++) {
		if (&t->v[i] == but)
			continue;
		b = &t->bucket[bucket_of(t, t->v[i].num)];
		b->chain = t->v[i].chain;
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
	enum { MANY = 256 };
	const struct fd *same;
	struct fdbucket *b;

	if (LIKELY(t->n < MANY)) {
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

static int by_rank(const void *a, const void *b, void *ctx UNUSED)
{
	uint64_t x = fd_rank(*(struct fd *const *)a), y = fd_rank(*(struct fd *const *)b);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Entries that are being put into an emptied map. */
struct refill {
	struct fdtab *t;
	struct fd **order;	/* in the order they come */
	uint32_t *chain;	/* of each bucket; 0: empty */
};

static void refill_begin(struct refill *r, struct fdtab *t)
{
	uint32_t i;

	r->t = t;
	r->chain = NULL;
	r->order = xreallocarray(NULL, t->n, sizeof(*r->order));
	for (i = 0; i < t->n; i++)
		r->order[i] = &t->v[i];
	sort_stable(r->order, t->n, sizeof(*r->order), by_rank, NULL);
}

static void refill_put(struct refill *r, struct fd *f)
{
	uint32_t *chain = &r->chain[bucket_of(r->t, f->num)];

	f->stamp = ++r->t->stamp;
	if (!*chain)
		*chain = f->stamp;
	f->chain = *chain;
}

/* Ranks the first n anew as a rehash would: in the order they are in. */
static void refill_grow(struct refill *r, uint32_t n, uint32_t buckets)
{
	uint32_t i;

	sort_stable(r->order, n, sizeof(*r->order), by_rank, NULL);
	free(r->chain);
	r->chain = xcalloc(buckets, sizeof(*r->chain));
	fdtab_stir(r->t);
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

/* A copy is made by inserting what the original lists, one by one. */
static void rank_copy(struct fdtab *t)
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

/* Gives the new entry i its rank; it is in the table already. */
static void rank_new(struct fdtab *t, uint32_t i)
{
	struct fd *f = &t->v[i];
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

struct fd *fdtab_put(struct fdtab *t, int64_t num)
{
	uint32_t chain, stamp;
	uint32_t i = lower_bound(t, num);

	if (i < t->n && t->v[i].num == num) {
		chain = t->v[i].chain;		/* keeps its place */
		stamp = t->v[i].stamp;
		fd_release(&t->v[i]);
		fd_fresh(&t->v[i], num);
		t->v[i].chain = chain;
		t->v[i].stamp = stamp;
		return &t->v[i];
	}
	if (t->n >= MACHINE_FDS_MAX)
		return NULL;
	XGROW(t->v, t->cap, t->n + 1);
	memmove(&t->v[i + 1], &t->v[i], (t->n - i) * sizeof(*t->v));
	t->n++;
	fd_fresh(&t->v[i], num);
	rank_new(t, i);
	return &t->v[i];
}

bool fdtab_del(struct fdtab *t, int64_t num)
{
	struct fd *f = fdtab_get(t, num);
	size_t after;

	if (!f)
		return false;
	if (t->bucket)
		t->bucket[bucket_of(t, num)].n--;
	fd_release(f);
	after = (size_t)(&t->v[t->n] - (f + 1));
	memmove(f, f + 1, after * sizeof(*f));
	t->n--;
	return true;
}

void fdtab_copy(struct fdtab *dst, const struct fdtab *src)
{
	uint32_t i;

	if (!src->n)
		return;
	dst->v = xreallocarray(NULL, src->n, sizeof(*dst->v));
	memcpy(dst->v, src->v, src->n * sizeof(*dst->v));
	dst->n = dst->cap = src->n;
	for (i = 0; i < dst->n; i++)
		fd_ref(&dst->v[i]);
	rank_copy(dst);
}

void fdtab_release(struct fdtab *t)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		fd_release(&t->v[i]);
	free(t->v);
	free(t->bucket);
	*t = (struct fdtab){ 0 };
}

static const struct {
	const char *name;
	char c;
} types[FD_TYPE_COUNT] = {
	[FD_UNKNOWN] = { "<NA>", 'o' },
	[FD_UNSUPPORTED] = { "<NA>", 'X' },
	[FD_FILE] = { "file", 'f' },
	[FD_FILE_V2] = { "file", 'f' },
	[FD_DIRECTORY] = { "directory", 'd' },
	[FD_IPV4_SOCK] = { "ipv4", '4' },
	[FD_IPV4_SERVSOCK] = { "ipv4", '4' },
	[FD_IPV6_SOCK] = { "ipv6", '6' },
	[FD_IPV6_SERVSOCK] = { "ipv6", '6' },
	[FD_FIFO] = { "pipe", 'p' },
	[FD_UNIX_SOCK] = { "unix", 'u' },
	[FD_EVENT] = { "event", 'e' },
	[FD_SIGNALFD] = { "signalfd", 's' },
	[FD_EVENTPOLL] = { "eventpoll", 'l' },
	[FD_INOTIFY] = { "inotify", 'i' },
	[FD_TIMERFD] = { "timerfd", 't' },
	[FD_NETLINK] = { "netlink", 'n' },
	[FD_BPF] = { "bpf", 'b' },
	[FD_USERFAULTFD] = { "userfaultfd", 'u' },
	[FD_IOURING] = { "io_uring", 'r' },
	[FD_MEMFD] = { "memfd", 'm' },
	[FD_PIDFD] = { "pidfd", 'P' },
};

const char *fd_type_name(uint8_t type)
{
	return type < FD_TYPE_COUNT && types[type].name ? types[type].name : "<NA>";
}

char fd_type_char(uint8_t type)
{
	return type < FD_TYPE_COUNT && types[type].name ? types[type].c : '?';
}

bool fd_is_server_sock(const struct fd *f)
{
	return f->type == FD_IPV4_SERVSOCK || f->type == FD_IPV6_SERVSOCK;
}

bool fd_is_ip(const struct fd *f)
{
	return f->type >= FD_IPV4_SOCK && f->type <= FD_IPV6_SERVSOCK;
}
