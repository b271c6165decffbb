/* SPDX-License-Identifier: Apache-2.0 */
/* A process's descriptors. */
#ifndef REPLAY_FDTAB_H
#define REPLAY_FDTAB_H

#include "lib/base/compat.h"
#include "lib/base/rstr.h"
#include "lib/event/snapshot.h"

enum {				/* struct fd flags */
	FDF_CLOEXEC = 1 << 0,
	FDF_ROLE_CLIENT = 1 << 1,
	FDF_ROLE_SERVER = 1 << 2,
	FDF_CONNECTED = 1 << 3,
	FDF_CONN_PENDING = 1 << 4,	/* begun, without an answer so far */
	FDF_CONN_FAILED = 1 << 5,	/* the last connect was in vain */
	FDF_CLONED = 1 << 6,
	FDF_UPPER = 1 << 7,	/* overlayfs upper layer */
	FDF_LOWER = 1 << 8,
	FDF_LISTENING = 1 << 9,	/* listen() succeeded */
};

struct fd {
	int64_t num;
	uint8_t type;		/* enum fdtype */
	uint8_t l4proto;	/* enum l4proto */
	uint16_t flags;		/* FDF_xxx */
	uint32_t oflags;	/* file_flags table bits */
	uint32_t dev, mnt_id;
	uint64_t ino;
	struct rstr *name;	/* "" for nameless ones, never NULL */
	struct rstr *nameraw;	/* path as given; "" otherwise */
	uint8_t sip[16], dip[16];	/* network order, IPv4 in the first 4 */
	uint16_t sport, dport;	/* host order */
	uint32_t gaps;		/* told when it was opened (gaps.h) */
	uint64_t usrc, udst;	/* unix sockets */
	struct rstr *aside;	/* what no field tells (sock_aside()); mostly NULL */
	int64_t pid;		/* pidfd target */
	uint32_t chain, stamp;	/* fd_rank() */
};

#define FDTAB_BUCKETS_MAX	1447153

struct fdrun {
	struct fd *v;		/* ascending by num */
	uint32_t n, cap;
	uint32_t swept;		/* by which kind of sweep, and no entry came or changed since */
};

#define FDTAB_FEW	128	/* entries that are in the first run, all of them */

struct fdtab {
	struct fdrun first, *more;	/* those behind it; none is empty */
	uint32_t nmore, more_cap;
	uint32_t n;			/* entries of all */
	uint32_t buckets, stamp;	/* fd_rank() */
	struct fdbucket *bucket;	/* of large tables; NULL: not counted */
};

/* Run i, 0 to nmore. */
static inline struct fdrun *fdtab_run(const struct fdtab *t, uint32_t i)
{
	return i ? &t->more[i - 1] : (struct fdrun *)(uintptr_t)&t->first;
}
struct fd *fdtab_find(const struct fdtab *t, int64_t num);	/* wherever it lies */
/* The entry or NULL; good until the table changes.  Negative numbers are
 * never found (a failed memfd_create files one; see apply_memfd). */
static inline struct fd *fdtab_get(const struct fdtab *t, int64_t num)
{
	if (LIKELY(num >= 0 && num < t->first.n && t->first.v[num].num == num))
		return &t->first.v[num];
	return num < 0 ? NULL : fdtab_find(t, num);
}
/* A fresh, zeroed, nameless entry under num, replacing one that is there;
 * NULL when the table is full (counted by the caller). */
struct fd *fdtab_put(struct fdtab *t, int64_t num);
bool fdtab_del(struct fdtab *t, int64_t num);
enum { SWEPT_BY_EXEC = 1, SWEPT_MARKED, SWEPT_CLOSED };
struct fdsweep {
	int64_t first, last;
	uint32_t kind;			/* what leaves() does: SWEPT_xxx */
	bool (*leaves)(struct fd *f);	/* may change f but for its number and rank */
};
/* Of the entries from first to last those for which leaves() is true go; how many
 * they were.  Of entries that are as the same kind left them it is not asked again:
 * a trace may sweep many, often. */
uint32_t fdtab_sweep(struct fdtab *t, const struct fdsweep *s);
/* To be told when another one of its entries is to be closed on exec, or is not,
 * but by fdtab_put(), fdtab_add() or a sweep. */
void fdtab_changed(struct fdtab *t, int64_t num);
struct fd *fdtab_run_next(const struct fdtab *t, const struct fd *f);	/* of many runs */
/* All of them, ascending: for (f = fdtab_next(t, NULL); f; f = fdtab_next(t, f)). */
static inline struct fd *fdtab_next(const struct fdtab *t, const struct fd *f)
{
	if (UNLIKELY(t->nmore))
		return fdtab_run_next(t, f);
	if (!f)
		return t->n ? t->first.v : NULL;
	return ++f < t->first.v + t->n ? (struct fd *)(uintptr_t)f : NULL;
}
/* NULL: there are none. */
static inline struct fd *fdtab_last(const struct fdtab *t)
{
	const struct fdrun *r = t->nmore ? &t->more[t->nmore - 1] : &t->first;

	return t->n ? &r->v[r->n - 1] : NULL;
}
/* The least number from num on (>= 0) that no entry has. */
int64_t fdtab_free_from(const struct fdtab *t, int64_t num);
/* One more behind all others, as it is: rank and owners of strings, too. */
void fdtab_add(struct fdtab *t, const struct fd *f);
void fdtab_copy(struct fdtab *dst, const struct fdtab *src);	/* to an empty one, FDF_CLONED */
void fdtab_release(struct fdtab *t);
/* The strings of an entry: one more owner, one less. */
void fd_ref(struct fd *f);
void fd_release(struct fd *f);

/*
 * Where a listing in Falco's order has the descriptor: the higher the
 * earlier.  Falco lists its hash table as it lies, which outputs show
 * (fd.types), and the table is a std::unordered_map: a chain of buckets, the
 * one filled last in front, the newest entry first in each.  An entry keeps
 * when its bucket was filled (chain) and when it came itself (stamp).
 */
static inline uint64_t fd_rank(const struct fd *f)
{
	return (uint64_t)f->chain << 32 | f->stamp;
}

/* fd.type ("file", "ipv4", …, "<NA>") and fd.typechar ("f", "4", …). */
const char *fd_type_name(uint8_t type);
char fd_type_char(uint8_t type);
bool fd_is_ip(const struct fd *f);	/* v4 or v6, servers included */
bool fd_is_server_sock(const struct fd *f);	/* SERVSOCK types */

#endif
