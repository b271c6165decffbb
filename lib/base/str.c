/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/hash.h"
#include "lib/base/le.h"
#include "lib/base/str.h"

#define DISTANCE_MAX	64

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n ? memcmp(a.p, b.p, n) : 0;

	if (r)
		return r;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_mem(s.p, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	if (s.len < suffix.len)
		return false;
	return !suffix.len ||
	       !memcmp(s.p + (s.len - suffix.len), suffix.p, suffix.len);
}

ssize_t str_find(struct str s, struct str needle)
{
	const char *hit;

	if (!needle.len)
		return 0;
	if (s.len < needle.len)
		return -1;
	hit = memmem(s.p, s.len, needle.p, needle.len);
	return hit ? hit - s.p : -1;
}

ssize_t str_chr(struct str s, char c)
{
	const char *hit = s.len ? memchr(s.p, c, s.len) : NULL;

	return hit ? hit - s.p : -1;
}

ssize_t str_rchr(struct str s, char c)
{
	const char *hit = s.len ? memrchr(s.p, c, s.len) : NULL;

	return hit ? hit - s.p : -1;
}

/* strchr() would find the NUL at the end of blanks. */
static bool is_blank(char c, const char *blanks)
{
	return c && strchr(blanks, c);
}

struct str str_trim(struct str s, const char *blanks)
{
	while (s.len && is_blank(s.p[0], blanks)) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1], blanks))
		s.len--;
	return s;
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return str_mem(s.p ? s.p + from : NULL, to - from);
}

struct str str_cut(struct str *rest, char sep)
{
	struct str head = *rest;
	ssize_t at = str_chr(head, sep);

	if (at < 0) {
		*rest = str_mem(NULL, 0);
		return head;
	}
	*rest = str_mem(head.p + at + 1, head.len - (size_t)at - 1);
	head.len = (size_t)at;
	return head;
}

static unsigned min_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment: three rows are all a transposition looks at.  When
 * two rows have nothing below enough, nothing that comes has: that much then.
 */
static unsigned distance_below(struct str a, struct str b, unsigned enough)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *before = rows[0], *prev = rows[1], *cur = rows[2], *tmp;
	unsigned least, least_before = 0;
	size_t i, j;

	a = str_sub(a, 0, DISTANCE_MAX);
	b = str_sub(b, 0, DISTANCE_MAX);
	for (j = 0; j <= b.len; j++)
		prev[j] = before[j] = (unsigned)j;
	for (i = 1; i <= a.len; i++) {
		cur[0] = least = (unsigned)i;
		for (j = 1; j <= b.len; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];

			cur[j] = min_of(min_of(prev[j], cur[j - 1]) + 1,
					prev[j - 1] + !same);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1])
				cur[j] = min_of(cur[j], before[j - 2] + 1);
			least = min_of(least, cur[j]);
		}
		if (least >= enough && least_before >= enough)
			return enough;
		least_before = least;
		tmp = before;
		before = prev;
		prev = cur;
		cur = tmp;
	}
	return prev[b.len];
}

unsigned str_distance(struct str a, struct str b)
{
	return distance_below(a, b, UINT_MAX);
}

const char *str_nearest(struct str s, const char *const *candidates, size_t n)
{
	unsigned best = 2 + (unsigned)min_of((unsigned)s.len, DISTANCE_MAX) / 4;
	const char *found = NULL;
	size_t i, len;

	for (i = 0; i < n; i++) {
		unsigned d;

		if (!candidates[i])
			continue;
		len = strlen(candidates[i]);
		/* at least the difference of their lengths */
		if ((len > s.len ? len - s.len : s.len - len) >= best)
			continue;
		d = distance_below(s, str_of(candidates[i]), best);
		if (d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

/*
 * Multiply-and-fold hashing: 128-bit products of 16 input bytes at a time,
 * high half folded onto the low one.  Short strings take one branch and two
 * multiplications.
 */
uint64_t str_hash(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	uint64_t seed = hash_seed[0], key = hash_seed[1], a, b;
	size_t n = s.len;

	for (; n > 16; p += 16, n -= 16)
		seed = hash_fold(le64(p) ^ key, le64(p + 8) ^ seed);
	if (n >= 8) {
		a = le64(p);
		b = le64(p + n - 8);
	} else if (n >= 4) {
		a = le32(p);
		b = le32(p + n - 4);
	} else if (n) {
		a = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1];
		b = 0;
	} else {
		a = b = 0;
	}
	return hash_fold(hash_fold(a ^ key, b ^ seed), s.len ^ key);
}
