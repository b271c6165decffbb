/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

/* Open addressing at half load; slots hold an index plus one. */
static size_t slots_for(size_t n)
{
	size_t slots = 4;

	while (slots < 2 * n)
		slots *= 2;
	return slots;
}

/* ---- strings ---- */

struct strset_slot {
	uint32_t tag;		/* high half of the hash */
	uint32_t index;		/* plus one; 0: free */
};

struct strset {
	uint64_t lengths;	/* bit min(length, 63) */
	struct str *v;
	size_t mask;
	struct strset_slot slots[];
};

uint64_t strset_hash(struct str s)
{
	return str_hash(s);
}

static uint64_t length_bit(size_t len)
{
	return (uint64_t)1 << (len < 63 ? len : 63);
}

struct strset *strset_new(struct arena *a, const struct str *v, size_t n)
{
	size_t nslots = slots_for(n), i, at;
	struct strset *set = arena_zalloc(a, sizeof(*set) + nslots * sizeof(set->slots[0]));
	uint64_t hash;

	set->mask = nslots - 1;
	set->v = arena_dup(a, v, n * sizeof(*v));
	for (i = 0; i < n; i++) {
		if (strset_has(set, v[i], hash = strset_hash(v[i])))
			continue;
		set->lengths |= length_bit(v[i].len);
		for (at = hash & set->mask; set->slots[at].index; at = (at + 1) & set->mask)
			;
		set->slots[at] = (struct strset_slot){ (uint32_t)(hash >> 32), (uint32_t)i + 1 };
	}
	return set;
}

bool strset_may(const struct strset *set, size_t len)
{
	return set->lengths & length_bit(len);
}

bool strset_has(const struct strset *set, struct str s, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	size_t at;

	for (at = hash & set->mask; set->slots[at].index; at = (at + 1) & set->mask)
		if (set->slots[at].tag == tag && str_eq(set->v[set->slots[at].index - 1], s))
			return true;
	return false;
}

/* ---- integers ---- */

#define NUMSET_LINEAR	8

struct numset {
	size_t n;
	uint64_t v[];		/* ascending */
};

static int u64_cmp(const void *a, const void *b, void *ctx UNUSED)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

struct numset *numset_new(struct arena *a, const uint64_t *v, size_t n)
{
	struct numset *set = arena_zalloc(a, sizeof(*set) + n * sizeof(*v));

	set->n = n;
	if (n)
		memcpy(set->v, v, n * sizeof(*v));
	sort_stable(set->v, n, sizeof(*v), u64_cmp, NULL);
	return set;
}

bool numset_has(const struct numset *set, uint64_t v)
{
	size_t lo = 0, hi = set->n, mid;

	if (set->n <= NUMSET_LINEAR) {
		for (; lo < hi; lo++)
			if (set->v[lo] == v)
				return true;
		return false;
	}
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (set->v[mid] == v)
			return true;
		if (set->v[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* ---- prefixes and suffixes: one look-up for each length there is ---- */

struct affixset {
	struct strset *set;
	bool suffix;
	size_t n;
	size_t len[];		/* distinct, ascending */
};

struct affixset *affixset_new(struct arena *a, const struct str *v, size_t n, bool suffix)
{
	struct affixset *as = arena_zalloc(a, sizeof(*as) + n * sizeof(as->len[0]));
	uint64_t *len = xcalloc(n + 1, sizeof(*len));
	size_t i;

	for (i = 0; i < n; i++)
		len[i] = v[i].len;
	sort_stable(len, n, sizeof(*len), u64_cmp, NULL);
	for (i = 0; i < n; i++)
		if (!i || len[i] != len[i - 1])
			as->len[as->n++] = len[i];
	free(len);
	as->set = strset_new(a, v, n);
	as->suffix = suffix;
	return as;
}

bool affixset_has(const struct affixset *as, struct str s)
{
	struct str part;
	size_t i;

	for (i = 0; i < as->n && as->len[i] <= s.len; i++) {
		part = as->suffix ? str_sub(s, s.len - as->len[i], s.len) :
				    str_sub(s, 0, as->len[i]);
		if (strset_has(as->set, part, strset_hash(part)))
			return true;
	}
	return false;
}
