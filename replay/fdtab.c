/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "replay/fdrank.h"
#include "replay/machine.h"

/*
 * Runs of entries in sorted arrays, one behind the other.  Processes hold few
 * descriptors and number them densely: then there is one run, its entry n mostly
 * is descriptor n, and a fork copies one block of memory.  However many there
 * are and wherever they come and go, no more than a run is moved.
 */

/* The only run that may hold num: the last that does not begin behind it. */
static uint32_t run_of(const struct fdtab *t, int64_t num)
{
	uint32_t lo = 0, hi = t->nmore, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->more[mid].v[0].num <= num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Index of the first entry with a number >= num. */
static uint32_t lower_bound(const struct fdrun *r, int64_t num)
{
	uint32_t lo = 0, hi = r->n, near;

	if (!hi || r->v[hi - 1].num < num)
		return hi;
	/* Between the first one and num most numbers are taken. */
	if (num >= r->v[0].num && (uint64_t)num - (uint64_t)r->v[0].num < hi)
		hi = (uint32_t)(num - r->v[0].num);
	for (near = 0; near < 8; near++, hi--)
		if (!hi || r->v[hi - 1].num < num)
			return hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (r->v[mid].num < num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct fd *fdtab_find(const struct fdtab *t, int64_t num)
{
	const struct fdrun *r = fdtab_run(t, run_of(t, num));
	uint32_t i = lower_bound(r, num);

	return i < r->n && r->v[i].num == num ? &r->v[i] : NULL;
}

struct fd *fdtab_run_next(const struct fdtab *t, const struct fd *f)
{
	uint32_t i = f ? run_of(t, f->num) : 0;
	const struct fdrun *r = fdtab_run(t, i);

	f = f ? f + 1 : r->v;
	if (f < r->v + r->n)
		return (struct fd *)(uintptr_t)f;
	return i < t->nmore ? fdtab_run(t, i + 1)->v : NULL;
}

int64_t fdtab_free_from(const struct fdtab *t, int64_t num)
{
	uint32_t i = run_of(t, num), at, left;
	const struct fdrun *r;

	for (; i <= t->nmore; i++) {
		r = fdtab_run(t, i);
		at = lower_bound(r, num);
		left = r->n - at;
		if (left && r->v[r->n - 1].num - num == left - 1) {	/* all that are left */
			num += left;
			continue;
		}
		for (; at < r->n && r->v[at].num == num; at++)
			num++;
		if (at < r->n)
			break;
	}
	return num;
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

/* ---- runs ---- */

#define RUN	(2 * FDTAB_FEW)	/* entries of a run at most */

/* An empty run in front of run i. */
static struct fdrun *new_run(struct fdtab *t, uint32_t i)
{
	XGROW(t->more, t->more_cap, t->nmore + 1);
	memmove(&t->more[i], &t->more[i - 1], (t->nmore - (i - 1)) * sizeof(*t->more));
	t->nmore++;
	t->more[i - 1] = (struct fdrun){ .v = NULL };
	return &t->more[i - 1];
}

static void move_entries(struct fdrun *to, const struct fd *v, uint32_t n)
{
	if (!n)
		return;
	XGROW(to->v, to->cap, to->n + n);
	memcpy(&to->v[to->n], v, n * sizeof(*v));
	to->n += n;
	to->swept = 0;
}

/* Room for one more at index *at of a full run, which *i is: numbers mostly come
 * ascending, so that runs are left full. */
static void make_room(struct fdtab *t, uint32_t *i, uint32_t *at)
{
	struct fdrun *next = new_run(t, *i + 1), *r = fdtab_run(t, *i);
	uint32_t keep = *at == RUN && *i + 1 == t->nmore ? RUN : RUN / 2;

	move_entries(next, &r->v[keep], RUN - keep);
	r->n = keep;
	if (*at > keep || keep == RUN) {
		*at -= keep;
		++*i;
	}
}

/* Runs are not left almost empty: run i to the end of the one before. */
static void join_runs(struct fdtab *t, uint32_t i)
{
	struct fdrun *to, *from;

	if (!i || i > t->nmore)
		return;
	to = fdtab_run(t, i - 1);
	from = fdtab_run(t, i);
	if (to->n && from->n && to->n + from->n > FDTAB_FEW)
		return;
	move_entries(to, from->v, from->n);
	free(from->v);
	memmove(from, from + 1, (t->nmore - i) * sizeof(*from));
	t->nmore--;
}

static void join_all(struct fdtab *t)
{
	uint32_t i;

	for (i = t->nmore; i; i--)
		join_runs(t, i);
}

/* ---- the table ---- */

static void fd_fresh(struct fd *f, int64_t num)
{
	*f = (struct fd){ .num = num, .name = rstr_empty(), .nameraw = rstr_empty() };
}

/* What was there goes, but not its rank. */
static struct fd *replace(struct fd *f)
{
	uint32_t chain = f->chain, stamp = f->stamp;

	fd_release(f);
	fd_fresh(f, f->num);
	f->chain = chain;
	f->stamp = stamp;
	return f;
}

struct fd *fdtab_put(struct fdtab *t, int64_t num)
{
	uint32_t i = run_of(t, num), at = lower_bound(fdtab_run(t, i), num);
	struct fdrun *r = fdtab_run(t, i);

	if (at < r->n && r->v[at].num == num) {
		r->swept = 0;
		return replace(&r->v[at]);
	}
	if (t->n >= MACHINE_FDS_MAX)
		return NULL;
	if (r->n == RUN)
		make_room(t, &i, &at);
	r = fdtab_run(t, i);
	XGROW(r->v, r->cap, r->n + 1);
	memmove(&r->v[at + 1], &r->v[at], (r->n - at) * sizeof(*r->v));
	r->n++;
	r->swept = 0;
	t->n++;
	fd_fresh(&r->v[at], num);
	fdrank_enter(t, &r->v[at]);
	return &r->v[at];
}

void fdtab_add(struct fdtab *t, const struct fd *f)
{
	struct fdrun *r = fdtab_run(t, t->nmore);

	if (r->n == RUN)
		r = new_run(t, t->nmore + 1);
	move_entries(r, f, 1);
	t->n++;
}

bool fdtab_del(struct fdtab *t, int64_t num)
{
	struct fd *f = fdtab_get(t, num);
	uint32_t i = t->nmore ? run_of(t, num) : 0;
	struct fdrun *r = fdtab_run(t, i);

	if (!f)
		return false;
	fdrank_leave(t, num);
	fd_release(f);
	memmove(f, f + 1, (size_t)(&r->v[r->n] - (f + 1)) * sizeof(*f));
	r->n--;
	t->n--;
	if (UNLIKELY(t->nmore)) {
		join_runs(t, i ? i : 1);
		if (t->n == FDTAB_FEW)
			join_all(t);
	}
	return true;
}

void fdtab_changed(struct fdtab *t, int64_t num)
{
	fdtab_run(t, run_of(t, num))->swept = 0;
}

static uint32_t sweep_run(struct fdtab *t, struct fdrun *r, const struct fdsweep *s)
{
	uint32_t i = lower_bound(r, s->first), kept = i, n = r->n;
	bool whole = !i && r->v[n - 1].num <= s->last;

	for (; i < n && r->v[i].num <= s->last; i++) {
		if (s->leaves(&r->v[i])) {
			fdrank_leave(t, r->v[i].num);
			fd_release(&r->v[i]);
		} else {
			r->v[kept++] = r->v[i];
		}
	}
	memmove(&r->v[kept], &r->v[i], (n - i) * sizeof(*r->v));
	r->n = kept + n - i;
	r->swept = whole ? s->kind : 0;		/* it may have changed the others */
	return n - r->n;
}

uint32_t fdtab_sweep(struct fdtab *t, const struct fdsweep *s)
{
	uint32_t i, gone = 0;
	struct fdrun *r;

	for (i = t->n ? run_of(t, s->first) : 1; i <= t->nmore; i++) {
		r = fdtab_run(t, i);
		if (!r->n)
			continue;
		if (r->v[0].num > s->last)
			break;
		if (r->swept != s->kind)
			gone += sweep_run(t, r, s);
	}
	t->n -= gone;
	if (gone)
		join_all(t);
	return gone;
}

void fdtab_copy(struct fdtab *dst, const struct fdtab *src)
{
	const struct fdrun *r;
	struct fdrun *to;
	uint32_t i, k;

	if (!src->n)
		return;
	for (i = 0; i <= src->nmore; i++) {
		r = fdtab_run(src, i);
		to = i ? new_run(dst, i) : &dst->first;
		move_entries(to, r->v, r->n);
		for (k = 0; k < to->n; k++) {
			fd_ref(&to->v[k]);
			to->v[k].flags |= FDF_CLONED;
		}
	}
	dst->n = src->n;
	fdrank_copy(dst);
}

void fdtab_release(struct fdtab *t)
{
	const struct fdrun *r;
	uint32_t i, k;

	for (i = 0; i <= t->nmore; i++) {
		r = fdtab_run(t, i);
		for (k = 0; k < r->n; k++)
			fd_release(&r->v[k]);
		free(r->v);
	}
	free(t->more);
	fdrank_stir(t);
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
