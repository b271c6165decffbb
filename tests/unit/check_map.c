/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/map.h"
#include "tests/unit/unit.h"

#define N	2000

static char names[N][12];
static int values[N];

static void make_names(void)
{
	size_t i;

	for (i = 0; i < N; i++)
		snprintf(names[i], sizeof(names[i]), "key%zu", i);
}

START_TEST(smap_basic)
{
	struct smap m = SMAP_INIT;
	struct smap_entry *e;
	int a, b;

	ck_assert_ptr_null(smap_get(&m, STR("a")));
	ck_assert(!smap_del(&m, STR("a")));
	ck_assert_ptr_null(smap_next(&m, NULL));
	smap_put(&m, STR("a"), &a);
	e = smap_put(&m, STR("a"), &b);		/* replaces */
	ck_assert_uint_eq(m.live, 1);
	ck_assert_ptr_eq(e->value, &b);
	ck_assert_ptr_eq(smap_get(&m, STR("a")), &b);
	smap_put(&m, STR(""), &a);		/* the empty key is a key */
	ck_assert_ptr_eq(smap_get(&m, str_mem(NULL, 0)), &a);
	smap_put(&m, STR("null"), NULL);	/* as is the value NULL */
	ck_assert_ptr_nonnull(smap_find(&m, STR("null")));
	smap_clear(&m);
	ck_assert_ptr_null(smap_find(&m, STR("a")));
	ck_assert_uint_eq(m.live, 0);
	smap_release(&m);
	smap_release(NULL);
}
END_TEST

START_TEST(smap_order)
{
	struct smap m = SMAP_INIT;
	const struct smap_entry *e;
	size_t i;

	make_names();
	for (i = 0; i < N; i++)
		smap_put(&m, str_of(names[i]), &values[i]);
	for (i = 0; i < N; i += 3)
		ck_assert(smap_del(&m, str_of(names[i])));
	ck_assert(!smap_del(&m, str_of(names[0])));
	i = 0;
	for (e = smap_next(&m, NULL); e; e = smap_next(&m, e)) {
		i += i % 3 == 0;
		ck_assert_ptr_eq(e->value, &values[i]);
		i++;
	}
	ck_assert_uint_ge(i, N - 1);
	for (i = 0; i < N; i++)
		ck_assert_ptr_eq(smap_get(&m, str_of(names[i])),
				 i % 3 ? &values[i] : NULL);
	smap_release(&m);
}
END_TEST

START_TEST(smap_delete_while_iterating)
{
	struct smap m = SMAP_INIT;
	const struct smap_entry *e;
	size_t i, seen = 0;

	make_names();
	for (i = 0; i < 100; i++)
		smap_put(&m, str_of(names[i]), &values[i]);
	for (e = smap_next(&m, NULL); e; e = smap_next(&m, e)) {
		seen++;
		ck_assert(smap_del(&m, e->key));
	}
	ck_assert_uint_eq(seen, 100);
	ck_assert_uint_eq(m.live, 0);
	smap_release(&m);
}
END_TEST

/* Filled and emptied for ever, it stays as large as what lives in it. */
START_TEST(smap_churn)
{
	struct smap m = SMAP_INIT;
	size_t i;

	make_names();
	for (i = 0; i < 100000; i++) {
		smap_put(&m, str_of(names[i % N]), &values[i % N]);
		if (i >= 10)
			ck_assert(smap_del(&m, str_of(names[(i - 10) % N])));
	}
	ck_assert_uint_eq(m.live, 10);
	ck_assert_uint_le(m.nslots, 64);
	ck_assert_uint_le(m.cap, 64);
	smap_release(&m);
}
END_TEST

START_TEST(imap_basic)
{
	struct imap m = IMAP_INIT;
	int a, b;

	ck_assert_ptr_null(imap_get(&m, 0));
	ck_assert_ptr_null(imap_del(&m, 0));
	imap_put(&m, 0, &a);			/* zero is a key */
	imap_put(&m, UINT64_MAX, &b);
	ck_assert_ptr_eq(imap_get(&m, 0), &a);
	ck_assert_ptr_eq(imap_get(&m, UINT64_MAX), &b);
	imap_put(&m, 0, &b);
	ck_assert_uint_eq(m.live, 2);
	ck_assert_ptr_eq(imap_del(&m, 0), &b);
	ck_assert_ptr_null(imap_get(&m, 0));
	imap_clear(&m);
	ck_assert_ptr_null(imap_get(&m, UINT64_MAX));
	imap_release(&m);
	imap_release(NULL);
}
END_TEST

/* Small numbers, page-like strides, high halves: all must spread and survive. */
START_TEST(imap_strides)
{
	static const uint64_t strides[] = { 1, 16, 4096, 1ull << 32, 1ull << 48 };
	struct imap m = IMAP_INIT;
	size_t s;
	uint64_t i;

	for (s = 0; s < ARRAY_SIZE(strides); s++) {
		imap_clear(&m);
		for (i = 0; i < N; i++)
			imap_put(&m, i * strides[s], &values[i]);
		ck_assert_uint_eq(m.live, N);
		for (i = 0; i < N; i += 2)
			ck_assert_ptr_eq(imap_del(&m, i * strides[s]), &values[i]);
		for (i = 0; i < N; i++)
			ck_assert_ptr_eq(imap_get(&m, i * strides[s]),
					 i % 2 ? &values[i] : NULL);
	}
	imap_release(&m);
}
END_TEST

/* Against a plain array, with a generator of our own. */
START_TEST(imap_random)
{
	struct imap m = IMAP_INIT;
	void *want[256] = { NULL };
	uint64_t seed = 1;
	size_t i, live = 0;

	for (i = 0; i < 200000; i++) {
		unsigned k;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		k = seed >> 33 & 255;
		if (seed >> 62) {
			imap_put(&m, k, &values[k]);
			live += !want[k];
			want[k] = &values[k];
		} else {
			ck_assert_ptr_eq(imap_del(&m, k), want[k]);
			live -= want[k] != NULL;
			want[k] = NULL;
		}
		ck_assert_uint_eq(m.live, live);
		ck_assert_ptr_eq(imap_get(&m, seed >> 20 & 255), want[seed >> 20 & 255]);
	}
	ck_assert_uint_le(m.nslots, 1024);
	imap_release(&m);
}
END_TEST

/* The most slots one look-up of n keys passes, over all of them. */
static size_t longest_way(const struct imap *m, const uint64_t *keys, size_t n)
{
	size_t i, at, way, longest = 0;

	for (i = 0; i < n; i++) {
		at = imap_home(m, keys[i]);
		for (way = 0; m->slots[at].key != keys[i]; way++)
			at = (at + 1) & (m->nslots - 1);
		longest = way > longest ? way : longest;
	}
	return longest;
}

/* Keys that a product with one known number would put into one place, keys
 * that differ in their high bits only, and those that follow one another. */
START_TEST(imap_chosen_keys)
{
	const uint64_t mul = 0x9e3779b97f4a7c15u;
	static uint64_t keys[3][N];
	uint64_t inverse = mul;
	size_t i, k;

	for (i = 0; i < 6; i++)
		inverse *= 2 - mul * inverse;
	for (i = 0; i < N; i++) {
		keys[0][i] = (i + 1) * inverse;
		keys[1][i] = (uint64_t)i << 44;
		keys[2][i] = i;
	}
	for (k = 0; k < 3; k++) {
		struct imap m = IMAP_INIT;

		for (i = 0; i < N; i++)
			imap_put(&m, keys[k][i], &values[i]);
		ck_assert_uint_lt(longest_way(&m, keys[k], N), N / 4);
		imap_release(&m);
	}
}
END_TEST

START_TEST(imap_sorted_keys)
{
	struct imap m = IMAP_INIT;
	uint64_t *keys;
	size_t n = 99, i;

	keys = imap_keys(&m, &n);
	ck_assert_uint_eq(n, 0);
	free(keys);
	for (i = 0; i < 100; i++)
		imap_put(&m, (i * 37) % 100 * 1000003, &values[i]);
	keys = imap_keys(&m, &n);
	ck_assert_uint_eq(n, 100);
	for (i = 0; i < n; i++)
		ck_assert_uint_eq(keys[i], i * 1000003);
	free(keys);
	imap_release(&m);
}
END_TEST

UNIT_MAIN("map", smap_basic, smap_order, smap_delete_while_iterating, smap_churn,
	  imap_basic, imap_strides, imap_random, imap_chosen_keys, imap_sorted_keys)
