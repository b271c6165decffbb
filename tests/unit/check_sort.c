/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/sort.h"
#include "tests/unit/unit.h"

struct pair {
	unsigned key, order;
	char pad[3];
};

static int by_key(const void *a, const void *b, void *ctx)
{
	const struct pair *x = a, *y = b;

	++*(size_t *)ctx;
	return x->key < y->key ? -1 : x->key > y->key;
}

/* Sorted, stable, and nothing lost, for every small size. */
START_TEST(stable)
{
	struct pair v[300];
	size_t n, i, calls = 0;
	unsigned seed = 7;

	for (n = 0; n <= ARRAY_SIZE(v); n += n < 40 ? 1 : 13) {
		for (i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			v[i] = (struct pair){ .key = seed >> 16 & 15, .order = (unsigned)i };
		}
		sort_stable(v, n, sizeof(*v), by_key, &calls);
		for (i = 1; i < n; i++) {
			ck_assert_uint_le(v[i - 1].key, v[i].key);
			if (v[i - 1].key == v[i].key)
				ck_assert_uint_lt(v[i - 1].order, v[i].order);
		}
	}
}
END_TEST

START_TEST(sorted_is_cheap)
{
	struct pair v[1024] = { { 0 } };
	size_t i, calls = 0;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		v[i].key = (unsigned)i;
	sort_stable(v, ARRAY_SIZE(v), sizeof(*v), by_key, &calls);
	ck_assert_uint_le(calls, ARRAY_SIZE(v));
	for (i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_uint_eq(v[i].key, i);
}
END_TEST

START_TEST(reversed)
{
	struct pair v[1000] = { { 0 } };
	size_t i, calls = 0;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		v[i].key = (unsigned)(ARRAY_SIZE(v) - i);
	sort_stable(v, ARRAY_SIZE(v), sizeof(*v), by_key, &calls);
	for (i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_uint_eq(v[i].key, i + 1);
}
END_TEST

UNIT_MAIN("sort", stable, sorted_is_cheap, reversed)
