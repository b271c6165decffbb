/* SPDX-License-Identifier: Apache-2.0 */
/* struct str: borrowed bytes with a length.  Not NUL-terminated. */
#ifndef LIB_BASE_STR_H
#define LIB_BASE_STR_H

#include "lib/base/compat.h"

struct str {
	const char *p;		/* may be NULL when len is 0 */
	size_t len;
};

#define STR(lit)	((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_FMT(s)	(int)(s).len, (s).p ? (s).p : ""	/* for "%.*s" */

static inline struct str str_of(const char *cstr)
{
	return (struct str){ cstr, cstr ? strlen(cstr) : 0 };
}

static inline struct str str_mem(const void *p, size_t len)
{
	return (struct str){ p, len };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

/* Bytewise; of two equal beginnings the shorter goes first: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* First occurrence at or after 0, or -1.  An empty needle is found at 0. */
ssize_t str_find(struct str s, struct str needle);
ssize_t str_chr(struct str s, char c);		/* first c, or -1 */
ssize_t str_rchr(struct str s, char c);		/* last c, or -1 */
struct str str_trim(struct str s, const char *blanks);	/* both ends */
/* Sub-slice [from, to), clamped to s. */
struct str str_sub(struct str s, size_t from, size_t to);
/* Cuts off the part before the first sep (which is dropped) and returns it;
 * *rest becomes what follows, with p NULL when there was no sep left. */
struct str str_cut(struct str *rest, char sep);

/* The word that goes with a count of n. */
static inline const char *str_count(uint64_t n, const char *one, const char *other)
{
	return n == 1 ? one : other;
}

/* Levenshtein distance with transpositions, capped at 64-byte inputs. */
unsigned str_distance(struct str a, struct str b);
/*
 * The candidate nearest to s, or NULL when none is near enough to be a likely
 * typo (distance <= 1 + len/4).  Ties go to the earlier candidate.
 */
const char *str_nearest(struct str s, const char *const *candidates, size_t n);

/* 64-bit hash with this process's seed (hash.h): another one each time. */
uint64_t str_hash(struct str s);

#endif
