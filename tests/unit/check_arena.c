/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/arena.h"
#include "lib/base/xalloc.h"
#include "tests/unit/unit.h"

START_TEST(aligned_and_disjoint)
{
	struct arena a = ARENA_INIT;
	unsigned char *p[500];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = arena_alloc(&a, i);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)(i & 255), i);
	}
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		for (k = 0; k < i; k++)
			ck_assert_uint_eq(p[i][k], i & 255);
	}
	ck_assert_uint_eq(a.total, 499 * 500 / 2);
	arena_release(&a);
	arena_release(&a);
	arena_release(NULL);
}
END_TEST

START_TEST(empty_objects_differ)
{
	struct arena a = ARENA_INIT;

	ck_assert_ptr_ne(arena_alloc(&a, 0), arena_alloc(&a, 0));
	arena_release(&a);
}
END_TEST

START_TEST(strings)
{
	struct arena a = ARENA_INIT;
	char *big;

	ck_assert_str_eq(arena_strdup(&a, STR("abc")), "abc");
	ck_assert_str_eq(arena_strdup(&a, str_mem(NULL, 0)), "");
	ck_assert_text(arena_str(&a, STR("abc")), "abc");
	ck_assert_str_eq(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	big = arena_printf(&a, "%5000d", 1);
	ck_assert_uint_eq(strlen(big), 5000);
	ck_assert_int_eq(memcmp(arena_dup(&a, "a\0b", 3), "a\0b", 3), 0);
	arena_release(&a);
}
END_TEST

/* What is cleared and filled again for every event asks malloc for nothing. */
START_TEST(clear_keeps_a_chunk)
{
	struct arena a = ARENA_INIT;
	struct arena_chunk *kept;
	size_t i;

	for (i = 0; i < 100; i++)
		arena_alloc(&a, 1000);
	arena_clear(&a);
	kept = a.head;
	ck_assert_ptr_nonnull(kept);
	ck_assert_uint_eq(a.total, 0);
	for (i = 0; i < 20; i++)
		arena_alloc(&a, 1000);
	ck_assert_ptr_eq(a.head, kept);
	/* One giant does not stay for ever. */
	arena_alloc(&a, 8 << 20);
	arena_clear(&a);
	ck_assert_ptr_eq(a.head, kept);
	arena_release(&a);
	arena_clear(&a);
	ck_assert_ptr_null(a.head);
}
END_TEST

START_TEST(zeroed_after_reuse)
{
	struct arena a = ARENA_INIT;
	uint64_t *v;
	size_t i;

	memset(arena_alloc(&a, 4000), 0xff, 4000);
	arena_clear(&a);
	v = ARENA_ARRAY(&a, uint64_t, 100);
	for (i = 0; i < 100; i++)
		ck_assert_uint_eq(v[i], 0);
	arena_release(&a);
}
END_TEST

/* Only a sanitized build sees it; elsewhere the test says nothing. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>

START_TEST(stale_is_poisoned)
{
	struct arena a = ARENA_INIT;
	char *p = arena_alloc(&a, 24);

	ck_assert(!__asan_address_is_poisoned(p + 23));
	ck_assert(__asan_address_is_poisoned(p + 24));
	arena_clear(&a);
	ck_assert(__asan_address_is_poisoned(p));
	arena_release(&a);
}
END_TEST
#define STALE , stale_is_poisoned
#else
#define STALE
#endif

UNIT_MAIN("arena", aligned_and_disjoint, empty_objects_differ, strings,
	  clear_keeps_a_chunk, zeroed_after_reuse STALE)
